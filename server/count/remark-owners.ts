/**
 * Whose remarks are whose: an officer gets a remark together with five ratings or more that appeared alike, and loses it only
 * with as many. So no change of an officer's remarks points at fewer than five citizens: docs/decisions/0045.
 */
import type { CountClient } from '../queries/database.ts'
import { findRemarksBeside, type RemarkMove, saveRemarkOwners } from '../queries/remarks.ts'
import type { PublishedStep } from './publish.ts'

/**
 * How the remarks of these steps change hands. Ratings nobody has seen give theirs to the officer they count for; what moves
 * with its block takes them along. A correction beside new ratings moves no remark: it may be the only one. Pure.
 */
export function remarkMoves(steps: readonly PublishedStep[]): RemarkMove[] {
  const moves = new Map<string, RemarkMove>()
  const moveOf = (rating_id: string): RemarkMove => {
    const known = moves.get(rating_id) ?? { rating_id, from: null, to: null, shown_on: null }
    moves.set(rating_id, known)
    return known
  }
  for (const { changes, officer_id, set_aside, local_day } of steps) {
    const own = set_aside ? null : officer_id
    if (own === null) continue
    const fresh = changes.filter(({ shown }) => !shown)
    for (const { rating_id, sign } of fresh.length > 0 ? fresh : changes) {
      if (sign < 0) moveOf(rating_id).from = own
      else Object.assign(moveOf(rating_id), { to: own, shown_on: local_day })
    }
  }
  return [...moves.values()]
}

/** Moves the remarks of what appears with these steps, in the transaction that makes them appear. */
export async function giveRemarks(client: CountClient, steps: readonly PublishedStep[]): Promise<void> {
  if (steps.length === 0) return
  // Few ratings have a remark; those that might are found by unit and day.
  const spans = new Map<number, { first: string; last: string }>()
  for (const { unit_id, changes } of steps) {
    for (const { local_day } of changes) {
      const span = spans.get(unit_id) ?? { first: local_day, last: local_day }
      if (local_day < span.first) span.first = local_day
      if (local_day > span.last) span.last = local_day
      spans.set(unit_id, span)
    }
  }
  const written = await findRemarksBeside(client, spans)
  if (written.size === 0) return
  await saveRemarkOwners(
    client,
    remarkMoves(steps).filter(({ rating_id }) => written.has(rating_id)),
  )
}
