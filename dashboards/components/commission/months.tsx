/** Twelve months as small multiples, one per unit in order of name, all on one scale. */
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Range } from '../../../server/contract/periods.ts'
import { getSeries } from '../../api/reports.ts'
import { shareAxis, type UnitRow } from '../../chart-data.ts'
import { Trend } from '../../charts/trend.tsx'
import { asked } from '../../filters.ts'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { Near } from '../near.tsx'
import { Card } from '../page.tsx'
import { EachUnit, FEW, Pieces } from '../pieces.tsx'
import { SeriesTable } from '../series-table.tsx'

const height = 190
export function Months({ units, range }: { units: readonly UnitRow[]; range: Range }) {
  const axisFrom = useSignal(0.6)
  const about = t('months.about', { from: Math.round(axisFrom.value * 100) })
  const folded = units.length > FEW
  return (
    // What the drawings mean is said where they are.
    <Card id="months" reads="interval" title={t('months.title')} about={folded ? undefined : about}>
      <EachUnit units={units.length}>
        {() => (
          <>
            {folded && <p class="hint">{about}</p>}
            <Pieces items={byName(units)} height={(height + 77) / 3}>
              {(piece) => (
                <div class="multiples">
                  {piece.map((unit) => (
                    <Near height={height + 77} soon={!folded} key={unit.unit_id}>
                      <UnitMonths unit={unit} range={range} axisFrom={axisFrom} />
                    </Near>
                  ))}
                </div>
              )}
            </Pieces>
          </>
        )}
      </EachUnit>
    </Card>
  )
}

function UnitMonths({ unit, range, axisFrom }: { unit: UnitRow; range: Range; axisFrom: Signal<number> }) {
  // Asked for again when the unit's own figure moved, not every three seconds.
  const revision = `${unit.figure.n}.${unit.figure.set_aside}`
  const service = asked('service')
  const key = `${unit.unit_id} ${range.from} ${range.to} ${service} ${revision}`
  const { data } = useLive(key, (options) => getSeries(unit.unit_id, 'month', range, { service }, options), {
    follow: false,
  })
  const points = data.value?.points
  useEffect(() => {
    if (!points) return
    const { min } = shareAxis(
      points.map(({ figure }) => figure.satisfaction),
      0.6,
    )
    if (min < axisFrom.peek()) axisFrom.value = min
  }, [points])
  return (
    <div data-unit-id={unit.unit_id}>
      <h3>{unit.name}</h3>
      {points ? (
        <>
          <Trend
            points={points}
            name={t('months.chart', { unit: unit.name })}
            height={height}
            axisFrom={axisFrom.value}
          />
          <SeriesTable points={points} grain="month" name={t('months.chart', { unit: unit.name })} />
        </>
      ) : (
        <div style={{ height: `${height + 52}px` }} />
      )}
    </div>
  )
}
