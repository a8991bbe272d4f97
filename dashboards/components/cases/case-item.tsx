/** One case as everybody reads it: what it is, how it stands, by when, what was written, advised and answered. */
import type { ComponentChildren } from 'preact'
import type { Case, CaseOutcome } from '../../../server/contract/cases.ts'
import { aboutText, caseName, casePlace, isOverdue, turnText } from '../../cases.ts'
import { formatDate } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { Icon } from '../icons.tsx'
import { Due } from './due.tsx'

interface CaseItemProps {
  one: Case
  /** The reader's own: its kind alone names a case. */
  own?: boolean
  /** Below a heading of the third level. */
  level?: 3 | 4
  /** Where cases of several units stand below one another. */
  unit?: boolean
  /** The address names it. */
  meant?: boolean
  children?: ComponentChildren
}

export function CaseItem({ one, own = false, level = 3, unit = false, meant = false, children }: CaseItemProps) {
  const Head = `h${level}` as const
  const kind = t(`cases.kind_${one.kind}`)
  const name = own && one.officer ? kind : caseName(one)
  const opened = t(one.kind === 'matter' ? 'cases.taken_on' : 'cases.opened_on', { date: date(one.opened_on) })
  const turn = turnText(one)
  const facts = [unit && one.unit.name, aboutText(one), opened].filter((fact) => typeof fact === 'string')
  return (
    <li
      class={meant ? 'case meant' : 'case'}
      id={casePlace(one)}
      data-case-id={one.case_id}
      data-kind={one.kind}
      data-state={one.state}
    >
      <div class="case-head">
        {name !== kind && <p class="case-kind">{kind}</p>}
        <Head tabIndex={-1}>{name}</Head>
        <States one={one} />
      </div>
      <p class="case-facts">
        {facts.map((fact) => (
          <span key={fact}>{fact} </span>
        ))}
      </p>
      <p class={isOverdue(one) ? 'case-due overdue' : 'case-due'} data-due>
        <Icon name={isOverdue(one) ? 'alert' : 'calendar'} />
        <span>
          <Due one={one} />
        </span>
      </p>
      {one.words && <blockquote lang="vi">{one.words}</blockquote>}
      {one.advice && (
        <div class="case-said" data-advice={one.advice.advice}>
          <p>
            {rich('cases.advice', {
              by: adviserText(one.advice),
              date: date(one.advice.on),
              advice: t(`cases.advice_${one.advice.advice}`),
            })}
          </p>
          <blockquote lang="vi">{one.advice.text}</blockquote>
        </div>
      )}
      {turn && <p class="case-waits">{turn}</p>}
      {one.outcome && (
        <div class="case-said" data-outcome={one.outcome}>
          <p>{outcomeText(one, one.outcome)}</p>
          {one.answer && <blockquote lang="vi">{one.answer}</blockquote>}
        </div>
      )}
      {children}
    </li>
  )
}

/** Whose office alone ends such a case; an explanation and a doubt are answered by one of two. */
const enders = { review: 'commission', proposal: 'commission', matter: 'unit_leader' } as const

/** What became of it, and by whose office; a doubt is about the roster, and is answered in its words. */
function outcomeText({ kind, answered_on }: Case, outcome: CaseOutcome): ComponentChildren {
  if (kind === 'doubt') return <b>{t(outcome === 'upheld' ? 'doubts.corrected' : 'doubts.stands')}</b>
  const words = t(`cases.outcome_${outcome}`)
  if (kind === 'explanation' || answered_on === null) return <b>{words}</b>
  return rich('cases.ended', { by: t(`cases.by_${enders[kind]}`), date: date(answered_on), outcome: words })
}

/** By their office: a log-in name is nobody's name. */
function adviserText({ role, officer }: NonNullable<Case['advice']>): string {
  const office = t(`cases.by_${role}`)
  return officer === null ? office : t('cases.by_named', { office, officer })
}

const date = (day: string) => formatDate(day, language.value)

function States({ one }: { one: Case }) {
  const { state } = one
  const active = state === 'accepted' || state === 'in_hand'
  return (
    <p class="case-states">
      <span class={active ? 'state paired' : 'state'}>{t(`cases.state_${state}`)}</span>
      {isOverdue(one) && <span class="state overdue">{t('cases.overdue')}</span>}
    </p>
  )
}
