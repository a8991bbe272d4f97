/**
 * Pages that stay open while servers and database go, and what tells them of news: two servers of one database, a proxy that
 * swallows the stream or keeps it back, a line that dies without a word, slow answers, a storm of ratings, PostgreSQL killed.
 */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { signalProcess } from '../../server/embedded/processes.ts'
import { eventually, launchBrowser } from '../support/browser.ts'
import { OpenPages, SOON_MS } from '../support/open-pages.ts'
import { startBadNetwork } from '../support/proxy.ts'

t.setTimeout(420_000)
const pages = new OpenPages(t, await launchBrowser(t))
await pages.open()
const second = await pages.place.start({ DATABASE_URL: pages.place.ownerUrl })
await second.ready()
const proxy = await startBadNetwork(t, second.origin)
const holding = await startBadNetwork(t, second.origin, { streams: 'head' })
const dying = await startBadNetwork(t, second.origin, { streams: 'all' })
const [leader, other, far, held, commission] = await Promise.all([
  pages.reader('lanhdao', 'unit'),
  pages.reader('lanhdao', 'unit', { origin: second.origin }),
  pages.reader('lanhdao.2', 'unit', { origin: proxy.origin }),
  pages.reader('lanhdao.2', 'unit', { origin: holding.origin }),
  pages.reader('danvan', 'commission', { origin: second.origin }),
])
const everywhere = (timeout = SOON_MS) =>
  Promise.all([leader, other, far, held].map((page) => pages.follows(page, timeout)))

t.test(
  'what one server received is on the pages of both, and behind proxies that swallow the stream or pass on its head alone',
  async (t) => {
    const seen: string[] = []
    proxy.watch(({ path }) => seen.push(path))
    for (let nth = 0; nth < 3; nth += 1) {
      await pages.rate()
      await everywhere()
    }
    t.ok(seen.filter((path) => path.startsWith('/api/v1/reports/units/')).length > 1, 'behind the proxy the page asks')
    t.notOk(
      seen.some((path) => path.startsWith('/api/v1/changes')),
      'for the stream does not come through',
    )
  },
)

t.test('a storm of ratings: never more than one push a second, and a page asks even less', async (t) => {
  await commission.evaluate(() => {
    const pushes: number[] = []
    Object.assign(window, { pushes })
    new EventSource('/api/v1/changes').addEventListener('change', () => pushes.push(performance.now()))
    performance.clearResourceTimings()
  })
  const before = pages.sent
  const from = performance.now()
  while (performance.now() - from < 6000) {
    await pages.rate()
    await wait(100)
  }
  await everywhere()
  const seconds = (performance.now() - from) / 1000
  const told = await commission.evaluate(() => ({
    pushes: (window as unknown as { pushes: number[] }).pushes,
    asked: performance.getEntriesByType('resource').filter(({ name }) => name.includes('/reports/units?')).length,
  }))
  const gaps = told.pushes.slice(1).map((at, place) => at - (told.pushes[place] as number))
  const shortest = Math.round(Math.min(...gaps))
  t.ok(told.pushes.length >= 4, `${told.pushes.length} pushes, ${pages.sent - before} ratings, ${seconds.toFixed(1)} s`)
  t.ok(shortest > 800, `${shortest} ms between two pushes`)
  t.ok(told.asked <= seconds / 3 + 2, `asked ${told.asked} times`)
})

t.test('news while an answer is on its way is not forgotten when that arrives', async () => {
  await other.route('**/api/v1/reports/units/*?**', async (route) => {
    const answer = await route.fetch()
    await wait(2000)
    await route.fulfill({ response: answer })
  })
  await pages.rate()
  await other.waitForRequest((request) => request.url().includes('/reports/units/'))
  // The next push is a second later, while the first answer is still on its way.
  await wait(500)
  await pages.rate()
  await pages.follows(other, 2 * SOON_MS)
  await other.unroute('**/api/v1/reports/units/*?**')
})

t.test('a line that dies without a word: the page notices by itself and has another stream', async (t) => {
  const page = await pages.reader('lanhdao.2', 'unit', { origin: dying.origin })
  const streams: number[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/changes')) streams.push(performance.now())
  })
  await pages.rate()
  await pages.follows(page)
  const frozen = performance.now()
  dying.freeze()
  await eventually('another stream', () => streams.length > 0, 60_000)
  t.comment(`after ${((performance.now() - frozen) / 1000).toFixed(1)} s`)
  // The first questions may still wait on a dead connection; the next ones do not.
  await page.locator('.gone').waitFor({ state: 'detached', timeout: 60_000 })
  await pages.rate()
  await pages.follows(page, 60_000)
  for (let nth = 0; nth < 2; nth += 1) {
    await pages.rate()
    await pages.follows(page)
  }
  await page.context().close()
})

t.test('PostgreSQL killed under the open pages: the next rating is there as ever', async (t) => {
  const postmaster = pages.place.postmaster as number
  signalProcess(postmaster, 'SIGKILL')
  const from = performance.now()
  await eventually('another PostgreSQL', () => pages.place.postmaster !== null && pages.place.postmaster !== postmaster)
  await Promise.all([pages.first.ready(), second.ready()])
  await eventually('a rating is taken', () =>
    pages.rate().then(
      () => true,
      () => false,
    ),
  )
  // Counting itself tries again after two seconds.
  await everywhere(3 * SOON_MS)
  t.comment(`on every page ${((performance.now() - from) / 1000).toFixed(1)} s after the kill`)
  for (const page of [leader, other, far, held]) t.equal(await page.locator('.gone, .dimmed').count(), 0)
})

t.test('no page complained', async (t) => {
  t.strictSame(pages.complaints.flat(), [])
})
