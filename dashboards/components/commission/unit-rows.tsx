/** Units side by side in order of name: picture, numbers and one sentence each; the same as a table below. */

import { byName } from '../../../server/contract/names.ts'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { type ShareAxis, shareAxis, type UnitRow, verdictOf } from '../../chart-data.ts'
import { AxisRow, Range } from '../../charts/range.tsx'
import { beforeName, beforeTitle } from '../../filters.ts'
import { formatPercent } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { queryWith } from '../../router.ts'
import { FigureCells, FigureHeads, LimitCells, LimitHeads, PreviousShare } from '../figure-cells.tsx'
import { Count, Interval, Satisfaction } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'
import { Below, FEW, Pieces } from '../pieces.tsx'
import { unitSentence } from '../verdicts.tsx'

/** A unit's own page, in the period that is on the screen. */
export const unitAddress = (unitId: string): string => `/units/${encodeURIComponent(unitId)}${queryWith({})}`

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
  const many = units.length > FEW
  // Of a long list nobody scrolls through rows that say nothing.
  const [rated, unrated] = many
    ? [units.filter(({ figure }) => figure.n !== 0), units.filter(({ figure }) => figure.n === 0)]
    : [units, []]
  const axis = shareAxis(
    units.flatMap((unit) => [unit.figure.satisfaction, unit.previous?.figure.satisfaction]),
    0.6,
  )
  return (
    <Card id="units" reads="satisfaction" title={t('commission.units')} about={t('commission.no_ranking')}>
      <Pieces items={rated} height={84}>
        {(piece) => (
          <ol class="rows">
            <AxisRow axis={axis} stacked={!many} />
            {piece.map((unit) => (
              <Row unit={unit} axis={axis} key={unit.unit_id} />
            ))}
            <AxisRow axis={axis} />
          </ol>
        )}
      </Pieces>
      <Key compare={compare} />
      {unrated.length > 0 && <Unrated units={unrated} />}
      <Below many={many}>{() => <UnitsTable units={units} compare={compare} limits={report.funnel !== null} />}</Below>
    </Card>
  )
}

/** Those without a single rating, by name, one way to each. */
const Unrated = ({ units }: { units: readonly UnitRow[] }) => (
  <Below name={t('commission.unrated', { k: units.length })} many>
    {() => (
      <ul class="unrated name-list">
        {units.map(({ unit_id, name }) => (
          <li key={unit_id} data-unit-id={unit_id}>
            <a href={unitAddress(unit_id)}>{name}</a>
          </li>
        ))}
      </ul>
    )}
  </Below>
)

const Row = ({ unit, axis }: { unit: UnitRow; axis: ShareAxis }) => {
  const { figure, previous, response } = unit
  return (
    <li data-unit-id={unit.unit_id}>
      <span>
        <a class="row-name" href={unitAddress(unit.unit_id)}>
          {unit.name}
        </a>
        {saysKind(unit) ? null : <small>{t(`kind.${unit.kind}`)}</small>}
        {unit.area && <small>{unit.area}</small>}
        {unit.monitors.length > 0 && <small>{t('narrowed.monitor', { monitor: unit.monitors.join(', ') })}</small>}
      </span>
      <Range
        axis={axis}
        share={figure.satisfaction}
        previous={previous?.figure.satisfaction ?? null}
        mark={markOf(unit)}
      />
      <span class="row-figures">
        <b>
          <Satisfaction share={figure.satisfaction} />
        </b>
        {figure.satisfaction && (
          <small>
            <Interval share={figure.satisfaction} />
          </small>
        )}
        {figure.n !== null && (
          <small>
            n <Count value={figure.n} />
          </small>
        )}
        {figure.satisfaction && response && response.rate !== null && (
          <small>
            {rich('figure.response', {
              rate: <span data-figure="response_rate">{formatPercent(response.rate, language.value)}</span>,
            })}
          </small>
        )}
      </span>
      <span class="row-words">{unitSentence(unit)}</span>
    </li>
  )
}

const Key = ({ compare }: { compare: boolean }) => (
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
          {t('key.differs', { before: beforeName() })}
        </li>
        <li>
          <span class="key-sign">
            <Range axis={sampleAxis} share={null} previous={sample} />
          </span>
          {beforeName()}
        </li>
      </>
    )}
  </ul>
)

const UnitsTable = ({ units, compare, limits }: { units: UnitRow[]; compare: boolean; limits: boolean }) => (
  <Scroll name={t('commission.units')}>
    <table class="table stacked pairs">
      <thead>
        <tr>
          <th scope="col">{t('column.unit')}</th>
          <FigureHeads index />
          {compare && <th scope="col">{beforeTitle()}</th>}
          {limits && <LimitHeads />}
        </tr>
      </thead>
      <Pieces items={units} height={49} tag="tbody">
        {(piece) =>
          piece.map(({ unit_id, name, figure, previous, annex }) => (
            <tr key={unit_id} data-unit-id={unit_id}>
              <th scope="row">{name}</th>
              <FigureCells figure={figure} index />
              {compare && (
                <td class="whole" data-period="previous" data-label={beforeTitle()}>
                  <PreviousShare figure={previous?.figure ?? null} />
                </td>
              )}
              {limits && <LimitCells {...annex} />}
            </tr>
          ))
        }
      </Pieces>
    </table>
  </Scroll>
)
