/** SQL of the blocks: which ratings appeared together in a step, for as long as they can still be moved. For counting alone. */
import { dates, int4s, uuids } from '../binary-arrays.ts'
import type { CountClient } from './database.ts'

interface Block {
  id: string
  size: number
}

/** A block as it begins: ratings of one counter, and the days of the oldest and the newest of them. */
export interface BlockRow {
  block: Block
  counter_id: number
  first_day: string
  last_day: string
  rating_ids: readonly string[]
}

/**
 * The blocks of these ratings: one object for each block, shared by all its ratings. Found by counter and day, because a row
 * and an index entry for every rating cost counting a third of its speed, for corrections that are one in hundreds.
 */
export async function findBlocks(
  client: CountClient,
  ratings: readonly { rating_id: string; counter_id: number; local_day: string }[],
): Promise<Map<string, Block>> {
  if (ratings.length === 0) return new Map()
  const days = new Map<number, string[]>()
  for (const { counter_id, local_day } of ratings) {
    const known = days.get(counter_id)
    if (known) known.push(local_day)
    else days.set(counter_id, [local_day])
  }
  const spans = [...days].map(([counter_id, of]) => ({ counter_id, days: of.sort() }))
  const { rows } = await client.query<{ block: string; rating_ids: string[] }>({
    name: 'find_blocks',
    text: `select b.block, b.rating_ids from unnest($1::int[], $2::date[], $3::date[]) s (counter_id, from_day, to_day)
             join blocks b on b.counter_id = s.counter_id and b.last_day >= s.from_day and b.first_day <= s.to_day`,
    values: [
      int4s(spans.map(({ counter_id }) => counter_id)),
      dates(spans.map(({ days }) => days[0] as string)),
      dates(spans.map(({ days }) => days.at(-1) as string)),
    ],
  })
  const asked = new Set(ratings.map(({ rating_id }) => rating_id))
  const blocks = new Map<string, Block>()
  for (const { block, rating_ids } of rows) {
    const one = { id: block, size: rating_ids.length }
    for (const id of rating_ids) if (asked.has(id)) blocks.set(id, one)
  }
  return blocks
}

export async function beginBlocks(client: CountClient, begun: readonly BlockRow[]): Promise<void> {
  if (begun.length === 0) return
  // Sorted by random ids, so that the order of rows and within them tells nothing of the order of visits.
  const rows = [...begun].sort((a, b) => (a.block.id < b.block.id ? -1 : 1))
  const ends: number[] = []
  for (const { rating_ids } of rows) ends.push((ends.at(-1) ?? 0) + rating_ids.length)
  await client.query({
    name: 'begin_blocks',
    text: `insert into blocks (block, counter_id, first_day, last_day, rating_ids)
           select block, counter_id, first_day, last_day, ($5::uuid[])[begins:ends]
             from unnest($1::uuid[], $2::int[], $3::date[], $4::date[], $6::int[], $7::int[])
               as t (block, counter_id, first_day, last_day, begins, ends)`,
    values: [
      uuids(rows.map((row) => row.block.id)),
      int4s(rows.map((row) => row.counter_id)),
      dates(rows.map((row) => row.first_day)),
      dates(rows.map((row) => row.last_day)),
      uuids(rows.flatMap((row) => [...row.rating_ids].sort())),
      int4s(rows.map((row, at) => (ends[at] as number) - row.rating_ids.length + 1)),
      int4s(ends),
    ],
  })
}

/** One after another: what was parted may be parted again. */
export async function splitBlocks(
  client: CountClient,
  splits: readonly { from: string; to: Block; rating_ids: readonly string[] }[],
): Promise<void> {
  for (const { from, to, rating_ids } of splits) {
    await client.query(
      `with parted as (
         update blocks set rating_ids = array(select id from unnest(rating_ids) id where id <> all ($3::uuid[]) order by id)
          where block = $1 returning counter_id, first_day, last_day)
       insert into blocks (block, counter_id, first_day, last_day, rating_ids)
       select $2, counter_id, first_day, last_day, $3 from parted`,
      [from, to.id, [...rating_ids].sort()],
    )
  }
}
