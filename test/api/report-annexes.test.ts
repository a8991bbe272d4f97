/** The annex of figures: worked by hand, shown only where the figure is, and never across what its reader may see. */
import t, { type Test } from 'tap'
import type { OfficerReport, UnitReport, UnitsReport } from '../../server/contract/reports.ts'
import { startTestApp } from '../support/app.ts'
import { createOffice, type Office } from '../support/office.ts'
import { fillSpans } from '../support/spans.ts'
import { near } from '../unit/oracles.ts'

const api = await startTestApp(t)
const RANGE = 'from=2026-10-01&to=2026-10-31'
const services = ['Hộ tịch', 'Đất đai']
let day = 0

/** `satisfied` of `n` ratings of one officer at one counter, published on one day, straight into the sums. */
async function publish(office: Office, counter: number, officer: number | null, n: number, satisfied: number) {
  day += 1
  const values = [
    office.unit_id,
    office.counters[counter],
    officer === null ? null : office.officers[officer],
    `2026-10-${String(1 + (day % 28)).padStart(2, '0')}`,
    n - satisfied,
    satisfied,
  ]
  await api.db.query(
    `insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, n1, n5)
     values ($1, $2, $3, $4, false, $5::int + $6::int, $5::int, $6::int)`,
    values,
  )
  for (const table of ['unit_steps', 'unit_tallies']) {
    await api.db.query(
      `insert into ${table} as t (unit_id, local_day, set_aside, n1, n5) values ($1, $2, false, $3, $4)
       on conflict (unit_id, local_day, set_aside) do update set n1 = t.n1 + excluded.n1, n5 = t.n5 + excluded.n5`,
      [values[0], values[3], values[4], values[5]],
    )
  }
  await fillSpans(api.db)
}

/** A unit with two counters, one per service. */
async function open(officers: number, name?: string): Promise<Office> {
  const office = await createOffice(api.db, { counters: 2, officers, ...(name ? { name } : {}) })
  for (const place of [0, 1]) {
    await api.db.query('update counters set service = $2 where counter_id = $1', [
      office.counters[place],
      services[place],
    ])
  }
  return office
}

/** No number of an answer is NaN or infinite: JSON would have made null of it where none may be. */
function everyNumber(t: Test, value: unknown, path = ''): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) t.fail(`${path} is ${value}`)
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) everyNumber(t, inner, `${path}/${key}`)
  }
}

const home = await open(5, 'Xã A')
const others = [await open(1, 'Xã B'), await open(1, 'Xã C')]
// Land is harder everywhere: 80 % against 96 % in the other units.
for (const office of others) {
  await publish(office, 0, 0, 100, 96)
  await publish(office, 1, 0, 100, 80)
}
await publish(home, 1, 0, 70, 58)
await publish(home, 0, 0, 30, 28)
await publish(home, 0, 1, 40, 38)
await publish(home, 0, 2, 20, 19)
await publish(home, 0, 3, 12, 12)
await publish(home, 0, 4, 5, 5)
await publish(home, 0, null, 5, 5)
// By given name they stand as above, by family name the other way round.
const called = ['Vũ Thị An', 'Tòng Văn Bình', 'Lò Thị Chi', 'Giàng A Dũng', 'Cầm Thị Êm']
for (const [place, name] of called.entries()) {
  await api.db.query('update officers set name = $2 where officer_id = $1', [home.officers[place], name])
}
const unitUrl = `/api/v1/reports/units/${home.unit_id}?${RANGE}`
const leader = await api.staff('unit_leader', { unit_id: home.unit_id })
const commission = await api.staff('commission')

t.test('the mix of work: what is expected of it, and the share against that', async (t) => {
  const { annex, officers } = (await leader.get(unitUrl)).body as UnitReport
  // Province: civil status 299 of 312, land 218 of 270, together 517 of 582.
  const [civil, land, all] = [(192 + 28 + 38 + 19 + 12 + 5 + 5) / 312, (160 + 58) / 270, 517 / 582]
  const expected = (112 * civil + 70 * land) / 182
  near(t, annex.standardised?.raw, 165 / 182, 'plain share')
  near(t, annex.standardised?.expected, expected, 'expected of 112 civil and 70 land')
  near(t, annex.standardised?.standardised, (165 / 182 / expected) * all, 'standardised')
  const clerk = await api.staff('officer', { officer_id: home.officers[0] as number })
  const mine = (await clerk.get(`/api/v1/reports/me?${RANGE}`)).body as OfficerReport
  const own = (30 * civil + 70 * land) / 100
  near(t, mine.annex.standardised?.standardised, (0.86 / own) * all, 'an officer with mostly land work')
  t.ok((mine.annex.standardised?.standardised ?? 0) > 0.86, 'is not held against those who have little of it')
  t.same(
    officers.map(({ name }) => name),
    called,
    'people by their given names',
  )

  const serve = async (service: string) =>
    t.equal((await leader.patch(`/api/v1/counters/${home.counters[1]}`, { service })).status, 200)
  await serve('Chỉ ở đây')
  const alone = (await leader.get(unitUrl)).body as UnitReport
  t.equal(alone.annex.standardised, null, 'a service that no three units have has no reference')
  await serve(services[1] as string)
})

t.test('shrinkage within the unit: bounds from ten, the value from thirty, nothing below', async (t) => {
  const { officers } = (await leader.get(unitUrl)).body as UnitReport
  // Kleinman over 86/100, 38/40, 19/20, 12/12: worked apart from the product's code.
  const rows = [
    [86, 100],
    [38, 40],
    [19, 20],
    [12, 12],
  ] as const
  const n = rows.reduce((sum, row) => sum + row[1], 0)
  const p = rows.reduce((sum, row) => sum + row[0], 0) / n
  const s = rows.reduce((sum, [k, m]) => sum + m * (k / m - p) ** 2, 0)
  const room = n - rows.reduce((sum, [, m]) => sum + m * m, 0) / n - 3
  const rho = Math.max(0, (s - p * (1 - p) * 3) / (p * (1 - p) * room))
  const strength = 1 / rho - 1
  t.ok(rho > 0, 'these officers differ a little')
  for (const [index, [k, m]] of rows.entries()) {
    const shrunk = officers[index]?.shrunk
    const value = (k + p * strength) / (m + strength)
    if (m >= 30) near(t, shrunk?.value, value, `${k} of ${m}`)
    else t.equal(shrunk?.value, null, `${k} of ${m}: the value not yet`)
    near(t, shrunk?.reliability, m / (m + strength), 'reliability')
    t.ok(shrunk && shrunk.lower < value && value < shrunk.upper, 'within its interval')
  }
  t.equal(officers[4]?.shrunk, null, 'five ratings')
  const few = await leader.get(`/api/v1/reports/units/${home.unit_id}?from=2026-09-01&to=2026-09-30`)
  t.match(few.body.annex, { standardised: null, shrunk: null, limits: null }, 'no ratings, nothing')
  everyNumber(t, few.body)
})

t.test('who sees what of it', async (t) => {
  const url = `/api/v1/reports/officers/${home.officers[1]}?${RANGE}`
  const above = (await leader.get(url)).body as OfficerReport
  t.ok(above.annex.shrunk_unit, 'the leader')
  const own = await api.staff('officer', { officer_id: home.officers[1] as number })
  t.same(
    (await own.get(`/api/v1/reports/me?${RANGE}`)).body.annex,
    above.annex,
    'and the officer, with four colleagues',
  )
  t.equal(above.annex.shrunk_province, null, 'fewer than ten officers in the province: no spread to speak of')
  const lonely = await api.staff('officer', { officer_id: others[0]?.officers[0] as number })
  const { annex } = (await lonely.get(`/api/v1/reports/me?${RANGE}`)).body as OfficerReport
  t.equal(annex.shrunk_unit, null, 'alone in the unit: the spread would be a colleague’s figure')
  const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })
  const seen = (await clerk.get(unitUrl)).body as UnitReport
  t.match(seen, { officers: [], officer_funnel: null, annex: { standardised: null, shrunk: null } }, 'the clerk')
})

t.test('below ten units a table and no funnel; from ten on limits, and officers named only beyond them', async (t) => {
  const read = async () => (await commission.get(`/api/v1/reports/units?${RANGE}`)).body as UnitsReport
  const before = await read()
  t.equal(before.funnel, null, 'three units')
  t.ok(before.units.every(({ annex }) => annex.limits === null && annex.side === null))
  t.same(before.named_officers, [], 'five officers in full: nobody is named, however different')
  const crowd: Office[] = []
  for (let index = 0; index < 18; index += 1) {
    const office = await open(1, `Xã ${String.fromCharCode(68 + index)}`)
    crowd.push(office)
    await publish(office, 0, 0, 100, 91 + (index % 3))
  }
  const low = await open(2, 'Xã Z')
  await publish(low, 0, 0, 100, 62)
  await publish(low, 0, 1, 49, 25)
  await api.notify()
  // Sums over the whole province are cached for ten minutes at most.
  api.clock.advance(600_000)
  const after = await read()
  t.match(after.funnel, { subjects: 22 })
  t.same(
    after.named_officers.map(({ unit_name, side, figure }) => ({ unit_name, side, n: figure.n })),
    [{ unit_name: 'Xã Z', side: 'below', n: 100 }],
    '62 of 100 is named; 25 of 49 is not: fewer than fifty',
  )
  const boss = await api.staff('unit_leader', { unit_id: low.unit_id })
  await boss.patch(`/api/v1/officers/${low.officers[0]}`, { name: 'Lường Thị Mới' })
  t.same(
    (await read()).named_officers.map(({ name }) => name),
    ['Lường Thị Mới'],
    'under a new name at once',
  )
  const row = after.units.find(({ name }) => name === 'Xã Z')
  t.equal(row?.annex.side, 'below')
  t.ok(row?.annex.limits && row.annex.limits.low998 < row.annex.limits.low95)
  const names = after.units.map(({ name }) => name)
  t.same(names, [...names].sort(new Intl.Collator('vi').compare), 'in order of name, whatever the figures')
  everyNumber(t, after)
  const inside = (await leader.get(`/api/v1/reports/units?${RANGE}`)).body as UnitsReport
  t.match(inside, { funnel: null, named_officers: [] }, 'a leader reads nothing of the other units')
  const province = (await leader.get(`/api/v1/reports/officers/${home.officers[0]}?${RANGE}`)).body as OfficerReport
  t.ok(province.annex.shrunk_province, 'with ten officers the province’s spread is told')
})

t.test('a unit over time: outside the limits only what chance would hardly bring', async (t) => {
  const office = await open(1, 'Xã thời gian')
  for (const [date, n, satisfied] of [
    ['2026-08-03', 40, 37],
    ['2026-08-10', 40, 36],
    ['2026-08-17', 40, 38],
    ['2026-08-24', 40, 22],
    ['2026-08-31', 3, 3],
  ] as const) {
    await api.db.query(
      `insert into unit_steps (unit_id, local_day, set_aside, n1, n5) values ($1, $2, false, $3, $4)`,
      [office.unit_id, date, n - satisfied, satisfied],
    )
  }
  const own = await api.staff('unit_leader', { unit_id: office.unit_id })
  const { points } = (
    await own.get(`/api/v1/reports/units/${office.unit_id}/series?grain=week&from=2026-08-03&to=2026-09-06`)
  ).body
  t.same(
    points.map(({ side }: { side: string | null }) => side),
    ['usual', 'usual', 'usual', 'below', null],
  )
  t.equal(points[4].limits, null, 'three ratings: nothing is shown, so nothing is judged')
  t.ok(points[0].limits.low998 < points[0].limits.low95 && points[0].limits.high95 <= points[0].limits.high998)
})
