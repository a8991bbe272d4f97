/**
 * An officer's page on a telephone where something is odd: a shift, a line that breaks, a colleague's doubt, a roster with holes,
 * a name in one long word.
 */
import t from 'tap'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { launchBrowser } from '../support/browser.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { ask, logIn, pageWords, plainBlanks, readText, say, settle } from '../support/staff-page.ts'
import { startStory } from '../support/story.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const en = pageWords('en')
// A Tuesday; the Monday before it and the Sunday before that are looked at.
const [TODAY, MONDAY, SUNDAY] = ['2026-11-24', '2026-11-23', '2026-11-22']
const site = await startSite(t, { at: `${TODAY}T10:00:00+07:00` })
const network = await startBadNetwork(t, site.origin)
const browser = await launchBrowser(t)
const { complaints, button, field, openWindow } = startStory(browser, site)

const office = await createOffice(site.db, { counters: 2, officers: 4, name: 'Xã Chiềng Khoong' })
const { unit_id } = office
const [shift = 0, standing = 0, recent = 0, low = 0] = office.officers
const [one = 0, two = 0] = office.counters
const at = (day: string, time: string) => `${day}T${time}:00+07:00`
await assign(site.db, one, shift, at(MONDAY, '07:30'), at(MONDAY, '11:30'))
await assign(site.db, one, standing, at(MONDAY, '13:30'), null)
await assign(site.db, one, shift, at('2026-11-10', '07:30'), at('2026-11-10', '11:30'))
await assign(site.db, two, recent, at('2026-11-20', '00:00'))
const LONG = `${'Nguyễn'.repeat(28)} <b>&"`
await site.db.query('update officers set name = $2 where officer_id = $1', [standing, LONG])
// Twenty while nobody was in the roster, twenty since: half of the counter's ratings have no officer.
const taps = (day: string) =>
  Array.from({ length: 20 }, (_, index) => {
    const time = `${String(8 + Math.floor(index / 6)).padStart(2, '0')}:${index % 6}0`
    return rating({ rated_at: at(day, time), level: 5 })
  })
await site
  .tablet(office.tablets[1]?.token as string)
  .post('/api/v1/ratings', batch([...taps('2026-11-18'), ...taps(MONDAY)]))
await site.count()
const officer = { role: 'officer', unit_id } as const
await openAccount(site.pools, 'calam', { ...officer, officer_id: shift })
await openAccount(site.pools, 'codinh', { ...officer, officer_id: standing }, { role: 'unit_clerk', unit_id })
await openAccount(site.pools, 'moivao', { ...officer, officer_id: recent })
await openAccount(site.pools, 'conlai', { ...officer, officer_id: low })
await openAccount(site.pools, 'vanphong', { role: 'unit_clerk', unit_id })

async function open(username: string, first = 'officer', size = phone) {
  const page = await openWindow(size)
  await logIn(page, network.origin, username, password, first)
  if (first !== 'officer') await page.goto(`${network.origin}/me`)
  await settle(page, 'officer')
  return page
}
const NOTE = 'Sáng đó tôi đi cơ sở <b>bản Mé</b> 🙂'
const DUE = say('cases.due_on', { date: '1/12/2026' })
const doubts = () => site.db.query<{ part: string; note: string }>('select part, note from roster_doubts')

t.test(
  'of a shift the shift alone can be doubted; an answer that is lost leaves one doubt and no false word',
  async (t) => {
    const page = await open('calam')
    const row = page.locator(`[data-served="${one}/${MONDAY}"]`)
    await row.getByRole('button', { name: /Không phải tôi/ }).click()
    const parts = await field(row, 'doubts.part').locator('option').allTextContents()
    t.same(parts, [vi['gaps.part_morning']], 'not the afternoon, which is a colleague’s')
    await field(row, 'doubts.note').fill(NOTE)
    network.plan('/api/v1/roster-doubts', ['swallow'])
    await button(row, 'doubts.send').click()
    const told = row.locator('[data-doubt="open"]')
    await told.waitFor()
    t.match(plainBlanks((await told.textContent()) ?? ''), say('doubts.sent', { due: DUE }), 'by when it is answered')
    t.same(await doubts(), [{ part: 'morning', note: NOTE }], 'once, and as it was written')
    await page.locator('#right [data-kind="doubt"]').waitFor()
    t.same(await faultsAt(page, phone, 'vi'), [])

    // Once more by hand, as a second tab would: the words say that it waits, not that it is settled.
    const again = await ask(page, 'POST', '/roster-doubts', { counter_id: String(one), day: MONDAY, part: 'morning' })
    t.match(again, { status: 409, body: { error: { code: 'already_proposed' } } })

    const [doubt] = await site.db.query<{ doubt_id: number }>('select doubt_id from roster_doubts')
    const clerk = await openWindow(wide)
    await logIn(clerk, site.origin, 'vanphong', password, 'week')
    await ask(clerk, 'PATCH', `/roster-doubts/${doubt?.doubt_id}`, {
      outcome: 'stands',
      answer: 'Đã đối chiếu sổ trực',
    })
    await row.locator('[data-doubt="stands"]').waitFor()
    t.match(await row.textContent(), 'Đã đối chiếu sổ trực', 'what became of it comes by itself')
    await clerk.close()
    await page.close()
  },
)

t.test(
  'the server gone: the note stays and goes by itself; a Sunday can be doubted; the other half still can',
  async (t) => {
    const page = await open('moivao')
    const row = page.locator(`[data-served="${two}/${SUNDAY}"]`)
    await row.getByRole('button', { name: /Không phải tôi/ }).click()
    await field(row, 'doubts.part').selectOption('morning')
    await field(row, 'doubts.note').fill('Chủ nhật tôi không trực')
    await network.goAway()
    await button(row, 'doubts.send').click()
    await row.getByText(say('cases.sending_gone').slice(0, 30)).waitFor()
    t.equal(await field(row, 'doubts.note').inputValue(), 'Chủ nhật tôi không trực')
    await network.comeBack()
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await row.locator('[data-doubt="open"]').waitFor()
    t.equal((await doubts()).filter(({ note }) => note === 'Chủ nhật tôi không trực').length, 1)
    await row.getByRole('button', { name: /Không phải tôi/ }).click()
    t.same(await field(row, 'doubts.part').locator('option').allTextContents(), [vi['gaps.part_afternoon']])
    t.same(await faultsAt(page, phone, 'vi'), [])
    await page.close()
  },
)

t.test(
  'whoever keeps the roster as well: a colleague’s doubt is not their own; a long name stays on the page',
  async (t) => {
    const page = await open('codinh', 'week')
    const row = page.locator(`[data-served="${one}/${MONDAY}"]`)
    t.equal(await row.locator('[data-doubt]').count(), 0, 'the colleague said it of the morning')
    await row.getByRole('button', { name: /Không phải tôi/ }).waitFor()
    t.match(await readText(page, '#top h1'), LONG, 'as it is written')
    await page.locator('[data-desk]').evaluate((desk) => desk.setAttribute('open', ''))
    t.same(await faultsAt(page, phone, 'vi'), [], 'nothing is wider than the telephone')
    await page.close()
  },
)

t.test('half of the counter without an officer: the page says so, and not that there were few', async (t) => {
  const page = await open('moivao')
  t.match(await readText(page, '#top h1'), say('me.withheld'))
  t.match(await readText(page, '#mine'), say('unit.attribution_low'))
  t.notMatch(await readText(page, 'main'), /Chưa đủ 5 lượt/)
  await page.close()
  const nobody = await open('conlai')
  t.match(await readText(nobody, '#top h1'), say('me.few', { k: 5 }))
  t.match(await readText(nobody, '#served'), say('doubts.mine_none'), 'somebody without a desk')
  await nobody.locator('[data-tool=language]').click()
  await nobody
    .getByText(say('see.title', {}, en))
    .first()
    .waitFor()
  t.match(await readText(nobody, '#see'), say('see.counter', {}, en))
  await nobody.close()
})

t.test('no page complained', async (t) => {
  // What the network was made to do is no complaint about the page.
  t.same(
    complaints.flat().filter((text) => !/Failed to load resource|net::/.test(String(text))),
    [],
  )
})
