/**
 * `npm run screenshots [FOLDER] [-- --keep]`: pictures of every page of every role and of every tablet screen, taken from
 * the demonstration. They go to ./screenshots; with --keep the best ones also to docs/images, with --tablet only the tablet's.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { arrived } from '../support/accessibility.ts'
import { launchBrowser, newContext, root } from '../support/browser.ts'
import { communesFile } from '../support/communes.ts'
import { type Demo, startDemo } from '../support/demo-process.ts'
import { ask, fillLogIn, logIn, pageWords, settle } from '../support/staff-page.ts'
import { photographTablet } from './tablet-pictures.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'boolean' }, tablet: { type: 'boolean' } },
})
const folder = positionals[0] ?? join(root, 'screenshots')
const kept = values.keep ? join(root, 'docs', 'images') : null
const vi = pageWords('vi')

const sizes = {
  '1280': { width: 1280, height: 800 },
  '800': { width: 800, height: 1280 },
  '390': { width: 390, height: 844 },
} as const
type Size = keyof typeof sizes
const allSizes = Object.keys(sizes) as Size[]

/** Everything drawn: pictures far down the page, letters, whatever fades in. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
      scrollTo(0, y)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    scrollTo(0, 0)
    await document.fonts.ready
  })
  await page.waitForTimeout(400)
  await arrived(page)
}

async function shoot(page: Page, name: string, fullPage = true): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage })
}

/** One page at all sizes; the main ones also in English and in the dark. */
async function photograph(page: Page, name: string, { main = false } = {}): Promise<void> {
  for (const size of allSizes) {
    await page.setViewportSize(sizes[size])
    await drawn(page)
    await shoot(page, `${name}-${size}`)
    if (!main) continue
    await page.emulateMedia({ colorScheme: 'dark' })
    await drawn(page)
    await shoot(page, `${name}-${size}-dark`)
    await page.emulateMedia({ colorScheme: 'light' })
    await page.locator('[data-tool="language"]').click()
    await page.locator('html[lang="en"]').waitFor()
    await drawn(page)
    await shoot(page, `${name}-${size}-en`)
    await page.locator('[data-tool="language"]').click()
    await page.locator('html[lang="vi"]').waitFor()
  }
  await page.setViewportSize(sizes['1280'])
}

async function keep(page: Page, name: string, size: { width: number; height: number }): Promise<void> {
  if (!kept) return
  await page.setViewportSize(size)
  await drawn(page)
  await page.screenshot({ path: join(kept, `${name}.png`) })
  await page.setViewportSize(sizes['1280'])
}

async function open(browser: Browser): Promise<Page> {
  const { context } = await newContext(browser, { viewport: sizes['1280'] })
  return context.newPage()
}

async function staffPages(browser: Browser, { origin, accounts }: Demo): Promise<void> {
  const reader = async (username: string, first: string) => {
    const page = await open(browser)
    const account = accounts.find((one) => one.username === username)
    if (!account) throw new Error(`the demonstration has no account ${username}`)
    await logIn(page, origin, username, account.password, first)
    await settle(page, first)
    return page
  }
  const go = async (page: Page, address: string, name: string) => {
    await page.goto(origin + address)
    await settle(page, name)
  }

  const nobody = await open(browser)
  await go(nobody, '/login', 'login')
  await photograph(nobody, 'login', { main: true })
  await go(nobody, '/setup#token', 'setup')
  await photograph(nobody, 'setup')

  const commission = await reader('danvan', 'commission')
  await photograph(commission, 'commission', { main: true })
  await keep(commission, 'commission', { width: 1280, height: 860 })
  await commission.locator('[data-tool="period"]').click()
  await photograph(commission, 'commission-periods')
  await go(commission, '/?from=2020-01-01&to=2020-03-31', 'commission')
  await photograph(commission, 'commission-empty')
  await go(commission, '/reports', 'reports')
  await photograph(commission, 'reports', { main: true })
  await go(commission, '/nowhere', 'notice')
  await photograph(commission, 'not-found')

  const leader = await reader('lanhdao.mc', 'unit')
  await photograph(leader, 'unit', { main: true })
  await keep(leader, 'unit', { width: 1280, height: 860 })
  await go(leader, '/public-board', 'public-board')
  await photograph(leader, 'board-form', { main: true })
  await leader.locator('main [data-action="open"] button').click()
  const board = await leader.locator('main a[target="_blank"]').getAttribute('href')
  await nobody.goto(origin + board)
  await nobody.locator('.month').waitFor()
  await photograph(nobody, 'board', { main: true })
  await nobody.setViewportSize({ width: 1920, height: 1080 })
  await drawn(nobody)
  await shoot(nobody, 'board-1920', false)
  const quiet = await reader('lanhdao.qt', 'unit')
  await photograph(quiet, 'unit-quiet')

  const officer = await reader('duyen', 'officer')
  await photograph(officer, 'officer', { main: true })
  await keep(officer, 'officer', { width: 640, height: 860 })
  await photograph(await reader('thao', 'officer'), 'officer-few')

  const clerk = await reader('vanphong', 'week')
  await photograph(clerk, 'week', { main: true })
  await go(clerk, '/people', 'people')
  await photograph(clerk, 'people')
  await go(clerk, '/holidays', 'holidays')
  await photograph(clerk, 'holidays')
  await go(clerk, '/roster', 'roster')
  await photograph(clerk, 'roster', { main: true })
  await go(clerk, '/terminals', 'terminals')
  await photograph(clerk, 'terminals')
  await clerk.locator('select[name="counter_id"]').selectOption({ index: 1 })
  await clerk.getByRole('button', { name: vi['pairing.create'] as string }).click()
  await clerk.locator('[data-pairing-code]').waitFor()
  await photograph(clerk, 'terminals-code', { main: true })
  await go(clerk, '/', 'week')
  await go(clerk, '/integrity', 'notice')
  await photograph(clerk, 'forbidden')

  await photograph(await reader('thanhtra', 'integrity'), 'integrity', { main: true })

  const admin = await reader('quantri', 'admin')
  await photograph(admin, 'admin', { main: true })
  for (const section of ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts']) {
    await go(admin, `/admin/${section}`, 'admin')
    await photograph(admin, `admin-${section}`)
  }
  for (const name of ['holidays', 'audit', 'account']) {
    await go(admin, `/${name}`, name)
    await photograph(admin, `admin-${name}`, { main: name === 'audit' })
  }
  await go(admin, '/imports', 'imports')
  await photograph(admin, 'imports', { main: true })
  for (const [name, kind] of Object.entries({ wrong: 'Huyện', shown: 'Xã' })) {
    await admin.locator('#choose input[type=file]').setInputFiles(communesFile({ kind, accounts: true, hidden: [9] }))
    await admin
      .locator(name === 'wrong' ? '#problems tbody tr' : '#rows-new tbody tr')
      .first()
      .waitFor()
    await photograph(admin, `imports-${name}`, { main: name === 'shown' })
    if (name === 'wrong') await admin.getByRole('button', { name: vi['imports.choose_again'] as string }).click()
  }
  await admin.getByRole('button', { name: vi['imports.apply'] as string, exact: true }).click()
  await admin.locator('#back').waitFor()
  await photograph(admin, 'imports-applied')
  await severalRoles(browser, origin, admin)
}

/** Somebody with every role that may be held together: the longest row of pages there is. */
async function severalRoles(browser: Browser, origin: string, admin: Page): Promise<void> {
  const { body } = await ask(admin, 'GET', '/units')
  const { unit_id } = body.items.find(({ name }: { name: string }) => name === 'Thị trấn Mộc Châu')
  const [username, password] = ['nhieuvai', 'ruộng bậc thang mùa nước đổ']
  const grants = [{ role: 'administrator' }, { role: 'commission' }, { role: 'inspector' }]
  const made = await ask(admin, 'POST', '/accounts', {
    username,
    password,
    grants: [...grants, { role: 'unit_leader', unit_id }, { role: 'unit_clerk', unit_id }],
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made))
  const page = await open(browser)
  await page.goto(`${origin}/login`)
  await fillLogIn(page, username, password)
  await page.locator('main[data-page="commission"] h1').first().waitFor()
  await page.goto(`${origin}/roster`)
  await settle(page, 'roster')
  await photograph(page, 'several-roles', { main: true })
}

const endings: (() => unknown)[] = []
const t = { teardown: (work: () => unknown) => endings.unshift(work) }
mkdirSync(folder, { recursive: true })
if (kept) mkdirSync(kept, { recursive: true })
try {
  const demo = await startDemo(t)
  const browser = await launchBrowser(t)
  // Staff first: the tablets' clocks are moved about, and pages would speak of that.
  if (!values.tablet) await staffPages(browser, demo)
  await photographTablet(browser, demo, folder, kept)
  console.log(`Pictures are in ${folder}${kept ? `, the best of them in ${kept}` : ''}`)
} finally {
  for (const ending of endings) await ending()
}
