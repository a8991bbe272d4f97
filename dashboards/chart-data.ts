/** From a report to what a picture needs. Pure: no DOM, no library, no language; what may not be shown stays null. */
import type { Share } from '../server/contract/common.ts'
import type { SeriesPoint, UnitsReport } from '../server/contract/reports.ts'

export type UnitRow = UnitsReport['units'][number]
export type Levels = readonly number[]

/** Satisfied ratings among counts of level 1 to 5. */
export const satisfiedOf = (levels: Levels): number => (levels[3] ?? 0) + (levels[4] ?? 0)
export const totalOf = (levels: Levels): number => levels.reduce((sum, count) => sum + count, 0)

/** Shares of level 5 down to level 1, in the order of official forms; empty without ratings. */
export function levelShares(levels: Levels): { level: 1 | 2 | 3 | 4 | 5; count: number; share: number }[] {
  const total = totalOf(levels)
  if (total === 0) return []
  return ([5, 4, 3, 2, 1] as const).map((level) => {
    const count = levels[level - 1] ?? 0
    return { level, count, share: count / total }
  })
}

/** What is said of one unit against its own period before. */
export type Verdict = 'few' | 'unmatched' | 'lower' | 'higher' | 'usual'

/**
 * `few`: nothing may be shown; `unmatched`: no comparison is possible (or asked for); `lower`, `higher`: chance is
 * ruled out (Newcombe's interval leaves out zero); else `usual`.
 */
export function verdictOf(unit: Pick<UnitRow, 'figure' | 'previous'>): Verdict {
  if (unit.figure.satisfaction === null) return 'few'
  const change = unit.previous?.change
  if (!change) return 'unmatched'
  if (!change.notable) return 'usual'
  return change.value < 0 ? 'lower' : 'higher'
}

/** How many units differ notably, are usual, have too few ratings, have nothing to be compared with. */
export function countVerdicts(units: readonly Pick<UnitRow, 'figure' | 'previous'>[]) {
  const counts = { notable: 0, usual: 0, few: 0, unmatched: 0 }
  for (const unit of units) {
    const verdict = verdictOf(unit)
    counts[verdict === 'lower' || verdict === 'higher' ? 'notable' : verdict]++
  }
  return counts
}

/** Ratings shown over all units; those of units below the floor are not in it. */
export const shownTotal = (units: readonly Pick<UnitRow, 'figure'>[]): number =>
  units.reduce((sum, unit) => sum + (unit.figure.n ?? 0), 0)

/** One axis for many shares: from the preferred start, lower when a bound would fall off, to 1. */
export interface ShareAxis {
  min: number
  max: number
  /** Grid lines, both ends included. */
  ticks: number[]
}

/**
 * The axis for a picture of shares. `preferred` is 0.6 for units, 0.4 for officers and weeks; a lower bound that lies
 * further down moves the start to the next fifth, because a cut interval would look narrower than it is.
 */
export function shareAxis(
  shares: readonly (Share | Pick<Share, 'lower'> | null | undefined)[],
  preferred: number,
): ShareAxis {
  const lowest = Math.min(1, ...shares.flatMap((share) => (share ? [share.lower] : [])))
  const min = lowest >= preferred ? preferred : Math.max(0, Math.floor(lowest * 5 + 1e-9) / 5)
  const step = min >= 0.6 ? 0.1 : 0.2
  const ticks: number[] = []
  for (let tick = min; tick <= 1 + 1e-9; tick += step) ticks.push(Math.round(tick * 100) / 100)
  return { min, max: 1, ticks }
}

/** Place of a share on an axis, in percent of its width, kept inside. */
export const placeOn = (axis: Pick<ShareAxis, 'min' | 'max'>, share: number): number =>
  Math.max(0, Math.min(100, ((share - axis.min) / (axis.max - axis.min)) * 100))

/** A series over time: one entry per point in each list, null where nothing may be shown. */
export interface SharePoints {
  points: readonly SeriesPoint[]
  value: (number | null)[]
  lower: (number | null)[]
  upper: (number | null)[]
  n: (number | null)[]
}

export const sharePoints = (points: readonly SeriesPoint[]): SharePoints => ({
  points,
  value: points.map(({ figure }) => figure.satisfaction?.value ?? null),
  lower: points.map(({ figure }) => figure.satisfaction?.lower ?? null),
  upper: points.map(({ figure }) => figure.satisfaction?.upper ?? null),
  n: points.map(({ figure }) => figure.n),
})

/** Pooled share of satisfied ratings over the given points; null when they hold none that may be shown. */
export function pooledShare(points: readonly SeriesPoint[]): number | null {
  let satisfied = 0
  let total = 0
  for (const { figure } of points) {
    if (!figure.levels) continue
    satisfied += satisfiedOf(figure.levels)
    total += totalOf(figure.levels)
  }
  return total === 0 ? null : satisfied / total
}

/**
 * Which of so many points are named below a picture that has room for `most`, in their order: the last, then those that
 * `first` asks for, then from the last backwards whatever is not too near to one that is named already.
 */
export function namedPlaces(points: number, most: number, first: readonly number[] = []): number[] {
  const apart = Math.ceil(points / most)
  const backwards = Array.from({ length: points }, (_, place) => points - 1 - place)
  const named: number[] = []
  for (const place of [...backwards.slice(0, 1), ...first, ...backwards]) {
    if (named.every((other) => Math.abs(other - place) >= apart)) named.push(place)
  }
  return named.sort((a, b) => a - b)
}

/** The last point with a value, or null. */
export function lastShown(series: SharePoints): { index: number; value: number } | null {
  for (let index = series.value.length - 1; index >= 0; index--) {
    const value = series.value[index]
    if (value !== null && value !== undefined) return { index, value }
  }
  return null
}

export interface ItemCount {
  commitment: string
  kept: number
  broken: number
}

/** Levels 1 to 5 over several units: those that may show them, added up. */
export const sumLevels = (units: readonly Pick<UnitRow, 'figure'>[]): number[] =>
  units.reduce<number[]>(
    (sums, { figure }) => sums.map((sum, place) => sum + (figure.levels?.[place] ?? 0)),
    [0, 0, 0, 0, 0],
  )

/** What citizens named over several units: those that may show it, added up. */
export function sumItems(units: readonly Pick<UnitRow, 'figure' | 'commitments' | 'low'>[]) {
  const items = new Map<string, ItemCount>()
  const low = { low: 0, service_only: 0 }
  let [n, shown] = [0, 0]
  for (const { figure, commitments, low: own } of units) {
    if (commitments.length === 0 || figure.n === null) continue
    n += figure.n
    shown += 1
    for (const { commitment, kept, broken } of commitments) {
      const sum = items.get(commitment) ?? { commitment, kept: 0, broken: 0 }
      items.set(commitment, { commitment, kept: sum.kept + kept, broken: sum.broken + broken })
    }
    if (own.low === null || own.service_only === null) continue
    low.low += own.low
    low.service_only += own.service_only
  }
  return { units: shown, n, items: [...items.values()], low }
}

/**
 * Widths of a butterfly's two sides on one scale: `keptShare` and `brokenShare` are the greatest shares of ratings in
 * any cell, so a bar's width is its share divided by their sum. Both 0 when nothing was named.
 */
export function butterflyScale(cells: readonly { n: number | null; items: readonly ItemCount[] }[]) {
  let keptShare = 0
  let brokenShare = 0
  for (const { n, items } of cells) {
    if (!n) continue
    for (const { kept, broken } of items) {
      keptShare = Math.max(keptShare, kept / n)
      brokenShare = Math.max(brokenShare, broken / n)
    }
  }
  return { keptShare, brokenShare }
}

/** Items in their families, in the order of the catalogue. */
export function byFamily<T extends { family: string }>(items: readonly T[]): { family: T['family']; items: T[] }[] {
  const groups: { family: T['family']; items: T[] }[] = []
  for (const item of items) {
    const group = groups.find(({ family }) => family === item.family)
    if (group) group.items.push(item)
    else groups.push({ family: item.family, items: [item] })
  }
  return groups
}

/** Ratings an officer needs for the next rung: 5, 10, 30; null from 30 on. */
export function nextRung(n: number): { at: number; missing: number } | null {
  const at = [5, 10, 30].find((rung) => n < rung)
  return at === undefined ? null : { at, missing: at - n }
}
