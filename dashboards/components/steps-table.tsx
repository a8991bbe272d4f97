/** Steps: the smallest published grain, five ratings or more each, dated with the newest one's day. */
import type { UnitReport } from '../../server/contract/reports.ts'
import { formatDate } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { Count, Interval, Satisfaction } from './figures.tsx'
import { Scroll } from './page.tsx'

export const StepsTable = ({ steps }: { steps: UnitReport['steps'] }) =>
  steps.length === 0 ? null : (
    <details>
      <summary>{t('steps.show', { n: steps.length })}</summary>
      <p class="hint">{t('steps.about')}</p>
      <Scroll name={t('steps.title')}>
        <table class="table tight" data-table="steps">
          <thead>
            <tr>
              <th scope="col">{t('column.day')}</th>
              <th scope="col">{t('column.n')}</th>
              <th scope="col">{t('column.satisfaction')}</th>
              <th scope="col">{t('column.interval')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ date, figure }, index) => (
              <tr key={`${date}-${index}`} data-from={date}>
                <th scope="row">{formatDate(date, language.value)}</th>
                <td>
                  <Count value={figure.n} />
                </td>
                <td>
                  <Satisfaction share={figure.satisfaction} />
                </td>
                <td>
                  <Interval share={figure.satisfaction} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
