/** The tablet behind a bad network: gone, swallowing, cutting, doubling, late, slow, somebody else's; revoked; with an expired certificate. */
import { createHash, X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { issueCertificate, makeAuthority } from '../../server/bin/own-ca.ts'
import { startTestApp } from '../support/app.ts'
import { launchBrowser, newContext } from '../support/browser.ts'
import { type Desk, fleetOf, openDesk, openPage, sendEverything, settle, visit, visits } from '../support/desk.ts'
import { Profile } from '../support/profile.ts'
import { cuts, type Fault } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import type { TabletPage } from '../support/tablet-page.ts'
import { repeat } from '../support/trials.ts'

t.setTimeout(1_500_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const DAY = 86_400_000
const RATINGS = '/api/v1/ratings'
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString() })
const browser = await launchBrowser(t)

/** A paired tablet at a desk of its own. */
async function arrange(
  t: Test,
  { at = AT, zone, ...network }: { at?: number; zone?: string } & Parameters<typeof openDesk>[2] = {},
): Promise<{ desk: Desk; tablet: TabletPage }> {
  const desk = await openDesk(t, site, network)
  const { context } = await newContext(browser, zone ? { timezoneId: zone } : {})
  t.teardown(() => context.close())
  const tablet = await openPage(context, desk, at)
  await tablet.pair(desk.code)
  return { desk, tablet }
}

await repeat(t, 'server gone and back', 12, async (t, number) => {
  const { desk, tablet } = await arrange(t)
  for (let round = 0; round <= number % 3; round += 1) {
    await visits(tablet, 2)
    await desk.network.goAway()
    await visits(tablet, 1 + ((number + round) % 4))
    await desk.network.comeBack()
  }
  return settle(t, desk, await sendEverything(tablet))
})

/** Faults for the next batches; every visit and every try meets one of them. */
async function spoil(t: Test, faults: readonly Fault[], count: number, network: Parameters<typeof openDesk>[2] = {}) {
  const { desk, tablet } = await arrange(t, network)
  desk.network.plan(RATINGS, faults)
  await visits(tablet, count)
  const kept = await sendEverything(tablet)
  // What was held back arrives behind the next batch.
  await visit(tablet, 3)
  await sendEverything(tablet)
  t.equal(desk.network.planned, 0, 'every fault struck')
  return { desk, tablet, kept: kept.length, checked: await settle(t, desk, await tablet.queue()) }
}

await repeat(t, 'answer swallowed after the commit', 12, async (t, number) => {
  const { desk, checked } = await spoil(t, Array(1 + (number % 4)).fill('swallow'), 3)
  t.ok((desk.ledger.statuses.duplicate ?? 0) > 0, 'what was stored without our hearing of it is a duplicate')
  return checked
})

await repeat(t, 'answer or question cut at each class of place', 14, async (t, number) => {
  const cut = cuts[number % cuts.length] as (typeof cuts)[number]
  t.comment(cut)
  return (await spoil(t, [{ cut }, { cut }], 3)).checked
})

await repeat(t, 'each request twice, and late behind the next one', 10, async (t, number) => {
  const faults: Fault[] = number % 2 ? ['double', 'late', 'double'] : ['late', 'late', 'double']
  return (await spoil(t, faults, 4)).checked
})

await repeat(t, 'each request on two servers at once', 8, async (t) => {
  const second = await startTestApp(t, { db: site.db, pools: site.pools, keys: site.keys, clock: site.clock })
  await second.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = second.app.server.address() as AddressInfo
  const faults: Fault[] = ['parallel', 'parallel', 'parallel', 'parallel']
  return (await spoil(t, faults, 4, { second: `http://127.0.0.1:${port}` })).checked
})

await repeat(t, "other people's answers: log-in page, redirect, empty, trickling", 8, async (t, number) => {
  const all: Fault[] = ['html', 'redirect', 'empty', 'slow']
  const faults = [...all.slice(number % 4), ...all.slice(0, number % 4)]
  return (await spoil(t, faults, 4)).checked
})

await repeat(t, 'a record at which the server falls silent', 4, async (t, number) => {
  const { desk, tablet } = await arrange(t)
  await desk.network.goAway()
  await visits(tablet, 5)
  const poisoned = (await tablet.queue())[number % 5]?.id ?? ''
  desk.network.poison(poisoned)
  await desk.network.comeBack()
  const kept = await sendEverything(tablet)
  t.same(
    kept.filter(({ state }) => state === 'rejected').map(({ id }) => id),
    [poisoned],
    'it stands alone in the visible list, and the others got through',
  )
  desk.network.poison(null)
  await settle(t, desk, kept, false)
  await tablet.page.reload()
  await tablet.shows('attract')
  return settle(t, desk, await sendEverything(tablet))
})

await repeat(t, 'revoked while offline, paired again at the same or another counter', 8, async (t, number) => {
  const { desk, tablet } = await arrange(t, { counters: 2 })
  await visits(tablet, 2)
  await desk.network.goAway()
  await visits(tablet, 3)
  const { administrator, office, terminal_id } = desk
  // Nobody knows yet that the tablet has ratings; it is revoked and replaced.
  await administrator.patch(`/api/v1/terminals/${terminal_id}`, { revoked: true })
  const counter_id = String(office.counters[number % 2])
  const { body } = await administrator.post('/api/v1/terminals', { counter_id })
  const early = number % 4 < 2
  await desk.network.comeBack()
  if (early) await sendEverything(tablet)
  await tablet.openServiceCorner()
  await tablet.button('service_pair').click()
  await tablet.pair(body.pairing_code)
  await visits(tablet, 2)
  const kept = await sendEverything(tablet)
  const checked = await settle(t, desk, kept)
  const { rows, quarantined } = await desk.ledger.check(t, site.db.query, desk.unit_id, kept)
  t.same([rows + quarantined, early ? quarantined >= 3 : true], [7, true], 'all are there, none twice')
  desk.terminal_id = body.terminal_id
  t.match(await fleetOf(desk), { missing: 0, cloned: false }, 'two rows of numbers, no gap in either')
  return checked
})

await repeat(t, 'certificate run out, or of another CA', 6, async (t, number) => {
  const now = Date.now()
  const names = { names: ['hailong.sonla.example'], addresses: [] }
  const good = issueCertificate(makeAuthority(now), names, now)
  const bad =
    number % 2
      ? issueCertificate(makeAuthority(now - 900 * DAY), names, now - 900 * DAY)
      : issueCertificate(makeAuthority(now), names, now)
  const desk = await openDesk(t, site, { tls: good, name: 'hailong.sonla.example' })
  const pin = createHash('sha256')
    .update(new X509Certificate(good.cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
  const args = [
    '--host-resolver-rules=MAP hailong.sonla.example 127.0.0.1',
    `--ignore-certificate-errors-spki-list=${pin}`,
  ]
  const tablet = await openPage(await new Profile(t, { args }).open(), desk, AT)
  await tablet.pair(desk.code)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  await visits(tablet, 1)
  desk.network.present(bad)
  await visits(tablet, 3)
  await tablet.later(61_000)
  t.ok((await tablet.queue()).filter(({ state }) => state === 'sealed').length >= 3, 'the queue grows')
  // Also from a cold start: the page comes from the device.
  await tablet.page.reload()
  await tablet.shows('attract')
  await visits(tablet, 1)
  await settle(t, desk, await tablet.queue(), false)
  desk.network.present(good)
  return settle(t, desk, await sendEverything(tablet))
})

await repeat(t, "the tablet's clock in 1970 or 2090, set in mid-session, in another zone", 8, async (t, number) => {
  const at = Date.parse(number % 2 ? '1970-01-01T00:10:00Z' : '2090-06-01T00:00:00Z')
  const { desk, tablet } = await arrange(t, { at, zone: number % 3 ? 'Asia/Ho_Chi_Minh' : 'America/New_York' })
  await visits(tablet, 1)
  await desk.network.goAway()
  await visits(tablet, 2)
  if (number % 4 > 1) await tablet.page.clock.setSystemTime(AT + 5 * DAY)
  await visits(tablet, 1)
  await desk.network.comeBack()
  const checked = await settle(t, desk, await sendEverything(tablet))
  const days = await site.db.query('select distinct local_day::text as day from ratings where unit_id = $1', [
    desk.unit_id,
  ])
  t.same(days, [{ day: '2026-11-24' }], 'dated by how long ago, not by what the wall said')
  return checked
})

await repeat(
  t,
  'thirty days offline: 3,000 ratings drained within 60 s, each on its own day',
  1,
  async (t) => {
    const { desk, tablet } = await arrange(t)
    await desk.network.goAway()
    const gap = (30 * DAY) / 3000
    const expected = new Map<string, number>()
    for (let hundred = 0; hundred < 30; hundred += 1) {
      const done = tablet.words.done as string
      for (const wall of await tablet.page.evaluate(tapQuickly, { count: 100, gap, done })) {
        const day = new Date(wall + 7 * 3_600_000).toISOString().slice(0, 10)
        expected.set(day, (expected.get(day) ?? 0) + 1)
      }
    }
    t.ok(expected.size >= 30, `${expected.size} days`)
    t.equal(desk.ledger.shown.size, 3000)
    site.clock.set(await tablet.page.evaluate(() => Date.now()))
    await desk.network.comeBack()
    const from = Date.now()
    const kept = await sendEverything(tablet, 120_000)
    const seconds = (Date.now() - from) / 1000
    t.comment(`3,000 ratings in ${seconds.toFixed(1)} s`)
    t.ok(seconds < 60, `drained in ${seconds.toFixed(1)} s`)
    const checked = await settle(t, desk, kept)
    const days = await site.db.query<{ day: string; n: number }>(
      'select local_day::text as day, count(*)::int as n from ratings where unit_id = $1 group by 1',
      [desk.unit_id],
    )
    t.same(
      new Map(days.map(({ day, n }) => [day, n]).sort() as [string, number][]),
      new Map([...expected].sort()),
      'each on its own day',
    )
    site.clock.set(AT)
    return checked
  },
  900_000,
)

/**
 * So many visits from within the page, as fast as they go, each a `gap` of milliseconds after the one before. Returns the
 * wall clock at each tap.
 */
async function tapQuickly({ count, gap, done }: { count: number; gap: number; done: string }): Promise<number[]> {
  type Clock = { controller: { fastForward(ms: number): Promise<void> } }
  // Playwright's own clock, asked from within: three thousand calls from outside take longer than the taps.
  const { controller } = (globalThis as unknown as { __pwClock: Clock }).__pwClock
  const screen = () => document.querySelector('main')?.dataset.screen
  const until = (name: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (screen() !== name) return
        observer.disconnect()
        resolve()
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { childList: true, subtree: true, attributes: true })
      look()
    })
  const questions = () => (window as unknown as { questions: number }).questions
  const walls: number[] = []
  for (let number = 0; number < count; number += 1) {
    if (screen() === 'rest') document.querySelector<HTMLElement>('button.wake')?.click()
    await until('attract')
    walls.push(Date.now())
    document.querySelectorAll<HTMLElement>('button.pick')[number % 5]?.click()
    await until('marks')
    for (const button of document.querySelectorAll('button')) if (button.textContent?.trim() === done) button.click()
    await until('thanks')
    // By the time of the next one the store has answered.
    while (questions() > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await controller.fastForward(gap)
  }
  return walls
}
