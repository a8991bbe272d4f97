/** Steps: the smallest published grain, five ratings or more each, dated with the newest one's day. */
import type { UnitReport } from '../../server/contract/reports.ts'
import { formatDate, ofOneYear } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { FigureCells, FigureHeads } from './figure-cells.tsx'
import { Scroll } from './page.tsx'

export function StepsTable({ steps }: { steps: UnitReport['steps'] }) {
  if (steps.length === 0) return null
  const oneYear = ofOneYear(steps.map(({ date }) => date))
  return (
    <details>
      <summary>{t('steps.show', { n: steps.length })}</summary>
      <p class="hint">{t('steps.about')}</p>
      <Scroll name={t('steps.title')}>
        <table class="table tight slim" data-table="steps">
          <thead>
            <tr>
              <th scope="col">{t('column.day')}</th>
              <FigureHeads step />
            </tr>
          </thead>
          <tbody>
            {steps.map(({ date, figure }, index) => (
              <tr key={`${date}-${index}`} data-from={date}>
                <th scope="row">{formatDate(date, language.value, !oneYear)}</th>
                <FigureCells figure={figure} step />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}
