/** Counters of a unit, as a table, each total in its three parts. */

import { byName } from '../../../server/contract/names.ts'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { formatPercent } from '../../format.ts'
import { language, type MessageKey, t } from '../../i18n/index.tsx'
import { withQuery } from '../../router.ts'
import { FigureCells, FigureHeads } from '../figure-cells.tsx'
import { Missing } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'
import { countersOf } from './part.tsx'

interface CountersProps {
  report: UnitReport
  period: string
  /** Why these figures do not add up to the unit's, or come later; null where it is said above. */
  note: MessageKey | null
}

export function Counters({ report, period, note }: CountersProps) {
  const counters = byName(countersOf(report.counters))
  const visited = counters.some(({ response }) => response !== null)
  const one = counters.length === 1
  return (
    <Card id="counters" reads="satisfaction" title={t('counters.title')} about={period}>
      {counters.length === 0 ? (
        <p>{t('counters.none')}</p>
      ) : (
        <Scroll name={t('counters.title')}>
          <table class="table stacked pairs">
            <thead>
              <tr>
                <th scope="col">{t('column.counter')}</th>
                <FigureHeads index />
                {visited && <th scope="col">{t('column.response')}</th>}
              </tr>
            </thead>
            <tbody>
              {counters.map(({ counter_id, name, service, figure, response }) => (
                <tr key={counter_id} data-counter-id={counter_id}>
                  <th scope="row">
                    {one ? name : <a href={withQuery({ counter: counter_id })}>{name}</a>}
                    {service && <small>{service}</small>}
                  </th>
                  <FigureCells figure={figure} index />
                  {visited && (
                    <td data-label={t('column.response')}>
                      <Response response={response} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {counters.length > 0 && note && <p class="hint">{t(note)}</p>}
      {report.officers.some(({ figure }) => figure.rung !== 'full') && <p class="hint">{t('counters.no_officers')}</p>}
    </Card>
  )
}

/** Ratings per visit of the counter, with the visits beside it; a dash where none are told or more rated than came. */
const Response = ({ response }: Pick<UnitReport['counters'][number], 'response'>) => {
  if (!response) return <Missing figure="response_rate" reason={t('annex.visits_unknown')} />
  if (response.rate === null) {
    const reason = t(response.implausible ? 'annex.response_over' : 'annex.visits_unknown')
    return <Missing figure="response_rate" reason={reason} />
  }
  return (
    <>
      <span data-figure="response_rate">{formatPercent(response.rate, language.value)}</span>
      <small>{t('counters.visits', { n: response.visits })}</small>
    </>
  )
}
