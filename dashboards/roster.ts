/** Who stands at which counter: a week as a table, and the steps that a change of officer takes. Pure. */
import type { Assignment, NewAssignment } from '../server/contract/assignments.ts'
import { addDays } from '../server/contract/periods.ts'
import { officeInstant, officeTime } from './format.ts'

/** One officer at one counter on one day; times are null where they reach over the edge of the day. */
export interface Stay {
  assignment_id: string
  officer_id: string
  from: string | null
  to: string | null
  /** For a time (a shift, a stand-in), and not merely a long assignment that has an end. */
  limited: boolean
}

/** Beyond a week an assignment with an end is a standing one that was ended. */
const shortMs = 7 * 24 * 3600_000

const startOf = (day: string) => Date.parse(officeInstant(`${day}T00:00`))
const endOf = (assignment: Pick<Assignment, 'ends_at'>) =>
  assignment.ends_at === null ? Number.POSITIVE_INFINITY : Date.parse(assignment.ends_at)

/** Stays at a counter on a local day, in order of time. */
export function staysOn(assignments: readonly Assignment[], counterId: string, day: string): Stay[] {
  const from = startOf(day)
  const to = startOf(addDays(day, 1))
  return assignments
    .filter((one) => one.counter_id === counterId && Date.parse(one.starts_at) < to && endOf(one) > from)
    .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))
    .map((one) => ({
      assignment_id: one.assignment_id,
      officer_id: one.officer_id,
      from: Date.parse(one.starts_at) > from ? officeTime(one.starts_at).time : null,
      to: endOf(one) < to ? officeTime(endOf(one)).time : null,
      limited: endOf(one) - Date.parse(one.starts_at) <= shortMs,
    }))
}

/** The assignment in force at a counter at a moment (ms), or null. */
export const assignmentAt = (
  assignments: readonly Assignment[],
  counterId: string,
  moment: number,
): Assignment | null =>
  assignments.find(
    (one) => one.counter_id === counterId && Date.parse(one.starts_at) <= moment && endOf(one) > moment,
  ) ?? null

/** One call of the server: end an assignment that was to run to a time, or create one. */
export type RosterStep =
  | { kind: 'end'; assignment_id: string; ends_at: string; before: string | null }
  | { kind: 'create'; assignment: NewAssignment }

/**
 * The calls that put an officer at a counter from a moment on, until another moment or (null) until changed. Whoever stands
 * there open-ended is replaced by the server in one transaction, and comes back after a limited change; a shift that runs
 * is ended first. An open-ended change ends where the next planned one begins. Anything else in the way is left to the
 * server, which refuses it (`assignment_clash`).
 */
export function planChange(assignments: readonly Assignment[], change: NewAssignment): RosterStep[] {
  const starts = Date.parse(change.starts_at)
  const here = assignments.filter((one) => one.counter_id === change.counter_id)
  const running = here.find((one) => Date.parse(one.starts_at) <= starts && endOf(one) > starts) ?? null
  const next = here
    .filter((one) => Date.parse(one.starts_at) > starts)
    .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))[0]
  const ends = change.ends_at ?? next?.starts_at ?? null
  const steps: RosterStep[] = []
  const shift = running?.ends_at ? running : null
  if (shift && Date.parse(shift.starts_at) < starts) {
    steps.push({ kind: 'end', assignment_id: shift.assignment_id, ends_at: change.starts_at, before: shift.ends_at })
  }
  steps.push({
    kind: 'create',
    assignment: { ...change, ends_at: ends, ...(running && !shift ? { replace: true } : {}) },
  })
  if (running && change.ends_at && Date.parse(change.ends_at) < endOf(running)) {
    steps.push({
      kind: 'create',
      assignment: {
        counter_id: change.counter_id,
        officer_id: running.officer_id,
        starts_at: change.ends_at,
        ends_at: running.ends_at ?? next?.starts_at ?? null,
      },
    })
  }
  return steps
}
