/** An official report before it becomes a file: blocks of words, tables and pictures that every format draws its own way. */

/** How a column's values are read. Shares are 0 to 1, points are differences of shares (-1 to 1), an interval is two shares. */
export type ColumnKind = 'text' | 'count' | 'share' | 'index' | 'points' | 'interval'

export interface Column {
  readonly title: string
  readonly kind: ColumnKind
  /** Width beside the other columns of its table. */
  readonly width: number
}

/** Null = not shown (too few, or not known). */
export type Value = string | number | { readonly lower: number; readonly upper: number } | null

export interface Table {
  readonly kind: 'table'
  /** One word for a file or a sheet: `units`, `commitments`. */
  readonly id: string
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Value[])[]
}

/** A picture of shares with their intervals, one row a subject, in the order given. */
export interface IntervalChart {
  readonly kind: 'chart'
  readonly title: string
  readonly rows: readonly {
    readonly name: string
    readonly value: number
    readonly lower: number
    readonly upper: number
  }[]
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string; readonly level: 1 | 2 }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Left to the writer: a hint in grey, and room. */
  | { readonly kind: 'blank'; readonly hint: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table
  | IntervalChart
  /** Who receives the report, and who signs. */
  | { readonly kind: 'closing' }
  /** The annex begins on a page of its own. */
  | { readonly kind: 'page' }

export const letterheadForms = ['party', 'state'] as const
export type LetterheadForm = (typeof letterheadForms)[number]

/** Who writes: what stands above and below an official report. */
export interface Letterhead {
  readonly form: LetterheadForm
  /** The body above, in its own capitals: "TỈNH ỦY SƠN LA"; empty = none. */
  readonly superior: string
  /** The body that issues: "BAN DÂN VẬN". */
  readonly body: string
  /** Where it is dated: "Sơn La". */
  readonly place: string
  /** What follows the number: "BC/BDVTU" or "BC-UBND". */
  readonly code: string
  /** "TRƯỞNG BAN", "CHỦ TỊCH"; the name may be empty. */
  readonly signer_title: string
  readonly signer_name: string
  /** "Nơi nhận", one a line. */
  readonly recipients: readonly string[]
}

export interface OfficialReport {
  readonly language: 'vi' | 'en'
  readonly letterhead: Letterhead
  /** Null = a draft, which says so. */
  readonly number: number | null
  /** The local day it is dated, `YYYY-MM-DD`. */
  readonly dated: string
  /** "BÁO CÁO". */
  readonly title: string
  readonly subject: string
  readonly period: string
  readonly blocks: readonly Block[]
  /** Printed at the foot of every page: cut-off and audit head. */
  readonly foot: string
}

/** The size of a table's letters, in points, and the room on both sides of them: the more columns, the less, so that no word is cut. */
export function tableSize(columns: number): { size: number; padding: number } {
  if (columns <= 8) return { size: 10.5, padding: 4 }
  return columns <= 10 ? { size: 9.5, padding: 3 } : { size: 9, padding: 1.5 }
}

export const isTable = (block: Block): block is Table => block.kind === 'table'
