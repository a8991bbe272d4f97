/** What may be shown of a figure, to whom, and from when: too few ratings would name a citizen or judge by noise. */
import type { Attribution, bands, Figure, Rung } from '../contract/figures.ts'
import { binomial, lowerTail, upperTail } from './distributions.ts'
import { adjustedFunnelLimits, type Funnel } from './funnel.ts'
import { countLevels, indexOf, type Levels, satisfaction } from './scoring.ts'
import { addDays } from './time.ts'

/** Ratings (and corrections) of one officer at one counter wait until this many can appear together. */
export const MIN_STEP = 5
/** The smallest figure of a unit or counter, and the smallest number of ratings ever told. */
export const MIN_FIGURE = 5
/** Rungs of an officer's figure: from this many ratings their number and levels, for the officer alone; their band; everything. */
export const COUNT_FROM = 5
export const BAND_FROM = 10
export const FULL_FROM = 30
/** A report of the province names an officer only from this many ratings and outside the 99.8 % limits. */
export const NAMED_FROM = 50
/** Others needed beside an officer before the unit's share is shown to them: with fewer it tells about colleagues. */
export const MIN_OTHERS = 3

export type Band = (typeof bands)[number]
/** Who looks at an officer's figure: the officer, or someone set above. */
export type Viewer = 'self' | 'leader' | 'commission'

/** From this share of a counter's ratings without an officer on, nobody can be said to have been rated there. */
export const MAX_UNATTRIBUTED = 1 / 3
/** Below this share the roster is as good as whole. */
export const WELL_ATTRIBUTED = 0.1

/**
 * How far an officer's figure can be trusted to be theirs, by the share (0 to 1) of ratings at their counters that have no
 * officer: `high` under a tenth, `low` from a third on, where the figure is withheld. Null where nothing is known.
 */
export function attributionOf(unattributed: number | undefined): Attribution | null {
  if (unattributed === undefined) return null
  // Shares are weighed sums in floating point; a third must be a third however it was summed.
  if (unattributed >= MAX_UNATTRIBUTED - 1e-9) return 'low'
  return unattributed < WELL_ATTRIBUTED ? 'high' : 'fair'
}

/** The rung of an officer with `n` counted ratings. */
export function rungOf(n: number): Rung {
  if (n < COUNT_FROM) return 'none'
  if (n < BAND_FROM) return 'count'
  return n < FULL_FROM ? 'band' : 'full'
}

/** A number of ratings, or null where it is small enough to point at somebody (1 to 4) or no number of ratings (below 0). */
export function countShown(count: number): number | null {
  return count === 0 || count >= MIN_FIGURE ? count : null
}

/**
 * A number told in whole fives ("at least 10"), null below five. For numbers that no step holds back, such as an episode's:
 * told exactly, one less a sum of steps could leave a single rating.
 */
export function wholeFives(count: number): number | null {
  return count < MIN_FIGURE ? null : count - (count % MIN_FIGURE)
}

/** A range may hold a correction without the ratings it takes back; the rest is then no true count and stays hidden. */
function isCut(levels: Levels): boolean {
  return levels.some((count) => count < 0)
}

const withheld: Readonly<Figure> = Object.freeze({
  n: null,
  levels: null,
  satisfaction: null,
  index: null,
  set_aside: null,
  rung: 'none',
  suppressed: true,
})

/**
 * An officer's figure from the sum of steps in a range: `levels` are the counts of level 1 to 5, `set_aside` the ratings not counted.
 * Below 5: nothing (n 0 is told). 5–9: n and levels to the officer alone, nothing to anybody else. 10–29: n and the bounds of
 * the interval, not the share. From 30: everything. `set_aside` only when 0 or 5 and more. `suppressed` = there is something,
 * but too little to show anything of it to this viewer. Throws RangeError unless `levels` are five whole numbers.
 */
export function officerFigure(levels: Levels, set_aside: number, viewer: Viewer): Figure {
  if (isCut(levels)) return { ...withheld }
  const n = countLevels(levels)
  const rung = rungOf(n)
  const share = satisfaction(levels)
  const hidden = rung === 'none' || (rung === 'count' && viewer !== 'self')
  if (hidden || share === null) return { ...withheld, n: n === 0 ? 0 : null, suppressed: n !== 0 }
  const shown: Figure = { ...withheld, n, rung, set_aside: countShown(set_aside), suppressed: false }
  if (rung === 'count') return { ...shown, levels: [...levels] }
  if (rung === 'band') return { ...shown, satisfaction: { value: null, lower: share.lower, upper: share.upper } }
  return { ...shown, levels: [...levels], satisfaction: share, index: indexOf(levels) }
}

/** An officer's figure as its attribution allows: withheld, number and all, when a third or more has no officer. */
export function trustedFigure(figure: Figure, attribution: Attribution | null): Figure {
  return attribution === 'low' && figure.n !== 0 ? { ...withheld } : figure
}

/**
 * One step of an officer beside their figure of the whole range: as the officer's own figure from 30 ratings on; below that
 * the number alone, because the levels of single steps would add up to what the rung withholds. Nothing of a step where the
 * viewer is told nothing of the whole.
 */
export function officerStepFigure(levels: Levels, set_aside: number, viewer: Viewer, whole: Figure): Figure {
  const step = officerFigure(levels, set_aside, 'self')
  if (whole.rung === 'none') return { ...withheld, n: step.n === 0 ? 0 : null, suppressed: step.n !== 0 }
  const number: Figure = { ...withheld, n: step.n, rung: step.rung, suppressed: step.suppressed }
  if (whole.rung !== 'full' || (step.rung === 'count' && viewer !== 'self')) return number
  return step
}

/**
 * The figure of a unit or counter: everything from 5 ratings, nothing from 1 to 4, zeros at 0.
 * `count_public`: the levels are the unit's live total as the commission sees it, where the numbers themselves (`n`,
 * `set_aside`) are no secret; otherwise they are sums of steps and small numbers are null.
 * Throws RangeError unless `levels` are five whole numbers.
 */
export function placeFigure(levels: Levels, set_aside: number, options: { count_public?: boolean } = {}): Figure {
  if (isCut(levels)) return { ...withheld }
  const n = countLevels(levels)
  const aside = options.count_public && set_aside >= 0 ? set_aside : countShown(set_aside)
  if (n === 0) return { ...withheld, n, levels: [...levels], set_aside: aside, suppressed: false }
  if (n < MIN_FIGURE) return options.count_public ? { ...withheld, n, set_aside: aside } : { ...withheld }
  return {
    n,
    levels: [...levels],
    satisfaction: satisfaction(levels),
    index: indexOf(levels),
    set_aside: aside,
    rung: 'full',
    suppressed: false,
  }
}

/**
 * Low ratings of a shown figure: those of level 1 to 3, and those of them whose marks name only service tiles.
 * Null where the levels are: their sum would give the share away. `service_only` below 0 (a cut correction) is null.
 */
export function lowShown(figure: Figure, service_only: number): { low: number | null; service_only: number | null } {
  if (figure.levels === null) return { low: null, service_only: null }
  const low = figure.levels.slice(0, 3).reduce((sum, count) => sum + count, 0)
  return { low, service_only: service_only >= 0 && service_only <= low ? service_only : null }
}

/**
 * The commitments' counts that may stand beside a figure: of an officer from 10 ratings (rung `band`), of a unit or counter
 * from 5 (rung `full`), else none. A row below zero (a cut correction) is left out.
 */
export function commitmentsShown<Row extends { kept: number; broken: number }>(
  rows: readonly Row[],
  figure: Figure,
): Row[] {
  if (figure.rung !== 'band' && figure.rung !== 'full') return []
  return rows.filter((row) => row.kept >= 0 && row.broken >= 0)
}

/** How the satisfied count lies against chance around `share`, each side at `tail`; exact, unlike the drawn limits. */
function verdict(positive: number, n: number, share: number, tail: number): Band {
  const chance = binomial(n, share)
  if (lowerTail(chance, positive) < tail) return 'below'
  return upperTail(chance, positive) < tail ? 'above' : 'usual'
}

/**
 * An officer against the 95 % limits of the unit's own share `p0`: `below` when chance alone would bring so few satisfied
 * ratings or fewer in under 2.5 % of cases, `above` likewise, else `usual`. Null under 10 ratings or when the unit has
 * none (`p0` null). Exact binomial tails: the interpolated limits of the funnel would call `above` too early.
 */
export function bandOf(positive: number, n: number, p0: number | null): Band | null {
  return n < BAND_FROM || p0 === null ? null : verdict(positive, n, p0, 0.025)
}

/**
 * The least and the greatest share of `n` ratings that chance alone brings often enough around `p0` to be called `usual`:
 * what is drawn behind an officer's share, so that drawing and verdict cannot disagree. Both in [0, 1]; null where
 * `bandOf` is.
 */
export function usualShares(n: number, p0: number | null): { lower: number; upper: number } | null {
  if (n < BAND_FROM || p0 === null) return null
  const chance = binomial(n, p0)
  let least = 0
  while (least < n && lowerTail(chance, least) < 0.025) least += 1
  let most = n
  while (most > 0 && upperTail(chance, most) < 0.025) most -= 1
  return { lower: least / n, upper: most / n }
}

/**
 * A share against the 99.8 % limits of a funnel: outside both the exact binomial tails and the limits widened by the spread
 * between subjects (additive τ²), else `usual`. Null without ratings.
 */
export function sideOf(positive: number, n: number, { pooled, tau2 }: Pick<Funnel, 'pooled' | 'tau2'>): Band | null {
  const limits = adjustedFunnelLimits(n, pooled, tau2)
  if (limits === null) return null
  // Within two standard deviations no exact tail is near 0.1 %: nearly every subject is done here.
  const variance = n * pooled * (1 - pooled)
  if (variance >= 10 && Math.abs(positive - n * pooled) < 2 * Math.sqrt(variance)) return 'usual'
  const side = verdict(positive, n, pooled, 0.001)
  if (tau2 === 0 || side === 'usual') return side
  const share = positive / n
  // Beyond 0 or 1 a limit cannot be crossed.
  if (side === 'below') return share < limits.low998 ? 'below' : 'usual'
  return share > limits.high998 ? 'above' : 'usual'
}

/** An officer against the 99.8 % limits of a funnel of officers; null under 50 ratings or without a funnel (fewer than 10 of them). */
export function officerSide(positive: number, n: number, funnel: Pick<Funnel, 'pooled' | 'tau2'> | null): Band | null {
  return n < NAMED_FROM || funnel === null ? null : sideOf(positive, n, funnel)
}

/**
 * Whether a report of the province may name an officer: 50 ratings or more, and outside the over-dispersed 99.8 % limits of
 * the province's officers. `funnel` null (fewer than 10 of them): nobody is named.
 */
export function mayBeNamed(positive: number, n: number, funnel: Pick<Funnel, 'pooled' | 'tau2'> | null): boolean {
  const side = officerSide(positive, n, funnel)
  return side === 'below' || side === 'above'
}

/** Whether the unit's share may be shown to an officer: `others` = how many others have five ratings or more in the range. */
export function unitShareShown(others: number): boolean {
  return others >= MIN_OTHERS
}

/**
 * The day from which a remark of `local_day` may be read: the next working day, so that its writer has long left the room.
 * `isWorkingDay` holds the calendar (weekends, holidays). Throws RangeError when it finds none within 60 days.
 */
export function remarkReleasedOn(local_day: string, isWorkingDay: (day: string) => boolean): string {
  for (let ahead = 1; ahead <= 60; ahead += 1) {
    const day = addDays(local_day, ahead)
    if (isWorkingDay(day)) return day
  }
  throw new RangeError(`no working day within 60 days of ${local_day}`)
}

/** Whether remarks of a month may be shown at all, by the ratings of that month in the same scope. */
export function remarksShown(month_ratings: number): boolean {
  return month_ratings >= MIN_FIGURE
}

/** Whether an integrity report may name the officer, by the officer's ratings in its month. */
export function integrityOfficerShown(month_ratings: number): boolean {
  return month_ratings >= MIN_FIGURE
}
