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
