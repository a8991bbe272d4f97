/**
 * Reporting periods as inclusive local dates: administrative (15th to 14th), calendar, rolling, any range.
 * Pure: today is an argument. Administrative month m runs from the 15th of the month before to the 14th of m
 * (report periods of state bodies, Decree 09/2019/NĐ-CP, article 12).
 */

export interface Range {
  from: string
  to: string
}
export const calendars = ['administrative', 'calendar'] as const
export type Calendar = (typeof calendars)[number]
export const spans = ['month', 'quarter', 'half', 'year'] as const
export type Span = (typeof spans)[number]
/** `index` counts from 1 within its year; 1 for a year. */
export interface Period {
  calendar: Calendar
  span: Span
  year: number
  index: number
}

/** A report is mailed so many days after its period at most: before the next one is over. */
export const MAX_DAYS_AFTER = 25

/**
 * Days after a period's end on which ratings of it may still be expected from tablets out of contact: they are for days
 * or weeks. What comes later is counted like any other, but no page speaks of it beforehand.
 */
const LATE_DAYS = 60

/** The server refuses longer ranges (`invalid_range`). */
export const maxDays = 1100

const toUtc = (date: string): number => Date.UTC(+date.slice(0, 4), +date.slice(5, 7) - 1, +date.slice(8, 10))
const toDate = (utc: number): string => new Date(utc).toISOString().slice(0, 10)
const dayMs = 86_400_000
const at = (year: number, month: number, day: number): string => toDate(Date.UTC(year, month - 1, day))

/** The earlier of two local dates. */
export const earlierOf = (one: string, other: string): string => [one, other].sort()[0] ?? one

export const addDays = (date: string, days: number): string => toDate(toUtc(date) + days * dayMs)
/** Days from `from` to `to`, both counted. */
export const countDays = (range: Range): number => Math.round((toUtc(range.to) - toUtc(range.from)) / dayMs) + 1
/** Whether a range ended so long ago that nothing of it is waited for any more. */
export const isLongOver = ({ to }: Range, today: string): boolean => addDays(to, LATE_DAYS) < today

/** Monday of the date's week. */
export const mondayOf = (date: string): string => addDays(date, -((new Date(toUtc(date)).getUTCDay() + 6) % 7))

/** The same day so many months away; the last day of a shorter month. */
export function addMonths(date: string, months: number): string {
  const year = +date.slice(0, 4)
  const month = +date.slice(5, 7) + months
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return at(year, month, Math.min(+date.slice(8, 10), last))
}

/**
 * Whether `text` is a day that exists, `YYYY-MM-DD`, of the years 1900 to 2999: anything else is a slip of the hand, and PostgreSQL
 * would refuse some of it (there is no year 0). V8 reads 2026-02-30 as March 2; the way back tells.
 */
export function isDate(text: string): boolean {
  return /^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toUtc(text)) && toDate(toUtc(text)) === text
}

/** Real dates, in order, at most 1,100 days: what the server accepts. */
export const isRange = (range: Range): boolean =>
  isDate(range.from) && isDate(range.to) && range.from <= range.to && countDays(range) <= maxDays

const monthsIn = { month: 1, quarter: 3, half: 6, year: 12 } as const
/** How many periods of a span a year has. */
export const periodsPerYear = (span: Span): number => 12 / monthsIn[span]

/** First and last day of a period. */
export function rangeOf({ calendar, span, year, index }: Period): Range {
  const last = index * monthsIn[span]
  const first = last - monthsIn[span] + 1
  return calendar === 'calendar'
    ? { from: at(year, first, 1), to: at(year, last + 1, 0) }
    : { from: at(year, first - 1, 15), to: at(year, last, 14) }
}

/** The period of a span that contains a day. */
export function periodAt(date: string, calendar: Calendar, span: Span): Period {
  const shifted =
    calendar === 'administrative' && +date.slice(8, 10) >= 15 ? addMonths(`${date.slice(0, 7)}-01`, 1) : date
  return { calendar, span, year: +shifted.slice(0, 4), index: Math.ceil(+shifted.slice(5, 7) / monthsIn[span]) }
}

/** The named period with exactly these bounds, the longest span first; null for any other range. */
export function periodOf(range: Range): Period | null {
  const calendar: Calendar = range.from.endsWith('-15') ? 'administrative' : 'calendar'
  for (const span of ['year', 'half', 'quarter', 'month'] as const) {
    const period = periodAt(range.to, calendar, span)
    const bounds = rangeOf(period)
    if (bounds.from === range.from && bounds.to === range.to) return period
  }
  return null
}

/** The period so many places later (earlier when negative), of the same span. */
export function shiftPeriod(period: Period, by: number): Period {
  const perYear = periodsPerYear(period.span)
  const place = period.year * perYear + (period.index - 1) + by
  return { ...period, year: Math.floor(place / perYear), index: (((place % perYear) + perYear) % perYear) + 1 }
}

/** Monday to Sunday. */
export const isWeek = (range: Range): boolean => countDays(range) === 7 && mondayOf(range.from) === range.from

/** The week that contains a day, Monday to Sunday. */
export const weekOf = (date: string): Range => ({ from: mondayOf(date), to: addDays(mondayOf(date), 6) })

/** The number of a date's week and the year it is counted in (ISO 8601): the year that holds the week's Thursday. */
export function weekNumber(date: string): { week: string; year: string } {
  const thursday = addDays(mondayOf(date), 3)
  const year = thursday.slice(0, 4)
  const days = countDays({ from: `${year}-01-01`, to: thursday })
  return { week: String(Math.ceil(days / 7)), year }
}

/** What a range is compared with: the one right before it, or the same one a year earlier. */
export const comparisons = ['previous', 'last_year'] as const
export type Comparison = (typeof comparisons)[number]

/**
 * The range that one is compared with. A named period has a named one before it, whatever their lengths: a quarter's figure must
 * be the one that its own report gave. Other ranges: as many days, or the same dates; a week the same week, 52 weeks earlier.
 */
export function rangeBefore(range: Range, by: Comparison): Range {
  const period = periodOf(range)
  if (period) return rangeOf(shiftPeriod(period, by === 'previous' ? -1 : -periodsPerYear(period.span)))
  if (by === 'previous') return { from: addDays(range.from, -countDays(range)), to: addDays(range.from, -1) }
  if (isWeek(range)) return { from: addDays(range.from, -364), to: addDays(range.to, -364) }
  return { from: addMonths(range.from, -12), to: addMonths(range.to, -12) }
}

/** Whether a range and the one it is compared with share days: then chance is in both, and their difference says nothing. */
export const isOverlapped = (range: Range, by: Comparison): boolean => rangeBefore(range, by).to >= range.from

/** So many weeks, the running one included: Monday to today. */
export const lastWeeks = (today: string, weeks: number): Range => ({
  from: addDays(mondayOf(today), -7 * (weeks - 1)),
  to: today,
})

/** So many months up to and including today. */
export const lastMonths = (today: string, months: number): Range => ({
  from: addDays(addMonths(today, -months), 1),
  to: today,
})

/** The twelve calendar months that end with the month of a day, as one range. */
export const yearOfMonths = (date: string): Range => ({
  from: `${addMonths(`${date.slice(0, 7)}-01`, -11).slice(0, 7)}-01`,
  to: at(+date.slice(0, 4), +date.slice(5, 7) + 1, 0),
})
