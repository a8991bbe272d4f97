/** When a scheduled report is due, when a mail is tried again, and what is known of one. Pure. */
import { type Calendar, type Period, periodAt, rangeOf, type Span, shiftPeriod } from '../contract/periods.ts'
import { addDays, localDay, type Range, startOfDay } from './time.ts'

const HOUR_MS = 3_600_000
/** On the last day itself once offices have closed: for whoever must report on that day. */
const EVENING_MS = 17 * HOUR_MS
/** On a later day before offices open. */
const MORNING_MS = 7 * HOUR_MS

export interface When {
  readonly calendar: Calendar
  readonly span: Span
  /** 0 = the last day of the period, in the evening; else so many days later, in the morning. */
  readonly days_after: number
}

/** The instant (epoch ms) from which on the report of these days goes out. */
export function dueAt(range: Range, days_after: number): number {
  return days_after === 0 ? startOfDay(range.to) + EVENING_MS : startOfDay(addDays(range.to, days_after)) + MORNING_MS
}

/** The newest period whose report is due at `now`, and the one after it. */
export function duePeriods(when: When, now: number): { due: Range; next: Range } {
  let period: Period = periodAt(localDay(now), when.calendar, when.span)
  while (dueAt(rangeOf(period), when.days_after) > now) period = shiftPeriod(period, -1)
  return { due: rangeOf(period), next: rangeOf(shiftPeriod(period, 1)) }
}

/** Minutes until the next try; in all a little over two days, as mail servers themselves do it. */
const RETRY_MINUTES = [1, 5, 15, 60, 120, 240, 480, 720, 720, 720]

/** Milliseconds to wait after so many tries that came to nothing (from 1); null = enough. */
export function retryAfter(retries: number): number | null {
  const minutes = RETRY_MINUTES[retries - 1]
  return minutes === undefined ? null : minutes * 60_000
}

/** A conversation with a mail server is broken off after this time. */
export const DELIVERY_LIMIT_MS = 240_000
/** Whoever began to send and has said nothing for so long is gone: nobody knows whether the mail went out. */
export const SILENT_AFTER_MS = 600_000

/** Whether a mail that is being sent, since `changed_at`, must be taken for one of which nobody knows. */
export const isAbandoned = (mail: { state: string; changed_at: Date }, now: number): boolean =>
  mail.state === 'sending' && mail.changed_at.getTime() < now - SILENT_AFTER_MS

/** Plain addresses of ASCII letters: no names, no lists, no line ends, nothing that a mail server could read as more. */
export function isMailAddress(text: string): boolean {
  const [local = '', domain = '', ...rest] = text.split('@')
  return (
    text.length <= 254 &&
    rest.length === 0 &&
    local.length <= 64 &&
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) &&
    /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$/.test(domain)
  )
}
