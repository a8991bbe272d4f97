/** The numbers of a picture over time, as a table. */
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { type Grain, pointName } from '../charts/weeks.tsx'
import { t } from '../i18n/index.tsx'
import { Count, Interval, Satisfaction } from './figures.tsx'
import { Scroll } from './page.tsx'

export const SeriesTable = ({
  points,
  grain,
  name,
}: {
  points: readonly SeriesPoint[]
  grain: Grain
  name: string
}) => (
  <details>
    <summary>{t('table.show')}</summary>
    <Scroll name={name}>
      <table class="table tight">
        <thead>
          <tr>
            <th scope="col">{t(grain === 'week' ? 'column.week' : 'column.month')}</th>
            <th scope="col">{t('column.n')}</th>
            <th scope="col">{t('column.satisfaction')}</th>
            <th scope="col">{t('column.interval')}</th>
            <th scope="col">{t('column.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.from} data-from={point.from}>
              <th scope="row">{pointName(point, grain)}</th>
              <td>
                <Count value={point.figure.n} />
              </td>
              <td>
                <Satisfaction share={point.figure.satisfaction} />
              </td>
              <td>
                <Interval share={point.figure.satisfaction} />
              </td>
              <td data-side={point.side}>
                {point.side === null ? '–' : t(point.side === 'usual' ? 'series.usual' : 'series.notable')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </details>
)
