/** The roster as spans of time: putting somebody at a counter for a while, taking back, and finding what nobody covers. Pure. */
import { addDays, startOfDay } from './time.ts'
import { isWorkingDay, type WorkingCalendar } from './working-days.ts'

/** An officer at one counter, epoch ms; `to` null = until changed. */
export interface Stay {
  officer_id: number
  from: number
  to: number | null
}
/** A stay that is a row of the database. */
export interface KnownStay extends Stay {
  assignment_id: number
}
export interface Span {
  from: number
  to: number | null
}

const end = (to: number | null): number => to ?? Number.POSITIVE_INFINITY
const finite = (to: number): number | null => (to === Number.POSITIVE_INFINITY ? null : to)

/** What of `stays` lies within a span, cut to it, in order of time. */
export function within<S extends Stay>(stays: readonly S[], span: Span): S[] {
  return stays
    .map((stay) => ({
      ...stay,
      from: Math.max(stay.from, span.from),
      to: finite(Math.min(end(stay.to), end(span.to))),
    }))
    .filter((stay) => end(stay.to) > stay.from)
    .sort((a, b) => a.from - b.from)
}

/** What of a stay is left outside of all these spans, in order of time. */
export function without<S extends Stay>(stay: S, spans: readonly Span[]): S[] {
  let left: S[] = [stay]
  for (const span of spans) {
    left = left.flatMap((part) => [
      ...within([part], { from: Number.NEGATIVE_INFINITY, to: span.from }),
      ...(span.to === null ? [] : within([part], { from: span.to, to: null })),
    ])
  }
  return left.sort((a, b) => a.from - b.from)
}

/** Who stands there at a moment; null = nobody. */
export const stayAt = <S extends Stay>(stays: readonly S[], at: number): S | null =>
  stays.find((stay) => stay.from <= at && end(stay.to) > at) ?? null

/** Rows to remove, to move to another span, and to make. Done in this order no two rows ever overlap. */
export interface SpanPlan {
  remove: number[]
  move: (KnownStay & { before: Span })[]
  insert: Stay[]
}

/**
 * What must happen to a counter's rows (`known`: at least all that overlap or touch the span) so that within `span` stand
 * exactly the `wanted` stays and outside of it nothing changes. Whoever is interrupted goes on afterwards; stays of one officer that then
 * touch at an edge of the span become one again, so that undoing a change leaves no trace of it.
 */
export function planSpan(known: readonly KnownStay[], span: Span, wanted: readonly Stay[]): SpanPlan {
  type Piece = Stay & { sources: KnownStay[]; touched: boolean }
  const pieces: Piece[] = known.flatMap((row) =>
    without(row, [span]).map((part) => ({
      ...part,
      sources: [row],
      touched: part.from !== row.from || part.to !== row.to,
    })),
  )
  for (const stay of within(wanted, span)) {
    const sources = known.filter((row) => row.officer_id === stay.officer_id && row.from === stay.from)
    pieces.push({ ...stay, sources, touched: true })
  }
  pieces.sort((a, b) => a.from - b.from)
  const merged: Piece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (last && last.officer_id === piece.officer_id && last.to === piece.from && (last.touched || piece.touched)) {
      last.to = piece.to
      last.sources = [...last.sources, ...piece.sources]
      last.touched = true
    } else merged.push({ ...piece })
  }
  const used = new Set<number>()
  const plan: SpanPlan = { remove: [], move: [], insert: [] }
  for (const { officer_id, from, to, sources } of merged) {
    const source = sources.find((row) => !used.has(row.assignment_id))
    if (!source) {
      plan.insert.push({ officer_id, from, to })
      continue
    }
    used.add(source.assignment_id)
    if (source.from !== from || source.to !== to) {
      plan.move.push({ assignment_id: source.assignment_id, officer_id, from, to, before: source })
    }
  }
  plan.remove = known.filter((row) => !used.has(row.assignment_id)).map((row) => row.assignment_id)
  return plan
}

/** Whether two lists of stays say the same. */
export const sameStays = (one: readonly Stay[], other: readonly Stay[]): boolean =>
  one.length === other.length &&
  one.every((stay, index) => {
    const its = other[index]
    return stay.officer_id === its?.officer_id && stay.from === its.from && stay.to === its.to
  })

/** Half a day of an office, as far as a roster is told to anybody. */
export const parts = ['morning', 'afternoon'] as const
export type Part = (typeof parts)[number]
export interface Interval {
  from: string
  to: string
}

/** An opening interval belongs to the half of the day in which it begins. */
export const partOf = (interval: Interval): Part => (interval.from < '12:00' ? 'morning' : 'afternoon')

/** The opening intervals of a day as spans. */
export function openSpans(day: string, intervals: readonly Interval[]): (Span & { part: Part; to: number })[] {
  const at = (clock: string) => startOfDay(day) + (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60_000
  return intervals.map((interval) => ({ from: at(interval.from), to: at(interval.to), part: partOf(interval) }))
}

/** The half of a day, as spans of the office's clock: `day` = both, midnight to midnight. */
export function spanOfPart(day: string, part: Part | 'day'): Span & { to: number } {
  const noon = startOfDay(day) + 12 * 3_600_000
  const next = startOfDay(addDays(day, 1))
  if (part === 'morning') return { from: startOfDay(day), to: noon }
  return { from: part === 'afternoon' ? noon : startOfDay(day), to: next }
}

export interface Gap {
  day: string
  part: Part
  from: number
  to: number
}

/** Times within opening hours of working days at which nobody stands at a counter, in order of time. */
export function gapsOf(
  stays: readonly Stay[],
  days: readonly string[],
  intervals: readonly Interval[],
  calendar: WorkingCalendar,
): Gap[] {
  return days
    .filter((day) => isWorkingDay(day, calendar))
    .flatMap((day) =>
      openSpans(day, intervals).flatMap(({ from, to, part }) =>
        without({ officer_id: 0, from, to }, stays).map((left) => ({ day, part, from: left.from, to: left.to ?? to })),
      ),
    )
}
