/** Tables with the columns of imports as CSV lines and as a workbook; and the legend of a template. */
import { MAX_IMPORT_ROWS } from '../contract/imports.ts'
import { safeText } from '../contract/spreadsheet-text.ts'
import { officeClock, type Value, writeMoment } from '../domain/imports/cells.ts'
import type { Column, Language } from '../domain/imports/column-parts.ts'
import { legendNames } from '../domain/imports/names.ts'
import { writeValue } from '../domain/imports/rows.ts'

/** One noun's table as data that can cross to a thread: columns by their own objects, values by column. */
export interface OutTable {
  readonly name: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Value[])[]
}

const BOM = '\uFEFF'

/** The two header lines: titles in the reader's language, then the names that stay. */
export function csvHead(columns: readonly Column[], language: Language): string {
  return (
    BOM +
    csvLine(
      columns.map(({ title }) => title[language]),
      language,
    ) +
    csvLine(
      columns.map(({ key }) => key),
      language,
    )
  )
}

/** In Vietnamese with semicolons, which is what Excel with Vietnamese settings reads; in English with commas. */
function csvLine(cells: readonly string[], language: Language): string {
  const quote = (text: string) => (/["\r\n;,\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return `${cells.map(quote).join(language === 'vi' ? ';' : ',')}\r\n`
}

export function csvRows(columns: readonly Column[], rows: readonly (readonly Value[])[], language: Language): string {
  const cell = (column: Column, value: Value) => safeText(writeValue(column, value, language) ?? '')
  return rows
    .map((row) =>
      csvLine(
        columns.map((column, place) => cell(column, row[place] ?? null)),
        language,
      ),
    )
    .join('')
}

const dayOf = (day: string) => new Date(`${day}T00:00:00Z`)

function toCell(column: Column, value: Value, language: Language) {
  if (value === null) return null
  if (column.kind === 'count' || column.kind === 'id') return { value: Number(value), type: Number, format: '0' }
  if (column.kind === 'day') return { value: dayOf(String(value)), type: Date, format: 'dd/mm/yyyy' }
  // A cell holds a fraction of a day, so moments finer than a minute travel as text.
  if (column.kind === 'moment' && /^.{16}:00\.000$/.test(officeClock(Number(value)))) {
    return { value: new Date(`${officeClock(Number(value))}Z`), type: Date, format: 'dd/mm/yyyy hh:mm' }
  }
  if (column.kind === 'moment') return { value: writeMoment(Number(value)), type: String }
  return { value: safeText(writeValue(column, value, language) ?? ''), type: String }
}

const wide = new Set(['unit', 'counter', 'officer', 'title', 'service', 'predecessors', 'area', 'procedure_group'])

/** A workbook with a sheet for each table; `legend` adds the sheet that explains them, first. */
export async function writeWorkbook(
  tables: readonly OutTable[],
  language: Language,
  { legend }: { legend: boolean },
): Promise<Buffer> {
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  const sheets = tables.map(({ name, columns, rows }) => ({
    sheet: name,
    columns: columns.map(({ key }) => ({ width: wide.has(key) ? 30 : 18 })),
    stickyRowsCount: 2,
    data: [
      columns.map(({ title, required }) => ({
        value: title[language],
        type: String,
        fontWeight: 'bold' as const,
        wrap: true,
        backgroundColor: required ? '#F6D9D5' : '#E8EEF3',
      })),
      columns.map(({ key }) => ({ value: key, type: String, textColor: '#5F6B76', fontSize: 9 })),
      ...rows.map((row) => columns.map((column, place) => toCell(column, row[place] ?? null, language))),
    ],
  }))
  const all = legend ? [...sheets, legendSheet(tables, language)] : sheets
  return writeXlsxFile(all as never).toBuffer()
}

const words = {
  vi: {
    columns: ['Trang', 'Cột', 'Tên máy', 'Bắt buộc', 'Cách ghi', 'Ví dụ'],
    required: 'bắt buộc',
    notes: [
      'Điền từ dòng 3 của mỗi trang. Trang không dùng thì để trống. Giữ một trong hai dòng tiêu đề là đủ.',
      'Cột nào không có trong tệp thì không bị đổi; ô để trống nghĩa là xóa nội dung đang có.',
      'Trước khi ghi, hệ thống cho xem sẽ thay đổi gì; có lỗi ở một dòng thì chưa ghi dòng nào.',
      `Một tệp tối đa ${MAX_IMPORT_ROWS.toLocaleString('de')} dòng. Không gộp ô.`,
    ],
  },
  en: {
    columns: ['Sheet', 'Column', 'Machine name', 'Required', 'How to fill in', 'Example'],
    required: 'required',
    notes: [
      'Fill in from row 3 of each sheet. Leave sheets you do not need empty. One of the two header rows is enough.',
      'A column that is not in the file is not changed; an empty cell means: take away what stands there.',
      'Before anything is written you see what would change; as long as one row has an error, no row is written.',
      `A file holds at most ${MAX_IMPORT_ROWS.toLocaleString('en')} rows. Do not merge cells.`,
    ],
  },
} as const

function legendSheet(tables: readonly OutTable[], language: Language) {
  const { columns, required, notes } = words[language]
  const text = (value: string, more = {}) => ({ value, type: String, wrap: true, ...more })
  return {
    sheet: legendNames[language],
    columns: [22, 26, 20, 12, 70, 30].map((width) => ({ width })),
    data: [
      ...notes.map((note) => [text(note, { span: 6 }), null, null, null, null, null]),
      [],
      columns.map((title) => text(title, { fontWeight: 'bold' })),
      ...tables.flatMap(({ name, columns: own }) =>
        own.map((column) => [
          text(name),
          text(column.title[language], { fontWeight: 'bold' }),
          text(column.key, { textColor: '#5F6B76' }),
          text(column.required ? required : ''),
          text(column.help[language]),
          text(column.example[language]),
        ]),
      ),
    ],
  }
}
