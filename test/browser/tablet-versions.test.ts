/** The tablet and the versions of its server: an older one, a backup that has the copies, a new page in the middle of a visit or behind a log-in page. */
import { createHash } from 'node:crypto'
import type { Page, Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, sendEverything, settle, visit } from '../support/desk.ts'
import { loginPage } from '../support/proxy.ts'
import { lookForUpdate, Release } from '../support/release.ts'
import { startSite } from '../support/site.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const release = new Release(t.testdir({}))
const site = await startSite(t, { at: AT, config: { pagesDir: release.pagesDir } })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const newTablet = (t: Test) => openPairedTablet(t, site, browser, { at: Date.parse(AT), complaints })

t.test('a server from before the new fields of the heartbeat is told less', async (t) => {
  const { tablet } = await newTablet(t)
  const refused: number[] = []
  let taken = 0
  await tablet.page.route('**/api/v1/terminal/heartbeat', async (route) => {
    if (route.request().postData()?.includes('storage_used')) {
      refused.push(1)
      return route.fulfill({ status: 400, json: { error: { code: 'unknown_field', message: 'unknown field' } } })
    }
    taken += 1
    return route.continue()
  })
  for (const count of [1, 2]) {
    await eventually(`a shorter heartbeat, ${count}`, async () => {
      await tablet.later(61_000)
      return taken >= count
    })
  }
  t.equal(refused.length, 1, 'it asked once')
  await tablet.page.unrouteAll({ behavior: 'ignoreErrors' })
})

t.test('a server that was put back to a version before the padding gets what it knows', async (t) => {
  const { tablet, desk } = await newTablet(t)
  const { page } = tablet
  await visit(tablet, 5)
  await tablet.allAcked(1)
  for (const path of ['**/api/v1/terminal', '**/api/v1/terminal/heartbeat']) {
    await page.route(path, async (route) => {
      const headers = { ...route.request().headers(), 'if-none-match': '' }
      const answer = await route.fetch({ headers })
      await route.fulfill({ response: answer, json: { ...(await answer.json()), api_revision: 2 } })
    })
  }
  const asked: string[] = []
  await page.route('**/api/v1/ratings', (route) => {
    const body = route.request().postDataJSON()
    asked.push('padding' in body ? 'padded' : 'plain')
    if (asked.at(-1) === 'plain') return route.continue()
    return route.fulfill({ status: 400, json: { error: { code: 'unknown_field', message: 'unknown field' } } })
  })
  await visit(tablet, 1)
  await eventually('it was sent', async () => {
    await tablet.later(61_000)
    return (await tablet.queue()).every(({ state }) => state === 'acked')
  })
  t.strictSame([...new Set(asked)], ['padded', 'plain'])
  await page.unrouteAll({ behavior: 'wait' })
  t.strictSame(await site.db.query('select level from ratings where unit_id = $1 order by level', [desk.unit_id]), [
    { level: 1 },
    { level: 5 },
  ])
})

t.test(
  'copies go once a backup elsewhere has them, whatever any clock says, and are sent again when the server asks',
  async (t) => {
    const { tablet, desk } = await newTablet(t)
    const { page } = tablet
    let heartbeats = 0
    const add: { heartbeat: object; ratings: object } = { heartbeat: {}, ratings: {} }
    for (const [path, name] of [
      ['**/api/v1/terminal/heartbeat', 'heartbeat'],
      ['**/api/v1/ratings', 'ratings'],
    ] as const) {
      const change = async (route: Route) => {
        const answer = await route.fetch()
        const more = add[name]
        // A wish is told once.
        if (name === 'ratings') add.ratings = {}
        await route.fulfill({ response: answer, json: { ...(await answer.json()), ...more } })
        if (name === 'heartbeat' && more === add.heartbeat) heartbeats += 1
      }
      // The last heartbeat may still be under way when the page is closed.
      await page.route(path, (route) => change(route).catch(() => route.abort().catch(() => {})))
    }
    const sequences = async () => (await tablet.queue()).map(({ sequence }) => sequence).join()
    site.clock.set('2026-11-24T08:00:00+07:00')
    await visit(tablet, 5)
    await tablet.allAcked(1)
    site.clock.set('2026-11-24T08:10:00+07:00')
    await visit(tablet, 1)
    await tablet.allAcked(2)
    // A backup between the two: what is acknowledged from here on may be missing in it.
    await site.db.query('update server_state set backup_generation = 1')
    await visit(tablet, 2)
    await tablet.allAcked(3)
    const twoBeats = async () => {
      heartbeats = 0
      // One goes out at a time: the answer to the first was obeyed before the second was sent.
      await eventually('two heartbeats were answered', async () => {
        await tablet.later(61_000)
        return heartbeats >= 2
      })
    }
    add.heartbeat = { server_time: '2028-12-01T00:00:00+07:00', backed_up_through: '2028-12-01T00:00:00+07:00' }
    await twoBeats()
    t.equal(await sequences(), '1,2,3', 'two years ahead, by the word of a server: no time lets a copy go')
    add.heartbeat = { backed_up_generation: 1 }
    await eventually('the copies in the backup are gone', async () => {
      await tablet.later(61_000)
      return (await sequences()) === '3'
    })
    add.heartbeat = {}
    await visit(tablet, 3)
    await tablet.allAcked(2)

    add.ratings = { resend_after: '2026-11-24T08:10:00+07:00' }
    await visit(tablet, 4)
    await eventually('everything since then was sent again', async () => {
      await tablet.later(61_000)
      const kept = await tablet.queue()
      return kept.length === 3 && kept.every(({ state }) => state === 'acked') && kept[0]?.ack_status === 'duplicate'
    })
    const rows = await site.db.query('select level from ratings where unit_id = $1 order by level', [desk.unit_id])
    t.strictSame(
      rows.map((row) => (row as { level: number }).level),
      [1, 2, 3, 4, 5],
      'and counted once',
    )
    add.heartbeat = { epoch: crypto.randomUUID(), backed_up_generation: 9 }
    await twoBeats()
    add.heartbeat = {}
    await sendEverything(tablet)
    t.equal(await sequences(), '3,4,5', 'a backup of other data says nothing of these copies')
    site.clock.set(AT)
  },
)

/** A page of the device, the network of its desk, and a worker in charge of it. */
async function withWorker(t: Test) {
  const { tablet, desk } = await newTablet(t)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  return { tablet, desk, page: tablet.page }
}
const build = (page: Page) => page.evaluate(() => document.documentElement.dataset.build)
const isControlled = (page: Page) => page.evaluate(() => navigator.serviceWorker.controller !== null)

const arrivals: [string, boolean, (page: Page) => Promise<unknown>][] = [
  ['just paired and never reloaded', true, async () => {}],
  [
    'reloaded around its worker',
    false,
    async (page) => (await page.context().newCDPSession(page)).send('Page.reload', { ignoreCache: true }),
  ],
]
for (const [how, controlled, arrive] of arrivals) {
  t.test(`a new version in the middle of a visit waits for its end: a tablet ${how}`, async (t) => {
    const { tablet, page } = await withWorker(t)
    await arrive(page)
    await tablet.shows('attract')
    await eventually('the worker is in charge, or was passed by', async () => (await isControlled(page)) === controlled)
    const old = await build(page)
    await tablet.pick(5)
    await tablet.tile(0).click()
    release.deploy(how)
    await lookForUpdate(page)
    await eventually('the new version waits, or took charge where none was', () =>
      page.evaluate(async (controlled) => {
        const registration = await navigator.serviceWorker.getRegistration()
        return controlled
          ? registration?.waiting?.state === 'installed'
          : registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null
      }, controlled),
    )
    t.equal(await build(page), old, 'the visit goes on in the version it began with')
    t.equal(await page.locator('.tile[aria-pressed="true"]').count(), 1, 'with what was touched')
    await tablet.done()
    t.equal(await build(page), old, 'and so do the thanks')
    await tablet.later(4000)
    await page.locator(`html[data-build="${how}"] main[data-screen="attract"]`).waitFor()
    await tablet.allAcked(1)
  })
}

/** All of the page is answered by the network's owner, and only `sw.js` passes. */
const behindLogin = (path: string) => (path.startsWith('/terminal/') && path !== '/terminal/sw.js' ? loginPage : null)

t.test('an update behind a log-in page fails as a whole, and comes once the network is whole', async (t) => {
  const { tablet, desk, page } = await withWorker(t)
  const old = await build(page)
  desk.network.intercept((path) => behindLogin(path) ?? (path.startsWith('/api/') ? loginPage : null))
  release.deploy('behind the log-in page')
  t.equal(await lookForUpdate(page), false, 'it was not installed')
  for (const again of [1, 2]) {
    await page.reload()
    await tablet.shows('attract')
    t.equal(await build(page), old, `the page is the one before: ${again}`)
  }
  await visit(tablet, 2)
  // A server without the page, and one that answers the worker's own address with a page.
  for (const answer of [{ ...loginPage, status: 404 }, loginPage]) {
    desk.network.intercept((path) => (path.startsWith('/terminal/') ? answer : null))
    t.equal(await lookForUpdate(page), false)
  }
  desk.network.intercept(null)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.locator('html[data-build="behind the log-in page"] main[data-screen="attract"]').waitFor()
  await settle(t, desk, await sendEverything(tablet))
})

t.test('a tablet on which an older worker kept a log-in page comes back by itself, with its queue', async (t) => {
  release.deployUnchecked('unchecked')
  const { tablet, desk, page } = await withWorker(t)
  await desk.network.goAway()
  await visit(tablet, 4)
  await desk.network.comeBack()
  desk.network.intercept((path) => behindLogin(path) ?? (path.startsWith('/api/') ? loginPage : null))
  release.deployUnchecked('never seen')
  await lookForUpdate(page)
  await eventually('the log-in page took the place of the page', async () => {
    const title = await page.title().catch(() => null)
    return title === 'Wi-Fi'
  })
  desk.network.intercept(null)
  await page.reload()
  await page.reload()
  t.equal(await page.title(), 'Wi-Fi', 'which the older worker never drops')
  release.deploy('checked')
  // The worker may load the page again before this load is over.
  await page.reload().catch(() => {})
  await page.locator('html[data-build="checked"] main[data-screen="attract"]').waitFor()
  await settle(t, desk, await sendEverything(tablet))
  t.notMatch(await page.evaluate(async () => (await caches.keys()).join()), 'workbox', 'nothing it kept is left')
})

t.test(
  'what is kept is checked before it is shown, and repaired; without a network a page says what to do',
  async (t) => {
    release.deploy('whole')
    const { tablet, desk, page } = await withWorker(t)
    await desk.network.goAway()
    await visit(tablet, 1)
    await desk.network.comeBack()
    const spoil = (ending: string) =>
      page.evaluate(async (ending) => {
        const cache = await caches.open('hai-long-page')
        const found = (await cache.keys()).filter(({ url }) => new URL(url).pathname.endsWith(ending))
        for (const key of found) await cache.put(key, new Response('<title>Wi-Fi</title>'))
        return found.length
      }, ending)
    for (const ending of ['/index.html', '.js', '.css']) {
      t.equal(await spoil(ending), 1, ending)
      await page.reload()
      await page.locator('html[data-build="whole"] main[data-screen="attract"]').waitFor()
    }
    t.equal(await spoil('.js'), 1)
    desk.network.intercept((path) => (path.startsWith('/terminal/') ? loginPage : null))
    await page.reload()
    await page.getByRole('heading', { name: tablet.words.repair_title as string }).waitFor()
    t.equal(await page.locator('meta[http-equiv="refresh"]').getAttribute('content'), '15', 'it tries again by itself')
    desk.network.intercept(null)
    await page.reload()
    await tablet.shows('attract')
    await settle(t, desk, await sendEverything(tablet))
  },
)

t.test('each file has the hash that the worker lists, however it travels', async (t) => {
  const own = await startSite(t, { at: AT })
  t.equal(release.files.length, 29)
  for (const { url, hash } of release.files) {
    for (const coding of ['br', 'gzip', 'identity']) {
      const answer = await fetch(`${own.origin}/terminal/${url}`, { headers: { 'accept-encoding': coding } })
      const body = Buffer.from(await answer.arrayBuffer())
      t.equal(createHash('sha256').update(body).digest('hex'), hash, `${url}, ${coding}`)
    }
  }
})

t.test('no answer of the server makes a browser throw storage away', async (t) => {
  for (const path of ['/terminal/', '/', '/api/v1/terminal', '/api/v1/session', '/terminal/sw.js', '/nothing.js']) {
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(`${site.origin}${path}`, { method })
      t.equal(answer.headers.get('clear-site-data'), null, `${method} ${path}`)
    }
  }
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
