/** An account's life through the pages: invited, password set, second factor, log-in with a code, sessions, the log; usable by everybody. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { arrived, faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { password as adminPassword, openAccount } from '../support/accounts.ts'
import { launchBrowser, newContext } from '../support/browser.ts'
import { startSite } from '../support/site.ts'
import { fillLogIn, logIn, pageWords, settle } from '../support/staff-page.ts'
import { base32, totp } from '../support/totp.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const site = await startSite(t)
const browser = await launchBrowser(t)
const ownPassword = 'năm con trâu vàng bơi'
await openAccount(site.pools, 'quantri', { role: 'administrator' })

const openWindow = async () => (await newContext(browser, { viewport: wide })).context.newPage()
const button = (page: Page, key: string) => page.getByRole('button', { name: vi[key] as string, exact: true })
const field = (page: Page, key: string) => page.getByLabel(vi[key] as string, { exact: true })

/** With PICTURES=FOLDER each page is also kept as a picture, at three sizes and in the dark. */
async function usable(t: Test, page: Page, name: string): Promise<void> {
  for (const [size, view] of Object.entries({ wide, middle, phone })) {
    t.strictSame(await faultsAt(page, view, 'vi'), [], `${name}, ${size}`)
    await keep(page, `${name}-${size}`)
  }
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'dark' })
  t.strictSame(await faultsAt(page, wide, 'vi'), [], `${name}, dark`)
  await keep(page, `${name}-dark`)
  await page.emulateMedia({ colorScheme: 'light' })
}

async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await arrived(page)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

t.test('from the invitation to a log-in with a code', async (t) => {
  const admin = await openWindow()
  await logIn(admin, site.origin, 'quantri', adminPassword, 'admin')
  await admin.goto(`${site.origin}/admin/accounts`)
  await settle(admin, 'admin')
  await field(admin, 'accounts.role').selectOption('unit_leader')
  await field(admin, 'column.unit').selectOption({ index: 1 })
  await field(admin, 'login.username').fill('lanhdao')
  await button(admin, 'form.add').click()
  const link = await admin.locator('[data-link]').textContent()
  t.match(link, new RegExp(`^${site.origin}/invitation#[\\w-]{43}$`))
  await usable(t, admin, 'accounts')

  const page = await openWindow()
  await page.goto(link as string)
  await settle(page, 'invitation')
  await usable(t, page, 'invitation')
  await field(page, 'login.password').fill('ngắn quá')
  await field(page, 'password.again').fill('ngắn quá')
  await button(page, 'invitation.submit').click()
  await page.getByText('Mật khẩu mới có 8 ký tự').waitFor()
  await field(page, 'login.password').fill(ownPassword)
  await field(page, 'password.again').fill(ownPassword)
  await button(page, 'invitation.submit').click()
  await page.getByText(vi['invitation.done'] as string).waitFor()
  t.notOk(page.url().includes('#'), 'the token is gone from the address')
  await fillLogIn(page, 'lanhdao', ownPassword)
  await page.locator('main[data-page="unit"] h1').first().waitFor()

  await page.goto(`${site.origin}/account`)
  await settle(page, 'account')
  await page
    .locator('#second-factor')
    .getByLabel(vi['account.present_password'] as string, { exact: true })
    .fill(ownPassword)
  await button(page, 'second.begin').click()
  const secret = (await page.locator('.secret').textContent()) ?? ''
  await usable(t, page, 'second-factor')
  await field(page, 'login.code').fill('000000')
  await button(page, 'second.confirm').click()
  await page.getByText(vi['error.code_refused'] as string).waitFor()
  const generator = base32(secret.replace(/\s/g, ''))
  await field(page, 'login.code').fill(totp(generator, site.clock.now()))
  await button(page, 'second.confirm').click()
  await page.locator('.codes code').first().waitFor()
  t.equal(await page.locator('.codes code').count(), 10)
  await usable(t, page, 'account')

  site.clock.advance(60_000)
  const later = await openWindow()
  await later.goto(`${site.origin}/login`)
  await fillLogIn(later, 'lanhdao', ownPassword)
  await field(later, 'login.code').waitFor()
  await usable(t, later, 'log-in-code')
  t.equal(await field(later, 'login.username').inputValue(), 'lanhdao', 'what was typed is still there')
  await field(later, 'login.code').fill(totp(generator, site.clock.now()))
  await button(later, 'login.submit').click()
  await later.locator('main[data-page="unit"] h1').first().waitFor()

  await page.goto(`${site.origin}/account`)
  await settle(page, 'account')
  t.equal(await page.locator('[data-session-id]').count(), 2)
  await button(page, 'sessions.end_others').click()
  await page.locator('.asking .button.main').click()
  await page.locator('[data-session-id]').nth(1).waitFor({ state: 'detached' })
})

t.test('what was typed survives a log-in in between', async (t) => {
  const page = await openWindow()
  await logIn(page, site.origin, 'quantri', adminPassword, 'admin')
  await page.goto(`${site.origin}/admin/accounts`)
  await settle(page, 'admin')
  await field(page, 'login.username').fill('nguoi.moi')
  await site.db.query('delete from sessions')
  await button(page, 'form.add').click()
  const over = page.locator('dialog[open]')
  await over.waitFor()
  await over.getByLabel(vi['login.password'] as string, { exact: true }).fill(adminPassword)
  await over.getByRole('button', { name: vi['login.submit'] as string, exact: true }).click()
  await over.waitFor({ state: 'hidden' })
  t.equal(
    await page
      .locator('#form')
      .getByLabel(vi['login.username'] as string, { exact: true })
      .inputValue(),
    'nguoi.moi',
  )
})

t.test('the log: every deed of before, narrowed by kind', async (t) => {
  const page = await openWindow()
  await logIn(page, site.origin, 'quantri', adminPassword, 'admin')
  await page.goto(`${site.origin}/audit`)
  await settle(page, 'audit')
  await page.locator('[data-audit-id]').first().waitFor()
  const all = await page.locator('[data-audit-id]').count()
  t.ok(all >= 4, `${all} deeds`)
  await usable(t, page, 'audit')
  await page.locator('[data-tool="kind"]').selectOption('grant')
  await page
    .getByText(vi['audit.none'] as string, { exact: true })
    .first()
    .waitFor()
})
