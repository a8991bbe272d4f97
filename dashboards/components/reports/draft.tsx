/** The draft of a period as files, and issuing it: the number is taken, the figures stand still. */
import { useState } from 'preact/hooks'
import { issueReport } from '../../api/issued-reports.ts'
import { today } from '../../clock.ts'
import { language, t } from '../../i18n/index.tsx'
import type { Chosen } from '../../period-name.ts'
import { ActionButton } from '../action-button.tsx'
import { Card } from '../page.tsx'
import { Message } from '../states.tsx'
import { FileButton } from './file-button.tsx'

interface DraftProps {
  unitId: string | null
  chosen: Chosen
  mayIssue: boolean
  onIssued: () => void
}

const formats = ['docx', 'pdf', 'xlsx'] as const

export function Draft({ unitId, chosen, mayIssue, onIssued }: DraftProps) {
  const [number, setNumber] = useState<string | null>(null)
  const { range, valid } = chosen
  const ahead = valid && range.to > today.value
  const covers = { from: range.from, to: range.to, language: language.value, ...(unitId ? { unit_id: unitId } : {}) }
  const query = (more: Record<string, string>) => new URLSearchParams({ ...covers, ...more }).toString()
  const tables = unitId ? (['counters', 'commitments'] as const) : (['units', 'commitments'] as const)
  const issue = async () => {
    const report = await issueReport(covers)
    setNumber(`${report.number}/${report.year}`)
    onIssued()
  }
  if (!valid || ahead) {
    return (
      <Card id="draft" title={t('reports.draft')}>
        <Message kind="bad" icon="calendar">
          {t(valid ? 'reports.not_over' : 'error.invalid_range')}
        </Message>
      </Card>
    )
  }
  return (
    <Card id="draft" title={t('reports.draft')} about={t('reports.draft_about')}>
      <div class="stack">
        <div class="file-rows">
          <div class="files">
            {formats.map((format) => (
              <FileButton
                key={format}
                label={t(`reports.${format}`)}
                path={`/issued-reports/draft?${query({ format })}`}
              />
            ))}
          </div>
          <div class="files">
            {tables.map((table) => (
              <FileButton
                key={table}
                label={t(`reports.csv_${table}`)}
                path={`/issued-reports/draft?${query({ format: 'csv', table })}`}
              />
            ))}
          </div>
        </div>
        {mayIssue && <ActionButton main label={t('reports.issue')} confirm={t('reports.issue_confirm')} act={issue} />}
        {number !== null && (
          <Message kind="good" icon="check">
            {t('reports.issued_now', { number })}
          </Message>
        )}
      </div>
    </Card>
  )
}
