/** Figures: every worked number reproduced, and what must hold for any counts up to a million ratings. */
import fc from 'fast-check'
import t from 'tap'
import { betaGreater } from '../../server/domain/distributions.ts'
import {
  countLevels,
  countSatisfied,
  indexOf,
  manski,
  newcombe,
  probabilityBetter,
  responseRate,
  satisfaction,
  summariseLevels,
  wilson,
  Z95,
} from '../../server/domain/scoring.ts'
import { type Prior, priorOf, shrink, shrinkOne, sumSpread } from '../../server/domain/shrinkage.ts'
import { poststratify, standardise } from '../../server/domain/standardisation.ts'
import { near, oracles, property } from './oracles.ts'

const officers = Object.entries(oracles.officers).map(([name, [positive, n]]) => ({ name, positive, n }))
const counts = fc
  .integer({ min: 1, max: 1_000_000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
const smallCounts = fc
  .integer({ min: 0, max: 80 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

t.test('Wilson interval', async (t) => {
  t.equal(Z95, oracles.z95)
  for (const [positive, n, lower, upper] of oracles.wilson) {
    const share = wilson(positive, n)
    near(t, share?.value, positive / n, `value ${positive}/${n}`)
    near(t, share?.lower, lower, `lower ${positive}/${n}`)
    near(t, share?.upper, upper, `upper ${positive}/${n}`)
  }
  t.equal(wilson(0, 0), null, 'no ratings, no share')
  t.equal(wilson(0, 10)?.lower, 0, 'exactly 0 at none satisfied')
  t.equal(wilson(1_000_000, 1_000_000)?.upper, 1, 'exactly 1 at all satisfied')
  for (const [positive, n] of [
    [-1, 5],
    [6, 5],
    [0.5, 5],
    [0, -1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    t.throws(() => wilson(positive, n), RangeError, `${positive} of ${n} is refused`)
  }
  fc.assert(
    fc.property(counts, ([positive, n]) => {
      const share = wilson(positive, n)
      const mirror = wilson(n - positive, n)
      if (!share || !mirror) return false
      const ordered = 0 <= share.lower && share.lower <= share.value && share.value <= share.upper && share.upper <= 1
      return ordered && Math.abs(share.lower - (1 - mirror.upper)) < 1e-12
    }),
    property,
  )
})

t.test('levels: satisfaction, index and the summary', async (t) => {
  const wanted = oracles.scores5
  const summary = summariseLevels(wanted.counts_1to5)
  if (!summary) throw new Error('no summary')
  for (const key of ['n', 'top', 'top2', 'bottom2', 'net', 'mean', 'sd', 'index', 'se'] as const) {
    near(t, summary[key], wanted[key], key)
  }
  near(t, summary.ci?.[0], wanted.ci[0], 'lower end of the mean')
  near(t, summary.ci?.[1], wanted.ci[1], 'upper end of the mean')
  near(t, indexOf(wanted.counts_1to5), wanted.index, 'index')
  near(t, satisfaction(wanted.counts_1to5)?.value, wanted.top2, 'satisfaction is the share of levels 4 and 5')
  near(t, satisfaction(wanted.counts_1to5)?.lower, 0.793944, 'with the Wilson interval of 170 of 200')
  t.equal(countLevels(wanted.counts_1to5), 200)
  t.equal(countSatisfied(wanted.counts_1to5), 170)
  for (const month of oracles.govuk_linear) {
    t.equal(Math.round(indexOf(month.counts) ?? -1), month.published, `published ${month.published} %`)
  }
  const none = [0, 0, 0, 0, 0]
  t.equal(satisfaction(none), null)
  t.equal(indexOf(none), null)
  t.equal(summariseLevels(none), null)
  const single = summariseLevels([0, 0, 1, 0, 0])
  t.match(single, { n: 1, mean: 3, index: 50, sd: null, se: null, ci: null }, 'one rating has no spread')
  t.equal(summariseLevels([0, 0, 0, 1, 1])?.ci?.[1], 5, 'the mean of levels ends at 5')
  t.equal(summariseLevels([1, 1, 0, 0, 0])?.ci?.[0], 1, 'and begins at 1')
  t.equal(indexOf([7, 0, 0, 0, 0]), 0)
  t.equal(indexOf([0, 0, 0, 0, 7]), 100)
  for (const levels of [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], [0, 0, -1, 2, 3], [0, 0, 0.5, 0, 0], []]) {
    t.throws(() => countLevels(levels), RangeError, `${JSON.stringify(levels)} is refused`)
    t.throws(() => satisfaction(levels), RangeError)
    t.throws(() => indexOf(levels), RangeError)
  }
})

t.test('change between two periods', async (t) => {
  const [value, lower, upper] = oracles.newcombe_45_50_vs_38_50
  const change = newcombe(45, 50, 38, 50)
  near(t, change?.value, value, 'difference')
  near(t, change?.lower, lower, 'lower')
  near(t, change?.upper, upper, 'upper')
  t.equal(change?.notable, false, 'an interval that holds zero is not notable')
  t.equal(newcombe(95, 100, 70, 100)?.notable, true, 'up')
  t.equal(newcombe(70, 100, 95, 100)?.notable, true, 'down')
  t.equal(newcombe(0, 0, 3, 5), null)
  t.equal(newcombe(3, 5, 0, 0), null)
  fc.assert(
    fc.property(counts, counts, ([k1, n1], [k2, n2]) => {
      const there = newcombe(k1, n1, k2, n2)
      const back = newcombe(k2, n2, k1, n1)
      if (!there || !back) return false
      const inside = -1 <= there.lower && there.lower <= there.value && there.value <= there.upper && there.upper <= 1
      return inside && Math.abs(there.lower + back.upper) < 1e-12 && there.notable === back.notable
    }),
    property,
  )
})

t.test('probability of being better', async (t) => {
  near(t, probabilityBetter(45, 50, 38, 50), oracles.prob_better_Beta46_6_vs_Beta39_13, '45/50 against 38/50')
  near(t, betaGreater(46, 6, 39, 13), oracles.prob_better_Beta46_6_vs_Beta39_13, 'the same as Beta parameters', 1e-12)
  near(t, probabilityBetter(0, 0, 0, 0), 0.5, 'nothing known', 1e-12)
  near(t, probabilityBetter(900_000, 1_000_000, 900_000, 1_000_000), 0.5, 'a million ratings each', 1e-6)
  near(t, probabilityBetter(901_000, 1_000_000, 900_000, 1_000_000), 0.990934, 'a tenth of a per cent apart', 1e-4)
  near(t, probabilityBetter(0, 1_000_000, 1_000_000, 1_000_000), 0, 'the worst against the best')
  near(t, probabilityBetter(1_000_000, 1_000_000, 0, 1_000_000), 1, 'the best against the worst')
  t.throws(() => betaGreater(0, 1, 1, 1), RangeError)
  t.throws(() => probabilityBetter(3, 2, 1, 1), RangeError)
  fc.assert(
    fc.property(smallCounts, smallCounts, ([k1, n1], [k2, n2]) => {
      const there = probabilityBetter(k1, n1, k2, n2)
      return there >= 0 && there <= 1 && Math.abs(there + probabilityBetter(k2, n2, k1, n1) - 1) < 1e-9
    }),
    property,
  )
})

t.test('silence: response rate and worst case', async (t) => {
  const bounds = manski(108, 120, 1000)
  near(t, bounds?.lower, oracles.manski_108_120_of_1000[0], 'all silent visitors dissatisfied')
  near(t, bounds?.upper, oracles.manski_108_120_of_1000[1], 'all silent visitors satisfied')
  t.same(manski(3, 4, 2), { lower: 0.75, upper: 0.75 }, 'fewer visits than ratings: nobody was silent')
  t.same(manski(0, 0, 10), { lower: 0, upper: 1 }, 'no rating says nothing')
  t.equal(manski(0, 0, 0), null)
  t.equal(responseRate(214, 1070), 0.2)
  t.equal(responseRate(12, 10), 1.2, 'more ratings than visits is shown, not hidden')
  t.equal(responseRate(5, 0), null)
})

t.test('one subject under the prior of all', async (t) => {
  const sums = sumSpread(officers)
  const prior = priorOf(sums)
  if (!prior) throw new Error('no prior')
  for (const officer of officers) {
    const own = shrinkOne(officer, prior, sums)
    near(t, own?.value, oracles.eb.shrunk[officer.name], `shrunk ${officer.name}`)
    t.ok(own && 0 <= own.lower && own.lower < own.value && own.value < own.upper && own.upper <= 1, officer.name)
    near(t, own?.reliability, officer.n / (officer.n + oracles.eb.alpha + oracles.eb.beta), 'reliability')
  }
  t.equal(shrinkOne({ positive: 0, n: 0 }, prior, sums), null)
  const alike = [
    { positive: 90, n: 100 },
    { positive: 45, n: 50 },
  ]
  t.match(
    shrinkOne({ positive: 45, n: 50 }, priorOf(sumSpread(alike)) as Prior, sumSpread(alike)),
    { value: 0.9, lower: wilson(135, 150)?.lower, upper: wilson(135, 150)?.upper, reliability: 0 },
    'nobody can be told apart: what is known is known of all',
  )
  const split = [
    { positive: 50, n: 50 },
    { positive: 0, n: 50 },
  ]
  t.match(shrinkOne({ positive: 50, n: 50 }, priorOf(sumSpread(split)) as Prior, sumSpread(split)), {
    value: 1,
    upper: 1,
    reliability: 1,
  })
})

t.test('shrinkage', async (t) => {
  const wanted = oracles.eb
  const result = shrink(officers)
  if (!result) throw new Error('no shrinkage')
  near(t, result.pooled, wanted.pooled, 'pooled')
  near(t, result.rho, wanted.rho, 'rho')
  near(t, result.alpha, wanted.alpha, 'alpha')
  near(t, result.beta, wanted.beta, 'beta')
  for (const [index, { name }] of officers.entries()) {
    near(t, result.shrunk[index], wanted.shrunk[name], `shrunk ${name}`)
  }
  t.equal(shrink([]), null)
  t.equal(shrink([{ positive: 0, n: 0 }]), null)
  const alike = { rho: 0, alpha: null, beta: null }
  t.match(
    shrink([
      { positive: 9, n: 10 },
      { positive: 18, n: 20 },
      { positive: 0, n: 0 },
    ]),
    { ...alike, shrunk: [0.9, 0.9, 0.9] },
  )
  t.match(shrink([{ positive: 3, n: 4 }]), { ...alike, shrunk: [0.75] }, 'one subject is the pool')
  t.match(
    shrink([
      { positive: 1, n: 1 },
      { positive: 0, n: 1 },
    ]),
    { ...alike, shrunk: [0.5, 0.5] },
    'one rating each',
  )
  t.match(
    shrink([
      { positive: 5, n: 5 },
      { positive: 7, n: 7 },
    ]),
    { ...alike, shrunk: [1, 1] },
    'all satisfied',
  )
  const split = shrink([
    { positive: 50, n: 50 },
    { positive: 0, n: 50 },
  ])
  t.match(split, { rho: 1, alpha: 0, beta: 0, shrunk: [1, 0] }, 'subjects that each agree wholly are left alone')
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 30 }), (rows) => {
      const subjects = rows.map(([positive, n]) => ({ positive, n }))
      const found = shrink(subjects)
      if (!found) return false
      return subjects.every(({ positive, n }, index) => {
        const shrunk = found.shrunk[index] ?? Number.NaN
        const own = positive / n
        // Never past the pool, never past the subject's own share.
        return shrunk >= Math.min(own, found.pooled) - 1e-9 && shrunk <= Math.max(own, found.pooled) + 1e-9
      })
    }),
    property,
  )
})

t.test('case mix and post-stratification', async (t) => {
  const { rates, province, P, Q } = oracles.case_mix
  for (const [name, officer] of Object.entries({ P, Q })) {
    const groups = officer.groups.map(([group, n, positive]) => ({
      n,
      positive,
      reference: rates[group] ?? Number.NaN,
    }))
    const result = standardise(groups, province)
    near(t, result?.raw, officer.raw, `raw ${name}`)
    near(t, result?.standardised, officer.std, `standardised ${name}`)
  }
  t.ok(P.raw > Q.raw && P.std < Q.std, 'the easier work explained the order')
  t.equal(standardise([], 0.9), null)
  t.equal(standardise([{ n: 4, positive: 2, reference: 0 }], 0.9), null, 'nothing was to be expected')
  t.equal(standardise([{ n: 4, positive: 4, reference: 0.5 }], 0.9)?.standardised, 1, 'cut at 1')

  const strata = oracles.poststrat.groups.map(([visits, n, positive]) => ({ visits, n, positive }))
  const result = poststratify(strata)
  near(t, result?.raw, oracles.poststrat.raw, 'raw')
  near(t, result?.weighted, oracles.poststrat.weighted, 'weighted')
  t.equal(poststratify([]), null)
  t.equal(poststratify([...strata, { visits: 10, n: 0, positive: 0 }]), null, 'a visited group nobody rated is unknown')
  t.equal(poststratify([{ visits: 0, n: 5, positive: 5 }]), null)
})
