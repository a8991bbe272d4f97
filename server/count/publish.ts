/**
 * Decides what leaves the waiting room. Five ratings that nobody has seen yet appear together, and corrections beside them;
 * what was shown together may be moved together. Hence whatever sum or difference is made of steps, of any subjects, days and
 * looks, it holds no rating at all or at least five: docs/decisions/0041. Pure, but for the names of new blocks.
 */
import { randomUUID } from 'node:crypto'
import { MIN_STEP } from '../domain/disclosure.ts'
import type { CountedContent, Group } from './ledger.ts'

/** The database counts in small numbers within a step: so many new ratings and so many corrections at most. */
const MAX_PART = 5000

/** A change that is not published yet: the rating joined (+1) or left (-1) the group. */
export interface Change extends CountedContent {
  rating_id: string
  local_day: string
  sign: 1 | -1
  /** Whether the rating was ever part of a step, of any group. */
  shown: boolean
}

/** Ratings that appeared together in a step without corrections; `size` counts all of them, moved since or not. */
export interface Block {
  id: string
  size: number
}

/** Rating -> its block. What is not in it was shown beside corrections or is too old, and moves only beside new ratings. */
export type Blocks = Map<string, Block>

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

/** A block as it begins: ratings of one counter, and the days of the oldest and the newest of them. */
export interface BegunBlock {
  block: Block
  counter_id: number
  first_day: string
  last_day: string
  rating_ids: string[]
}

/** Who came into the waiting room and who left it, where some `waited` and the `rest` wait now. */
export function compareWaiting(waited: readonly Change[], rest: readonly Change[]): { come: Change[]; gone: Change[] } {
  const key = ({ rating_id, sign, shown }: Change) => `${rating_id}/${sign}/${shown}`
  const [before, now] = [new Set(waited.map(key)), new Set(rest.map(key))]
  return {
    come: rest.filter((change) => !before.has(key(change))),
    gone: waited.filter((change) => !now.has(key(change))),
  }
}

/** Part of a block that was moved and is a block of its own from now on. */
export interface Split {
  from: string
  to: Block
  rating_ids: string[]
}

export interface Cut {
  /** Oldest first, those of whole blocks before the others. */
  steps: PublishedStep[]
  rest: Change[]
  /** Blocks that begin with these steps, and blocks that were parted by them. */
  begun: BegunBlock[]
  splits: Split[]
}

/**
 * Cuts a group's changes into steps. First what moves with its block: all of it, or a part such that five or more move and
 * five or more stay. Then, at the ends of days, each as small as the floor of five new ratings allows, so that a backlog of
 * weeks does not end up on one date; corrections of those days appear beside them. `blocks` is kept up to date.
 */
export function cutSteps(group: Group, changes: readonly Change[], blocks: Blocks): Cut {
  const moved = moveBlocks(group, changes, blocks)
  const gone = new Set(moved.steps.flatMap((step) => step.changes))
  const cut = cutDays(
    group,
    changes.filter((change) => !gone.has(change)),
  )
  const begun: Cut['begun'] = []
  for (const step of cut.steps) {
    if (step.changes.some(({ shown }) => shown)) continue
    begun.push({
      block: { id: randomUUID(), size: step.changes.length },
      counter_id: group.counter_id,
      first_day: daysOf(step.changes)[0] as string,
      last_day: step.local_day,
      rating_ids: step.changes.map((change) => change.rating_id),
    })
  }
  return { steps: [...moved.steps, ...cut.steps], rest: cut.rest, begun, splits: moved.splits }
}

/** The corrections that may be shown without new ratings: each is the same for all ratings of a block of five or more. */
function moveBlocks(group: Group, changes: readonly Change[], blocks: Blocks): Pick<Cut, 'steps' | 'splits'> {
  const parts = new Map<string, Change[]>()
  for (const change of changes) {
    const block = change.shown ? blocks.get(change.rating_id) : undefined
    if (!block) continue
    const key = `${change.sign} ${block.id}`
    const part = parts.get(key)
    if (part) part.push(change)
    else parts.set(key, [change])
  }
  const steps: PublishedStep[] = []
  const splits: Split[] = []
  // Who leaves goes before who comes: the order of rows in the database must not decide where a block is parted.
  for (const part of [...parts.values()].sort(([a], [b]) => (a as Change).sign - (b as Change).sign)) {
    const block = blocks.get((part[0] as Change).rating_id) as Block
    const stays = block.size - part.length
    if (part.length < MIN_STEP || (stays > 0 && stays < MIN_STEP)) continue
    steps.push({ ...group, local_day: daysOf(part).at(-1) as string, changes: part })
    if (stays > 0) splits.push(split(block, part, blocks))
  }
  return { steps: steps.sort((a, b) => (a.local_day < b.local_day ? -1 : 1)), splits }
}

function split(block: Block, part: readonly Change[], blocks: Blocks): Split {
  const to: Block = { id: randomUUID(), size: part.length }
  block.size -= part.length
  const rating_ids = part.map((change) => change.rating_id)
  for (const id of rating_ids) blocks.set(id, to)
  return { from: block.id, to: { ...to }, rating_ids }
}

const daysOf = (changes: readonly Change[]): string[] => changes.map(({ local_day }) => local_day).sort()

function cutDays(group: Group, changes: readonly Change[]): Pick<Cut, 'steps' | 'rest'> {
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
    const fresh = gathered.filter(({ shown }) => !shown)
    if (fresh.length < MIN_STEP) continue
    const corrections = gathered.filter(({ shown }) => shown)
    for (const part of parted(fresh, corrections.slice(0, MAX_PART))) steps.push({ ...group, local_day, changes: part })
    gathered = corrections.slice(MAX_PART)
  }
  return { steps, rest: gathered }
}

/** Nearly always one; else the new ones in parts of equal size, none under the floor, and the corrections beside the first. */
function parted(fresh: readonly Change[], corrections: readonly Change[]): Change[][] {
  const parts = Math.ceil(fresh.length / MAX_PART)
  const size = Math.ceil(fresh.length / parts)
  return Array.from({ length: parts }, (_, part) => [
    ...fresh.slice(part * size, (part + 1) * size),
    ...(part === 0 ? corrections : []),
  ])
}
