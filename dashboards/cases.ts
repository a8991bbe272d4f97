/** Cases in words: what each is called, how it stands, by which day it is answered, and where. */
import type { Case } from '../server/contract/cases.ts'
import { normalise } from '../server/contract/text.ts'
import { formatDate, formatRange } from './format.ts'
import { language, t } from './i18n/index.tsx'

const date = (day: string) => formatDate(day, language.value)

export const isOverdue = ({ days_left }: Case): boolean => days_left !== null && days_left < 0

/** By when it is to be answered, or when it was: never by colour alone. */
export function dueText({ due_on, days_left, answered_on, in_time }: Case): string {
  if (answered_on !== null) {
    return t(in_time ? 'cases.answered_in_time' : 'cases.answered_late', { date: date(answered_on), due: date(due_on) })
  }
  if (days_left === null) return ''
  if (days_left === 0) return t('cases.due_today', { date: date(due_on) })
  return days_left > 0
    ? t('cases.due_left', { date: date(due_on), n: days_left })
    : t('cases.due_over', { date: date(due_on), n: -days_left })
}

/** What tells one case from another of its kind: the matter itself, or whose it is; its kind where that is all. */
export const caseName = ({ kind, title, officer }: Case): string => title ?? officer?.name ?? t(`cases.kind_${kind}`)

/** Kind and name in one line. */
export function caseTitle(one: Case): string {
  const kind = t(`cases.kind_${one.kind}`)
  const name = caseName(one)
  return name === kind ? kind : `${kind}: ${name}`
}

/** Of which days the words are; null for a matter. */
export function aboutText({ about }: Case): string | null {
  if (!about) return null
  return about.from === about.to
    ? t('cases.about_day', { date: date(about.from) })
    : t('cases.about_days', { dates: formatRange(about.from, about.to, language.value) })
}

const placeOf = (caseId: string): string => `case-${caseId}`
export const casePlace = ({ case_id }: Case): string => placeOf(case_id)
/** The id of the case that the address names; null when it names none. */
export const caseNamed = (hash: string): string | null =>
  hash.startsWith(`#${placeOf('')}`) ? hash.slice(placeOf('').length + 1) : null

/** The case on the page of cases, also when it is answered. */
export const caseAddress = (one: Case): string =>
  `/cases${one.state === 'answered' ? '?state=answered' : ''}#${casePlace(one)}`

/** Where a doubt or a proposal is answered: on the roster, or beside the episode it is about. */
export function elsewhereAddress({ kind, unit, about }: Case): string {
  if (kind === 'doubt' || !about) return '/roster#doubts'
  return `/units/${encodeURIComponent(unit.unit_id)}?from=${about.from}&to=${about.to}#episodes`
}

const isMine = ({ may }: Case): boolean => may.length > 0
/** Those that wait for the reader, the one due first before the others. */
export const waitingFor = (cases: readonly Case[]): Case[] => cases.filter(isMine)
/** Those that somebody else has to answer. */
export const waitingForOthers = (cases: readonly Case[]): Case[] => cases.filter((one) => !isMine(one))

/** Whose turn it is; null where the buttons say it already, and once it is answered. */
export function turnText(one: Case): string | null {
  const { kind, advice, state, may } = one
  if (state === 'answered') return null
  if (kind === 'review' && may.includes('advise')) return t('cases.waits_advice_mine')
  const decides = (kind === 'review' && may.includes('answer')) || (kind === 'proposal' && isMine(one))
  if (decides) return t('cases.waits_decision_mine')
  if (isMine(one)) return null
  if (kind === 'review') return t(advice ? 'cases.waits_decision' : 'cases.waits_advice')
  return t(`cases.waits_${kind}`)
}

/** Whether what was written is the same, however blanks and marks were put together. */
export const sameWords = (one: string | null, other: string): boolean => tidy(one ?? '') === tidy(other)
const tidy = (text: string) => normalise(text).replace(/\s+/g, ' ').trim()
