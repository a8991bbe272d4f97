/** Figures: every worked number reproduced, and what must hold for any counts up to a million ratings. */
import fc from 'fast-check'
import t from 'tap'
import {
  betaGreater,
  binomial,
  interpolatedQuantile,
  logGamma,
  lowerTail,
  poissonUpperTail,
  upperTail,
} from '../../server/domain/distributions.ts'
import {
  adjustedFunnelLimits,
  FUNNEL_MIN_SUBJECTS,
  funnelLimits,
  overdispersion,
  Z998,
} from '../../server/domain/funnel.ts'
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
import { shrink } from '../../server/domain/shrinkage.ts'
import { poststratify, standardise } from '../../server/domain/standardisation.ts'
import { oracles, property, TOLERANCE } from './oracles.ts'

const near = (
  test: Tap.Test,
  found: number | null | undefined,
  wanted: number,
  what: string,
  tolerance = TOLERANCE,
) => {
  const off = Math.abs((found ?? Number.NaN) - wanted)
  test.ok(off <= tolerance, `${what}: ${found} is ${wanted}`)
}
declare namespace Tap {
  type Test = Pick<typeof t, 'ok'>
}

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

t.test('Wilson coverage is near 95 % on average over shares, never at each', async (t) => {
  let lowest = 1
  for (const n of [5, 10, 20, 50]) {
    let sum = 0
    let points = 0
    for (let p = 0.5; p <= 0.98; p += 0.005) {
      const chance = binomial(n, p)
      let covered = 0
      for (const [index, probability] of chance.probabilities.entries()) {
        const share = wilson(chance.low + index, n)
        if (share && share.lower <= p && p <= share.upper) covered += probability
      }
      if (n === 5) lowest = Math.min(lowest, covered)
      sum += covered
      points += 1
    }
    near(t, sum / points, 0.95, `mean coverage at n = ${n}`, 0.012)
  }
  near(t, lowest, 0.837, 'lowest coverage at n = 5', 0.005)
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

t.test('binomial probabilities are exact', async (t) => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
  for (const [n, p] of [
    [1, 0.5],
    [20, 0.9],
    [50, 0.03],
    [60, 0.5],
  ] as const) {
    const chance = binomial(n, p)
    for (let k = 0; k <= n; k += 1) {
      const direct = choose(n, k) * p ** k * (1 - p) ** (n - k)
      const found = chance.probabilities[k - chance.low] ?? 0
      if (Math.abs(found - direct) > 1e-13 * direct + 1e-39) t.fail(`pmf(${k}; ${n}, ${p}) = ${found}, not ${direct}`)
    }
    near(t, lowerTail(chance, n), 1, `all of n = ${n}`, 1e-15)
    near(t, upperTail(chance, 0), 1, `all of n = ${n} from above`, 1e-15)
    t.equal(lowerTail(chance, -1), 0)
    t.equal(upperTail(chance, n + 1), 0)
  }
  const far = binomial(100, 0.9)
  const tail = 1e-10 * 100
  near(t, lowerTail(far, 60) / 1.0, 0, 'a far tail is small', tail)
  t.ok(lowerTail(far, 60) > 0, 'but not nothing')
  t.same([...binomial(7, 0).probabilities], [1], 'share 0: none, for certain')
  t.match(binomial(7, 1), { low: 7 }, 'share 1: all, for certain')
  t.match(binomial(0, 0.3), { low: 0 })
  for (const [n, p] of [
    [-1, 0.5],
    [1.5, 0.5],
    [3, -0.1],
    [3, 1.1],
    [3, Number.NaN],
  ] as const) {
    t.throws(() => binomial(n, p), RangeError, `binomial(${n}, ${p})`)
  }
  fc.assert(
    fc.property(smallCounts, fc.double({ min: 0, max: 1, noNaN: true }), ([k, n], p) => {
      const chance = binomial(n, p)
      return Math.abs(lowerTail(chance, k - 1) + upperTail(chance, k) - 1) < 1e-12
    }),
    property,
  )
})

t.test('funnel limits', async (t) => {
  for (const [n, wanted] of Object.entries(oracles['funnel_p0_0.9'])) {
    const limits = funnelLimits(Number(n), 0.9)
    near(t, limits?.low998, wanted[0], `0.1 % at n = ${n}`)
    near(t, limits?.low95, wanted[1], `2.5 % at n = ${n}`)
    near(t, limits?.high95, wanted[2], `97.5 % at n = ${n}`)
    near(t, limits?.high998, wanted[3], `99.9 % at n = ${n}`)
  }
  t.equal(funnelLimits(0, 0.9), null)
  t.same(funnelLimits(12, 1), { low998: 1, low95: 1, high95: 1, high998: 1 }, 'all satisfied: no room for chance')
  t.same(funnelLimits(12, 0), { low998: 0, low95: 0, high95: 0, high998: 0 })
  t.equal(FUNNEL_MIN_SUBJECTS, 10)
  const million = funnelLimits(1_000_000, 0.9)
  near(t, million?.low95, 0.9 - (Z95 * 0.3) / 1000, 'a million ratings: the normal limit', 2e-6)
  near(t, million?.high998, 0.9 + (Z998 * 0.3) / 1000, 'a million ratings: the normal outer limit', 3e-6)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p0) => {
      const limits = funnelLimits(n, p0)
      if (!limits) return false
      const { low998, low95, high95, high998 } = limits
      return 0 <= low998 && low998 <= low95 && low95 <= high95 && high95 <= high998 && high998 <= 1
    }),
    property,
  )
  t.equal(interpolatedQuantile(binomial(3, 0.5), 1), 3, 'the whole of the distribution')
})

t.test('spread beyond chance', async (t) => {
  const wanted = oracles.funnel_fixture
  const spread = overdispersion(officers)
  if (!spread) throw new Error('no spread')
  near(t, spread.pooled, oracles.eb.pooled, 'pooled')
  near(t, spread.phi, wanted.phi_raw, 'phi')
  near(t, spread.phi_winsorised, wanted.phi_winsorised_10pct, 'phi winsorised')
  near(t, spread.tau2, wanted.tau2, 'tau2')
  for (const [index, { name }] of officers.entries()) {
    const subject = spread.subjects[index]
    near(t, subject?.z, wanted.z[name] ?? Number.NaN, `z of ${name}`)
    const multiplicative = wanted.z_multiplicative[name]
    const additive = wanted.z_additive[name]
    if (multiplicative !== undefined) near(t, subject?.z_multiplicative, multiplicative, `z multiplicative of ${name}`)
    if (additive !== undefined) near(t, subject?.z_additive, additive, `z additive of ${name}`)
  }
  const even = overdispersion([
    { positive: 9, n: 10 },
    { positive: 0, n: 0 },
    { positive: 18, n: 20 },
  ])
  t.match(
    even,
    { phi: 0, tau2: 0, subjects: [{ z: 0 }, null, { z: 0 }] },
    'equal shares: no spread, silent subject null',
  )
  const calm = overdispersion([
    { positive: 90, n: 100 },
    { positive: 91, n: 100 },
  ])
  t.equal(calm?.subjects[0]?.z_multiplicative, calm?.subjects[0]?.z, 'less spread than chance narrows nothing')
  t.equal(overdispersion([]), null)
  t.equal(overdispersion([{ positive: 3, n: 4 }]), null, 'one subject cannot spread')
  t.equal(
    overdispersion([
      { positive: 4, n: 4 },
      { positive: 9, n: 9 },
    ]),
    null,
    'all satisfied: chance has no width',
  )

  const wide = adjustedFunnelLimits(50, 0.9, spread.tau2)
  const exact = funnelLimits(50, 0.9)
  t.ok((wide?.low95 ?? 1) < (exact?.low95 ?? 0), 'spread between subjects widens the limits')
  near(t, wide?.low95, 0.9 - Z95 * Math.sqrt(0.09 / 50 + spread.tau2), 'by tau2')
  t.equal(wide?.high998, 1, 'and they end at 1')
  t.same(adjustedFunnelLimits(50, 0.9, 0), exact, 'no spread: the exact limits')
  t.equal(adjustedFunnelLimits(0, 0.9, 0.1), null)
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
    near(t, result.shrunk[index], wanted.shrunk[name] ?? Number.NaN, `shrunk ${name}`)
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

t.test('Poisson tail and log gamma', async (t) => {
  near(t, poissonUpperTail(3, 0.2), oracles['poisson_lam0.2'].ge3, 'three or more', 1e-12)
  near(t, poissonUpperTail(5, 0.2), oracles['poisson_lam0.2'].ge5, 'five or more', 1e-15)
  t.equal(poissonUpperTail(0, 3), 1)
  t.equal(poissonUpperTail(2, 0), 0)
  near(t, poissonUpperTail(1, 2), 1 - Math.exp(-2), 'one or more', 1e-12)
  near(t, poissonUpperTail(1_000_000, 1_000_000), 0.5, 'a million', 1e-3)
  t.throws(() => poissonUpperTail(1, -1), RangeError)
  t.throws(() => poissonUpperTail(1.5, 1), RangeError)
  near(t, logGamma(1), 0, 'Γ(1)', 1e-12)
  near(t, logGamma(5), Math.log(24), 'Γ(5)', 1e-12)
  near(t, logGamma(0.5), Math.log(Math.PI) / 2, 'Γ(1/2)', 1e-12)
  near(t, logGamma(1_000_001) - logGamma(1_000_000), Math.log(1_000_000), 'Γ at a million', 1e-8)
  t.throws(() => logGamma(0), RangeError)
})
