/** Twelve months as small multiples, one per unit in order of name, all on one scale. */
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { byName } from '../../../server/contract/names.ts'
import type { Range } from '../../../server/contract/periods.ts'
import { getSeries } from '../../api/reports.ts'
import { shareAxis, type UnitRow } from '../../chart-data.ts'
import { Trend } from '../../charts/trend.tsx'
import { today } from '../../clock.ts'
import { asked } from '../../filters.ts'
import { formatDate } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { inSentence } from '../../period-name.ts'
import { Near } from '../near.tsx'
import { Card } from '../page.tsx'
import { EachUnit, FEW, Pieces } from '../pieces.tsx'
import { SeriesTable } from '../series-table.tsx'

const height = 190

interface MonthsProps {
  units: readonly UnitRow[]
  range: Range
  /** The day that figures reach; null before the first rating. */
  through: string | null
}

export function Months({ units, range, through }: MonthsProps) {
  const axisFrom = useSignal(0.6)
  // The last month still runs, and something of it is there to be drawn.
  const running = through !== null && range.to >= today.value && through.slice(0, 7) === range.to.slice(0, 7)
  const about = t('months.about', {
    from: Math.round(axisFrom.value * 100),
    running: running ? runningMonth(through) : '',
  })
  const many = units.length > FEW
  // Of a long list those of whom something may be said.
  const drawn = many ? units.filter(({ figure }) => figure.satisfaction !== null) : units
  const folded = drawn.length > FEW
  return (
    // What the drawings mean is said where they are.
    <Card id="months" reads="interval" title={t('months.title')} about={folded ? undefined : about}>
      {many && <p>{t('months.some', { k: drawn.length })}</p>}
      <EachUnit units={drawn.length}>
        {() => (
          <>
            {folded && <p class="hint">{about}</p>}
            <Pieces items={byName(drawn)} height={(height + 77) / 3}>
              {(piece) => (
                <div class="multiples">
                  {piece.map((unit) => (
                    <Near height={height + 77} soon={!folded} key={unit.unit_id}>
                      <UnitMonths {...{ unit, range, running, axisFrom }} />
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

function runningMonth(through: string): string {
  const month = inSentence(t(`month.${Number(through.slice(5, 7)) as 1}`))
  return t('months.running', { month, date: formatDate(through, language.value, false) })
}

interface UnitMonthsProps {
  unit: UnitRow
  range: Range
  running: boolean
  axisFrom: Signal<number>
}

function UnitMonths({ unit, range, running, axisFrom }: UnitMonthsProps) {
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
            running={running}
          />
          <SeriesTable points={points} grain="month" name={t('months.chart', { unit: unit.name })} />
        </>
      ) : (
        <div style={{ height: `${height + 52}px` }} />
      )}
    </div>
  )
}
