/** Reads an XLSX workbook: unpacked under a ceiling, looked through for what a cell's value does not tell, then read by the library. */
import { Unzip, UnzipInflate, zipSync } from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from '../contract/imports.ts'
import type { Cell } from '../domain/imports/cells.ts'
import { FileFlaw, type RawSheet } from './table-reader.ts'

/** 20,000 rows of 60 columns take about 60 MiB; a bomb of 8 MiB would take 8 GiB. */
const MAX_INFLATED = 96 * 1_048_576
const MAX_ENTRIES = 1000
const CHUNK = 65_536
/** The parts that hold cells. Pictures, macros and the like are not even unpacked. */
const needed =
  /^(\[Content_Types\]\.xml|_rels\/.rels|xl\/(workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/

export async function readWorkbook(bytes: Uint8Array): Promise<RawSheet[]> {
  const parts = unpack(bytes)
  const sheets = listSheets(parts)
  const told = new Map<string, Findings>()
  for (const { name, part } of sheets) {
    const { xml, findings } = lookThrough(text(parts, part))
    told.set(name, findings)
    // Cells that only have a colour, and the size a file claims: neither is content, and both cost memory.
    parts.set(part, Buffer.from(xml))
  }
  const read = await readXlsxFile(Buffer.from(zipSync(Object.fromEntries(parts), { level: 0 })), { trim: false }).catch(
    () => {
      throw new FileFlaw('broken_file')
    },
  )
  const rows = read.map(({ sheet, data }) => ({
    sheet,
    rows: data
      .map((cells, index) => ({ line: index + 1, cells: cells.map(toCell) }))
      .filter(({ cells }) => cells.some((cell) => cell !== null)),
  }))
  const total = rows.reduce((sum, one) => sum + one.rows.length, 0)
  if (total > MAX_IMPORT_ROWS + 20 * rows.length) throw new FileFlaw('too_many_rows', { most: MAX_IMPORT_ROWS })
  return rows.map((one) => {
    const { marks, hidden, formulas } = told.get(one.sheet) as Findings
    return {
      name: one.sheet,
      hidden: sheets.some(({ name, hidden: isHidden }) => name === one.sheet && isHidden),
      rows: one.rows,
      marks,
      hidden_rows: one.rows.filter(({ line }) => hidden.has(line)).length,
      formulas,
    }
  })
}

function toCell(value: unknown): Cell {
  if (value instanceof Date) {
    // A time of day is a fraction of a day in the file, and comes back a little off.
    const ms = value.getTime()
    const second = Math.round(ms / 1000) * 1000
    const at = Math.abs(ms - second) <= 10 ? second : ms
    return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? String(value) : { d: new Date(at).toISOString().slice(0, 23) }
  }
  if (typeof value === 'string') return value.trim() === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return null
}

/** Unpacks the parts that hold cells, counting what really comes out, whatever the file says of itself. */
function unpack(bytes: Uint8Array): Map<string, Uint8Array> {
  const parts = new Map<string, Uint8Array[]>()
  let [entries, inflated] = [0, 0]
  const unzip = new Unzip((file) => {
    entries += 1
    if (entries > MAX_ENTRIES) throw new FileFlaw('inflates_too_much', { entries: MAX_ENTRIES })
    if (!needed.test(file.name)) return
    if (parts.has(file.name)) throw new FileFlaw('broken_file')
    const chunks: Uint8Array[] = []
    parts.set(file.name, chunks)
    file.ondata = (error, chunk) => {
      // The unpacker hands back what is thrown below as an error of its own.
      if (error) throw error instanceof FileFlaw ? error : new FileFlaw('broken_file')
      inflated += chunk.length
      if (inflated > MAX_INFLATED) throw new FileFlaw('inflates_too_much', { most_mib: MAX_INFLATED / 1_048_576 })
      chunks.push(chunk)
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  try {
    for (let place = 0; place < bytes.length; place += CHUNK) {
      unzip.push(bytes.subarray(place, place + CHUNK), place + CHUNK >= bytes.length)
    }
  } catch (error) {
    throw error instanceof FileFlaw ? error : new FileFlaw('broken_file')
  }
  const whole = new Map([...parts].map(([name, chunks]) => [name, new Uint8Array(Buffer.concat(chunks))]))
  // Other packages of the same kind: a text document, a sheet of LibreOffice, an ordinary archive.
  if (!whole.has('xl/workbook.xml')) throw new FileFlaw('not_a_table')
  return whole
}

const text = (parts: ReadonlyMap<string, Uint8Array>, name: string): string =>
  Buffer.from(parts.get(name) ?? []).toString('utf8')

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? null : decodeXml(value)
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const decodeXml = (value: string): string =>
  value.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : null
    if (code === null) return entities[name] ?? whole
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

function listSheets(parts: ReadonlyMap<string, Uint8Array>): { name: string; part: string; hidden: boolean }[] {
  const targets = new Map<string | null, string>()
  for (const [tag] of text(parts, 'xl/_rels/workbook.xml.rels').matchAll(/<Relationship\s[^>]*>/g)) {
    const target = attribute(tag, 'Target') ?? ''
    targets.set(attribute(tag, 'Id'), target.startsWith('/') ? target.slice(1) : `xl/${target}`)
  }
  return [...text(parts, 'xl/workbook.xml').matchAll(/<sheet\s[^>]*>/g)].flatMap(([tag]) => {
    const part = targets.get(attribute(tag, 'r:id'))
    const name = attribute(tag, 'name')
    if (part === undefined || name === null || !parts.has(part)) return []
    return [{ name, part, hidden: /hidden/i.test(attribute(tag, 'state') ?? '') }]
  })
}

interface Findings {
  marks: RawSheet['marks']
  hidden: Set<number>
  formulas: number
}

/** Column letters from 0: A, B, … Z, AA. */
export const columnIndex = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

/** What the values alone would not tell: formulas, errors, merged and hidden cells. And how far the sheet really reaches. */
function lookThrough(source: string): { xml: string; findings: Findings } {
  const xml = source.replaceAll(/<c\s[^>]*\/>/g, '').replace(/<dimension\s[^>]*\/>/, '')
  const findings: Findings = { marks: [], hidden: new Set(), formulas: 0 }
  for (const [tag] of xml.matchAll(/<row\s[^>]*>/g)) {
    if (/\shidden="(1|true)"/.test(tag)) findings.hidden.add(Number(attribute(tag, 'r')))
  }
  for (const [, tag = '', body = ''] of xml.matchAll(/<c(\s[^>]*)>([\s\S]*?)<\/c>/g)) {
    const [, letters = '', row = ''] = /\sr="([A-Z]{1,3})(\d{1,7})"/.exec(tag) ?? []
    const place = { line: Number(row), to_line: Number(row), column: columnIndex(letters) }
    if (place.line > 5 * MAX_IMPORT_ROWS) throw new FileFlaw('too_many_rows', { most: MAX_IMPORT_ROWS })
    if (place.column >= MAX_IMPORT_COLUMNS) {
      throw new FileFlaw('too_many_columns', { columns: place.column + 1, most: MAX_IMPORT_COLUMNS })
    }
    if (/\st="e"/.test(tag)) findings.marks.push({ ...place, code: 'cell_error' })
    else if (/<f[\s>/]/.test(body)) {
      findings.formulas += 1
      if (!/<v>[^<]/.test(body)) findings.marks.push({ ...place, code: 'formula_without_value' })
    }
  }
  for (const [, range = '', letters = '', from = '', to = ''] of xml.matchAll(
    /<mergeCell\s[^>]*ref="(([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7}))"/g,
  )) {
    const place = { line: Number(from), to_line: Number(to), column: columnIndex(letters) }
    findings.marks.push({ ...place, code: 'merged_cell', range })
  }
  return { xml, findings }
}
