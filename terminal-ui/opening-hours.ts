/** Opening hours by the tablet's clock, in the office's time zone whatever the tablet's own zone is. */
import type { Hours } from '../server/contract/terminals.ts'

const OFFICE_OFFSET_MS = 7 * 3_600_000

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** True when `now` (milliseconds since 1970) lies in an opening interval, and always when no hours are known. */
export function isOpen(hours: Hours, now: number): boolean {
  if (!hours.days.length || !hours.intervals.length) return true
  // UTC+7 has no daylight saving, so the shifted UTC fields are the local ones.
  const local = new Date(now + OFFICE_OFFSET_MS)
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes()
  const weekday = local.getUTCDay() || 7
  return (
    hours.days.includes(weekday) &&
    hours.intervals.some(({ from, to }) => minute >= minutes(from) && minute < minutes(to))
  )
}

/** ISO weekdays as runs, in order of the week: [1, 2, 3, 6] → [[1, 3], [6, 6]]. */
export function daySpans(days: readonly number[]): [number, number][] {
  const spans: [number, number][] = []
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
