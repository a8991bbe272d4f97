/**
 * A server that refuses: it asks for patience, stumbles over one record, or takes no large batch. Nothing is dropped, nothing
 * blocks the rest. And what the network sees of a visit.
 */
import type { Locator, Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, sendEverything, settle, visits } from '../support/desk.ts'
import type { Exchange } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { type Level, tabletWords } from '../support/tablet-page.ts'

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

t.test('on the wire every visit looks like a face alone', async (t) => {
  const qr = `jsonb_set(value, '{url}', '"https://phananh.example"')`
  await site.db.query(`update settings set value = ${qr} where key = 'serious'`)
  const { tablet, desk } = await openPairedTablet(t, site, browser, { at: AT, complaints })
  const { page } = tablet
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  await tablet.later(0)
  const exchanges: Exchange[] = []
  desk.network.watch((exchange) => exchanges.push(exchange))

  const touchAll = async (tiles: Locator) => {
    await tiles.first().waitFor()
    for (const tile of await tiles.all()) await tile.click()
  }
  const listed = page.locator('.tile:visible:not([inert] *)')
  const report = async (text: string) => {
    await tablet.button('serious_link').click()
    await page.locator('.qr svg').waitFor()
    await touchAll(page.locator('.serious .tile'))
    await page.getByRole('textbox').fill(text)
    await tablet.button('serious_send').click()
    await tablet.shows('thanks')
  }
  const [quotes, tones, faces] = ['"\\'.repeat(500), 'ế'.repeat(1000), '😀'.repeat(1000)]
  const english = tabletWords('en')
  const visits: { level: Level; act: () => Promise<void> }[] = [
    { level: 3, act: () => tablet.done() },
    {
      level: 1,
      async act() {
        await tablet.tile(0).click()
        await tablet.button('change').click()
        await tablet.pick(5)
        await tablet.done()
      },
    },
    { level: 2, act: () => touchAll(listed).then(() => tablet.remark(quotes)) },
    { level: 5, act: () => touchAll(listed).then(() => tablet.remark(tones)) },
    { level: 1, act: () => report('') },
    { level: 2, act: () => touchAll(listed).then(() => report(faces)) },
    { level: 4, act: () => page.getByRole('button', { name: english.done as string }).click() },
  ]
  for (const [place, { level, act }] of visits.entries()) {
    if (place === visits.length - 1) {
      await page.locator('button.lang[lang="en"]').click()
      await page.getByRole('button', { name: english[`face_${level}`] as string, exact: true }).click()
      await tablet.shows('marks')
    } else await tablet.pick(level)
    await act()
    await tablet.allAcked(place + 1)
    await tablet.later(4000)
    await tablet.shows('attract')
  }
  const [face] = exchanges
  t.strictSame(
    exchanges.map(({ path, bytes }) => ({ path, ...bytes })),
    visits.map(() => ({ path: '/api/v1/ratings', ...face?.bytes })),
    'one request for each visit, all of one length, and so their answers',
  )
  t.equal(Buffer.byteLength(face?.asked ?? ''), 8192)
  const stored = await site.db.query(
    `select array[level::text, language, length(marks)::text, remark, cardinality(items)::text, report] as row
     from ratings r left join remarks using (rating_id)
     left join (select rating_id, items, remark as report from integrity_reports) i using (rating_id)
     where r.unit_id = $1 order by level, length(marks), items`,
    [desk.unit_id],
  )
  t.strictSame(
    stored.map(({ row }) => row),
    [
      ['1', 'vi', '0', null, '3', null],
      ['2', 'vi', '13', null, '3', faces],
      ['2', 'vi', '13', quotes, null, null],
      ['3', 'vi', '0', null, null, null],
      ['4', 'en', '0', null, null, null],
      ['5', 'vi', '1', null, null, null],
      ['5', 'vi', '13', tones, null, null],
    ],
    'all of it arrived',
  )
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
