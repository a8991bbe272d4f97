/** Changes of the roster as people make them: the rows of a counter under lock, and the record that lets a change be undone. */
import { sql } from 'kysely'
import type { Tables, Trx } from './database.ts'

/** A row of `assignments` in epoch ms; `to` null = until changed. */
export interface StayRow {
  assignment_id: number
  officer_id: number
  from: number
  to: number | null
}

const ms = (bound: 'lower' | 'upper') => sql`(extract(epoch from ${sql.raw(bound)}(during)) * 1000)::bigint`

/**
 * What stands at a counter from `from` to `to` (null = for ever), edges included, in order of time. The counter's row is
 * locked, so two who change the same counter do so one after the other.
 */
export async function lockStays(trx: Trx, counterId: number, from: Date, to: Date | null): Promise<StayRow[]> {
  await sql`select from counters where counter_id = ${counterId} for no key update`.execute(trx)
  const { rows } = await sql<StayRow>`
    select assignment_id, officer_id, ${ms('lower')} as from, ${ms('upper')} as to
      from assignments
     where counter_id = ${counterId} and (during && tstzrange(${from}, ${to}, '[]') or during -|- tstzrange(${from}, ${to}))
     order by lower(during)`.execute(trx)
  return rows
}

/** Assignments of a unit's counters that touch a span of time, in order of counter and time. */
export async function findStays(
  trx: Trx,
  unitId: number,
  from: Date,
  to: Date,
): Promise<(StayRow & { counter_id: number })[]> {
  const { rows } = await sql<StayRow & { counter_id: number }>`
    select counter_id, assignment_id, officer_id, ${ms('lower')} as from, ${ms('upper')} as to
      from assignments where unit_id = ${unitId} and during && tstzrange(${from}, ${to})
     order by counter_id, lower(during)`.execute(trx)
  return rows
}

/** The start of the next assignment of a counter that begins after a moment (epoch ms); null = none is planned. */
export async function findNextStart(trx: Trx, counterId: number, after: Date): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    select min(${ms('lower')}) as next from assignments
     where counter_id = ${counterId} and lower(during) > ${after}`.execute(trx)
  return rows[0]?.next ?? null
}

/** Gives an assignment another span. Throws the database's `assignments_one_at_a_time` when another row is in the way. */
export async function moveStay(trx: Trx, assignmentId: number, from: Date, to: Date | null): Promise<void> {
  await sql`update assignments set during = tstzrange(${from}, ${to}) where assignment_id = ${assignmentId}`.execute(
    trx,
  )
}

export interface AbsenceRow {
  absence_id: number
  unit_id: number
  officer_id: number
  officer_name: string
  starts_at: Date
  ends_at: Date
  active: boolean
}
const absence = sql`a.absence_id, a.unit_id, a.officer_id, o.name as officer_name, lower(a.during) as starts_at,
  upper(a.during) as ends_at, a.active`

/** Absences in force that touch a span (`to` null = for ever), of one officer or of a whole unit, in order of time. */
export async function findAbsences(
  trx: Trx,
  of: { unit_id: number } | { officer_id: number },
  from: Date,
  to: Date | null,
): Promise<AbsenceRow[]> {
  const whose = 'unit_id' in of ? sql`a.unit_id = ${of.unit_id}` : sql`a.officer_id = ${of.officer_id}`
  const { rows } = await sql<AbsenceRow>`
    select ${absence} from absences a join officers o using (unit_id, officer_id)
     where a.active and ${whose} and a.during && tstzrange(${from}, ${to}) order by lower(a.during)`.execute(trx)
  return rows
}

/** Throws the database's `absences_one_at_a_time` when the officer is absent in part of that time already. */
export async function insertAbsence(
  trx: Trx,
  values: { unit_id: number; officer_id: number; starts_at: Date; ends_at: Date },
): Promise<AbsenceRow> {
  const { rows } = await sql<{ absence_id: number }>`
    insert into absences (unit_id, officer_id, during)
    values (${values.unit_id}, ${values.officer_id}, tstzrange(${values.starts_at}, ${values.ends_at}))
    returning absence_id`.execute(trx)
  return (await lockAbsence(trx, rows[0]?.absence_id as number)) as AbsenceRow
}

/** The absence, when it is in scope, locked until the transaction ends; else null. */
export async function lockAbsence(trx: Trx, absenceId: number): Promise<AbsenceRow | null> {
  const { rows } = await sql<AbsenceRow>`
    select ${absence} from absences a join officers o using (unit_id, officer_id)
     where a.absence_id = ${absenceId} for update of a`.execute(trx)
  return rows[0] ?? null
}

export async function endAbsence(trx: Trx, absenceId: number): Promise<void> {
  await trx.updateTable('absences').set({ active: false }).where('absence_id', '=', absenceId).execute()
}

/** Who stood at a counter within a span before and after a change; epoch ms, `to` null = until changed. */
export interface ChangedPlace {
  counter_id: number
  from: number
  to: number | null
  before: { officer_id: number; from: number; to: number | null }[]
  after: { officer_id: number; from: number; to: number | null }[]
}
export interface ChangeRow {
  change_id: number
  unit_id: number
  absence_id: number | null
  kind: Tables['roster_changes']['kind']
  made_at: Date
  starts_at: Date
  ends_at: Date | null
  reason: string | null
  places: ChangedPlace[]
  undone_at: Date | null
}

const change = sql`r.change_id, r.unit_id, r.absence_id, r.kind, r.made_at, r.starts_at, r.ends_at, r.reason,
  r.places, r.undone_at`

export async function insertChange(
  trx: Trx,
  values: Omit<ChangeRow, 'change_id' | 'undone_at'> & { account_id: number | null },
): Promise<ChangeRow> {
  const row = await trx
    .insertInto('roster_changes')
    .values({ ...values, places: JSON.stringify(values.places), undone_at: null })
    .returning('change_id')
    .executeTakeFirstOrThrow()
  return (await lockChange(trx, row.change_id)) as ChangeRow
}

/** The change, when it is in scope, locked until the transaction ends; else null. */
export async function lockChange(trx: Trx, changeId: number): Promise<ChangeRow | null> {
  const { rows } = await sql<ChangeRow>`
    select ${change} from roster_changes r where r.change_id = ${changeId} for update of r`.execute(trx)
  return rows[0] ?? null
}

/** The change that an absence made, as long as it is not undone; null = none. */
export async function lockChangeOfAbsence(trx: Trx, absenceId: number): Promise<ChangeRow | null> {
  const { rows } = await sql<ChangeRow>`
    select ${change} from roster_changes r where r.absence_id = ${absenceId} and r.undone_at is null
     for update of r`.execute(trx)
  return rows[0] ?? null
}

export async function markUndone(trx: Trx, changeId: number, at: Date): Promise<void> {
  await trx.updateTable('roster_changes').set({ undone_at: at }).where('change_id', '=', changeId).execute()
}

/** The newest changes of a unit, newest first. */
export async function listChanges(trx: Trx, unitId: number, limit: number): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`
    select ${change} from roster_changes r where r.unit_id = ${unitId}
     order by r.made_at desc, r.change_id desc limit ${limit}`.execute(trx)
  return rows
}

/** Opening hours of a unit, or the province's, as the contract writes them; null where nothing is said. */
export async function findHours(
  trx: Trx,
  unitId: number,
): Promise<{ days: number[]; intervals: { from: string; to: string }[] } | null> {
  const { rows } = await sql<{ hours: { days: number[]; intervals: { from: string; to: string }[] } | null }>`
    select coalesce(hours, (select value from settings where key = 'hours')) as hours
      from units where unit_id = ${unitId}`.execute(trx)
  return rows[0]?.hours ?? null
}

/** Published ratings without an officer by counter; only where they are five or more. */
export async function findUnattributed(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<Map<number, number>> {
  const { rows } = await sql<{ counter_id: number; n: number }>`
    select counter_id, n from unattributed_of_unit(${unitId}, ${range.from}, ${range.to})`.execute(trx)
  return new Map(rows.map(({ counter_id, n }) => [counter_id, n]))
}
