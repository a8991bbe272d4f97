/** Reads the organisation under the names imports and exports use; everything within the scope of the transaction. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

const usesOfCounter = sql`
  (select count(*)::integer from terminals t where t.counter_id = c.counter_id and t.revoked_at is null) as tablets`
const running = (key: 'counter_id' | 'officer_id', of: 'c' | 'o', now: Date) => sql`
  (select count(*)::integer from assignments a where ${sql.ref(`a.${key}`)} = ${sql.ref(`${of}.${key}`)}
      and (upper_inf(during) or upper(during) > ${now})) as assignments`

export async function readUnits<Row>(trx: Trx): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select unit_id, code as unit_code, name as unit, kind, area, valid_from, valid_to, hotline, duty_leader_name,
           duty_leader_phone, counters_only, version,
           coalesce((select array_agg(predecessor_id order by predecessor_id) from unit_predecessors p
                      where p.unit_id = u.unit_id), '{}') as predecessors
      from units u order by name, unit_id`.execute(trx)
  return rows
}

export async function readCounters<Row>(trx: Trx, now: Date): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select counter_id, unit_id, name as counter, service, active, version, ${usesOfCounter},
           ${running('counter_id', 'c', now)}
      from counters c order by name, counter_id`.execute(trx)
  return rows
}

export async function readOfficers<Row>(trx: Trx, now: Date): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select officer_id, unit_id, code as officer_code, name as officer, title, signed_on, active, version,
           ${running('officer_id', 'o', now)}
      from officers o order by name, officer_id`.execute(trx)
  return rows
}

export async function readAccounts<Row>(trx: Trx): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select a.account_id, a.username, a.active,
           coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'unit_id', r.unit_id, 'officer_id', r.officer_id)
                                      order by r.grant_id)
                       from account_roles r where r.account_id = a.account_id and r.ended_at is null), '[]') as grants
      from accounts a order by lower(a.username), a.account_id`.execute(trx)
  return rows
}

const ms = (bound: 'lower' | 'upper') => sql`(extract(epoch from ${sql.raw(bound)}(during)) * 1000)::bigint`

export async function readStays<Row>(trx: Trx, counterIds: readonly number[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select assignment_id, counter_id, officer_id, ${ms('lower')} as from, ${ms('upper')} as to
      from assignments where counter_id = any (${[...counterIds]}::integer[]) order by counter_id, lower(during)`.execute(
    trx,
  )
  return rows
}

export async function readAbsences<Row>(trx: Trx, officerIds: readonly number[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select officer_id, ${ms('lower')} as from, ${ms('upper')} as to from absences
     where active and officer_id = any (${[...officerIds]}::integer[]) order by officer_id, lower(during)`.execute(trx)
  return rows
}

export async function readVisits<Row>(
  trx: Trx,
  counterIds: readonly number[],
  from: string,
  to: string,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select counter_id, grain, day, procedure_group, visits from visits
     where counter_id = any (${[...counterIds]}::integer[]) and day between ${from} and ${to}`.execute(trx)
  return rows
}

export async function readDossiers<Row>(
  trx: Trx,
  unitIds: readonly number[],
  from: string,
  to: string,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select unit_id, grain, day, procedure_group, same_day, early, on_time, overdue from dossiers
     where unit_id = any (${[...unitIds]}::integer[]) and day between ${from} and ${to}`.execute(trx)
  return rows
}

/** What an export of assignments, visits or dossiers pages through: behind place `after` of its own order, up to `limit`. */
export interface Slice {
  unit_id: number | null
  from: string | null
  to: string | null
  after: number
  limit: number
}
const inUnit = (unitId: number | null) => (unitId === null ? sql`true` : sql`unit_id = ${unitId}`)
const inDays = ({ from, to }: Slice) => sql`
  ${from === null ? sql`true` : sql`day >= ${from}`} and ${to === null ? sql`true` : sql`day <= ${to}`}`

export async function sliceStays<Row>(trx: Trx, slice: Slice): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select assignment_id as place, counter_id, officer_id, ${ms('lower')} as from, ${ms('upper')} as to from assignments
     where ${inUnit(slice.unit_id)} and assignment_id > ${slice.after} order by assignment_id limit ${slice.limit}`.execute(
    trx,
  )
  return rows
}

export async function sliceVisits<Row>(trx: Trx, slice: Slice): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select visit_id as place, counter_id, grain, day, procedure_group, visits from visits
     where ${inUnit(slice.unit_id)} and ${inDays(slice)} and visit_id > ${slice.after}
     order by visit_id limit ${slice.limit}`.execute(trx)
  return rows
}

export async function sliceDossiers<Row>(trx: Trx, slice: Slice): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select dossier_id as place, unit_id, grain, day, procedure_group, same_day, early, on_time, overdue from dossiers
     where ${inUnit(slice.unit_id)} and ${inDays(slice)} and dossier_id > ${slice.after}
     order by dossier_id limit ${slice.limit}`.execute(trx)
  return rows
}

/** How many rows an export of one of these tables would have. */
export async function countSlice(
  trx: Trx,
  table: 'assignments' | 'visits' | 'dossiers',
  { unit_id, from, to }: Pick<Slice, 'unit_id' | 'from' | 'to'>,
): Promise<number> {
  const days = table === 'assignments' ? sql`true` : inDays({ unit_id, from, to, after: 0, limit: 0 })
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from ${sql.table(table)} where ${inUnit(unit_id)} and ${days}`.execute(trx)
  return rows[0]?.n ?? 0
}
