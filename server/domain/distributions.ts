/** Binomial, Poisson and beta probabilities, exact to about 1e-12 and finite for a million ratings. */

/** Weights below this share of the largest one are dropped: their sum cannot reach the twelfth decimal of any tail used here. */
const NEGLIGIBLE = 1e-40

/** The probabilities of a binomial count, for `low`, `low` + 1, …; whatever is not listed is below 1e-40. */
export type Binomial = { n: number; low: number; probabilities: Float64Array }

/**
 * The binomial distribution of `n` ratings with share `p` in [0, 1].
 * Works outward from the mode by the recurrence pmf(k+1)/pmf(k) = (n−k)/(k+1) · p/(1−p) and divides by its own sum, so
 * nothing overflows and about 27 standard deviations are visited instead of `n` counts.
 * Throws RangeError for impossible arguments.
 */
export function binomial(n: number, p: number): Binomial {
  if (!Number.isInteger(n) || n < 0 || !(p >= 0 && p <= 1)) throw new RangeError(`binomial(${n}, ${p})`)
  const mode = Math.min(n, Math.floor((n + 1) * p))
  const below: number[] = []
  for (let k = mode, weight = 1; k > 0; k -= 1) {
    weight *= (k / (n - k + 1)) * ((1 - p) / p)
    if (weight < NEGLIGIBLE) break
    below.push(weight)
  }
  const above: number[] = []
  for (let k = mode, weight = 1; k < n; k += 1) {
    weight *= ((n - k) / (k + 1)) * (p / (1 - p))
    if (weight < NEGLIGIBLE) break
    above.push(weight)
  }
  const probabilities = new Float64Array(below.length + 1 + above.length)
  probabilities[below.length] = 1
  for (let i = 0; i < below.length; i += 1) probabilities[below.length - 1 - i] = below[i] as number
  probabilities.set(above, below.length + 1)
  let total = 0
  for (let i = 0; i < probabilities.length; i += 1) total += probabilities[i] as number
  for (let i = 0; i < probabilities.length; i += 1) probabilities[i] = (probabilities[i] as number) / total
  return { n, low: mode - below.length, probabilities }
}

/** P(X ≤ k). */
export function lowerTail(distribution: Binomial, k: number): number {
  const { low, probabilities } = distribution
  let sum = 0
  for (let index = 0; index < probabilities.length && low + index <= k; index += 1) sum += probabilities[index] ?? 0
  return Math.min(1, sum)
}

/** P(X ≥ k), summed from the far end so that a tail of 1e-9 keeps its digits. */
export function upperTail(distribution: Binomial, k: number): number {
  const { low, probabilities } = distribution
  let sum = 0
  for (let index = probabilities.length - 1; index >= 0 && low + index >= k; index -= 1)
    sum += probabilities[index] ?? 0
  return Math.min(1, sum)
}

/**
 * The `probability` quantile of the count, interpolated between the two counts around it, from −1 to `n`:
 * r − (F(r) − probability) / (F(r) − F(r−1)) with r the smallest count where F(r) ≥ probability
 * (Spiegelhalter 2005, "Funnel plots for comparing institutional performance", appendix A.1.1).
 */
export function interpolatedQuantile(distribution: Binomial, probability: number): number {
  const { low, probabilities } = distribution
  let before = 0
  // Counted loops here and above: an iterator made the province's page over three years wait 80 ms longer.
  for (let index = 0; index < probabilities.length; index += 1) {
    const mass = probabilities[index] as number
    const through = before + mass
    if (through >= probability) return low + index - (through - probability) / mass
    before = through
  }
  return low + probabilities.length - 1
}

/**
 * P(X ≥ k) of a Poisson count with mean `lambda` ≥ 0: how often chance alone brings `k` independent citizens into one window.
 * Summed upward from the term of `k` (or from the mode, whichever is higher, and down to `k`), never as 1 − F.
 */
export function poissonUpperTail(k: number, lambda: number): number {
  if (!(lambda >= 0) || !Number.isInteger(k)) throw new RangeError(`poissonUpperTail(${k}, ${lambda})`)
  if (k <= 0) return 1
  if (lambda === 0) return 0
  const start = Math.max(k, Math.floor(lambda))
  const first = Math.exp(start * Math.log(lambda) - lambda - logGamma(start + 1))
  let sum = first
  for (let i = start + 1, term = first; ; i += 1) {
    term *= lambda / i
    if (!(term > sum * 1e-18)) break
    sum += term
  }
  for (let i = start, term = first; i > k; i -= 1) {
    term *= i / lambda
    if (!(term > sum * 1e-18)) break
    sum += term
  }
  return Math.min(1, sum)
}

/** ln Γ(x) for x > 0: Stirling's series from x = 15 up, the recurrence below (Abramowitz and Stegun 6.1.41, 6.1.15). */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma(${x})`)
  let shifted = x
  let product = 1
  while (shifted < 15) {
    product *= shifted
    shifted += 1
  }
  const inverse = 1 / (shifted * shifted)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / shifted
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
}

/**
 * P(A > B) for A ~ Beta(a1, b1) and B ~ Beta(a2, b2) with whole-number parameters of 1 or more.
 * Closed form: Σ_{i<a1} B(a2+i, b1+b2) / ((b1+i) · B(1+i, b1) · B(a2, b2)) (Miller 2015, "Formulas for Bayesian A/B testing"),
 * each term from the one before in logarithms, so that a first term of 1e-100000 does no harm.
 */
export function betaGreater(a1: number, b1: number, a2: number, b2: number): number {
  if (![a1, b1, a2, b2].every((parameter) => Number.isInteger(parameter) && parameter >= 1)) {
    throw new RangeError(`betaGreater(${a1}, ${b1}, ${a2}, ${b2})`)
  }
  let logTerm = logGamma(b1 + b2) + logGamma(a2 + b2) - logGamma(a2 + b1 + b2) - logGamma(b2)
  let sum = 0
  for (let i = 0; i < a1; i += 1) {
    sum += Math.exp(logTerm)
    logTerm += Math.log(((a2 + i) / (a2 + i + b1 + b2)) * ((b1 + i) / (1 + i)))
  }
  return Math.min(1, sum)
}

/**
 * P(X ≤ x) for X ~ Beta(a, b), a and b > 0, x in [0, 1]: the continued fraction of the incomplete beta function
 * (Abramowitz and Stegun 26.5.8, evaluated by Lentz's method), on whichever side of the mean converges.
 */
export function betaBelow(x: number, a: number, b: number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) throw new RangeError(`betaBelow(${x}, ${a}, ${b})`)
  if (x === 0 || x === 1) return x
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  const tiny = 1e-300
  const keep = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let [c, d] = [1, 1 / keep(1 - ((a + b) * x) / (a + 1))]
  let fraction = d
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / keep(1 + even * d)
    c = keep(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / keep(1 + odd * d)
    c = keep(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return Math.min(1, front * fraction)
}

/** The normal quantile to about 5e-4 (Abramowitz and Stegun 26.2.23): good for a first guess. */
function roughNormalQuantile(probability: number): number {
  const tail = Math.sqrt(-2 * Math.log(Math.min(probability, 1 - probability)))
  const distance =
    tail -
    (2.515517 + tail * (0.802853 + tail * 0.010328)) / (1 + tail * (1.432788 + tail * (0.189269 + tail * 0.001308)))
  return probability < 0.5 ? -distance : distance
}

/**
 * The x with P(X ≤ x) = `probability` in (0, 1) for X ~ Beta(a, b), to about 1e-15: Newton's steps on the distribution, whose
 * slope is the density, kept between bounds that close in; where a step leaves them (near 0 and 1 for small parameters),
 * bisection.
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b)
  const mean = a / (a + b)
  const guess = mean + roughNormalQuantile(probability) * Math.sqrt((mean * (1 - mean)) / (a + b + 1))
  let [low, high] = [0, 1]
  let x = guess > 0 && guess < 1 ? guess : mean
  for (let i = 0; i < 200; i += 1) {
    const error = betaBelow(x, a, b) - probability
    if (error < 0) low = x
    else high = x
    const step = error / Math.exp(scale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x))
    const stepped = x - step
    const inside = stepped > low && stepped < high
    const next = inside ? stepped : (low + high) / 2
    // Steps square their error: after one of a ten-thousand-millionth nothing is left to mend.
    if ((inside && Math.abs(step) <= 1e-10 * Math.min(x, 1 - x)) || next === low || next === high) return next
    x = next
  }
  return x
}
