/** What do readers wait for with twenty million ratings behind: the largest paint of each page, and the slowest of its answers to a touch. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { phone, wide } from '../support/accessibility.ts'
import { launchBrowser, newContext } from '../support/browser.ts'
import { openProvince } from './cache.ts'
import { type Bench, median, type Row } from './report.ts'
import { type BenchRole, type Office, type Reader, seatReaders } from './staff.ts'
import { startProduct, stopProcess } from './support.ts'

const SLOWER = 4
/** Nothing that belongs to the first view comes later than this after it. */
const SETTLED_MS = 1500
/** Longer than any answer that is still a good one. */
const ANSWER_MS = 500

interface Place {
  role: BenchRole
  address: (office: Office) => string
  /** `data-page` of its `main`. */
  name: string
}

const places: readonly Place[] = [
  { role: 'commission', address: () => '/', name: 'commission' },
  { role: 'commission', address: ({ unit_id }) => `/units/${unit_id}`, name: 'unit' },
  { role: 'unit_leader', address: () => '/', name: 'unit' },
  { role: 'unit_leader', address: () => '/terminals', name: 'terminals' },
  { role: 'unit_leader', address: () => '/cases', name: 'cases' },
  { role: 'unit_clerk', address: () => '/roster', name: 'roster' },
  { role: 'officer', address: () => '/me', name: 'officer' },
  { role: 'administrator', address: () => '/admin/units', name: 'admin' },
  { role: 'inspector', address: () => '/integrity', name: 'integrity' },
]

/** What readers touch, where a page has it; each does something that is to be seen. */
const touched = [
  'main summary',
  '[data-tool="period"]',
  '[data-tool="theme"]',
  '[data-tool="language"]',
  '[data-tool="search"]',
] as const

/** Runs before the page's own script. */
function watch(): void {
  const speed = { paint: 0, answers: [] as number[] }
  Object.assign(window, { speed })
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) speed.paint = startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[])
      if (entry.interactionId) speed.answers.push(entry.duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit)
}

const speedOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { speed: { paint: number; answers: number[] } }).speed)

/** Opens the page in a browser that knows nothing yet. Milliseconds; `answer` is the slowest, 0 when all were faster than 16. */
async function open(browser: Browser, url: string, { name, role }: Place, cookie: string) {
  const narrow = role === 'officer'
  const { context } = await newContext(browser, { viewport: narrow ? phone : wide, hasTouch: narrow })
  try {
    await context.setExtraHTTPHeaders({ cookie })
    await context.addInitScript(watch)
    const page = await context.newPage()
    const brake = await context.newCDPSession(page)
    await brake.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await page.goto(url)
    await page.locator(`main[data-page="${name}"] h1`).first().waitFor()
    await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
    await page.waitForTimeout(SETTLED_MS)
    const { paint } = await speedOf(page)
    for (const selector of touched) {
      const target = page.locator(selector).filter({ visible: true }).first()
      if ((await target.count()) === 0) continue
      await target.click()
      await page.waitForTimeout(ANSWER_MS)
      if (selector.includes('search')) await page.keyboard.type('xa 1', { delay: ANSWER_MS })
    }
    return { paint, answer: Math.max(0, ...(await speedOf(page)).answers) }
  } finally {
    await context.close()
  }
}

export const bench: Bench = {
  question: `How long until the largest part of each page is painted, and until it shows that it was touched, on a processor slowed down ${SLOWER} times, with twenty million ratings behind? Touched are the first table, the periods, the colours, the language and the search.`,
  yardstick: 'the same page with two million ratings of the same province behind, by turns.',
  byName: true,
  async run({ quick, rounds, log }) {
    const work: (() => unknown)[] = []
    const dir = mkdtempSync(join(tmpdir(), 'hai-long-bench-'))
    work.push(() => rmSync(dir, { recursive: true, force: true }))
    const openDoor = async (ratings: number) => {
      const postgres = await openProvince(ratings, log)
      work.unshift(() => postgres.stop())
      const { child, url } = await startProduct(postgres.ownerUrl, join(dir, String(ratings)))
      work.unshift(() => stopProcess(child))
      return { url, ...(await seatReaders(postgres.ownerUrl)) }
    }
    const rows: Row[] = []
    try {
      const browser = await launchBrowser({ teardown: (one) => work.unshift(one) })
      const large = await openDoor(20_000_000)
      const small = await openDoor(2_000_000)
      const visit = ({ url, readers, office }: typeof large, place: Place) => {
        const { cookie } = readers.find(({ role }) => role === place.role) as Reader
        return open(browser, url + place.address(office), place, cookie)
      }
      for (const place of quick ? places.slice(0, 2) : places) {
        for (const door of [large, small]) await visit(door, place)
        const [ours, yardstick] = [[] as { paint: number; answer: number }[], [] as { paint: number; answer: number }[]]
        for (let round = 0; round < rounds; round += 1) {
          ours.push(await visit(large, place))
          yardstick.push(await visit(small, place))
        }
        const what = `${place.role}: ${place.address({ unit_id: 0, officer_id: 0 }).replace('/0', '/ID')}`
        const of = (key: 'paint' | 'answer') => ({
          ours: ours.map((one) => one[key]),
          yardstick: yardstick.map((one) => one[key]),
        })
        rows.push(
          { what: `${what}, largest paint`, unit: 'ms', ...of('paint'), targets: [{ of: 'ours', at_most: 1000 }] },
          { what: `${what}, slowest answer`, unit: 'ms', ...of('answer'), targets: [{ of: 'ours', at_most: 100 }] },
        )
        log(`${what}: ${median(of('paint').ours).toFixed(0)} ms, ${median(of('answer').ours).toFixed(0)} ms`)
      }
    } finally {
      for (const one of work) await one()
    }
    return rows
  },
}
