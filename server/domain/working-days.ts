/** Working days: the office's week, its holidays, and the days it works in exchange; every deadline counts by them. */
import { addDays, dayRange, weekday } from './time.ts'

/** Which days an office works: its weekdays, without its days off, and with the days it works in exchange for one. */
export type WorkingCalendar = {
  /** ISO weekdays, 1 = Monday. */
  weekdays: readonly number[]
  off: ReadonlySet<string>
  extra: ReadonlySet<string>
}

/** The office week of Vietnam's administration, where a unit says nothing else. */
export const OFFICE_WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5]

/**
 * The calendar of one unit out of the holidays that touch it. What a unit says of a day stands before what the province
 * says of it (`unit_id` null).
 */
export function workingCalendar(
  holidays: readonly { unit_id: number | null; day: string; kind: 'off' | 'working' }[],
  unit_id: number | null,
  weekdays: readonly number[] = OFFICE_WEEKDAYS,
): WorkingCalendar {
  const said = new Map<string, 'off' | 'working'>()
  for (const { day, kind, unit_id: of } of holidays) if (of === null) said.set(day, kind)
  for (const { day, kind, unit_id: of } of holidays) if (of !== null && of === unit_id) said.set(day, kind)
  const daysOf = (wanted: string) => new Set([...said].filter(([, kind]) => kind === wanted).map(([day]) => day))
  return { weekdays, off: daysOf('off'), extra: daysOf('working') }
}

export function isWorkingDay(day: string, calendar: WorkingCalendar): boolean {
  return calendar.extra.has(day) || (calendar.weekdays.includes(weekday(day)) && !calendar.off.has(day))
}

/**
 * The `count`-th working day after `day` (before it when negative); `day` itself never counts, whether worked or not. 0
 * gives `day`. Throws RangeError when 60 days in a row bring none: such a calendar is no calendar.
 */
export function addWorkingDays(day: string, count: number, calendar: WorkingCalendar): string {
  const step = count < 0 ? -1 : 1
  let found = day
  let idle = 0
  for (let left = Math.abs(count); left > 0; ) {
    found = addDays(found, step)
    if (isWorkingDay(found, calendar)) {
      left -= 1
      idle = 0
    } else if (++idle >= 60) throw new RangeError(`no working day within 60 days of ${day}`)
  }
  return found
}

/** Working days from `from` to `to`, both included; 0 when reversed. */
export function countWorkingDays(from: string, to: string, calendar: WorkingCalendar): number {
  return dayRange(from, to).filter((day) => isWorkingDay(day, calendar)).length
}
