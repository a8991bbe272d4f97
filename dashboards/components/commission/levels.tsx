/** Five levels of each unit, in order of name; of more than a dozen first all of them in one bar. */

import { byName } from '../../../server/contract/names.ts'
import { sumLevels, totalOf, type UnitRow } from '../../chart-data.ts'
import { LevelBar, LevelLegend, LevelsTable } from '../../charts/levels.tsx'
import { t } from '../../i18n/index.tsx'
import { Card } from '../page.tsx'
import { Below, EachUnit, FEW, Pieces } from '../pieces.tsx'

export function LevelsCard({ units }: { units: readonly UnitRow[] }) {
  const many = units.length > FEW
  const all = sumLevels(units)
  return (
    <Card id="levels" reads="index" span={many ? 12 : 5} title={t('levels.title')} about={t('levels.about')}>
      <LevelLegend />
      {many && <Row name={t('items.all_units')} n={totalOf(all)} levels={all} />}
      <EachUnit units={units.length}>
        {() => (
          <Pieces items={byName(units)} height={72}>
            {(piece) =>
              piece.map(({ unit_id, name, figure }) => (
                <Row name={name} n={figure.n} levels={figure.levels} key={unit_id} />
              ))
            }
          </Pieces>
        )}
      </EachUnit>
      <Below many={many}>
        {() => (
          <LevelsTable
            head={t('column.unit')}
            rows={byName(units).flatMap(({ unit_id, name, figure: { levels } }) =>
              levels && totalOf(levels) > 0 ? [{ id: unit_id, name, levels }] : [],
            )}
          />
        )}
      </Below>
    </Card>
  )
}

const Row = ({ name, n, levels }: { name: string; n: number | null; levels: readonly number[] | null }) => (
  <div class="level-row">
    <div>
      <b>{name}</b>
      <span>{n === null ? t('state.suppressed') : t('figure.n', { n })}</span>
    </div>
    {levels && <LevelBar levels={levels} name={name} />}
  </div>
)
