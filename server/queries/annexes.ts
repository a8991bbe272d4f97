/** Sums behind the annex of a figure: by service, by officer of the whole province, how much officers differ, and what has nobody's name. Parts of ranges without years. */
import { sql } from 'kysely'
import type { RangePart, Trx } from './database.ts'

/** Published sums of the parts of a range, not set aside, as `s`; parts taken away have negative counts. */
function published(parts: readonly RangePart[], where = sql`not set_aside`) {
  const branches = parts.map(({ months, first, last, sign }) => {
    const counts = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only'].map((name) =>
      sign === 1 ? sql`${sql.ref(name)}::int` : sql`-${sql.ref(name)}::int as ${sql.ref(name)}`,
    )
    const span = months === 0 ? sql`steps where local_day` : sql`step_months where month`
    return sql`select unit_id, counter_id, officer_id, set_aside, ${sql.join(counts)} from ${span} between ${first} and ${last} and ${where}`
  })
  return sql`(${sql.join(branches, sql` union all `)}) s`
}

/** The parts as the database's own functions take them. */
const asArrays = (parts: readonly RangePart[]) => sql`
  ${parts.map((part) => part.months)}::int[], ${parts.map((part) => part.first)}::date[],
  ${parts.map((part) => part.last)}::date[], ${parts.map((part) => part.sign)}::int[]`

export interface ServiceSum {
  service: string | null
  n: number
  positive: number
}

/** Published sums of a unit, or of one officer, by the service of the counter; null = a counter without one. */
export async function sumByService(
  trx: Trx,
  of: 'unit_id' | 'officer_id',
  id: number,
  parts: readonly RangePart[],
): Promise<ServiceSum[]> {
  const { rows } = await sql<ServiceSum>`
    select c.service, sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
      from ${published(parts, sql`${sql.ref(of)} = ${id} and not set_aside`)} join counters c using (counter_id)
     group by 1`.execute(trx)
  return rows
}

/** unit_id -> the same, for every visible unit. */
export async function sumUnitsByService(trx: Trx, parts: readonly RangePart[]): Promise<Map<number, ServiceSum[]>> {
  const { rows } = await sql<ServiceSum & { unit_id: number }>`
    select s.unit_id, c.service, sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
      from ${published(parts)} join counters c using (counter_id)
     group by 1, 2`.execute(trx)
  const units = new Map<number, ServiceSum[]>()
  for (const { unit_id, ...row } of rows) units.set(unit_id, [...(units.get(unit_id) ?? []), row])
  return units
}

/** The province by service, where three units or more have it: what is expected of anybody's mix of work. */
export async function findServiceRates(
  trx: Trx,
  parts: readonly RangePart[],
): Promise<(ServiceSum & { service: string })[]> {
  const { rows } = await sql<ServiceSum & { service: string }>`
    select service, n, positive from service_sums(${asArrays(parts)})`.execute(trx)
  return rows
}

export interface SpreadRow {
  subjects: number
  n: number
  positive: number
  n_squared: number
  square: number
}

/** How much officers of a unit, or (null) of the province, differ: sums over those with ten ratings or more. */
export async function findOfficerSpread(
  trx: Trx,
  unitId: number | null,
  parts: readonly RangePart[],
): Promise<SpreadRow> {
  const { rows } = await sql<SpreadRow>`
    select * from officer_spread(${unitId}, ${asArrays(parts)})`.execute(trx)
  return rows[0] as SpreadRow
}

export interface OfficerSum {
  levels: [number, number, number, number, number]
  service_only: number
  set_aside: number
  officer_id: number
  name: string
  unit_id: number
  unit_name: string
}

/** Published sums of every visible officer who has any. */
export async function sumOfficers(trx: Trx, parts: readonly RangePart[]): Promise<OfficerSum[]> {
  const { rows } = await sql<
    Record<'n1' | 'n2' | 'n3' | 'n4' | 'n5' | 'service_only' | 'set_aside', number> & OfficerSum
  >`
    select officer_id, o.name, o.unit_id, u.name as unit_name, t.*
      from (select officer_id,
                   ${sql.raw(
                     ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
                       .map((column) => `coalesce(sum(${column}) filter (where not set_aside), 0) as ${column}`)
                       .join(', '),
                   )},
                   coalesce(sum(n1 + n2 + n3 + n4 + n5) filter (where set_aside), 0) as set_aside
              from ${published(parts, sql`officer_id is not null`)}
             group by officer_id) t
      join officers o using (officer_id) join units u using (unit_id)`.execute(trx)
  return rows.map(({ officer_id, name, unit_id, unit_name, n1, n2, n3, n4, n5, service_only, set_aside }) => ({
    ...{ officer_id, name, unit_id, unit_name, service_only, set_aside },
    levels: [n1, n2, n3, n4, n5],
  }))
}

/** officer_id -> name and unit, of those among these officers who are visible. */
export async function findOfficerNames(trx: Trx, officerIds: readonly number[]) {
  const rows = await trx
    .selectFrom('officers')
    .innerJoin('units', 'units.unit_id', 'officers.unit_id')
    .select(['officer_id', 'officers.name', 'officers.unit_id', 'units.name as unit_name'])
    .where('officer_id', 'in', officerIds)
    .execute()
  return new Map(rows.map(({ officer_id, ...row }) => [officer_id, row]))
}

/** By officer of these units: the share (0 to 1) of the published ratings at their counters that have no officer. */
export async function findUnattributedShares(
  trx: Trx,
  unitIds: readonly number[],
  parts: readonly RangePart[],
): Promise<Map<number, number>> {
  const { rows } = await sql<{ officer_id: number; share: number }>`
    select officer_id, share from unattributed_shares(${unitIds}::int[], ${asArrays(parts)})`.execute(trx)
  return new Map(rows.map(({ officer_id, share }) => [officer_id, share]))
}
