/** Counters of a unit, as a table with the same dot and range. */
import type { UnitReport } from '../../../server/contract/reports.ts'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { Count, Index, Interval, Satisfaction } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'

export const Counters = ({ report, period }: { report: UnitReport; period: string }) => (
  <Card id="counters" span={7} title={t('counters.title')} about={period}>
    {report.counters.length === 0 ? (
      <p>{t('counters.none')}</p>
    ) : (
      <Scroll name={t('counters.title')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('column.counter')}</th>
              <th scope="col">{t('column.n')}</th>
              <th scope="col">{t('column.satisfaction')}</th>
              <th scope="col">{t('column.interval')}</th>
              <th scope="col">{t('column.index')}</th>
            </tr>
          </thead>
          <tbody>
            {byName(report.counters).map(({ counter_id, name, service, figure }) => (
              <tr key={counter_id} data-counter-id={counter_id}>
                <th scope="row">
                  {name}
                  {service && <small>{service}</small>}
                </th>
                <td>
                  <Count value={figure.n} />
                </td>
                <td>
                  <Satisfaction share={figure.satisfaction} />
                </td>
                <td>
                  <Interval share={figure.satisfaction} />
                </td>
                <td>
                  <Index value={figure.index} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
  </Card>
)
