/** Visits of counters and dossiers of units, as they were told; the last word on a day or month stands. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

export interface When {
  grain: 'day' | 'month'
  /** The first day of the month where the grain is `month`. */
  day: string
  /** '' = all procedures together. */
  procedure_group: string
}
export interface VisitsRow extends When {
  unit_id: number
  counter_id: number
  visits: number
}
export interface DossierSums {
  same_day: number
  early: number
  on_time: number
  overdue: number
}
export interface DossiersRow extends When, DossierSums {
  unit_id: number
}

/** Visits of a unit told for days of a range, or for months that touch it. */
export async function listVisits(trx: Trx, unitId: number, range: { from: string; to: string }): Promise<VisitsRow[]> {
  const { rows } = await sql<VisitsRow>`
    select unit_id, counter_id, grain, day, procedure_group, visits from visits
     where unit_id = ${unitId} and day <= ${range.to}
       and case grain when 'day' then day else (day + interval '1 month - 1 day')::date end >= ${range.from}
     order by day, counter_id, procedure_group`.execute(trx)
  return rows
}

/** What is told of one counter and time; null = nothing. Whoever means to change it holds the lock of its unit's numbers. */
export async function findVisits(trx: Trx, counterId: number, { grain, day, procedure_group }: When) {
  const { rows } = await sql<{ visits: number }>`
    select visits from visits where counter_id = ${counterId} and grain = ${grain} and day = ${day}
       and procedure_group = ${procedure_group}`.execute(trx)
  return rows[0]?.visits ?? null
}

/** Writes many at once: the last word stands. */
export async function saveVisits(trx: Trx, rows: readonly VisitsRow[], at: Date): Promise<void> {
  await sql`
    insert into visits (unit_id, counter_id, grain, day, procedure_group, visits, updated_at)
    select unit_id, counter_id, grain, day, procedure_group, visits, ${at}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (unit_id int, counter_id int, grain text, day date, procedure_group text, visits int)
    on conflict (counter_id, grain, day, procedure_group) do update
       set visits = excluded.visits, updated_at = excluded.updated_at`.execute(trx)
}

export async function removeVisits(trx: Trx, counterId: number, { grain, day, procedure_group }: When): Promise<void> {
  await sql`delete from visits where counter_id = ${counterId} and grain = ${grain} and day = ${day}
       and procedure_group = ${procedure_group}`.execute(trx)
}

/** Dossiers told for days of a range, or for months that touch it; `unitId` null = every unit in scope. */
export async function listDossiers(
  trx: Trx,
  unitId: number | null,
  range: { from: string; to: string },
): Promise<DossiersRow[]> {
  const { rows } = await sql<DossiersRow>`
    select unit_id, grain, day, procedure_group, same_day, early, on_time, overdue from dossiers
     where ${unitId === null ? sql`true` : sql`unit_id = ${unitId}`} and day <= ${range.to}
       and case grain when 'day' then day else (day + interval '1 month - 1 day')::date end >= ${range.from}
     order by unit_id, day, procedure_group`.execute(trx)
  return rows
}

/** What is told of one unit and time; null = nothing. Whoever means to change it holds the lock of its numbers. */
export async function findDossiers(
  trx: Trx,
  unitId: number,
  { grain, day, procedure_group }: When,
): Promise<DossierSums | null> {
  const { rows } = await sql<DossierSums>`
    select same_day, early, on_time, overdue from dossiers where unit_id = ${unitId} and grain = ${grain}
       and day = ${day} and procedure_group = ${procedure_group}`.execute(trx)
  return rows[0] ?? null
}

export async function saveDossiers(trx: Trx, rows: readonly DossiersRow[], at: Date): Promise<void> {
  await sql`
    insert into dossiers (unit_id, grain, day, procedure_group, same_day, early, on_time, overdue, updated_at)
    select unit_id, grain, day, procedure_group, same_day, early, on_time, overdue, ${at}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (unit_id int, grain text, day date, procedure_group text, same_day int, early int, on_time int, overdue int)
    on conflict (unit_id, grain, day, procedure_group) do update
       set same_day = excluded.same_day, early = excluded.early, on_time = excluded.on_time,
           overdue = excluded.overdue, updated_at = excluded.updated_at`.execute(trx)
}

/** Visits of a range and the published ratings of the counters and times they are told of, by unit; see `response_of_units`. */
export async function findResponses(
  trx: Trx,
  range: { from: string; to: string },
): Promise<Map<number, { visits: number; ratings: number }>> {
  const { rows } = await sql<{ unit_id: number; visits: number; ratings: number }>`
    select unit_id, visits, ratings from response_of_units(${range.from}, ${range.to})`.execute(trx)
  return new Map(rows.map(({ unit_id, ...response }) => [unit_id, response]))
}

export interface VisitedRow {
  unit_id: number
  counter_id: number
  service: string | null
  /** The one group of procedures that its visits name; null with none or several. */
  procedure_group: string | null
  visits: number
  /** Published ratings of the very counter and times that visits are told of, and the satisfied among them. */
  ratings: number
  positive: number
}

/**
 * Visits and published ratings by counter, chosen as `response_of_units` chooses them; `unitId` null = every visible unit.
 * Runs under the reader's own rights: whoever may not read steps sees no ratings here.
 */
export async function findVisited(
  trx: Trx,
  unitId: number | null,
  range: { from: string; to: string },
): Promise<VisitedRow[]> {
  const own = unitId === null ? sql`true` : sql`v.unit_id = ${unitId}`
  const rated = (table: string, day: string, grain: 'day' | 'month') => sql`
    select c.counter_id, c.grain, c.day, sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
      from counted c join ${sql.table(table)} s
        on s.unit_id = c.unit_id and s.counter_id = c.counter_id and s.${sql.ref(day)} = c.day and not s.set_aside
     where c.grain = ${grain} group by 1, 2, 3`
  const { rows } = await sql<VisitedRow>`
    with told as (
      select v.unit_id, v.counter_id, v.grain, v.day,
             coalesce(max(v.visits) filter (where procedure_group = ''), sum(v.visits)) as n,
             case when count(*) filter (where procedure_group <> '') = 1 then max(procedure_group) end as procedure_group
        from visits v
       where ${own} and v.day >= ${range.from}
         and case grain when 'day' then v.day else (v.day + interval '1 month - 1 day')::date end <= ${range.to}
       group by 1, 2, 3, 4),
    counted as (
      select * from told w
       where grain = 'month' or not exists (
         select from told m where m.grain = 'month' and m.counter_id = w.counter_id and m.day = date_trunc('month', w.day)::date)),
    rated as (${rated('steps', 'local_day', 'day')} union all ${rated('step_months', 'month', 'month')})
    select c.unit_id, c.counter_id, k.service, c.procedure_group, sum(c.n)::int as visits,
           coalesce(sum(r.n), 0)::int as ratings, coalesce(sum(r.positive), 0)::int as positive
      from counted c join counters k using (counter_id) left join rated r using (counter_id, grain, day)
     group by 1, 2, 3, 4 order by 2, 4`.execute(trx)
  return rows
}
