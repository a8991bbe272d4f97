/**
 * Pages when something is wrong, provoked for real on two servers of one database: server or PostgreSQL killed, a proxy that
 * swallows the stream, session over, no rights, nothing there, too few, late, a wrong clock. Each is said in words, and
 * goes by itself.
 */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { signalProcess } from '../../server/embedded/processes.ts'
import { hashPassword } from '../../server/password-hashes.ts'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { type Complaints, eventually, launchBrowser, newContext, shiftClock } from '../support/browser.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { Installation } from '../support/server-process.ts'
import { ask, logIn, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(240_000)
const PASSWORD = 'ruộng bậc thang mùa nước đổ'
/** A rating is in the figures so soon after its answer; a page that nobody tells asks every minute. */
const SOON_MS = 5000
const DAY_MS = 86_400_000
const vi = pageWords('vi')
const en = pageWords('en')
const place = new Installation(t)
let first = await place.start()
const [browser] = await Promise.all([launchBrowser(t), first.ready()])
const second = await place.start({ DATABASE_URL: place.ownerUrl })
await second.ready()
const proxy = await startBadNetwork(t, second.origin)

const office = await createOffice(place, { counters: 1, officers: 1, name: 'Xã Chiềng Đông' })
const [officer, counter, tablet] = [office.officers[0] as number, office.counters[0] as number, office.tablets[0]]
await assign(place, counter, officer, '2025-01-01T00:00:00+07:00')
const password_hash = await hashPassword(PASSWORD)
for (const [username, role, unit_id, officer_id] of [
  ['quantri', 'administrator', null, null],
  ['danvan', 'commission', null, null],
  ['lanhdao', 'unit_leader', office.unit_id, null],
  ['lanhdao.2', 'unit_leader', office.unit_id, null],
  ['duyen', 'officer', office.unit_id, officer],
] as const) {
  await place.query(
    `with made as (insert into accounts (username, password_hash, second_factor_waived) values ($1, $2, true) returning account_id)
     insert into account_roles (account_id, role, unit_id, officer_id) select account_id, $3, $4, $5 from made`,
    [username, password_hash, role, unit_id, officer_id],
  )
}

const complaints: Complaints[] = []
/** `ahead`: by how many milliseconds the clock of this reader's machine is wrong. */
async function reader(origin: string, username: string, first: string, ahead = 0): Promise<Page> {
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  if (ahead) await shiftClock(opened.context, ahead)
  const page = await opened.context.newPage()
  await logIn(page, origin, username, PASSWORD, first)
  await settle(page, first)
  return page
}

let sent = 0
/** Citizens at the counter; the first server receives what they say. */
async function rate(ratings = 1): Promise<void> {
  const now = new Date().toISOString()
  // Of a clock that runs ahead only the moment of arrival is known: so many in a second are no burst then.
  const rated_at = new Date(Date.now() + 60_000).toISOString()
  const said = Array.from({ length: ratings }, () => rating({ rated_at }))
  const answer = await fetch(`${first.origin}/api/v1/ratings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tablet?.token}` },
    body: JSON.stringify(batch(said, { sent_at: now })),
  })
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  sent += ratings
}

/** Resolves when the page of a leader says how many were received today; no sooner is anything else of it read. */
const follows = (page: Page) =>
  page
    .locator('#top [data-figure="received_today"]', { hasText: new RegExp(`^${sent}$`) })
    .waitFor({ timeout: SOON_MS })

async function logInAgain(page: Page, username: string): Promise<void> {
  const dialog = page.locator('dialog[open]')
  await dialog.waitFor()
  const name = dialog.getByLabel(vi['login.username'] as string, { exact: true })
  if ((await name.inputValue()) !== username) throw new Error('the name is not known')
  await dialog.getByLabel(vi['login.password'] as string, { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: vi['login.submit'] as string, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

async function usable(t: Test, page: Page, name: string): Promise<void> {
  for (const size of [phone, wide]) t.strictSame(await faultsAt(page, size, 'vi'), [], `${name}, ${size.width}`)
}

const [leader, other, commission, own] = await Promise.all([
  reader(first.origin, 'lanhdao', 'unit'),
  reader(proxy.origin, 'lanhdao.2', 'unit'),
  reader(second.origin, 'danvan', 'commission'),
  reader(first.origin, 'duyen', 'officer'),
])

t.test('nothing there, then too few, then figures: pages say so and follow, whichever server received', async (t) => {
  const period = (await readText(commission, '#top h1')).split(':')[0] as string
  t.equal(await readText(commission, '#top h1'), say('commission.empty', { period }))
  t.equal(await readText(commission, '.void'), `${vi['state.no_data']}${vi['commission.no_data_help']}${vi['period.before']}`)
  t.match(await readText(leader, '#top h1'), say('unit.today', { n: 0, count: 0 }))
  t.equal(await readText(leader, '.fresh'), vi['fresh.nothing'])
  t.equal(await readText(own, '#top h1'), say('me.few', { k: 5 }))

  const seen: string[] = []
  proxy.watch(({ path }) => seen.push(path))
  await rate(4)
  await Promise.all([follows(leader), follows(other)])
  const few = say('unit.period_few', { period: vi['period.twelve_weeks'] as string })
  t.match(await readText(leader, '#top h1'), few)
  t.equal(await readText(commission, '.void h2'), vi['state.no_data'], 'four of a unit are too few for everybody')
  t.ok(seen.some((path) => path.startsWith('/api/v1/reports/units/')), 'behind the proxy the page asks')
  t.notOk(seen.some((path) => path.startsWith('/api/v1/changes')), 'for the stream does not come through')

  await rate()
  await Promise.all([follows(leader), follows(other)])
  await commission.locator('#units [data-figure="satisfaction"]').first().waitFor({ timeout: SOON_MS })
  t.equal(await commission.locator('.void').count(), 0)
  for (const page of [leader, other]) t.match(await readText(page, '#top h1'), '100,0%', 'five: a step')
  await own.locator('#mine .levels').waitFor({ timeout: SOON_MS })
})

t.test('a storm of ratings: never more than one push a second, and a page asks even less', async (t) => {
  await commission.evaluate(() => {
    const pushes: number[] = []
    Object.assign(window, { pushes })
    new EventSource('/api/v1/changes').addEventListener('change', () => pushes.push(performance.now()))
    performance.clearResourceTimings()
  })
  const from = performance.now()
  while (performance.now() - from < 3500) {
    await rate()
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  await follows(leader)
  const seconds = (performance.now() - from) / 1000
  const told = await commission.evaluate(() => ({
    pushes: (window as unknown as { pushes: number[] }).pushes,
    asked: performance.getEntriesByType('resource').filter(({ name }) => name.includes('/reports/units?')).length,
  }))
  const gaps = told.pushes.slice(1).map((at, place) => at - (told.pushes[place] as number))
  t.ok(told.pushes.length >= 2, `${told.pushes.length} pushes for ${sent - 5} ratings in ${seconds.toFixed(1)} s`)
  t.ok(Math.min(...gaps) > 800, `${Math.round(Math.min(...gaps))} ms between two pushes`)
  t.ok(told.asked <= seconds / 3 + 2, `asked ${told.asked} times`)
})

t.test('PostgreSQL killed under the open pages: the next rating is there as ever', async (t) => {
  const postmaster = place.postmaster as number
  signalProcess(postmaster, 'SIGKILL')
  await eventually('another PostgreSQL', () => place.postmaster !== null && place.postmaster !== postmaster)
  await Promise.all([first.ready(), second.ready()])
  await eventually('a rating is taken', () =>
    rate().then(
      () => true,
      () => false,
    ),
  )
  await Promise.all([leader, other].map((page) => page.locator('.gone').waitFor({ state: 'detached' })))
  await Promise.all([follows(leader), follows(other)])
  t.equal(await leader.locator('.dimmed').count(), 0)
})

t.test('the server killed: said with the time of the last figures, in both languages; back by itself', async (t) => {
  await own.locator('[data-tool="language"]').click()
  await own.locator('html[lang="en"]').waitFor()
  const before = await readText(leader, '#counters')
  const port = String(first.port)
  await first.kill('SIGKILL')
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
  t.equal(await readText(leader, '.void'), `${vi['state.not_loaded']}${vi['state.not_loaded_help']}${vi['state.reload']}`)
  first = await place.start({ PORT: port })
  await first.ready()
  await leader.locator('main[data-page="figures"] h1').waitFor({ timeout: 15_000 })
  await own.locator('.gone').waitFor({ state: 'detached', timeout: 15_000 })
  await leader.goBack()
  await settle(leader, 'unit')
  await rate()
  await follows(leader)
})

t.test('open pages keep no session alive: it dims over its last figures, and goes on after a log-in', async (t) => {
  const seen = () =>
    place.query<{ last_seen_at: Date }>(
      `select last_seen_at from sessions join accounts using (account_id) where username = 'lanhdao'`,
    )
  const age = (minutes: number) =>
    place.query(
      `update sessions set last_seen_at = now() - make_interval(mins => $1) where account_id =
         (select account_id from accounts where username = 'lanhdao')`,
      [minutes],
    )
  await leader.waitForFunction(() => !navigator.userActivation.isActive)
  await age(20)
  const before = await seen()
  const asked = leader.waitForResponse((response) => response.url().includes('/series?'))
  await rate(5)
  await Promise.all([follows(leader), asked])
  t.same(await seen(), before, 'what the page asks by itself is no sign of a person, nor a new card that a step brings')
  await age(31)
  const shown = await readText(leader, '#top h1')
  await rate()
  const dialog = leader.locator('dialog[open]')
  await dialog.waitFor({ timeout: SOON_MS })
  t.match(await dialog.textContent(), vi['state.session_ended'])
  t.equal(await readText(leader, '#top h1'), shown, 'the last figures')
  t.not(await dialog.evaluate((node) => getComputedStyle(node, '::backdrop').backgroundColor), 'rgba(0, 0, 0, 0)')
  await usable(t, leader, 'session ended')
  await logInAgain(leader, 'lanhdao')
  await follows(leader)
})

t.test('no rights: whom to ask; once they are given the page comes after a log-in', async (t) => {
  const admin = await reader(second.origin, 'quantri', 'admin')
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
  await rate()
  await logInAgain(leader, 'lanhdao')
  await settle(leader, 'integrity')
  t.equal(await readText(leader, '#top h1'), vi['integrity.none'])
  await admin.close()
})

t.test('late: how far the figures reach and how many tablets are silent, until they speak', async (t) => {
  await place.query(`update terminal_contacts set last_contact_at = now() - interval '2 hours'`)
  const late = other.locator('.fresh.late')
  await late.waitFor({ timeout: SOON_MS })
  const time = '\\d+/\\d+/\\d{4} \\d\\d:\\d\\d'
  t.match(await readText(other, '.fresh.late'), new RegExp(`^${say('fresh.late', { time, k: 1 })}$`))
  const spoken = await fetch(`${first.origin}/api/v1/terminal/heartbeat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tablet?.token}` },
    body: JSON.stringify({ queue_length: 0 }),
  })
  t.equal(spoken.status, 200)
  await late.waitFor({ state: 'detached', timeout: SOON_MS })
  t.match(await readText(other, '.fresh'), new RegExp(`^${say('fresh.complete', { time })}$`))
})

t.test("the reader's clock a day ahead: the server's day counts and the page says so, until the clock is set", async (t) => {
  const page = await reader(second.origin, 'lanhdao.2', 'unit', DAY_MS)
  const { date } = await page.evaluate(() => ({ date: new Date().toISOString().slice(0, 10) }))
  t.not(date, new Date().toISOString().slice(0, 10), 'the browser is a day ahead')
  const time = '\\d+/\\d+/\\d{4} \\d\\d:\\d\\d'
  t.match(await readText(page, '.gone'), new RegExp(say('state.clock_wrong', { time }).replace(/[()]/g, '.')))
  t.equal(await readText(page, '[data-tool="period"]'), await readText(other, '[data-tool="period"]'))
  await rate()
  await follows(page)
  await page.evaluate(() => {
    ;(window as unknown as { shifted: { ms: number } }).shifted.ms = 0
  })
  await rate()
  await follows(page)
  await page.locator('.gone').waitFor({ state: 'detached' })
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
