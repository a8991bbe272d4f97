/** One case: opened, shown, advised on, answered. Each deed is in the audit log, by what it was and without its words. */

import type { Case, CaseDeed, CasePatch, NewCase } from '../contract/cases.ts'
import { isDate } from '../contract/periods.ts'
import { mayLeadCases, mayReadCase, type Scope } from '../domain/access.ts'
import {
  adviseBy,
  daysLeft,
  deedsOf,
  dueOn,
  MAX_ABOUT_DAYS,
  outcomesOf,
  refusalOf,
  stateOf,
  wasInTime,
} from '../domain/cases.ts'
import { countDays, localDay } from '../domain/time.ts'
import type { WorkingCalendar } from '../domain/working-days.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type CaseRow, changeCase, findCase, insertCase, lockCase } from '../queries/cases.ts'
import type { Trx } from '../queries/database.ts'
import { findOfficerHead, findUnitHead } from '../queries/reports.ts'
import { calendarsAround, deadlineCalendar } from './deadlines.ts'
import { readId, readName } from './ids.ts'

/** Throws `forbidden`, `not_found` for a unit out of sight, `invalid_range`, and `case_open` while one of the kind waits. */
export async function openCase(trx: Trx, scope: Scope, body: NewCase, at: Date): Promise<Case> {
  const today = localDay(at.getTime())
  const values = await readNewCase(trx, scope, body, today)
  const { kind, unit_id, officer_id = null, about_from: from, about_to: to } = values
  const calendar = await deadlineCalendar(trx, unit_id, today)
  const due_on = dueOn(kind, today, calendar)
  const case_id = await insertCase(trx, {
    ...values,
    opened_by: scope.account_id,
    opened_at: at,
    due_on,
    advise_by: adviseBy(kind, today, calendar),
  })
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'case.open',
    unit_id,
    subject: { case_id, ...(officer_id === null ? {} : { officer_id }) },
    detail: { kind, due_on, ...(from ? { from, to } : {}) },
    at,
  })
  return showCase(trx, scope, { letter: 'c', number: case_id }, today)
}

/** One deed. Throws `not_found`, whatever `refusalOf` says, and `invalid_body` for an outcome of another kind. */
export async function actOnCase(trx: Trx, scope: Scope, caseId: string, body: CasePatch, at: Date): Promise<Case> {
  const id = readCaseId(caseId)
  const today = localDay(at.getTime())
  if (id.letter === 'c') await lockCase(trx, id.number)
  const row = await readCase(trx, scope, id)
  const { deed, changes, detail } = readDeed(body, scope.account_id, at)
  const refusal = refusalOf(scope, row, deed, today)
  if (refusal) fail(refusal)
  if ('outcome' in body && !outcomesOf[row.kind].includes(body.outcome)) {
    fail('invalid_body', [{ path: '/outcome', problem: `must be one of ${outcomesOf[row.kind].join(', ')}` }])
  }
  await changeCase(trx, id.number, changes)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'state' in body ? 'case.state' : `case.${deed}`,
    unit_id: row.unit_id,
    subject: { case_id: id.number, ...(row.officer_id === null ? {} : { officer_id: row.officer_id }) },
    detail: { kind: row.kind, ...detail },
    at,
  })
  return showCase(trx, scope, id, today)
}

interface CaseId {
  letter: string
  number: number
}

/** Throws `not_found` for what can be no case. */
export function readCaseId(text: string): CaseId {
  const letter = text.charAt(0)
  if (!'cdp'.includes(letter)) fail('not_found')
  return { letter, number: readId(text.slice(1)) }
}

/** Throws `not_found` when there is none or the reader may not know. */
async function readCase(trx: Trx, scope: Scope, { letter, number }: CaseId): Promise<CaseRow> {
  const row = (await findCase(trx, letter, number)) ?? fail('not_found')
  if (!mayReadCase(scope, row)) fail('not_found')
  return row
}

export async function showCase(trx: Trx, scope: Scope, id: CaseId, today: string): Promise<Case> {
  const row = await readCase(trx, scope, id)
  const calendarOf = await calendarsAround(trx, today, [row])
  return writeCase(row, scope, today, calendarOf(row.unit_id))
}

/** What is to be stored of it. Throws `forbidden`, `not_found` for a unit out of sight, and `invalid_range`. */
async function readNewCase(trx: Trx, scope: Scope, body: NewCase, today: string) {
  if (body.kind === 'matter') {
    const unit_id = readId(body.unit_id)
    if (!(await findUnitHead(trx, unit_id))) fail('not_found')
    if (!mayLeadCases(scope, unit_id)) fail('forbidden')
    return { kind: body.kind, unit_id, title: readWords(body.title, 'title', 200) }
  }
  const { kind, from, to } = body
  const officer_id = scope.officer_id ?? fail('forbidden')
  refuseRange(from, to, today)
  const { unit_id } = (await findOfficerHead(trx, officer_id)) ?? fail('not_found')
  return { kind, unit_id, officer_id, words: readWords(body.words, 'words'), about_from: from, about_to: to }
}

function refuseRange(from: string, to: string, today: string): void {
  for (const [name, day] of [
    ['from', from],
    ['to', to],
  ]) {
    if (!isDate(day as string)) fail('invalid_range', undefined, `${name}: a day that exists is needed, as YYYY-MM-DD`)
  }
  if (from > to) fail('invalid_range', undefined, 'from lies after to')
  if (to > today) fail('invalid_range', undefined, 'the days have not come yet')
  if (countDays(from, to) > MAX_ABOUT_DAYS) {
    fail('invalid_range', undefined, `a case is about at most ${MAX_ABOUT_DAYS} days`)
  }
}

/** Composed characters, no blanks around; composing makes a few of them longer. */
function readWords(text: string, field: string, most = 2000): string {
  const words = readName(text)
  if ([...words].length > most)
    fail('invalid_body', [{ path: `/${field}`, problem: `is longer than ${most} characters` }])
  return words
}

/** The one deed of a body, what it changes, and what the log says of it: no words. */
function readDeed(body: CasePatch, account_id: number, at: Date) {
  if ('state' in body) {
    const deed: CaseDeed = body.state === 'accepted' ? 'accept' : 'take_in_hand'
    return { deed, changes: { state: body.state }, detail: { state: body.state } } as const
  }
  if ('advice' in body) {
    const { advice } = body
    const changes = { advice, advice_text: readWords(body.text, 'text'), advised_by: account_id, advised_at: at }
    return { deed: 'advise', changes, detail: { advice } } as const
  }
  const { outcome } = body
  const answer = readWords(body.answer, 'answer')
  const changes = { state: 'answered', outcome, answer, answered_by: account_id, answered_at: at } as const
  return { deed: 'answer', changes, detail: { outcome } } as const
}

export function writeCase(row: CaseRow, scope: Scope, today: string, calendar: WorkingCalendar): Case {
  const { kind, officer_id, about_from, about_to, advice, advised_on } = row
  return {
    case_id: `${row.letter}${row.number}`,
    kind,
    unit: { unit_id: String(row.unit_id), name: row.unit_name },
    officer: officer_id === null ? null : { officer_id: String(officer_id), name: row.officer_name ?? '' },
    title: row.title,
    about: about_from === null || about_to === null ? null : { from: about_from, to: about_to },
    words: row.words,
    opened_on: row.opened_on,
    due_on: row.due_on,
    days_left: row.state === 'answered' ? null : daysLeft(row.due_on, today, calendar),
    state: stateOf(row),
    advice:
      advice === null || advised_on === null
        ? null
        : {
            advice,
            text: row.advice_text ?? '',
            on: advised_on,
            by: row.adviser ?? '',
            role: row.adviser_leads ? 'unit_leader' : 'commission',
            officer: row.adviser_officer,
          },
    outcome: row.outcome,
    answer: row.answer,
    answered_on: row.answered_on,
    in_time: wasInTime(row),
    may: deedsOf(scope, row, today),
  }
}
