/** How long does a citizen wait for "recorded", and how long does a tablet without a network take to start? */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import type { Test } from 'tap'
import { eventually, root } from '../support/browser.ts'
import { startTestPostgres } from '../support/postgres.ts'
import { Profile } from '../support/profile.ts'
import { type BadNetwork, startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { TabletPage } from '../support/tablet-page.ts'
import type { Bench, Row } from './report.ts'
import { assertEverythingOn } from './support.ts'

/** What Chromium's own throttling of a page makes of this machine's processor: a tablet of the cheaper kind. */
const SLOWER = 6
/** Longer than any answer that is still a good one. */
const ANSWER_MS = 300
/** A third of what no visit can do without: four seconds of thanks, and one more before the next face is taken. */
const BETWEEN_VISITS_MS = 1600
const SETTLED_MS = 15_000

/** Runs before the page's own script: notes when the touch was handled and when the frame with the answer was out. */
function watchTaps(): void {
  const state = { from: 0, taps: [] as number[], shown: 0 }
  Object.assign(window, { speed: state })
  const later = window.setTimeout
  // The four seconds of thanks say nothing about speed and would make this run for a quarter of an hour.
  Object.assign(window, {
    setTimeout: (work: () => void, ms: number, ...more: unknown[]) => later(work, ms === 4000 ? 60 : ms, ...more),
  })
  /** The task after a frame's own: what was in the page at its start is on the way to the screen. */
  const afterFrame = (work: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = work
      port2.postMessage(null)
    })
  const answered = () => document.querySelector('[data-screen="marks"], [data-yardstick="recorded"]') !== null
  addEventListener(
    'click',
    (event) => {
      if ((event.target as Element).closest('.pick')) state.from = performance.now()
    },
    { capture: true },
  )
  new MutationObserver(() => {
    if (state.from > 0 && answered()) {
      const { from } = state
      state.from = 0
      afterFrame(() => state.taps.push(performance.now() - from))
    }
    if (state.shown === 0 && document.querySelector('[data-screen="attract"]')) {
      afterFrame(() => {
        state.shown = performance.now()
      })
    }
  }).observe(document, { childList: true, subtree: true, attributes: true })
}

/** A strict write of a record as large as a rating's, then one word. */
const yardstick = `<!doctype html><title>yardstick</title><button class="pick">touch</button><p id="word">ready</p>
<script>
  const opening = indexedDB.open('yardstick')
  opening.onupgradeneeded = () => opening.result.createObjectStore('ratings', { keyPath: 'id' })
  opening.onsuccess = () => { document.body.dataset.yardstick = 'ready' }
  document.querySelector('button').onclick = () => {
    const tx = opening.result.transaction('ratings', 'readwrite', { durability: 'strict' })
    tx.objectStore('ratings').put({ id: crypto.randomUUID(), body: new Uint8Array(2100) })
    tx.oncomplete = () => {
      document.getElementById('word').textContent = 'recorded'
      document.body.dataset.yardstick = 'recorded'
    }
    tx.commit()
  }
</script>`

/** Slows one page down, or with a rate of 1 lets it go; a slowed page burns a processor of its own even when it rests. */
type Brake = (rate: number) => Promise<unknown>

async function fitBrake(page: Page): Promise<Brake> {
  const session = await page.context().newCDPSession(page)
  return (rate) => session.send('Emulation.setCPUThrottlingRate', { rate })
}

const tapsOf = (page: Page) => page.evaluate(() => (window as unknown as { speed: { taps: number[] } }).speed.taps)

/** Touches and waits in silence: whoever asks a slow page how far it is makes it slower. */
async function tap(page: Page, selector: string, before: number): Promise<void> {
  await page.locator(selector).tap()
  await page.waitForTimeout(ANSWER_MS)
  await eventually('a tap was answered', async () => (await tapsOf(page)).length > before)
}

const share = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] as number
}

/** The five slowest, each with its place in the round: the first taps after a start are slower than those of a day. */
const slowest = (values: readonly number[]): string =>
  values
    .map((ms, place) => ({ ms, place: place + 1 }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 5)
    .map(({ ms, place }) => `${ms.toFixed(0)} ms (${place}.)`)
    .join(', ')

async function openBrowser(profile: Profile, { origin }: BadNetwork): Promise<BrowserContext> {
  const context = await profile.open({ hasTouch: true })
  await context.addInitScript(watchTaps)
  await context.route(`${origin}/yardstick`, (route) => route.fulfill({ contentType: 'text/html', body: yardstick }))
  return context
}

interface Braked<Where> {
  where: Where
  brake: Brake
}

/** Taps on the yardstick, then on the tablet's faces, each a whole visit; returns what each tap took, in milliseconds. */
async function tapRound(
  { where: bare, brake: brakeBare }: Braked<Page>,
  { where: tablet, brake: brakeTablet }: Braked<TabletPage>,
  count: number,
) {
  const before = (await tapsOf(bare)).length
  await bare.bringToFront()
  await brakeBare(SLOWER)
  for (let tapped = 0; tapped < count; tapped += 1) {
    await bare.evaluate(() => document.body.setAttribute('data-yardstick', 'ready'))
    await bare.waitForTimeout(200)
    await tap(bare, '.pick', before + tapped)
  }
  await brakeBare(1)
  const { page } = tablet
  await page.bringToFront()
  await brakeTablet(SLOWER)
  // Outside opening hours it has dimmed meanwhile.
  const dimmed = page.locator('button.wake')
  if ((await dimmed.count()) > 0) await dimmed.tap()
  for (let tapped = 0; tapped < count; tapped += 1) {
    // The next person has to arrive and to read; of the four seconds of thanks, in which the visit is sent, little is left.
    await page.waitForTimeout(BETWEEN_VISITS_MS)
    await tap(page, `.faces li:nth-child(${1 + (tapped % 5)}) .pick`, before + tapped)
    await tablet.button('done').tap()
    await tablet.shows('attract')
  }
  await brakeTablet(1)
  return { ours: (await tapsOf(page)).slice(before), yardstick: (await tapsOf(bare)).slice(before) }
}

/** Milliseconds from the beginning of the navigation until the first screen is on the way to the glass. */
async function coldStart(profile: Profile, network: BadNetwork): Promise<number> {
  const context = await openBrowser(profile, network)
  const page = await context.newPage()
  await (await fitBrake(page))(SLOWER)
  await page.goto(`${network.origin}/terminal/`)
  const took = await eventually('the first screen', () =>
    page.evaluate(() => (window as unknown as { speed: { shown: number } }).speed.shown),
  )
  await context.close()
  return took
}

export const bench: Bench = {
  question: `How long does a citizen wait for "recorded" (from the handler's start to the painted frame), and how long does a paired tablet without a network take to start, on a processor slowed down ${SLOWER} times?`,
  yardstick: 'a page that does the same strict write and then changes one word, in the same browser, by turns.',
  async run({ quick, rounds, log }) {
    const work: (() => unknown)[] = []
    const t = { teardown: (one: () => unknown) => work.unshift(one) } as unknown as Test
    const postgres = await startTestPostgres()
    t.teardown(() => postgres.stop())
    await assertEverythingOn(postgres.env.TEST_OWNER_URL as string)
    // A temporary folder may be memory, where a flush to the disk costs nothing.
    const disk = mkdtempSync(join(root, 'node_modules', '.bench-'))
    t.teardown(() => rmSync(disk, { recursive: true, force: true }))
    Object.assign(process.env, postgres.env, { TEST_RUN_DIR: disk })
    const taps = { ours: [] as number[], yardstick: [] as number[] }
    const medians = { ours: [] as number[], yardstick: [] as number[] }
    const starts: number[] = []
    try {
      const site = await startSite(t, { at: new Date().toISOString() })
      const network = await startBadNetwork(t, site.origin)
      const administrator = await site.staff('administrator')
      const [counter] = await site.db.query<{ counter_id: number }>(
        'select min(counter_id) as counter_id from counters',
      )
      const made = await administrator.post('/api/v1/terminals', { counter_id: String(counter?.counter_id) })
      const profile = new Profile(t)
      const context = await openBrowser(profile, network)
      const tablet = await TabletPage.open(context, network.origin)
      await tablet.pair(made.body.pairing_code)
      // A tablet that was just paired fetches its voices; whoever paired it is still standing there.
      await tablet.page.waitForTimeout(quick ? 2000 : SETTLED_MS)
      const bare = await context.newPage()
      await bare.goto(`${network.origin}/yardstick`)
      await bare.locator('[data-yardstick="ready"]').waitFor()
      const [ours, yardstick] = [
        { where: tablet, brake: await fitBrake(tablet.page) },
        { where: bare, brake: await fitBrake(bare) },
      ]
      for (let round = 0; round < rounds; round += 1) {
        const took = await tapRound(yardstick, ours, quick ? 5 : 70)
        taps.ours.push(...took.ours)
        taps.yardstick.push(...took.yardstick)
        medians.ours.push(share(took.ours, 0.5))
        medians.yardstick.push(share(took.yardstick, 0.5))
        log(`${taps.ours.length} taps, slowest ${slowest(took.ours)}`)
      }
      await tablet.allAcked(taps.ours.length)
      await context.close()
      await network.goAway()
      for (let start = 0; start < (quick ? 1 : 5) * rounds; start += 1) starts.push(await coldStart(profile, network))
      await network.comeBack()
    } finally {
      for (const one of work) await one()
    }
    const all = `of ${taps.ours.length} taps`
    const rows: Row[] = [
      { what: `"recorded" is painted: median ${all}`, unit: 'ms', ...medians },
      {
        what: `"recorded" is painted: 99th percentile ${all}`,
        unit: 'ms',
        ours: [share(taps.ours, 0.99)],
        yardstick: [share(taps.yardstick, 0.99)],
        targets: [{ of: 'ours', at_most: 100 }],
      },
      {
        what: `start without a network: slowest of ${starts.length}`,
        unit: 'ms',
        ours: [share(starts, 1)],
        targets: [{ of: 'ours', at_most: 2000 }],
      },
    ]
    return rows
  },
}
