/** Sums behind the reports. All run under the reader's row-level security; what is not theirs is simply not there. */
import { type RawBuilder, sql } from 'kysely'
import { isWithin, type Part, type RangePart, type Trx } from './database.ts'

/** Sums of a subject over a range of days, counted ratings only; `set_aside` is how many were not counted. */
export interface Sums {
  levels: [number, number, number, number, number]
  service_only: number
  set_aside: number
  /** Kept and broken counts of the items that were asked for, by turns: kept, broken, kept, … */
  marks: readonly number[]
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
  marks: number[] | null
}

const plain = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only'] as const

/**
 * Sums by `subject` over the parts of a range. `branch` makes the rows of one part; each names the subject, the counts,
 * `set_aside` and `marks`. `items`: whose marks are added up, by their `item_id`.
 */
async function sumParts<Key>(
  trx: Trx,
  subject: string,
  parts: readonly RangePart[],
  branch: (part: RangePart) => { table: string; where: RawBuilder<unknown> },
  items: readonly number[],
): Promise<(SumColumns & { subject: Key })[]> {
  // Nearly every range is one of sums alone; only then is each count multiplied by nothing.
  const sign = parts.some((part) => part.sign < 0) ? sql.raw('sign * ') : sql.raw('')
  const counts = plain.map(
    (name) => sql`coalesce(sum(${sign}${sql.ref(name)}) filter (where not set_aside), 0) as ${sql.ref(name)}`,
  )
  const places = items.flatMap((item) => [2 * item - 1, 2 * item])
  const marks = places.map((place) => sql`sum(${sign}marks[${sql.lit(place)}])`)
  const rows = parts.map((part) => {
    const { table, where } = branch(part)
    return sql`select ${sql.ref(subject)} as subject, ${sql.lit(part.sign)} as sign, set_aside, ${sql.join(plain.map((name) => sql.ref(name)))},
      ${items.length === 0 ? sql`null::int[]` : sql`case when set_aside then null else marks::int[] end`} as marks
      from ${sql.table(table)} where ${where}`
  })
  const result = await sql<SumColumns & { subject: Key }>`
    select subject, ${sql.join(counts)},
           coalesce(sum(${sign}(n1 + n2 + n3 + n4 + n5)) filter (where set_aside), 0) as set_aside,
           ${items.length === 0 ? sql`null` : sql`array[${sql.join(marks)}]::int[]`} as marks
      from (${sql.join(rows, sql` union all `)}) parts group by subject`.execute(trx)
  return result.rows
}

function toSums({ n1, n2, n3, n4, n5, service_only, set_aside, marks }: SumColumns): Sums {
  return { levels: [n1, n2, n3, n4, n5], service_only, set_aside, marks: marks?.map((count) => count ?? 0) ?? [] }
}

export const noSums = (): Sums => ({ levels: [0, 0, 0, 0, 0], service_only: 0, set_aside: 0, marks: [] })

/** unit_id -> sums, for every visible unit that has any; `unitId` null = all of them. Of a part: `parts` without years. */
export async function sumUnits(
  trx: Trx,
  source: UnitSource | Part,
  parts: readonly RangePart[],
  unitId: number | null,
  items: readonly number[] = [],
): Promise<Map<number, Sums>> {
  const own = unitId === null ? sql`true` : sql`unit_id = ${unitId}`
  if (typeof source === 'object') {
    const rows = await sumParts<number>(trx, 'unit_id', parts, stepBranch(sql`${own} and ${within(source)}`), items)
    return new Map(rows.map((row) => [row.subject, toSums(row)]))
  }
  const spans = source === 'unit_tallies' ? 'unit_tally_spans' : 'unit_step_spans'
  const branch = ({ months, first, last }: RangePart) =>
    months === 0
      ? { table: source, where: sql`${own} and local_day between ${first} and ${last}` }
      : { table: spans, where: sql`${own} and months = ${sql.lit(months)} and starts_on between ${first} and ${last}` }
  const rows = await sumParts<number>(trx, 'unit_id', parts, branch, items)
  return new Map(rows.map((row) => [row.subject, toSums(row)]))
}

const within = (part: Part) => sql`counter_id in (select counter_id from counters where ${isWithin(part)})`

const stepBranch =
  (where: RawBuilder<unknown>) =>
  ({ months, first, last }: RangePart) =>
    months === 0
      ? { table: 'steps', where: sql`${where} and local_day between ${first} and ${last}` }
      : { table: 'step_months', where: sql`${where} and month between ${first} and ${last}` }

/** Published sums of one unit by officer (null = nobody assigned) or by counter. `parts` without years. */
export async function sumStepsBy(
  trx: Trx,
  subject: 'officer_id' | 'counter_id',
  parts: readonly RangePart[],
  unitId: number,
): Promise<Map<number | null, Sums>> {
  const rows = await sumParts<number | null>(trx, subject, parts, stepBranch(sql`unit_id = ${unitId}`), [])
  return new Map(rows.map((row) => [row.subject, toSums(row)]))
}

/** Published sums of one officer with the marks of these items. `parts` without years. */
export async function sumOfficer(
  trx: Trx,
  parts: readonly RangePart[],
  officerId: number,
  items: readonly number[],
): Promise<Sums> {
  const rows = await sumParts<number>(trx, 'officer_id', parts, stepBranch(sql`officer_id = ${officerId}`), items)
  return rows[0] ? toSums(rows[0]) : noSums()
}

const counted = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}) filter (where not set_aside), 0)`

/** Sums of one subject per day that has any, oldest first; without marks. */
async function sumDays(
  trx: Trx,
  table: string,
  range: DayRange,
  own: RawBuilder<unknown>,
): Promise<({ date: string } & Sums)[]> {
  const { rows } = await sql<SumColumns & { local_day: string }>`
    select local_day, ${sql.join(plain.map((name) => sql`${counted(name)} as ${sql.ref(name)}`))},
           coalesce(sum(n1 + n2 + n3 + n4 + n5) filter (where set_aside), 0) as set_aside, null as marks
      from ${sql.table(table)} where ${own} and local_day between ${range.from} and ${range.to}
     group by local_day order by local_day`.execute(trx)
  return rows.map((row) => ({ date: row.local_day, ...toSums(row) }))
}

/** Sums of one unit per day that has any, oldest first; without marks. */
export const sumUnitDays = (trx: Trx, source: UnitSource | Part, range: DayRange, unitId: number) =>
  typeof source === 'object'
    ? sumDays(trx, 'steps', range, sql`unit_id = ${unitId} and ${within(source)}`)
    : sumDays(trx, source, range, sql`unit_id = ${unitId}`)

/** Published sums of one officer per day that has any, oldest first; without marks. */
export const sumOfficerDays = (trx: Trx, range: DayRange, officerId: number) =>
  sumDays(trx, 'steps', range, sql`officer_id = ${officerId}`)

export async function findUnitHead(trx: Trx, unitId: number) {
  return trx
    .selectFrom('units')
    .select(['unit_id', 'name', 'kind', 'valid_from', 'counters_only'])
    .where('unit_id', '=', unitId)
    .executeTakeFirst()
}

/** The units it was made of, as far as they are in scope, in order of name. */
export async function findPredecessorHeads(trx: Trx, unitId: number) {
  return trx
    .selectFrom('unit_predecessors')
    .innerJoin('units', 'units.unit_id', 'unit_predecessors.predecessor_id')
    .select(['units.unit_id', 'units.name', 'units.valid_to'])
    .where('unit_predecessors.unit_id', '=', unitId)
    .orderBy('units.name')
    .execute()
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

/**
 * How many other officers of a unit have five ratings or more in published steps of the range; a number, no names.
 * `parts` without years.
 */
export async function countOthersWithFigure(
  trx: Trx,
  unitId: number,
  officerId: number,
  parts: readonly RangePart[],
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select officers_with_figure(${unitId}, ${officerId}, ${parts.map((part) => part.months)}::int[],
      ${parts.map((part) => part.first)}::date[], ${parts.map((part) => part.last)}::date[],
      ${parts.map((part) => part.sign)}::int[]) as n`.execute(trx)
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
