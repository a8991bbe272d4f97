/** A server that refuses: it asks for patience, stumbles over one record, or takes no large batch. Nothing is dropped, nothing blocks the rest. */
import type { Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, sendEverything, settle, visits } from '../support/desk.ts'
import { startSite } from '../support/site.ts'

t.setTimeout(180_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const site = await startSite(t, { at: new Date(AT).toISOString() })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const RATINGS = '**/api/v1/ratings'

/** A tablet with so many ratings that nobody has heard of. */
async function filled(t: Test, count: number) {
  const { tablet, desk } = await openPairedTablet(t, site, browser, { at: AT, complaints })
  await desk.network.goAway()
  await visits(tablet, count)
  return { tablet, desk, page: tablet.page, queue: await tablet.queue() }
}

const refusal = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  json: { error: { code: status === 429 ? 'too_many_requests' : 'internal', message: 'no' } },
})
const idsOf = (route: Route): string[] =>
  (JSON.parse(route.request().postData() ?? '{}') as { ratings: { id: string }[] }).ratings.map(({ id }) => id)

t.test('asked to wait, it waits, whoever wants to send, and keeps everything', async (t) => {
  const { tablet, desk, page } = await filled(t, 3)
  let asked = 0
  await page.route(RATINGS, (route) => {
    asked += 1
    return route.fulfill(refusal(429, { 'retry-after': '600' }))
  })
  await desk.network.comeBack()
  await eventually('it was asked to wait', async () => {
    await tablet.later(61_000)
    return asked > 0
  })
  const soFar = asked
  await page.unroute(RATINGS)
  await page.route(RATINGS, (route) => {
    asked += 1
    return route.continue()
  })
  // Its own timer, the network coming back, a visit, a heartbeat that gets through, the technician.
  await tablet.later(61_000)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await visits(tablet, 1)
  await tablet.openServiceCorner()
  await tablet.button('service_send').click()
  await tablet.later(60_000)
  t.equal(asked, soFar, 'nothing is sent before the ten minutes are over')
  t.equal((await tablet.queue()).filter(({ state }) => state === 'sealed').length, 4, 'all four are kept')
  await tablet.later(600_000)
  await page.unrouteAll({ behavior: 'wait' })
  await settle(t, desk, await sendEverything(tablet))
})

for (const status of [400, 413, 500] as const) {
  t.test(
    `one record is answered with ${status} wherever it is: alone in the visible list, tried again by a new page`,
    async (t) => {
      const { tablet, desk, page, queue } = await filled(t, 7)
      const bad = queue[4]?.id as string
      const sizes: number[] = []
      await page.route(RATINGS, (route) => {
        const ids = idsOf(route)
        sizes.push(ids.length)
        return ids.includes(bad) ? route.fulfill(refusal(status)) : route.continue()
      })
      await desk.network.comeBack()
      const kept = await sendEverything(tablet)
      t.same(
        kept.filter(({ state }) => state === 'rejected').map(({ id, code }) => [id, code]),
        [[bad, `http_${status}`]],
        'it alone stands in the list',
      )
      t.ok(sizes.includes(7) && sizes.includes(1), `halved: ${sizes.join(', ')}`)
      await tablet.openServiceCorner()
      t.match(await page.locator('main').textContent(), `http_${status}: 1`)
      await page.unrouteAll({ behavior: 'wait' })
      await page.reload()
      await tablet.shows('attract')
      await settle(t, desk, await sendEverything(tablet))
      t.equal((await tablet.queue()).length, 7)
    },
  )
}

t.test('a line that takes no large batch', async (t) => {
  const { tablet, desk, page } = await filled(t, 9)
  const sizes: number[] = []
  await page.route(RATINGS, (route) => {
    const { length } = idsOf(route)
    sizes.push(length)
    return length > 2 ? route.fulfill(refusal(413)) : route.continue()
  })
  await desk.network.comeBack()
  const kept = await sendEverything(tablet)
  t.same(
    kept.filter(({ state }) => state !== 'acked'),
    [],
    'all got through',
  )
  t.ok(sizes.includes(9) && sizes.every((size) => size !== 1 || sizes.includes(2)), sizes.join(', '))
  await page.unrouteAll({ behavior: 'wait' })
  await settle(t, desk, kept)
})

t.test('a server that fails for everybody: everything is kept, and nobody stands in the list', async (t) => {
  const { tablet, desk, page } = await filled(t, 4)
  let asked = 0
  await page.route(RATINGS, (route) => {
    asked += 1
    return route.fulfill(refusal(500))
  })
  await desk.network.comeBack()
  await eventually('several rounds', async () => {
    await tablet.later(61_000)
    return asked >= 12
  })
  t.ok(
    (await tablet.queue()).every(({ state }) => state === 'sealed'),
    'the server is ill, not the records',
  )
  await page.unrouteAll({ behavior: 'wait' })
  await settle(t, desk, await sendEverything(tablet))
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
