/** Officers: list, find, make, change, and what still depends on one. */
import { type RawBuilder, sql } from 'kysely'
import { type Counted, holds, type Trx } from './database.ts'

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

const matching = ({ unit_id, search }: { unit_id: number | null; search?: string | undefined }) =>
  sql<boolean>`${unit_id === null ? sql`true` : sql`unit_id = ${unit_id}`} and ${holds(search, sql.ref('name'), sql.ref('code'), sql.ref('title'))}`

/** How many match, and how many of those are no longer in use. */
export async function countOfficers(
  trx: Trx,
  filter: { unit_id: number | null; search?: string | undefined },
): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select count(*)::integer as total, count(*) filter (where not active)::integer as ended
      from officers where ${matching(filter)}`.execute(trx)
  return rows[0] as Counted
}

/** As `comparePeople` has it: by the given name, which comes last. */
const given = (name: RawBuilder<unknown>) => sql`substring(${name} from '[^ ]*$')`

/** Officers in scope by given name, name and id, behind `after` (its key is the name); up to `limit` and one more. An officer's scope holds only themself. */
export async function listOfficers(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null; search?: string | undefined },
): Promise<OfficerRow[]> {
  return trx
    .selectFrom('officers')
    .select(columns)
    .where(matching(filter))
    .$if(page.after !== null, (query) =>
      query.where(
        sql<boolean>`(${given(sql`name`)}, name, officer_id) > (${given(sql`${page.after?.key ?? ''}::text`)}, ${page.after?.key ?? ''}, ${page.after?.id ?? 0}::integer)`,
      ),
    )
    .orderBy(given(sql`name`))
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
