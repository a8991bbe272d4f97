/** The fleet: every tablet that is not ended, how it fares, and what to do about it. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LanguageTag, LocalDate, Nullable, UnitSearchQuery } from './common.ts'

/** What somebody should do about a tablet, the most pressing first. The words stand in the pages' own languages. */
export const fleetAdvice = [
  /** The pairing code is good and waits to be typed on the tablet. */
  'type_code',
  /** The code ran out unused: make another one. */
  'pair_again',
  'check_power_and_network',
  /** Two tablets share one image: their ratings cannot be told apart by number. */
  'cloned',
  /** Its store was wiped, cut short or corrupted, and it began anew. */
  'store_lost',
  /** It is in touch, yet ratings wait on it for over an hour. */
  'answers_waiting_long',
  /** Numbers that the tablet gave and that never came: a store that was wiped or cut short. */
  'ratings_missing',
  /** The server refused records; they are kept on the tablet. */
  'rejected_waiting',
  'unused_while_staffed',
  'battery_low',
  /** Hardly any room left: soon nothing more can be recorded. */
  'storage_nearly_full',
  /** The browser may throw the store away when the disk is full. */
  'storage_not_kept',
  'clock_wrong',
  /** An old page a day after a newer one was served: touch it once. */
  'update_stuck',
  /** An old page a week after: it does not update by itself any more. */
  'update_overdue',
] as const
export type FleetAdvice = (typeof fleetAdvice)[number]

/** `waiting` = its pairing code was not used yet; `online` = heard of in the last ten minutes; else `silent`. */
export const FleetTablet = Closed({
  terminal_id: Id,
  unit_id: Id,
  /** In pages of the list alone. */
  unit_name: Type.Optional(Type.String()),
  name: Type.String(),
  counter: Closed({ counter_id: Id, name: Type.String(), service: Nullable(Type.String()) }),
  /** Who is assigned to the counter now. */
  officer: Nullable(Closed({ officer_id: Id, name: Type.String() })),
  state: Type.Enum(['waiting', 'online', 'silent']),
  paired_at: Nullable(Instant),
  /** While the code has not been used: until when it is good. */
  code_expires_at: Nullable(Instant),
  last_contact_at: Nullable(Instant),
  /** When it was last heard of, while it is silent; else null. */
  silent_since: Nullable(Instant),
  /** What it said of itself when it last did; null = it never told. */
  queue_length: Nullable(Type.Integer()),
  /** The hour in which the oldest waiting rating was given. */
  oldest_at: Nullable(Instant),
  rejected_length: Nullable(Type.Integer()),
  version: Nullable(Type.String()),
  /** Whether that is the page the server serves now; null = not known. */
  newest: Nullable(Type.Boolean()),
  storage_persisted: Nullable(Type.Boolean()),
  /** Share of a full battery, 0 to 1. */
  battery: Nullable(Type.Number()),
  charging: Nullable(Type.Boolean()),
  /** The tablet's clock minus the server's, in seconds. */
  clock_offset_s: Nullable(Type.Number()),
  /** Of the browser's store, in bytes. */
  storage_used: Nullable(Type.Number()),
  storage_quota: Nullable(Type.Number()),
  /** Recorded voices that are whole on the tablet. */
  voices: Nullable(Type.Array(Closed({ language: LanguageTag, version: Type.String() }))),
  /** What went wrong on it last, as a short class; null = nothing, or it never told. */
  last_error: Nullable(Type.String()),
  /** Ratings it numbered that have not come; those it still holds or that were refused may be among them. */
  missing: Type.Integer(),
  cloned: Type.Boolean(),
  /** Its store was lost in the last 14 days; what never came of it is among `missing`. */
  store_lost: Type.Boolean(),
  /** Of those that came: how many wait for a decision, because the pairing was ended or is not known. */
  quarantined: Type.Integer(),
  /** The last local day on which its counter was rated. */
  last_rated_day: Nullable(LocalDate),
  advice: Type.Array(Type.Enum(fleetAdvice as unknown as FleetAdvice[])),
})
export type FleetTablet = Static<typeof FleetTablet>

/** Of all tablets in reach, whatever a page is narrowed to; up to a minute or two old. */
export const FleetSummary = Closed({
  /** Their pairing code was not used yet. */
  waiting: Type.Integer(),
  online: Type.Integer(),
  silent: Type.Integer(),
  /** In touch, and something is to be done about them all the same. */
  ailing: Type.Integer(),
  /** How many tablets each advice is given about. */
  advice: Type.Array(Closed({ advice: Type.Enum(fleetAdvice as unknown as FleetAdvice[]), n: Type.Integer() })),
  /** The silent one that was heard of longest ago. */
  longest_silent: Nullable(
    Closed({ terminal_id: Id, unit_name: Type.String(), counter_name: Type.String(), silent_since: Instant }),
  ),
})
export type FleetSummary = Static<typeof FleetSummary>

export const Fleet = Closed({
  /** In order of unit and counter. */
  items: Type.Array(FleetTablet),
  /** In pages of the list alone: where the next one begins, how many there are on all of them, and what is true of all. */
  next_cursor: Type.Optional(Nullable(Type.String())),
  total: Type.Optional(Type.Integer()),
  summary: Type.Optional(FleetSummary),
  /** Every unit of the list (of a page, its own); `service_pin_set_at` null = its service corner has no PIN yet. */
  units: Type.Array(Closed({ unit_id: Id, name: Type.String(), service_pin_set_at: Nullable(Instant) })),
  /** The certificate the server shows tablets; null = it shows none itself. `renew` = its last days have begun. */
  certificate: Nullable(Closed({ expires_at: Instant, renew: Type.Boolean() })),
})
export type Fleet = Static<typeof Fleet>

/**
 * With any of the paging parameters the answer is a page; without, all tablets at once. `needs_hand` = those of which something
 * is to be done; `search` stands in the name of a unit, counter, service or tablet.
 */
export const FleetQuery = Closed({
  ...UnitSearchQuery.properties,
  needs_hand: Type.Optional(Type.Literal('true')),
})
export type FleetQuery = Static<typeof FleetQuery>
