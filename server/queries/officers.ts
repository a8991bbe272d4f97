/** Officers: list, find, make, change, and what still depends on one. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

const columns = ['officer_id', 'unit_id', 'code', 'name', 'title', 'signed_on', 'active', 'version'] as const

export interface OfficerRow {
  officer_id: number
  unit_id: number
  code: string | null
  name: string
  title: string | null
  signed_on: string | null
  active: boolean
  version: number
}

/** Officers in scope by name, then id, behind `after`; up to `limit` and one more. An officer's scope holds only themself. */
export async function listOfficers(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null },
): Promise<OfficerRow[]> {
  return trx
    .selectFrom('officers')
    .select(columns)
    .$if(filter.unit_id !== null, (query) => query.where('unit_id', '=', filter.unit_id as number))
    .$if(page.after !== null, (query) =>
      query.where(sql<boolean>`(name, officer_id) > (${page.after?.key ?? ''}, ${page.after?.id ?? 0}::integer)`),
    )
    .orderBy('name')
    .orderBy('officer_id')
    .limit(page.limit + 1)
    .execute()
}

/** The officer, when in scope; else null. With `lock` it stays as it is until the transaction ends. */
export async function findOfficer(trx: Trx, officerId: number, lock = false): Promise<OfficerRow | null> {
  const row = await trx
    .selectFrom('officers')
    .select(columns)
    .where('officer_id', '=', officerId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ?? null
}

export async function insertOfficer(
  trx: Trx,
  values: { unit_id: number; code?: string | null; name: string; title: string | null; signed_on: string | null },
): Promise<OfficerRow> {
  return trx.insertInto('officers').values(values).returning(columns).executeTakeFirstOrThrow()
}

/** The officer after the change. `values` must name at least one column. */
export async function updateOfficer(
  trx: Trx,
  officerId: number,
  values: { code?: string | null; name?: string; title?: string | null; signed_on?: string | null; active?: boolean },
): Promise<OfficerRow> {
  return trx
    .updateTable('officers')
    .set(values)
    .where('officer_id', '=', officerId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** Assignments of the officer that run after `now`. */
export async function countAssignmentsAfter(trx: Trx, officerId: number, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from assignments
     where officer_id = ${officerId} and (upper_inf(during) or upper(during) > ${now})`.execute(trx)
  return rows[0]?.count ?? 0
}
