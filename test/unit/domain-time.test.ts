/** Days, ranges, corrected moments, attribution: the edges of the calendar and clocks that are years off. */

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { isDate } from '../../server/contract/periods.ts'
import { arrangeSpans, attributeRating, type Span } from '../../server/domain/attribution.ts'
import {
  addDays,
  type Clocks,
  correctedTime,
  countDays,
  coverRange,
  dayRange,
  firstOfMonth,
  lastOfMonth,
  localDay,
  localMinute,
  monthsOf,
  parseRange,
  type Range,
  startOfDay,
  timeQualityCode,
  weekday,
  weeksOf,
} from '../../server/domain/time.ts'
import { property } from './oracles.ts'

const days = fc.integer({ min: 0, max: 60_000 }).map((count) => addDays('1950-01-01', count))
const instants = fc.integer({ min: Date.parse('1976-01-01T00:00:00Z'), max: Date.parse('2150-01-01T00:00:00Z') })

t.test('the office day ends at its own midnight', async (t) => {
  t.equal(localDay(Date.parse('2026-11-24T23:59:59.999+07:00')), '2026-11-24')
  t.equal(localDay(Date.parse('2026-11-25T00:00:00+07:00')), '2026-11-25')
  t.equal(localDay(Date.parse('2026-11-24T17:00:00Z')), '2026-11-25')
  t.equal(localMinute(Date.parse('2026-11-24T23:59:59.999+07:00')), 1439)
  t.equal(localMinute(Date.parse('2026-11-25T00:00:59+07:00')), 0)
  t.equal(localMinute(Date.parse('1969-12-31T23:30:00+07:00')), 1410, 'before 1970 too')
  t.equal(startOfDay('2026-11-25'), Date.parse('2026-11-25T00:00:00+07:00'))
  t.equal(weekday('2026-11-23'), 1, 'Monday')
  t.equal(weekday('2026-11-29'), 7, 'Sunday')
})

t.test('the fixed offset is what the time-zone table says', async () => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'Asia/Ho_Chi_Minh',
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  fc.assert(
    fc.property(instants, (at) => {
      const clock = `${String(Math.floor(localMinute(at) / 60)).padStart(2, '0')}:${String(localMinute(at) % 60).padStart(2, '0')}`
      return format.format(at) === `${localDay(at)}, ${clock}` && startOfDay(localDay(at)) <= at
    }),
    property,
  )
})

t.test('counting days', async (t) => {
  t.equal(addDays('2024-02-28', 1), '2024-02-29')
  t.equal(addDays('2026-01-01', -1), '2025-12-31')
  t.equal(countDays('2026-01-01', '2026-01-01'), 1)
  t.equal(countDays('2026-01-02', '2026-01-01'), 0)
  t.same(dayRange('2026-02-27', '2026-03-01'), ['2026-02-27', '2026-02-28', '2026-03-01'])
  t.same(dayRange('2026-03-01', '2026-02-27'), [])
  t.equal(firstOfMonth('2026-02-17'), '2026-02-01')
  t.equal(lastOfMonth('2024-02-17'), '2024-02-29')
  t.equal(lastOfMonth('2026-12-31'), '2026-12-31')
  fc.assert(
    fc.property(days, fc.integer({ min: -4000, max: 4000 }), (day, count) => {
      return addDays(addDays(day, count), -count) === day && countDays(day, addDays(day, count)) === count + 1
    }),
    property,
  )
})

t.test('days that do not exist', async (t) => {
  for (const text of ['2026-02-28', '2024-02-29', '1900-01-01', '2999-12-31']) t.ok(isDate(text), text)
  for (const text of [
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-1',
    '26-01-01',
    '0000-01-01',
    '9999-12-31',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    "2026-01-01'--",
    '２０２６-01-01',
    '',
  ]) {
    t.notOk(isDate(text), JSON.stringify(text))
  }
})

t.test('the range of a report', async (t) => {
  const today = '2026-11-24'
  t.same(parseRange({}, today), { from: '2026-11-01', to: '2026-11-30' }, 'this month')
  t.same(parseRange({ from: '2026-09-05' }, today), { from: '2026-09-05', to: today }, 'from a day until today')
  t.same(parseRange({ from: today }, today), { from: today, to: today })
  t.same(parseRange({ from: '2026-12-05' }, today), { from: '2026-12-05', to: '2026-12-31' }, 'from a day ahead')
  t.same(parseRange({ to: '2026-02-11' }, today), { from: '2026-02-01', to: '2026-02-11' }, 'to a day')
  t.same(parseRange({ from: '2026-01-31', to: '2026-01-31' }, today), { from: '2026-01-31', to: '2026-01-31' })
  const longest = { from: '2023-01-01', to: addDays('2023-01-01', 1099) }
  t.same(parseRange(longest, today), longest, '1,100 days')
  for (const asked of [
    { from: '2026-02-02', to: '2026-02-01' },
    { from: '2026-02-30', to: '2026-03-01' },
    { from: '2026-02-01', to: '2026-02-29' },
    { from: longest.from, to: addDays(longest.to, 1) },
    { from: '2016-01-01', to: '2026-01-01' },
    { from: '2001-01-01' },
    { from: '' },
    { to: 'yesterday' },
    { from: '2026-01-01; drop table ratings', to: '2026-02-01' },
  ]) {
    t.match(parseRange(asked, today), { code: 'invalid_range', message: /./ }, JSON.stringify(asked))
  }
})

t.test('weeks and months', async (t) => {
  t.same(weeksOf('2026-11-25', '2026-12-08'), [
    { from: '2026-11-25', to: '2026-11-29' },
    { from: '2026-11-30', to: '2026-12-06' },
    { from: '2026-12-07', to: '2026-12-08' },
  ])
  t.same(monthsOf('2025-12-31', '2026-02-10'), [
    { from: '2025-12-31', to: '2025-12-31' },
    { from: '2026-01-01', to: '2026-01-31' },
    { from: '2026-02-01', to: '2026-02-10' },
  ])
  t.same(weeksOf('2026-11-25', '2026-11-24'), [])
  const range = fc
    .tuple(days, fc.integer({ min: 0, max: 1099 }))
    .map(([from, more]) => ({ from, to: addDays(from, more) }))
  const covers = (parts: Range[], whole: Range, sameUnit: (day: string) => string) =>
    parts[0]?.from === whole.from &&
    parts.at(-1)?.to === whole.to &&
    parts.every((part, index) => {
      const joined = index === 0 || part.from === addDays(parts[index - 1]?.to ?? '', 1)
      const single = dayRange(part.from, part.to).every((day) => sameUnit(day) === sameUnit(part.from))
      return joined && single && (index === 0 || sameUnit(part.from) !== sameUnit(parts[index - 1]?.to ?? ''))
    })
  fc.assert(
    fc.property(
      range,
      (whole) =>
        covers(weeksOf(whole.from, whole.to), whole, (day) => addDays(day, 1 - weekday(day))) &&
        covers(monthsOf(whole.from, whole.to), whole, firstOfMonth),
    ),
    { ...property, numRuns: 60 },
  )
})

t.test('when a rating really happened', async (t) => {
  const received_ms = Date.parse('2026-11-24T10:00:00+07:00')
  const hour = 3_600_000
  const run = { envelope_clock_session: 'run-1', item_clock_session: 'run-1', sent_ms: 2 * hour, elapsed_ms: 500.4 }
  const wall = { sent_at_ms: received_ms, rated_at_ms: received_ms - hour }
  const at = (clocks: Partial<Clocks>) => correctedTime({ received_ms, ...wall, ...clocks })

  t.same(
    at(run),
    { at: received_ms - 2 * hour + 500, quality: 'monotonic' },
    'one run of the page: its monotonic clock',
  )
  t.same(
    at({ ...run, ...{ sent_at_ms: Number.NaN, rated_at_ms: 0 } }).quality,
    'monotonic',
    'whatever the wall clock says',
  )
  const byWall = { at: received_ms - hour, quality: 'wall' }
  t.same(at({}), byWall, 'no run told')
  t.same(at({ ...run, item_clock_session: 'run-0' }), byWall, 'another run: the page was started again since')
  t.same(at({ ...run, envelope_clock_session: null, item_clock_session: null }), byWall, 'two unknown runs are not one')
  t.same(at({ ...run, sent_ms: 100 }), byWall, 'a monotonic clock that ran backward')
  t.same(at({ ...run, elapsed_ms: null }), byWall, 'half a reading')
  t.same(at({ ...run, sent_ms: 9e15 }), byWall, 'an absurd reading')
  t.same(at({ rated_at_ms: received_ms }), { at: received_ms, quality: 'wall' }, 'sent in the millisecond of the tap')
  const old = Date.parse('1970-01-01T08:00:00Z')
  t.same(
    at({ sent_at_ms: old + hour, rated_at_ms: old }),
    byWall,
    'a clock that is 56 years behind measures gaps all the same',
  )
  const far = Date.parse('2090-01-01T00:00:00Z')
  t.same(at({ sent_at_ms: far + hour, rated_at_ms: far }), byWall, 'so does one that is ahead')
  const arrival = { at: received_ms, quality: 'received' }
  t.same(at({ sent_at_ms: old, rated_at_ms: received_ms }), arrival, 'a clock that was set back in between')
  t.same(at({ sent_at_ms: received_ms, rated_at_ms: old }), arrival, 'a clock that was set forward in between')
  t.same(at({ sent_at_ms: Number.NaN }), arrival, 'no clock at all')
  const limit = 400 * 24 * hour
  t.equal(at({ rated_at_ms: received_ms - limit }).quality, 'wall', '400 days')
  t.equal(at({ rated_at_ms: received_ms - limit - 1 }).quality, 'received', 'and a millisecond')
  t.same(timeQualityCode, { monotonic: 1, wall: 2, received: 3 }, 'never renumbered')

  const anything = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 9e15, -9e15, received_ms))
  const session = fc.constantFrom('a', 'b', null, undefined)
  fc.assert(
    fc.property(
      fc.record({
        sent_at_ms: anything,
        rated_at_ms: anything,
        sent_ms: fc.option(anything),
        elapsed_ms: fc.option(anything),
        envelope_clock_session: session,
        item_clock_session: session,
      }),
      (clocks) => {
        const { at } = correctedTime({ received_ms, ...clocks })
        return Number.isInteger(at) && at <= received_ms && at >= received_ms - limit && isDate(localDay(at))
      },
    ),
    { ...property, numRuns: 2000 },
  )
})

t.test('whose rating it is', async (t) => {
  const span = (counter_id: number, officer_id: number, starts: number, ends: number | null): Span => ({
    counter_id,
    officer_id,
    starts,
    ends,
  })
  const spans = arrangeSpans([
    span(1, 12, 200, null),
    span(1, 11, 100, 150),
    span(2, 21, 120, 180),
    span(1, 10, 50, 100),
  ])
  const found = (at: number) => attributeRating(1, at, spans)
  t.same([49, 50, 99, 100, 149, 150, 199, 200, 9e15].map(found), [null, 10, 10, 11, 11, null, null, 12, 12])
  t.equal(attributeRating(2, 180, spans), null, 'half-open')
  t.equal(attributeRating(3, 120, spans), null, 'a counter nobody was ever assigned to')

  const shifts = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 30 })), { maxLength: 40 }).map((rows) => {
    let clock = 0
    return rows.map(([pause, length], index) => {
      const starts = clock + pause
      clock = starts + length
      return span(1, index + 1, starts, index === rows.length - 1 && length % 2 === 0 ? null : clock)
    })
  })
  fc.assert(
    fc.property(shifts, fc.integer({ min: -5, max: 1500 }), (rows, at) => {
      const plain = rows.find((row) => row.starts <= at && (row.ends === null || at < row.ends))?.officer_id ?? null
      return attributeRating(1, at, arrangeSpans([...rows].reverse())) === plain
    }),
    { ...property, numRuns: 1000 },
  )
})

t.test('a cover adds up to exactly the days of its range, with few days in it', async (t) => {
  const counts = (range: Range, options?: { years: boolean }) => {
    const days = new Map<string, number>()
    for (const { months, first, last, sign } of coverRange(range, options)) {
      const end = months === 0 ? last : months === 1 ? lastOfMonth(last) : `${last.slice(0, 4)}-12-31`
      for (const day of dayRange(first, end)) days.set(day, (days.get(day) ?? 0) + sign)
    }
    return [...days].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
  }
  const oncePer = ({ from, to }: Range) => dayRange(from, to).map((day) => [day, 1])
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2200 }),
      fc.integer({ min: 0, max: 1099 }),
      fc.boolean(),
      (start, length, years) => {
        const from = addDays('2023-01-01', start)
        const range = { from, to: addDays(from, length) }
        const parts = coverRange(range, { years })
        assert.deepEqual(counts(range, { years }), oncePer(range))
        const single = parts.filter(({ months }) => months === 0)
        assert.ok(single.reduce((sum, { first, last }) => sum + countDays(first, last), 0) <= 31)
        assert.ok(parts.length <= 7)
        if (!years) assert.ok(parts.every(({ months }) => months < 12))
      },
    ),
    property,
  )
  t.same(coverRange({ from: '2026-11-01', to: '2026-11-30' }), [
    { months: 1, first: '2026-11-01', last: '2026-11-01', sign: 1 },
  ])
  t.same(coverRange({ from: '2024-12-31', to: '2026-02-27' }), [
    { months: 12, first: '2025-01-01', last: '2025-01-01', sign: 1 },
    { months: 1, first: '2026-01-01', last: '2026-02-01', sign: 1 },
    { months: 0, first: '2024-12-31', last: '2024-12-31', sign: 1 },
    { months: 0, first: '2026-02-28', last: '2026-02-28', sign: -1 },
  ])
})
