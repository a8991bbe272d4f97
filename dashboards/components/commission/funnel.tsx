/** Units between the limits of chance: a funnel from ten up, one sentence below; and the officers a report may name. */
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { shareAxis, type UnitRow } from '../../chart-data.ts'
import { byName, formatCount, formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Count, Interval, Satisfaction } from '../figures.tsx'
import { Card } from '../page.tsx'

const [width, height, left, bottom] = [720, 320, 56, 36]

type Shown = UnitRow & { figure: { n: number; satisfaction: { value: number } }; annex: { limits: object } }
const isShown = (unit: UnitRow): unit is UnitRow & Shown =>
  unit.figure.n !== null && unit.figure.satisfaction?.value != null && unit.annex.limits !== null

export function FunnelCard({ report }: { report: UnitsReport }) {
  const { funnel } = report
  return (
    <Card id="funnel" title={t('funnel.title')} about={funnel ? t('funnel.about') : undefined}>
      {funnel ? (
        <FunnelPicture units={report.units.filter(isShown)} pooled={funnel.pooled} />
      ) : (
        <p>{t('funnel.few')}</p>
      )}
      {funnel && <p>{sentence(report.units)}</p>}
      <Named report={report} />
    </Card>
  )
}

function sentence(units: readonly UnitRow[]): string {
  const outside = byName(units).filter(({ annex }) => annex.side === 'below' || annex.side === 'above')
  if (outside.length === 0) return t('funnel.all_usual')
  return t('funnel.outside', { names: outside.map(({ name }) => name).join(', ') })
}

/** Each unit a dot at its number of ratings; the limits at every unit's own number, joined. The table above holds the numbers. */
function FunnelPicture({ units, pooled }: { units: readonly (UnitRow & Shown)[]; pooled: number }) {
  const sorted = [...units].sort((a, b) => (a.figure.n ?? 0) - (b.figure.n ?? 0))
  const most = Math.max(...sorted.map(({ figure }) => figure.n ?? 0), 1)
  const { min } = shareAxis(
    sorted.map(({ annex, figure }) => ({
      value: null,
      lower: Math.min(annex.limits?.low998 ?? 1, figure.satisfaction?.value ?? 1),
      upper: 1,
    })),
    0.6,
  )
  const x = (n: number) => left + (n / most) * (width - left - 16)
  const y = (share: number) => 12 + ((1 - share) / (1 - min)) * (height - bottom - 12)
  const line = (of: (limits: NonNullable<UnitRow['annex']['limits']>) => number) =>
    sorted.map(({ figure, annex }) => `${x(figure.n ?? 0)},${y(annex.limits ? of(annex.limits) : pooled)}`).join(' ')
  const ticks = [0, 1, 2, 3, 4].map((part) => min + ((1 - min) * part) / 4)
  return (
    <svg class="funnel" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('funnel.chart')}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="funnel-grid" x1={left} x2={width - 16} y1={y(tick)} y2={y(tick)} />
          <text x={left - 8} y={y(tick) + 5} text-anchor="end">
            {`${Math.round(tick * 100)}%`}
          </text>
        </g>
      ))}
      <polyline class="funnel-outer" points={line((limits) => limits.low998)} />
      <polyline class="funnel-outer" points={line((limits) => limits.high998)} />
      <polyline class="funnel-inner" points={line((limits) => limits.low95)} />
      <polyline class="funnel-inner" points={line((limits) => limits.high95)} />
      <line class="funnel-centre" x1={left} x2={width - 16} y1={y(pooled)} y2={y(pooled)} />
      {sorted.map(({ unit_id, name, figure, annex }) => {
        const [cx, cy] = [x(figure.n ?? 0), y(figure.satisfaction?.value ?? 0)]
        const outside = annex.side === 'below' || annex.side === 'above'
        return (
          <g key={unit_id}>
            <circle class={outside ? `funnel-dot ${annex.side}` : 'funnel-dot'} cx={cx} cy={cy} r={outside ? 7 : 5}>
              <title>{`${name}: ${formatPercent(figure.satisfaction?.value ?? 0, language.value)}`}</title>
            </circle>
            {outside && (
              <text
                x={cx > width * 0.7 ? cx - 12 : cx + 12}
                y={cy + 5}
                text-anchor={cx > width * 0.7 ? 'end' : 'start'}
              >
                {name}
              </text>
            )}
          </g>
        )
      })}
      <text x={left} y={height - 8}>
        0
      </text>
      <text x={width - 16} y={height - 8} text-anchor="end">
        {t('funnel.ratings', { n: formatCount(most, language.value) })}
      </text>
    </svg>
  )
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
