/** Remarks of a unit or an officer and integrity reports, as those see them who may; and whose remarks are whose, for counting. */
import { sql } from 'kysely'
import { dates, int4s, uuids } from '../binary-arrays.ts'
import type { CountClient, Trx } from './database.ts'

/** Masked remarks of the range with their local day, which only decides about release and never leaves the server. */
export async function findRemarks(trx: Trx, unitId: number, range: { from: string; to: string }) {
  return trx
    .selectFrom('remarks')
    .select(['local_day', 'masked as remark'])
    .where('unit_id', '=', unitId)
    .where('masked', 'is not', null)
    .$narrowType<{ remark: string }>()
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .execute()
}

/** Masked remarks of the officer who asks, by the days of the steps they came with; nothing for whoever reads the unit's. */
export async function findOwnRemarks(
  trx: Trx,
  range: { from: string; to: string },
): Promise<{ shown_on: string; remark: string }[]> {
  const { rows } = await sql<{ shown_on: string; remark: string }>`
    select shown_on, remark from remarks_of_officer(${range.from}, ${range.to})`.execute(trx)
  return rows
}

/** A remark that leaves an officer (`from`) or comes to one (`to`) with the step of the day `shown_on`; null = nobody. */
export interface RemarkMove {
  rating_id: string
  from: number | null
  to: number | null
  shown_on: string | null
}

/** The rating_ids of all remarks of these units within these days. */
export async function findRemarksBeside(
  client: CountClient,
  spans: ReadonlyMap<number, { first: string; last: string }>,
): Promise<Set<string>> {
  const { rows } = await client.query<{ rating_id: string }>({
    name: 'find_remarks_beside',
    text: `select m.rating_id from unnest($1::int[], $2::date[], $3::date[]) s (unit_id, first, last)
             join remarks m on m.unit_id = s.unit_id and m.local_day between s.first and s.last`,
    values: [
      int4s([...spans.keys()]),
      dates([...spans.values()].map(({ first }) => first)),
      dates([...spans.values()].map(({ last }) => last)),
    ],
  })
  return new Set(rows.map(({ rating_id }) => rating_id))
}

/** Remarks that are not `from` whom they should come stay where they are. */
export async function saveRemarkOwners(client: CountClient, moves: readonly RemarkMove[]): Promise<void> {
  if (moves.length === 0) return
  const sorted = [...moves].sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  await client.query({
    name: 'save_remark_owners',
    text: `update remarks r set officer_id = m.officer_to, shown_on = m.shown_on
             from (select * from unnest($1::uuid[], $2::int[], $3::int[], $4::date[])
                     as t (rating_id, officer_from, officer_to, shown_on) order by rating_id) m
            where r.rating_id = m.rating_id and r.officer_id is not distinct from m.officer_from`,
    values: [
      uuids(sorted.map(({ rating_id }) => rating_id)),
      int4s(sorted.map(({ from }) => from)),
      int4s(sorted.map(({ to }) => to)),
      sorted.map(({ shown_on }) => shown_on),
    ],
  })
}

export interface IntegrityRow {
  report_id: string
  unit_id: number
  unit_name: string
  month: string
  items: string[]
  remark: string | null
  officer_id: number | null
  officer_name: string | null
  /** Ratings of the officer in that month; the name is shown from five on. */
  officer_ratings: number
}

/** Integrity reports, newest month first; within a month in the order of their random id, which tells nothing. */
export async function findIntegrityReports(
  trx: Trx,
  after: { month: string; report_id: string } | null,
  limit: number,
): Promise<IntegrityRow[]> {
  const { rows } = await sql<IntegrityRow>`
    select i.report_id, i.unit_id, u.name as unit_name, i.month, i.items, i.remark, i.officer_id,
           officer_name_for_inspector(i.officer_id) as officer_name,
           case when i.officer_id is null then 0 else officer_counted_in_month(i.officer_id, i.month) end as officer_ratings
      from integrity_reports i join units u using (unit_id)
     where ${after?.month ?? null}::date is null
        or i.month < ${after?.month ?? null}::date
        or (i.month = ${after?.month ?? null}::date and i.report_id > ${after?.report_id ?? null}::uuid)
     order by i.month desc, i.report_id limit ${limit}`.execute(trx)
  return rows
}
