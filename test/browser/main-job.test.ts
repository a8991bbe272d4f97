/**
 * The main job, end to end, in a real browser: tablets paired in three units, citizens who tap, and every number on every
 * page compared with a count made by hand.
 */
import t from 'tap'
import { launchBrowser } from '../support/browser.ts'
import { count, sum } from '../support/by-hand.ts'
import {
  COMMUNE,
  FRIDAY,
  hire,
  MONDAY,
  ODD_NAME,
  officersAccounts,
  openAccounts,
  rounds,
  sendFriday,
  sendMonday,
  sendSummer,
  TODAY,
  TOWNSHIP,
  WARD,
  WILD,
} from '../support/pilot-week.ts'
import { PASSWORD, Province } from '../support/province.ts'
import { startSite } from '../support/site.ts'
import { ask, logIn, pageWords, readFigures, readText, say, settle } from '../support/staff-page.ts'
import { quarter, quarterBefore, Reading } from './reading.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const site = await startSite(t, { at: `${FRIDAY}T07:30:00+07:00` })
const province = new Province(site, await launchBrowser(t))
const { ledger } = province
const reading = new Reading(province)
const officerOf = (name: string) => province.officers.get(name) as string
const field = (key: string) => [vi[key] as string, { exact: true }] as const

t.test('set-up: the first administrator, people, accounts and tablets, through the pages', async (t) => {
  await province.setUp()
  const { admin } = province
  t.equal(province.units.length, 3)

  // One officer and one account with the forms, the others the way the forms do it.
  await admin.goto(`${site.origin}/admin/officers`)
  await admin.getByLabel(...field('column.unit')).selectOption(province.unit(WARD).unit_id)
  await admin.getByLabel(...field('officers.name')).fill(ODD_NAME)
  await admin.getByRole('button', { name: vi['form.add'] as string, exact: true }).click()
  await admin.getByRole('status').filter({ hasText: ODD_NAME }).waitFor()
  const { items } = (await ask(admin, 'GET', '/officers')).body
  t.equal(items[0].name, ODD_NAME)
  province.noteOfficer(WARD, ODD_NAME, items[0].officer_id)
  await hire(province)

  await admin.goto(`${site.origin}/admin/accounts`)
  await admin.getByLabel(...field('accounts.role')).selectOption('unit_clerk')
  await admin.getByLabel(...field('column.unit')).selectOption(province.unit(WARD).unit_id)
  await admin.getByLabel(...field('login.username')).fill('daumoi')
  await admin.getByLabel(...field('login.password')).fill(PASSWORD)
  await admin.getByRole('button', { name: vi['form.add'] as string, exact: true }).click()
  await admin.getByRole('status').filter({ hasText: 'daumoi' }).waitFor()
  await openAccounts(province)

  for (const unit of [WARD, COMMUNE, TOWNSHIP]) await province.pairTablet(unit, 1)
  t.equal(province.tablets.length, 3, 'a tablet is paired in each of the three units, code typed on the page')
})

t.test('Friday and Monday: visits through the page, other counters beside them', async (t) => {
  await sendSummer(province)
  await province.moveTo(`${FRIDAY}T08:00:00+07:00`)
  await rounds(province, [14, 8, 3])
  await province.moveTo(`${FRIDAY}T16:30:00+07:00`)
  await sendFriday(province)
  await site.stored(ledger.taps.length)
  await site.count()
  ledger.count()

  await province.moveTo(`${MONDAY}T07:40:00+07:00`)
  const clerk = await province.window()
  await logIn(clerk, site.origin, 'daumoi', PASSWORD, 'week')
  await clerk.goto(`${site.origin}/roster`)
  const counter = province.counter(WARD, 3)
  await clerk
    .locator('#change')
    .getByLabel(...field('column.counter'))
    .selectOption(counter)
  await clerk.getByLabel(...field('roster.officer')).selectOption({ label: ODD_NAME })
  await clerk.getByRole('button', { name: vi['roster.submit'] as string }).click()
  await clerk.getByRole('status').filter({ hasText: ODD_NAME }).waitFor()
  const changedAt = Date.parse(`${MONDAY}T07:40:00+07:00`)
  const before = ledger.roster.findIndex((shift) => shift.counter_id === Number(counter))
  ledger.roster.splice(before, 1, { ...(ledger.roster[before] as (typeof ledger.roster)[number]), to: changedAt })
  ledger.roster.push({
    counter_id: Number(counter),
    officer_id: Number(officerOf(ODD_NAME)),
    from: changedAt,
    to: null,
  })
  await clerk.close()

  await province.moveTo(`${MONDAY}T08:00:00+07:00`)
  await rounds(province, [12, 6, 5])
  await province.moveTo(`${MONDAY}T16:30:00+07:00`)
  await sendMonday(province)
  await site.stored(ledger.taps.length)
  await site.count()
  ledger.count()
  await site.counted(ledger.taps.length)
  t.ok(ledger.taps.length > 150, `${ledger.taps.length} ratings`)
})

t.test('today: open pages follow each rating, and the leader each step', async (t) => {
  await province.moveTo(`${TODAY}T08:00:00+07:00`)
  site.startCounting()
  const settled = async () => {
    ledger.count()
    await site.counted(ledger.taps.length)
  }
  await rounds(province, [3, 0, 0], settled)
  const danvan = await province.window()
  await logIn(danvan, site.origin, 'danvan', PASSWORD, 'commission')
  await settle(danvan, 'commission')
  const lanhdao = await province.window()
  await logIn(lanhdao, site.origin, 'lanhdao', PASSWORD, 'unit')
  await settle(lanhdao, 'unit')
  const ward = province.unit(WARD)
  const steps: number[] = []
  await rounds(province, [5, 4, 4], async () => {
    await settled()
    await reading.figuresAre(
      t,
      danvan,
      'the commission sees each rating in five seconds',
      reading.commissionLines(),
      5000,
    )
    await reading.figuresAre(t, lanhdao, 'the leader sees what has appeared', reading.unitLines(ward, 'leader'), 5000)
    steps.push(sum(reading.published(ward).levels))
  })
  t.ok(new Set(steps).size > 1, `a step came while the page was open: ${steps.join(', ')}`)
  t.ok(province.tablets.reduce((all, { visits }) => all + visits, 0) >= 60, 'sixty visits through the page and more')
  await danvan.close()
  await lanhdao.close()
})

t.test('tablets, database and verify agree', (t) => reading.tabletsAndDatabase(t))

t.test('commission: every number of the quarter, of one day, and of each unit', async (t) => {
  const page = await province.window()
  await logIn(page, site.origin, 'danvan', PASSWORD, 'commission')
  const name = say('period.quarter', { quarter: 'IV', number: 4, year: '2026' })
  await reading.commission(t, page, quarter, quarterBefore, name)
  const day = { from: FRIDAY, to: FRIDAY }
  await page.goto(`${site.origin}/?from=${FRIDAY}&to=${FRIDAY}`)
  await reading.commission(t, page, day, { from: '2026-11-19', to: '2026-11-19' }, '20/11/2026')
  t.equal(sum(reading.live(province.unit(TOWNSHIP), day).levels), 3, 'a unit below the floor is among them')
  for (const unit of province.units) {
    await page.goto(`${site.origin}/units/${unit.unit_id}`)
    await reading.unit(t, page, unit)
  }
  await page.close()
})

t.test('leader: steps alone, officers by rung, remarks as text', async (t) => {
  const page = await province.window()
  await logIn(page, site.origin, 'lanhdao', PASSWORD, 'unit')
  const rungs = await reading.leader(t, page, province.unit(WARD))
  t.strictSame(rungs, ['band', 'full', 'none'], 'every rung is reached that a leader is told of')
  const odd = page.locator(`#officers li[data-officer-id="${officerOf(ODD_NAME)}"] b`).first()
  t.equal(await odd.textContent(), ODD_NAME)
  t.ok(
    (await page.locator('#remarks blockquote').allTextContents()).includes(WILD),
    'markup is shown as the words it is',
  )
  t.equal(await page.evaluate(() => (window as { ran?: number }).ran), undefined, 'and nothing of it ran')
  const other = await ask(page, 'GET', `/reports/units/${province.unit(COMMUNE).unit_id}`)
  t.equal(other.status, 404, 'another unit does not exist for a leader')
  await page.close()
})

t.test('officers: their own page at each rung', async (t) => {
  for (const [username, name] of officersAccounts) {
    const page = await province.window()
    await logIn(page, site.origin, username, PASSWORD, 'officer')
    await reading.officer(t, page, officerOf(name))
    t.equal((await ask(page, 'GET', `/reports/units/${province.unit(WARD).unit_id}`)).status, 403)
    await page.close()
  }
  t.ok(reading.ownRemarks > 0, `${reading.ownRemarks} remarks were read by officers`)
})

t.test(
  "clerk: roster, tablets and the unit's own figure; no figures of officers or counters, no remarks",
  async (t) => {
    const ward = province.unit(WARD)
    const page = await province.window()
    await logIn(page, site.origin, 'daumoi', PASSWORD, 'week')
    await settle(page, 'week')
    t.strictSame(await readFigures(page), [])
    await page.goto(`${site.origin}/roster`)
    await settle(page, 'roster')
    t.strictSame(await readFigures(page), [])
    await page.goto(`${site.origin}/terminals`)
    await settle(page, 'terminals')
    t.strictSame(await readFigures(page), [])
    await page.goto(`${site.origin}/units/${ward.unit_id}`)
    await reading.clerk(t, page, ward)
    const report = await ask(page, 'GET', `/reports/units/${ward.unit_id}`)
    t.match(report, { status: 200, body: { officers: [], counters: [], unattributed: null } })
    t.equal((await ask(page, 'GET', `/reports/units/${ward.unit_id}/remarks`)).status, 403)
    t.equal((await ask(page, 'GET', `/reports/officers/${officerOf('Lò Thị Hoa')}`)).status, 403)
    t.equal((await ask(page, 'GET', '/integrity-reports')).status, 403)
    await page.close()
  },
)

t.test('inspector: the serious matters, with unit, month and words', async (t) => {
  const page = await province.window()
  await logIn(page, site.origin, 'thanhtra', PASSWORD, 'integrity')
  await settle(page, 'integrity')
  const serious = province.written.filter(({ items }) => items.length > 0)
  t.equal(await readText(page, '#top h1'), say('integrity.headline', { n: count(serious.length) }))
  const shown = await page
    .locator('.reports li')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [
          row.querySelector('b')?.textContent,
          row.querySelector('p')?.textContent,
          row.querySelector('blockquote')?.textContent,
        ].join(' | '),
      ),
    )
  const expected = serious.map(({ unit_id, items, text }) =>
    [
      province.units.find((unit) => unit.unit_id === unit_id)?.name,
      items.map((item) => vi[`integrity.${item}`]).join(' · '),
      text,
    ].join(' | '),
  )
  t.strictSame(shown.sort(), expected.sort())
  const quiet = page.locator('.reports li', { hasText: 'Có người nhờ quà' })
  t.equal(await quiet.locator('small').textContent(), vi['integrity.no_officer'], 'three ratings in the month: no name')
  const loud = page.locator('.reports li', { hasText: 'ở máy 1' }).first()
  t.match(await loud.locator('small').textContent(), 'Lò Thị Hoa')
  t.equal((await ask(page, 'GET', '/reports/units')).status, 403)
  await page.close()
})

t.test('administrator: what there is, and no remarks', async (t) => {
  const page = await province.window()
  await logIn(page, site.origin, 'quantri', PASSWORD, 'admin')
  await settle(page, 'admin')
  t.equal(
    await readText(page, '#top h1'),
    say('admin.headline', {
      units: 3,
      counters: province.units.reduce((all, { counters }) => all + counters.length, 0),
      officers: province.officers.size,
      terminals: province.paired,
    }),
  )
  await page.goto(`${site.origin}/admin/terminals`)
  await settle(page, 'admin')
  t.equal(await page.locator('article[data-terminal-id]:not([data-state="waiting"])').count(), province.paired)
  t.equal((await ask(page, 'GET', `/reports/units/${province.unit(WARD).unit_id}/remarks`)).status, 403)
  t.equal((await ask(page, 'GET', '/integrity-reports')).status, 403)
  await page.close()
})

t.test('no page and no tablet complained', async (t) => {
  t.strictSame(province.complaints.flat(), [])
})
