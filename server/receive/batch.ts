/** A whole batch: each item checked and placed alone, stored together, answered in order. */
import type { Rating, RatingBatch, RatingResult } from '../contract/ratings.ts'
import { errorTable } from '../errors.ts'
import { findRefused } from '../queries/quarantine.ts'
import {
  findContentMacs,
  findStoredIds,
  insertQuarantine,
  type QuarantineRow,
  type RatingRow,
} from '../queries/ratings.ts'
import type { Services, TerminalIdentity } from '../services.ts'
import { type CatalogueIndex, checkRating, contentMac, pairingId, ratingRow, type TapPlace } from './prepare.ts'
import { type Outcome, OverloadedError } from './receiver.ts'
import { keepUndated } from './undated.ts'

type Placement = TapPlace | QuarantineRow['reason']

type Item =
  | RatingResult
  | { index: number; row: RatingRow; rating: Rating }
  | { index: number; quarantined: QuarantineRow }

/** The item's own id as it was sent, for the answer; null when it has none that is text of a sensible length. */
function idOf(item: unknown): string | null {
  const id = (item as { id?: unknown } | null)?.id
  return typeof id === 'string' && id.length <= 200 ? id : null
}

/**
 * Where the rating was tapped. Only the pairing that sends it, or an ended pairing of the same unit, is believed:
 * a tablet may carry its old queue to a new counter, but no tablet may speak for one that is still at work.
 * Null = the pairing it names has to be looked up.
 */
function placeAtHand(rating: Rating, sender: TerminalIdentity): Placement | null {
  if (sender.revoked_at) return 'terminal_revoked'
  return rating.terminal_id === undefined || rating.terminal_id === String(sender.terminal_id) ? sender : null
}

async function lookUpPlace(rating: Rating, sender: TerminalIdentity, services: Services): Promise<Placement> {
  const id = pairingId(rating.terminal_id ?? '')
  const earlier = id === null ? null : await services.directory.terminalById(id)
  if (!earlier || earlier.unit_id !== sender.unit_id || !earlier.revoked_at) return 'unknown_terminal'
  return earlier
}

/** What one item needs to become a row, the same for all items of a batch. */
interface Arrival {
  envelope: RatingBatch
  sender: TerminalIdentity
  received_ms: number
  catalogue: CatalogueIndex
  services: Services
}

/** A promise only where a pairing must be looked up: a lone rating of a tablet at its place is prepared in one go. */
function prepare(item: unknown, index: number, arrival: Arrival): Item | Promise<Item> {
  const checked = checkRating(item, arrival.catalogue)
  if ('refusal' in checked) return { index, id: idOf(item), status: 'rejected', ...checked.refusal }
  const { rating } = checked
  const place = placeAtHand(rating, arrival.sender)
  if (place !== null) return placed(rating, place, index, arrival)
  return lookUpPlace(rating, arrival.sender, arrival.services).then((found) => placed(rating, found, index, arrival))
}

function placed(rating: Rating, place: Placement, index: number, arrival: Arrival): Item {
  const { envelope, sender, received_ms, catalogue, services } = arrival
  if (typeof place !== 'string') {
    return { index, rating, row: ratingRow(rating, place, envelope, received_ms, catalogue, services.keys.content) }
  }
  return {
    index,
    quarantined: {
      rating_id: rating.id,
      unit_id: sender.unit_id,
      sent_by_terminal_id: sender.terminal_id,
      claimed_terminal_id: rating.terminal_id ?? null,
      reason: place,
      received_at: received_ms,
      local_day: ratingRow(rating, sender, envelope, received_ms, catalogue, services.keys.content).local_day,
      content_mac: contentMac(rating, services.keys.content),
      body: {
        rating,
        sent_at: envelope.sent_at,
        clock_session: envelope.clock_session ?? null,
        sent_ms: envelope.sent_ms ?? null,
      },
    },
  }
}

const conflict = { status: 'rejected', code: 'rating_conflict', message: errorTable.rating_conflict.message } as const

async function keepInQuarantine(row: QuarantineRow, services: Services): Promise<Omit<RatingResult, 'index'>> {
  const pool = services.pools.ingest
  const id = row.rating_id
  if ((await findStoredIds(pool, [id])).has(id)) {
    const mac = (await findContentMacs(pool, [id])).get(id)
    return { id, ...(mac === undefined || mac.equals(row.content_mac) ? { status: 'duplicate' } : conflict) }
  }
  const content_mac = await insertQuarantine(pool, row)
  return { id, ...quarantineAnswer({ content_mac, reason: row.reason }, row.content_mac) }
}

/** The answer about an id that is in quarantine with this content; with other content the first stands. */
function quarantineAnswer(
  standing: Pick<QuarantineRow, 'content_mac' | 'reason'>,
  mac: Buffer,
): Omit<RatingResult, 'index' | 'id'> {
  if (!standing.content_mac.equals(mac)) return conflict
  return { status: 'quarantined', code: standing.reason, message: errorTable[standing.reason].message }
}

/**
 * Those that a person refused: they stay uncounted by whichever pairing they come again. Null where nothing is refused at
 * all, which is nearly always, so that a rating pays nothing for it.
 */
async function findRefusedAmong(rows: readonly { row: RatingRow }[], { directory, pools }: Services) {
  if (rows.length === 0 || !directory.hasRefused()) return null
  return findRefused(
    pools.ingest,
    rows.map(({ row }) => row.rating_id),
  )
}

/** Stores dated rows together; while the server's clock is behind, keeps them undated instead. Both are durable. */
async function store(
  rows: readonly { row: RatingRow; rating: Rating }[],
  envelope: RatingBatch,
  services: Services,
): Promise<Outcome[]> {
  if (rows.length === 0) return []
  if (!services.directory.isClockBehind()) return services.receiver.receive(rows.map(({ row }) => row))
  const outcomes: Outcome[] = []
  for (const { row, rating } of rows) outcomes.push(await keepUndated(row, rating, envelope, services))
  return outcomes
}

/**
 * Stores a batch of unchecked items sent by `sender`. Resolves after the commit with one result per item, in order.
 * Rejects when the outcome is unknown (database away, overloaded): nothing may then be taken as stored.
 */
export async function receiveBatch(
  envelope: RatingBatch,
  sender: TerminalIdentity,
  services: Services,
): Promise<RatingResult[]> {
  // Many may have been let in at once, before the rows of any of them were here: checking what is then refused would cost more
  // than storing it, and take its time from what is stored.
  if (!services.receiver.hasRoom(envelope.ratings.length)) throw new OverloadedError()
  const catalogue = services.directory.catalogueAtHand() ?? (await services.directory.catalogue())
  const arrival = { envelope, sender, received_ms: services.directory.now(), catalogue, services }
  const items: Item[] = []
  for (const [index, item] of envelope.ratings.entries()) {
    const prepared = prepare(item, index, arrival)
    items.push(prepared instanceof Promise ? await prepared : prepared)
  }
  const all = items.filter((item) => 'row' in item)
  const refused = await findRefusedAmong(all, services)
  const rows = refused === null ? all : all.filter(({ row }) => !refused.has(row.rating_id))
  const outcomes = await store(rows, envelope, services)

  const results: RatingResult[] = []
  let position = 0
  for (const item of items) {
    if ('status' in item) results.push(item)
    else if ('quarantined' in item) {
      results.push({ index: item.index, ...(await keepInQuarantine(item.quarantined, services)) })
    } else {
      const { index, row } = item
      const standing = refused?.get(row.rating_id)
      if (standing) {
        results.push({ index, id: row.rating_id, ...quarantineAnswer(standing, row.content_mac) })
        continue
      }
      const outcome = outcomes[position]
      position += 1
      if (outcome === 'conflict') results.push({ index, id: row.rating_id, ...conflict })
      else if (outcome === 'refused') {
        const { message } = errorTable.invalid_rating
        results.push({ index, id: row.rating_id, status: 'rejected', code: 'invalid_rating', message })
      } else results.push({ index, id: row.rating_id, status: outcome as 'stored' | 'duplicate' })
    }
  }
  return results
}
