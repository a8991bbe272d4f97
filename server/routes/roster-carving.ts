/** How every change of a roster is made: spans carved out of counters under lock, ratings put back, change and audit row written. */
import { MOMENTS_DAYS } from '../count/retention.ts'
import type { Scope } from '../domain/access.ts'
import { planSpan, type Span, type Stay, sameStays, within, without } from '../domain/roster.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { deleteAssignment, insertAssignment, requeueCounter } from '../queries/assignments.ts'
import { insertAudit } from '../queries/audit.ts'
import type { Trx } from '../queries/database.ts'
import {
  type AbsenceRow,
  type ChangedPlace,
  type ChangeRow,
  findAbsences,
  insertChange,
  lockStays,
  moveStay,
  type StayRow,
} from '../queries/roster-changes.ts'

const date = (at: number | null): Date | null => (at === null ? null : new Date(at))

/** Moments are destroyed after 35 days; what is older is not counted anew and its roster stays as it is. */
export function refuseClosedPast(from: number, now: Date): void {
  const closed = startOfDay(addDays(localDay(now.getTime()), -MOMENTS_DAYS))
  if (from < closed) fail('past_closed', { closed_before: localDay(closed) })
}

export interface Carving extends Span {
  counter_id: number
  /** Who shall stand there within the span. */
  wanted: readonly Stay[]
}

/** Carves one span. Returns null when nothing would be different. */
async function carve(
  trx: Trx,
  unitId: number,
  { counter_id, from, to, wanted }: Carving,
): Promise<ChangedPlace | null> {
  const known = await lockStays(trx, counter_id, new Date(from), date(to))
  const span = { from, to }
  const strip = (stays: readonly Stay[]) =>
    stays.map((stay) => ({ officer_id: stay.officer_id, from: stay.from, to: stay.to }))
  const before = strip(within(known, span))
  const after = strip(within(wanted, span))
  if (sameStays(before, after)) return null
  const plan = planSpan(known, span, wanted)
  for (const id of plan.remove) await deleteAssignment(trx, id)
  // First every row shrinks to what it keeps, then it grows: at no moment do two overlap.
  for (const row of plan.move) {
    const [kept] = within([row as Stay], row.before)
    if (kept) await moveStay(trx, row.assignment_id, new Date(kept.from), date(kept.to))
  }
  for (const row of plan.move) await moveStay(trx, row.assignment_id, new Date(row.from), date(row.to))
  for (const stay of plan.insert) {
    const { officer_id } = stay
    const starts_at = new Date(stay.from)
    await insertAssignment(trx, { unit_id: unitId, counter_id, officer_id, starts_at, ends_at: date(stay.to) })
  }
  return { counter_id, from, to, before, after }
}

/**
 * Makes a change of one or several counters of a unit; null when it would change nothing. Throws `past_closed` for a time
 * whose moments are gone.
 */
export async function makeChange(
  trx: Trx,
  scope: Scope,
  wanted: Pick<ChangeRow, 'unit_id' | 'kind' | 'absence_id' | 'reason'> & {
    carvings: readonly Carving[]
    action?: string
  },
  now: Date,
): Promise<ChangeRow | null> {
  const { unit_id, kind, absence_id, reason } = wanted
  // Everybody locks counters in the same order, so that two swaps never wait for each other.
  const carvings = [...wanted.carvings].sort((a, b) => a.counter_id - b.counter_id || a.from - b.from)
  for (const { from } of carvings) refuseClosedPast(from, now)
  const places: ChangedPlace[] = []
  for (const carving of carvings) {
    const place = await carve(trx, unit_id, carving)
    if (place) places.push(place)
  }
  if (places.length === 0) return null
  const requeued = await requeue(trx, places)
  const row = await insertChange(trx, {
    unit_id,
    kind,
    absence_id,
    reason,
    account_id: scope.account_id,
    made_at: now,
    starts_at: new Date(Math.min(...places.map(({ from }) => from))),
    ends_at: places.some(({ to }) => to === null) ? null : new Date(Math.max(...places.map(({ to }) => to as number))),
    places,
  })
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: wanted.action ?? `roster.${kind}`,
    unit_id,
    subject: { change_id: row.change_id, counters: places.map(({ counter_id }) => counter_id) },
    detail: { starts_at: row.starts_at, ends_at: row.ends_at, reason, places, requeued },
    at: now,
  })
  return row
}

/** Puts the ratings of all changed times back into the inbox; returns how many. It stands in the log's row, which no call tells (`listAudit()`). */
async function requeue(trx: Trx, places: readonly ChangedPlace[]): Promise<number> {
  let touched = 0
  for (const { counter_id, from, to } of places) {
    touched += await requeueCounter(trx, counter_id, new Date(from), date(to))
  }
  return touched
}

/**
 * Puts everything back as it was before a change. Null when somebody has changed one of its times since: then nothing is
 * touched.
 */
export async function unmakeChange(
  trx: Trx,
  scope: Scope,
  change: ChangeRow,
  now: Date,
): Promise<ChangedPlace[] | null> {
  const places = [...change.places].sort((a, b) => a.counter_id - b.counter_id || a.from - b.from)
  for (const { counter_id, from, to, after } of places) {
    const found: StayRow[] = within(await lockStays(trx, counter_id, new Date(from), date(to)), { from, to })
    if (!sameStays(found, after)) return null
  }
  for (const { from } of places) refuseClosedPast(from, now)
  for (const { before, after: _, ...place } of places) {
    await carve(trx, change.unit_id, { ...place, wanted: before })
  }
  const requeued = await requeue(trx, places)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'roster.undo',
    unit_id: change.unit_id,
    subject: { change_id: change.change_id, counters: places.map(({ counter_id }) => counter_id) },
    detail: { starts_at: change.starts_at, ends_at: change.ends_at, requeued },
    at: now,
  })
  return places
}

/** An officer's stay without the times they are away. Throws `officer_absent` when they are away at its very start. */
export async function presentStays(trx: Trx, stay: Stay): Promise<Stay[]> {
  const absences = await findAbsences(trx, { officer_id: stay.officer_id }, new Date(stay.from), date(stay.to))
  const spans = absences.map(({ starts_at, ends_at }) => ({ from: starts_at.getTime(), to: ends_at.getTime() }))
  const now = absences.find(
    ({ starts_at, ends_at }) => starts_at.getTime() <= stay.from && ends_at.getTime() > stay.from,
  )
  if (now) fail('officer_absent', writeAbsent(now))
  return without(stay, spans)
}

/** Who is away and when: enough for a page to say it in a sentence. */
export const writeAbsent = (row: AbsenceRow) => ({
  officer: { officer_id: String(row.officer_id), name: row.officer_name },
  from: row.starts_at.toISOString(),
  to: row.ends_at.toISOString(),
})
