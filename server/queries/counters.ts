/** Counters: list, find, make, change, and what still depends on one. */
import { sql } from 'kysely'
import { type Counted, holds, type Trx } from './database.ts'

const columns = ['counter_id', 'unit_id', 'name', 'service', 'active', 'version'] as const

export interface CounterRow {
  counter_id: number
  unit_id: number
  name: string
  service: string | null
  active: boolean
  version: number
}

const matching = ({ unit_id, search }: { unit_id: number | null; search?: string | undefined }) =>
  sql<boolean>`${unit_id === null ? sql`true` : sql`unit_id = ${unit_id}`} and ${holds(search, sql.ref('name'), sql.ref('service'))}`

/** How many match, and how many of those are no longer in use. */
export async function countCounters(
  trx: Trx,
  filter: { unit_id: number | null; search?: string | undefined },
): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select count(*)::integer as total, count(*) filter (where not active)::integer as ended
      from counters where ${matching(filter)}`.execute(trx)
  return rows[0] as Counted
}

/** Counters in scope by name, then id, behind `after`; up to `limit` and one more. */
export async function listCounters(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null; search?: string | undefined },
): Promise<CounterRow[]> {
  return trx
    .selectFrom('counters')
    .select(columns)
    .where(matching(filter))
    .$if(page.after !== null, (query) =>
      query.where(sql<boolean>`(name, counter_id) > (${page.after?.key ?? ''}, ${page.after?.id ?? 0}::integer)`),
    )
    .orderBy('name')
    .orderBy('counter_id')
    .limit(page.limit + 1)
    .execute()
}

/** The counter, when in scope; else null. With `lock` it stays as it is until the transaction ends. */
export async function findCounter(trx: Trx, counterId: number, lock = false): Promise<CounterRow | null> {
  const row = await trx
    .selectFrom('counters')
    .select(columns)
    .where('counter_id', '=', counterId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ?? null
}

export async function insertCounter(
  trx: Trx,
  values: { unit_id: number; name: string; service: string | null },
): Promise<CounterRow> {
  return trx.insertInto('counters').values(values).returning(columns).executeTakeFirstOrThrow()
}

/** The counter after the change. `values` must name at least one column. */
export async function updateCounter(
  trx: Trx,
  counterId: number,
  values: { name?: string; service?: string | null; active?: boolean },
): Promise<CounterRow> {
  return trx
    .updateTable('counters')
    .set(values)
    .where('counter_id', '=', counterId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** What would be left hanging when the counter closed: tablets not revoked, and assignments that run after `now`. */
export async function findUsesOfCounter(
  trx: Trx,
  counterId: number,
  now: Date,
): Promise<{ terminals: number; assignments: number }> {
  const { rows } = await sql<{ terminals: number; assignments: number }>`
    select (select count(*) from terminals where counter_id = ${counterId} and revoked_at is null) as terminals,
           (select count(*) from assignments
             where counter_id = ${counterId} and (upper_inf(during) or upper(during) > ${now})) as assignments`.execute(
    trx,
  )
  return rows[0] as { terminals: number; assignments: number }
}
