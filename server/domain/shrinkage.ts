/** Beta-binomial empirical Bayes: small samples are drawn toward what all subjects have in common. */
import { betaQuantile } from './distributions.ts'
import type { Subject } from './funnel.ts'
import { wilson } from './scoring.ts'

export type Shrinkage = {
  /** Share over all ratings of all subjects. */
  pooled: number
  /** Correlation within a subject, in [0, 1]; 0 = the subjects cannot be told apart, 1 = each agrees with itself wholly. */
  rho: number
  /** Prior Beta(alpha, beta); null when `rho` is 0, where the prior is the single point `pooled`. */
  alpha: number | null
  beta: number | null
  /** The shrunk share of each subject, in order. A subject without ratings gets the pooled share. */
  shrunk: number[]
}

/**
 * Sums over subjects that have ratings: all that the prior needs, so it can be made for a reader who may not see the
 * subjects themselves. `square` is Σ positive² / n.
 */
export type SpreadSums = { subjects: number; n: number; positive: number; n_squared: number; square: number }

export function sumSpread(subjects: readonly Subject[]): SpreadSums {
  const sums: SpreadSums = { subjects: 0, n: 0, positive: 0, n_squared: 0, square: 0 }
  for (const { positive, n } of subjects) {
    if (n === 0) continue
    sums.subjects += 1
    sums.n += n
    sums.positive += positive
    sums.n_squared += n * n
    sums.square += (positive * positive) / n
  }
  return sums
}

export type Prior = Omit<Shrinkage, 'shrunk'>

/**
 * Method of moments with weights n (Kleinman 1973, "Proportions with extraneous variance: single and independent samples"):
 * S = Σ n(p − p̂)², rho = (S − p̂q̂(I − 1)) / (p̂q̂ (N − Σn²/N − (I − 1))), alpha = p̂(1/rho − 1), beta = q̂(1/rho − 1).
 * rho is kept in [0, 1]. Null when no subject has ratings.
 */
export function priorOf({ subjects, n, positive, n_squared, square }: SpreadSums): Prior | null {
  if (n === 0) return null
  const pooled = positive / n
  const chance = pooled * (1 - pooled)
  const free = subjects - 1
  const room = n - n_squared / n - free
  const spread = square - n * pooled * pooled
  // One subject, one rating each, or ratings that all agree: nothing says that subjects differ.
  const rho = chance === 0 || room <= 0 ? 0 : Math.min(1, Math.max(0, (spread - chance * free) / (chance * room)))
  if (rho === 0) return { pooled, rho, alpha: null, beta: null }
  const strength = 1 / rho - 1
  return { pooled, rho, alpha: pooled * strength, beta: (1 - pooled) * strength }
}

/**
 * Each subject's share drawn toward the pooled one: (positive + alpha) / (n + alpha + beta), with the prior of `priorOf`.
 * Null when no subject has ratings.
 */
export function shrink(subjects: readonly Subject[]): Shrinkage | null {
  const prior = priorOf(sumSpread(subjects))
  if (prior === null) return null
  const { alpha, beta, pooled } = prior
  const shrunk = subjects.map(({ positive, n }) =>
    alpha === null || beta === null || n === 0 ? pooled : (positive + alpha) / (n + alpha + beta),
  )
  return { ...prior, shrunk }
}

/** A shrunk share with its 95 % credible interval, and how much of what is seen is the subject's own. All in [0, 1]. */
export type ShrunkShare = { value: number; lower: number; upper: number; reliability: number }

/**
 * One subject under a prior: posterior mean, equal-tailed 95 % interval of Beta(positive + alpha, n − positive + beta), and
 * `reliability` n / (n + alpha + beta), the share of the spread between subjects of this size that is no chance.
 * `rho` 0 (nobody can be told apart): the pooled share with the Wilson interval of all ratings, reliability 0.
 * `rho` 1 has no prior weight: the plain share, reliability 1. Null without ratings.
 */
export function shrinkOne({ positive, n }: Subject, prior: Prior, pooledSums: SpreadSums): ShrunkShare | null {
  if (n === 0) return null
  if (prior.alpha === null || prior.beta === null) {
    const all = wilson(pooledSums.positive, pooledSums.n)
    return all && { value: prior.pooled, lower: all.lower, upper: all.upper, reliability: 0 }
  }
  const [a, b] = [positive + prior.alpha, n - positive + prior.beta]
  return {
    value: a / (a + b),
    lower: a > 0 ? (b > 0 ? betaQuantile(0.025, a, b) : 1) : 0,
    upper: b > 0 ? (a > 0 ? betaQuantile(0.975, a, b) : 0) : 1,
    reliability: n / (a + b),
  }
}
