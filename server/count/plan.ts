/** Cuts what waits in the inbox into lots of whole terminal-days, so that a backlog judges each day once. Pure. */
import type { InboxContent } from '../queries/counting.ts'

/** What is counted in one transaction. */
export interface Lot {
  days: { terminal_id: number; local_day: string }[]
  /** Ratings without a moment; ids that are no ratings are among them. */
  undated: string[]
  /** The inbox rows it takes: how many, and their ids as PostgreSQL writes an array. */
  size: number
  inbox_ids: string
}

/**
 * Lots of at least `size` rows, but for the last; a day is never cut, because all its ratings are judged together. In the
 * order of arrival a day of which ratings trickled in among those of all other tablets would be judged again by each lot.
 */
export function planLots({ days, leftovers }: InboxContent, size: number): Lot[] {
  const lots: Lot[] = []
  let ids: string[] = []
  let lot: Lot = { days: [], undated: [], size: 0, inbox_ids: '' }
  const close = () => {
    if (lot.size > 0) lots.push({ ...lot, inbox_ids: `{${ids.join(',')}}` })
    lot = { days: [], undated: [], size: 0, inbox_ids: '' }
    ids = []
  }
  for (const { terminal_id, local_day, n, inbox_ids } of days) {
    lot.days.push({ terminal_id, local_day })
    lot.size += n
    ids.push(inbox_ids.slice(1, -1))
    if (lot.size >= size) close()
  }
  for (const { inbox_id, rating_id } of leftovers) {
    lot.undated.push(rating_id)
    lot.size += 1
    ids.push(String(inbox_id))
    if (lot.size >= size) close()
  }
  close()
  return lots
}
