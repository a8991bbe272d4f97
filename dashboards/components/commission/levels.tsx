/** Five levels of each unit, in order of name. */
import type { UnitRow } from '../../chart-data.ts'
import { LevelBar, LevelLegend } from '../../charts/levels.tsx'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { Card } from '../page.tsx'
import { Pieces } from '../pieces.tsx'

export const LevelsCard = ({ units }: { units: readonly UnitRow[] }) => (
  <Card id="levels" reads="index" span={5} title={t('levels.title')} about={t('levels.about')}>
    <LevelLegend />
    <Pieces items={byName(units)} height={72}>
      {(piece) =>
        piece.map(({ unit_id, name, figure }) => (
          <div class="level-row" key={unit_id}>
            <div>
              <b>{name}</b>
              <span>{figure.n === null ? t('state.suppressed') : t('figure.n', { n: figure.n })}</span>
            </div>
            {figure.levels && <LevelBar levels={figure.levels} name={name} />}
          </div>
        ))
      }
    </Pieces>
  </Card>
)
