/**
 * Pages when something is wrong, provoked for real: nothing there, too few, the server killed, the session over, no rights, late
 * data, a wrong clock. Each is said in words, and goes by itself. Live streams over two servers: test/fault/open-pages.test.ts.
 */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { OpenPages, SOON_MS } from '../support/open-pages.ts'
import { ask, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(240_000)
const DAY_MS = 86_400_000
const vi = pageWords('vi')
const en = pageWords('en')
const pages = new OpenPages(t, await launchBrowser(t))
await pages.open()
const [leader, commission, own] = await Promise.all([
  pages.reader('lanhdao', 'unit'),
  pages.reader('danvan', 'commission'),
  pages.reader('duyen', 'officer'),
])

async function usable(t: Test, page: Page, name: string): Promise<void> {
  for (const size of [phone, wide]) t.strictSame(await faultsAt(page, size, 'vi'), [], `${name}, ${size.width}`)
}

t.test('nothing there, then too few, then figures: pages say so and follow', async (t) => {
  const period = (await readText(commission, '#top h1')).split(':')[0] as string
  t.equal(await readText(commission, '#top h1'), say('commission.empty', { period }))
  t.equal(
    await readText(commission, '.void'),
    `${vi['state.no_data']}${vi['commission.no_data_help']}${vi['period.before']}`,
  )
  t.match(await readText(leader, '#top h1'), vi['unit.today_none'] as string)
  t.equal(await readText(leader, '.fresh'), vi['fresh.nothing'])
  const name = await readText(own, '#top h1 .of')
  t.equal(await readText(own, '#top h1'), `${name} ${say('me.few', { k: 5 })}`)

  await pages.rate(4)
  await pages.follows(leader)
  const few = say('unit.period_few', { period: vi['period.twelve_weeks'] as string })
  t.match(await readText(leader, '#top h1'), few)
  const row = `#units li[data-unit-id="${pages.unit_id}"] .row-words`
  await commission.locator(row, { hasText: vi['unit.few'] as string }).waitFor({ timeout: SOON_MS })
  t.notMatch(await readText(commission, row.replace(' .row-words', '')), /\d%/, 'too few for the province as well')

  await pages.rate()
  await pages.follows(leader)
  await commission.locator('#units [data-figure="satisfaction"]').first().waitFor({ timeout: SOON_MS })
  t.equal(await commission.locator('.void').count(), 0)
  t.match(await readText(leader, '#top h1'), '100,0%', 'five: a step')
  await own.locator('#mine .levels').waitFor({ timeout: SOON_MS })
})

t.test('the server killed: said with the time of the last figures, in both languages; back by itself', async (t) => {
  await own.locator('[data-tool="language"]').click()
  await own.locator('html[lang="en"]').waitFor()
  const before = await readText(leader, '#counters')
  await pages.first.kill('SIGKILL')
  const gone = leader.locator('.gone')
  await gone.waitFor()
  const text = (await gone.textContent()) ?? ''
  t.match(text, vi['state.server_gone_spoken'])
  t.match(text, new RegExp(say('state.figures_from', { time: '\\d\\d:\\d\\d' })))
  t.match(text, vi['state.retry_now'])
  t.equal(await readText(leader, '.dimmed #counters'), before, 'the last figures stay, without their colours')
  await own.locator('.gone').waitFor()
  t.match(await readText(own, '.gone'), en['state.server_gone_spoken'])
  await usable(t, leader, 'server gone')
  // To a page whose code was never fetched: it says so, and comes by itself.
  await leader.locator('#officers header a').click()
  await leader.locator('main[data-page="notice"]').waitFor()
  t.equal(
    await readText(leader, '.void'),
    `${vi['state.not_loaded']}${vi['state.not_loaded_help']}${vi['state.reload']}`,
  )
  await pages.restart()
  await leader.locator('main[data-page="figures"] h1').waitFor({ timeout: 15_000 })
  await own.locator('.gone').waitFor({ state: 'detached', timeout: 15_000 })
})

t.test('one answer fails, or was asked for too often: the last figures stay, and the page follows again', async (t) => {
  await leader.goBack()
  await settle(leader, 'unit')
  for (const [status, code] of [
    [500, 'internal_error'],
    [429, 'too_many_requests'],
  ] as const) {
    const body = JSON.stringify({ error: { code, message: code } })
    await leader.route('**/api/v1/reports/units/*?**', (route) =>
      route.fulfill({ status, contentType: 'application/json', body }),
    )
    const before = await readText(leader, '#counters')
    await pages.rate()
    await leader.locator('.gone').waitFor({ timeout: SOON_MS })
    t.equal(await readText(leader, '.dimmed #counters'), before, `${status}`)
    await leader.unroute('**/api/v1/reports/units/*?**')
    await pages.follows(leader, 2 * SOON_MS)
    await leader.locator('.gone').waitFor({ state: 'detached' })
  }
})

t.test('late: how far the figures reach and how many tablets are silent, until they speak', async (t) => {
  await pages.place.query(`update terminal_contacts set last_contact_at = now() - interval '2 days'`)
  await pages.place.query(`update terminals set paired_at = now() - interval '2 days'`)
  await leader.reload()
  await settle(leader, 'unit')
  const late = leader.locator('.fresh.late')
  const time = '\\d+/\\d+/\\d{4} \\d\\d:\\d\\d'
  t.match(await readText(leader, '.fresh.late'), new RegExp(`^${say('fresh.late', { time, k: 1 })}$`))
  await pages.post('/api/v1/terminal/heartbeat', { queue_length: 0 })
  await late.waitFor({ state: 'detached', timeout: SOON_MS })
  t.match(await readText(leader, '.fresh'), new RegExp(`^${say('fresh.complete', { time })}$`))
})

t.test("the reader's clock a day ahead: it is said, and the server's day counts, until it is set", async (t) => {
  const page = await pages.reader('lanhdao.2', 'unit', { ahead: DAY_MS })
  const { date } = await page.evaluate(() => ({ date: new Date().toISOString().slice(0, 10) }))
  t.not(date, new Date().toISOString().slice(0, 10), 'the browser is a day ahead')
  const time = '\\d+/\\d+/\\d{4} \\d\\d:\\d\\d'
  t.match(await readText(page, '.wrong-clock'), new RegExp(say('state.clock_wrong', { time }).replace(/[()]/g, '.')))
  t.equal(await readText(page, '[data-tool="period"]'), await readText(leader, '[data-tool="period"]'))
  await pages.rate()
  await pages.follows(page)
  await page.evaluate(() => {
    ;(window as unknown as { shifted: { ms: number } }).shifted.ms = 0
  })
  await pages.rate()
  await pages.follows(page)
  await page.locator('.wrong-clock').waitFor({ state: 'detached' })
})

t.test('open pages keep no session alive: it dims over its last figures, and goes on after a log-in', async (t) => {
  const seen = () =>
    pages.place.query<{ last_seen_at: Date }>(
      `select last_seen_at from sessions join accounts using (account_id) where username = 'lanhdao'`,
    )
  const age = (minutes: number) =>
    pages.place.query(
      `update sessions set last_seen_at = now() - make_interval(mins => $1) where account_id =
         (select account_id from accounts where username = 'lanhdao')`,
      [minutes],
    )
  await age(20)
  const before = await seen()
  const byHand: string[] = []
  leader.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname !== '/api/v1/changes' && !request.headers()['x-background']) byHand.push(pathname)
  })
  const asked = leader.waitForResponse((response) => response.url().includes('/series?'))
  await pages.rate(5)
  await Promise.all([pages.follows(leader), asked])
  t.same(byHand, [])
  t.same(await seen(), before, 'what the page asks by itself is no sign of a person, nor a new card that a step brings')
  await age(31)
  const shown = await readText(leader, '#top h1')
  await pages.rate()
  const dialog = leader.locator('dialog[open]')
  await dialog.waitFor({ timeout: SOON_MS })
  t.match(await dialog.textContent(), vi['state.session_ended'])
  t.equal(await readText(leader, '#top h1'), shown, 'the last figures')
  t.not(await dialog.evaluate((node) => getComputedStyle(node, '::backdrop').backgroundColor), 'rgba(0, 0, 0, 0)')
  await usable(t, leader, 'session ended')
  await pages.logInAgain(leader, 'lanhdao')
  await pages.follows(leader)
})

t.test('no rights: whom to ask; once they are given the page comes after a log-in', async (t) => {
  const admin = await pages.reader('quantri', 'admin')
  await leader.evaluate(() => history.pushState(null, '', '/integrity'))
  await leader.evaluate(() => dispatchEvent(new PopStateEvent('popstate')))
  await leader.locator('main[data-page="notice"]').waitFor()
  t.equal(
    await readText(leader, '.void'),
    `${vi['error.forbidden']}${vi['state.forbidden_help']}${vi['state.go_home']}`,
  )
  const { items } = (await ask(admin, 'GET', '/accounts')).body
  const account = items.find(({ username }: { username: string }) => username === 'lanhdao')
  const given = await ask(admin, 'POST', '/grants', { account_id: account.account_id, role: 'inspector' })
  t.equal(given.status, 201)
  // Its session ended with its rights, which the page hears within the twenty seconds of the server's own look.
  await pages.rate()
  await pages.logInAgain(leader, 'lanhdao')
  await settle(leader, 'integrity')
  t.equal(await readText(leader, '#top h1'), vi['integrity.none'])
  await admin.close()
})

t.test('no page complained', async (t) => {
  t.strictSame(pages.complaints.flat(), [])
})
