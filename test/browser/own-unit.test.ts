/** One account that leads two units and keeps a third: every page is about the one it is in, and says plainly when there is nothing. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { type Complaints, launchBrowser, newContext, shiftClock } from '../support/browser.ts'
import { startSite } from '../support/site.ts'
import { logIn, opener, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(120_000)
const vi = pageWords('vi')
const site = await startSite(t)
const units = await site.db.query<{ unit_id: number; name: string }>('select unit_id, name from units order by unit_id')
const [first, second, third] = units as [(typeof units)[0], (typeof units)[0], (typeof units)[0]]
await openAccount(
  site.pools,
  'hai.noi',
  { role: 'unit_leader', unit_id: first.unit_id },
  { role: 'unit_leader', unit_id: second.unit_id },
  { role: 'unit_clerk', unit_id: third.unit_id },
)
await openAccount(site.pools, 'mot.noi', { role: 'unit_leader', unit_id: first.unit_id })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const go = opener(site.origin)

async function enter(username: string): Promise<Page> {
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  await shiftClock(opened.context, site.clock.now() - Date.now())
  const page = await opened.context.newPage()
  await logIn(page, site.origin, username, password, 'unit')
  await settle(page, 'unit')
  return page
}

const choice = (page: Page) => page.getByRole('navigation', { name: vi['nav.own_unit'] as string })
/** Goes to another of their units, which opens on its page. */
async function choose(page: Page, { unit_id, name }: { unit_id: number; name: string }) {
  await choice(page).getByRole('link', { name }).click()
  await page.waitForURL(`**/units/${unit_id}`)
  await page.locator('.brand', { hasText: name }).waitFor()
  await settle(page, 'unit')
}
const brand = (page: Page) => readText(page, '.brand')

t.test('whoever works in one unit is not asked in which', async (t) => {
  const page = await enter('mot.noi')
  t.equal(await choice(page).count(), 0)
  await page.context().close()
})

t.test('two units to lead, one to keep', async (t) => {
  const page = await enter('hai.noi')
  t.equal(await brand(page), first.name)
  for (const size of [wide, phone]) t.strictSame(await faultsAt(page, size, 'vi'), [], `${size.width}`)
  await page.setViewportSize(wide)

  await choose(page, second)
  await page.locator('#today').waitFor()

  await go(page, '/public-board', 'public-board')
  await page.getByRole('button', { name: vi['board_form.open'] as string }).click()
  await page.getByRole('heading', { name: say('board_form.is_open') }).waitFor()
  t.match(await readText(page, '#top .hint'), new RegExp(`/board/${second.unit_id}$`))
  const board = (unit: { unit_id: number }) => site.stranger.get(`/api/v1/boards/${unit.unit_id}`)
  t.same([(await board(first)).status, (await board(second)).status], [404, 200], 'the board of that one is open')
  await choose(page, first)
  await go(page, '/public-board', 'public-board')
  await page.getByRole('heading', { name: say('board_form.is_closed') }).waitFor()

  await choose(page, third)
  t.equal(await page.locator('#officers').count(), 0, 'a clerk there')
  t.equal(await page.locator('a[href="/public-board"]').count(), 0)
  await go(page, '/roster', 'roster')
  t.equal(await brand(page), third.name, 'still there after loading anew')
  await go(page, '/', 'week')

  await go(page, `/units/${second.unit_id}`, 'unit')
  t.equal(await brand(page), second.name, 'whoever opens the page of another one is there')
  await go(page, '/people', 'people')
  t.equal(await brand(page), second.name)
  await page.context().close()
})

t.test('nothing published, no tablet: said as it is', async (t) => {
  const page = await enter('mot.noi')
  t.match(await readText(page, '#top h1'), say('unit.period_few', { period: vi['period.twelve_weeks'] as string }))
  t.equal(await readText(page, '#top p'), `${say('unit.none_published')} ${say('unit.levels_later')}`)
  await page.locator('#today', { hasText: say('week.no_tablets') }).waitFor()
  t.equal(await readText(page, '#today .today-room'), say('week.no_tablets'), 'and not that there is nothing to do')
  await page.context().close()
})

t.test('no page complained', async (t) => {
  t.same(complaints.flat(), [])
})
