/** Officers of a unit in order of name, each as far as their number of ratings allows; never ranked, never alone decisive. */

import type { UnitReport } from '../../../server/contract/reports.ts'
import { shareAxis } from '../../chart-data.ts'
import type { FunnelDot } from '../../charts/funnel.tsx'
import { LazyFunnel } from '../../charts/lazy-funnel.tsx'
import { AxisRow, Range } from '../../charts/range.tsx'
import { formatCount, formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { inSentence } from '../../period-name.ts'
import { FigureCells, FigureHeads, LimitCells, LimitHeads } from '../figure-cells.tsx'
import { Count, Interval, Missing, Satisfaction } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'
import { bandSentence } from '../verdicts.tsx'
import { Explained, type Explanations } from './explanations.tsx'

type OfficerRow = UnitReport['officers'][number]

interface OfficersProps {
  report: UnitReport
  period: string
  explanations: Explanations
}

export function Officers({ report, period, explanations }: OfficersProps) {
  const { officers } = report
  const axis = shareAxis(
    officers.flatMap(({ figure, usual }) => [figure.satisfaction, usual]),
    0.4,
  )
  return (
    <Card
      id="officers"
      reads="rungs"
      title={t('officers.title', { period: inSentence(period) })}
      about={t('officers.about')}
    >
      {officers.length === 0 ? (
        <p>{t('officers.none')}</p>
      ) : (
        <ol class="rows people">
          <AxisRow axis={axis} stacked />
          {officers.map((officer) => {
            const explained = explanations.get(officer.officer_id)
            return (
              <li key={officer.officer_id} data-officer-id={officer.officer_id} data-rung={officer.figure.rung}>
                <span>
                  <b>{officer.name}</b>
                </span>
                <Range axis={axis} share={officer.figure.satisfaction} band={officer.usual} mark={markOf(officer)} />
                <OfficerFigures officer={officer} />
                <span class="row-words">
                  {officer.attribution === 'low' ? t('unit.attribution_low') : bandSentence(officer)}
                  {officer.attribution === 'fair' && <small>{t('unit.attribution_fair')}</small>}
                  {explained && <Explained one={explained} />}
                </span>
              </li>
            )
          })}
          <AxisRow axis={axis} />
        </ol>
      )}
      {officers.length > 0 && <Compared officers={officers} funnel={report.officer_funnel} />}
      <p class="rule">{t('rule.not_sole_basis')}</p>
    </Card>
  )
}

/** Where the words beside it say that chance is ruled out. */
const markOf = ({ band, attribution }: OfficerRow) =>
  attribution === 'low' ? null : band === 'below' ? 'lower' : band === 'above' ? 'higher' : null

/** From ten officers up the funnel, below it one sentence; the table with intervals in either case. */
const Compared = ({ officers, funnel }: { officers: OfficerRow[]; funnel: UnitReport['officer_funnel'] }) => (
  <>
    {funnel ? (
      <div id="officer-funnel">
        <h3>{t('funnel.title')}</h3>
        <p class="hint">{t('funnel.officers_about')}</p>
        <LazyFunnel dots={dotsOf(officers)} pooled={funnel.pooled} name={t('funnel.officers_chart')} />
        <p>{sentence(officers)}</p>
      </div>
    ) : (
      <p class="hint">{t('officers.too_few_to_compare')}</p>
    )}
    <details>
      <summary>{t('table.show')}</summary>
      <Scroll name={t('officers.table')}>
        <table class="table stacked pairs">
          <thead>
            <tr>
              <th scope="col">{t('column.name')}</th>
              <FigureHeads index />
              {funnel && <LimitHeads />}
            </tr>
          </thead>
          <tbody>
            {officers.map(({ officer_id, name, figure, limits, side }) => (
              <tr key={officer_id} data-officer-id={officer_id}>
                <th scope="row">{name}</th>
                <FigureCells figure={figure} index />
                {funnel && <LimitCells limits={limits} side={side} />}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  </>
)

/** Officers whose figure is shown in full; a name stands only at those whom also a report of the province might name. */
const dotsOf = (officers: readonly OfficerRow[]): FunnelDot[] =>
  officers.flatMap(({ officer_id, name, figure: { n, satisfaction }, limits, side }) => {
    if (n === null || satisfaction?.value == null || limits === null) return []
    const dot = { id: officer_id, n, value: satisfaction.value, limits }
    const ratings = t('funnel.ratings', { n: formatCount(n, language.value) })
    const title = `${formatPercent(satisfaction.value, language.value)}, ${ratings}`
    return [side === 'below' || side === 'above' ? { ...dot, title, label: { name, side } } : { ...dot, title }]
  })

function sentence(officers: readonly OfficerRow[]): string {
  const outside = officers.filter(({ side }) => side === 'below' || side === 'above')
  if (outside.length === 0) return t('funnel.officers_all_usual')
  return t('funnel.officers_outside', { names: outside.map(({ name }) => name).join(', ') })
}

const OfficerFigures = ({ officer: { figure } }: { officer: OfficerRow }) => {
  const { satisfaction: share, n } = figure
  if (!share) {
    return (
      <span class="row-figures">
        {n === null ? <Missing figure="n" /> : null}
        <small>{n === null ? t('officers.few') : null}</small>
        {n !== null && (
          <small>
            n <Count value={n} />
          </small>
        )}
      </span>
    )
  }
  return (
    <span class="row-figures">
      {share.value !== null && (
        <b>
          <Satisfaction share={share} />
        </b>
      )}
      <small>
        <Interval share={share} />
      </small>
      {n !== null && (
        <small>
          n <Count value={n} />
        </small>
      )}
    </span>
  )
}
