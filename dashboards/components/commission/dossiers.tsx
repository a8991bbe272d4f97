/** Dossiers of each unit: returned the same day, early, on time, overdue; the sentence carries all four numbers. */
import type { UnitRow } from '../../chart-data.ts'
import { dossierKinds } from '../../dossiers.ts'
import { byName, formatPercent } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { Count } from '../figures.tsx'
import { Card } from '../page.tsx'
import { Pieces } from '../pieces.tsx'

type Told = UnitRow & { dossiers: NonNullable<UnitRow['dossiers']> }
const totalOf = ({ dossiers }: Told) => dossierKinds.reduce((sum, kind) => sum + dossiers[kind], 0)

export function UnitDossiers({ units }: { units: readonly UnitRow[] }) {
  const told = byName(units.filter((unit): unit is Told => unit.dossiers !== null))
  const total = told.reduce((sum, unit) => sum + totalOf(unit), 0)
  const overdue = told.reduce((sum, { dossiers }) => sum + dossiers.overdue, 0)
  return (
    <Card id="dossiers" span={7} title={t('dossiers.title')} about={t('before.dossiers_about')}>
      {told.length === 0 ? (
        <p>{t('dossiers.none')}</p>
      ) : (
        <>
          <p>
            {rich(total === 0 ? 'dossiers.all_none' : 'dossiers.all', {
              overdue: <Count value={overdue} figure="overdue" />,
              total: <Count value={total} figure="dossiers" />,
              share: total === 0 ? '' : formatPercent(overdue / total, language.value),
            })}
            {told.length < units.length && ` ${t('dossiers.untold', { k: units.length - told.length })}`}
          </p>
          <ul class="key" aria-hidden="true">
            {dossierKinds.map((kind) => (
              <li key={kind}>
                <span class={`key-sign dossiers-${kind}`} />
                {t(`dossiers.${kind}`)}
              </li>
            ))}
          </ul>
          <Pieces items={told} height={96}>
            {(piece) => piece.map((unit) => <UnitBar unit={unit} key={unit.unit_id} />)}
          </Pieces>
        </>
      )}
    </Card>
  )
}

const UnitBar = ({ unit }: { unit: Told }) => (
  <div class="level-row" data-unit-id={unit.unit_id}>
    <div>
      <b>{unit.name}</b>
      <span>
        {rich(
          'dossiers.line',
          Object.fromEntries(dossierKinds.map((kind) => [kind, <Count value={unit.dossiers[kind]} figure={kind} />])),
        )}
      </span>
    </div>
    {totalOf(unit) > 0 && (
      <div class="dossiers" aria-hidden="true">
        {dossierKinds.map((kind) => (
          <span class={`dossiers-${kind}`} style={{ flexGrow: String(unit.dossiers[kind]) }} key={kind} />
        ))}
      </div>
    )}
  </div>
)
