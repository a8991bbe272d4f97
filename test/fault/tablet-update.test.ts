/** The tablet's page while it is updated or repaired over a network that answers with something else: it stays or comes back by itself, with its queue. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { eventually, root } from '../support/browser.ts'
import { openDesk, openPage, sendEverything, settle, visits } from '../support/desk.ts'
import { Profile } from '../support/profile.ts'
import { type ForeignAnswer, loginPage } from '../support/proxy.ts'
import { lookForUpdate, Release } from '../support/release.ts'
import { startSite } from '../support/site.ts'
import { repeat } from '../support/trials.ts'

t.setTimeout(1_500_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const release = new Release(t.testdir({}))
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString(), config: { pagesDir: release.pagesDir } })

/** A paired tablet on a profile of its own, its worker in charge or at least active, and `ratings` that nobody has heard of. */
async function arrange(t: Test, ratings: number) {
  const desk = await openDesk(t, site)
  const tablet = await openPage(await new Profile(t).open(), desk, AT)
  await tablet.pair(desk.code)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  desk.network.intercept((path) => (path.startsWith('/api/v1/ratings') ? loginPage : null))
  await visits(tablet, ratings)
  return { desk, tablet, page: tablet.page }
}
const shows = (page: Page, build: string) =>
  page.locator(`html[data-build="${build}"] main[data-screen="attract"]`).waitFor({ timeout: 60_000 })
const isFile = (path: string) => path.startsWith('/terminal/') && path !== '/terminal/sw.js'
/** The file of the build, as the server sends it; null for the page itself and what is no file. */
const built = (path: string) =>
  /\.\w+$/.test(path) ? readFileSync(join(root, 'dist', decodeURIComponent(path.split('?', 1)[0] ?? ''))) : null

const foreign: [string, (path: string) => ForeignAnswer | null][] = [
  ['a log-in page', (path) => (isFile(path) ? loginPage : null)],
  ['a page that there is nothing', (path) => (isFile(path) ? { ...loginPage, status: 404 } : null)],
  ['maintenance', (path) => (isFile(path) ? { ...loginPage, status: 503 } : null)],
  ['a redirect', (path) => (isFile(path) ? { status: 302, headers: { location: '/portal' }, body: '' } : null)],
  ['nothing', (path) => (isFile(path) ? { status: 200, headers: { 'content-type': 'text/html' }, body: '' } : null)],
  [
    'half a file',
    (path) => {
      const body = isFile(path) ? built(path) : null
      return body && { status: 200, body: body.subarray(0, body.length / 2) }
    },
  ],
  // The worker is of the new release, the page still of the one before.
  ['half a release', (path) => (path === '/terminal/index.html' ? { status: 200, body: built(path) ?? '' } : null)],
  ['a worker that is a page', (path) => (path === '/terminal/sw.js' ? loginPage : null)],
]
await repeat(t, 'an update answered by somebody else, and looked for again', foreign.length, async (t, number) => {
  const [what, answer] = foreign[number % foreign.length] as (typeof foreign)[number]
  release.deploy(`before ${number}`)
  const { desk, tablet, page } = await arrange(t, 3)
  release.deploy(`after ${number}`)
  desk.network.intercept((path) => answer(path) ?? (path.startsWith('/api/') ? loginPage : null))
  t.equal(await lookForUpdate(page), false, `${what} is not installed`)
  await page.reload()
  await shows(page, `before ${number}`)
  await visits(tablet, 1)
  desk.network.intercept(null)
  await eventually('the page looked again by itself', async () => {
    await tablet.later(600_000).catch(() => {})
    return (await page.locator(`html[data-build="after ${number}"]`).count()) === 1
  })
  await shows(page, `after ${number}`)
  return settle(t, desk, await sendEverything(tablet))
})

const kept: [string, (path: string) => boolean][] = [
  ['every file', isFile],
  ['the page alone', (path) => path.startsWith('/terminal/index.html')],
]
await repeat(t, 'a log-in page kept by an older worker', 6, async (t, number) => {
  const [what, isForeign] = kept[number % kept.length] as (typeof kept)[number]
  release.deployUnchecked(`old ${number}`)
  const { desk, tablet, page } = await arrange(t, 2)
  desk.network.intercept((path) => (isForeign(path) || path.startsWith('/api/') ? loginPage : null))
  release.deployUnchecked(`never seen ${number}`)
  await lookForUpdate(page)
  await eventually(`${what}: the log-in page took the place of the page`, async () => {
    await tablet.later(0).catch(() => {})
    return (await page.title().catch(() => '')) === 'Wi-Fi'
  })
  release.deploy(`new ${number}`)
  await page.reload()
  await eventually('the log-in page is still there', async () => (await page.title().catch(() => '')) === 'Wi-Fi')
  desk.network.intercept(null)
  await page.reload().catch(() => {})
  await shows(page, `new ${number}`)
  return settle(t, desk, await sendEverything(tablet))
})

const spoilt = ['/index.html', '.js', '.css']
const networks = ['whole', 'a log-in page, then whole', 'gone, then whole'] as const
await repeat(t, 'a damaged file of the kept page', 9, async (t, number) => {
  const ending = spoilt[number % 3] as string
  const network = networks[Math.floor(number / 3) % 3]
  release.deploy('kept')
  const { desk, tablet, page } = await arrange(t, 2)
  const changed = await page.evaluate(
    async ([ending, removed]) => {
      const cache = await caches.open('hai-long-page')
      const found = (await cache.keys()).filter(({ url }) => new URL(url).pathname.endsWith(ending))
      for (const key of found) removed ? await cache.delete(key) : await cache.put(key, new Response('<h1>Wi-Fi</h1>'))
      return found.length
    },
    [ending, number % 2 === 1] as const,
  )
  t.equal(changed, 1, `${ending} is damaged or gone`)
  if (network === 'a log-in page, then whole') desk.network.intercept(() => loginPage)
  else desk.network.intercept(null)
  if (network === 'gone, then whole') await desk.network.goAway()
  await page.reload()
  if (network !== 'whole') {
    await page.getByRole('heading', { name: tablet.words.repair_title as string }).waitFor()
    desk.network.intercept(null)
    if (network === 'gone, then whole') await desk.network.comeBack()
  }
  // Nobody touches it: the page of the worker loads again by itself.
  await shows(page, 'kept')
  return settle(t, desk, await sendEverything(tablet))
})
