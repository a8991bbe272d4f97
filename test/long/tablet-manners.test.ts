/** Kiosk manners: how long each screen waits, when it dims, what a finger cannot do, and how the page asks to be kept and kept awake. */
import t, { type Test } from 'tap'
import { wide } from '../support/accessibility.ts'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, visit } from '../support/desk.ts'
import { Profile } from '../support/profile.ts'
import { startSite } from '../support/site.ts'
import { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
/** A Tuesday. The office is open from 07:30 to 11:30 and from 13:30 to 17:00. */
const AT = '2026-11-24T08:00:00+07:00'
const site = await startSite(t, { at: AT })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const newTablet = (t: Test, { at = AT, script }: { at?: string; script?: () => void } = {}) =>
  openPairedTablet(t, site, browser, { at: Date.parse(at), complaints, ...(script ? { script } : {}) })

const levelsOf = async (unit_id: number) =>
  (
    await site.db.query<{ level: number }>('select level from ratings where unit_id = $1 order by level', [unit_id])
  ).map(({ level }) => level)

t.test(
  'thirty seconds after a face, 45 after a tile, 90 at the remark: a warning, "Continue", and what was recorded stays',
  async (t) => {
    const { tablet, desk } = await newTablet(t)
    const { page } = tablet
    /** Stands still within the time, warns in its last fifteen seconds, ends after it. */
    const ends = async (seconds: number, screen: 'marks' | 'remark') => {
      await tablet.later((seconds - 22) * 1000)
      t.equal(await page.locator('.warn').count(), 0, `${seconds} s: no warning seven seconds before it`)
      await tablet.later(7500)
      await page.locator('.warn').waitFor()
      await tablet.button('continue').click()
      t.equal(await page.locator('.warn').count(), 0, 'someone is still there')
      await tablet.shows(screen)
      await tablet.later((seconds - 15) * 1000)
      await page.locator('.warn').waitFor()
      await tablet.later(15_000)
      await tablet.shows('attract')
    }
    await tablet.pick(5)
    await tablet.later(8000)
    t.equal(await page.locator('.warn').count(), 0)
    await tablet.later(7500)
    await page.locator('.warn').waitFor()
    await tablet.later(15_000)
    await tablet.shows('attract')

    await tablet.pick(2)
    await tablet.tile(0).click()
    await ends(45, 'marks')

    await tablet.pick(3)
    await tablet.button('remark_open').click()
    await page.getByRole('textbox').fill('Xin thêm ghế')
    await ends(90, 'remark')

    await tablet.allAcked(3)
    t.same(await levelsOf(desk.unit_id), [2, 3, 5], 'each visit is recorded that ended by itself')
    t.same(
      await site.db.query('select 1 from remarks where unit_id = $1', [desk.unit_id]),
      [],
      'what was typed and not sent is nobody’s',
    )
  },
)

t.test('a family: the next rating five seconds after the thanks, and nothing dark in between', async (t) => {
  const { tablet, desk } = await newTablet(t)
  for (const level of [5, 1, 4] as const) {
    await tablet.pick(level)
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
  }
  await tablet.allAcked(3)
  t.same(await levelsOf(desk.unit_id), [1, 4, 5])
})

t.test('outside the two intervals of the day it dims, wakes at a touch, and takes ratings', async (t) => {
  const { tablet, desk } = await newTablet(t, { at: '2026-11-24T11:00:00+07:00' })
  const { page } = tablet
  const dims = () =>
    eventually('nobody is there any more', async () => {
      await tablet.later(31_000)
      return (await tablet.screen('rest').count()) === 1
    })
  await tablet.later(5 * 60_000)
  await tablet.shows('attract')
  await tablet.later(30 * 60_000)
  await dims()
  t.match(await page.locator('main').textContent(), /07:30.*11:30.*13:30.*17:00/, 'it says when somebody is there')
  await page.locator('button.wake').click()
  await tablet.shows('attract')
  await visit(tablet, 4)
  await dims()
  // Open again: it is awake by itself.
  await tablet.later(2 * 3_600_000)
  await eventually('awake', async () => {
    await tablet.later(31_000)
    return (await tablet.screen('attract').count()) === 1
  })
  await tablet.later(20_000)
  await tablet.shows('attract')
  await tablet.allAcked(1)
  t.same(await levelsOf(desk.unit_id), [4], 'a rating outside the hours is one like any other')
})

t.test('the next person finds the language of the unit', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  const english = page.locator('button.lang[data-language="en"]')
  const speaks = (language: string) => page.locator(`html[lang="${language}"]`).waitFor()
  await english.click()
  await speaks('en')
  await page.locator('button.pick').first().click()
  await tablet.shows('marks')
  t.equal(
    await page.locator('#recorded').textContent(),
    'Your answer is recorded. Thank you!',
    'the visit goes on in it',
  )
  await tablet.later(31_000)
  await tablet.shows('attract')
  await speaks('vi')
  // Chosen and left.
  await english.click()
  await speaks('en')
  await eventually('Vietnamese again', async () => {
    await tablet.later(31_000)
    return (await page.locator('html[lang="vi"]').count()) === 1
  })
})

t.test('no way back, no menu, no selection, no zoom', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  const address = page.url()
  await tablet.pick(3)
  await page.evaluate(() => history.back())
  await page.waitForTimeout(200)
  await page.evaluate(() => history.back())
  await page.waitForTimeout(200)
  await tablet.shows('marks')
  t.equal(page.url(), address, 'the back gesture leads nowhere')
  t.same(
    await page.evaluate(() => {
      const asked = (event: Event) => {
        document.querySelector('main')?.dispatchEvent(event)
        return event.defaultPrevented
      }
      const fingers = (count: number) => {
        const target = document.querySelector('main') as Element
        const touches = Array.from(
          { length: count },
          (_, identifier) => new Touch({ identifier, target, clientX: identifier, clientY: 0 }),
        )
        return new TouchEvent('touchmove', { bubbles: true, cancelable: true, touches })
      }
      const style = getComputedStyle(document.querySelector('.tile') as Element)
      return {
        menu: asked(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })),
        drag: asked(new DragEvent('dragstart', { bubbles: true, cancelable: true })),
        pinch: asked(fingers(2)),
        scroll: asked(fingers(1)),
        select: style.userSelect,
        touch: style.touchAction,
        overscroll: getComputedStyle(document.documentElement).overscrollBehaviorX,
      }
    }),
    { menu: true, drag: true, pinch: true, scroll: false, select: 'none', touch: 'manipulation', overscroll: 'none' },
  )
})

/** A browser that says yes or no, and whose screen lock can be lost. */
function grudgingBrowser(): void {
  const locks = { asked: 0, held: [] as EventTarget[] }
  Object.assign(window, { locks })
  Object.defineProperty(navigator, 'wakeLock', {
    value: {
      request: async () => {
        locks.asked += 1
        const lock = Object.assign(new EventTarget(), { released: false, release: async () => {} })
        locks.held.push(lock)
        return lock
      },
    },
  })
  if (navigator.storage) navigator.storage.persist = async () => false
}

t.test(
  'the screen is kept on, and again after the system let it go; what the browser says of keeping is told',
  async (t) => {
    const { tablet, desk } = await newTablet(t, { script: grudgingBrowser })
    const { page } = tablet
    const asked = () => page.evaluate(() => (window as unknown as { locks: { asked: number } }).locks.asked)
    t.equal(await asked(), 1)
    // The battery was low for a while.
    await page.evaluate(() => {
      for (const lock of (window as unknown as { locks: { held: EventTarget[] } }).locks.held.splice(0)) {
        Object.assign(lock, { released: true })
        lock.dispatchEvent(new Event('release'))
      }
    })
    await page.mouse.click(5, 400)
    await eventually('asked for again at a touch', async () => (await asked()) === 2)
    await page.mouse.click(5, 400)
    await page.mouse.click(5, 400)
    t.equal(await asked(), 2, 'one is enough')
    const persisted = await eventually('told with a heartbeat', async () => {
      await tablet.later(61_000)
      const [row] = await site.db.query<{ storage_persisted: boolean | null }>(
        "select details -> 'storage_persisted' as storage_persisted from terminal_contacts where terminal_id = $1",
        [Number(desk.terminal_id)],
      )
      return row?.storage_persisted === null || row === undefined ? null : row
    })
    t.same(persisted, { storage_persisted: false })
  },
)

t.test('it can be installed, and who leaves it and comes back finds the question and the queue', async (t) => {
  const { desk } = await newTablet(t)
  const profile = new Profile(t)
  const context = await profile.open()
  const tablet = await TabletPage.open(context, desk.network.origin)
  const { page } = tablet
  const { body } = await desk.administrator.post('/api/v1/terminals', { counter_id: String(desk.office.counters[0]) })
  await tablet.pair(body.pairing_code)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  const session = await context.newCDPSession(page)
  t.same(await session.send('Page.getInstallabilityErrors'), { installabilityErrors: [] })
  const { errors, data } = (await session.send('Page.getAppManifest')) as { errors: unknown[]; data?: string }
  t.same(errors, [])
  t.match(JSON.parse(data ?? '{}'), { display: 'fullscreen', orientation: 'any', lang: 'vi', id: '/terminal/' })

  await desk.network.goAway()
  await tablet.pick(5)
  await tablet.done()
  await tablet.shows('attract')
  await page.goto('about:blank')
  await page.goBack()
  // A page from the browser's memory would hold on to a store that another one may have used meanwhile.
  await tablet.shows('attract')
  t.equal((await tablet.queue()).length, 1)
  await tablet.pick(2)
  await tablet.done()
  await desk.network.comeBack()
  await tablet.allAcked(2, 60_000)
  t.same(profile.complaints.flat(), [])
  t.equal(page.viewportSize()?.width, wide.width)
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
