/** Numbers as the reader of a report writes them: 91,7 % and 1.000 in Vietnamese, 91.7% and 1,000 in English. */
import { OFFICE_OFFSET_MS } from '../domain/time.ts'
import type { ColumnKind, Value } from './document.ts'

export type Language = 'vi' | 'en'

const locales = { vi: 'vi-VN', en: 'en-GB' } as const
const formats = new Map<string, Intl.NumberFormat>()

function decimal(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locales[language], { minimumFractionDigits: digits, maximumFractionDigits: digits })
    formats.set(key, format)
  }
  return format
}

const unit = (language: Language) => (language === 'vi' ? ' %' : '%')

export const formatCount = (value: number, language: Language): string => decimal(language, 0).format(value)
/** A share 0 to 1 as a percentage with one decimal. */
export const formatShare = (value: number, language: Language): string =>
  `${decimal(language, 1).format(value * 100)}${unit(language)}`
/** Two shares as "88,1–94,3 %". */
export const formatInterval = ({ lower, upper }: { lower: number; upper: number }, language: Language): string =>
  `${decimal(language, 1).format(lower * 100)}–${formatShare(upper, language)}`
export const formatIndex = (value: number, language: Language): string => decimal(language, 1).format(value)
/** A difference of two shares in percentage points, with its sign. */
export const formatPoints = (value: number, language: Language): string =>
  `${value < 0 ? '−' : '+'}${decimal(language, 1).format(Math.abs(value) * 100)}`

/** `2026-06-14` as 14/6/2026. */
export function formatDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return `${Number(date)}/${Number(month)}/${year}`
}

/** An instant (epoch ms) by the office's clock: "16:05 ngày 14/6/2026" or "16:05 on 14/6/2026". */
export function formatMoment(at: number, language: Language): string {
  const local = new Date(at + OFFICE_OFFSET_MS).toISOString()
  return `${local.slice(11, 16)} ${language === 'vi' ? 'ngày' : 'on'} ${formatDay(local.slice(0, 10))}`
}

/** A value of a table in words; what is not shown is a dash. */
export function formatValue(value: Value, kind: ColumnKind, language: Language): string {
  if (value === null) return '–'
  if (typeof value === 'object') return formatInterval(value, language)
  if (typeof value === 'string') return value
  if (kind === 'share') return formatShare(value, language)
  if (kind === 'points') return formatPoints(value, language)
  return kind === 'index' ? formatIndex(value, language) : formatCount(value, language)
}
