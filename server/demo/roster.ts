/** Who is assigned to which counter on which day, and the assignments that say so. */
import { addDays, dayRange, startOfDay } from '../domain/time.ts'
import { mondayOf } from './calendar.ts'
import type { Desk, Tenure } from './people.ts'
import type { Gap } from './scenario.ts'

/** An assignment: [starts, ends) in epoch ms; `ends` null = until changed. */
export interface Shift {
  unit: string
  counter: string
  officer: string
  starts: number
  ends: number | null
}

/** Who serves at a counter on each day from `from` to `to`; null = nobody is assigned. */
export type DayPlan = ReadonlyMap<string, Tenure | null>

const WEEK_MS = 7 * 86_400_000

/** Officers who share a counter take turns by calendar week. `end` is the day that joining and leaving count from. */
export function planDays(
  unit: string,
  desk: Desk,
  gaps: readonly Gap[],
  from: string,
  to: string,
  end: string,
): DayPlan {
  const own = gaps.filter((gap) => gap.unit === unit && gap.counter === desk.counter)
  return new Map(
    dayRange(from, to).map((day) => {
      if (own.some((gap) => gap.from <= day && day <= gap.to)) return [day, null]
      return [day, officerOn(desk, mondayOf(day), end)]
    }),
  )
}

/** Who has the turn in the week of `monday`, whether or not the roster says so. */
export function officerOn({ officers }: Desk, monday: string, end: string): Tenure {
  const present = officers.filter(({ joined, left }) => {
    const here = joined === undefined || addDays(end, -joined) <= monday
    return here && (left === undefined || addDays(monday, 6) <= addDays(end, -left))
  })
  const turn = present[Math.floor(startOfDay(monday) / WEEK_MS) % present.length]
  if (turn === undefined) throw new RangeError(`nobody serves in the week of ${monday}`)
  return turn
}

/** The fewest assignments that say the same as the plan; one that reaches its last day is open-ended. */
export function writeShifts(unit: string, counter: string, plan: DayPlan): Shift[] {
  const shifts: Shift[] = []
  let open: Shift | null = null
  for (const [day, officer] of plan) {
    if (open !== null && open.officer === officer?.name) continue
    const starts = startOfDay(day)
    if (open !== null) open.ends = starts
    open = officer === null ? null : { unit, counter, officer: officer.name, starts, ends: null }
    if (open !== null) shifts.push(open)
  }
  return shifts
}
