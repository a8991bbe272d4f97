/** Issued reports, newest first: number, period, cut-off, and the same files for ever. */
import { listIssuedReports } from '../../api/issued-reports.ts'
import { formatInstant, formatRange } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { Card, Scroll } from '../page.tsx'
import { Refused, Skeleton } from '../states.tsx'
import { FileButton } from './file-button.tsx'

const formats = ['docx', 'pdf', 'xlsx'] as const

interface IssuedProps {
  unitId: string | null
  /** Whose reports they are, in a sentence. */
  name: string
  mayIssue: boolean
  revision: number
}

export function Issued({ unitId, name, mayIssue, revision }: IssuedProps) {
  const { data, refused } = useLive(`issued ${unitId} ${revision}`, (options) => listIssuedReports(unitId, options), {
    follow: false,
  })
  const reports = data.value?.filter(({ unit }) => (unit?.unit_id ?? null) === unitId)
  return (
    <Card id="issued" title={t('reports.issued')} about={t('reports.issued_about')}>
      {refused.value ? <Refused error={refused.value} /> : null}
      {!reports && !refused.value ? <Skeleton /> : null}
      {reports?.length === 0 && (
        <p>
          {t('reports.none', { name })} {mayIssue && t('reports.none_issue')}
        </p>
      )}
      {reports && reports.length > 0 && (
        <Scroll name={t('reports.issued')}>
          <table class="table stacked early left">
            <thead>
              <tr>
                <th scope="col">{t('reports.number')}</th>
                <th scope="col">{t('period.title')}</th>
                <th scope="col">{t('reports.cut_off')}</th>
                <th scope="col" class="nowrap">
                  {t('reports.issued_by')}
                </th>
                <th scope="col">{t('reports.files')}</th>
              </tr>
            </thead>
            <tbody>
              {reports.map((report) => (
                <tr key={report.issued_report_id} data-issued={report.issued_report_id}>
                  <th scope="row">{`${report.number}/${report.year}`}</th>
                  <td data-label={t('period.title')}>{formatRange(report.from, report.to, language.value)}</td>
                  <td data-label={t('reports.cut_off')}>{formatInstant(report.cut_off, language.value)}</td>
                  <td data-label={t('reports.issued_by')}>{report.issued_by}</td>
                  <td data-label={t('reports.files')}>
                    <div class="files">
                      {formats.map((format) => (
                        <FileButton
                          key={format}
                          label={t(`reports.${format}`)}
                          about={t('reports.of_number', { number: `${report.number}/${report.year}` })}
                          path={`/issued-reports/${report.issued_report_id}/file?format=${format}`}
                        />
                      ))}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  )
}
