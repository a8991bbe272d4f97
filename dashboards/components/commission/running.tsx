/** How the model runs, unit by unit: who signed, how many of those who came have rated, tablets out of contact, slips of paper. */
import type { CasesInTime } from '../../../server/contract/cases.ts'
import { byName } from '../../../server/contract/names.ts'
import type { UnitRow } from '../../chart-data.ts'
import { formatPercent } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { InTime, lateOf } from '../cases-in-time.tsx'
import { Count, Missing } from '../figures.tsx'
import { Card, Scroll } from '../page.tsx'
import { EachUnit, Pieces } from '../pieces.tsx'

export function Running({ units, wide }: { units: readonly UnitRow[]; wide: boolean }) {
  const active = units.reduce((sum, { officers }) => sum + officers.active, 0)
  const signed = units.reduce((sum, { officers }) => sum + officers.signed, 0)
  return (
    <Card id="running" reads="response" span={wide ? 12 : 7} title={t('running.title')} about={t('running.about')}>
      <p>
        {active === 0
          ? t('running.no_officers')
          : rich('running.signed', {
              signed: <Count value={signed} figure="signed" />,
              officers: <Count value={active} figure="officers" />,
              share: formatPercent(signed / active, language.value),
            })}
      </p>
      <CasesTogether units={units} />
      <EachUnit units={units.length}>{() => <UnitTable units={units} />}</EachUnit>
    </Card>
  )
}

/** Of all cases that were due in the period; nothing where none was. */
function CasesTogether({ units }: { units: readonly UnitRow[] }) {
  const told = units.flatMap(({ cases }) => cases ?? [])
  const sum = (part: keyof CasesInTime) => told.reduce((total, cases) => total + cases[part], 0)
  const cases = { due: sum('due'), in_time: sum('in_time'), overdue: sum('overdue') }
  if (cases.due === 0) return null
  return (
    <p>
      {t('running.cases')} <InTime cases={cases} />
    </p>
  )
}

const UnitTable = ({ units }: { units: readonly UnitRow[] }) => (
  <Scroll name={t('running.title')}>
    <table class="table tight stacked pairs lines-only" data-table="running">
      <thead>
        <tr>
          <th scope="col">{t('column.unit')}</th>
          <th scope="col">{t('column.signed')}</th>
          <th scope="col">{t('column.response')}</th>
          <th scope="col">{t('column.silent')}</th>
          {withCases(units) && <th scope="col">{t('column.cases')}</th>}
        </tr>
      </thead>
      <Pieces items={byName(units)} height={72} tag="tbody">
        {(piece) => piece.map((unit) => <UnitLine unit={unit} cased={withCases(units)} key={unit.unit_id} />)}
      </Pieces>
    </table>
  </Scroll>
)

const UnitLine = ({
  unit: { unit_id, name, officers, response, silent_terminals, paper_slips, cases },
  cased,
}: {
  unit: UnitRow
  cased: boolean
}) => (
  <tr data-unit-id={unit_id}>
    <th scope="row">{name}</th>
    <td data-label={t('column.signed')}>
      <Count value={officers.signed} figure="signed" />/<Count value={officers.active} figure="officers" />
      {officers.active > 0 && <small>{formatPercent(officers.signed / officers.active, language.value)}</small>}
    </td>
    <td data-label={t('column.response')}>
      {response && response.rate !== null ? (
        <span data-figure="response_rate">{formatPercent(response.rate, language.value)}</span>
      ) : (
        <Missing figure="response_rate" reason={t(response?.implausible ? 'running.over' : 'running.no_visits')} told />
      )}
      {response && <small>{t('counters.visits', { n: response.visits })}</small>}
      {paper_slips ? <small>{t('running.slips', { n: paper_slips })}</small> : null}
    </td>
    <td data-label={t('column.silent')}>
      <Count value={silent_terminals} figure="silent_terminals" />
    </td>
    {cased && (
      <td class="whole" data-label={t('column.cases')}>
        {cases && cases.due > 0 ? <CasesCell cases={cases} /> : <Missing reason={t('running.no_cases')} told />}
      </td>
    )}
  </tr>
)

const withCases = (units: readonly UnitRow[]): boolean => units.some(({ cases }) => cases && cases.due > 0)

const CasesCell = ({ cases }: { cases: CasesInTime }) => {
  const { in_time, due, overdue } = cases
  const late = lateOf(cases)
  return (
    <>
      <Count value={in_time} figure="cases_in_time" />/<Count value={due} figure="cases_due" />
      {late > 0 && <small>{rich('running.late', { late: <Count value={late} figure="cases_late" /> })}</small>}
      {overdue > 0 && (
        <small>{rich('running.overdue', { overdue: <Count value={overdue} figure="cases_overdue" /> })}</small>
      )}
    </>
  )
}
