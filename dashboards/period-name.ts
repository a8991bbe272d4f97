/** Periods in words, and the period an address asks for. */

import {
  addDays,
  isRange,
  isWeek,
  type Period,
  periodOf,
  type Range,
  rangeOf,
  shiftPeriod,
  weekNumber,
} from '../server/contract/periods.ts'
import { today } from './clock.ts'
import { formatRange } from './format.ts'
import { language, t } from './i18n/index.tsx'
import { route } from './router.ts'

const roman = ['I', 'II', 'III', 'IV']

/** Quý II/2025, Tháng 6/2025, Sáu tháng đầu năm 2025, Năm 2025. */
export function periodName({ span, year, index }: Period): string {
  if (span === 'month') return t('period.month', { month: t(`month.${index as 1}`), year: String(year) })
  if (span === 'quarter')
    return t('period.quarter', { quarter: roman[index - 1] ?? '', number: index, year: String(year) })
  if (span === 'half') return t(index === 1 ? 'period.first_half' : 'period.second_half', { year: String(year) })
  return t('period.year', { year: String(year) })
}

/** The name within a sentence: “tháng 11/2026”; in English, November stays as it is. */
export const inSentence = (name: string): string =>
  language.value === 'vi'
    ? name.charAt(0).toLowerCase() + name.slice(1)
    : name.replace(/^(?:First|Last|This|The) /, lower)
const lower = (words: string) => words.toLowerCase()

export interface Chosen {
  range: Range
  /** Null for a range that has no name, and for a week. */
  period: Period | null
  /** The named period, or week, before and after this one; null where it has no name. */
  earlier: Range | null
  later: Range | null
  /** The name if it has one, else the dates. */
  name: string
  /** The dates, always. */
  dates: string
  /** True when the address asks for nothing and the page's own period is shown. */
  usual: boolean
  /** False when the address asks for dates that do not exist, are reversed or too far apart. */
  valid: boolean
}

/** The periods beside a named one, or the weeks beside a week. */
function beside(range: Range, period: Period | null, by: -1 | 1): Range | null {
  if (period) return rangeOf(shiftPeriod(period, by))
  return isWeek(range) ? { from: addDays(range.from, 7 * by), to: addDays(range.to, 7 * by) } : null
}

/** What the address asks for; without `from` and `to` the page's usual period. */
export function chosenPeriod(usualRange: (today: string) => Range, usualName?: string): Chosen {
  const from = route.value.query.get('from')
  const to = route.value.query.get('to')
  const usual = from === null && to === null
  const range = usual ? usualRange(today.value) : { from: from ?? '', to: to ?? '' }
  const valid = isRange(range)
  const period = valid ? periodOf(range) : null
  const dates = valid ? formatRange(range.from, range.to, language.value) : `${range.from} – ${range.to}`
  const week = valid && isWeek(range)
  const own = period ? periodName(period) : week ? t('period.week', weekNumber(range.from)) : dates
  const name = usual && usualName ? usualName : own
  const [earlier, later] = valid ? ([-1, 1] as const).map((by) => beside(range, period, by)) : []
  return { range, period, earlier: earlier ?? null, later: later ?? null, name, dates, usual, valid }
}
