/** What reports share: from sums to figures, comparisons, shares, and the rows of the wall. */
import type { Figure } from '../contract/figures.ts'
import { seesLiveTotals } from '../domain/access.ts'
import { bandOf, placeFigure, usualShares } from '../domain/disclosure.ts'
import { countSatisfied, newcombe, satisfaction } from '../domain/scoring.ts'
import type { Range } from '../domain/time.ts'
import type { Part } from '../queries/database.ts'
import { type findReportItems, noSums, type Sums, type UnitSource } from '../queries/reports.ts'
import type { Staff } from '../services.ts'

type Items = Awaited<ReturnType<typeof findReportItems>>

/** The province sees a unit's live total; whoever belongs to a unit sees published steps only. */
export function sourceFor(staff: Staff): UnitSource {
  return seesLiveTotals(staff.scope) ? 'unit_tallies' : 'unit_steps'
}

export function unitFigure(sums: Sums, source: UnitSource | Part): Figure {
  return placeFigure(sums.levels, sums.set_aside, { count_public: source === 'unit_tallies' })
}

/** A range and the one it is compared with. */
interface Compared {
  range: Range
  before: Range
}

/** No change is worked out of ranges that share days: its interval is that of two samples, and they would be one in part. */
export function comparison(own: Sums, earlier: Sums, { range, before }: Compared, source: UnitSource | Part) {
  const figure = unitFigure(earlier, source)
  const both = before.to < range.from && figure.rung === 'full' && unitFigure(own, source).rung === 'full'
  const change = both
    ? newcombe(countSatisfied(own.levels), total(own), countSatisfied(earlier.levels), total(earlier))
    : null
  return { ...before, figure, change }
}

/**
 * The units that a report of the province tells of: those that were valid then, and any other that was rated all the same. Tablets
 * go on at their counters after a merger until somebody moves them, and no page may be without what was said there.
 */
export const unitsToTell = <Unit extends { unit_id: number; valid: boolean }>(
  units: readonly Unit[],
  sums: ReadonlyMap<number, Sums>,
): Unit[] =>
  units.filter(({ unit_id, valid }) => {
    const own = sums.get(unit_id)
    return valid || (own && (own.set_aside !== 0 || own.levels.some((count) => count !== 0)))
  })

export const total = (sums: Sums): number => sums.levels.reduce((all, count) => all + count, 0)

/** Null where the sums hold a correction cut off from its origin, or nothing. */
export function unitShare(sums: Sums) {
  return sums.levels.some((count) => count < 0) || total(sums) < 5 ? null : satisfaction(sums.levels)
}

export function bandFor(own: Sums, share: number) {
  return own.levels.some((count) => count < 0) ? null : bandOf(countSatisfied(own.levels), total(own), share)
}

/** Between which shares `bandFor` is `usual`. */
export function usualFor(own: Sums, share: number) {
  return own.levels.some((count) => count < 0) ? null : usualShares(total(own), share)
}

export function addUp(days: readonly Sums[]): Sums {
  const all = noSums()
  const marks: number[] = []
  for (const day of days) {
    for (const place of [0, 1, 2, 3, 4] as const) all.levels[place] += day.levels[place]
    all.service_only += day.service_only
    all.set_aside += day.set_aside
    for (const [place, count] of day.marks.entries()) marks[place] = (marks[place] ?? 0) + count
  }
  return { ...all, marks }
}

export const idsOf = (items: Items): number[] => items.map(({ item_id }) => item_id)

/** One row per item of the wall, zeros included; `marks` as the sums hold them for these items. */
export function countItems(items: Items, marks: readonly number[]) {
  return items.map(({ commitment, family, kind, labels }, place) => ({
    commitment,
    family,
    kind,
    labels,
    kept: marks[2 * place] ?? 0,
    broken: marks[2 * place + 1] ?? 0,
  }))
}

export function groupByUnit<Row extends { unit_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>()
  for (const row of rows) {
    const own = groups.get(row.unit_id)
    if (own) own.push(row)
    else groups.set(row.unit_id, [row])
  }
  return groups
}
