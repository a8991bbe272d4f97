/** Files as people bring them: workbooks written cell by cell, and what else passes for one. */
import { strToU8, unzipSync, zipSync } from 'fflate'
import readXlsxFile from 'read-excel-file/node'
import type { Import, ImportProblem, ImportRow } from '../../server/contract/imports.ts'
import type { Answer, Caller } from './app.ts'

const xmlText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const letters = (column: number): string =>
  column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26)

/** A text, a number, or the inside of a cell as XML. */
export type RawCell = string | number | { xml: string; type?: string; style?: number } | null
export interface RawSheet {
  name: string
  rows: RawCell[][]
  /** Lines from 1. */
  hiddenRows?: number[]
  merged?: string[]
  hidden?: boolean
}

/** A workbook by hand, so that it can hold what no library would write. Style 1 is a date. */
export function workbook(sheets: RawSheet[], more: Record<string, Uint8Array> = {}): Buffer {
  const cell = (value: RawCell, place: string) => {
    if (value === null) return ''
    if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`
    if (typeof value === 'string') return `<c r="${place}" t="inlineStr"><is><t>${xmlText(value)}</t></is></c>`
    const type = value.type ? ` t="${value.type}"` : ''
    return `<c r="${place}"${type}${value.style ? ` s="${value.style}"` : ''}>${value.xml}</c>`
  }
  const sheetXml = ({ rows, hiddenRows = [], merged = [] }: RawSheet) =>
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
      .map((cells, index) => {
        const inside = cells.map((value, column) => cell(value, `${letters(column)}${index + 1}`)).join('')
        return `<row r="${index + 1}"${hiddenRows.includes(index + 1) ? ' hidden="1"' : ''}>${inside}</row>`
      })
      .join('')}</sheetData>${
      merged.length > 0 ? `<mergeCells>${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>` : ''
    }</worksheet>`
  const main = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const files: Record<string, Uint8Array> = {
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${main}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${main}"><sheets>${sheets
        .map(
          ({ name, hidden }, index) =>
            `<sheet name="${xmlText(name)}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${sheets
        .map(
          (_, index) =>
            `<Relationship Id="rId${index + 1}" Type="${main}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
        )
        .join('')}<Relationship Id="rId900" Type="${main}/styles" Target="styles.xml"/></Relationships>`,
    ),
    'xl/styles.xml': strToU8(
      '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    ),
    ...Object.fromEntries(
      sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, strToU8(sheetXml(sheet))]),
    ),
    ...more,
  }
  return Buffer.from(zipSync(files))
}

export const csv = (...lines: string[]): Buffer => Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`)

export const bring = (who: Caller, content: Buffer | string, file_name = 'tệp.csv', language?: 'en'): Promise<Answer> =>
  who.post('/api/v1/imports', {
    file_name,
    content: Buffer.from(content).toString('base64'),
    ...(language ? { language } : {}),
  })

/** Applies what was shown and waits for the end. */
export async function apply(who: Caller, { import_id, plan }: Import): Promise<Import> {
  const started = await who.post(`/api/v1/imports/${import_id}/apply`, { plan })
  if (started.status !== 202) throw new Error(`apply: ${started.status} ${JSON.stringify(started.body)}`)
  return settled(who, import_id)
}

export async function settled(who: Caller, importId: string): Promise<Import> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { body } = await who.get(`/api/v1/imports/${importId}`)
    if (body.state !== 'applying') return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the import does not end')
}

export async function bringAndApply(who: Caller, content: Buffer | string, file_name?: string): Promise<Import> {
  const shown = await bring(who, content, file_name)
  if (shown.status !== 201) throw new Error(`bring: ${shown.status} ${JSON.stringify(shown.body)}`)
  if (shown.body.problems.total > 0) throw new Error(JSON.stringify(shown.body.problems.items))
  return apply(who, shown.body)
}

/** Problems as `line column code`. */
export const told = ({ problems }: Import): string[] =>
  problems.items.map(({ line, column, code }: ImportProblem) => `${line} ${column ?? '-'} ${code}`)

export async function rowsOf(who: Caller, importId: string, outcome = ''): Promise<ImportRow[]> {
  const rows: ImportRow[] = []
  for (let cursor = ''; ; ) {
    const query = [outcome && `outcome=${outcome}`, cursor && `cursor=${cursor}`].filter(Boolean).join('&')
    const { body } = await who.get(`/api/v1/imports/${importId}/rows?${query}`)
    rows.push(...body.items)
    if (body.next_cursor === null) return rows
    cursor = body.next_cursor
  }
}

export const countsOf = ({ sheets }: Import): Record<string, [number, number, number, number]> =>
  Object.fromEntries(sheets.map((one) => [one.noun, [one.new, one.changed, one.same, one.error]]))

export const readSheets = (file: Buffer) => readXlsxFile(file, { trim: false })
/** The XML of a workbook's sheets. */
export const sheetXml = (file: Buffer): string =>
  Object.entries(unzipSync(file))
    .filter(([name]) => /worksheets\/|sharedStrings/.test(name))
    .map(([, bytes]) => Buffer.from(bytes).toString('utf8'))
    .join('\n')
