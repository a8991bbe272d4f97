/** What the page of cases says first: of open ones what waits, of answered ones how many were answered in time. */
import type { CasesFound } from '../../api/cases.ts'
import { rich, t } from '../../i18n/index.tsx'
import { answersCases } from '../../waiting.ts'

export function Headline({ found, state }: { found: CasesFound; state: 'open' | 'answered' }) {
  if (state === 'open') {
    return (
      <>
        <h1>
          <Waiting found={found} />
        </h1>
        <p>{t('cases.about')}</p>
      </>
    )
  }
  return (
    <>
      <h1>{answeredText(found)}</h1>
      <p>
        <Waiting found={found} />
      </p>
      <p>{t('cases.about_answered')}</p>
    </>
  )
}

/** What waits: for the reader, and of all that is open; for who answers none, of what they have sent. */
function Waiting({ found }: { found: CasesFound }) {
  const { open, overdue, mine } = found
  if (!answersCases()) {
    if (open === 0) return <>{t('cases.sent_none')}</>
    return <>{rich(overdue === 0 ? 'cases.sent_in_time' : 'cases.sent_overdue', { open, overdue })}</>
  }
  return (
    <>
      <span>{mine > 0 ? rich('cases.headline_mine', { n: mine }) : t('cases.headline_none')}</span>{' '}
      <span>{openText(found)}</span>
    </>
  )
}

/** Of the answered ones on the page: all there are, or the newest of them. */
function answeredText({ items, hasMore }: CasesFound) {
  if (items.length === 0) return t('cases.none_answered')
  const counts = { n: items.length, k: items.filter(({ in_time }) => in_time).length }
  return rich(hasMore ? 'cases.headline_answered_newest' : 'cases.headline_answered', counts)
}

function openText({ open, overdue }: CasesFound): string {
  if (open === 0) return t('cases.open_none')
  return overdue === 0 ? t('cases.open_in_time', { open }) : t('cases.open_all', { open, overdue })
}
