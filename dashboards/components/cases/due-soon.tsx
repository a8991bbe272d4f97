/** The few cases that are due first, as lines with their day of answer and the way to them; never a figure. */
import type { Case } from '../../../server/contract/cases.ts'
import type { CasesFound } from '../../api/cases.ts'
import { caseAddress, caseTitle, isOverdue, turnText, waitingFor, waitingForOthers } from '../../cases.ts'
import { t } from '../../i18n/index.tsx'
import { Icon } from '../icons.tsx'
import { Due } from './due.tsx'

/** As many as are taken in at a glance. */
const FIRST = 5

/** Lines of a list `.look`: those that wait for the reader, and with `others` below them those that somebody else answers. */
export function DueSoon({ found, others = false }: { found: CasesFound; others?: boolean }) {
  const mine = waitingFor(found.items)
  const cases = others ? [...mine, ...waitingForOthers(found.items)] : mine
  const left = (others ? found.open : found.mine) - Math.min(cases.length, FIRST)
  return (
    <>
      {cases.slice(0, FIRST).map((one) => (
        <Line one={one} key={one.case_id} />
      ))}
      {left > 0 && (
        <li data-matter="cases">
          <Icon name="calendar" />
          <div>
            <b>{t('today.more_cases', { n: left })}</b>
            <span>
              {t(others && mine.length <= FIRST ? 'today.more_cases_others' : 'today.more_cases_detail', { n: left })}
            </span>
          </div>
          <a class="nowrap" href="/cases">
            {t('today.open_cases')}
          </a>
        </li>
      )}
    </>
  )
}

const Line = ({ one }: { one: Case }) => (
  <li data-matter={`case ${one.case_id}`}>
    <Icon name={isOverdue(one) ? 'alert' : 'calendar'} />
    <div>
      <b>{caseTitle(one)}</b>
      <span class={isOverdue(one) ? 'overdue' : undefined}>
        <Due one={one} />
      </span>
      <Others one={one} />
    </div>
    <a href={caseAddress(one)} aria-label={`${t('today.open_case')}: ${caseTitle(one)}`}>
      {t('today.open_case')}
    </a>
  </li>
)

/** That it is not the reader who answers it, and who does. */
const Others = ({ one }: { one: Case }) => (one.may.length === 0 ? <span data-others>{turnText(one)}</span> : null)
