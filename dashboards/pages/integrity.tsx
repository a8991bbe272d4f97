/** Reports of signs of wrongdoing, for inspectors alone: unit and month, never a day. */
import type { IntegrityReport } from '../../server/contract/remarks.ts'
import { listIntegrityReports } from '../api.ts'
import { Page } from '../components/page.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { formatMonth } from '../format.ts'
import { language, type MessageKey, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'

const itemKeys: Record<string, MessageKey> = {
  no_corruption: 'integrity.no_corruption',
  no_flattery: 'integrity.no_flattery',
  no_abuse_of_power: 'integrity.no_abuse_of_power',
}

export default function Integrity() {
  const { data, refused } = useLive('integrity', listIntegrityReports)
  const reports = data.value
  const error = refused.value
  return (
    <Page name="integrity" title={t('nav.integrity')}>
      {error ? <Refused error={error} /> : null}
      {!reports && !error ? <Skeleton /> : null}
      {reports && !error ? <List reports={reports} /> : null}
    </Page>
  )
}

function List({ reports }: { reports: IntegrityReport[] }) {
  const months = [...new Set(reports.map(({ month }) => month))].sort().reverse()
  return (
    <>
      <section class="answer" id="top">
        <h1>{reports.length === 0 ? t('integrity.none') : rich('integrity.headline', { n: reports.length })}</h1>
        <p>{t('integrity.about')}</p>
      </section>
      {reports.length === 0 ? (
        <Void icon="lock" title={t('integrity.none')}>
          {t('integrity.none_help')}
        </Void>
      ) : (
        <div class="stack">
          {months.map((month) => (
            <section class="card" key={month} aria-label={formatMonth(month, language.value)}>
              <header>
                <h2>{t('integrity.month', { month: formatMonth(month, language.value) })}</h2>
              </header>
              <ul class="reports">
                {reports
                  .filter((report) => report.month === month)
                  .map((report) => (
                    <Report report={report} key={report.report_id} />
                  ))}
              </ul>
            </section>
          ))}
          <p class="hint">{t('integrity.legal')}</p>
        </div>
      )}
    </>
  )
}

const Report = ({ report }: { report: IntegrityReport }) => (
  <li data-report-id={report.report_id}>
    <b>{report.unit_name}</b>
    <p>
      {report.items
        .map((item) => {
          const key = itemKeys[item]
          return key ? t(key) : item
        })
        .join(' · ')}
    </p>
    {report.remark && <blockquote lang="vi">{report.remark}</blockquote>}
    <small>
      {report.officer_name ? t('integrity.officer', { name: report.officer_name }) : t('integrity.no_officer')}
    </small>
  </li>
)
