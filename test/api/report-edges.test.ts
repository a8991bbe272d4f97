/** Reports at the edges of periods: units beyond their days, and ranges that share days with what they are compared with. */
import t from 'tap'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { change } from '../support/formulas.ts'
import { createOffice, type Office } from '../support/office.ts'
import { fillSpans, publishDay } from '../support/spans.ts'

const units = '/api/v1/reports/units'
let server: TestApp
let old: Office
let fresh: Office
let commission: Caller
let leader: Caller

t.before(async () => {
  server = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
  await server.db.query(`update units set valid_to = '2024-01-01'`)
  old = await createOffice(server.db, { name: 'Xã Chiềng Khương' })
  fresh = await createOffice(server.db, { name: 'Xã Mường Hung' })
  await server.db.query(`update units set valid_to = '2026-06-30' where unit_id = $1`, [old.unit_id])
  await server.db.query(`update units set valid_from = '2026-07-01' where unit_id = $1`, [fresh.unit_id])
  await publishDay(server.db, old, { day: '2025-10-06', levels: [1, 1, 1, 4, 8] })
  await publishDay(server.db, old, { day: '2026-06-30', levels: [0, 0, 1, 2, 6] })
  // Its tablet was moved three weeks after the merger.
  await publishDay(server.db, old, { day: '2026-07-20', levels: [2, 1, 0, 3, 5] })
  await publishDay(server.db, old, { day: '2026-08-03', levels: [0, 1, 0, 0, 5], aside: true })
  await publishDay(server.db, fresh, { day: '2026-07-21', levels: [0, 0, 0, 1, 6] })
  await fillSpans(server.db)
  commission = await server.staff('commission')
  leader = await server.staff('unit_leader', { unit_id: old.unit_id })
})

interface Row {
  name: string
  figure: { n: number; levels: number[]; set_aside: number }
}
const rows = async (who: Caller, from: string, to: string) =>
  (await who.get(`${units}?from=${from}&to=${to}`)).body.units.map(({ name, figure }: Row) => [
    name,
    figure.n,
    figure.set_aside,
  ])

t.test('a unit that was rated after its last day is told of as long as it was; one that was not is not', async (t) => {
  const [before, after] = ['Xã Chiềng Khương', 'Xã Mường Hung']
  t.same(await rows(commission, '2026-06-01', '2026-06-30'), [[before, 9, 0]])
  t.same(await rows(commission, '2026-06-30', '2026-07-20'), [
    [before, 20, 0],
    [after, 0, 0],
  ])
  const july = [
    [before, 11, 0],
    [after, 7, 0],
  ]
  t.same(await rows(commission, '2026-07-01', '2026-07-31'), july)
  t.same(await rows(leader, '2026-07-01', '2026-07-31'), [july[0]])
  t.same(await rows(commission, '2026-08-01', '2026-08-31'), [
    [before, 0, 6],
    [after, 0, 0],
  ])
  for (const who of [commission, leader]) {
    t.same(
      await rows(who, '2026-09-01', '2026-09-30'),
      who === leader ? [] : [[after, 0, 0]],
      'nothing is left to tell',
    )
  }
  const draft = await commission.get(
    '/api/v1/issued-reports/draft?from=2026-07-01&to=2026-07-31&language=vi&format=csv&table=units',
  )
  t.match(draft.body, /Xã Chiềng Khương.*11/, 'nor does the official report leave it out')
})

t.test('of ranges that share days both are told, and no change between them', async (t) => {
  for (const [from, to, n] of [
    ['2025-10-01', '2026-07-31', 35],
    ['2025-08-01', '2026-07-31', 35],
    ['2026-01-01', '2026-12-31', 20],
  ] as const) {
    const asked = `from=${from}&to=${to}&compare=last_year`
    const { figure, previous } = (await commission.get(`${units}/${old.unit_id}?${asked}`)).body
    t.equal(figure.n, n)
    t.ok(previous.to < from)
    t.equal(previous.change !== null, previous.figure.n >= 5)
  }
  const asked = 'from=2025-08-01&to=2026-10-31&compare=last_year'
  const { figure, previous } = (await commission.get(`${units}/${old.unit_id}?${asked}`)).body
  t.same([figure.n, previous.figure.n], [35, 15])
  t.match(previous, { from: '2024-08-01', to: '2025-10-31', change: null })
  const row = (await commission.get(`${units}?${asked}`)).body.units[0]
  t.same(row.previous, previous)
  // The same ratings, without a day in common.
  const apart = (await commission.get(`${units}/${old.unit_id}?from=2026-01-01&to=2026-12-31&compare=last_year`)).body
  const told = change(16, 20, 12, 15)
  for (const part of ['value', 'lower', 'upper'] as const)
    t.ok(Math.abs(apart.previous.change[part] - told[part]) < 1e-6)
})
