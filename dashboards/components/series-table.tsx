/** The numbers of a picture over time, as a table. */
import type { SeriesPoint } from '../../server/contract/reports.ts'
import { type Grain, pointName } from '../charts/weeks.tsx'
import { ofOneYear } from '../format.ts'
import { t } from '../i18n/index.tsx'
import { FigureCells, FigureHeads, SideCell, SideHead } from './figure-cells.tsx'
import { Scroll } from './page.tsx'

export const SeriesTable = ({
  points,
  grain,
  name,
  note,
}: {
  points: readonly SeriesPoint[]
  grain: Grain
  name: string
  /** Above the numbers. */
  note?: string | false
}) => {
  const short = grain === 'week' && ofOneYear(points.map(({ from }) => from))
  return (
    <details>
      <summary>{t('table.show')}</summary>
      {note && <p class="hint">{note}</p>}
      <Scroll name={name}>
        <table class="table tight stacked pairs">
          <thead>
            <tr>
              <th scope="col">{t(grain === 'week' ? 'column.week' : 'column.month')}</th>
              <FigureHeads />
              <SideHead />
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.from} data-from={point.from}>
                <th scope="row">{pointName(point, grain, short)}</th>
                <FigureCells figure={point.figure} />
                <SideCell side={point.side} />
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}
