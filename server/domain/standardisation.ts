/** Fair comparison across unlike work: standardisation by procedure group, and weighting by who was silent. */

/** Ratings of one procedure group and the share satisfied that the whole province has in that group. */
export type MixGroup = { n: number; positive: number; reference: number }

/**
 * Indirect standardisation: observed / expected × province share, where expected is what the province's share in each group
 * would give with this subject's mix of work (Breslow and Day 1987, "Statistical methods in cancer research II", chapter 2).
 * `raw` is the plain share. Cut to [0, 1]. Null without ratings or when nothing satisfied was to be expected.
 */
export function standardise(
  groups: readonly MixGroup[],
  province: number,
): { raw: number; expected: number; standardised: number } | null {
  const n = groups.reduce((sum, group) => sum + group.n, 0)
  const expected = groups.reduce((sum, group) => sum + group.n * group.reference, 0) / n
  if (n === 0 || expected === 0) return null
  const raw = groups.reduce((sum, group) => sum + group.positive, 0) / n
  return { raw, expected, standardised: Math.min(1, Math.max(0, (raw / expected) * province)) }
}

/** Visits to one procedure group, the ratings among them, and the satisfied ratings among those. */
export type Stratum = { visits: number; n: number; positive: number }

/**
 * Post-stratification: each group's share weighted by its visits instead of its ratings (Holt and Smith 1979,
 * "Post stratification"), which removes the part of the silence that differs by group. `raw` is the plain share.
 * Null without ratings or visits, or when a visited group has no rating at all: its share is unknown, not average.
 */
export function poststratify(strata: readonly Stratum[]): { raw: number; weighted: number } | null {
  const visited = strata.filter((stratum) => stratum.visits > 0)
  const visits = visited.reduce((sum, stratum) => sum + stratum.visits, 0)
  const n = strata.reduce((sum, stratum) => sum + stratum.n, 0)
  if (visits === 0 || n === 0 || visited.some((stratum) => stratum.n === 0)) return null
  return {
    raw: strata.reduce((sum, stratum) => sum + stratum.positive, 0) / n,
    weighted: visited.reduce((sum, stratum) => sum + stratum.visits * (stratum.positive / stratum.n), 0) / visits,
  }
}
