/** How a tablet fares and what to do about it: pure rules over what it last said of itself. */
import type { FleetAdvice, FleetTablet } from '../contract/fleet.ts'
import { addDays, localDay, startOfDay } from './time.ts'
import { isWorkingDay, type WorkingCalendar } from './working-days.ts'

/** A tablet tells of itself every minute; ten missed ones are more than a restart. */
export const ONLINE_MS = 10 * 60_000
/** Sent within seconds as a rule: an hour in touch with ratings waiting means that sending fails. */
export const WAITING_LONG_MS = 3_600_000
/** Tablets take a new page within the hour, once nobody stands at them. */
export const UPDATE_MS = 24 * 3_600_000
/** A tablet that still has not is broken: nobody touches it, or it cannot fetch. */
export const UPDATE_OVERDUE_MS = 7 * 86_400_000
export const LOW_BATTERY = 0.2
/** A tablet without network for a month keeps 15,000 ratings in 20 MB, so this leaves weeks. */
export const FULL_SHARE = 0.9
export const FULL_BYTES = 50_000_000
/** Ratings are dated right whatever the clock says, but the tablet's opening hours are not. */
export const CLOCK_TOLERANCE_S = 300
/** Whole working days without a rating, somebody being assigned on each. */
export const UNUSED_DAYS = 2
/** How far back two working days are looked for: over a holiday of a week and the weekends beside it. */
export const LOOK_BACK_DAYS = 14

/** Everything the advice follows from; times in epoch ms of the server's clock. */
export interface TabletFacts
  extends Pick<
    FleetTablet,
    | 'queue_length'
    | 'rejected_length'
    | 'storage_persisted'
    | 'storage_used'
    | 'storage_quota'
    | 'battery'
    | 'charging'
    | 'clock_offset_s'
    | 'missing'
    | 'cloned'
    | 'store_lost'
    | 'last_rated_day'
    | 'newest'
  > {
  paired_ms: number | null
  code_expires_ms: number | null
  last_contact_ms: number | null
  /** The first tap of the oldest rating not sent, by the tablet's own clock. */
  oldest_ms: number | null
  /** Spans of the assignments at its counter; `to_ms` null = until changed. */
  staffed: readonly { from_ms: number; to_ms: number | null }[]
  /** On which days its unit works. */
  calendar: WorkingCalendar
  /** Since when the newest page is served; null = not known. */
  newest_since_ms: number | null
}

/** State and, while silent, since when (epoch ms). Pairing counts as a sign of life. */
export function stateOf(
  { paired_ms, last_contact_ms }: Pick<TabletFacts, 'paired_ms' | 'last_contact_ms'>,
  now_ms: number,
): { state: FleetTablet['state']; silent_since_ms: number | null } {
  if (paired_ms === null) return { state: 'waiting', silent_since_ms: null }
  const heard = Math.max(paired_ms, last_contact_ms ?? paired_ms)
  return now_ms - heard <= ONLINE_MS
    ? { state: 'online', silent_since_ms: null }
    : { state: 'silent', silent_since_ms: heard }
}

/** The last `count` whole working days before `today`, newest first; fewer when the look-back holds no more. */
export function workingDaysBefore(today: string, calendar: WorkingCalendar, count: number): string[] {
  const days: string[] = []
  for (let back = 1; back <= LOOK_BACK_DAYS && days.length < count; back += 1) {
    const day = addDays(today, -back)
    if (isWorkingDay(day, calendar)) days.push(day)
  }
  return days
}

/** True when somebody was assigned on each of the last two working days, the tablet stood there, and nobody rated since. */
function isUnusedWhileStaffed(facts: TabletFacts, now_ms: number): boolean {
  const days = workingDaysBefore(localDay(now_ms), facts.calendar, UNUSED_DAYS)
  const first = days.at(-1)
  if (first === undefined || days.length < UNUSED_DAYS || facts.paired_ms === null) return false
  if (facts.paired_ms >= startOfDay(first)) return false
  if (facts.last_rated_day !== null && facts.last_rated_day >= first) return false
  return days.every((day) => {
    const [begin, end] = [startOfDay(day), startOfDay(addDays(day, 1))]
    return facts.staffed.some(({ from_ms, to_ms }) => from_ms < end && (to_ms === null || to_ms > begin))
  })
}

/** True when nine tenths of the room are used, or little is left in bytes. A quota of 0 tells nothing. */
function isNearlyFull({ storage_used, storage_quota }: Pick<TabletFacts, 'storage_used' | 'storage_quota'>): boolean {
  if (storage_used === null || !storage_quota) return false
  return storage_used >= storage_quota * FULL_SHARE || storage_quota - storage_used < FULL_BYTES
}

/** What to do about a tablet, in the order of the contract's list; empty = nothing. */
export function adviseTablet(facts: TabletFacts, now_ms: number): FleetAdvice[] {
  const { state } = stateOf(facts, now_ms)
  if (state === 'waiting') {
    return [facts.code_expires_ms !== null && facts.code_expires_ms > now_ms ? 'type_code' : 'pair_again']
  }
  const online = state === 'online'
  const { queue_length, rejected_length, oldest_ms, clock_offset_s } = facts
  const waiting = queue_length ?? 0
  const refused = rejected_length ?? 0
  const waited_ms = oldest_ms === null ? 0 : now_ms - (oldest_ms - (clock_offset_s ?? 0) * 1000)
  const old_ms = facts.newest === false && facts.newest_since_ms !== null ? now_ms - facts.newest_since_ms : 0
  const overdue = old_ms > UPDATE_OVERDUE_MS
  const advice: [FleetAdvice, boolean][] = [
    ['check_power_and_network', !online],
    ['cloned', facts.cloned],
    ['store_lost', facts.store_lost],
    ['answers_waiting_long', online && waiting > 0 && waited_ms > WAITING_LONG_MS],
    // What the tablet still holds is not lost.
    ['ratings_missing', facts.missing > waiting + refused],
    ['rejected_waiting', refused > 0],
    // A tablet out of touch, or with a queue, may well be used.
    ['unused_while_staffed', online && waiting === 0 && isUnusedWhileStaffed(facts, now_ms)],
    ['battery_low', (facts.battery ?? 1) < LOW_BATTERY && facts.charging !== true],
    ['storage_nearly_full', isNearlyFull(facts)],
    ['storage_not_kept', facts.storage_persisted === false],
    ['clock_wrong', Math.abs(clock_offset_s ?? 0) > CLOCK_TOLERANCE_S],
    ['update_stuck', online && old_ms > UPDATE_MS && !overdue],
    ['update_overdue', overdue],
  ]
  return advice.filter(([, due]) => due).map(([code]) => code)
}

/** The last third of a certificate's life, and never more than its last 30 days: time enough, and no alarm for months. */
export function isRenewalDue({ from_ms, to_ms }: { from_ms: number; to_ms: number }, now_ms: number): boolean {
  return to_ms - now_ms < Math.min((to_ms - from_ms) / 3, 30 * 86_400_000)
}
