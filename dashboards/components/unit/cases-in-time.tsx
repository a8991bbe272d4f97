/** How a unit keeps its days of answer: of the cases due in the period, how many were answered in time. Nothing where none was due. */
import type { UnitReport } from '../../../server/contract/reports.ts'
import { rich, t } from '../../i18n/index.tsx'
import { Count } from '../figures.tsx'
import { Card } from '../page.tsx'

/** `leads`: the reader may go on to the cases themselves. */
export function CasesInTimeCard({ report: { cases }, leads }: { report: UnitReport; leads: boolean }) {
  if (!cases || cases.due === 0) return null
  const { in_time, due, overdue } = cases
  return (
    <Card id="cases" title={t('column.cases')} about={t('unit.cases_about')}>
      <p>
        {rich(overdue === 0 ? 'unit.cases' : 'unit.cases_overdue', {
          in_time: <Count value={in_time} figure="cases_in_time" />,
          due: <Count value={due} figure="cases_due" />,
          overdue: <Count value={overdue} figure="cases_overdue" />,
        })}{' '}
        {leads && <a href="/cases">{t('nav.cases')}</a>}
      </p>
    </Card>
  )
}
