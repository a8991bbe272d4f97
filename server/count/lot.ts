/** Counts one lot of the inbox in one transaction: verdicts, tallies, what waits, steps. The one writer of figures. */
import { MISUSE_VERSION } from '../domain/misuse.ts'
import { addDays, startOfDay } from '../domain/time.ts'
import { beginBlocks, findBlocks, splitBlocks } from '../queries/blocks.ts'
import { reopenTerminalDays } from '../queries/closed-days.ts'
import {
  closeIntegrityReports,
  findInbox,
  findRatingsToJudge,
  findServiceItems,
  findTerminalDays,
  lockRoster,
  removeFromInbox,
  saveCountedThrough,
  saveVerdicts,
  type VerdictRow,
} from '../queries/counting.ts'
import type { CountClient, RatingToJudge } from '../queries/database.ts'
import { addToSequences } from '../queries/fleet.ts'
import {
  addToMonths,
  addToUnitDays,
  addToUnitSpans,
  findWaiting,
  insertSteps,
  noteActivity,
  putWaiting,
  removeWaiting,
  type SpanRow,
  type SumRow,
} from '../queries/tallies.ts'
import { judgeRatings } from './judge.ts'
import { loadJudgeContext } from './judge-context.ts'
import {
  addDelta,
  addRating,
  type Cell,
  cellKey,
  type Delta,
  emptyDelta,
  type Group,
  groupKey,
  Ledger,
  monthOf,
  unitDayKey,
  yearOf,
} from './ledger.ts'
import { maskNewRemarks } from './masking.ts'
import { type Lot, planLots } from './plan.ts'
import {
  type Blocks,
  type Change,
  type Cut,
  compareWaiting,
  cutSteps,
  mergeChanges,
  type PublishedStep,
  type Split,
} from './publish.ts'
import { giveRemarks } from './remark-owners.ts'
import { noteExclusions } from './rule-log.ts'
import { sumSequences } from './sequences.ts'

/** Measured: lots of 5,000 count fastest; larger ones only hold their locks longer. */
export const LOT_SIZE = 5000

/**
 * Counts up to `limit` of the oldest inbox rows and commits; `now` in epoch ms dates what rules do. Returns how many rows it
 * took; 0 = the inbox is empty. On an error everything is rolled back and the rows stay.
 */
export async function countLot(client: CountClient, now: number, limit = LOT_SIZE): Promise<number> {
  const [lot] = planLots(await findInbox(client, limit, limit), Number.POSITIVE_INFINITY)
  if (!lot) return 0
  await countPlanned(client, lot, now)
  return lot.size
}

/**
 * Units of which something can be seen that could not be seen before: by everybody of the unit, or (`arrived`) by those who
 * are told live how many ratings came. A correction that only waits is in neither: whoever made it must not learn from the
 * moment whether a rating lay in it.
 */
export interface Counted {
  readonly published: ReadonlySet<number>
  readonly arrived: ReadonlySet<number>
}

/** Counts one lot of a plan at `now` (epoch ms) and commits. On an error everything is rolled back and its rows stay. */
export async function countPlanned(client: CountClient, lot: Lot, now: number): Promise<Counted> {
  await client.query('begin')
  try {
    const counted = await countInTransaction(client, lot, now)
    await client.query('commit')
    return counted
  } catch (error) {
    // A broken connection cannot roll back, and need not: the server does.
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function countInTransaction(client: CountClient, lot: Lot, now: number): Promise<Counted> {
  // Before anything is read: what is judged below must be judged by the roster that stands when this commits.
  await lockRoster(client)
  const ratings = await loadRatings(client, lot)
  const verdicts = judgeRatings(ratings, await loadJudgeContext(client, ratings))
  const known = new Map(ratings.map((rating) => [rating.rating_id, rating]))
  let published: ReadonlySet<number> = new Set()
  const changed = verdicts.filter((verdict) => differs(known.get(verdict.rating_id) as RatingToJudge, verdict))
  if (changed.length > 0) {
    await saveVerdicts(client, changed, MISUSE_VERSION)
    published = await applyChanges(client, changed, known)
    await noteExclusions(client, changed, known, now)
    await addToSequences(client, sumSequences(ratings))
    await reopenTerminalDays(
      client,
      changed.map((verdict) => known.get(verdict.rating_id) as RatingToJudge),
    )
  }
  await closeIntegrityReports(client, changed)
  await maskNewRemarks(client)
  await removeFromInbox(client, lot.inbox_ids)
  let newest = 0
  for (const { received_at } of ratings) newest = Math.max(newest, received_at ?? 0)
  if (newest > 0) await saveCountedThrough(client, new Date(newest))
  return { published, arrived: new Set(ratings.filter(({ judged }) => !judged).map(({ unit_id }) => unit_id)) }
}

/** The lot's ratings and with them the whole of every terminal's day they belong to. */
async function loadRatings(client: CountClient, { days, undated }: Lot): Promise<RatingToJudge[]> {
  const dated = await findTerminalDays(
    client,
    days.map(({ terminal_id, local_day }) => ({
      terminal_id,
      starts: startOfDay(local_day),
      ends: startOfDay(addDays(local_day, 1)),
    })),
  )
  return undated.length === 0 ? dated : [...dated, ...(await findRatingsToJudge(client, undated))]
}

function differs(before: RatingToJudge, after: VerdictRow): boolean {
  return (
    !before.judged ||
    before.officer_id !== after.officer_id ||
    before.set_aside !== after.set_aside ||
    before.noted !== after.noted
  )
}

/**
 * Old-to-new differences of each changed rating, into tallies at once and into steps as the floor of five allows.
 * @returns the units that have new steps.
 */
async function applyChanges(
  client: CountClient,
  changed: readonly VerdictRow[],
  known: ReadonlyMap<string, RatingToJudge>,
): Promise<ReadonlySet<number>> {
  const serviceItems = await findServiceItems(client)
  const tallies = new Ledger<Cell>()
  const unitTallies = new Ledger<Cell>()
  const fresh = new Map<string, { group: Group; changes: Change[] }>()

  const move = (rating: RatingToJudge, officer_id: number | null, set_aside: boolean, sign: 1 | -1) => {
    const { unit_id, counter_id, local_day, rating_id, level, marks } = rating
    const cell: Cell = { unit_id, counter_id, officer_id, set_aside, local_day }
    const month = { ...cell, local_day: monthOf(local_day) }
    addRating(tallies.at(cellKey(month), month), rating, sign, serviceItems)
    addRating(unitTallies.at(unitDayKey(cell), cell), rating, sign, serviceItems)
    const key = groupKey(cell)
    const entry = fresh.get(key) ?? { group: { unit_id, counter_id, officer_id, set_aside }, changes: [] }
    // Whether it was ever in a step is known once what waits has been read.
    entry.changes.push({ rating_id, local_day, level, marks, sign, shown: rating.judged })
    fresh.set(key, entry)
  }
  for (const verdict of changed) {
    const rating = known.get(verdict.rating_id) as RatingToJudge
    const sameGroup =
      rating.judged &&
      rating.officer_id === verdict.officer_id &&
      (rating.set_aside !== 0) === (verdict.set_aside !== 0)
    if (sameGroup) continue
    if (rating.judged) move(rating, rating.officer_id, rating.set_aside !== 0, -1)
    move(rating, verdict.officer_id, verdict.set_aside !== 0, 1)
  }
  if (fresh.size === 0) return new Set()
  await addToMonths(client, 'tallies', sumRows(tallies))
  await addToUnitDays(client, 'unit_tallies', sumRows(unitTallies))
  await addToUnitSpans(client, 'unit_tally_spans', spanRows(unitTallies))
  await noteActivity(client, [...known.values()])
  return publish(client, fresh, serviceItems)
}

type WaitingChange = Parameters<typeof putWaiting>[1][number]

async function publish(
  client: CountClient,
  fresh: ReadonlyMap<string, { group: Group; changes: Change[] }>,
  serviceItems: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const { groups, blocks } = await gather(client, fresh)
  const steps: (SumRow & { changes: number })[] = []
  const months = new Ledger<Cell>()
  const unitSteps = new Ledger<Cell>()
  const [come, gone]: [WaitingChange[], WaitingChange[]] = [[], []]
  const [begun, splits]: [Cut['begun'], Split[]] = [[], []]
  const appeared: PublishedStep[] = []
  for (const { group, waited, changes } of groups) {
    const cut = cutSteps(group, changes, blocks)
    begun.push(...cut.begun)
    splits.push(...cut.splits)
    appeared.push(...cut.steps)
    for (const step of cut.steps) {
      const delta = emptyDelta()
      for (const change of step.changes) addRating(delta, change, change.sign, serviceItems)
      addDelta(unitSteps.at(unitDayKey(step), step), delta)
      const month = { ...step, local_day: monthOf(step.local_day) }
      addDelta(months.at(cellKey(month), month), delta)
      steps.push({ ...sumRow(step, delta), changes: step.changes.length })
    }
    const moved = compareWaiting(waited, cut.rest)
    for (const { rating_id, sign, shown } of moved.come) come.push({ ...group, rating_id, sign, shown })
    for (const { rating_id, sign, shown } of moved.gone) gone.push({ ...group, rating_id, sign, shown })
  }
  await insertSteps(client, steps)
  await addToMonths(client, 'step_months', sumRows(months))
  await addToUnitDays(client, 'unit_steps', sumRows(unitSteps))
  await addToUnitSpans(client, 'unit_step_spans', spanRows(unitSteps))
  // Most of what waits goes on waiting: writing it again with each lot cost more than the rest of publishing.
  await removeWaiting(client, gone)
  await putWaiting(client, come)
  await beginBlocks(client, begun)
  await splitBlocks(client, splits)
  await giveRemarks(client, appeared)
  return new Set(steps.map(({ unit_id }) => unit_id))
}

/** What waits in the groups that changed, with what came; and the blocks of what was shown before. */
async function gather(
  client: CountClient,
  fresh: ReadonlyMap<string, { group: Group; changes: Change[] }>,
): Promise<{ groups: { group: Group; waited: readonly Change[]; changes: Change[] }[]; blocks: Blocks }> {
  // In the order of their ids, because a block that one group parts is another one for the next.
  const touched = [...fresh.values()].sort((a, b) => inOrder(a.group, b.group))
  const waiting = new Map<string, Change[]>()
  const unseen = new Set<string>()
  for (const row of await findWaiting(
    client,
    touched.map(({ group }) => group),
  )) {
    const key = groupKey(row)
    const entry = waiting.get(key)
    if (entry) entry.push(row)
    else waiting.set(key, [row])
    if (!row.shown) unseen.add(row.rating_id)
  }
  const groups = touched.map(({ group, changes }) => {
    const waited = waiting.get(groupKey(group)) ?? []
    const fresh = changes.map((change) => ({ ...change, shown: change.shown && !unseen.has(change.rating_id) }))
    return { group, waited, changes: mergeChanges(waited, fresh) }
  })
  const shown = groups.flatMap(({ group: { counter_id }, changes }) =>
    changes.filter((change) => change.shown).map(({ rating_id, local_day }) => ({ rating_id, counter_id, local_day })),
  )
  return { groups, blocks: await findBlocks(client, shown) }
}

const inOrder = (a: Group, b: Group): number =>
  a.counter_id - b.counter_id || (a.officer_id ?? 0) - (b.officer_id ?? 0) || Number(a.set_aside) - Number(b.set_aside)

function sumRow({ unit_id, counter_id, officer_id, local_day, set_aside }: Cell, delta: Delta): SumRow {
  return { unit_id, counter_id, officer_id, local_day, set_aside, ...delta }
}

function sumRows(ledger: Ledger<Cell>): SumRow[] {
  return [...ledger.entries.values()].map(({ of, delta }) => sumRow(of, delta))
}

/** The same differences again, by calendar month and by calendar year. */
function spanRows(unitDays: Ledger<Cell>): SpanRow[] {
  const spans = new Ledger<{ cell: Cell; months: 1 | 12 }>()
  for (const { of, delta } of unitDays.entries.values()) {
    for (const months of [1, 12] as const) {
      const cell = { ...of, local_day: months === 1 ? monthOf(of.local_day) : yearOf(of.local_day) }
      addDelta(spans.at(`${months}/${unitDayKey(cell)}`, { cell, months }), delta)
    }
  }
  return [...spans.entries.values()].map(({ of, delta }) => ({ ...sumRow(of.cell, delta), months: of.months }))
}
