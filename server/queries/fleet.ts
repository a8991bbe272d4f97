/** SQL of the fleet's numbering: sums written by counting, read by those who look after tablets. */
import { sql } from 'kysely'
import type { CountClient, Trx } from './database.ts'

export interface SequenceSumRow {
  unit_id: number
  device_epoch: string
  terminal_id: number
  highest: number
  received: number
  repeated: number
}

export async function addToSequences(client: CountClient, rows: readonly SequenceSumRow[]): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'add_to_sequences',
    text: `insert into device_sequences as d (unit_id, device_epoch, terminal_id, highest, received, repeated)
           select * from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
           on conflict (unit_id, device_epoch) do update set
             terminal_id = case when excluded.highest >= d.highest then excluded.terminal_id else d.terminal_id end,
             highest = greatest(d.highest, excluded.highest),
             received = d.received + excluded.received,
             repeated = d.repeated + excluded.repeated`,
    values: [
      rows.map((row) => row.unit_id),
      rows.map((row) => row.device_epoch),
      rows.map((row) => row.terminal_id),
      rows.map((row) => row.highest),
      rows.map((row) => row.received),
      rows.map((row) => row.repeated),
    ],
  })
}

/** The stores of one unit's tablets with the numbers of theirs that wait in quarantine. */
export async function findSequences(trx: Trx, unitId: number): Promise<(SequenceSumRow & { quarantined: number })[]> {
  const { rows } = await sql<SequenceSumRow & { quarantined: number }>`
    select d.*, coalesce(q.waiting, 0) as quarantined
      from device_sequences d left join quarantined_of_unit(${unitId}) q using (device_epoch)
     where d.unit_id = ${unitId}`.execute(trx)
  return rows
}

/** counter_id -> the last local day it received a rating. */
export async function findLastRated(trx: Trx, unitId: number): Promise<Map<number, string>> {
  const { rows } = await sql<{ counter_id: number; last_day: string }>`
    select counter_id, last_day from last_rated_of_unit(${unitId})`.execute(trx)
  return new Map(rows.map((row) => [row.counter_id, row.last_day]))
}
