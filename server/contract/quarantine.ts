/** Quarantine: ratings that are kept and not counted, and what a person decides about them. Counts and days, never levels. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Nullable } from './common.ts'

export const QuarantineGroup = Closed({
  /** The pairing that sent them. */
  terminal: Closed({ terminal_id: Id, name: Type.String() }),
  /** The pairing they say they were tapped under, where it is another one. */
  claimed_terminal_id: Nullable(Type.String()),
  reason: Type.Enum(['terminal_revoked', 'unknown_terminal']),
  /** Where they count once accepted, as the tablet stands there now: each at the counter of its own moment. */
  counts_at: Closed({ unit_id: Id, unit: Type.String(), counter: Type.String() }),
  waiting: Type.Integer(),
  /** Accepted and just being stored; a moment later they are ratings like any other and gone from here. */
  accepted: Type.Integer(),
  refused: Type.Integer(),
  /** Days of the taps; null where they were not noted yet. */
  first_day: Nullable(LocalDate),
  last_day: Nullable(LocalDate),
  /** False = it would count in a unit that the reader does not lead: the province decides. */
  may_decide: Type.Boolean(),
})
export type QuarantineGroup = Static<typeof QuarantineGroup>

export const Quarantine = Closed({ items: Type.Array(QuarantineGroup) })
export type Quarantine = Static<typeof Quarantine>

/** About all that waits of one group. A refusal can be taken back by accepting later; an acceptance cannot. */
export const QuarantineDecision = Closed({
  terminal_id: Id,
  claimed_terminal_id: Nullable(Type.String({ maxLength: 40 })),
  decision: Type.Enum(['accepted', 'refused']),
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
})
export type QuarantineDecision = Static<typeof QuarantineDecision>

export const QuarantineDecided = Closed({ decided: Type.Integer() })
