/** Units: list, find, make, change. Row security keeps them to the scope of the transaction. */
import { sql } from 'kysely'
import { type Counted, holds, type Tables, type Trx } from './database.ts'

const columns = [
  ...(['unit_id', 'name', 'kind', 'valid_from', 'valid_to', 'hotline'] as const),
  ...(['duty_leader_name', 'duty_leader_phone', 'counters_only', 'code', 'area', 'version'] as const),
]

export interface UnitRow {
  unit_id: number
  name: string
  kind: Tables['units']['kind']
  valid_from: string | null
  valid_to: string | null
  hotline: string | null
  duty_leader_name: string | null
  duty_leader_phone: string | null
  /** Rated by counter alone: without a roster, nothing is missing. */
  counters_only: boolean
  code: string | null
  area: string | null
  version: number
}
export type UnitValues = Omit<UnitRow, 'unit_id' | 'version'>

const matching = ({ search }: { search?: string | undefined }) =>
  holds(search, sql.ref('name'), sql.ref('code'), sql.ref('area'))

/** How many match, and how many of those are no longer valid on the day. */
export async function countUnits(trx: Trx, filter: { search?: string | undefined; today: string }): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select count(*)::integer as total, count(*) filter (where valid_to < ${filter.today})::integer as ended
      from units where ${matching(filter)}`.execute(trx)
  return rows[0] as Counted
}

/** Units in scope by name, then id, behind `after`; up to `limit` and one more. */
export async function listUnits(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { search?: string | undefined } = {},
): Promise<UnitRow[]> {
  return trx
    .selectFrom('units')
    .select(columns)
    .where(matching(filter))
    .$if(page.after !== null, (query) =>
      query.where(sql<boolean>`(name, unit_id) > (${page.after?.key ?? ''}, ${page.after?.id ?? 0}::integer)`),
    )
    .orderBy('name')
    .orderBy('unit_id')
    .limit(page.limit + 1)
    .execute()
}

/** The unit, when in scope; else null. With `lock` it stays as it is until the transaction ends. */
export async function findUnit(trx: Trx, unitId: number, lock = false): Promise<UnitRow | null> {
  const row = await trx
    .selectFrom('units')
    .select(columns)
    .where('unit_id', '=', unitId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ?? null
}

export async function insertUnit(trx: Trx, values: UnitValues): Promise<UnitRow> {
  return trx.insertInto('units').values(values).returning(columns).executeTakeFirstOrThrow()
}

/** The unit after the change; null when it is not in scope. `values` must name at least one column. */
export async function updateUnit(trx: Trx, unitId: number, values: Partial<UnitValues>): Promise<UnitRow | null> {
  const row = await trx
    .updateTable('units')
    .set(values)
    .where('unit_id', '=', unitId)
    .returning(columns)
    .executeTakeFirst()
  return row ?? null
}

/** The units each of these was made of, by unit; of units in scope. */
export async function findPredecessors(trx: Trx, unitIds: readonly number[]): Promise<Map<number, number[]>> {
  const rows =
    unitIds.length === 0
      ? []
      : await trx
          .selectFrom('unit_predecessors')
          .select(['unit_id', 'predecessor_id'])
          .where('unit_id', 'in', [...unitIds])
          .orderBy('predecessor_id')
          .execute()
  const found = new Map<number, number[]>()
  for (const { unit_id, predecessor_id } of rows) found.set(unit_id, [...(found.get(unit_id) ?? []), predecessor_id])
  return found
}

export async function setPredecessors(trx: Trx, unitId: number, predecessors: readonly number[]): Promise<void> {
  await trx.deleteFrom('unit_predecessors').where('unit_id', '=', unitId).execute()
  if (predecessors.length === 0) return
  await trx
    .insertInto('unit_predecessors')
    .values(predecessors.map((predecessor_id) => ({ unit_id: unitId, predecessor_id })))
    .execute()
}

/** Whether `unitId` went, directly or through others, before `other`. */
export async function isBefore(trx: Trx, unitId: number, other: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    with recursive line as (
      select predecessor_id from unit_predecessors where unit_id = ${other}
      union select p.predecessor_id from unit_predecessors p join line on p.unit_id = line.predecessor_id)
    select exists (select from line where predecessor_id = ${unitId}) as found`.execute(trx)
  return rows[0]?.found ?? false
}
