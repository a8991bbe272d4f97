/** What a unit was made of, where its figures from before belong; shown beside it when wanted, never added up. And its dossiers. */
import { useState } from 'preact/hooks'
import { byName } from '../../../server/contract/names.ts'
import type { Range } from '../../../server/contract/periods.ts'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { getUnitReport } from '../../api/reports.ts'
import { listDossiers } from '../../api/roster.ts'
import { dossierKinds, toldWithin } from '../../dossiers.ts'
import { formatCount, formatDate } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { queryWith } from '../../router.ts'
import { DossierBar, DossierKey } from '../dossier-bar.tsx'
import { FigureCells, FigureHeads } from '../figure-cells.tsx'
import { Card, Scroll } from '../page.tsx'
import { DossiersTold } from '../roster/dossiers-told.tsx'

export function Predecessors({ report, range }: { report: UnitReport; range: Range }) {
  const [shown, setShown] = useState(false)
  const { predecessors, valid_from } = report
  if (predecessors.length === 0 || valid_from === null) return null
  const date = formatDate(valid_from, language.value)
  return (
    <Card id="before" title={t('before.title')} about={t('before.about', { date })}>
      <p>
        {t('unit.predecessors', { date })}{' '}
        {byName(predecessors).map(({ unit_id, name }, place) => (
          <>
            {place > 0 && ', '}
            <a href={`/units/${encodeURIComponent(unit_id)}${queryWith({ counter: null })}`} key={unit_id}>
              {name}
            </a>
          </>
        ))}
      </p>
      <div class="buttons">
        <button type="button" class="button" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {t(shown ? 'before.hide' : 'before.show')}
        </button>
      </div>
      {shown && (
        <Scroll name={t('before.title')}>
          <table class="table stacked pairs" data-table="before">
            <thead>
              <tr>
                <th scope="col">{t('column.unit')}</th>
                <FigureHeads />
              </tr>
            </thead>
            <tbody>
              {byName(predecessors).map((one) => (
                <Before key={one.unit_id} unit={one} range={range} />
              ))}
              <Row name={report.unit.name} id={report.unit.unit_id} figure={report.figure} />
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  )
}

function Before({ unit, range }: { unit: { unit_id: string; name: string }; range: Range }) {
  const { data, refused } = useLive(
    `${unit.unit_id} ${range.from} ${range.to}`,
    (options) => getUnitReport(unit.unit_id, range, null, {}, options),
    { follow: false },
  )
  if (refused.value) {
    return (
      <tr>
        <th scope="row">{unit.name}</th>
        <td colSpan={5}>{t('before.hidden')}</td>
      </tr>
    )
  }
  return <Row name={unit.name} id={unit.unit_id} figure={data.value?.figure ?? null} />
}

const Row = ({ name, id, figure }: { name: string; id: string; figure: UnitReport['figure'] | null }) => (
  <tr data-unit-id={id}>
    <th scope="row">{name}</th>
    {figure ? <FigureCells figure={figure} /> : <td colSpan={5} />}
  </tr>
)

/** The sentence carries all four numbers; the bar only shows their proportion. */
export function DossiersCard({ report, range }: { report: UnitReport; range: Range }) {
  const { dossiers, unit } = report
  const lines = useLive(
    `dossiers ${unit.unit_id} ${range.from} ${range.to} ${JSON.stringify(dossiers)}`,
    (options) => (dossiers ? listDossiers(unit.unit_id, range, options) : Promise.resolve({ items: [] })),
    { follow: false },
  )
  if (!dossiers) return null
  const told = Object.fromEntries(dossierKinds.map((kind) => [kind, formatCount(dossiers[kind], language.value)]))
  return (
    <Card id="dossiers" title={t('dossiers.title')} about={t('before.dossiers_about')}>
      <p>{t('unit.dossiers', told)}</p>
      <DossierBar counts={dossiers} />
      <DossierKey />
      <DossiersTold told={toldWithin(lines.data.value?.items ?? [], range)} />
    </Card>
  )
}
