/** The columns numbers are typed in: days of a week, or months. */
import { addDays } from '../../../server/contract/periods.ts'
import { today } from '../../clock.ts'
import { formatDate, formatMonth, formatWeekday } from '../../format.ts'
import { language } from '../../i18n/index.tsx'

/** A day, or a whole month where nobody counts by day. */
export interface Column {
  key: string
  when: { day: string } | { month: string }
  label: string
  /** Spoken with the counter's name. */
  name: string
  now?: boolean
}

export const dayColumns = (monday: string): Column[] =>
  Array.from({ length: 5 }, (_, index) => addDays(monday, index)).map((day) => ({
    key: day,
    when: { day },
    label: `${formatWeekday(day, language.value)} ${formatDate(day, language.value, false)}`,
    name: formatDate(day, language.value),
    now: day === today.value,
  }))

export const monthColumns = (months: readonly string[]): Column[] =>
  months.map((month) => ({
    key: month,
    when: { month },
    label: formatMonth(month, language.value),
    name: formatMonth(month, language.value),
  }))
