/** Assignments: who serves at which counter when, and putting the ratings of a changed time back to be counted again. */
import { sql } from 'kysely'
import { rosterLock, type Trx } from './database.ts'

export interface AssignmentRow {
  assignment_id: number
  unit_id: number
  counter_id: number
  officer_id: number
  starts_at: Date
  /** Null = until changed. */
  ends_at: Date | null
}

const columns = sql`assignment_id, unit_id, counter_id, officer_id, lower(during) as starts_at, upper(during) as ends_at`
const startMicroseconds = sql`(extract(epoch from lower(during)) * 1000000)::bigint`

/**
 * Assignments in scope, newest start first, behind `after` (its key: the start in microseconds since 1970); up to
 * `limit` and one more.
 */
export async function listAssignments(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null; counter_id: number | null },
): Promise<(AssignmentRow & { start_key: number })[]> {
  const { after } = page
  const { rows } = await sql<AssignmentRow & { start_key: number }>`
    select ${columns}, ${startMicroseconds} as start_key from assignments
     where ${filter.unit_id === null ? sql`true` : sql`unit_id = ${filter.unit_id}`}
       and ${filter.counter_id === null ? sql`true` : sql`counter_id = ${filter.counter_id}`}
       and ${after === null ? sql`true` : sql`(${startMicroseconds}, assignment_id) < (${after.key}::bigint, ${after.id}::integer)`}
     order by lower(during) desc, assignment_id desc
     limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** The assignment, when it is in scope, locked until the transaction ends; else null. */
export async function lockAssignment(trx: Trx, assignmentId: number): Promise<AssignmentRow | null> {
  const { rows } = await sql<AssignmentRow>`
    select ${columns} from assignments where assignment_id = ${assignmentId} for update`.execute(trx)
  return rows[0] ?? null
}

export interface Clash {
  assignment_id: number
  officer_id: number
  officer_name: string
  counter_id: number
  counter_name: string
  starts_at: Date
  ends_at: Date | null
}

/** The first assignment of the counter that overlaps [from, to), `to` null = for ever; null when the time is free. */
export async function findClash(
  trx: Trx,
  counterId: number,
  from: Date,
  to: Date | null,
  exceptId: number | null,
): Promise<Clash | null> {
  const { rows } = await sql<Clash>`
    select a.assignment_id, a.officer_id, o.name as officer_name, a.counter_id, c.name as counter_name,
           lower(a.during) as starts_at, upper(a.during) as ends_at
      from assignments a join officers o using (unit_id, officer_id) join counters c using (unit_id, counter_id)
     where a.counter_id = ${counterId} and a.during && tstzrange(${from}, ${to})
       and a.assignment_id is distinct from ${exceptId}::integer
     order by lower(a.during) limit 1`.execute(trx)
  return rows[0] ?? null
}

/** Assignments of an officer, at whatever counter, that touch a span of time; in order of time. */
export async function findStaysOfOfficer(trx: Trx, officerId: number, from: Date, to: Date): Promise<AssignmentRow[]> {
  const { rows } = await sql<AssignmentRow>`
    select ${columns} from assignments
     where officer_id = ${officerId} and during && tstzrange(${from}, ${to}) order by lower(during)`.execute(trx)
  return rows
}

/** The open-ended assignment that runs at a counter at a moment, locked; null when there is none. */
export async function lockOpenAssignment(trx: Trx, counterId: number, at: Date): Promise<AssignmentRow | null> {
  const { rows } = await sql<AssignmentRow>`
    select ${columns} from assignments
     where counter_id = ${counterId} and upper_inf(during) and lower(during) <= ${at} for update`.execute(trx)
  return rows[0] ?? null
}

/** Throws the database's `assignments_one_at_a_time` when another one got in between. */
export async function insertAssignment(
  trx: Trx,
  values: { unit_id: number; counter_id: number; officer_id: number; starts_at: Date; ends_at: Date | null },
): Promise<AssignmentRow> {
  const { rows } = await sql<AssignmentRow>`
    insert into assignments (unit_id, counter_id, officer_id, during)
    values (${values.unit_id}, ${values.counter_id}, ${values.officer_id},
            tstzrange(${values.starts_at}, ${values.ends_at}))
    returning ${columns}`.execute(trx)
  return rows[0] as AssignmentRow
}

/** Sets the end; null = open again. The end must lie after the start. */
export async function setAssignmentEnd(trx: Trx, assignmentId: number, endsAt: Date | null): Promise<AssignmentRow> {
  const { rows } = await sql<AssignmentRow>`
    update assignments set during = tstzrange(lower(during), ${endsAt})
     where assignment_id = ${assignmentId} returning ${columns}`.execute(trx)
  return rows[0] as AssignmentRow
}

/** Only for an assignment of which no time is left: replaced from its very start, or taken back before it began. */
export async function deleteAssignment(trx: Trx, assignmentId: number): Promise<void> {
  await trx.deleteFrom('assignments').where('assignment_id', '=', assignmentId).execute()
}

/** Puts the ratings of a counter in [from, to) back into the inbox, `to` null = for ever. Returns how many. */
export async function requeueCounter(trx: Trx, counterId: number, from: Date, to: Date | null): Promise<number> {
  // A statement of its own: what the lot before us has counted must be in the next one's snapshot.
  await sql.raw(rosterLock).execute(trx)
  const { rows } = await sql<{ touched: number }>`
    select requeue_counter(${counterId}, tstzrange(${from}, ${to})) as touched`.execute(trx)
  return rows[0]?.touched ?? 0
}
