/** Local days, ranges of them, and the moment a tablet's rating really happened; the clock is always an argument. */
import { isDate } from '../contract/periods.ts'

/** Asia/Ho_Chi_Minh: +07:00 all year since 1975-06-13, before any rating, so a constant replaces a time-zone table. */
export const OFFICE_OFFSET_MS = 7 * 3_600_000
/** The longest range a report answers. */
export const MAX_RANGE_DAYS = 1100
/** The longest a rating may have waited on a tablet for its own clock to be believed. */
export const MAX_WAIT_MS = 400 * 86_400_000

const DAY_MS = 86_400_000

/** Days of the office's calendar, `YYYY-MM-DD`, both included. */
export type Range = { from: string; to: string }

const dayOf = (utc_ms: number): string => new Date(utc_ms).toISOString().slice(0, 10)
const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** The office's calendar day `YYYY-MM-DD` at an instant (epoch ms). */
export function localDay(epoch_ms: number): string {
  const place = Math.floor((epoch_ms + OFFICE_OFFSET_MS) / DAY_MS)
  let day = knownDays.get(place)
  if (day === undefined) {
    day = dayOf(epoch_ms + OFFICE_OFFSET_MS)
    if (knownDays.size >= 2000) knownDays.clear()
    knownDays.set(place, day)
  }
  return day
}

/** Days since 1970 -> `YYYY-MM-DD`: nearly all moments lie in a few days, and writing one costs more than finding it. */
const knownDays = new Map<number, string>()

/** Minute of the office's day at an instant (epoch ms), 0 to 1439. */
export function localMinute(epoch_ms: number): number {
  const into = (epoch_ms + OFFICE_OFFSET_MS) % DAY_MS
  return Math.floor((into < 0 ? into + DAY_MS : into) / 60_000)
}

/** The instant (epoch ms) at which a day of the office begins. */
export function startOfDay(day: string): number {
  return midnight(day) - OFFICE_OFFSET_MS
}

/** ISO weekday of a day: 1 = Monday … 7 = Sunday. */
export function weekday(day: string): number {
  return new Date(midnight(day)).getUTCDay() || 7
}

/** The day `count` days later (earlier when negative). */
export function addDays(day: string, count: number): string {
  return dayOf(midnight(day) + count * DAY_MS)
}

/** Number of days from `from` to `to`, both included; 0 or less when reversed. */
export function countDays(from: string, to: string): number {
  return Math.round((midnight(to) - midnight(from)) / DAY_MS) + 1
}

/** Every day from `from` to `to`, both included, in order; empty when reversed. */
export function dayRange(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, countDays(from, to)) }, (_, index) => addDays(from, index))
}

export function firstOfMonth(day: string): string {
  return `${day.slice(0, 7)}-01`
}

export function lastOfMonth(day: string): string {
  return addDays(firstOfMonth(addDays(firstOfMonth(day), 31)), -1)
}

export type RangeFailure = { code: 'invalid_range'; message: string }

/**
 * The range a report was asked for. Neither given: the calendar month of `today`, first to last day. Only `from`: through
 * `today`, or through the end of its own month when it lies ahead. Only `to`: from the first day of its month.
 * Malformed, impossible, reversed or over 1,100 days: a failure with `code: 'invalid_range'`.
 */
export function parseRange(asked: { from?: string; to?: string }, today: string): Range | RangeFailure {
  const invalid = (message: string): RangeFailure => ({ code: 'invalid_range', message })
  for (const name of ['from', 'to'] as const) {
    const text = asked[name]
    if (text !== undefined && !isDate(text)) return invalid(`${name}: a day that exists is needed, as YYYY-MM-DD`)
  }
  const given = asked.from ?? asked.to ?? today
  const from = asked.from ?? firstOfMonth(given)
  const to = asked.to ?? (asked.from !== undefined && asked.from <= today ? today : lastOfMonth(given))
  if (from > to) return invalid('from lies after to')
  if (countDays(from, to) > MAX_RANGE_DAYS) return invalid(`at most ${MAX_RANGE_DAYS} days can be asked for at once`)
  return { from, to }
}

/** Weeks (Monday to Sunday) that touch the range, cut to it, oldest first; empty when reversed. */
export function weeksOf(from: string, to: string): Range[] {
  return cut(from, to, (day) => addDays(day, 7 - weekday(day)))
}

/** Calendar months that touch the range, cut to it, oldest first; empty when reversed. */
export function monthsOf(from: string, to: string): Range[] {
  return cut(from, to, lastOfMonth)
}

function cut(from: string, to: string, endOf: (day: string) => string): Range[] {
  const parts: Range[] = []
  for (let start = from; start <= to; ) {
    const end = endOf(start)
    parts.push({ from: start, to: end < to ? end : to })
    start = addDays(end, 1)
  }
  return parts
}

/** A part of a range: single days (months 0), whole months (1) or whole years (12), to be added or taken away. */
export type RangePart = {
  months: 0 | 1 | 12
  /** Days: the first and the last. Months and years: the first day of the first and of the last. */
  first: string
  last: string
  sign: 1 | -1
}

/**
 * The range as few sums: whole years and months, and of a month cut short either its days or the month without the days
 * that are missing, so that at most fifteen days are read at each end. `years: false` where sums exist by month only.
 */
export function coverRange({ from, to }: Range, { years = true } = {}): RangePart[] {
  const days: RangePart[] = []
  const whole: string[] = []
  for (const part of monthsOf(from, to)) {
    const month = firstOfMonth(part.from)
    const missing = [
      { first: month, last: addDays(part.from, -1) },
      { first: addDays(part.to, 1), last: lastOfMonth(month) },
    ].filter(({ first, last }) => first <= last)
    const lacking = missing.reduce((sum, { first, last }) => sum + countDays(first, last), 0)
    if (lacking > countDays(part.from, part.to)) days.push({ months: 0, first: part.from, last: part.to, sign: 1 })
    else {
      whole.push(month)
      for (const gap of missing) days.push({ months: 0, ...gap, sign: -1 })
    }
  }
  // Months follow one another, so a year is whole when both its ends are among them.
  const isWhole = (month: string) =>
    years && whole.includes(`${month.slice(0, 4)}-01-01`) && whole.includes(`${month.slice(0, 4)}-12-01`)
  const inYears = whole.filter(isWhole)
  const runs: [1 | 12, string[]][] = [
    [12, inYears.filter((month) => month.endsWith('-01-01'))],
    [1, whole.filter((month) => !isWhole(month) && month < (inYears[0] ?? '9999'))],
    [1, whole.filter((month) => !isWhole(month) && month > (inYears[0] ?? '9999'))],
  ]
  const sums = runs
    .filter(([, firsts]) => firsts.length > 0)
    .map(
      ([months, firsts]): RangePart => ({ months, first: firsts[0] as string, last: firsts.at(-1) as string, sign: 1 }),
    )
  return [...sums, ...days]
}

/** How a rating's moment was found, best first. */
export type TimeQuality = 'monotonic' | 'wall' | 'received'

/** As stored; never renumbered. */
export const timeQualityCode: Readonly<Record<TimeQuality, number>> = { monotonic: 1, wall: 2, received: 3 }

export type Clocks = {
  /** The server's clock at the arrival of the batch, epoch ms. */
  received_ms: number
  /** The tablet's clock when it sent the batch and when the face was tapped, epoch ms; may be years off or NaN. */
  sent_at_ms: number
  rated_at_ms: number
  /** The run of the tablet's page and its monotonic ms, at sending and at the tap. */
  envelope_clock_session?: string | null | undefined
  sent_ms?: number | null | undefined
  item_clock_session?: string | null | undefined
  elapsed_ms?: number | null | undefined
}

/**
 * When a rating happened by the server's clock, in whole epoch ms, and how that is known. Never refused, never later than received.
 * Same run of the page: received − (sent_ms − elapsed_ms), which no wrong clock can disturb. Otherwise
 * received − (sent_at − rated_at), right as long as the tablet's clock was not set in between. A gap below 0 or over
 * 400 days is not believed, from either clock: without a bound one absurd number would date a rating outside any calendar.
 */
export function correctedTime(clocks: Clocks): { at: number; quality: TimeQuality } {
  const { received_ms, sent_ms, elapsed_ms, envelope_clock_session, item_clock_session } = clocks
  const believable = (gap: number): boolean => gap >= 0 && gap <= MAX_WAIT_MS
  if (envelope_clock_session != null && envelope_clock_session === item_clock_session) {
    const gap = (sent_ms ?? Number.NaN) - (elapsed_ms ?? Number.NaN)
    if (believable(gap)) return { at: received_ms - Math.round(gap), quality: 'monotonic' }
  }
  const gap = clocks.sent_at_ms - clocks.rated_at_ms
  if (believable(gap)) return { at: received_ms - Math.round(gap), quality: 'wall' }
  return { at: received_ms, quality: 'received' }
}
