/** Chance: exact probabilities, the limits drawn from them, and the spread between subjects beyond them. */
import fc from 'fast-check'
import t from 'tap'
import {
  betaBelow,
  betaQuantile,
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
  funnelOf,
  limitsOf,
  overdispersion,
  Z998,
} from '../../server/domain/funnel.ts'
import { wilson, Z95 } from '../../server/domain/scoring.ts'
import { near, oracles, property } from './oracles.ts'

const officers = Object.entries(oracles.officers).map(([name, [positive, n]]) => ({ name, positive, n }))
const smallCounts = fc
  .integer({ min: 0, max: 80 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

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
  let direct = 0
  for (let k = 0; k <= 60; k += 1) direct += choose(100, k) * 0.9 ** k * 0.1 ** (100 - k)
  t.ok(direct < 1e-13, 'a far tail')
  near(t, lowerTail(binomial(100, 0.9), 60) / direct, 1, 'keeps its digits', 1e-10)
  near(t, upperTail(binomial(100, 0.1), 40) / direct, 1, 'on the other side too', 1e-10)
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
    near(t, subject?.z, wanted.z[name], `z of ${name}`)
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
  const middle = adjustedFunnelLimits(400, 0.5, 0.001)
  const spread400 = Math.sqrt(0.25 / 400 + 0.001)
  near(t, middle?.low998, 0.5 - Z998 * spread400, '0.1 %')
  near(t, middle?.low95, 0.5 - Z95 * spread400, '2.5 %')
  near(t, middle?.high95, 0.5 + Z95 * spread400, '97.5 %')
  near(t, middle?.high998, 0.5 + Z998 * spread400, '99.9 %')
  t.same(adjustedFunnelLimits(50, 0.9, 0), exact, 'no spread: the exact limits')
  t.equal(adjustedFunnelLimits(0, 0.9, 0.1), null)
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

t.test('the beta distribution: known values, and its quantile is its inverse', async (t) => {
  near(t, betaBelow(0.3, 1, 1), 0.3, 'uniform', 1e-12)
  near(t, betaBelow(0.5, 2, 2), 0.5, 'symmetric', 1e-12)
  near(t, betaBelow(0.4, 2, 3), 0.5248, 'P(Bin(4, 0.4) >= 2)', 1e-12)
  near(t, betaQuantile(0.025, 1, 1), 0.025, 'uniform', 1e-12)
  for (const [k, n] of [
    [9, 10],
    [0, 30],
    [940, 1000],
  ] as const) {
    // P(Beta(k + 1, n - k) <= p) = P(Bin(n, p) >= k + 1): Abramowitz and Stegun 26.5.24.
    if (k < n) near(t, betaBelow(0.9, k + 1, n - k), upperTail(binomial(n, 0.9), k + 1), `${k} of ${n}`, 1e-11)
  }
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 0.5, max: 5000, noNaN: true }),
      fc.double({ min: 0.5, max: 5000, noNaN: true }),
      (probability, a, b) => Math.abs(betaBelow(betaQuantile(probability, a, b), a, b) - probability) < 1e-6,
    ),
    property,
  )
})

t.test('the funnel over subjects: from ten up, one outlier does not excuse itself', async (t) => {
  const alike = Array.from({ length: 9 }, (_, index) => ({ positive: 88 + (index % 5), n: 100 }))
  t.equal(funnelOf(alike), null, 'nine')
  const ten = funnelOf([...alike, { positive: 90, n: 100 }])
  t.match(ten, { subjects: 10, tau2: 0 })
  const subjects = [...alike, ...alike, { positive: 60, n: 100 }]
  const [funnel, plain] = [funnelOf(subjects), overdispersion(subjects)]
  t.ok(funnel && plain && funnel.tau2 < plain.tau2 / 4, `${funnel?.tau2} against ${plain?.tau2}`)
  t.match(funnelOf(Array.from({ length: 12 }, () => ({ positive: 20, n: 20 }))), { pooled: 1, tau2: 0 }, 'all agree')
  fc.assert(
    fc.property(fc.array(smallCounts, { minLength: 10, maxLength: 40 }), (rows) => {
      const found = funnelOf(rows.map(([positive, n]) => ({ positive, n })))
      if (found === null) return rows.filter(([, n]) => n > 0).length < 10
      return rows.every(([, n]) => {
        const [limits, exact] = [limitsOf(n, found), funnelLimits(n, found.pooled)]
        if (limits === null || exact === null) return n === 0
        const order = [0, limits.low998, limits.low95, limits.high95, limits.high998, 1]
        const sorted = order.every((limit, place) => Number.isFinite(limit) && limit >= (order[place - 1] ?? 0))
        return sorted && limits.low998 <= exact.low998 && limits.high998 >= exact.high998
      })
    }),
    property,
  )
})
