/** The bytes of a CSV or XLSX file as sheets of cells. Whatever cannot be read is a flaw with a name, never a guess. */
import { CsvError, parse } from 'csv-parse/sync'
import { type ImportFlaw, type ImportProblemCode, MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from '../contract/imports.ts'
import type { Cell } from '../domain/imports/cells.ts'

export interface RawSheet {
  readonly name: string
  /** Hidden in the file: read only when its header is one of ours. */
  readonly hidden: boolean
  /** Rows with anything in them; `line` counts from 1 as the program that made the file shows it. */
  readonly rows: { readonly line: number; readonly cells: Cell[] }[]
  /** Cells that cannot be taken as they are. `column` counts from 0; `to_line`: the last line of merged ones. */
  readonly marks: { line: number; to_line: number; column: number; code: ImportProblemCode; range?: string }[]
  readonly hidden_rows: number
  readonly formulas: number
}

export class FileFlaw extends Error {
  constructor(
    readonly flaw: ImportFlaw,
    readonly details: Record<string, string | number> = {},
  ) {
    super(flaw)
  }
}

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, place) => bytes[place] === byte)

/** Throws `FileFlaw`. */
export async function readTableFile(bytes: Uint8Array): Promise<RawSheet[]> {
  if (bytes.length === 0) throw new FileFlaw('empty_file')
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) {
    const { readWorkbook } = await import('./workbook-reader.ts')
    return readWorkbook(bytes)
  }
  // What Excel wrote until 2003, and every workbook behind a password.
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new FileFlaw('old_excel')
  return [readCsv(decode(bytes))]
}

function decode(bytes: Uint8Array): string {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) throw new FileFlaw('utf16')
  const nuls = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  // Latin letters in UTF-16 without a mark: every other byte is NUL.
  if (nuls > bytes.length / 4) throw new FileFlaw('utf16')
  if (startsWith(bytes, ...Buffer.from('%PDF')) || startsWith(bytes, ...Buffer.from('{\\rtf'))) {
    throw new FileFlaw('not_a_table')
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FileFlaw('not_utf8')
  }
  if (nuls > 0) throw new FileFlaw('nul_bytes', { line: text.slice(0, text.indexOf('\0')).split(/\r\n?|\n/).length })
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) throw new FileFlaw('not_a_table')
  if (text.trim() === '') throw new FileFlaw('empty_file')
  return text
}

function readCsv(whole: string): RawSheet {
  // Excel's own first line that tells the separator.
  const told = /^sep=(.)\r?\n/i.exec(whole)
  const text = told ? whole.slice(told[0].length) : whole
  const skipped = told ? 1 : 0
  let records: { record: string[]; info: { lines: number } }[]
  try {
    records = parse(text, {
      delimiter: told?.[1] ?? delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 200_000,
      to: MAX_IMPORT_ROWS + 20,
    }) as unknown as typeof records
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = (error as { lines?: number }).lines ?? 0
    throw new FileFlaw('quotes_broken', { line: line + skipped })
  }
  const rows = records
    .map(({ record, info }) => ({
      // Told by the parser is the line a record ends in; quotes may hold several.
      line: info.lines + skipped - record.reduce((sum, cell) => sum + (cell.match(/\r\n?|\n/g)?.length ?? 0), 0),
      cells: record.map((cell): Cell => (cell.trim() === '' ? null : cell)),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== null))
  const widest = rows.reduce((most, { cells }) => Math.max(most, cells.findLastIndex((cell) => cell !== null) + 1), 0)
  if (widest > MAX_IMPORT_COLUMNS) throw new FileFlaw('too_many_columns', { columns: widest, most: MAX_IMPORT_COLUMNS })
  return { name: 'CSV', hidden: false, rows, marks: [], hidden_rows: 0, formulas: 0 }
}

/** The separator that stands most often in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const first = (/^\s*(\S[^\r\n]*)/.exec(text)?.[1] ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (mark: string) => first.split(mark).length - 1
  return [';', '\t', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}
