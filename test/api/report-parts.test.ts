/** Reports of one counter or one service: sums of steps counted by hand, for those who may read below the unit and nobody else. */
import t, { type Test } from 'tap'
import type { Figure } from '../../server/contract/figures.ts'
import type { SeriesReport, UnitReport, UnitsReport } from '../../server/contract/reports.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { change, count, isFull, satisfied } from '../support/formulas.ts'
import type { Office } from '../support/office.ts'
import { refused } from '../support/refusals.ts'
import { arrangeWeeks, NOW, type Span, type Step } from '../support/weeks.ts'

const units = '/api/v1/reports/units'
let server: TestApp
let weeks: Awaited<ReturnType<typeof arrangeWeeks>>
let home: Office
const who: Record<string, Caller> = {}
const as = (name: string) => who[name] as Caller

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  weeks = await arrangeWeeks(server)
  home = weeks.home
  for (const [place, service] of ['Đất đai', 'Hộ tịch', 'Hộ tịch'].entries()) {
    await server.db.query('update counters set service = $2 where counter_id = $1', [home.counters[place], service])
  }
  await server.db.query(`update units set area = 'Mai Sơn' where unit_id = $1`, [home.unit_id])
  who.commission = await server.staff('commission')
  who.leader = await server.staff('unit_leader', { unit_id: home.unit_id })
  who.clerk = await server.staff('unit_clerk', { unit_id: home.unit_id })
})

/** What is asked, and the counters it means. */
const parts = (): [query: string, counters: number[]][] => [
  ...home.counters.map((counter): [string, number[]] => [`counter_id=${counter}`, [counter]]),
  [`service=${encodeURIComponent('Đất đai')}`, home.counters.slice(0, 1)],
  [`service=${encodeURIComponent('Hộ tịch')}`, home.counters.slice(1)],
  [`service=${encodeURIComponent('Hộ tịch')}&counter_id=${home.counters[2]}`, home.counters.slice(2)],
]
const told = (n: number) => (n === 0 || n >= 5 ? n : null)
const SPANS: Span[] = [
  { from: '2026-11-01', to: '2026-11-30' },
  { from: '2026-01-01', to: '2026-12-31' },
  { from: '2026-10-07', to: '2026-10-21' },
  { from: '2026-11-10', to: '2026-11-10' },
  { from: '2024-01-01', to: '2024-12-31' },
]
const range = ({ from, to }: Span) => `from=${from}&to=${to}`

function isPart(t: Test, figure: Figure, span: Span, of: (step: Step) => boolean, what: string): void {
  const levels = weeks.published(span, of)
  if (count(levels) === 0) t.match(figure, { n: 0, satisfaction: null, suppressed: false }, what)
  else isFull(t, figure, levels, told(count(weeks.published(span, of, true))), what)
}

t.test('figure, marks, low ratings, days and weeks of a part are those of its steps', async (t) => {
  let [withItems, without] = [0, 0]
  for (const span of SPANS) {
    for (const [query, counters] of parts()) {
      const of = (step: Step) => counters.includes(step.counter)
      const what = `${query} ${span.from}`
      const { body } = await as('leader').get(`${units}/${home.unit_id}?${range(span)}&${query}`)
      const report = body as UnitReport
      isPart(t, report.figure, span, of, what)
      t.same(
        (await as('commission').get(`${units}/${home.unit_id}?${range(span)}&${query}`)).body.figure,
        report.figure,
        'the province is told of a part in steps as well',
      )
      const within = weeks.steps.filter((step) => of(step) && span.from <= step.day && step.day <= span.to)
      const counted = within.filter(({ aside }) => !aside).flatMap(({ changes }) => changes.map(({ tap }) => tap))
      const low = counted.filter(({ level }) => level <= 3)
      const onlyService = low.filter(({ marks }) => {
        const broken = marks.filter(({ kept }) => !kept)
        return broken.length > 0 && broken.every(({ commitment }) => commitment.startsWith('service_'))
      })
      t.same(report.low, { low: low.length, service_only: onlyService.length }, what)
      if (counted.length < 10) {
        without += 1
        t.same(report.commitments, [], 'a single tick among so few would point at its giver')
      } else {
        withItems += 1
        for (const { commitment, kept, broken } of report.commitments) {
          const marked = (wanted: boolean) =>
            counted.filter(({ marks }) => marks.some((mark) => mark.commitment === commitment && mark.kept === wanted))
          t.same([kept, broken], [marked(true).length, marked(false).length], `${what} ${commitment}`)
        }
        t.equal(report.commitments.length, 13)
      }
      t.same(
        report.steps.map(({ date }) => date),
        [...new Set(within.map(({ day }) => day))].sort(),
      )
      t.match(report, { response: null, paper_slips: null, dossiers: null }, 'what is known of the whole unit alone')
      const series = await as('leader').get(`${units}/${home.unit_id}/series?grain=month&${range(span)}&${query}`)
      for (const point of (series.body as SeriesReport).points)
        isPart(t, point.figure, point, of, `${what} ${point.from}`)
    }
  }
  t.ok(withItems >= 5 && without >= 5, `${withItems} with items, ${without} without`)
})

t.test('a service across units: those that have it, in steps, and nobody is named', async (t) => {
  const [span, before] = [SPANS[0], { from: '2026-10-01', to: '2026-10-31' }] as [Span, Span]
  const url = `${units}?${range(span)}&service=${encodeURIComponent('Hộ tịch')}&compare=previous`
  for (const name of ['commission', 'leader']) {
    const report = (await as(name).get(url)).body as UnitsReport
    t.same(
      report.units.map(({ unit_id, area }) => [unit_id, area]),
      [[String(home.unit_id), 'Mai Sơn']],
      'the other unit has no such counter',
    )
    const of = (step: Step) => home.counters.slice(1).includes(step.counter)
    const own = report.units[0] as UnitsReport['units'][number]
    isPart(t, own.figure, span, of, name)
    const [now, then] = [weeks.published(span, of), weeks.published(before, of)]
    t.match(own.previous, before)
    isPart(t, own.previous?.figure as Figure, before, of, 'before')
    const wanted = change(satisfied(now), count(now), satisfied(then), count(then))
    for (const part of ['value', 'lower', 'upper'] as const) {
      t.ok(Math.abs((own.previous?.change?.[part] ?? 9) - wanted[part]) < 1e-6, part)
    }
    t.same(report.named_officers, [])
    t.same(report.services, ['Đất đai', 'Hộ tịch'])
  }
  const none = (await as('commission').get(`${units}?${range(span)}&service=x`)).body as UnitsReport
  t.same(none.units, [], 'a service that nobody has')
})

t.test('who may not read below a unit is told of no part; a part that is not there is not found', async (t) => {
  const [first, away] = [home.counters[0], weeks.away.counters[0]]
  const unit = `${units}/${home.unit_id}`
  for (const url of [`${unit}?counter_id=${first}`, `${unit}/series?grain=week&counter_id=${first}`]) {
    refused(t, await as('clerk').get(url), 403, 'forbidden')
  }
  refused(t, await as('clerk').get(`${unit}?service=x`), 403, 'forbidden', 'not even that there is none')
  refused(t, await as('clerk').get(`${units}?service=${encodeURIComponent('Hộ tịch')}`), 403, 'forbidden')
  for (const reader of ['leader', 'commission']) {
    for (const asked of [`counter_id=${away}`, 'counter_id=x', 'counter_id=0', `service=${encodeURIComponent('Hộ')}`]) {
      refused(t, await as(reader).get(`${unit}?${asked}`), 404, 'not_found', asked)
      refused(t, await as(reader).get(`${unit}/series?grain=week&${asked}`), 404, 'not_found', asked)
    }
  }
  const long = 'x'.repeat(201)
  for (const asked of [
    'service=',
    `service=${long}`,
    'service=%00',
    'counter_id=',
    'counter_id=1&counter_id=2',
    'compare=next',
    'area=x',
  ]) {
    refused(t, await as('commission').get(`${unit}?${asked}`), 400, 'invalid_query', asked.slice(0, 20))
  }
  refused(
    t,
    await as('commission').get(`${units}?counter_id=${first}`),
    400,
    'invalid_query',
    'a counter is one unit’s',
  )
})

t.test('compared with the same period a year earlier', async (t) => {
  const report = (await as('leader').get(`${units}/${home.unit_id}?from=2026-09-15&to=2026-12-14&compare=last_year`))
    .body as UnitReport
  t.match(report.previous, { from: '2025-09-15', to: '2025-12-14', figure: { n: 0 }, change: null })
})

t.test('beside the figures: who signed, dossiers, tablets out of contact, unit by unit', async (t) => {
  await server.db.query(`update officers set signed_on = '2026-11-10' where officer_id = any($1)`, [
    home.officers.slice(0, 2),
  ])
  await server.db.query(`update officers set signed_on = '2026-12-10' where officer_id = $1`, [home.officers[2]])
  await server.db.query('update officers set active = false where officer_id = $1', [home.officers[4]])
  await server.db.query(
    `insert into dossiers (unit_id, grain, day, procedure_group, same_day, early, on_time, overdue)
     values ($1, 'month', '2026-11-01', '', 7, 5, 3, 2)`,
    [home.unit_id],
  )
  await server.db.query(`update terminals set paired_at = '2026-11-01' where terminal_id = any($1)`, [
    home.tablets.map(({ terminal_id }) => terminal_id),
  ])
  await server.db.query(`delete from terminal_contacts where terminal_id = $1`, [home.tablets[1]?.terminal_id])
  await server.staff('commission', { unit_id: home.unit_id })
  const [watching] = await server.db.query<{ username: string }>(
    `select username from accounts join account_roles using (account_id) where role = 'commission' and unit_id = $1`,
    [home.unit_id],
  )
  const report = (await as('commission').get(`${units}?from=2026-11-01&to=2026-11-30`)).body as UnitsReport
  const [own, other] = report.units
  t.same([own?.monitors, other?.monitors], [[watching?.username], []])
  t.match(own, {
    officers: { active: 4, signed: 2 },
    dossiers: { same_day: 7, early: 5, on_time: 3, overdue: 2 },
    silent_terminals: 1,
  })
  t.match(other, { officers: { active: 1, signed: 0 }, dossiers: null })
})
