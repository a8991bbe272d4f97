/** Pages of lists: a cursor names the last row of the page before, so pages neither skip nor repeat when rows are added. */
import type { PageQuery } from '../contract/common.ts'
import { fail } from '../errors.ts'

const PAGE_SIZE = 100

/** Where a page begins: behind the row with this sort key and id. */
export interface Position {
  key: string
  id: number
}

/** What a list query is asked for. It fetches one row more than `limit`, which tells whether there is another page. */
export interface PageRequest {
  after: Position | null
  limit: number
}

/** Throws `invalid_cursor` for a cursor that no list gave out. */
export function readPage(query: PageQuery): PageRequest {
  return {
    after: query.cursor === undefined ? null : decode(query.cursor),
    limit: query.limit === undefined ? PAGE_SIZE : Number(query.limit),
  }
}

/** Rows -> a page; `positionOf` must name the sort key and id of the query's own order. */
export function writePage<Row, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  positionOf: (row: Row) => Position,
  write: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(write),
    next_cursor: rows.length > limit && last !== undefined ? encode(positionOf(last)) : null,
  }
}

function encode({ key, id }: Position): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url')
}

function decode(cursor: string): Position {
  try {
    const [key, id, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    // PostgreSQL texts hold no NUL.
    const isId = typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= 2_147_483_647
    if (typeof key === 'string' && !key.includes('\0') && isId && rest.length === 0) return { key, id }
  } catch {
    // Not JSON, or not a list: the same refusal.
  }
  return fail('invalid_cursor')
}
