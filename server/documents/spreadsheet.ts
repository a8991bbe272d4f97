/** The tables of a report as XLSX (numbers as numbers, no filter, so nothing invites to sort by score) and as CSV. */
import writeXlsxFile from 'write-excel-file/node'
import { safeText } from '../contract/spreadsheet-text.ts'
import { cut } from '../contract/text.ts'
import { isTable, type OfficialReport, type Table, type Value } from './document.ts'
import { wordsOf } from './wording.ts'

interface Flat {
  readonly titles: string[]
  /** A share as 0 to 1, points as -1 to 1. */
  readonly rows: (string | number | null)[][]
  /** Number format of each column; null = text. */
  readonly formats: (string | null)[]
  /** Whether a column holds shares or differences of shares. */
  readonly shares: boolean[]
}

const formats = {
  text: null,
  count: '#,##0',
  share: '0.0%',
  index: '0.0',
  points: '+0.0%;-0.0%;0.0%',
  interval: '0.0%',
} as const

/** Intervals become two columns: a spreadsheet wants numbers. */
function flatten({ columns, rows }: Table, language: 'vi' | 'en'): Flat {
  const { low, high } = wordsOf(language).column
  return {
    titles: columns.flatMap(({ title, kind }) =>
      kind === 'interval' ? [`${title}, ${low}`, `${title}, ${high}`] : [title],
    ),
    formats: columns.flatMap(({ kind }) =>
      kind === 'interval' ? [formats.interval, formats.interval] : [formats[kind]],
    ),
    shares: columns.flatMap(({ kind }) =>
      kind === 'interval' ? [true, true] : [kind === 'share' || kind === 'points'],
    ),
    rows: rows.map((row) =>
      row.flatMap((value, place) => (columns[place]?.kind === 'interval' ? bounds(value) : [plain(value)])),
    ),
  }
}

const bounds = (value: Value): (number | null)[] =>
  value !== null && typeof value === 'object' ? [value.lower, value.upper] : [null, null]
const plain = (value: Value): string | number | null =>
  value !== null && typeof value === 'object' ? value.lower : value

/** Sheet names have 31 characters at most and none of []:*?/\ */
const sheetName = (title: string): string => cut(title.replaceAll(/[[\]:*?/\\]/g, ' '), 31)

export async function renderXlsx(report: OfficialReport): Promise<Buffer> {
  const words = wordsOf(report.language)
  const tables = report.blocks.filter(isTable)
  const sheets = tables.map((table) => {
    const { titles, rows, formats: kinds } = flatten(table, report.language)
    return {
      sheet: sheetName(table.title),
      columns: titles.map((_, place) => ({ width: place === 0 ? 42 : 16 })),
      stickyRowsCount: 1,
      data: [
        titles.map((value) => ({ value, fontWeight: 'bold' as const, wrap: true })),
        ...rows.map((row) =>
          row.map((value, place) =>
            value === null
              ? null
              : typeof value === 'number'
                ? { value, type: Number, format: kinds[place] ?? '0' }
                : { value: safeText(value), type: String },
          ),
        ),
      ],
    }
  })
  const about = {
    sheet: sheetName(words.sheet_about),
    columns: [{ width: 110 }],
    data: [
      report.title,
      report.subject,
      report.period,
      report.number === null ? words.draft : `${words.number} ${report.number}`,
      report.foot,
      ...report.blocks.flatMap((block) =>
        block.kind === 'list' ? block.items : block.kind === 'paragraph' ? [block.text] : [],
      ),
    ].map((value) => [{ value: safeText(value), type: String, wrap: true }]),
  }
  return writeXlsxFile([...sheets, about] as never).toBuffer()
}

/**
 * One table as CSV: UTF-8 with a byte order mark. In Vietnamese semicolons and decimal commas, which is what Excel with
 * Vietnamese settings reads; in English commas and points. Shares are in percent.
 */
export function renderCsv(table: Table, language: 'vi' | 'en'): string {
  const separator = language === 'vi' ? ';' : ','
  const quote = (text: string) => (/["\r\n;,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const { titles, rows, shares, formats: kinds } = flatten(table, language)
  const cell = (value: string | number | null, place: number): string => {
    if (value === null) return ''
    if (typeof value === 'string') return quote(safeText(value))
    const text = String(Math.round(value * (shares[place] ? 100 : 1) * 1e4) / 1e4)
    return language === 'vi' ? text.replace('.', ',') : text
  }
  const isPercent = (place: number) => shares[place] && kinds[place] !== formats.points
  const names = titles.map((title, place) => (isPercent(place) && !title.includes('%') ? `${title} (%)` : title))
  const lines = [names, ...rows].map((row) => row.map(cell).join(separator))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}
