/** Who stands at which counter: a week as a table, and whoever serves at a moment. Pure. */
import type { Assignment } from '../server/contract/assignments.ts'
import { addDays } from '../server/contract/periods.ts'
import type { DoubtPart } from '../server/contract/roster.ts'
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

type Half = Exclude<DoubtPart, 'day'>
const halves: readonly Half[] = ['morning', 'afternoon']

/** Which halves of a day, before noon and from noon on, some of these stays of it reach into. */
export const halvesOf = (stays: readonly Pick<Stay, 'from' | 'to'>[]): Half[] =>
  halves.filter((half) =>
    stays.some(({ from, to }) => (half === 'morning' ? (from ?? '00:00') < '12:00' : (to ?? '24:00') > '12:00')),
  )

/** What an officer can still doubt of a day: the halves they stand in the roster for and have not spoken of, and both together. */
export function partsLeft(served: readonly Half[], told: readonly { part: DoubtPart }[]): DoubtPart[] {
  const left = served.filter((half) => !told.some(({ part }) => part === 'day' || part === half))
  return left.length === halves.length ? ['day', ...left] : left
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
