/** A real tablet goes to another counter with answers still on it: each counts where it was tapped. */
import t from 'tap'
import { eventually, launchBrowser, newContext } from '../support/browser.ts'
import { createOffice } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { type Level, TabletPage } from '../support/tablet-page.ts'

const MINUTE = 60_000

t.test('moved while it is offline, and later paired anew with a code', async (t) => {
  const site = await startSite(t)
  const browser = await launchBrowser(t)
  const { context, complaints } = await newContext(browser)
  const office = await createOffice(site.db, { counters: 3 })
  const leader = await site.staff('unit_leader', { unit_id: office.unit_id })
  const made = (await leader.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })).body
  const tablet = await TabletPage.open(context, site.origin, { at: site.clock.now() })
  await tablet.pair(made.pairing_code)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => true))

  const pass = async (minutes: number) => {
    site.clock.advance(minutes * MINUTE)
    await tablet.later(minutes * MINUTE)
  }
  const rate = async (level: Level) => {
    await tablet.pick(level)
    await tablet.done()
    await tablet.later(10_000)
    await tablet.shows('attract')
  }
  const acked = async (count: number) => {
    await eventually(
      `${count} acknowledged`,
      async () => {
        await tablet.later(30_000)
        const queue = await tablet.queue()
        return queue.length === count && queue.every(({ state }) => state === 'acked')
      },
      20_000,
    )
  }

  await context.setOffline(true)
  await rate(1)
  await pass(10)
  const moved = await leader.patch(`/api/v1/terminals/${made.terminal_id}`, { counter_id: String(office.counters[1]) })
  t.equal(moved.status, 200)
  await pass(10)
  await rate(2)
  await context.setOffline(false)
  await acked(2)

  // Its ratings do not get through, and it is carried to a third counter with a code for that one.
  await context.route('**/api/v1/ratings', (route) => route.abort())
  await rate(4)
  await pass(10)
  const code = (await leader.post('/api/v1/terminals', { counter_id: String(office.counters[2]) })).body
  await tablet.page.goto(`${site.origin}/terminal/#pair=${code.pairing_code}`)
  await tablet.page.reload()
  await tablet.shows('attract')
  await eventually('it is paired anew', async () => {
    const { items } = (await leader.get('/api/v1/fleet')).body
    const ids = items.map(({ terminal_id }: { terminal_id: string }) => terminal_id)
    return ids.includes(code.terminal_id) && !ids.includes(made.terminal_id)
  })
  await rate(5)
  await context.unroute('**/api/v1/ratings')
  await acked(4)

  const rows = await site.db.query<{ level: number; counter_id: number }>(
    'select level, counter_id from ratings order by level',
  )
  const [first, second, third] = office.counters
  t.same(rows, [
    { level: 1, counter_id: first },
    { level: 2, counter_id: second },
    { level: 4, counter_id: second },
    { level: 5, counter_id: third },
  ])
  t.same(await site.db.query('select 1 from quarantine'), [], 'and none waits for a decision')
  t.same(complaints, [])
})
