/** Units side by side in order of name: picture, numbers and one sentence each; the same as a table below. */
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { shareAxis, type UnitRow, verdictOf } from '../../chart-data.ts'
import { Range, RangeAxis } from '../../charts/range.tsx'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { route, withQuery } from '../../router.ts'
import { FigureCells, FigureHeads, LimitCells, LimitHeads, PreviousShare } from '../figure-cells.tsx'
import { Count, Interval, Satisfaction } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'
import { unitSentence } from '../verdicts.tsx'

/** A unit's own page, in the period that is on the screen. */
export function unitAddress(unitId: string): string {
  const query = withQuery({}).slice(route.value.path.length)
  return `/units/${encodeURIComponent(unitId)}${query}`
}

const markOf = (unit: UnitRow) => {
  const verdict = verdictOf(unit)
  return verdict === 'lower' || verdict === 'higher' ? verdict : null
}

/** Many names begin with their kind ("Xã Chiềng Khương"); said twice it is noise. */
const saysKind = ({ name, kind }: UnitRow) =>
  name.toLocaleLowerCase('vi').startsWith(t(`kind.${kind}`).toLocaleLowerCase('vi'))

const sample = { lower: 0.1, upper: 0.9, value: 0.5 }
const sampleAxis = { min: 0, max: 1, ticks: [] }

export function UnitRows({ report, compare }: { report: UnitsReport; compare: boolean }) {
  const units = byName(report.units)
  const axis = shareAxis(
    units.flatMap((unit) => [unit.figure.satisfaction, unit.previous?.figure.satisfaction]),
    0.6,
  )
  return (
    <Card id="units" reads="satisfaction" title={t('commission.units')} about={t('commission.no_ranking')}>
      <ol class="rows">
        {units.map((unit) => (
          <li key={unit.unit_id} data-unit-id={unit.unit_id}>
            <span>
              <a class="row-name" href={unitAddress(unit.unit_id)}>
                {unit.name}
              </a>
              {saysKind(unit) ? null : <small>{t(`kind.${unit.kind}`)}</small>}
            </span>
            <Range
              axis={axis}
              share={unit.figure.satisfaction}
              previous={unit.previous?.figure.satisfaction ?? null}
              mark={markOf(unit)}
            />
            <span class="row-figures">
              <b>
                <Satisfaction share={unit.figure.satisfaction} />
              </b>
              {unit.figure.satisfaction && (
                <small>
                  <Interval share={unit.figure.satisfaction} />
                </small>
              )}
              {unit.figure.n !== null && (
                <small>
                  n <Count value={unit.figure.n} />
                </small>
              )}
            </span>
            <span class="row-words">{unitSentence(unit)}</span>
          </li>
        ))}
        <li class="axis" aria-hidden="true">
          <span />
          <RangeAxis axis={axis} />
        </li>
      </ol>
      <ul class="key">
        <li>
          <span class="key-sign">
            <Range axis={sampleAxis} share={sample} />
          </span>
          {t('key.now')}
        </li>
        {compare && (
          <>
            <li>
              <span class="key-sign">
                <Range axis={sampleAxis} share={sample} mark="lower" />
              </span>
              {t('key.differs')}
            </li>
            <li>
              <span class="key-sign">
                <Range axis={sampleAxis} share={null} previous={sample} />
              </span>
              {t('key.before')}
            </li>
          </>
        )}
      </ul>
      <UnitsTable units={units} compare={compare} limits={report.funnel !== null} />
    </Card>
  )
}

const UnitsTable = ({ units, compare, limits }: { units: UnitRow[]; compare: boolean; limits: boolean }) => (
  <details>
    <summary>{t('table.show')}</summary>
    <Scroll name={t('commission.units')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('column.unit')}</th>
            <FigureHeads index />
            {compare && <th scope="col">{t('column.previous')}</th>}
            {limits && <LimitHeads />}
          </tr>
        </thead>
        <tbody>
          {units.map(({ unit_id, name, figure, previous, annex }) => (
            <tr key={unit_id} data-unit-id={unit_id}>
              <th scope="row">{name}</th>
              <FigureCells figure={figure} index />
              {compare && (
                <td data-period="previous">
                  <PreviousShare figure={previous?.figure ?? null} />
                </td>
              )}
              {limits && <LimitCells {...annex} />}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </details>
)
