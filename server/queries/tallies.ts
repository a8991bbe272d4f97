/** SQL of the sums: live tallies, what waits, and published steps. Called by the counting worker alone. */
import { bools, dates, int2s, int4s, uuids } from '../binary-arrays.ts'
import type { CountClient } from './database.ts'

/** One row of signed counts for a table of sums. */
export interface SumRow {
  unit_id: number
  counter_id: number
  officer_id: number | null
  /** Of sums over a month or a year, their first day. */
  local_day: string
  set_aside: boolean
  levels: readonly number[]
  service_only: number
  marks: readonly number[]
}

const sumColumns = 'n1, n2, n3, n4, n5, service_only, marks'
const sumInput = `unnest($1::int[], $2::int[], $3::int[], $4::date[], $5::boolean[], $6::int[], $7::int[], $8::int[],
  $9::int[], $10::int[], $11::int[], $12::int[], $13::int[]) as t
  (unit_id, counter_id, officer_id, local_day, set_aside, n1, n2, n3, n4, n5, service_only, marks_from, marks_to),
  lateral (select case when marks_to >= marks_from then ($14::int[])[marks_from:marks_to] end) as m (marks)`

/** The marks of all rows lie in one list; each row takes its part of it. */
function sumValues(rows: readonly SumRow[]): unknown[] {
  const level = (place: number) => int4s(rows.map((row) => row.levels[place] as number))
  const marks: number[] = []
  const [from, to]: [number[], number[]] = [[], []]
  for (const row of rows) {
    from.push(marks.length + 1)
    if (row.marks.some((count) => count !== 0)) marks.push(...row.marks)
    to.push(marks.length)
  }
  return [
    int4s(rows.map((row) => row.unit_id)),
    int4s(rows.map((row) => row.counter_id)),
    int4s(rows.map((row) => row.officer_id)),
    dates(rows.map((row) => row.local_day)),
    bools(rows.map((row) => row.set_aside)),
    ...[0, 1, 2, 3, 4].map(level),
    int4s(rows.map((row) => row.service_only)),
    int4s(from),
    int4s(to),
    int4s(marks),
  ]
}

const addTo = (table: string) =>
  [1, 2, 3, 4, 5].map((place) => `n${place} = ${table}.n${place} + excluded.n${place}`).join(', ') +
  `, service_only = ${table}.service_only + excluded.service_only, marks = add_marks(${table}.marks, excluded.marks)`

/** A row of sums over a calendar month or year, which begins on `local_day`. */
export interface SpanRow extends SumRow {
  months: 1 | 12
}

/** Adds differences to the sums per counter, officer and month: the live tallies, or the published steps. */
export async function addToMonths(
  client: CountClient,
  table: 'tallies' | 'step_months',
  rows: readonly SumRow[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: `add_to_${table}`,
    text: `insert into ${table} (unit_id, counter_id, officer_id, month, set_aside, ${sumColumns})
           select unit_id, counter_id, officer_id, local_day, set_aside, ${sumColumns} from ${sumInput}
           on conflict on constraint ${table}_grain do update set ${addTo(table)}`,
    values: sumValues(rows),
  })
}

/** Adds differences to the sums per unit over calendar months and years. */
export async function addToUnitSpans(
  client: CountClient,
  table: 'unit_tally_spans' | 'unit_step_spans',
  rows: readonly SpanRow[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: `add_to_${table}`,
    text: `insert into ${table} (unit_id, starts_on, months, set_aside, ${sumColumns})
           select unit_id, local_day, months, set_aside, ${sumColumns}
             from (select *, row_number() over () as place from ${sumInput}) s
             join unnest($15::smallint[]) with ordinality as l (months, place) using (place)
           on conflict (unit_id, months, starts_on, set_aside) do update set ${addTo(table)}`,
    values: [...sumValues(rows), int2s(rows.map((row) => row.months))],
  })
}

/** Notes the last day on which counters received something; never moves back. */
export async function noteActivity(
  client: CountClient,
  ratings: readonly { unit_id: number; counter_id: number; local_day: string }[],
): Promise<void> {
  const newest = new Map<number, { unit_id: number; counter_id: number; local_day: string }>()
  for (const rating of ratings) {
    const known = newest.get(rating.counter_id)
    if (!known || known.local_day < rating.local_day) newest.set(rating.counter_id, rating)
  }
  const rows = [...newest.values()].sort((a, b) => a.counter_id - b.counter_id)
  await client.query({
    name: 'note_activity',
    text: `insert into counter_activity as a (counter_id, unit_id, last_day)
           select * from unnest($1::int[], $2::int[], $3::date[])
           on conflict (counter_id) do update set last_day = excluded.last_day where a.last_day < excluded.last_day`,
    values: [rows.map((row) => row.counter_id), rows.map((row) => row.unit_id), rows.map((row) => row.local_day)],
  })
}

/** Adds differences to the sums per unit and day: of the tallies, or of the published steps. */
export async function addToUnitDays(
  client: CountClient,
  table: 'unit_tallies' | 'unit_steps',
  rows: readonly SumRow[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: `add_to_${table}`,
    text: `insert into ${table} (unit_id, local_day, set_aside, ${sumColumns})
           select unit_id, local_day, set_aside, ${sumColumns} from ${sumInput}
           on conflict (unit_id, local_day, set_aside) do update set ${addTo(table)}`,
    values: sumValues(rows),
  })
}

export async function insertSteps(client: CountClient, rows: readonly (SumRow & { changes: number })[]): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'insert_steps',
    text: `insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, ${sumColumns})
           select unit_id, counter_id, officer_id, local_day, set_aside, changes, ${sumColumns}
             from (select *, row_number() over () as place from ${sumInput}) s
             join unnest($15::int[]) with ordinality as c (changes, place) using (place)`,
    values: [...sumValues(rows), int4s(rows.map((row) => row.changes))],
  })
}

const stepKey = 'unit_id, local_day, counter_id, officer_id, set_aside'
const stepCounts = ['n1', 'n2', 'n3', 'n4', 'n5', 'service_only']
/** The counts of a step are small integers. */
const MOST_CHANGES = 30_000

/**
 * Makes one row of the steps of one group and day, for the days from `from` to before `before`: what was shown stays shown,
 * and days are read at a cost of days, however many ratings they have. Returns how many rows went.
 */
export async function mergeSteps(client: CountClient, from: string, before: string): Promise<number> {
  const same = stepKey
    .split(', ')
    .map((key) => `s.${key} is not distinct from m.${key}`)
    .join(' and ')
  const { rows } = await client.query<{ went: number }>(
    `with many as materialized (
       select ${stepKey} from steps where local_day >= $1 and local_day < $2
        group by ${stepKey} having count(*) > 1 and sum(changes) <= ${MOST_CHANGES}),
     gone as (delete from steps s using many m where s.unit_id = m.unit_id and s.local_day = m.local_day and ${same} returning s.*),
     marks as (
       select ${stepKey}, array_agg(count order by place) as marks
         from (select ${stepKey}, place, sum(count)::smallint as count
                 from gone, unnest(marks) with ordinality as u (count, place) group by ${stepKey}, place) p
        group by ${stepKey}),
     sums as (
       select ${stepKey}, sum(changes)::smallint as changes,
              ${stepCounts.map((name) => `sum(${name})::smallint as ${name}`).join(', ')}
         from gone group by ${stepKey}),
     merged as (
       insert into steps (${stepKey}, changes, ${stepCounts.join(', ')}, marks)
       select s.unit_id, s.local_day, s.counter_id, s.officer_id, s.set_aside, changes, ${stepCounts.join(', ')}, m.marks
         from sums s left join marks m on m.unit_id = s.unit_id and m.local_day = s.local_day and ${same}
       returning 1)
     select (select count(*) from gone) - (select count(*) from merged) as went`,
    [from, before],
  )
  return Number(rows[0]?.went ?? 0)
}

export interface WaitingRow {
  rating_id: string
  unit_id: number
  counter_id: number
  officer_id: number | null
  set_aside: boolean
  sign: 1 | -1
  /** Whether the rating was ever part of a step. */
  shown: boolean
  local_day: string
  level: number
  /** As `packMarks` writes them. */
  marks: Buffer
}

const groupInput = 'unnest($1::int[], $2::int[], $3::boolean[]) as g (counter_id, officer_id, set_aside)'
const groupMatch =
  'w.counter_id = g.counter_id and w.officer_id is not distinct from g.officer_id and w.set_aside = g.set_aside'

interface GroupRef {
  counter_id: number
  officer_id: number | null
  set_aside: boolean
}
const groupValues = (groups: readonly GroupRef[]) => [
  int4s(groups.map((group) => group.counter_id)),
  int4s(groups.map((group) => group.officer_id)),
  bools(groups.map((group) => group.set_aside)),
]

/** Everything that waits in these groups. */
export async function findWaiting(client: CountClient, groups: readonly GroupRef[]): Promise<WaitingRow[]> {
  const { rows } = await client.query<WaitingRow>({
    name: 'find_waiting',
    text: `select w.rating_id, w.unit_id, w.counter_id, w.officer_id, w.set_aside, w.sign, w.shown,
                  r.local_day, r.level, r.marks
             from ${groupInput} join waiting w on ${groupMatch} join ratings r on r.rating_id = w.rating_id`,
    values: groupValues(groups),
  })
  return rows
}

/** Takes these out of the waiting room. */
export async function removeWaiting(
  client: CountClient,
  rows: readonly (GroupRef & { rating_id: string })[],
): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'remove_waiting',
    text: `delete from waiting w using unnest($1::int[], $2::int[], $3::boolean[], $4::uuid[])
             as g (counter_id, officer_id, set_aside, rating_id)
            where ${groupMatch} and w.rating_id = g.rating_id`,
    values: [...groupValues(rows), uuids(rows.map((row) => row.rating_id))],
  })
}

export async function putWaiting(
  client: CountClient,
  rows: readonly Omit<WaitingRow, 'local_day' | 'level' | 'marks'>[],
): Promise<void> {
  if (rows.length === 0) return
  // Sorted by the random id, so that the order of rows tells nothing of the order of visits.
  const sorted = [...rows].sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  await client.query({
    name: 'put_waiting',
    text: `insert into waiting (rating_id, unit_id, counter_id, officer_id, set_aside, sign, shown)
           select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::boolean[], $6::smallint[], $7::boolean[])`,
    values: [
      uuids(sorted.map((row) => row.rating_id)),
      int4s(sorted.map((row) => row.unit_id)),
      int4s(sorted.map((row) => row.counter_id)),
      int4s(sorted.map((row) => row.officer_id)),
      bools(sorted.map((row) => row.set_aside)),
      int2s(sorted.map((row) => row.sign)),
      bools(sorted.map((row) => row.shown)),
    ],
  })
}
