/** Imports on their way, and the organisation as an import is held against it. Row security keeps both to their scope. */
import { sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

export type ImportState = Tables['imports']['state']

export interface ImportRecord {
  import_id: number
  file_name: string
  sha256: Buffer
  language: 'vi' | 'en'
  state: ImportState
  plan_digest: Buffer
  sheets: unknown
  problems: unknown
  problem_count: number
  done: number
  total: number
  accounts: number[]
  made_at: Date
  changed_at: Date
}
const columns = [
  ...(['import_id', 'file_name', 'sha256', 'language', 'state', 'plan_digest', 'sheets', 'problems'] as const),
  ...(['problem_count', 'done', 'total', 'accounts', 'made_at', 'changed_at'] as const),
]

/** Keeps the maker's newest few; what is being applied stays whatever its age. */
export async function insertImport(
  trx: Trx,
  values: Pick<
    ImportRecord,
    'file_name' | 'sha256' | 'language' | 'plan_digest' | 'problem_count' | 'total' | 'made_at'
  > & { account_id: number; sheets: unknown; problems: unknown; tables: unknown; plan_rows: unknown },
  keep: number,
): Promise<ImportRecord> {
  const row = await trx
    .insertInto('imports')
    .values({
      ...values,
      state: 'checked',
      sheets: JSON.stringify(values.sheets),
      problems: JSON.stringify(values.problems),
      tables: JSON.stringify(values.tables),
      plan_rows: JSON.stringify(values.plan_rows),
      changed_at: values.made_at,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  await sql`delete from imports where state <> 'applying' and account_id = ${values.account_id} and import_id not in (
    select import_id from imports where account_id = ${values.account_id} order by import_id desc limit ${keep})`.execute(
    trx,
  )
  return row
}

/** The import, when it is the caller's; else null. */
export async function findImport(trx: Trx, importId: number): Promise<ImportRecord | null> {
  const row = await trx.selectFrom('imports').select(columns).where('import_id', '=', importId).executeTakeFirst()
  return row ?? null
}

/** The tables of the file; null once nothing more can come of them. */
export async function findImportTables(trx: Trx, importId: number): Promise<unknown> {
  const row = await trx.selectFrom('imports').select('tables').where('import_id', '=', importId).executeTakeFirst()
  return row?.tables ?? null
}

/** Outcomes of rows in the file's order behind place `after`; up to `limit` and one more, each with its place from 1. */
export async function listImportRows(
  trx: Trx,
  importId: number,
  outcome: string | null,
  page: { after: { id: number } | null; limit: number },
): Promise<{ place: number; row: unknown }[]> {
  const { rows } = await sql<{ place: number; row: unknown }>`
    select r.place::integer, r.row from imports i, jsonb_array_elements(i.plan_rows) with ordinality as r (row, place)
     where i.import_id = ${importId} and r.place > ${page.after?.id ?? 0}
       and ${outcome === null ? sql`true` : sql`r.row ->> 'outcome' = ${outcome}`}
     order by r.place limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** Moves an import on when it is in one of the states `from`; false when it is not. Finished ones keep no row of the file. */
export async function setImportState(
  trx: Trx,
  importId: number,
  from: readonly ImportState[],
  to: ImportState,
  at: Date,
): Promise<boolean> {
  const done = to === 'applied' || to === 'stale' || to === 'cancelled'
  const result = await trx
    .updateTable('imports')
    .set({ state: to, changed_at: at, ...(done ? { tables: null, plan_rows: null } : {}) })
    .where('import_id', '=', importId)
    .where('state', 'in', [...from])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes up one that was left `applying` by a server that is gone: nobody has written of it since `silentSince`. */
export async function takeUpImport(trx: Trx, importId: number, silentSince: Date, at: Date): Promise<boolean> {
  const result = await trx
    .updateTable('imports')
    .set({ state: 'applying', changed_at: at, done: 0 })
    .where('import_id', '=', importId)
    .where((where) =>
      where.or([
        where('state', '=', 'checked'),
        where.and([where('state', '=', 'applying'), where('changed_at', '<', silentSince)]),
      ]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** False when it was cancelled meanwhile. */
export async function setImportProgress(trx: Trx, importId: number, done: number, at: Date): Promise<boolean> {
  const result = await trx
    .updateTable('imports')
    .set({ done, changed_at: at })
    .where('import_id', '=', importId)
    .where('state', '=', 'applying')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function setImportAccounts(trx: Trx, importId: number, accounts: readonly number[]): Promise<void> {
  await trx
    .updateTable('imports')
    .set({ accounts: [...accounts] })
    .where('import_id', '=', importId)
    .execute()
}

/** Of the accounts an import made, those that have no password yet, by user name, with the place of their first role. */
export async function listUninvited(
  trx: Trx,
  accounts: readonly number[],
): Promise<
  { account_id: number; username: string; unit_id: number | null; unit: string | null; officer: string | null }[]
> {
  const { rows } = await sql<{
    account_id: number
    username: string
    unit_id: number | null
    unit: string | null
    officer: string | null
  }>`
    select a.account_id, a.username, r.unit_id, u.name as unit, o.name as officer
      from accounts a
      left join lateral (select unit_id, officer_id from account_roles r
                          where r.account_id = a.account_id and r.ended_at is null order by grant_id limit 1) r on true
      left join units u on u.unit_id = r.unit_id
      left join officers o on o.officer_id = r.officer_id
     where a.account_id = any (${[...accounts]}::integer[]) and a.active and a.password_hash is null
     order by lower(a.username)`.execute(trx)
  return rows
}
