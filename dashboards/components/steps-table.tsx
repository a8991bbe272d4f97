/** Steps: the smallest published grain, five ratings or more each, dated with the newest one's day. */
import type { UnitReport } from '../../server/contract/reports.ts'
import { formatDate } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { isNarrow } from '../viewport.ts'
import { FigureCells, FigureHeads } from './figure-cells.tsx'
import { Scroll } from './page.tsx'

/** On a phone days of one year go without it, so that the interval has room beside the share. */
const saysYear = (steps: UnitReport['steps']) =>
  !isNarrow.value || new Set(steps.map(({ date }) => date.slice(0, 4))).size > 1

export const StepsTable = ({ steps }: { steps: UnitReport['steps'] }) =>
  steps.length === 0 ? null : (
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
                <th scope="row">{formatDate(date, language.value, saysYear(steps))}</th>
                <FigureCells figure={figure} step />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
