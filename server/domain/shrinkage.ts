/** Beta-binomial empirical Bayes: small samples are drawn toward what all subjects have in common. */
import type { Subject } from './funnel.ts'

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
 * Method of moments with weights n (Kleinman 1973, "Proportions with extraneous variance: single and independent samples"):
 * S = Σ n(p − p̂)², rho = (S − p̂q̂(I − 1)) / (p̂q̂ (N − Σn²/N − (I − 1))), alpha = p̂(1/rho − 1), beta = q̂(1/rho − 1),
 * shrunk share = (positive + alpha) / (n + alpha + beta). rho is kept in [0, 1].
 * Null when no subject has ratings.
 */
export function shrink(subjects: readonly Subject[]): Shrinkage | null {
  const rated = subjects.filter((subject) => subject.n > 0)
  const total = rated.reduce((sum, subject) => sum + subject.n, 0)
  if (total === 0) return null
  const pooled = rated.reduce((sum, subject) => sum + subject.positive, 0) / total
  const rho = moments(rated, total, pooled)
  if (rho === 0) return { pooled, rho, alpha: null, beta: null, shrunk: subjects.map(() => pooled) }
  const strength = 1 / rho - 1
  const alpha = pooled * strength
  const beta = (1 - pooled) * strength
  const shrunk = subjects.map((subject) =>
    subject.n === 0 ? pooled : (subject.positive + alpha) / (subject.n + strength),
  )
  return { pooled, rho, alpha, beta, shrunk }
}

function moments(rated: readonly Subject[], total: number, pooled: number): number {
  const chance = pooled * (1 - pooled)
  const free = rated.length - 1
  const room = total - rated.reduce((sum, subject) => sum + (subject.n * subject.n) / total, 0) - free
  // One subject, one rating each, or ratings that all agree: nothing says that subjects differ.
  if (chance === 0 || room <= 0) return 0
  const spread = rated.reduce((sum, subject) => sum + subject.n * (subject.positive / subject.n - pooled) ** 2, 0)
  return Math.min(1, Math.max(0, (spread - chance * free) / (chance * room)))
}
