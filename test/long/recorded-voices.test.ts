/** Voices that a clerk recorded and a second person approved: fetched whole or not at all, and truly heard, without a network too. */
import { createHash } from 'node:crypto'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { type ClipName, clipNames, type VoiceSet } from '../../server/contract/voices.ts'
import type { Caller } from '../support/app.ts'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, sendEverything } from '../support/desk.ts'
import { startSite } from '../support/site.ts'
import type { TabletPage } from '../support/tablet-page.ts'
import { heard, tapLoudspeaker, tone } from '../support/tones.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const site = await startSite(t, { at: AT })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []

/** Long enough to be listened to on a machine that has much else to do. */
const SECONDS = 4
/** Every sentence has a tone of its own; none is near that of the tablet's own signal. */
const pitch = (clip: ClipName): number => 700 + 150 * clipNames.indexOf(clip)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Records a whole set and leaves it waiting for a second person; `other` = hertz of its language's name. */
async function record(t: Test, clerk: Caller, unit_id: number, other = pitch('language')): Promise<VoiceSet> {
  const begun = await clerk.post('/api/v1/voice-sets', {
    unit_id: String(unit_id),
    language: 'hmn',
    name: 'Tiếng Mông',
  })
  t.equal(begun.status, 201)
  const { voice_set_id } = begun.body as VoiceSet
  for (const clip of clipNames) {
    const content = tone(clip === 'language' ? other : pitch(clip), SECONDS).toString('base64')
    t.equal((await clerk.post(`/api/v1/voice-sets/${voice_set_id}/clips`, { clip, content })).status, 201, clip)
  }
  const submitted = await clerk.patch(`/api/v1/voice-sets/${voice_set_id}`, { state: 'submitted' })
  t.match(submitted.body, { state: 'submitted' })
  return submitted.body as VoiceSet
}

const step = async (t: Test, who: Caller, { voice_set_id }: VoiceSet, state: string) =>
  t.match((await who.patch(`/api/v1/voice-sets/${voice_set_id}`, { state })).body, { state })

const keptClips = (page: Page) =>
  page.evaluate(async () =>
    (await (await caches.open('hai-long-voices')).keys()).map(({ url }) => new URL(url).pathname).sort(),
  )
const clipPath = (hertz: number) => `/api/v1/clips/${sha256(tone(hertz, SECONDS))}`

/** The tablet asks the server again and again until it is so. */
const atAContact = (what: string, tablet: TabletPage, isSo: () => Promise<boolean> | boolean) =>
  eventually(
    what,
    async () => {
      await tablet.later(61_000)
      return isSo()
    },
    60_000,
  )

const sounds = (page: Page, hertz: number) =>
  eventually(`a tone of ${hertz} Hz comes out`, async () => Math.abs((await heard(page)) - hertz) < 20)
const falls = (page: Page) => eventually('silence', async () => (await heard(page)) === 0)

t.test('a second person approves, and the tablet plays what was recorded', async (t) => {
  const { tablet, desk } = await openPairedTablet(t, site, browser, {
    at: Date.parse(AT),
    complaints,
    script: tapLoudspeaker,
  })
  const { page, words } = tablet
  const clerk = await site.staff('unit_clerk', { unit_id: desk.unit_id })
  const leader = await site.staff('unit_leader', { unit_id: desk.unit_id })
  const button = page.locator('button.lang[data-language="hmn"]')
  const listen = (key: string) =>
    page.getByRole('button', { name: `${words.listen}: ${words[key]}`, exact: true }).click()

  // Whatever the tablet fetches comes from the server's own route; one sentence is altered on its way.
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/api/v1/clips/')) asked.push(pathname)
  })
  let altered = 0
  const spoilt = `**${clipPath(pitch('recorded'))}`
  await page.route(spoilt, (route) => {
    altered += 1
    return route.fulfill({ status: 200, body: 'somebody else' })
  })
  const set = await record(t, clerk, desk.unit_id)
  const contacts = async () => {
    const [row] = await site.db.query<{ at: Date }>(
      'select last_contact_at as at from terminal_contacts where terminal_id = $1',
      [Number(desk.terminal_id)],
    )
    return row?.at.getTime() ?? 0
  }
  const before = await contacts()
  site.clock.advance(60_000)
  await atAContact('the tablet called', tablet, async () => (await contacts()) > before)
  t.same([asked, await button.count()], [[], 0], 'what waits for a second person is nobody else’s')

  await step(t, leader, set, 'approved')
  await atAContact('the altered sentence came', tablet, () => altered > 0)
  t.equal(await button.count(), 0, 'seven sentences are no voice')
  await page.unroute(spoilt)
  await atAContact('the voice is there', tablet, async () => (await button.count()) === 1)
  t.same(await keptClips(page), clipNames.map((clip) => clipPath(pitch(clip))).sort())

  await page.context().setOffline(true)
  t.equal(await button.textContent(), 'Tiếng Mông')
  t.equal(await heard(page), 0, 'it says nothing by itself')
  await button.click()
  await sounds(page, pitch('language'))
  t.equal(await button.getAttribute('data-playing'), 'true')
  t.equal(
    await page.locator('main h1:not([inert] *)').textContent(),
    words.question,
    'it speaks; the words stay Vietnamese',
  )
  t.equal(await page.evaluate(() => document.documentElement.lang), 'vi')
  // To its very end, which the sound itself tells.
  await falls(page)
  await eventually('its button is up again', async () => (await button.getAttribute('data-playing')) === 'false')
  for (const level of [5, 4, 3, 2, 1]) {
    await listen(`face_${level}`)
    await sounds(page, pitch(`level_${level}` as ClipName))
  }
  await listen('question')
  await sounds(page, pitch('question'))
  await tablet.pick(4)
  await sounds(page, pitch('recorded'))
  await tablet.done()
  await falls(page)
  await page.context().setOffline(false)
  await tablet.later(4000)
  await tablet.shows('attract')
  const pressed = page.locator('button.lang[aria-pressed="true"]')
  t.equal(await pressed.textContent(), 'Tiếng Việt', 'the next person begins anew')
  await sendEverything(tablet)
  t.match(await site.db.query('select language, voice_used from ratings where unit_id = $1', [desk.unit_id]), [
    { language: 'hmn', voice_used: true },
  ])

  // One sentence was recorded again: it alone is fetched, and the one nobody needs any more is dropped.
  asked.length = 0
  const anew = await record(t, clerk, desk.unit_id, 2000)
  await step(t, leader, anew, 'approved')
  await atAContact('the new set is there', tablet, async () => {
    const kept = await keptClips(page)
    return kept.includes(clipPath(2000)) && !kept.includes(clipPath(pitch('language')))
  })
  t.same([...new Set(asked)], [clipPath(2000)])
  t.equal((await keptClips(page)).length, 8)
  await button.click()
  await sounds(page, 2000)
  await atAContact('the server is told what speaks', tablet, async () => {
    const [row] = await site.db.query<{ details: { voices?: { version: string }[] } }>(
      'select details from terminal_contacts where terminal_id = $1',
      [Number(desk.terminal_id)],
    )
    return row?.details.voices?.[0]?.version === anew.version
  })
  await step(t, leader, anew, 'withdrawn')
  await atAContact('the voice is gone', tablet, async () => {
    return (await button.count()) === 0 && (await keptClips(page)).length === 0
  })
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
