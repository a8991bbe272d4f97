/** The roster beyond single assignments: changes that can be undone, absences, doubts, and what nobody covers. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable } from './common.ts'

const Reason = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Note = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })

export const Stay = Closed({
  officer_id: Id,
  starts_at: Instant,
  /** Null = until changed. */
  ends_at: Nullable(Instant),
})

export const rosterChangeKinds = ['change', 'absence', 'week'] as const
export const RosterChange = Closed({
  change_id: Id,
  unit_id: Id,
  kind: Type.Enum(rosterChangeKinds as unknown as (typeof rosterChangeKinds)[number][]),
  made_at: Instant,
  starts_at: Instant,
  ends_at: Nullable(Instant),
  reason: Nullable(Type.String()),
  undone: Type.Boolean(),
  /** Who stood where before and after, within the time of the change. */
  places: Type.Array(Closed({ counter_id: Id, before: Type.Array(Stay), after: Type.Array(Stay) })),
})
export type RosterChange = Static<typeof RosterChange>
export const RosterChanges = Closed({ items: Type.Array(RosterChange) })
export const UnitQuery = Closed({ unit_id: Id })

/**
 * Puts officers at counters from a moment on, until another or (null) until changed: a swap is two places. Whoever stood
 * there goes on afterwards. An open-ended change ends where the next planned one begins.
 */
export const NewRosterChange = Closed({
  places: Type.Array(
    Closed({
      counter_id: Id,
      /** Null = nobody. */
      officer_id: Nullable(Id),
      /** Who the caller saw there; somebody else now is `changed_meanwhile`. */
      instead_of: Type.Optional(Nullable(Id)),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  starts_at: Instant,
  ends_at: Type.Optional(Nullable(Instant)),
  reason: Type.Optional(Reason),
})
export type NewRosterChange = Static<typeof NewRosterChange>

/** Copies a week (from Monday `from`) onto another one. Counters with nobody in the first one are left alone. */
export const NewRosterWeek = Closed({ unit_id: Id, from: LocalDate, to: LocalDate })

export const Absence = Closed({
  absence_id: Id,
  unit_id: Id,
  officer_id: Id,
  starts_at: Instant,
  ends_at: Instant,
  active: Type.Boolean(),
})
export type Absence = Static<typeof Absence>
export const Absences = Closed({ items: Type.Array(Absence) })
/** Why somebody is away is not asked. */
export const NewAbsence = Closed({
  officer_id: Id,
  starts_at: Instant,
  ends_at: Instant,
  /** Who takes over the counters meanwhile; left out = nobody does. */
  stand_in_id: Type.Optional(Nullable(Id)),
})
export const AbsencePatch = Closed({ cancelled: Type.Literal(true) })
/** `roster_restored` false: the roster of that time was changed since, and was left as it is. */
export const AbsenceAnswer = Closed({ ...Absence.properties, roster_restored: Type.Boolean() })

export const doubtParts = ['morning', 'afternoon', 'day'] as const
export const doubtOutcomes = ['corrected', 'stands'] as const
export type DoubtPart = (typeof doubtParts)[number]
const DoubtPart = Type.Enum(doubtParts as unknown as (typeof doubtParts)[number][])
const DoubtOutcome = Type.Enum(doubtOutcomes as unknown as (typeof doubtOutcomes)[number][])

export const RosterDoubt = Closed({
  doubt_id: Id,
  unit_id: Id,
  officer_id: Id,
  counter_id: Id,
  day: LocalDate,
  part: DoubtPart,
  note: Nullable(Type.String()),
  raised_at: Instant,
  /** The working day by whose end it is to be settled. */
  due_on: LocalDate,
  /** Null = still to be settled. */
  outcome: Nullable(DoubtOutcome),
  answer: Nullable(Type.String()),
})
export type RosterDoubt = Static<typeof RosterDoubt>
export const RosterDoubts = Closed({ items: Type.Array(RosterDoubt) })
export const DoubtsQuery = Closed({ unit_id: Type.Optional(Id) })
/** "That was not me": of an officer's own time at a counter. */
export const NewRosterDoubt = Closed({
  counter_id: Id,
  day: LocalDate,
  part: DoubtPart,
  note: Type.Optional(Note),
})
export type NewRosterDoubt = Static<typeof NewRosterDoubt>
export const RosterDoubtPatch = Closed({ outcome: DoubtOutcome, answer: Type.Optional(Note) })
export type RosterDoubtPatch = Static<typeof RosterDoubtPatch>

/** Who was assigned, in the last two weeks, to the counters at which the officer who asks served then. */
export const Desk = Closed({
  items: Type.Array(
    Closed({
      counter_id: Id,
      counter: Type.String(),
      officer: Type.String(),
      /** True of the officer who asks. */
      own: Type.Boolean(),
      starts_at: Instant,
      ends_at: Nullable(Instant),
    }),
  ),
})
export type Desk = Static<typeof Desk>

/** Half a day within opening hours in which nobody was assigned to a counter. */
export const RosterGap = Closed({
  counter_id: Id,
  day: LocalDate,
  part: Type.Enum(['morning', 'afternoon']),
  starts_at: Instant,
  ends_at: Instant,
})
export const RosterGaps = Closed({
  from: LocalDate,
  to: LocalDate,
  /** The unit is rated by counter alone: nothing is missing. */
  counters_only: Type.Boolean(),
  gaps: Type.Array(RosterGap),
  /** Published ratings without an officer, five or more at a counter. */
  unattributed: Type.Array(Closed({ counter_id: Id, n: Type.Integer() })),
})
export type RosterGaps = Static<typeof RosterGaps>
export const GapsQuery = Closed({
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
})
