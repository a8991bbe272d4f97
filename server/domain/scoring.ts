/** The published figures of a set of ratings: share satisfied, index, change, response, worst case. */
import { betaGreater } from './distributions.ts'

/** Two-sided 95 % quantile of the normal distribution. */
export const Z95 = 1.959963984540054

/** Counts of level 1 to level 5, always five whole numbers. */
export type Levels = readonly number[]

/** A share and its 95 % interval, all in [0, 1]. */
export type Interval = { value: number; lower: number; upper: number }

const clamp = (x: number, low = 0, high = 1): number => Math.min(high, Math.max(low, x))

function checkCounts(positive: number, n: number): void {
  if (!Number.isInteger(positive) || !Number.isInteger(n) || positive < 0 || positive > n) {
    throw new RangeError(`${positive} of ${n} is no count`)
  }
}

function checkLevels(levels: Levels): [number, number, number, number, number] {
  const [one, two, three, four, five] = levels
  if (levels.length !== 5 || !levels.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`levels ${JSON.stringify(levels)}`)
  }
  return [one ?? 0, two ?? 0, three ?? 0, four ?? 0, five ?? 0]
}

/** Number of ratings in `levels`; throws RangeError unless they are five whole numbers of 0 or more. */
export function countLevels(levels: Levels): number {
  return checkLevels(levels).reduce((sum, count) => sum + count, 0)
}

/**
 * Share `positive` / `n` with its 95 % score interval (Wilson 1927, "Probable inference, the law of succession, and
 * statistical inference", z = 1.959963984540054). Null when `n` is 0. Throws RangeError when 0 ≤ positive ≤ n does not hold.
 */
export function wilson(positive: number, n: number): Interval | null {
  checkCounts(positive, n)
  if (n === 0) return null
  const p = positive / n
  const z2 = Z95 * Z95
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  return {
    value: p,
    // At the ends the formula is 0 or 1 but for rounding; say so exactly.
    lower: positive === 0 ? 0 : clamp(centre - half),
    upper: positive === n ? 1 : clamp(centre + half),
  }
}

/** Ratings of level 4 or 5: what counts as satisfied. */
export function countSatisfied(levels: Levels): number {
  const counts = checkLevels(levels)
  return counts[3] + counts[4]
}

/** Headline: share of levels 4 and 5 (the definition of SIPAS, the state's own index) with its Wilson interval; null without ratings. */
export function satisfaction(levels: Levels): Interval | null {
  return wilson(countSatisfied(levels), countLevels(levels))
}

/** Mean of 0, 25, 50, 75, 100 for level 1 to 5 (the figure GOV.UK services publish, there rounded); null without ratings. */
export function indexOf(levels: Levels): number | null {
  const counts = checkLevels(levels)
  const n = countLevels(levels)
  if (n === 0) return null
  return counts.reduce((sum, count, position) => sum + count * position * 25, 0) / n
}

/** The annex's description of one distribution of levels. Shares in [0, 1]; mean and `ci` on the scale 1 to 5. */
export type LevelSummary = {
  n: number
  top: number
  top2: number
  bottom2: number
  /** `top2` − `bottom2`, in [−1, 1]. */
  net: number
  mean: number
  index: number
  /** Sample standard deviation (n − 1), its standard error and the 95 % normal interval of the mean; null for one rating. */
  sd: number | null
  se: number | null
  ci: [number, number] | null
}

/** Summary of `levels`; null without ratings. */
export function summariseLevels(levels: Levels): LevelSummary | null {
  const counts = checkLevels(levels)
  const n = countLevels(levels)
  if (n === 0) return null
  const mean = counts.reduce((sum, count, position) => sum + count * (position + 1), 0) / n
  const squares = counts.reduce((sum, count, position) => sum + count * (position + 1 - mean) ** 2, 0)
  const sd = n === 1 ? null : Math.sqrt(squares / (n - 1))
  const se = sd === null ? null : sd / Math.sqrt(n)
  const top2 = (counts[3] + counts[4]) / n
  const bottom2 = (counts[0] + counts[1]) / n
  return {
    n,
    top: counts[4] / n,
    top2,
    bottom2,
    net: (counts[3] + counts[4] - counts[0] - counts[1]) / n,
    mean,
    index: (mean - 1) * 25,
    sd,
    se,
    ci: se === null ? null : [clamp(mean - Z95 * se, 1, 5), clamp(mean + Z95 * se, 1, 5)],
  }
}

/** A difference of two shares, in [−1, 1]; `notable` when its interval leaves out zero. */
export type Difference = { value: number; lower: number; upper: number; notable: boolean }

/**
 * Share 1 minus share 2 (now minus before) with its 95 % interval: the square-and-add of two Wilson intervals
 * (Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10).
 * Null when either side has no ratings.
 */
export function newcombe(positive1: number, n1: number, positive2: number, n2: number): Difference | null {
  const first = wilson(positive1, n1)
  const second = wilson(positive2, n2)
  if (first === null || second === null) return null
  const value = first.value - second.value
  const lower = clamp(value - Math.hypot(first.value - first.lower, second.upper - second.value), -1)
  const upper = clamp(value + Math.hypot(first.upper - first.value, second.value - second.lower), -1)
  return { value, lower, upper, notable: lower > 0 || upper < 0 }
}

/**
 * Probability that share 1 is truly higher than share 2, each with a uniform prior: P(Beta(k1+1, n1−k1+1) > Beta(k2+1, n2−k2+1)).
 * 0.5 when neither side has ratings.
 */
export function probabilityBetter(positive1: number, n1: number, positive2: number, n2: number): number {
  checkCounts(positive1, n1)
  checkCounts(positive2, n2)
  return betaGreater(positive1 + 1, n1 - positive1 + 1, positive2 + 1, n2 - positive2 + 1)
}

/**
 * Ratings per visit; null when no visit is known. Deliberately not cut at 1: more ratings than visits is a sign of missing
 * visit numbers or of misuse, and a page must be able to say so.
 */
export function responseRate(n: number, visits: number): number | null {
  return visits > 0 ? n / visits : null
}

/**
 * Bounds of the share satisfied among all visits when nothing at all is assumed about the silent ones
 * (Manski 1989, "Anatomy of the selection problem"): all of them dissatisfied, all of them satisfied.
 * Fewer visits than ratings count as no silent visit. Null when there is neither a visit nor a rating.
 */
export function manski(positive: number, n: number, visits: number): { lower: number; upper: number } | null {
  checkCounts(positive, n)
  const total = Math.max(visits, n)
  if (!(total > 0)) return null
  return { lower: clamp(positive / total), upper: clamp((positive + (total - n)) / total) }
}
