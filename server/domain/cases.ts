/** Cases: by which day each kind is to be answered. The day is reckoned once, when a case is opened, and never moves. */
import type { CaseKind } from '../contract/cases.ts'
import { addWorkingDays, type WorkingCalendar } from './working-days.ts'

/** Working days after the one a case was opened on. */
export const ANSWER_WITHIN: Readonly<Record<CaseKind, number>> = {
  explanation: 5,
  review: 5,
  matter: 10,
  doubt: 5,
  proposal: 5,
}

/** The working day by whose end it is to be answered. */
export function dueOn(kind: CaseKind, openedOn: string, calendar: WorkingCalendar): string {
  return addWorkingDays(openedOn, ANSWER_WITHIN[kind], calendar)
}
