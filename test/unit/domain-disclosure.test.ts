/** What may be shown: every rung on both sides of its threshold, and nothing that can name a citizen at any counts. */
import fc from 'fast-check'
import t from 'tap'
import type { Figure } from '../../server/contract/figures.ts'
import {
  bandOf,
  commitmentsShown,
  countShown,
  integrityOfficerShown,
  lowShown,
  MIN_STEP,
  mayBeNamed,
  officerFigure,
  officerSide,
  officerStepFigure,
  placeFigure,
  remarkReleasedOn,
  remarksShown,
  rungOf,
  unitShareShown,
  usualShares,
  type Viewer,
} from '../../server/domain/disclosure.ts'
import { type FunnelLimits, funnelLimits } from '../../server/domain/funnel.ts'
import { wilson } from '../../server/domain/scoring.ts'
import { weekday } from '../../server/domain/time.ts'
import { property } from './oracles.ts'

const withheld: Figure = {
  n: null,
  levels: null,
  satisfaction: null,
  index: null,
  set_aside: null,
  rung: 'none',
  suppressed: true,
}
/** `n` ratings, all but one of them of level 5. */
const levelsOf = (n: number): number[] => (n === 0 ? [0, 0, 0, 0, 0] : [1, 0, 0, 0, n - 1])
const viewers: Viewer[] = ['self', 'leader', 'commission']
const levels = fc.array(fc.integer({ min: -3, max: 12 }), { minLength: 5, maxLength: 5 })

t.test('rungs change at 5, 10 and 30', async (t) => {
  const wanted = { 0: 'none', 4: 'none', 5: 'count', 9: 'count', 10: 'band', 29: 'band', 30: 'full', 1000000: 'full' }
  for (const [n, rung] of Object.entries(wanted)) t.equal(rungOf(Number(n)), rung, `n = ${n}`)
  t.equal(MIN_STEP, 5)
})

t.test('an officer by rung', async (t) => {
  for (const viewer of viewers) {
    t.same(officerFigure(levelsOf(0), 7, viewer), { ...withheld, n: 0, suppressed: false }, `${viewer}: nothing yet`)
    for (const n of [1, 4])
      t.same(officerFigure(levelsOf(n), 0, viewer), withheld, `${viewer}: n = ${n} is not even told`)
    for (const n of [5, 9]) {
      t.same(
        officerFigure(levelsOf(n), 0, viewer),
        viewer === 'self'
          ? { ...withheld, n, levels: levelsOf(n), set_aside: 0, rung: 'count', suppressed: false }
          : withheld,
        `${viewer}: n = ${n} is a count, and nobody else's business`,
      )
    }
    for (const n of [10, 29]) {
      const share = wilson(n - 1, n)
      t.same(
        officerFigure(levelsOf(n), 5, viewer),
        {
          n,
          levels: null,
          satisfaction: { value: null, lower: share?.lower, upper: share?.upper },
          index: null,
          set_aside: 5,
          rung: 'band',
          suppressed: false,
        },
        `${viewer}: n = ${n} is a band`,
      )
    }
    t.same(
      officerFigure(levelsOf(30), 4, viewer),
      {
        n: 30,
        levels: levelsOf(30),
        satisfaction: wilson(29, 30),
        index: (29 * 100) / 30,
        set_aside: null,
        rung: 'full',
        suppressed: false,
      },
      `${viewer}: n = 30 is everything but four set aside`,
    )
  }
})

t.test('a unit or counter', async (t) => {
  const zeros = { ...withheld, n: 0, levels: [0, 0, 0, 0, 0], set_aside: 0, suppressed: false }
  t.same(placeFigure(levelsOf(0), 0), zeros)
  t.same(placeFigure(levelsOf(0), 3), { ...zeros, set_aside: null })
  t.same(placeFigure(levelsOf(0), 3, { count_public: true }), { ...zeros, set_aside: 3 })
  for (const n of [1, 4]) {
    t.same(placeFigure(levelsOf(n), 6), withheld, `n = ${n} is hidden`)
    t.same(
      placeFigure(levelsOf(n), 2, { count_public: true }),
      { ...withheld, n, set_aside: 2 },
      `but for a live total`,
    )
  }
  const five = { n: 5, levels: levelsOf(5), satisfaction: wilson(4, 5), index: 80, rung: 'full', suppressed: false }
  t.same(placeFigure(levelsOf(5), 1), { ...five, set_aside: null })
  t.same(placeFigure(levelsOf(5), 1, { count_public: true }), { ...five, set_aside: 1 })
  t.same(
    placeFigure(levelsOf(5), -1, { count_public: true }),
    { ...five, set_aside: null },
    'no negative number leaves',
  )
})

t.test('a range that cuts a correction from its origin shows nothing', async (t) => {
  for (const cut of [
    [0, 0, 0, 0, -1],
    [-1, 0, 0, 0, 40],
    [1, 0, 0, 0, -1],
  ]) {
    for (const viewer of viewers) t.same(officerFigure(cut, 0, viewer), withheld, JSON.stringify(cut))
    t.same(placeFigure(cut, 0), withheld)
    t.same(placeFigure(cut, 0, { count_public: true }), withheld)
  }
  for (const odd of [
    [0, 0, 0, 0],
    [0.5, 0, 0, 0, 9],
    [0, 0, 0, 0, Number.NaN],
  ]) {
    t.throws(() => officerFigure(odd, 0, 'self'), RangeError, 'what is no set of counts is refused')
    t.throws(() => placeFigure(odd, 0), RangeError)
  }
})

t.test('no figure tells a number from 1 to 4, a negative one or an inconsistent one', async () => {
  const safe = (count: number | null) => count === null || count === 0 || count >= 5
  fc.assert(
    fc.property(levels, fc.integer({ min: -3, max: 9 }), fc.constantFrom(...viewers), (counts, aside, viewer) => {
      for (const figure of [officerFigure(counts, aside, viewer), placeFigure(counts, aside)]) {
        if (!safe(figure.n) || !safe(figure.set_aside)) return false
        if (figure.levels && figure.levels.reduce((sum, count) => sum + count, 0) !== figure.n) return false
        if (figure.levels?.some((count) => count < 0)) return false
        if (figure.suppressed && (figure.levels || figure.satisfaction || figure.index !== null)) return false
        if (figure.rung === 'none' && figure.satisfaction) return false
      }
      return true
    }),
    { ...property, numRuns: 2000 },
  )
})

t.test('numbers told alone', async (t) => {
  t.same([-1, 0, 1, 4, 5, 6].map(countShown), [null, 0, null, null, 5, 6])
})

t.test('low ratings go with the levels', async (t) => {
  t.same(lowShown(placeFigure([1, 2, 3, 4, 5], 0), 2), { low: 6, service_only: 2 })
  t.same(lowShown(officerFigure([1, 2, 3, 4, 5], 0, 'self'), 2), { low: null, service_only: null }, 'not at rung band')
  t.same(
    lowShown(officerFigure([1, 0, 1, 4, 0], 0, 'self'), 1),
    { low: 2, service_only: 1 },
    'to oneself at rung count',
  )
  t.same(lowShown(officerFigure([1, 0, 1, 4, 0], 0, 'leader'), 1), { low: null, service_only: null })
  t.same(lowShown(placeFigure([1, 2, 3, 4, 5], 0), -1), { low: 6, service_only: null }, 'a cut correction')
  t.same(lowShown(placeFigure([1, 2, 3, 4, 5], 0), 6), { low: 6, service_only: 6 }, 'all of them')
  t.same(lowShown(placeFigure([1, 2, 3, 4, 5], 0), 0), { low: 6, service_only: 0 }, 'none of them')
  t.same(lowShown(placeFigure([1, 2, 3, 4, 5], 0), 7), { low: 6, service_only: null }, 'more than there are')
})

t.test('commitments stand beside an officer from 10, beside a place from 5', async (t) => {
  const rows = [
    { commitment: 'please_hello', kept: 3, broken: 0 },
    { commitment: 'please_sorry', kept: 0, broken: 2 },
    { commitment: 'service_time', kept: 0, broken: -1 },
    { commitment: 'service_place', kept: -1, broken: 0 },
  ]
  const shown = rows.slice(0, 2)
  t.same(commitmentsShown(rows, officerFigure(levelsOf(9), 0, 'self')), [])
  t.same(commitmentsShown(rows, officerFigure(levelsOf(10), 0, 'self')), shown, 'a cut row is left out')
  t.same(commitmentsShown(rows, officerFigure(levelsOf(30), 0, 'leader')), shown)
  t.same(commitmentsShown(rows, placeFigure(levelsOf(4), 0, { count_public: true })), [])
  t.same(commitmentsShown(rows, placeFigure(levelsOf(5), 0)), shown)
  t.same(commitmentsShown(rows, placeFigure(levelsOf(0), 0)), [])
})

t.test('what is drawn as usual is what is called usual, count by count', async (t) => {
  t.equal(usualShares(9, 0.9), null)
  t.equal(usualShares(20, null), null)
  // As below: fourteen of twenty are below 0.9, fifteen and twenty are not.
  t.strictSame(usualShares(20, 0.9), { lower: 0.75, upper: 1 })
  for (const n of [10, 11, 29, 30, 47, 97, 214]) {
    for (const p0 of [0, 0.02, 0.5, 0.81, 0.9, 0.917, 0.99, 1]) {
      const { lower, upper } = usualShares(n, p0) ?? { lower: NaN, upper: NaN }
      const wrong = Array.from({ length: n + 1 }, (_, positive) => positive).filter(
        (positive) => (bandOf(positive, n, p0) === 'usual') !== (positive / n >= lower && positive / n <= upper),
      )
      t.strictSame(wrong, [], `${n} ratings around ${p0}`)
    }
  }
})

t.test('below, usual or above the unit', async (t) => {
  t.equal(bandOf(0, 9, 0.9), null, 'not under 10 ratings')
  t.equal(bandOf(5, 20, null), null, 'not without a share of the unit')
  t.equal(bandOf(18, 20, 0.9), 'usual')
  // P(X <= 14; 20, 0.9) = 0.0113, P(X <= 15) = 0.0432
  t.equal(bandOf(14, 20, 0.9), 'below')
  t.equal(bandOf(15, 20, 0.9), 'usual')
  // P(X >= 20; 20, 0.9) = 0.1216: all satisfied is no surprise, though it lies outside the interpolated limit of 0.9897.
  t.equal(bandOf(20, 20, 0.9), 'usual')
  t.ok((funnelLimits(20, 0.9)?.high95 ?? 1) < 1)
  // P(X >= 35; 35, 0.9) = 0.0250316, P(X >= 36; 36, 0.9) = 0.0225284
  t.equal(bandOf(35, 35, 0.9), 'usual')
  t.equal(bandOf(36, 36, 0.9), 'above')
  t.equal(bandOf(9, 10, 1), 'below', 'any miss where the unit has none')
  t.equal(bandOf(10, 10, 1), 'usual')
  t.equal(bandOf(1, 10, 0), 'above')
  t.equal(bandOf(900_000, 1_000_000, 0.9), 'usual')
  t.equal(bandOf(899_000, 1_000_000, 0.9), 'below')
  t.equal(bandOf(901_000, 1_000_000, 0.9), 'above')
  const cases = fc
    .integer({ min: 10, max: 400 })
    .chain((n) =>
      fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n), fc.double({ min: 0.01, max: 0.99, noNaN: true })),
    )
  fc.assert(
    fc.property(cases, ([positive, n, p0]) => {
      const { low95, high95 } = funnelLimits(n, p0) as FunnelLimits
      const band = bandOf(positive, n, p0)
      const share = positive / n
      // On the low side verdict and drawn limit are one; on the high side the verdict is the stricter.
      if (Math.abs(share - low95) > 1e-9 && (band === 'below') !== share < low95) return false
      return band !== 'above' || share > high95
    }),
    property,
  )
})

t.test('chance alone is called below or above in under 5 % of cases', async (t) => {
  const { binomial } = await import('../../server/domain/distributions.ts')
  for (const n of [10, 17, 29, 50, 200]) {
    for (const p0 of [0.5, 0.8, 0.9, 0.97]) {
      const chance = binomial(n, p0)
      let flagged = 0
      for (const [index, probability] of chance.probabilities.entries()) {
        if (bandOf(chance.low + index, n, p0) !== 'usual') flagged += probability
      }
      t.ok(flagged < 0.05, `n = ${n}, share ${p0}: ${flagged.toFixed(4)}`)
    }
  }
})

t.test('a report of the province names from 50 and outside 99.8 %', async (t) => {
  const alike = { pooled: 0.9, tau2: 0 }
  t.equal(officerSide(0, 49, alike), null, 'under fifty nothing is said of an officer')
  t.equal(officerSide(36, 50, alike), 'below')
  t.equal(officerSide(37, 50, alike), 'usual')
  t.equal(officerSide(100, 100, alike), 'above')
  t.equal(officerSide(0, 60, null), null)
  t.equal(mayBeNamed(0, 49, alike), false)
  // P(X <= 36; 50, 0.9) = 0.000285, P(X <= 37) = 0.001005
  t.equal(mayBeNamed(36, 50, alike), true)
  t.equal(mayBeNamed(37, 50, alike), false)
  t.equal(mayBeNamed(100, 100, alike), true, 'for praise as well')
  t.equal(mayBeNamed(60, 60, alike), false)
  t.equal(mayBeNamed(0, 60, null), false, 'with fewer than ten to compare with nobody is named')
  // 0.9 - 3.0902 * sqrt(0.09 / 100 + 0.0009) = 0.7689; exact tails alone would name from 79 down.
  const spread = { pooled: 0.9, tau2: 0.0009 }
  t.equal(mayBeNamed(76, 100, spread), true)
  t.equal(mayBeNamed(77, 100, spread), false, 'officers differ: 77 is within what they differ by')
  t.equal(mayBeNamed(100, 100, spread), false, 'above 1 there is nothing')
  t.equal(mayBeNamed(0, 100, { pooled: 0, tau2: 0 }), false, 'where nobody is satisfied nobody stands out')
})

t.test('the unit beside an officer needs three others with five ratings', async (t) => {
  t.same([0, 2, 3, 4].map(unitShareShown), [false, false, true, true])
})

t.test('the steps of an officer tell levels only where the whole range does', async (t) => {
  const step = [0, 0, 1, 2, 3]
  const whole = (n: number) => officerFigure([0, 0, 0, 0, n], 0, 'self')
  t.same(officerStepFigure(step, 0, 'self', whole(29)).levels, null, 'ten steps of levels would make the share')
  t.equal(officerStepFigure(step, 0, 'self', whole(29)).n, 6)
  t.same(officerStepFigure(step, 0, 'self', whole(30)), officerFigure(step, 0, 'self'))
  t.same(officerStepFigure([0, 0, -1, 2, 3], 0, 'self', whole(12)), withheld)
  t.equal(officerStepFigure(step, 0, 'leader', whole(10)).n, 6, 'others are told the numbers of what adds up to ten')
  t.same(officerStepFigure(step, 0, 'leader', whole(30)).levels, null, 'and never the levels of five to nine')
  t.same(officerStepFigure(step, 0, 'leader', officerFigure([0, 0, 0, 0, 9], 0, 'leader')), withheld)
  t.equal(officerStepFigure([0, 0, 0, 0, 0], 2, 'leader', officerFigure([0, 0, 0, 0, 9], 0, 'leader')).n, 0)
})

t.test('remarks wait for the next working day and for five ratings', async (t) => {
  const working = (day: string) => weekday(day) <= 5 && day !== '2026-09-02'
  t.equal(remarkReleasedOn('2026-11-24', working), '2026-11-25', 'Tuesday: Wednesday')
  t.equal(remarkReleasedOn('2026-11-27', working), '2026-11-30', 'Friday: Monday')
  t.equal(remarkReleasedOn('2026-11-28', working), '2026-11-30', 'Saturday: Monday')
  t.equal(remarkReleasedOn('2026-09-01', working), '2026-09-03', 'over a holiday')
  t.throws(() => remarkReleasedOn('2026-11-24', () => false), RangeError)
  t.same([0, 4, 5].map(remarksShown), [false, false, true])
  t.same([0, 4, 5].map(integrityOfficerShown), [false, false, true])
})
