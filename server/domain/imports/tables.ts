/** Finds in the sheets of a file which noun each holds and under which headers; what does not fit is a problem with its place. Pure. */
import { type ImportNoun, type ImportProblem, type ImportProblemCode, importNouns } from '../../contract/imports.ts'
import { cut, MAX_TEXT_UNITS } from '../../contract/text.ts'
import { oneLine } from '../one-line.ts'
import type { Cell } from './cells.ts'
import type { Column } from './column-parts.ts'
import { columnsOf } from './columns.ts'
import { legendNames, plain, sheetNames } from './names.ts'

/** A sheet as the file has it; the reader's `RawSheet`. */
interface Sheet {
  readonly name: string
  readonly hidden: boolean
  readonly rows: readonly { readonly line: number; readonly cells: readonly Cell[] }[]
  readonly marks: readonly { line: number; to_line: number; column: number; code: ImportProblemCode; range?: string }[]
  readonly hidden_rows: number
  readonly formulas: number
}

export interface Table {
  noun: ImportNoun
  sheet: string
  /** Machine names in the order of the cells; null = a column without a header and without content. */
  columns: (string | null)[]
  rows: { line: number; cells: Cell[] }[]
  hidden_rows: number
  formulas: number
  /** Cells that cannot be read, header included. */
  problems: ImportProblem[]
}

/** Rows looked at for a header: titles and notes may stand above it. */
const HEADER_WITHIN = 10

/** Excel allows 31; a file made by hand may hold anything. */
const MAX_SHEET_NAME = 100

/** The tables of a file in the order of nouns. Sheets without content, the legend and hidden sheets of others are passed over. */
export function findTables(sheets: readonly Sheet[]): { tables: Table[]; problems: ImportProblem[] } {
  const tables: Table[] = []
  const problems: ImportProblem[] = []
  for (const given of sheets) {
    const sheet = { ...given, name: oneLine(given.name, MAX_SHEET_NAME) }
    if (sheet.rows.length === 0 || Object.values(legendNames).map(plain).includes(plain(sheet.name))) continue
    const header = findHeader(sheet)
    if (header) {
      const table = makeTable(sheet, header)
      if (tables.some(({ noun }) => noun === table.noun)) {
        problems.push(problem(table, header.line, null, 'noun_twice'))
      } else tables.push(table)
    } else if (!sheet.hidden) {
      const line = sheet.rows[0]?.line ?? 1
      problems.push({ sheet: sheet.name, noun: null, line, column: null, code: 'sheet_unknown', details: {} })
    }
  }
  tables.sort((a, b) => importNouns.indexOf(a.noun) - importNouns.indexOf(b.noun))
  return { tables, problems }
}

interface Header {
  noun: ImportNoun
  index: number
  line: number
  /** A second row with the machine names, or with the titles in another language. */
  rows: number
}

const names = ({ key, title }: Column): string[] => [key, title.vi, title.en].map(plain)
const wordsOf = (cells: readonly Cell[]): string[] =>
  cells.map((cell) => (typeof cell === 'string' ? plain(cell.replace(/^'/, '')) : ''))

/** How many of these words head a column of the noun. */
function matches(noun: ImportNoun, words: readonly string[]): number {
  return words.filter((word) => word !== '' && columnsOf[noun].some((column) => names(column).includes(word))).length
}

/** The noun by the sheet's name, else the one whose headers fit best; null where no row looks like a header. */
function findHeader(sheet: Sheet): Header | null {
  const named = importNouns.find((noun) =>
    [noun, sheetNames[noun].vi, sheetNames[noun].en].map(plain).includes(plain(sheet.name)),
  )
  for (const [index, row] of sheet.rows.slice(0, HEADER_WITHIN).entries()) {
    const words = wordsOf(row.cells)
    const best = named ?? bestNoun(words)
    if (best === null || matches(best, words) < 2) continue
    const next = sheet.rows[index + 1]
    const again = next && isHeader(best, wordsOf(next.cells))
    return { noun: best, index, line: row.line, rows: again ? 2 : 1 }
  }
  return null
}

const isHeader = (noun: ImportNoun, words: readonly string[]): boolean => {
  const told = words.filter(Boolean)
  return told.length >= 2 && matches(noun, words) === told.length
}

/** Required columns decide: no two nouns require the same. */
function bestNoun(words: readonly string[]): ImportNoun | null {
  const required = (noun: ImportNoun) => columnsOf[noun].filter((column) => column.required)
  const found = importNouns
    .map((noun) => ({
      noun,
      lacking: required(noun).filter((column) => !names(column).some((name) => words.includes(name))).length,
      fits: matches(noun, words),
    }))
    .filter(({ fits }) => fits >= 2)
    .sort((a, b) => a.lacking - b.lacking || b.fits - a.fits)
  return found[0]?.noun ?? null
}

const problem = (
  { sheet, noun }: { sheet: string; noun: ImportNoun },
  line: number,
  column: string | null,
  code: ImportProblemCode,
  details: ImportProblem['details'] = {},
): ImportProblem => ({ sheet, noun, line, column, code, details })

/** A cell as the database takes it: a longer text is refused later for its length, U+FFFD as damaged. */
const storable = (cell: Cell): Cell =>
  typeof cell === 'string' ? cut(cell, MAX_TEXT_UNITS + 1).replaceAll(/[\0\p{Surrogate}]/gu, '\uFFFD') : cell

function makeTable(sheet: Sheet, { noun, index, line, rows: headerRows }: Header): Table {
  const place = { sheet: sheet.name, noun }
  const head = sheet.rows[index]?.cells ?? []
  const words = wordsOf(head)
  const problems: ImportProblem[] = []
  const body = sheet.rows.slice(index + headerRows)
  const columns = words.map((word, at): string | null => {
    const known = columnsOf[noun].find((column) => names(column).includes(word))
    if (known) return known.key
    const header = String(head[at] ?? '')
    if (header !== '') problems.push(problem(place, line, null, 'unknown_column', { header: oneLine(header, 80) }))
    else if (body.some(({ cells }) => (cells[at] ?? null) !== null)) {
      problems.push(problem(place, line, null, 'unknown_column', { header: `#${at + 1}` }))
    }
    return null
  })
  const widest = body.find(({ cells }) => cells.slice(columns.length).some((cell) => cell !== null))
  if (widest) problems.push(problem(place, widest.line, null, 'unknown_column', { header: `#${columns.length + 1}` }))
  for (const key of new Set(columns)) {
    if (key !== null && columns.filter((one) => one === key).length > 1) {
      problems.push(problem(place, line, key, 'column_twice'))
    }
  }
  for (const { key, required } of columnsOf[noun]) {
    if (required && !columns.includes(key)) problems.push(problem(place, line, key, 'missing_column'))
  }
  const firstLine = body[0]?.line ?? line + 1
  for (const mark of sheet.marks) {
    // A merged title above the header disturbs nobody.
    if (mark.to_line < firstLine) continue
    const details = mark.range ? { range: mark.range } : {}
    problems.push(problem(place, mark.line, columns[mark.column] ?? null, mark.code, details))
  }
  const rows = body.map((row) => ({ line: row.line, cells: columns.map((_, at) => storable(row.cells[at] ?? null)) }))
  return { ...place, columns, rows, hidden_rows: sheet.hidden_rows, formulas: sheet.formulas, problems }
}
