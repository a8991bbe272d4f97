/** Gives a batch a length that depends on nothing but how many ratings it holds: TLS hides what is sent, not how long it is. */
import type { RatingBatch } from '../../server/contract/ratings.ts'
import { blanksFor } from './crypto.ts'

/**
 * Bytes of a body with one rating, and with two to `BATCH` of them: 6,553 for each. The longest rating, with every tile and
 * a remark of 1,000 characters of 4 bytes, takes 5.5 kB. One 64 kB body is half as dear to the server as 128 kB in one.
 */
export const LONE_BYTES = 8192
export const BATCH_BYTES = 65_536

/** The `api_revision` from which on the server takes `padding`; an older one refuses the body. */
const KNOWN_SINCE = 3

/** The same batch, padded; as it is where the server is known to be too old. One that is longer than foreseen fills a multiple. */
export function padBatch(batch: RatingBatch, revision = KNOWN_SINCE): RatingBatch {
  if (revision < KNOWN_SINCE) return batch
  const size = batch.ratings.length === 1 ? LONE_BYTES : BATCH_BYTES
  return { ...batch, padding: blanksFor(JSON.stringify({ ...batch, padding: '' }), size) }
}
