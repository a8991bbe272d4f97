/** Assignments: officer X at counter Y from a time, open-ended or to a time; never two at one counter at once. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, Nullable } from './common.ts'

export const Assignment = Closed({
  assignment_id: Id,
  unit_id: Id,
  counter_id: Id,
  officer_id: Id,
  starts_at: Instant,
  /** Null = until changed. */
  ends_at: Nullable(Instant),
})
export type Assignment = Static<typeof Assignment>

/** The past is allowed: the ratings concerned are counted again. */
export const NewAssignment = Closed({
  counter_id: Id,
  officer_id: Id,
  starts_at: Instant,
  ends_at: Type.Optional(Nullable(Instant)),
  /** "Change from now": ends the open-ended assignment that runs at `starts_at` in the same transaction. */
  replace: Type.Optional(Type.Boolean()),
})
export type NewAssignment = Static<typeof NewAssignment>
/** Another end, or (only while it lies ahead) taken back altogether: it then ends where it begins, and is gone. */
export const AssignmentPatch = Type.Union([
  Closed({ ends_at: Nullable(Instant) }),
  Closed({ cancelled: Type.Literal(true) }),
])
