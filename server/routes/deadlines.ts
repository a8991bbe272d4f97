/** The calendars that deadlines are reckoned by: each unit's own holidays beside the province's. */
import { addDays } from '../domain/time.ts'
import { type WorkingCalendar, workingCalendar } from '../domain/working-days.ts'
import type { Trx } from '../queries/database.ts'
import { listHolidays } from '../queries/holidays.ts'

/** Far enough for any deadline that begins today, Tết included. */
const AHEAD_DAYS = 100

/** The unit's calendar from today on. */
export async function deadlineCalendar(trx: Trx, unitId: number, today: string): Promise<WorkingCalendar> {
  return workingCalendar(await listHolidays(trx, { from: today, to: addDays(today, AHEAD_DAYS) }), unitId)
}

/** unit_id -> its calendar between today and the days of answer of these open cases. */
export async function calendarsAround(
  trx: Trx,
  today: string,
  rows: readonly { due_on: string; state: string }[],
): Promise<(unitId: number) => WorkingCalendar> {
  const days = [today, ...rows.flatMap(({ due_on, state }) => (state === 'answered' ? [] : due_on))].sort()
  const holidays = await listHolidays(trx, { from: days[0] as string, to: days.at(-1) as string })
  const known = new Map<number, WorkingCalendar>()
  return (unitId) => {
    const calendar = known.get(unitId) ?? workingCalendar(holidays, unitId)
    known.set(unitId, calendar)
    return calendar
  }
}
