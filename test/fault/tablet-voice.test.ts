/** The tablet aloud: it speaks on touch and chooses nothing, waits while it does, and says nothing of any answer later. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser, newContext, root } from '../support/browser.ts'
import { createOffice, type Office } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const site = await startSite(t, { at: AT })
const browser = await launchBrowser(t)
const administrator = await site.staff('administrator')
const clips = ['question', 'level_1', 'level_2', 'level_3', 'level_4', 'level_5', 'recorded', 'language']
const complaintsOfAll: Complaints[] = []

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

async function newTablet(t: Test): Promise<{ tablet: TabletPage; office: Office; terminal_id: string }> {
  const office = await createOffice(site.db)
  const { body } = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })
  const { context, complaints } = await newContext(browser, { viewport: { width: 1280, height: 800 } })
  t.teardown(() => context.close())
  complaintsOfAll.push(complaints)
  await context.addInitScript(listenIn)
  const tablet = await TabletPage.open(context, site.origin, { at: Date.parse(AT) })
  await tablet.pair(body.pairing_code)
  return { tablet, office, terminal_id: body.terminal_id }
}

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
  page.locator('main button:visible').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { x, y, width, height } = button.getBoundingClientRect()
      return [button.textContent, x, y, width, height].join(' ')
    }),
  )

t.test('a loudspeaker says its clip, chooses nothing, and falls silent at a second touch', async (t) => {
  const { tablet, office } = await newTablet(t)
  const { page } = tablet
  t.equal(await page.locator('.hear:visible').count(), 6, 'one beside the question, one under each face')
  for (const box of await page
    .locator('.hear:visible')
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
    [office.unit_id],
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

t.test('nothing on the first screen tells what the last person answered', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  const traces: unknown[] = []
  for (const level of [5, 1, 3] as const) {
    await tablet.pick(level)
    await tablet.page.locator('.tile:visible').nth(level).click()
    if (level === 1) await tablet.showOtherList()
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
    await tablet.later(1000)
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

const contents = new Map<string, Buffer>()

/** An approved set of clips, as the recorder's page leaves it: the English clips of the product under another language. */
async function approve(unit: number | null, language: string, name: string, swap = false): Promise<void> {
  const [one] = await site.db.query<{ account_id: number }>('select account_id from accounts limit 1')
  const [two] = await site.db.query<{ account_id: number }>('select account_id from accounts order by 1 desc limit 1')
  await site.db.query(
    `update voice_sets set state = 'replaced' where state = 'approved' and language = $1 and unit_id is not distinct from $2`,
    [language, unit],
  )
  const [set] = await site.db.query<{ voice_set_id: number }>(
    `insert into voice_sets (unit_id, language, name, created_at, changed_at) values ($1, $2, $3, now(), now()) returning voice_set_id`,
    [unit, language, name],
  )
  for (const clip of clips) {
    const file = swap && clip === 'language' ? 'level_2' : clip
    const content = readFileSync(join(root, `terminal-ui/public/voice/en/${file}.mp3`))
    contents.set(createHash('sha256').update(content).digest('hex'), content)
    await site.db.query(
      `insert into voice_clips (voice_set_id, clip, sha256, media_type, duration_ms, content, recorded_by, recorded_at)
       values ($1, $2, $3, 'audio/mpeg', 1000, $4, $5, now())`,
      [set?.voice_set_id, clip, createHash('sha256').update(content).digest(), content, one?.account_id],
    )
  }
  await site.db.query(
    `update voice_sets set state = 'approved', approved_by = $2, approved_at = now() where voice_set_id = $1`,
    [set?.voice_set_id, two?.account_id],
  )
}

const keptClips = (page: Page) =>
  page.evaluate(async () => (await (await caches.open('hai-long-voices')).keys()).map(({ url }) => url).sort())

t.test(
  'a voice from the server: whole or not at all, without words of its own, offline, replaced and dropped',
  async (t) => {
    const { tablet, office, terminal_id } = await newTablet(t)
    const { page, words } = tablet
    await site.staff('unit_leader', { unit_id: office.unit_id })
    await approve(office.unit_id, 'hmn', 'Tiếng Mông')
    const button = page.locator('button.lang[data-language="hmn"]')
    const serve = (route: Route) => {
      const content = contents.get(route.request().url().split('/').at(-1) as string)
      const known = route.request().headers().authorization?.startsWith('Bearer ') && content
      return known ? route.fulfill({ contentType: 'audio/mpeg', body: content }) : route.fulfill({ status: 404 })
    }
    await page.route('**/api/v1/clips/*', serve)
    let broken = 0
    // The last clip comes altered: seven good ones are no voice.
    const [spoilt] = await site.db.query<{ sha: string }>(
      `select encode(sha256, 'hex') as sha from voice_clips where clip = 'recorded'`,
    )
    await page.route(`**/api/v1/clips/${spoilt?.sha}`, (route) => {
      broken += 1
      return route.fulfill({ status: 200, body: 'somebody else' })
    })
    await eventually(
      'the altered clip was fetched',
      async () => {
        await page.waitForTimeout(300)
        await tablet.later(300_000)
        return broken > 0
      },
      60_000,
    )
    t.equal(await button.count(), 0, 'a voice with a clip that is not what it should be is no voice')
    await page.unroute(`**/api/v1/clips/${spoilt?.sha}`)
    await eventually(
      'the voice is there',
      async () => {
        await page.waitForTimeout(300)
        await tablet.later(300_000)
        return (await button.count()) === 1
      },
      60_000,
    )
    t.equal((await keptClips(page)).length, 8)
    await tablet.later(61_000)

    await page.context().setOffline(true)
    t.equal(await button.textContent(), 'Tiếng Mông')
    const before = (await soundOf(page)).started.length
    await button.click()
    await started(page, before + 1)
    t.equal(await page.locator('h1:visible').textContent(), words.question, 'it speaks; the words stay Vietnamese')
    t.equal(await page.evaluate(() => document.documentElement.lang), 'vi')
    await loudspeaker(tablet, 'question').click()
    await started(page, before + 2)
    await tablet.pick(4)
    await tablet.later(200)
    await tablet.done()
    await page.context().setOffline(false)
    await tablet.later(4000)
    await tablet.shows('attract')
    t.equal(
      await page.locator('button.lang[aria-pressed="true"]').textContent(),
      'Tiếng Việt',
      'the next person begins anew',
    )
    await eventually(
      'sent',
      async () => {
        await page.waitForTimeout(300)
        await tablet.later(61_000)
        return (await tablet.queue()).every(({ state }) => state === 'acked')
      },
      60_000,
    )
    t.match(await site.db.query('select language, voice_used from ratings where unit_id = $1', [office.unit_id]), [
      { language: 'hmn', voice_used: true },
    ])

    // One clip was recorded again: it alone is fetched, and what nobody needs any more is dropped.
    const old = await keptClips(page)
    const fetched: string[] = []
    page.on('request', (asked) => asked.url().includes('/api/v1/clips/') && fetched.push(asked.url()))
    await approve(office.unit_id, 'hmn', 'Tiếng Mông', true)
    await eventually(
      'the new set is there',
      async () => {
        await page.waitForTimeout(300)
        await tablet.later(300_000)
        return (await keptClips(page)).join() !== old.join() && (await keptClips(page)).length === 7
      },
      60_000,
    )
    t.equal(fetched.length, 0, 'the new clip was on the tablet under its hash already')
    t.match(
      await site.db.query('select details from terminal_contacts where terminal_id = $1', [Number(terminal_id)]),
      [{ details: { voices: [{ language: 'hmn' }], storage_quota: Number } }],
      'the server is told what speaks',
    )
    await site.db.query(`update voice_sets set state = 'withdrawn' where language = 'hmn' and state = 'approved'`)
    await eventually(
      'the voice is gone',
      async () => {
        await page.waitForTimeout(300)
        await tablet.later(300_000)
        return (await button.count()) === 0 && (await keptClips(page)).length === 0
      },
      60_000,
    )
  },
)

t.test('no page complained', async (t) => {
  t.strictSame(complaintsOfAll.flat(), [])
})
