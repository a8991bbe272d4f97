/** Funnel plot: what chance alone does to a share of n ratings, and how much more than chance there is between subjects. */
import { binomial, interpolatedQuantile } from './distributions.ts'
import { Z95 } from './scoring.ts'

/** Two-sided 99.8 % quantile of the normal distribution. */
export const Z998 = 3.090232306167813

/** Below this number of subjects the shape of a funnel means nothing and it is not drawn. */
export const FUNNEL_MIN_SUBJECTS = 10

/** An officer, counter or unit as the funnel sees it: satisfied ratings of all ratings. */
export type Subject = { positive: number; n: number }

/** Shares at which 0.1 %, 2.5 %, 97.5 % and 99.9 % of chance lie; all in [0, 1]. */
export type FunnelLimits = { low998: number; low95: number; high95: number; high998: number }

const clamp = (x: number): number => Math.min(1, Math.max(0, x))

/**
 * Interpolated exact binomial control limits for `n` ratings around the target share `p0`
 * (Spiegelhalter 2005, "Funnel plots for comparing institutional performance", appendix A.1.1). Null when `n` is 0.
 * For drawing: a verdict on one subject uses exact tails (`disclosure.ts`), because the interpolated upper limit lies a
 * little inside the exact one.
 */
export function funnelLimits(n: number, p0: number): FunnelLimits | null {
  if (n === 0) return null
  // Chance has no width here; interpolating between counts would draw one that is not there.
  if (p0 === 0 || p0 === 1) return { low998: p0, low95: p0, high95: p0, high998: p0 }
  const chance = binomial(n, p0)
  const limit = (probability: number): number => clamp(interpolatedQuantile(chance, probability) / n)
  return { low998: limit(0.001), low95: limit(0.025), high95: limit(0.975), high998: limit(0.999) }
}

/** How much the subjects spread beyond chance, and each one's distance from the pooled share with and without it. */
export type Overdispersion = {
  pooled: number
  /** Mean squared z; 1 = chance alone. */
  phi: number
  /** The same after pulling the outer z values in to the 10 % and 90 % quantiles, so that one outlier does not excuse itself. */
  phi_winsorised: number
  /** Variance between subjects beyond chance; 0 when chance explains everything. */
  tau2: number
  /** One entry per subject, in order; null for a subject without ratings. */
  subjects: ({ z: number; z_multiplicative: number; z_additive: number } | null)[]
}

/** Quantile with linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? 0
  return low + (high - low) * (position - Math.floor(position))
}

const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length

/**
 * Over-dispersion of shares around their pooled value (Spiegelhalter 2005, section 4 and appendix A.3: multiplicative φ,
 * winsorised φ, additive τ² by DerSimonian and Laird 1986). φ below 1 is not used to narrow anything.
 * Null with fewer than two subjects that have ratings, or when all ratings agree (pooled 0 or 1: there is no chance to measure by).
 */
export function overdispersion(subjects: readonly Subject[]): Overdispersion | null {
  const rated = subjects.filter((subject) => subject.n > 0)
  const n = rated.reduce((sum, subject) => sum + subject.n, 0)
  const pooled = rated.reduce((sum, subject) => sum + subject.positive, 0) / n
  if (rated.length < 2 || pooled <= 0 || pooled >= 1) return null
  const chance = (subject: Subject): number => Math.sqrt((pooled * (1 - pooled)) / subject.n)
  const zOf = (subject: Subject): number => (subject.positive / subject.n - pooled) / chance(subject)

  const z = rated.map(zOf)
  const phi = meanSquare(z)
  const sorted = [...z].sort((a, b) => a - b)
  const [inner, outer] = [quantile(sorted, 0.1), quantile(sorted, 0.9)]
  const phi_winsorised = meanSquare(z.map((value) => Math.min(outer, Math.max(inner, value))))

  const weights = rated.map((subject) => 1 / chance(subject) ** 2)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const squares = weights.reduce((total, weight) => total + weight * weight, 0)
  const tau2 = Math.max(0, (rated.length * phi - (rated.length - 1)) / (sum - squares / sum))

  return {
    pooled,
    phi,
    phi_winsorised,
    tau2,
    subjects: subjects.map((subject) => {
      if (subject.n === 0) return null
      const own = zOf(subject)
      const spread = Math.sqrt(chance(subject) ** 2 + tau2)
      return {
        z: own,
        z_multiplicative: own / Math.sqrt(Math.max(1, phi)),
        z_additive: (subject.positive / subject.n - pooled) / spread,
      }
    }),
  }
}

/**
 * Control limits widened by the spread between subjects: p0 ± z · √(p0(1−p0)/n + τ²), cut to [0, 1]
 * (Spiegelhalter 2005, appendix A.3.2). With τ² = 0 use `funnelLimits`, which is exact. Null when `n` is 0.
 */
export function adjustedFunnelLimits(n: number, p0: number, tau2: number): FunnelLimits | null {
  if (n === 0) return null
  if (tau2 === 0) return funnelLimits(n, p0)
  const spread = Math.sqrt((p0 * (1 - p0)) / n + tau2)
  return {
    low998: clamp(p0 - Z998 * spread),
    low95: clamp(p0 - Z95 * spread),
    high95: clamp(p0 + Z95 * spread),
    high998: clamp(p0 + Z998 * spread),
  }
}

/** E[z²] of a standard normal value pulled in to its own 10 % and 90 % quantiles: 0.8 − 2aφ(a) + 0.2a², a = 1.2815515655. */
const WINSORISED_NORMAL = 0.678655

/** What a funnel is drawn by: the pooled share and the variance between subjects beyond chance. */
export type Funnel = { subjects: number; pooled: number; phi: number; phi_winsorised: number; tau2: number }

/**
 * The funnel over subjects; null with fewer than 10 that have ratings. τ² is DerSimonian and Laird's, from the winsorised φ
 * divided by what winsorising leaves of pure chance, so that one outlier does not excuse itself and none is accused because
 * the ends were cut off. When all ratings agree there is no spread: φ 1, τ² 0.
 */
export function funnelOf(subjects: readonly Subject[]): Funnel | null {
  const rated = subjects.filter((subject) => subject.n > 0)
  if (rated.length < FUNNEL_MIN_SUBJECTS) return null
  const spread = overdispersion(rated)
  if (spread === null) {
    return { subjects: rated.length, pooled: (rated[0]?.positive ?? 0) > 0 ? 1 : 0, phi: 1, phi_winsorised: 1, tau2: 0 }
  }
  const { pooled, phi } = spread
  const phi_winsorised = spread.phi_winsorised / WINSORISED_NORMAL
  const weights = rated.map(({ n }) => n / (pooled * (1 - pooled)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const squares = weights.reduce((total, weight) => total + weight * weight, 0)
  const excess = rated.length * phi_winsorised - (rated.length - 1)
  return { subjects: rated.length, pooled, phi, phi_winsorised, tau2: Math.max(0, excess / (sum - squares / sum)) }
}

/**
 * The limits as drawn and judged by: additive, but nowhere inside the exact binomial ones, whose tail toward 0 is heavier
 * than the normal one's (Spiegelhalter 2005, appendices A.1.1 and A.3.2). Null when `n` is 0.
 */
export function limitsOf(n: number, { pooled, tau2 }: Pick<Funnel, 'pooled' | 'tau2'>): FunnelLimits | null {
  const exact = funnelLimits(n, pooled)
  const wide = adjustedFunnelLimits(n, pooled, tau2)
  if (exact === null || wide === null) return exact
  return {
    low998: Math.min(exact.low998, wide.low998),
    low95: Math.min(exact.low95, wide.low95),
    high95: Math.max(exact.high95, wide.high95),
    high998: Math.max(exact.high998, wide.high998),
  }
}
