/** On which days a simulated office is open: weekdays without the public holidays. */
import { addDays, startOfDay, weekday } from '../domain/time.ts'

/** First day of the lunar year; offices rest from the day before it to the sixth day after. */
const lunarNewYears = [
  ...['2024-02-10', '2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26', '2029-02-13', '2030-02-03'],
  ...['2031-01-23', '2032-02-11', '2033-01-31', '2034-02-19', '2035-02-08'],
]
const restDays = new Set(
  lunarNewYears.flatMap((day) => Array.from({ length: 8 }, (_, index) => addDays(day, index - 1))),
)
const fixedHolidays = new Set(['01-01', '04-30', '05-01', '09-01', '09-02'])

export function isHoliday(day: string): boolean {
  return fixedHolidays.has(day.slice(5)) || restDays.has(day)
}

export function isOfficeDay(day: string): boolean {
  return weekday(day) <= 5 && !isHoliday(day)
}

/** The `count`th office day back from `day`, which itself counts as the first when it is one. */
export function officeDayBack(day: string, count: number): string {
  let found = day
  for (let left = isOfficeDay(found) ? count - 1 : count; left > 0; ) {
    found = addDays(found, -1)
    if (isOfficeDay(found)) left -= 1
  }
  return found
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return addDays(day, 1 - weekday(day))
}

/** The day `months` months earlier, or the last one of that month when it is shorter. */
export function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const lastDate = new Date(Date.UTC(year, month - months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, lastDate))).toISOString().slice(0, 10)
}

/** The instant (epoch ms) `minute` minutes into a day of the office. */
export function instantAt(day: string, minute: number): number {
  return startOfDay(day) + minute * 60_000
}
