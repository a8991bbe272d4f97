/** What a file would do to the organisation: every row's outcome, every problem, and what would be written. Pure. */
import { type ImportNoun, type ImportProblem, importNouns } from '../../contract/imports.ts'
import { type Base, type Circumstances, noWrites, type Plan } from './base.ts'
import { Directory } from './directory.ts'
import { planAccounts } from './plan-accounts.ts'
import { planAssignments } from './plan-assignments.ts'
import { planDossiers, planVisits } from './plan-counts.ts'
import { planCounters, planOfficers, planUnits } from './plan-organisation.ts'
import { type PlanRow, readRows } from './rows.ts'
import type { Table } from './tables.ts'

/** `problems` of the sheets themselves come along. Same tables and same base give the same plan, whatever the hour. */
export async function makePlan(
  tables: readonly Table[],
  problems: readonly ImportProblem[],
  base: Base,
  circumstances: Circumstances,
): Promise<Plan> {
  const directory = new Directory(base)
  const writes = noWrites()
  const planners: Record<ImportNoun, (rows: PlanRow[]) => unknown> = {
    units: (rows) => planUnits(rows, directory, circumstances, writes),
    counters: (rows) => planCounters(rows, directory, circumstances, writes),
    officers: (rows) => planOfficers(rows, directory, circumstances, writes),
    accounts: (rows) => planAccounts(rows, base.accounts, directory, circumstances, writes),
    assignments: (rows) => planAssignments(rows, base, directory, circumstances, writes),
    visits: (rows) => planVisits(rows, base, directory, circumstances, writes),
    dossiers: (rows) => planDossiers(rows, base, directory, circumstances, writes),
  }
  const planned: PlanRow[] = []
  for (const noun of importNouns) {
    for (const table of tables) {
      if (table.noun !== noun) continue
      const rows = await readRows(table, circumstances.pause)
      await planners[noun](rows)
      // A marked cell is its row's problem; what stands in the header is the sheet's.
      const lines = new Map(rows.map((row) => [row.line, row]))
      for (const one of table.problems) lines.get(one.line)?.problems.push(one)
      for (const row of rows) planned.push(row)
      await circumstances.pause()
    }
  }
  const inRows = planned.flatMap((row) => row.problems)
  const told = new Set(inRows)
  const ofSheets = tables.flatMap((table) => table.problems.filter((one) => !told.has(one)))
  const rows = planned.map((row) => {
    const { unit_id, subject, officer_id } = row
    return { row: row.written(), unit_id, subject, officer_id }
  })
  return { rows, problems: [...problems, ...ofSheets, ...inRows], writes }
}
