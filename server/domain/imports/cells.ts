/** Reads the cells of an imported table: what people type and what spreadsheets make of it. Pure. */

import type { ImportProblemCode } from '../../contract/imports.ts'
import { isDate } from '../../contract/periods.ts'
import { readSafeText } from '../../contract/spreadsheet-text.ts'
import { isFit, MAX_TEXT_UNITS, normalise } from '../../contract/text.ts'
import { oneLine } from '../one-line.ts'
import { OFFICE_OFFSET_MS } from '../time.ts'
import type { Column } from './column-parts.ts'
import { plain, roleNames, unitKindNames, yesNoNames } from './names.ts'

/** As the file has it; `d` is a date cell on the office's clock, `YYYY-MM-DDTHH:MM:SS.mmm`. */
export type Cell = string | number | boolean | { readonly d: string } | null

export type Value = string | number | boolean | null
export type Read = { value: Value } | { code: ImportProblemCode; details?: Record<string, string | number> }

/** The cell's value: text, number, yes or no, `YYYY-MM-DD`, `YYYY-MM`, or epoch ms for moments. Null = empty. */
export function readCell(column: Column, cell: Cell): Read {
  if (cell === null || (typeof cell === 'string' && cell.trim() === '')) {
    return column.required ? { code: 'required' } : { value: null }
  }
  return readers[column.kind](column, cell)
}

const readers: Record<Column['kind'], (column: Column, cell: Exclude<Cell, null>) => Read> = {
  text: readText,
  id: (column, cell) => {
    const text = readText(column, cell)
    if (!('value' in text)) return text
    return /^[1-9]\d{0,9}$/.test(String(text.value)) && Number(text.value) <= 2_147_483_647
      ? { value: Number(text.value) }
      : { code: 'id_unknown', details: { value: String(text.value) } }
  },
  code: (column, cell) => {
    const text = readText(column, cell)
    if (!('value' in text) || column.form === undefined) return text
    return column.form.test(String(text.value)) ? text : { code: 'bad_code', details: { value: String(text.value) } }
  },
  username: (column, cell) => {
    const text = readText(column, cell)
    if (!('value' in text)) return text
    const good = /^[A-Za-z0-9][A-Za-z0-9._-]{1,59}$/.test(String(text.value))
    return good ? text : { code: 'bad_username', details: { value: String(text.value) } }
  },
  unit_kind: (_, cell) => choose(unitKindNames, cell),
  role: (_, cell) => choose(roleNames, cell),
  yes_no: (_, cell) => {
    if (typeof cell === 'boolean') return { value: cell }
    const text = typeof cell === 'object' ? '' : plain(String(cell))
    if (yes.has(text)) return { value: true }
    return no.has(text) ? { value: false } : { code: 'not_yes_no', details: { value: quoted(cell) } }
  },
  day: (_, cell) => {
    const moment = readMoment(cell)
    const day = moment?.endsWith('T00:00:00.000') ? moment.slice(0, 10) : null
    return day === null ? { code: 'not_a_day', details: { value: quoted(cell) } } : { value: day }
  },
  month: (_, cell) => {
    const text = typeof cell === 'string' ? cell.trim().replace(/^tháng\s+/i, '') : ''
    const [, month = '', year = ''] = /^(\d{1,2})[/.-](\d{4})$/.exec(text) ?? []
    const told = typeof cell === 'object' ? cell.d.slice(0, 7) : month ? `${year}-${month.padStart(2, '0')}` : text
    return /^\d{4}-\d{2}$/.test(told) && isDate(`${told}-01`)
      ? { value: told }
      : { code: 'not_a_month', details: { value: quoted(cell) } }
  },
  moment: (_, cell) => {
    const local = readMoment(cell)
    if (local === null) return { code: 'not_a_moment', details: { value: quoted(cell) } }
    return { value: Date.parse(`${local}Z`) - OFFICE_OFFSET_MS }
  },
  count: ({ most = 1_000_000 }, cell) => {
    const text = typeof cell === 'string' ? cell.trim() : ''
    // 1.234, 1,234 and 1 234 are one thousand two hundred and thirty-four: there are no halves of people.
    const plainText = /^\d{1,3}([., \u00A0\u202F]\d{3})+$/.test(text) ? text.replaceAll(/[., \u00A0\u202F]/g, '') : text
    const number = typeof cell === 'number' ? cell : /^\d{1,9}$/.test(plainText) ? Number(plainText) : Number.NaN
    if (!Number.isInteger(number)) return { code: 'not_a_number', details: { value: quoted(cell) } }
    return number < 0 || number > most ? { code: 'out_of_range', details: { least: 0, most } } : { value: number }
  },
}

function readText({ most = 200 }: Column, cell: Exclude<Cell, null>): Read {
  // An export writes an apostrophe before what a spreadsheet would take for a formula.
  const raw = readSafeText(shown(cell))
  if (raw.length > MAX_TEXT_UNITS) return { code: 'too_long', details: { most, length: raw.length } }
  if (raw.includes('\uFFFD')) return { code: 'damaged_text' }
  // Refused, not cleaned: a person looks at the file and can correct it. U+200B is what a web page leaves in a name.
  if (!isFit(raw) || raw.includes('\u200B')) return { code: 'bad_character' }
  // A line break inside a cell is how people make a long name fit.
  const text = normalise(raw.replaceAll(/[\t\r\n]+/g, ' ')).trim()
  return text.length > most ? { code: 'too_long', details: { most, length: text.length } } : { value: text }
}

function choose(choices: typeof unitKindNames, cell: Exclude<Cell, null>): Read {
  const wanted = plain(shown(cell))
  for (const [value, { vi, en }] of Object.entries(choices)) {
    if ([plain(value), plain(vi), plain(en)].includes(wanted)) return { value }
  }
  const offered = Object.values(choices).map(({ vi }) => vi)
  return { code: 'not_one_of', details: { value: quoted(cell), offered: offered.join(', ') } }
}

const words = (key: string) => Object.values(yesNoNames[key] ?? {})
const yes = new Set([...words('true'), 'co', 'y', 'x', '✓', '1', 'true', 'đúng'])
const no = new Set([...words('false'), 'khong', 'n', '0', 'false', 'sai'])

const two = (text: string) => text.padStart(2, '0')

/** `YYYY-MM-DDTHH:MM:SS.mmm` on the office's clock; null for what is no moment that exists. */
function readMoment(cell: Exclude<Cell, null>): string | null {
  if (typeof cell === 'object') return isDate(cell.d.slice(0, 10)) ? cell.d : null
  if (typeof cell !== 'string') return null
  const text = cell.trim()
  const match =
    /^(?:(?<d>\d{1,2})[/.-](?<m>\d{1,2})[/.-](?<y>\d{4})|(?<iy>\d{4})-(?<im>\d{2})-(?<id>\d{2}))(?:[ T]+(?<H>\d{1,2})[:h](?<M>\d{2})(?::(?<S>\d{2})(?:\.(?<F>\d{1,3}))?)?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/.exec(
      text,
    )
  if (!match?.groups) return null
  const { d = '', m = '', y = '', iy = '', im = '', id = '', H = '0', M = '0', S = '0', F = '', zone } = match.groups
  const day = `${y || iy}-${two(m || im)}-${two(d || id)}`
  if (!isDate(day) || Number(H) > 23 || Number(M) > 59 || Number(S) > 59) return null
  const local = `${day}T${two(H)}:${two(M)}:${two(S)}.${F.padEnd(3, '0')}`
  return zone ? officeClock(Date.parse(`${local}${zone}`)) : local
}

/** An instant on the office's clock, to the millisecond. */
export const officeClock = (at: number): string => new Date(at + OFFICE_OFFSET_MS).toISOString().slice(0, 23)

/** What a person sees in the cell, for sentences about it. */
export function shown(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'object') return writeMoment(Date.parse(`${cell.d}Z`) - OFFICE_OFFSET_MS)
  return String(cell)
}

/** The same for a sentence, however long and odd the cell is. */
const quoted = (cell: Exclude<Cell, null>): string => oneLine(shown(cell), 200)

/** dd/mm/yyyy of a day. */
export const writeDay = (day: string): string => day.split('-').reverse().join('/')

/** dd/mm/yyyy hh:mm of an instant (epoch ms), with seconds and their parts only where it has any. */
export function writeMoment(at: number): string {
  const local = officeClock(at)
  const rest = local.slice(16) === ':00.000' ? '' : local.endsWith('.000') ? local.slice(16, 19) : local.slice(16)
  return `${writeDay(local.slice(0, 10))} ${local.slice(11, 16)}${rest}`
}
