/** Sums behind the reports. All run under the reader's row-level security; what is not theirs is simply not there. */
import { type ExpressionBuilder, sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

/** Sums of a subject over a range of days, counted ratings only; `set_aside` is how many were not counted. */
export interface Sums {
  levels: [number, number, number, number, number]
  service_only: number
  set_aside: number
}

/** Live tallies (the province) or published steps (everybody within a unit). */
export type UnitSource = 'unit_tallies' | 'unit_steps'

export interface DayRange {
  from: string
  to: string
}

interface SumColumns {
  n1: number
  n2: number
  n3: number
  n4: number
  n5: number
  service_only: number
  set_aside: number
}

const counted = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}) filter (where not set_aside), 0)`
const sums = () => [
  counted('n1').as('n1'),
  counted('n2').as('n2'),
  counted('n3').as('n3'),
  counted('n4').as('n4'),
  counted('n5').as('n5'),
  counted('service_only').as('service_only'),
  sql<number>`coalesce(sum(n1 + n2 + n3 + n4 + n5) filter (where set_aside), 0)`.as('set_aside'),
]

function toSums(row: SumColumns): Sums {
  const { n1, n2, n3, n4, n5, service_only, set_aside } = row
  return { levels: [n1, n2, n3, n4, n5], service_only, set_aside }
}

export const noSums = (): Sums => ({ levels: [0, 0, 0, 0, 0], service_only: 0, set_aside: 0 })

/** unit_id -> sums, for every visible unit that has any; `unitId` null = all of them. */
export async function sumUnits(
  trx: Trx,
  source: UnitSource,
  range: DayRange,
  unitId: number | null,
): Promise<Map<number, Sums>> {
  const rows = await trx
    .selectFrom(source)
    .select(['unit_id', ...sums()] as never)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .$if(unitId !== null, (query) => query.where('unit_id', '=', unitId as number))
    .groupBy('unit_id')
    .execute()
  return new Map((rows as unknown as (SumColumns & { unit_id: number })[]).map((row) => [row.unit_id, toSums(row)]))
}

/** Sums of one unit per day that has any, oldest first. */
export async function sumUnitDays(
  trx: Trx,
  source: UnitSource,
  range: DayRange,
  unitId: number,
): Promise<({ date: string } & Sums)[]> {
  const rows = await trx
    .selectFrom(source)
    .select(['local_day', ...sums()] as never)
    .where('unit_id', '=', unitId)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .groupBy('local_day')
    .orderBy('local_day')
    .execute()
  return (rows as unknown as (SumColumns & { local_day: string })[]).map((row) => ({
    date: row.local_day,
    ...toSums(row),
  }))
}

export interface MarkSum {
  subject: number
  item_id: number
  kept: number
  broken: number
}

/** Kept and broken counts by unit and item, counted ratings only. */
export async function sumUnitMarks(
  trx: Trx,
  source: UnitSource,
  range: DayRange,
  unitId: number | null,
): Promise<MarkSum[]> {
  const { rows } = await sql<MarkSum>`
    select unit_id as subject, (place + 1) / 2 as item_id,
           coalesce(sum(count) filter (where place % 2 = 1), 0) as kept,
           coalesce(sum(count) filter (where place % 2 = 0), 0) as broken
      from ${sql.table(source)}, unnest(marks) with ordinality as m (count, place)
     where not set_aside and local_day between ${range.from} and ${range.to}
       and (${unitId}::int is null or unit_id = ${unitId})
     group by 1, 2 order by 1, 2`.execute(trx)
  return rows
}

/** Kept and broken counts of one officer by item, from published steps. */
export async function sumOfficerMarks(trx: Trx, range: DayRange, officerId: number): Promise<MarkSum[]> {
  const { rows } = await sql<MarkSum>`
    select officer_id as subject, (place + 1) / 2 as item_id,
           coalesce(sum(count) filter (where place % 2 = 1), 0) as kept,
           coalesce(sum(count) filter (where place % 2 = 0), 0) as broken
      from steps, unnest(marks) with ordinality as m (count, place)
     where not set_aside and officer_id = ${officerId} and local_day between ${range.from} and ${range.to}
     group by 1, 2 order by 1, 2`.execute(trx)
  return rows
}

/** Published sums of one unit by officer (null = nobody assigned) or by counter. */
export async function sumStepsBy(
  trx: Trx,
  subject: 'officer_id' | 'counter_id',
  range: DayRange,
  unitId: number,
): Promise<Map<number | null, Sums>> {
  const rows = await trx
    .selectFrom('steps')
    .select([subject, ...sums()] as never)
    .where('unit_id', '=', unitId)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .groupBy(subject)
    .execute()
  return new Map(
    (rows as unknown as (SumColumns & Record<string, number | null>)[]).map((row) => [
      row[subject] as number | null,
      toSums(row),
    ]),
  )
}

/** Published sums of one officer per day that has any, oldest first. */
export async function sumOfficerDays(
  trx: Trx,
  range: DayRange,
  officerId: number,
): Promise<({ date: string } & Sums)[]> {
  const rows = await trx
    .selectFrom('steps')
    .select(['local_day', ...sums()] as never)
    .where('officer_id', '=', officerId)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .groupBy('local_day')
    .orderBy('local_day')
    .execute()
  return (rows as unknown as (SumColumns & { local_day: string })[]).map((row) => ({
    date: row.local_day,
    ...toSums(row),
  }))
}

/** Units valid on some day of the range, in order of name. */
export async function findUnitsInRange(trx: Trx, range: DayRange) {
  const during = (eb: ExpressionBuilder<Tables, 'units'>) =>
    eb.and([
      eb.or([eb('valid_from', 'is', null), eb('valid_from', '<=', range.to)]),
      eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', range.from)]),
    ])
  return trx
    .selectFrom('units')
    .select(['unit_id', 'name', 'kind'])
    .where(during)
    .orderBy('name')
    .orderBy('unit_id')
    .execute()
}

export async function findUnitHead(trx: Trx, unitId: number) {
  return trx.selectFrom('units').select(['unit_id', 'name', 'kind']).where('unit_id', '=', unitId).executeTakeFirst()
}

/** An officer with the unit's name; undefined when there is none or the reader may not know. */
export async function findOfficerHead(trx: Trx, officerId: number) {
  return trx
    .selectFrom('officers')
    .innerJoin('units', 'units.unit_id', 'officers.unit_id')
    .select(['officer_id', 'officers.name', 'officers.unit_id', 'units.name as unit_name'])
    .where('officer_id', '=', officerId)
    .executeTakeFirst()
}

/** Officers and counters of a unit in order of name, ended ones included: figures of the past name them. */
export async function findUnitSubjects(trx: Trx, unitId: number) {
  const officers = await trx
    .selectFrom('officers')
    .select(['officer_id', 'name', 'active'])
    .where('unit_id', '=', unitId)
    .orderBy('name')
    .orderBy('officer_id')
    .execute()
  const counters = await trx
    .selectFrom('counters')
    .select(['counter_id', 'name', 'service', 'active'])
    .where('unit_id', '=', unitId)
    .orderBy('name')
    .orderBy('counter_id')
    .execute()
  return { officers, counters }
}

/** Every item ever published with its newest labels, in the order of the wall. */
export async function findReportItems(trx: Trx) {
  return trx
    .selectFrom('catalogue_items')
    .innerJoin('commitments', 'commitments.item_id', 'catalogue_items.item_id')
    .distinctOn('catalogue_items.item_id')
    .select(['catalogue_items.item_id', 'commitment', 'family', 'kind', 'labels', 'position'])
    .where('kind', '<>', 'integrity')
    .orderBy('catalogue_items.item_id')
    .orderBy('catalogue_id', 'desc')
    .execute()
    .then((rows) => rows.sort((a, b) => a.position - b.position))
}

/** How many ratings a unit received on these days, whatever their level. */
export async function countReceived(trx: Trx, unitId: number, range: DayRange): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select received_between(${unitId}, ${range.from}, ${range.to}) as n`.execute(trx)
  return rows[0]?.n ?? 0
}

/** How many other officers of a unit have five ratings or more in published steps of the range; a number, no names. */
export async function countOthersWithFigure(
  trx: Trx,
  unitId: number,
  officerId: number,
  range: DayRange,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select officers_with_figure(${unitId}, ${officerId}, ${range.from}, ${range.to}) as n`.execute(trx)
  return rows[0]?.n ?? 0
}

/** How far counting has come, and how many visible tablets have been silent since `silentSince`. */
export async function findFreshness(trx: Trx, unitId: number | null, silentSince: Date) {
  const state = await trx.selectFrom('counting_state').select('counted_through').executeTakeFirst()
  const silent = await trx
    .selectFrom('terminals as t')
    .leftJoin('terminal_contacts as c', 'c.terminal_id', 't.terminal_id')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('t.paired_at', 'is not', null)
    .where('t.revoked_at', 'is', null)
    .where((eb) => eb(eb.fn.coalesce('c.last_contact_at', 't.paired_at'), '<', silentSince))
    .$if(unitId !== null, (query) => query.where('t.unit_id', '=', unitId as number))
    .executeTakeFirst()
  return { counted_through: state?.counted_through ?? null, silent_terminals: Number(silent?.n ?? 0) }
}
