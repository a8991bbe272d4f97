/** The recorder page with a real microphone of Chromium's own, from the first sentence to a tablet that has all eight. */
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import t from 'tap'
import type { VoiceSet } from '../../server/contract/voices.ts'
import { hashPassword } from '../../server/password-hashes.ts'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { type Complaints, eventually, launchOptions, newContext, root } from '../support/browser.ts'
import { createOffice } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { ask, logIn, say } from '../support/staff-page.ts'
import { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(240_000)
const pictures = process.env.VOICE_PICTURES
const password = 'bốn con mèo đen ngủ'
const site = await startSite(t)
const office = await createOffice(site.db, { counters: 1, officers: 1 })
const password_hash = await hashPassword(password)
for (const role of ['unit_clerk', 'unit_leader']) {
  await site.db.query(
    `with made as (insert into accounts (username, password_hash) values ($1, $2) returning account_id)
     insert into account_roles (account_id, role, unit_id) select account_id, $1, $3 from made`,
    [role, password_hash, office.unit_id],
  )
}

const { args, ...options } = await launchOptions()
const browser = await chromium.launch({
  ...options,
  // A tone instead of a microphone, and nobody to ask for leave to use it.
  args: [
    ...args,
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
  ],
})
t.teardown(() => browser.close())
const complaints: Complaints[] = []
async function reader(username: string, first: string): Promise<Page> {
  const opened = await newContext(browser, { viewport: phone, permissions: ['microphone'] })
  complaints.push(opened.complaints)
  const page = await opened.context.newPage()
  await logIn(page, site.origin, username, password, first)
  await page.goto(`${site.origin}/voices`)
  await page.locator('main[data-page="voices"] h1').waitFor()
  return page
}
const button = (page: Page, key: string, within = 'main') =>
  page.locator(within).getByRole('button', { name: say(key), exact: true })
async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return
  for (const size of [phone, wide, { width: 800, height: 1280 }]) {
    await page.setViewportSize(size)
    await page.screenshot({ path: join(pictures, `${name}-${size.width}.png`), fullPage: true })
  }
  await page.setViewportSize(phone)
}
const file = join(root, 'test', 'fixtures', 'sounds', 'opus.webm')

t.test('a clerk records, a leader listens and approves, the tablet fetches', async (t) => {
  const clerk = await reader('unit_clerk', 'week')
  await clerk.getByText(say('voices.none'), { exact: true }).waitFor()
  t.same(await faultsAt(clerk, phone, 'vi'), [], 'the empty page')
  await picture(clerk, 'empty')
  await clerk.getByLabel(say('voices.language'), { exact: true }).selectOption('hmn')
  await button(clerk, 'voices.begin').click()
  const draft = clerk.locator('.voice-set[data-state="draft"]')
  await draft.waitFor()

  const sentence = (clip: string) => draft.locator(`[data-clip="${clip}"]`)
  await sentence('question').locator('[data-record]').click()
  await sentence('question').locator('.level-meter').waitFor()
  await picture(clerk, 'recording')
  await clerk.waitForTimeout(700)
  await sentence('question').locator('[data-stop]').click()
  await clerk.locator('.sentence.done[data-clip="question"]').waitFor()
  const [set] = (await ask(clerk, 'GET', '/voice-sets')).body.items as VoiceSet[]
  t.match(set?.clips, [{ clip: 'question', media_type: 'audio/webm', mine: true }])
  const ms = set?.clips[0]?.duration_ms ?? 0
  t.ok(ms > 300 && ms < 12_000, `${ms} ms were recorded`)

  await clerk.reload()
  await clerk.locator('.sentence.done[data-clip="question"]').waitFor()
  t.equal(await clerk.locator('.sentence.done').count(), 1, 'what was recorded is still there')
  for (const clip of ['level_1', 'level_2', 'level_3', 'level_4', 'level_5', 'recorded', 'language']) {
    await sentence(clip).locator('input[type="file"]').setInputFiles(file)
    await clerk.locator(`.sentence.done[data-clip="${clip}"]`).waitFor()
  }
  await sentence('level_2').locator('input[type="file"]').setInputFiles(join(root, 'package.json'))
  await sentence('level_2').getByText(say('error.clip_unreadable'), { exact: true }).waitFor()
  t.same(await faultsAt(clerk, phone, 'vi'), [], 'all recorded')
  await picture(clerk, 'draft')
  await button(clerk, 'voices.submit').click()
  await clerk.getByText(say('voices.other_person'), { exact: true }).waitFor()
  t.equal(await button(clerk, 'voices.approve').count(), 0, 'not by whoever recorded')

  const leader = await reader('unit_leader', 'unit')
  const review = leader.locator('.voice-set[data-state="submitted"]')
  await review.waitFor()
  t.equal(await button(leader, 'voices.approve').count(), 0, 'not before all were heard')
  for (let number = 1; number <= 8; number++) {
    await review.getByRole('button', { name: say('voices.listen_to', { n: number }), exact: true }).click()
    const left = 8 - number
    const next = left > 0 ? leader.getByText(say('voices.hear_first', { n: left })) : button(leader, 'voices.approve')
    await next.waitFor()
  }
  t.same(await faultsAt(leader, wide, 'vi'), [], 'to be approved')
  await leader.setViewportSize(phone)
  await picture(leader, 'review')
  const approve = button(leader, 'voices.approve')
  await approve.click()
  await leader
    .locator('.asking')
    .getByRole('button', { name: say('voices.approve'), exact: true })
    .click()
  await leader.locator('.voice-set[data-state="approved"]').waitFor()
  t.match(await leader.locator('[data-reach]').textContent(), /0 trên 1/)

  const made = await ask(leader, 'POST', '/terminals', { counter_id: String(office.counters[0]) })
  const { context, complaints: ofTablet } = await newContext(browser, { viewport: wide })
  complaints.push(ofTablet)
  const tablet = await TabletPage.open(context, site.origin)
  await tablet.pair(made.body.pairing_code)
  await tablet.page.getByRole('button', { name: 'Tiếng Mông' }).first().waitFor()
  // It tells what it has every minute, and when its page begins.
  await tablet.page.reload()
  const reach = await eventually(
    'the tablet says that it has the set',
    async () => {
      const [now] = (await ask(leader, 'GET', '/voice-sets')).body.items as VoiceSet[]
      return now?.tablets?.have === 1 && now.tablets
    },
    100_000,
  )
  t.match(reach, { have: 1, of: 2 })
  await picture(leader, 'approved')

  // The PIN and the tablets page beside it.
  await leader.goto(`${site.origin}/terminals`)
  await leader.locator('[data-pin="none"]').waitFor()
  await leader.getByLabel(say('pin.new'), { exact: true }).fill('123456')
  await button(leader, 'pin.set').click()
  await leader.getByText(say('error.pin_too_weak'), { exact: true }).waitFor()
  await leader.getByLabel(say('pin.new'), { exact: true }).fill('482915')
  await button(leader, 'pin.set').click()
  await leader.locator('[data-pin="set"]').waitFor()
  await picture(leader, 'tablets')
  t.same(complaints.flat(), [], 'no script error, no refused content')
})

t.test('without a microphone the page says what to do', async (t) => {
  const opened = await newContext(browser, { viewport: phone })
  const page = await opened.context.newPage()
  await page.addInitScript(() => {
    const refuse = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
    Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refuse })
  })
  await logIn(page, site.origin, 'unit_clerk', password, 'week')
  await page.goto(`${site.origin}/voices`)
  await page.getByLabel(say('voices.language'), { exact: true }).selectOption('x')
  await page.getByLabel(say('voices.name'), { exact: true }).fill('Tiếng Thái đen')
  await page.getByLabel(say('voices.tag'), { exact: true }).fill('Thái đen')
  await button(page, 'voices.begin').click()
  const draft = page.locator('.voice-set[data-state="draft"]')
  await draft.waitFor()
  await draft.locator('[data-clip="level_1"] [data-record]').click()
  await draft.getByText(say('voices.microphone_refused'), { exact: true }).waitFor()
  const { items } = (await ask(page, 'GET', '/voice-sets')).body
  t.ok(items.some(({ language }: VoiceSet) => language === 'x-thai-den'))
})
