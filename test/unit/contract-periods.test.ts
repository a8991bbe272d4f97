/** Periods of the staff pages: administrative months close on the 14th, quarters tile the year, names find their way back. */
import fc from 'fast-check'
import t from 'tap'
import {
  addDays,
  addMonths,
  countDays,
  isDate,
  isLongOver,
  isOverlapped,
  isRange,
  isWeek,
  lastMonths,
  lastWeeks,
  mondayOf,
  type Period,
  periodAt,
  periodOf,
  periodsPerYear,
  rangeBefore,
  rangeOf,
  shiftPeriod,
  weekNumber,
  weekOf,
  yearOfMonths,
} from '../../server/contract/periods.ts'

const day = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => addDays('1990-01-01', days))
  .filter((date) => date < '2090-01-01')
const period: fc.Arbitrary<Period> = fc
  .record({
    calendar: fc.constantFrom('administrative' as const, 'calendar' as const),
    span: fc.constantFrom('month' as const, 'quarter' as const, 'half' as const, 'year' as const),
    year: fc.integer({ min: 1995, max: 2080 }),
    place: fc.nat(),
  })
  .map(({ place, ...rest }) => ({ ...rest, index: (place % periodsPerYear(rest.span)) + 1 }))

t.test('administrative periods run from the 15th to the 14th', async (t) => {
  const administrative = (span: Period['span'], year: number, index: number) =>
    rangeOf({ calendar: 'administrative', span, year, index })
  t.same(administrative('month', 2025, 6), { from: '2025-05-15', to: '2025-06-14' })
  t.same(administrative('month', 2025, 1), { from: '2024-12-15', to: '2025-01-14' })
  t.same(administrative('quarter', 2025, 1), { from: '2024-12-15', to: '2025-03-14' })
  t.same(administrative('quarter', 2025, 2), { from: '2025-03-15', to: '2025-06-14' })
  t.same(administrative('half', 2025, 1), { from: '2024-12-15', to: '2025-06-14' })
  t.same(administrative('half', 2025, 2), { from: '2025-06-15', to: '2025-12-14' })
  t.same(administrative('year', 2025, 1), { from: '2024-12-15', to: '2025-12-14' })
})

t.test('calendar periods keep leap years', async (t) => {
  t.same(rangeOf({ calendar: 'calendar', span: 'month', year: 2024, index: 2 }), {
    from: '2024-02-01',
    to: '2024-02-29',
  })
  t.same(rangeOf({ calendar: 'calendar', span: 'quarter', year: 2026, index: 4 }), {
    from: '2026-10-01',
    to: '2026-12-31',
  })
})

t.test('the day before and after the 15th fall into different administrative periods', async (t) => {
  t.same(periodAt('2025-06-14', 'administrative', 'month'), {
    calendar: 'administrative',
    span: 'month',
    year: 2025,
    index: 6,
  })
  t.equal(periodAt('2025-06-15', 'administrative', 'month').index, 7)
  t.same(periodAt('2025-12-15', 'administrative', 'quarter'), {
    calendar: 'administrative',
    span: 'quarter',
    year: 2026,
    index: 1,
  })
  t.equal(periodAt('2025-12-15', 'calendar', 'quarter').index, 4)
})

t.test('every day lies in the period that is said to contain it', async () => {
  fc.assert(
    fc.property(day, period, (date, { calendar, span }) => {
      const { from, to } = rangeOf(periodAt(date, calendar, span))
      return from <= date && date <= to
    }),
  )
})

t.test('a period is found again by its dates, and its neighbours touch it without a gap', async () => {
  fc.assert(
    fc.property(period, (one) => {
      const range = rangeOf(one)
      const found = periodOf(range)
      const next = rangeOf(shiftPeriod(one, 1))
      return (
        JSON.stringify(found && rangeOf(found)) === JSON.stringify(range) &&
        next.from === addDays(range.to, 1) &&
        JSON.stringify(shiftPeriod(shiftPeriod(one, 7), -7)) === JSON.stringify(one)
      )
    }),
  )
})

t.test('other ranges have no name', async (t) => {
  t.equal(periodOf({ from: '2025-03-15', to: '2025-06-13' }), null)
  t.equal(periodOf({ from: '2025-03-16', to: '2025-06-14' }), null)
  t.equal(periodOf({ from: '2025-02-01', to: '2025-04-30' }), null, 'three months that are no quarter')
})

t.test('rolling periods end today', async (t) => {
  t.same(lastWeeks('2026-11-24', 12), { from: '2026-09-07', to: '2026-11-24' })
  t.same(lastWeeks('2026-11-23', 1), { from: '2026-11-23', to: '2026-11-23' }, 'a Monday is a week of one day so far')
  t.same(lastMonths('2026-11-24', 3), { from: '2026-08-25', to: '2026-11-24' })
  t.same(lastMonths('2026-05-31', 3), { from: '2026-03-01', to: '2026-05-31' }, 'no 31 February')
  t.same(yearOfMonths('2026-11-24'), { from: '2025-12-01', to: '2026-11-30' })
})

t.test('days: months of different length, weeks, counting', async (t) => {
  t.equal(addMonths('2026-01-31', 1), '2026-02-28')
  t.equal(addMonths('2026-01-15', -1), '2025-12-15')
  t.equal(mondayOf('2026-11-29'), '2026-11-23', 'Sunday ends its week')
  t.equal(mondayOf('2026-11-23'), '2026-11-23')
  t.equal(countDays({ from: '2026-02-28', to: '2026-03-01' }), 2)
})

t.test('nothing more is waited for of days that ended sixty days ago', async (t) => {
  const range = { from: '2026-06-15', to: '2026-09-14' }
  t.notOk(isLongOver(range, '2026-09-01'), 'they still run')
  t.notOk(isLongOver(range, '2026-11-13'))
  t.ok(isLongOver(range, '2026-11-14'))
})

t.test('only what the server takes passes as a range', async (t) => {
  t.ok(isRange({ from: '2026-01-01', to: '2026-01-01' }))
  t.ok(isRange({ from: '2023-01-01', to: addDays('2023-01-01', 1099) }), '1,100 days')
  t.notOk(isRange({ from: '2023-01-01', to: addDays('2023-01-01', 1100) }), '1,101 days')
  t.notOk(isRange({ from: '2026-02-01', to: '2026-01-01' }), 'reversed')
  for (const good of ['1900-01-01', '2024-02-29', '2999-12-31']) t.ok(isDate(good), good)
  for (const bad of ['1899-12-31', '3000-01-01', '0000-01-01', '2023-02-29']) t.notOk(isDate(bad), bad)
  for (const bad of ['2026-02-30', '2026-13-01', '26-01-01', '', "2026-01-01'", '2026-1-1']) t.notOk(isDate(bad), bad)
})

t.test('what a range is compared with', async (t) => {
  const cases: [asked: [string, string], previous: [string, string], lastYear: [string, string]][] = [
    // Named periods: the one before has another number of days, and is still the one that had a report.
    [
      ['2026-06-01', '2026-06-30'],
      ['2026-05-01', '2026-05-31'],
      ['2025-06-01', '2025-06-30'],
    ],
    [
      ['2026-09-15', '2026-12-14'],
      ['2026-06-15', '2026-09-14'],
      ['2025-09-15', '2025-12-14'],
    ],
    [
      ['2024-12-15', '2025-06-14'],
      ['2024-06-15', '2024-12-14'],
      ['2023-12-15', '2024-06-14'],
    ],
    [
      ['2026-01-01', '2026-12-31'],
      ['2025-01-01', '2025-12-31'],
      ['2025-01-01', '2025-12-31'],
    ],
    [
      ['2024-02-01', '2024-02-29'],
      ['2024-01-01', '2024-01-31'],
      ['2023-02-01', '2023-02-28'],
    ],
    // A week, Monday to Sunday, with a week.
    [
      ['2026-11-16', '2026-11-22'],
      ['2026-11-09', '2026-11-15'],
      ['2025-11-17', '2025-11-23'],
    ],
    // Any dates.
    [
      ['2026-06-01', '2026-06-01'],
      ['2026-05-31', '2026-05-31'],
      ['2025-06-01', '2025-06-01'],
    ],
    [
      ['2026-11-10', '2026-11-24'],
      ['2026-10-26', '2026-11-09'],
      ['2025-11-10', '2025-11-24'],
    ],
    [
      ['2024-02-10', '2024-02-29'],
      ['2024-01-21', '2024-02-09'],
      ['2023-02-10', '2023-02-28'],
    ],
  ]
  for (const [[from, to], previous, lastYear] of cases) {
    t.same(Object.values(rangeBefore({ from, to }, 'previous')), previous, `${from} to ${to}, before`)
    t.same(Object.values(rangeBefore({ from, to }, 'last_year')), lastYear, `${from} to ${to}, last year`)
  }
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 1099 }), (from, more) => {
      const range = { from, to: addDays(from, more) }
      const before = rangeBefore(range, 'previous')
      const year = rangeBefore(range, 'last_year')
      return (
        addDays(before.to, 1) === from &&
        (periodOf(range) !== null || countDays(before) === countDays(range)) &&
        isDate(year.from) &&
        year.from <= year.to
      )
    }),
  )
})

t.test('a week is Monday to Sunday', async (t) => {
  t.same(weekOf('2026-11-24'), { from: '2026-11-23', to: '2026-11-29' })
  t.same(weekOf('2026-11-29'), { from: '2026-11-23', to: '2026-11-29' })
  fc.assert(fc.property(day, (date) => isWeek(weekOf(date)) && weekOf(date).from <= date && date <= weekOf(date).to))
  t.notOk(isWeek({ from: '2026-11-24', to: '2026-11-30' }))
  // Numbers as any wall calendar has them; the first days of a year may belong to the last one's.
  for (const [date, week, year] of [
    ['2026-01-01', '1', '2026'],
    ['2026-11-24', '48', '2026'],
    ['2027-01-01', '53', '2026'],
    ['2027-01-04', '1', '2027'],
    ['2024-12-30', '1', '2025'],
    ['2021-01-03', '53', '2020'],
  ]) {
    t.same(weekNumber(date as string), { week, year }, String(date))
  }
})

t.test(
  'dates of more than a year share days with those a year earlier; a year, by whatever calendar, does not',
  async (t) => {
    const shared = (from: string, to: string) => isOverlapped({ from, to }, 'last_year')
    for (const [from, to] of [
      ['2025-06-01', '2026-07-01'],
      ['2025-02-28', '2026-02-28'],
      ['2024-01-01', '2026-12-31'],
    ] as const)
      t.ok(shared(from, to), `${from} to ${to}`)
    for (const [from, to] of [
      ['2026-01-01', '2026-12-31'],
      ['2025-12-15', '2026-12-14'],
      ['2027-03-01', '2028-02-29'],
      ['2024-02-29', '2024-02-29'],
      ['2026-11-16', '2026-11-22'],
    ] as const)
      t.notOk(shared(from, to), `${from} to ${to}`)
    t.notOk(isOverlapped({ from: '2024-01-01', to: '2026-12-31' }, 'previous'), 'the days before never')
  },
)
