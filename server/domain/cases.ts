/** Cases: by which day each kind is to be answered, who may do what with one now, and whether it was in time. */
import type { CaseDeed, CaseKind, CaseOutcome, CaseState } from '../contract/cases.ts'
import { isSelf, mayDecideOn, mayDecideProposal, mayLeadCases, mayManageRoster, type Scope } from './access.ts'
import { addDays } from './time.ts'
import { addWorkingDays, countWorkingDays, type WorkingCalendar } from './working-days.ts'

/** Working days after the one a case was opened on. */
export const ANSWER_WITHIN: Readonly<Record<CaseKind, number>> = {
  explanation: 5,
  review: 5,
  matter: 10,
  doubt: 5,
  proposal: 5,
}
/** Working days that a review is the leader's alone to advise on. */
export const ADVISE_WITHIN = 3
/** The most days that an officer's words can be about. */
export const MAX_ABOUT_DAYS = 366

/** The outcomes that end each kind. */
export const outcomesOf: Readonly<Record<CaseKind, readonly CaseOutcome[]>> = {
  explanation: ['noted'],
  review: ['upheld', 'refused'],
  matter: ['done', 'not_done'],
  doubt: ['upheld', 'refused'],
  proposal: ['upheld', 'refused'],
}

/** The working day by whose end it is to be answered. */
export function dueOn(kind: CaseKind, openedOn: string, calendar: WorkingCalendar): string {
  return addWorkingDays(openedOn, ANSWER_WITHIN[kind], calendar)
}

/** Reviews: the working day by whose end the leader advises; from the next day on the commission may. Else null. */
export function adviseBy(kind: CaseKind, openedOn: string, calendar: WorkingCalendar): string | null {
  return kind === 'review' ? addWorkingDays(openedOn, ADVISE_WITHIN, calendar) : null
}

/**
 * Working days from `today` to `dueOn`: 0 on that very day alone, negative once it is over. A day of answer that became a
 * holiday meanwhile, and a weekend just after it, still lie one day away.
 */
export function daysLeft(dueOn: string, today: string, calendar: WorkingCalendar): number {
  if (dueOn === today) return 0
  return dueOn > today
    ? Math.max(1, countWorkingDays(addDays(today, 1), dueOn, calendar))
    : -Math.max(1, countWorkingDays(addDays(dueOn, 1), today, calendar))
}

/** Answered by the end of its day; null while open. */
export function wasInTime({ due_on, answered_on }: { due_on: string; answered_on: string | null }): boolean | null {
  return answered_on === null ? null : answered_on <= due_on
}

/** What decides who may do what with a case. */
export interface Standing {
  readonly kind: CaseKind
  readonly unit_id: number
  readonly officer_id: number | null
  /** Null = a doubt. */
  readonly opened_by: number | null
  readonly state: CaseState
  /** Reviews: until when it is the leader's to advise; else null. */
  readonly advise_by: string | null
  /** There was no leader but the officer concerned when it was opened. */
  readonly without_leader: boolean
  readonly advised_by: number | null
}

/** Whether the case is about the reader themself, who then has no say in it. */
const isOwn = (scope: Scope, it: Standing): boolean =>
  it.officer_id !== null && (isSelf(scope, it.officer_id) || it.opened_by === scope.account_id)

/** How it stands: a review on which the first person has spoken is in hand, whether or not anybody said so. */
export const stateOf = ({ state, advised_by }: Pick<Standing, 'state' | 'advised_by'>): CaseState =>
  advised_by !== null && state !== 'answered' ? 'in_hand' : state

/** What this reader may do with it today. */
export function deedsOf(scope: Scope, it: Standing, today: string): CaseDeed[] {
  if (it.state === 'answered' || isOwn(scope, it)) return []
  if (it.kind === 'doubt') return mayManageRoster(scope, it.unit_id) ? ['elsewhere'] : []
  if (it.kind === 'proposal') {
    return mayDecideProposal(scope, { unit_id: it.unit_id, proposed_by: it.opened_by ?? 0 }) ? ['elsewhere'] : []
  }
  const advises = mayAdvise(scope, it, today)
  const answers = mayAnswer(scope, it)
  if (!advises && !answers) return []
  const state = stateOf(it)
  return [
    ...(state === 'new' ? (['accept'] as const) : []),
    ...(state === 'in_hand' ? [] : (['take_in_hand'] as const)),
    ...(advises ? (['advise'] as const) : []),
    ...(answers ? (['answer'] as const) : []),
  ]
}

function mayAdvise(scope: Scope, it: Standing, today: string): boolean {
  if (it.kind !== 'review' || it.advised_by !== null) return false
  const silent = it.without_leader || (it.advise_by !== null && today > it.advise_by)
  return mayLeadCases(scope, it.unit_id) || (silent && mayDecideOn(scope, it.unit_id))
}

function mayAnswer(scope: Scope, it: Standing): boolean {
  const decides = mayDecideOn(scope, it.unit_id)
  if (it.kind === 'review') return decides && it.advised_by !== null && it.advised_by !== scope.account_id
  return mayLeadCases(scope, it.unit_id) || (it.kind === 'explanation' && it.without_leader && decides)
}

export type Refusal =
  | 'answered_elsewhere'
  | 'already_decided'
  | 'second_person_needed'
  | 'advice_missing'
  | 'changed_meanwhile'
  | 'forbidden'

/** Why the reader, who can see the case, may not do this with it today; null when they may. */
export function refusalOf(
  scope: Scope,
  it: Standing,
  deed: Exclude<CaseDeed, 'elsewhere'>,
  today: string,
): Refusal | null {
  if (it.kind === 'doubt' || it.kind === 'proposal') return 'answered_elsewhere'
  if (isOwn(scope, it)) return 'second_person_needed'
  const leads = mayLeadCases(scope, it.unit_id)
  const decides = mayDecideOn(scope, it.unit_id) && (it.kind === 'review' || it.without_leader)
  if (!leads && !decides) return 'forbidden'
  if (it.state === 'answered') return 'already_decided'
  const deeds = deedsOf(scope, it, today)
  if (deeds.includes(deed)) return null
  if (deed === 'advise') return it.kind === 'review' && it.advised_by !== null ? 'already_decided' : 'forbidden'
  if (deed === 'answer' && decides && it.kind === 'review') {
    return it.advised_by === null ? 'advice_missing' : 'second_person_needed'
  }
  return deed !== 'answer' && deeds.length > 0 ? 'changed_meanwhile' : 'forbidden'
}
