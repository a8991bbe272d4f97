/** How a unit keeps its days of answer: of the cases due in the period, how many were answered in time. Nothing where none was due. */
import type { UnitReport } from '../../../server/contract/reports.ts'
import { t } from '../../i18n/index.tsx'
import { InTime } from '../cases-in-time.tsx'
import { Card } from '../page.tsx'

/** `leads`: the reader may go on to the cases themselves. */
export function CasesInTimeCard({ report: { cases }, leads }: { report: UnitReport; leads: boolean }) {
  if (!cases || cases.due === 0) return null
  return (
    <Card id="cases" title={t('unit.cases')} about={t('unit.cases_about')}>
      <p>
        <InTime cases={cases} />{' '}
        {leads && (
          <a class="nowrap" href="/cases">
            {t('nav.cases')}
          </a>
        )}
      </p>
    </Card>
  )
}
