/** How an answer changes records: only sealed ones, so an answer that comes twice is harmless. */
import type { WriteTransaction } from './database.ts'
import type { StoredRating } from './schema.ts'
import type { Rejection, Settlement } from './sync-policy.ts'

/** A `Date` header knows whole seconds: what it dates may be so much younger. */
export const DATE_HEADER_MS = 1000

/** Writes the ids that came back as acknowledged. */
export async function acknowledge(tx: WriteTransaction, answer: Settlement): Promise<void> {
  const ratings = tx.objectStore('ratings')
  for (const { id, status } of answer.acked) {
    const record = await ratings.get(id)
    if (record?.state !== 'sealed') continue
    const { code: _code, rejected_under: _under, backup_generation: _generation, ...rest } = record
    await ratings.put({
      ...rest,
      state: 'acked',
      ack_status: status,
      ...(answer.at === null ? {} : { acked_at: answer.at }),
      server_epoch: answer.epoch,
      ...(answer.backup_generation === null ? {} : { backup_generation: answer.backup_generation }),
    })
  }
}

/** Puts records into the visible list. */
export async function reject(tx: WriteTransaction, rejected: Rejection[], under: string): Promise<void> {
  const ratings = tx.objectStore('ratings')
  for (const { id, code } of rejected) {
    const record = await ratings.get(id)
    if (record?.state === 'sealed') await ratings.put({ ...record, state: 'rejected', code, rejected_under: under })
  }
}

/** Whether the server's `resend_after` asks for an acknowledged record; null asks for nothing. */
export function isWished({ sequence, acked_at }: StoredRating, wish: number | string | null): boolean {
  if (typeof wish !== 'string') return wish !== null && sequence > wish
  // What was acknowledged within the second of the wish, or at a time nobody knows, is sent rather than not.
  return acked_at === undefined || acked_at + DATE_HEADER_MS > Date.parse(wish)
}
