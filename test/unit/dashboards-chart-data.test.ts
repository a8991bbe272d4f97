/** What pictures are made of: verdicts by chance alone, nulls that stay null, axes that never cut an interval. */
import fc from 'fast-check'
import t from 'tap'
import {
  butterflyScale,
  byFamily,
  countVerdicts,
  lastShown,
  levelShares,
  namedPlaces,
  nextRung,
  placeOn,
  pooledShare,
  shareAxis,
  sharePoints,
  shownTotal,
  sumItems,
  sumLevels,
  verdictOf,
} from '../../dashboards/chart-data.ts'
import type { SeriesPoint, UnitsReport } from '../../server/contract/reports.ts'
import { placeFigure } from '../../server/domain/disclosure.ts'

type Unit = Pick<UnitsReport['units'][number], 'figure' | 'previous'>

const range = { from: '2026-01-01', to: '2026-01-31' }
const full = placeFigure([1, 1, 2, 10, 20], 0)
const few = placeFigure([0, 0, 0, 1, 2], 0)
const unit = (change: { value: number; notable: boolean } | null, figure = full): Unit => ({
  figure,
  previous: { ...range, figure: full, change: change && { lower: -1, upper: 1, ...change } },
})
const point = (levels: number[], from = '2026-01-01'): SeriesPoint => ({
  from,
  to: from,
  figure: placeFigure(levels, 0),
  limits: null,
  side: null,
})

t.test('what citizens named over several units: those that may show it, added up', async (t) => {
  const items = (kept: number, broken: number) => [{ commitment: 'always_smile', kept, broken }]
  const units = [
    { figure: full, commitments: items(3, 1), low: { low: 4, service_only: 2 } },
    { figure: few, commitments: [], low: { low: null, service_only: null } },
    { figure: full, commitments: items(5, 0), low: { low: 4, service_only: null } },
  ]
  t.same(sumItems(units), { units: 2, n: 68, items: items(8, 1), low: { low: 4, service_only: 2 } })
  t.same(sumLevels(units), [2, 2, 4, 20, 40])
  t.same(sumItems([]), { units: 0, n: 0, items: [], low: { low: 0, service_only: 0 } })
})

t.test('a unit differs only where chance is ruled out', async (t) => {
  t.equal(verdictOf(unit({ value: -0.1, notable: true })), 'lower')
  t.equal(verdictOf(unit({ value: 0.1, notable: true })), 'higher')
  t.equal(verdictOf(unit({ value: -0.3, notable: false })), 'usual', 'however large the difference looks')
  t.equal(verdictOf(unit(null)), 'unmatched', 'nothing to compare with is no verdict')
  t.equal(verdictOf({ figure: full, previous: null }), 'unmatched')
  t.equal(verdictOf(unit({ value: -0.1, notable: true }, few)), 'few', 'too few wins over everything')
})

t.test('the headline counts every unit once', async (t) => {
  const units = [
    unit({ value: -0.1, notable: true }),
    unit({ value: 0.1, notable: true }),
    unit({ value: 0, notable: false }),
    unit(null),
    unit(null, few),
  ]
  t.same(countVerdicts(units), { notable: 2, usual: 1, unmatched: 1, few: 1 })
  t.equal(shownTotal(units), 4 * 34, 'ratings below the floor are not added up')
})

t.test('below a picture points are named from the first on, in even steps', async (t) => {
  t.same(namedPlaces(12, 4), [2, 5, 8, 11], 'twelve weeks on a phone: the newest is always named')
  t.same(namedPlaces(12, 4, [3]), [0, 3, 8, 11], 'the week that is marked, and no two names over one another')
  t.same(namedPlaces(12, 4, [10, 7]), [1, 4, 7, 11], 'beside the newest no other is named')
  t.same(namedPlaces(12, 14), [...Array(12).keys()], 'all where there is room')
  t.same(namedPlaces(13, 4), [0, 4, 8, 12])
  t.same(namedPlaces(1, 4), [0])
  t.same(namedPlaces(0, 4), [])
})

t.test('levels go from 5 to 1 and add up to one; no ratings, no bar', async (t) => {
  const shares = levelShares([1, 2, 3, 4, 10])
  t.same(
    shares.map(({ level, count }) => [level, count]),
    [
      [5, 10],
      [4, 4],
      [3, 3],
      [2, 2],
      [1, 1],
    ],
  )
  t.equal(shares[0]?.share, 0.5)
  t.same(levelShares([0, 0, 0, 0, 0]), [])
})

t.test('an axis never cuts an interval, and starts no lower than it must', async (t) => {
  t.equal(shareAxis([{ value: 0.9, lower: 0.7, upper: 0.97 }], 0.6).min, 0.6)
  t.equal(shareAxis([{ value: 0.6, lower: 0.45, upper: 0.7 }, null], 0.6).min, 0.4)
  t.equal(shareAxis([{ value: null, lower: 0, upper: 0.4 }], 0.4).min, 0)
  t.same(shareAxis([], 0.6).ticks, [0.6, 0.7, 0.8, 0.9, 1])
  t.same(shareAxis([], 0.4).ticks, [0.4, 0.6, 0.8, 1])
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.4, 0.6), (lower, preferred) => {
      const axis = shareAxis([{ value: null, lower, upper: 1 }], preferred)
      return axis.min <= lower && axis.min <= preferred && axis.ticks[0] === axis.min && axis.ticks.at(-1) === 1
    }),
  )
})

t.test('a share finds its place, and stays inside', async (t) => {
  t.equal(Math.round(placeOn({ min: 0.6, max: 1 }, 0.8)), 50)
  t.equal(placeOn({ min: 0.6, max: 1 }, 0.2), 0)
  t.equal(placeOn({ min: 0.6, max: 1 }, 1), 100)
})

t.test('a series keeps what may not be shown null', async (t) => {
  const series = sharePoints([point([0, 0, 0, 0, 10]), point([0, 0, 0, 1, 1]), point([0, 0, 0, 0, 0])])
  t.same(series.value, [1, null, null])
  t.same(series.lower.slice(1), [null, null])
  t.same(series.n, [10, null, 0])
  t.same(lastShown(series), { index: 0, value: 1 }, 'the last value is the last one that is shown')
  t.equal(lastShown(sharePoints([])), null)
})

t.test('the mean of a series weighs ratings, not weeks', async (t) => {
  t.equal(pooledShare([point([0, 0, 0, 0, 10]), point([30, 0, 0, 0, 0])]), 0.25)
  t.equal(pooledShare([point([0, 0, 0, 1, 1])]), null, 'nothing shown, no mean')
  t.equal(pooledShare([]), null)
})

t.test('both sides of a butterfly share one scale over all units', async (t) => {
  const scale = butterflyScale([
    { n: 100, items: [{ commitment: 'a', kept: 40, broken: 5 }] },
    { n: 10, items: [{ commitment: 'a', kept: 2, broken: 3 }] },
    { n: null, items: [{ commitment: 'a', kept: 9, broken: 9 }] },
  ])
  t.same(scale, { keptShare: 0.4, brokenShare: 0.3 })
  t.same(butterflyScale([]), { keptShare: 0, brokenShare: 0 })
})

t.test('families keep the order of the catalogue', async (t) => {
  const items = ['please', 'please', 'always', 'service', 'please'].map((family, place) => ({ family, place }))
  t.same(
    byFamily(items).map(({ family, items: members }) => [family, members.length]),
    [
      ['please', 3],
      ['always', 1],
      ['service', 1],
    ],
  )
})

t.test('rungs: 5, 10, 30', async (t) => {
  t.same(nextRung(0), { at: 5, missing: 5 })
  t.same(nextRung(5), { at: 10, missing: 5 })
  t.same(nextRung(29), { at: 30, missing: 1 })
  t.equal(nextRung(30), null)
})
