/** The tablet and the versions of its server: an older one, a backup that has the copies, a new page in the middle of a visit. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser, root } from '../support/browser.ts'
import { openPairedTablet, visit } from '../support/desk.ts'
import { startSite } from '../support/site.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const pagesDir = t.testdir({})
cpSync(join(root, 'dist', 'terminal'), join(pagesDir, 'terminal'), { recursive: true })
const site = await startSite(t, { at: AT, config: { pagesDir } })
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

t.test(
  'copies go once a checked backup has them, by the clock of the server, and are sent again when it asks',
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
    site.clock.set('2026-11-24T08:20:00+07:00')
    // The tablet's own clock is nobody's measure.
    add.heartbeat = { backed_up_through: '2027-01-01T00:00:00+07:00' }
    heartbeats = 0
    // One goes out at a time: the answer to the first was obeyed before the second was sent.
    await eventually('two heartbeats were answered', async () => {
      await tablet.later(61_000)
      return heartbeats >= 2
    })
    t.equal(await sequences(), '1,2', 'a backup of what is still to come is a wrong clock')
    add.heartbeat = { backed_up_through: '2026-11-24T08:05:00+07:00' }
    await eventually('the copy in the backup is gone', async () => {
      await tablet.later(61_000)
      return (await sequences()) === '2'
    })
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
      [1, 3, 4, 5],
      'and counted once',
    )
    site.clock.set(AT)
  },
)

t.test('a new version in the middle of a visit waits for its end', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  await page.reload()
  await tablet.shows('attract')
  t.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null), 'the page comes from the device')
  await tablet.pick(5)
  const index = join(pagesDir, 'terminal/index.html')
  const worker = join(pagesDir, 'terminal/sw.js')
  const code = readFileSync(worker, 'utf8')
  t.notMatch(code, /version\.json/, 'what tells the newest version is never kept')
  const revised = code.replace(/("?url"?:"index\.html","?revision"?:")[0-9a-f]+/, '$1newer')
  t.not(revised, code)
  // The server would go on sending the compressed old ones.
  for (const ending of ['.br', '.gz']) for (const file of [index, worker]) rmSync(`${file}${ending}`)
  writeFileSync(index, readFileSync(index, 'utf8').replace('<html ', '<html data-build="newer" '))
  writeFileSync(worker, revised)
  const waits = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/terminal/')
      await registration?.update()
      return registration?.waiting?.state === 'installed'
    })
  await eventually('the new version is there', waits)
  await tablet.tile(0).click()
  t.equal(await page.locator('html[data-build]').count(), 0, 'the visit goes on in the version it began with')
  await tablet.done()
  t.equal(await page.locator('html[data-build]').count(), 0, 'and so do the thanks')
  await tablet.later(4000)
  await page.locator('html[data-build="newer"] main[data-screen="attract"]').waitFor()
  await tablet.allAcked(1)
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
