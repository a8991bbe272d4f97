/** Rows on their way through a plan: their values, their problems, their outcome. Pure. */
import type { ImportNoun, ImportProblem, ImportProblemCode, ImportRow } from '../../contract/imports.ts'
import { cut } from '../../contract/text.ts'
import { mayAdminister, mayManageRoster } from '../access.ts'
import type { BaseCounter, BaseOfficer, BaseUnit, Circumstances } from './base.ts'
import { readCell, type Value, writeDay, writeMoment } from './cells.ts'
import type { Column, Language } from './column-parts.ts'
import { columnsOf } from './columns.ts'
import { type Directory, isFound } from './directory.ts'
import { roleNames, unitKindNames, yesNoNames } from './names.ts'
import type { Table } from './tables.ts'

export class PlanRow {
  readonly values = new Map<string, Value>()
  readonly problems: ImportProblem[] = []
  outcome: ImportRow['outcome'] = 'same'
  label = ''
  changes: ImportRow['changes'] = []
  /** For the audit log: the unit it concerns, what it makes or changes, and (assignments) who is put there. */
  unit_id: number | null = null
  subject: number | null = null
  officer_id: number | null = null

  constructor(
    readonly table: Table,
    readonly line: number,
  ) {}

  get noun(): ImportNoun {
    return this.table.noun
  }
  /** Undefined: the file has no such column, so nothing is said about it. */
  has = (key: string): boolean => this.values.has(key)
  text = (key: string): string | null => (this.values.get(key) ?? null) as string | null
  number = (key: string): number | null => (this.values.get(key) ?? null) as number | null
  flag = (key: string): boolean | null => (this.values.get(key) ?? null) as boolean | null

  fail(code: ImportProblemCode, column: string | null, details: ImportProblem['details'] = {}): void {
    const { sheet } = this.table
    this.problems.push({ sheet, noun: this.noun, line: this.line, column, code, details })
  }
  get failed(): boolean {
    return this.problems.length > 0
  }

  /** Outcome and changes of a row that meets one that exists: only what the file has columns for is compared. */
  compare(before: object, after: object, language: Language): void {
    for (const column of columnsOf[this.noun]) {
      if (column.kind === 'id' || !this.has(column.key)) continue
      const key = column.key as keyof typeof before
      if (before[key] === after[key] || Array.isArray(before[key])) continue
      this.change(column.key, writeValue(column, before[key], language), writeValue(column, after[key], language))
    }
  }
  change(column: string, from: string | null, to: string | null): void {
    this.outcome = 'changed'
    this.changes.push({ column, from, to })
  }

  written(): ImportRow {
    const { sheet } = this.table
    const outcome = this.failed ? 'error' : this.outcome
    const changes = outcome === 'changed' ? this.changes : []
    return { sheet, noun: this.noun, line: this.line, outcome, label: cut(this.label, 300), changes }
  }
}

/** A value as an export writes it. */
export function writeValue(column: Column, value: Value, language: Language): string | null {
  if (value === null) return null
  if (column.kind === 'yes_no') return yesNoNames[String(value)]?.[language] ?? null
  if (column.kind === 'unit_kind') return unitKindNames[String(value)]?.[language] ?? String(value)
  if (column.kind === 'role') return roleNames[String(value)]?.[language] ?? String(value)
  if (column.kind === 'day') return writeDay(String(value))
  if (column.kind === 'month') return String(value).split('-').reverse().join('/')
  if (column.kind === 'moment') return writeMoment(Number(value))
  return String(value)
}

/** The rows of a table with their values read; cells that cannot be read are problems of their row. */
export async function readRows(table: Table, pause: () => Promise<void>): Promise<PlanRow[]> {
  const columns = table.columns.map((key) => columnsOf[table.noun].find((column) => column.key === key) ?? null)
  const marked = new Set(table.problems.map(({ line, column }) => `${line} ${column}`))
  const rows: PlanRow[] = []
  for (const { line, cells } of table.rows) {
    const row = new PlanRow(table, line)
    for (const [place, column] of columns.entries()) {
      if (column === null) continue
      const read = readCell(column, cells[place] ?? null)
      if ('value' in read) row.values.set(column.key, read.value)
      // A formula without a value reads as empty: that it is empty need not be told as well.
      else if (!marked.has(`${line} ${column.key}`)) row.fail(read.code, column.key, read.details)
    }
    rows.push(row)
    if (rows.length % 500 === 0) await pause()
  }
  return rows
}

/** The unit of a row. Whoever keeps one unit alone need not name it. Null after a problem. */
export function unitOf(row: PlanRow, directory: Directory, { scope }: Circumstances): BaseUnit | null {
  const [code, name] = [row.text('unit_code'), row.text('unit')]
  if (code === null && name === null) {
    const own = mayAdminister(scope) || scope.units === 'all' || scope.units.length !== 1 ? null : scope.units[0]
    const unit = own == null ? undefined : directory.units.get(own)
    if (!unit) row.fail('required', 'unit')
    return unit ?? null
  }
  const found = directory.findUnit(code, name)
  if (isFound(found)) return found
  row.fail(found.code, code === null ? 'unit' : 'unit_code', found.details)
  return null
}

/** The unit of a row whose roster the importer keeps. */
export function keptUnitOf(row: PlanRow, directory: Directory, circumstances: Circumstances): BaseUnit | null {
  const unit = unitOf(row, directory, circumstances)
  if (unit) row.unit_id = unit.unit_id
  if (!unit || mayAdminister(circumstances.scope) || mayManageRoster(circumstances.scope, unit.unit_id)) return unit
  row.fail('not_yours', 'unit', { unit: unit.unit })
  return null
}

export function counterOf(row: PlanRow, directory: Directory, unit: BaseUnit): BaseCounter | null {
  const name = row.text('counter')
  if (name === null) return null
  const found = directory.findCounter(unit, name)
  if (isFound(found)) return found
  row.fail(found.code, 'counter', found.details)
  return null
}

export function officerOf(row: PlanRow, directory: Directory, unit: BaseUnit): BaseOfficer | null {
  const [code, name] = [row.text('officer_code'), row.text('officer')]
  if (code === null && name === null) {
    row.fail('required', 'officer')
    return null
  }
  const found = directory.findOfficer(unit, code, name)
  if (isFound(found)) return found
  row.fail(found.code, code === null ? 'officer' : 'officer_code', found.details)
  return null
}

/** Tells the second and later rows about the same thing which line said it first. */
export class Once {
  private readonly lines = new Map<string, number>()

  refuse(row: PlanRow, key: string, column: string | null): void {
    const first = this.lines.get(key)
    if (first === undefined) this.lines.set(key, row.line)
    else row.fail('duplicate_row', column, { line: first })
  }
}
