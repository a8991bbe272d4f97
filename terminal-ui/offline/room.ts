/** How much a tablet may keep: it stops before it is full, because a full disk is noticed too late. Pure rules. */
import type { Counts } from './records.ts'

/** Records of all kinds: years of visits at one counter, about 400 MB. */
export const MAX_RATINGS = 50_000
/** Bytes the browser must still give: the store needs some to tidy up in, and a queue that cannot be tidied is lost. */
export const MIN_FREE_BYTES = 20_000_000

export interface Room {
  /** How many acknowledged copies have to go, the oldest first. */
  drop: number
  /** Nothing new may be begun. */
  full: boolean
}

/** What to do with so many records and so much place; `storage` null = the browser does not say, then numbers alone decide. */
export function roomOf(counts: Counts, storage: { used: number; quota: number } | null): Room {
  const own = counts.open + counts.sealed + counts.rejected
  const tight = storage !== null && storage.quota - storage.used < MIN_FREE_BYTES
  const over = own + counts.acked - MAX_RATINGS
  const drop = tight ? counts.acked : Math.min(counts.acked, Math.max(0, over))
  return { drop, full: own >= MAX_RATINGS || (tight && counts.acked === 0) }
}
