/** Decides what leaves the waiting room: sums of five or more changes of one officer at one counter. Pure. */
import { MIN_STEP } from '../domain/disclosure.ts'
import type { CountedContent, Group } from './ledger.ts'

/** The database counts in small numbers within a step. Reached only when thousands of ratings of a day are moved at once. */
const MAX_STEP = 10_000

/** A change that is not published yet: the rating joined (+1) or left (-1) the group. */
export interface Change extends CountedContent {
  rating_id: string
  local_day: string
  sign: 1 | -1
}

export interface PublishedStep extends Group {
  /** The local day of the newest rating in it. */
  local_day: string
  changes: Change[]
}

/** A rating that left and joined again before anybody saw it never moved: the two cancel. */
export function mergeChanges(waiting: readonly Change[], fresh: readonly Change[]): Change[] {
  const merged = new Map(waiting.map((change) => [change.rating_id, change]))
  for (const change of fresh) {
    const before = merged.get(change.rating_id)
    if (before && before.sign !== change.sign) merged.delete(change.rating_id)
    else merged.set(change.rating_id, change)
  }
  return [...merged.values()]
}

/**
 * Cuts a group's changes into steps at the ends of days, each as small as the floor allows, so that a backlog of weeks
 * does not end up on one date. Any two figures made of whole steps differ by 0 or by at least five ratings.
 * @returns the steps, oldest first, and what stays waiting: fewer than five.
 */
export function cutSteps(group: Group, changes: readonly Change[]): { steps: PublishedStep[]; rest: Change[] } {
  const byDay = new Map<string, Change[]>()
  for (const change of changes) {
    const day = byDay.get(change.local_day)
    if (day) day.push(change)
    else byDay.set(change.local_day, [change])
  }
  const steps: PublishedStep[] = []
  let gathered: Change[] = []
  for (const [local_day, ofDay] of [...byDay].sort(([a], [b]) => (a < b ? -1 : 1))) {
    gathered.push(...ofDay)
    if (gathered.length < MIN_STEP) continue
    for (const part of parted(gathered)) steps.push({ ...group, local_day, changes: part })
    gathered = []
  }
  return { steps, rest: gathered }
}

/** Nearly always the whole; parts of equal size, so that none falls under the floor. */
function parted(changes: Change[]): Change[][] {
  const parts = Math.ceil(changes.length / MAX_STEP)
  const size = Math.ceil(changes.length / parts)
  return Array.from({ length: parts }, (_, part) => changes.slice(part * size, (part + 1) * size))
}
