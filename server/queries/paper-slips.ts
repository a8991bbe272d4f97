/** Paper slips handed on unopened, as they were counted; the last word on a counter's day stands. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

export interface PaperSlipsRow {
  unit_id: number
  counter_id: number
  day: string
  slips: number
}

export async function listPaperSlips(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<PaperSlipsRow[]> {
  const { rows } = await sql<PaperSlipsRow>`
    select unit_id, counter_id, day, slips from paper_slips
     where unit_id = ${unitId} and day between ${range.from} and ${range.to} order by day, counter_id`.execute(trx)
  return rows
}

/** What is counted for one counter and day; null = nothing. Whoever means to change it holds the lock of its unit's numbers. */
export async function findPaperSlips(trx: Trx, counterId: number, day: string): Promise<number | null> {
  const { rows } = await sql<{ slips: number }>`
    select slips from paper_slips where counter_id = ${counterId} and day = ${day}`.execute(trx)
  return rows[0]?.slips ?? null
}

/** `slips` null takes the number away. */
export async function savePaperSlips(
  trx: Trx,
  { unit_id, counter_id, day, slips }: Omit<PaperSlipsRow, 'slips'> & { slips: number | null },
  at: Date,
): Promise<void> {
  if (slips === null) {
    await sql`delete from paper_slips where counter_id = ${counter_id} and day = ${day}`.execute(trx)
    return
  }
  await sql`
    insert into paper_slips (unit_id, counter_id, day, slips, updated_at)
    values (${unit_id}, ${counter_id}, ${day}, ${slips}, ${at})
    on conflict (counter_id, day) do update set slips = excluded.slips, updated_at = excluded.updated_at`.execute(trx)
}

/** Slips of a range by unit, of units in the reader's reach; a unit that counted none is missing. */
export async function sumPaperSlips(trx: Trx, range: { from: string; to: string }): Promise<Map<number, number>> {
  const { rows } = await sql<{ unit_id: number; slips: number }>`
    select unit_id, sum(slips)::integer as slips from paper_slips
     where day between ${range.from} and ${range.to} group by unit_id`.execute(trx)
  return new Map(rows.map(({ unit_id, slips }) => [unit_id, slips]))
}
