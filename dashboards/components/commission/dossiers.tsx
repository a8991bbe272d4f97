/** Dossiers of each unit: returned the same day, early, on time, overdue; the sentence carries all four numbers. */

import { byName } from '../../../server/contract/names.ts'
import type { DossierCounts } from '../../../server/contract/visits.ts'
import type { UnitRow } from '../../chart-data.ts'
import { dossierKinds } from '../../dossiers.ts'
import { formatPercent } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { DossierBar, DossierKey } from '../dossier-bar.tsx'
import { Count } from '../figures.tsx'
import { Card } from '../page.tsx'
import { EachUnit, FEW, Pieces } from '../pieces.tsx'

type Told = UnitRow & { dossiers: DossierCounts }
const totalOf = (counts: DossierCounts) => dossierKinds.reduce((sum, kind) => sum + counts[kind], 0)

function sumOf(told: readonly Told[]): DossierCounts {
  const sum = { same_day: 0, early: 0, on_time: 0, overdue: 0 }
  for (const { dossiers } of told) for (const kind of dossierKinds) sum[kind] += dossiers[kind]
  return sum
}

/** `wide`: over the whole row, as is the card beside it. */
export function UnitDossiers({ units, wide }: { units: readonly UnitRow[]; wide: boolean }) {
  const many = units.length > FEW
  const told = byName(units.filter((unit): unit is Told => unit.dossiers !== null))
  return (
    <Card id="dossiers" span={wide ? 12 : 5} title={t('dossiers.title')} about={t('before.dossiers_about')}>
      {told.length === 0 ? (
        <p>{t('dossiers.none')}</p>
      ) : (
        <>
          <Together counts={sumOf(told)} untold={units.length - told.length} />
          {many && <Bar name={t('items.all_units')} counts={sumOf(told)} />}
          <EachUnit units={units.length}>
            {() => (
              <Pieces items={told} height={96}>
                {(piece) =>
                  piece.map(({ unit_id, name, dossiers }) => (
                    <Bar id={unit_id} name={name} counts={dossiers} key={unit_id} />
                  ))
                }
              </Pieces>
            )}
          </EachUnit>
        </>
      )}
    </Card>
  )
}

/** The sentence on all of them, and the key of the bars. */
function Together({ counts, untold }: { counts: DossierCounts; untold: number }) {
  const total = totalOf(counts)
  return (
    <>
      <p>
        {rich(total === 0 ? 'dossiers.all_none' : 'dossiers.all', {
          overdue: <Count value={counts.overdue} figure="overdue" />,
          total: <Count value={total} figure="dossiers" />,
          share: total === 0 ? '' : formatPercent(counts.overdue / total, language.value),
        })}
        {untold > 0 && ` ${t('dossiers.untold', { k: untold })}`}
      </p>
      <DossierKey />
    </>
  )
}

const Bar = ({ id, name, counts }: { id?: string; name: string; counts: DossierCounts }) => (
  <div class="level-row" data-unit-id={id}>
    <div>
      <b>{name}</b>
      <span>
        {rich(
          'dossiers.line',
          Object.fromEntries(dossierKinds.map((kind) => [kind, <Count value={counts[kind]} figure={kind} />])),
        )}
      </span>
    </div>
    <DossierBar counts={counts} />
  </div>
)
