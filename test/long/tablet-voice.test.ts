/** The tablet aloud: it speaks on touch and chooses nothing, waits while it does, and says nothing of any answer later. */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet } from '../support/desk.ts'
import { startSite } from '../support/site.ts'
import type { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const site = await startSite(t, { at: AT })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []

interface Sound {
  /** Seconds of each clip that was started, and how many were stopped before their end. */
  started: number[]
  stopped: number
  /** Hertz of each tone. */
  tones: number[]
}

/** Notes what goes to the loudspeaker. */
function listenIn(): void {
  const sound: Sound = { started: [], stopped: 0, tones: [] }
  Object.assign(window, { sound })
  const { start, stop } = AudioBufferSourceNode.prototype
  Object.assign(AudioBufferSourceNode.prototype, {
    start(this: AudioBufferSourceNode, when?: number) {
      sound.started.push(this.buffer?.duration ?? 0)
      start.call(this, when)
    },
    stop(this: AudioBufferSourceNode) {
      sound.stopped += 1
      stop.call(this)
    },
  })
  const tone = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) {
    sound.tones.push(this.frequency.value)
    tone.apply(this, when)
  }
}
const soundOf = (page: Page) => page.evaluate(() => (window as unknown as { sound: Sound }).sound)

const newTablet = (t: Test) => openPairedTablet(t, site, browser, { at: Date.parse(AT), complaints, script: listenIn })

const speaking = (page: Page) => page.locator('.hear[aria-pressed="true"]')
const loudspeaker = ({ page, words }: TabletPage, key: string) =>
  page.getByRole('button', { name: `${words.listen}: ${words[key]}`, exact: true })
const silent = (page: Page) => eventually('silence', async () => (await speaking(page).count()) === 0)

async function started(page: Page, count: number): Promise<Sound> {
  return eventually(`${count} clips were started`, async () => {
    const sound = await soundOf(page)
    return sound.started.length === count && sound
  })
}

/** Where every button of the screen is. */
const places = (page: Page) =>
  page.locator('main button:visible:not([inert] *)').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { x, y, width, height } = button.getBoundingClientRect()
      return [button.textContent, x, y, width, height].join(' ')
    }),
  )

t.test('a loudspeaker says its clip, chooses nothing, and falls silent at a second touch', async (t) => {
  const { tablet, desk } = await newTablet(t)
  const { page } = tablet
  t.equal(await page.locator('.hear:visible:not([inert] *)').count(), 6, 'one beside the question, one under each face')
  for (const box of await page
    .locator('.hear:visible:not([inert] *)')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))) {
    t.ok(box.width >= 88 && box.height >= 88, `${box.width} × ${box.height}`)
  }
  await loudspeaker(tablet, 'face_1').click()
  await started(page, 1)
  t.equal(await speaking(page).getAttribute('aria-label'), `${tablet.words.listen}: ${tablet.words.face_1}`)
  await loudspeaker(tablet, 'question').click()
  const sound = await started(page, 2)
  t.ok((sound.started[1] ?? 0) > (sound.started[0] ?? 9), 'the question is longer than a level')
  t.equal(sound.stopped, 1, 'the new clip is said instead of the old one')
  t.equal(await speaking(page).count(), 1)
  await loudspeaker(tablet, 'question').click()
  t.equal(await speaking(page).count(), 0, 'a second touch stops it')
  t.equal((await soundOf(page)).stopped, 2)
  await tablet.shows('attract')
  t.strictSame(await tablet.queue(), [], 'nothing was chosen')

  // To whom it has spoken it also says that the answer is recorded, whatever the answer is; then the visit is told as heard.
  const told: number[] = []
  for (const level of [1, 5] as const) {
    const before = (await soundOf(page)).started.length
    await loudspeaker(tablet, `face_${level}`).click()
    await started(page, before + 1)
    await tablet.pick(level)
    await tablet.later(200)
    told.push((await started(page, before + 2)).started.at(-1) as number)
    t.equal(await speaking(page).getAttribute('aria-label'), `${tablet.words.listen}: ${tablet.words.recorded}`)
    await tablet.done()
    t.equal((await soundOf(page)).stopped > 0 && (await page.locator('.hear').count()), 0, 'silent at the thanks')
    await tablet.later(4000)
    await tablet.shows('attract')
  }
  t.equal(told[0], told[1], 'the same clip after every level')
  await tablet.pick(3)
  await tablet.later(200)
  await tablet.done()
  const { tones } = await soundOf(page)
  t.strictSame(new Set(tones), new Set([tones[0]]), 'one tone for every face')
  await tablet.later(4000)
  const kept = await tablet.allAcked(3)
  const rows = await site.db.query<{ rating_id: string; voice_used: boolean }>(
    'select rating_id, voice_used from ratings where unit_id = $1',
    [desk.unit_id],
  )
  t.strictSame(
    kept.map(({ id }) => rows.find(({ rating_id }) => rating_id === id)?.voice_used),
    [true, true, false],
    'the third person listened to nothing',
  )
})

t.test('while it speaks the clock of the visit stands still, and no button moves', async (t) => {
  const { tablet } = await newTablet(t)
  const { page, words } = tablet
  await tablet.pick(5)
  await page.mouse.move(1, 1)
  await tablet.tile(0).waitFor()
  const before = await places(page)
  await tablet.later(14_000)
  await loudspeaker(tablet, 'recorded').click()
  await started(page, 1)
  t.match(await page.locator('.side.good .ask p').textContent(), words.paused as string)
  t.equal(await page.locator('.clock.still').count(), 1)
  t.equal(
    await page.locator('.clock i').evaluate((line) => line.getAnimations()[0]?.playState),
    'paused',
    'the line stands still',
  )
  t.strictSame(await places(page), before)
  // Sixteen seconds were left: three more and the warning would be there.
  await tablet.later(3000)
  t.equal(await page.locator('.warn').count(), 0)
  await loudspeaker(tablet, 'recorded').click()
  await silent(page)
  t.equal(await page.locator('.clock.still').count(), 0)
  t.match(await page.locator('.side.good .ask p').textContent(), words.followup_hint as string)
  await tablet.later(2000)
  await page.locator('.warn').waitFor()
  t.strictSame((await places(page)).at(-1), before.at(-1), '"Done" stays where it was')
  // A clip whose end never comes: the clock goes on a second after its length.
  await page.evaluate(() => {
    Object.defineProperty(AudioBufferSourceNode.prototype, 'onended', { set() {} })
  })
  await loudspeaker(tablet, 'recorded').click()
  const { started: lengths } = await started(page, 2)
  await tablet.later(Math.ceil((lengths[1] as number) * 1000) + 1100)
  await silent(page)
  await tablet.later(15_000)
  await tablet.shows('attract')
})

t.test('a clip that is not there or is no sound: silence, and the rating goes on', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  for (const answer of [{ status: 404 }, { status: 200, body: 'no sound' }]) {
    await page.route('**/terminal/voice/**', (route) => route.fulfill(answer))
    await loudspeaker(tablet, 'question').click()
    await silent(page)
    await page.unroute('**/terminal/voice/**')
  }
  await page.evaluate(() => {
    Object.assign(window, {
      AudioContext: class {
        constructor() {
          throw new Error('no sound card')
        }
      },
    })
  })
  await loudspeaker(tablet, 'face_2').click()
  await silent(page)
  await tablet.pick(2)
  await tablet.later(200)
  await tablet.done()
  await tablet.allAcked(1)
})

t.test('where nothing could be recorded the paper slip is asked for aloud too', async (t) => {
  const { tablet } = await newTablet(t)
  const { page, words } = tablet
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put
    Object.assign(window, { broken: true })
    IDBObjectStore.prototype.put = function (...parts) {
      const asked = put.apply(this, parts)
      if (this.name === 'ratings' && 'broken' in window && window.broken) this.transaction.abort()
      return asked
    }
  })
  const label = `${words.listen}: ${words.not_saved?.split('. ')[1]}`
  const slip = page.locator('.trouble .hear')
  await tablet.button('face_1').click()
  await tablet.shows('trouble')
  t.equal(await slip.getAttribute('aria-label'), label)
  t.equal((await soundOf(page)).started.length, 0, 'to who has listened to nothing it says nothing by itself')
  await slip.click()
  const [length] = (await started(page, 1)).started
  t.equal(await speaking(page).getAttribute('aria-label'), label)
  await slip.click()
  await silent(page)

  await page.evaluate(() => Object.assign(window, { broken: false }))
  await tablet.later(20_000)
  await tablet.shows('attract')
  await page.evaluate(() => Object.assign(window, { broken: true }))
  await loudspeaker(tablet, 'question').click()
  await started(page, 2)
  await tablet.button('face_5').click()
  await tablet.shows('trouble')
  t.equal(
    (await started(page, 3)).started[2],
    length,
    'who has listened is told at once, the same whatever was answered',
  )
  t.equal(await speaking(page).getAttribute('aria-label'), label)

  await page.evaluate(() => Object.assign(window, { broken: false }))
  await tablet.later(20_000)
  await tablet.shows('attract')
  await loudspeaker(tablet, 'question').click()
  await started(page, 4)
  await tablet.pick(4)
  await tablet.later(200)
  // Also this one: that the answer is recorded.
  const { started: before } = await started(page, 5)
  // Two tiles within a moment: both writes fail, and the second must not silence what the first one said.
  await page.evaluate(() => {
    Object.assign(window, { broken: true })
    for (const tile of [...document.querySelectorAll<HTMLElement>('.tile')].slice(0, 2)) tile.click()
  })
  await tablet.shows('trouble')
  t.equal((await started(page, before.length + 1)).started.at(-1), length)
  await page.waitForTimeout(300)
  t.equal(await speaking(page).getAttribute('aria-label'), label, 'and goes on being said')
})

t.test('nothing on the first screen tells what the last person answered', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  const traces: unknown[] = []
  for (const level of [5, 1, 3] as const) {
    await tablet.pick(level)
    await tablet.tile(level).click()
    if (level === 1) await tablet.showOtherList()
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
    await tablet.later(1000)
    // The focus follows the picture by a frame and a task.
    await page.locator('main h1:focus').waitFor()
    traces.push(
      await page.evaluate(() => ({
        html: document.body.innerHTML,
        focus: document.activeElement?.tagName,
        history: [history.length, JSON.stringify(history.state), location.href],
        stored: [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie],
      })),
    )
  }
  t.strictSame(traces[1], traces[0], 'after the worst as after the best')
  t.strictSame(traces[2], traces[0])
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
