/** Numbers, dates and times as people of each language write them. Pure: the language is an argument. */
export type Language = 'vi' | 'en'

/** The office's clock: seven hours ahead of UTC all year round. Every moment is told by it, wherever the reader sits. */
const OFFICE_AHEAD_MS = 7 * 3_600_000

/** Keeps both ends of an interval on one line (U+2060, word joiner). */
export const joiner = '\u2060'

/** Keeps the parts of a date on one line (U+00A0). */
const blank = '\u00a0'

const locale = { vi: 'vi-VN', en: 'en-GB' } as const

/** One formatter per language, made when first asked for: a telephone takes several milliseconds for each. */
function perLanguage<T>(make: (locale: string) => T): (language: Language) => T {
  const made: Partial<Record<Language, T>> = {}
  return (language) => (made[language] ??= make(locale[language]))
}

const whole = perLanguage((of) => new Intl.NumberFormat(of, { maximumFractionDigits: 0 }))
const oneDecimal = perLanguage(
  (of) => new Intl.NumberFormat(of, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
)

/** A count: 1.000 in Vietnamese, 1,000 in English. */
export const formatCount = (count: number, language: Language): string => whole(language).format(count)

/** A number with one decimal, so that a count by hand agrees: 87,3 or 87.3. */
export const formatDecimal = (value: number, language: Language): string => oneDecimal(language).format(value)

/** Bytes in megabytes, or gigabytes from a thousand of them: 12,5 MB, 1,4 GB. */
export const formatBytes = (bytes: number, language: Language): string =>
  bytes < 1e9 ? `${formatDecimal(bytes / 1e6, language)} MB` : `${formatDecimal(bytes / 1e9, language)} GB`

/** A share in [0, 1] in percent without the sign: 0.917 gives 91,7 or 91.7. */
export const formatShare = (share: number, language: Language): string => formatDecimal(share * 100, language)

/** A share in [0, 1] as it is printed, in [0, 1] again: 0.9166 gives 0.917. */
export const roundedShare = (share: number): number => Number(formatShare(share, 'en')) / 100

/** A share in [0, 1] with its sign: 91,7% or 91.7%. */
export const formatPercent = (share: number, language: Language): string => `${formatShare(share, language)}%`

/** An interval of shares: 88,9–96,1%, unbreakable. */
export const formatInterval = (lower: number, upper: number, language: Language): string =>
  `${formatShare(lower, language)}${joiner}–${joiner}${formatShare(upper, language)}%`

const monthsEn = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const parts = (date: string) => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return { year, month, day }
}

/** A local date `YYYY-MM-DD`, unbreakable: 15/3/2025 or 15 Mar 2025; without the year: 15/3 or 15 Mar. */
export function formatDate(date: string, language: Language, withYear = true): string {
  const { year, month, day } = parts(date)
  if (language === 'vi') return withYear ? `${day}/${month}/${year}` : `${day}/${month}`
  return [day, monthsEn[month - 1], ...(withYear ? [year] : [])].join(blank)
}

/** Whether these dates need no year to be told apart. */
export const ofOneYear = (dates: readonly string[]): boolean => new Set(dates.map((date) => date.slice(0, 4))).size < 2

/**
 * Two local dates: 15/3–14/6/2025 or 15 Mar – 14 Jun 2025; what both have in common is said once: 13–19/11/2026 or
 * 13–19 Nov 2026. In English the line may end behind the dash, which stands between words.
 */
export function formatRange(from: string, to: string, language: Language): string {
  if (from === to) return formatDate(from, language)
  const close = `${joiner}–${joiner}`
  if (from.slice(0, 7) === to.slice(0, 7)) return `${parts(from).day}${close}${formatDate(to, language)}`
  const sameYear = from.slice(0, 4) === to.slice(0, 4)
  const dash = language === 'vi' ? close : `${blank}– `
  return `${formatDate(from, language, !sameYear)}${dash}${formatDate(to, language)}`
}

/** A month `YYYY-MM` or any date in it: 6/2025 or Jun 2025; short: 6/25 or Jun ’25, for Jun 25 would be a day. */
export function formatMonth(month: string, language: Language, short = false): string {
  const { year, month: number } = parts(`${month.slice(0, 7)}-01`)
  const shownYear = short ? String(year).slice(2) : String(year)
  return language === 'vi' ? `${number}/${shownYear}` : `${monthsEn[number - 1]}${blank}${short ? '’' : ''}${shownYear}`
}

/** A month below an axis: 6/25 each time, or Jun, with the year in a second line where it is the first of it. */
export function monthTick(month: string, language: Language, first: boolean): string[] {
  if (language === 'vi') return [formatMonth(month, language, true)]
  const [name = '', year = ''] = formatMonth(month, language).split(blank)
  return first ? [name, year] : [name]
}

const weekdays = {
  vi: ['CN', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}
const longWeekdays = {
  vi: ['Chủ nhật', 'Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
}
const weekdayOf = (date: string): number => {
  const { year, month, day } = parts(date)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay()
}

/** Short weekday of a local date: T2 … CN, Mon … Sun. */
export const formatWeekday = (date: string, language: Language): string => weekdays[language][weekdayOf(date)] ?? ''

/** Weekday of a local date in full: Thứ Hai … Chủ nhật, Monday … Sunday. */
export const formatLongWeekday = (date: string, language: Language): string =>
  longWeekdays[language][weekdayOf(date)] ?? ''

/** A local date with its short weekday, unbreakable: T6 27/11/2026 or Fri 27 Nov 2026; without the year: T6 27/11. */
export const formatDay = (date: string, language: Language, withYear = true): string =>
  `${formatWeekday(date, language)}${blank}${formatDate(date, language, withYear)}`

/** What a date field holds, `YYYY-MM-DD` or with `THH:MM` behind it, in words: Thứ Sáu, 27/11/2026 10:35. */
export function formatChosen(value: string, language: Language): string {
  const [date = '', time] = value.split('T')
  const day = time ? formatMoment(date, time.slice(0, 5), language) : formatDate(date, language)
  return `${formatLongWeekday(date, language)}, ${day}`
}

/** The office's local date `YYYY-MM-DD` and time `HH:MM` of an instant (milliseconds or ISO 8601). */
export function officeTime(instant: number | string): { date: string; time: string } {
  const local = new Date(new Date(instant).getTime() + OFFICE_AHEAD_MS).toISOString()
  return { date: local.slice(0, 10), time: local.slice(11, 16) }
}

const formatMoment = (date: string, time: string, language: Language): string =>
  `${formatDate(date, language)}${language === 'vi' ? '' : ','}${blank}${time}`

/** An instant as date and time of the office, unbreakable: 14/6/2025 17:00 or 14 Jun 2025, 17:00. */
export function formatInstant(instant: number | string, language: Language): string {
  const { date, time } = officeTime(instant)
  return formatMoment(date, time, language)
}

/** Office time `YYYY-MM-DDTHH:MM` as an ISO instant with the office's offset (UTC+7, no summer time). */
export const officeInstant = (local: string): string => `${local.slice(0, 16)}:00+07:00`

/** What somebody wrote, without the stop that the sentence around it has. */
export const withoutStop = (words: string): string => words.replace(/[.\s]+$/, '')
