/** Differences: what a changed verdict takes away and adds, summed per cell. Pure. */
import { breaksOnly, placesOf } from '../domain/marks.ts'

/** Signed counts of some ratings. `marks` as in the tables: kept of item i at 2i-1, broken at 2i, 1-based, dense. */
export interface Delta {
  levels: [number, number, number, number, number]
  service_only: number
  marks: number[]
}

/** The parts of a rating that figures are made of. */
export interface CountedContent {
  level: number
  /** As `packMarks` writes them. */
  marks: Uint8Array
}

/** Which officer's and counter's ratings a rating belongs to, and whether it is set aside. */
export interface Group {
  unit_id: number
  counter_id: number
  officer_id: number | null
  set_aside: boolean
}

/** A sum's day; of sums over a month or year, their first day. */
export interface Cell extends Group {
  local_day: string
}

export const monthOf = (day: string): string => `${day.slice(0, 7)}-01`
export const yearOf = (day: string): string => `${day.slice(0, 4)}-01-01`

export const emptyDelta = (): Delta => ({ levels: [0, 0, 0, 0, 0], service_only: 0, marks: [] })

export const groupKey = (group: Group): string => `${group.counter_id}/${group.officer_id ?? '-'}/${group.set_aside}`
export const cellKey = (cell: Cell): string => `${cell.local_day}/${groupKey(cell)}`
export const unitDayKey = (cell: Pick<Cell, 'unit_id' | 'local_day' | 'set_aside'>): string =>
  `${cell.unit_id}/${cell.local_day}/${cell.set_aside}`

/**
 * A low rating (level 1 to 3) that names as needing to be better only things that are not about the officer:
 * procedure, time, equipment. A low rating that names nothing is not one.
 */
export function isServiceOnly(content: CountedContent, serviceItems: ReadonlySet<number>): boolean {
  return content.level <= 3 && breaksOnly(content.marks, serviceItems)
}

/** Adds a rating to (`sign` 1) or takes it from (`sign` -1) a delta. */
export function addRating(
  delta: Delta,
  content: CountedContent,
  sign: 1 | -1,
  serviceItems: ReadonlySet<number>,
): void {
  const place = (content.level - 1) as 0 | 1 | 2 | 3 | 4
  delta.levels[place] += sign
  if (isServiceOnly(content, serviceItems)) delta.service_only += sign
  for (const at of placesOf(content.marks)) addAt(delta.marks, at, sign)
}

function addAt(marks: number[], place: number, by: number): void {
  while (marks.length <= place) marks.push(0)
  marks[place] = (marks[place] as number) + by
}

export function addDelta(into: Delta, from: Delta): void {
  for (const place of [0, 1, 2, 3, 4] as const) into.levels[place] += from.levels[place]
  into.service_only += from.service_only
  for (const [place, count] of from.marks.entries()) addAt(into.marks, place, count)
}

/** Sums of deltas under a key, each with the cell or group they belong to. */
export class Ledger<T> {
  readonly entries = new Map<string, { of: T; delta: Delta }>()

  /** The delta kept under `key`, made empty when there is none. */
  at(key: string, of: T): Delta {
    let entry = this.entries.get(key)
    if (!entry) {
      entry = { of, delta: emptyDelta() }
      this.entries.set(key, entry)
    }
    return entry.delta
  }
}
