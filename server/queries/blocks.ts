/** SQL of the blocks: which ratings appeared together in a step, for as long as they can still be moved. For counting alone. */
import { int4s, uuids } from '../binary-arrays.ts'
import type { CountClient } from './database.ts'

interface Block {
  id: string
  size: number
}

/** The blocks of these ratings: one object for each block, shared by its ratings. */
export async function findBlocks(client: CountClient, ratingIds: readonly string[]): Promise<Map<string, Block>> {
  if (ratingIds.length === 0) return new Map()
  const { rows } = await client.query<{ rating_id: string; block: string; size: number }>({
    name: 'find_blocks',
    text: 'select rating_id, block, size from shown_together where rating_id = any ($1::uuid[])',
    values: [uuids(ratingIds)],
  })
  const blocks = new Map<string, Block>()
  for (const { block, size } of rows) blocks.set(block, blocks.get(block) ?? { id: block, size })
  return new Map(rows.map(({ rating_id, block }) => [rating_id, blocks.get(block) as Block]))
}

export async function beginBlocks(
  client: CountClient,
  begun: readonly { block: Block; rating_ids: readonly string[] }[],
): Promise<void> {
  if (begun.length === 0) return
  // Sorted by the random id, so that the order of rows tells nothing of the order of visits.
  const rows = begun
    .flatMap(({ block, rating_ids }) => rating_ids.map((rating_id) => ({ rating_id, block })))
    .sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  await client.query({
    name: 'begin_blocks',
    text: `insert into shown_together (rating_id, block, size) select * from unnest($1::uuid[], $2::uuid[], $3::int[])`,
    values: [
      uuids(rows.map((row) => row.rating_id)),
      uuids(rows.map((row) => row.block.id)),
      int4s(rows.map((row) => row.block.size)),
    ],
  })
}

/** One after another: what was parted may be parted again. */
export async function splitBlocks(
  client: CountClient,
  splits: readonly { from: string; to: Block; rating_ids: readonly string[] }[],
): Promise<void> {
  for (const { from, to, rating_ids } of splits) {
    await client.query('update shown_together set block = $2, size = $3 where rating_id = any ($1::uuid[])', [
      rating_ids,
      to.id,
      to.size,
    ])
    await client.query('update shown_together set size = size - $2 where block = $1', [from, to.size])
  }
}
