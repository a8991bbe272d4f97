/** Units between the limits of chance: a funnel from ten up, one sentence below; and the officers a report may name. */

import { byName } from '../../../server/contract/names.ts'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import type { UnitRow } from '../../chart-data.ts'
import type { FunnelDot } from '../../charts/funnel.tsx'
import { LazyFunnel } from '../../charts/lazy-funnel.tsx'
import { formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Count, Interval, Satisfaction } from '../figures.tsx'
import { Card } from '../page.tsx'

/** Dots for the funnel: units with a figure and limits. */
const dotsOf = (units: readonly UnitRow[]): FunnelDot[] =>
  units.flatMap(({ unit_id, name, figure: { n, satisfaction }, annex: { limits, side } }) =>
    n === null || satisfaction?.value == null || limits === null
      ? []
      : [
          {
            ...{ id: unit_id, n, value: satisfaction.value, limits },
            title: `${name}: ${formatPercent(satisfaction.value, language.value)}`,
            ...(side === 'below' || side === 'above' ? { label: { name, side } } : {}),
          },
        ],
  )

/** `names`: whether officers may be named; of a part of the work nobody is. */
export function FunnelCard(props: { report: UnitsReport; names: boolean; span?: 7 | 12 }) {
  const { report, names, span = 12 } = props
  const { funnel } = report
  return (
    <Card
      id="funnel"
      reads="funnel-and-p-chart"
      span={span}
      title={t('funnel.title')}
      about={funnel ? t('funnel.about') : undefined}
    >
      {funnel ? (
        <LazyFunnel dots={dotsOf(report.units)} pooled={funnel.pooled} name={t('funnel.chart')} />
      ) : (
        <p>{t('funnel.few')}</p>
      )}
      {funnel && <p>{sentence(report.units)}</p>}
      {names && <Named report={report} />}
    </Card>
  )
}

function sentence(units: readonly UnitRow[]): string {
  const outside = byName(units).filter(({ annex }) => annex.side === 'below' || annex.side === 'above')
  if (outside.length === 0) return t('funnel.all_usual')
  return t('funnel.outside', { names: outside.map(({ name }) => name).join(', ') })
}

/** Officers beyond the limits, in order of name, for praise as well as for concern. */
const Named = ({ report: { named_officers } }: { report: UnitsReport }) => (
  <>
    <h3>{t('named.title')}</h3>
    {named_officers.length === 0 ? (
      <p>{t('named.none')}</p>
    ) : (
      <ul class="named-officers">
        {named_officers.map(({ officer_id, name, unit_name, figure, side }) => (
          <li key={officer_id} data-officer-id={officer_id}>
            <b>{name}</b> ({unit_name}): {t(side === 'below' ? 'named.below' : 'named.above')}{' '}
            <Satisfaction share={figure.satisfaction} /> (<Interval share={figure.satisfaction} />, n{' '}
            <Count value={figure.n} />)
          </li>
        ))}
      </ul>
    )}
    <p class="rule">{t('rule.not_sole_basis')}</p>
  </>
)
