/** What stands in a report beside its figures: which units, which of their counters, which services. Row security keeps it to the scope. */
import { sql } from 'kysely'
import { isWithin, type Part, type Trx } from './database.ts'

/** Units in order of name, and whether each was `valid` on some day of the range; with a service those that have a counter for it. */
export async function listUnitsOfReport(trx: Trx, range: { from: string; to: string }, service?: string) {
  return trx
    .selectFrom('units')
    .select(['unit_id', 'name', 'kind', 'area'])
    .select(
      sql<boolean>`coalesce(valid_from <= ${range.to}, true) and coalesce(valid_to >= ${range.from}, true)`.as('valid'),
    )
    .$if(service !== undefined, (query) =>
      query.where(sql<boolean>`unit_id in (select unit_id from counters where service = ${service})`),
    )
    .orderBy('name')
    .orderBy('unit_id')
    .execute()
}

/** Whether the unit has any such counter. */
export async function hasPart(trx: Trx, unitId: number, part: Part): Promise<boolean> {
  const rows = await trx
    .selectFrom('counters')
    .select('counter_id')
    .where('unit_id', '=', unitId)
    .where(isWithin(part))
    .limit(1)
    .execute()
  return rows.length > 0
}

/** What visible counters serve, each once. */
export async function findServices(trx: Trx): Promise<{ name: string }[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct service as name from counters where active and service is not null`.execute(trx)
  return rows
}

/** unit_id -> its active officers, and those who had signed by the end of the range. */
export async function countSigned(trx: Trx, range: { to: string }) {
  const { rows } = await sql<{ unit_id: number; active: number; signed: number }>`
    select unit_id, count(*)::int as active, count(*) filter (where signed_on <= ${range.to}::date)::int as signed
      from officers where active group by unit_id`.execute(trx)
  return new Map(rows.map(({ unit_id, ...counts }) => [unit_id, counts]))
}

/** unit_id -> its paired tablets that have been silent since `silentSince`, where there are any. */
export async function countSilent(trx: Trx, silentSince: Date): Promise<Map<number, number>> {
  const { rows } = await sql<{ unit_id: number; n: number }>`
    select t.unit_id, count(*)::int as n from terminals t left join terminal_contacts c using (terminal_id)
     where t.paired_at is not null and t.revoked_at is null and coalesce(c.last_contact_at, t.paired_at) < ${silentSince}
     group by t.unit_id`.execute(trx)
  return new Map(rows.map(({ unit_id, n }) => [unit_id, n]))
}

/** Counters where the officer who asks is assigned at `at`, whose tablet has been silent since `silentSince`: its last day. */
export async function findSilentAtDesk(
  trx: Trx,
  at: Date,
  silentSince: Date,
): Promise<{ counter: string; since: string }[]> {
  const { rows } = await sql<{ counter: string; since: string }>`
    select counter, last_day as since from silent_at_desk(${at}, ${silentSince})`.execute(trx)
  return rows
}

/** unit_id -> the members of the commission who watch it, by user name; of units in reach. */
export async function findMonitors(trx: Trx): Promise<Map<number, string[]>> {
  const { rows } = await sql<{ unit_id: number; names: string[] }>`
    select unit_id, array_agg(username order by username) as names from unit_monitors() group by unit_id`.execute(trx)
  return new Map(rows.map(({ unit_id, names }) => [unit_id, names]))
}
