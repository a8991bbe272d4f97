/** The province at a glance: which units differ notably, then each unit, its year, what citizens named, how the model runs. */

import { earlierOf, periodAt, rangeOf, yearOfMonths } from '../../server/contract/periods.ts'
import type { UnitsReport } from '../../server/contract/reports.ts'
import { getUnitsReport } from '../api/reports.ts'
import { ApiError } from '../api.ts'
import { countVerdicts, shownTotal, verdictOf } from '../chart-data.ts'
import { today } from '../clock.ts'
import { AfterPaint } from '../components/after-paint.tsx'
import { BadAddress } from '../components/bad-address.tsx'
import { Choice, SearchBox } from '../components/choice.tsx'
import { UnitDossiers } from '../components/commission/dossiers.tsx'
import { FunnelCard } from '../components/commission/funnel.tsx'
import { ItemsCard } from '../components/commission/items.tsx'
import { LevelsCard } from '../components/commission/levels.tsx'
import { LookAt } from '../components/commission/look-at.tsx'
import { Months } from '../components/commission/months.tsx'
import { areasOf, monitorsOf, narrow, narrowedTo, servicesOf, wrongNames } from '../components/commission/narrow.ts'
import { Proposals } from '../components/commission/proposals.tsx'
import { Running } from '../components/commission/running.tsx'
import { UnitRows } from '../components/commission/unit-rows.tsx'
import { Count } from '../components/figures.tsx'
import { Freshness } from '../components/freshness.tsx'
import { Page } from '../components/page.tsx'
import { PeriodPicker } from '../components/period-picker.tsx'
import { FEW } from '../components/pieces.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { asked, askedComparison, beforeName, comparedWith, wrongPart, wrongParts } from '../filters.ts'
import { formatDate, formatPercent, officeTime } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useHeld, useLive } from '../live.ts'
import { type Chosen, chosenPeriod } from '../period-name.ts'
import { withQuery } from '../router.ts'

/** The running administrative quarter: long enough for small units, and it closes on the reporting day. */
const usualRange = (day: string) => rangeOf(periodAt(day, 'administrative', 'quarter'))

export default function Commission() {
  const chosen = chosenPeriod(usualRange)
  const compare = askedComparison()
  const service = asked('service')
  const { range, valid } = chosen
  const live = useLive(`${range.from} ${range.to} ${compare} ${service}`, (options) =>
    valid ? getUnitsReport(range, compare, { service }, options) : Promise.reject(new ApiError('invalid_range', 400)),
  )
  const { data, refused, stale } = live
  const held = useHeld(chosen, live)
  comparedWith.value = useHeld(compare, live)
  const report = data.value
  const error = refused.value
  const wrong = [
    ...wrongParts(range, { compares: true }),
    // What no service can be called the server refuses to look for.
    ...(service && error?.code === 'invalid_query' ? [wrongPart('service')] : []),
    ...(report && !error && !stale.value ? wrongNames(report) : []),
  ]
  const shown = report && !error && wrong.length === 0 ? narrow(report) : null
  // Of many units nobody reads every row: what stands out comes before them.
  const many = (shown?.units.length ?? 0) > FEW
  const [units, funnel, look] = [
    { id: 'units', name: t('contents.units') },
    { id: 'funnel', name: t('contents.funnel') },
    { id: 'look', name: t('contents.look') },
  ]
  const sections = [
    { id: 'top', name: t('contents.summary') },
    ...(many ? (shown?.funnel ? [funnel, look, units] : [look, units, funnel]) : [units, funnel]),
    ...(service ? [] : [{ id: 'proposals', name: t('contents.proposals') }]),
    ...(many ? [] : [look]),
    { id: 'levels', name: t('contents.levels') },
    { id: 'months', name: t('contents.months') },
    { id: 'items', name: t('contents.items') },
    ...(service
      ? []
      : [
          { id: 'dossiers', name: t('contents.dossiers') },
          { id: 'running', name: t('contents.running_model') },
        ]),
  ]
  return (
    <Page name="commission" title={t('nav.commission')} sections={shown && shownTotal(shown.units) > 0 ? sections : []}>
      <PeriodPicker chosen={chosen} compares>
        {report && <Narrowing report={report} />}
      </PeriodPicker>
      {wrong.length > 0 ? <BadAddress wrong={wrong} /> : error ? <Refused error={error} /> : null}
      {!report && !error && wrong.length === 0 ? <Skeleton /> : null}
      {shown && (
        <div class={stale.value ? 'stale' : undefined}>
          <Report report={shown} of={report?.units.length ?? 0} chosen={held} many={many} />
        </div>
      )}
    </Page>
  )
}

/** Each only where there is something to choose between. */
function Narrowing({ report }: { report: UnitsReport }) {
  const choices = (names: string[]) => names.map((name) => ({ value: name, label: name }))
  const [areas, monitors, services] = [areasOf(report), monitorsOf(report), servicesOf(report)]
  return (
    <>
      {areas.length > 0 && (
        <Choice
          name="area"
          label={t('narrowed.area_name')}
          value={asked('area') ?? ''}
          choices={[{ value: '', label: t('narrowed.area_all') }, ...choices(areas)]}
        />
      )}
      {monitors.length > 0 && (
        <Choice
          name="monitor"
          label={t('narrowed.monitor_name')}
          value={asked('monitor') ?? ''}
          choices={[{ value: '', label: t('narrowed.monitor_all') }, ...choices(monitors)]}
        />
      )}
      {services.length > 0 && (
        <Choice
          name="service"
          label={t('column.service')}
          value={asked('service') ?? ''}
          choices={[{ value: '', label: t('narrowed.service_all') }, ...choices(services)]}
        />
      )}
      {(report.units.length > FEW || asked('q')) && <SearchBox label={t('narrowed.search')} />}
    </>
  )
}

interface ReportProps {
  report: UnitsReport
  of: number
  chosen: Chosen
  many: boolean
}

function Report({ report, of, chosen, many }: ReportProps) {
  const service = asked('service')
  const compare = comparedWith.value !== null
  const total = shownTotal(report.units)
  // Where too few units have a figure there is no picture to stand beside anything, and the sentence comes after the rows.
  const drawn = many && report.funnel !== null
  // Side by side only where both have something to show.
  const wide = many || report.units.every(({ dossiers }) => dossiers === null)
  const monthsUntil = earlierOf(report.to, today.value)
  const below = (
    <>
      {!many && <LookAt report={report} span={7} />}
      <LevelsCard units={report.units} />
      <Months units={report.units} range={yearOfMonths(monthsUntil)} through={reached(report)} />
      <ItemsCard report={report} />
      {!service && <UnitDossiers units={report.units} wide={wide} />}
      {!service && <Running units={report.units} wide={wide} />}
    </>
  )
  return (
    <>
      <Freshness report={report} />
      <Answer report={report} period={chosen.name} of={of} />
      {total === 0 ? (
        <Nothing chosen={chosen} units={of} />
      ) : (
        <div class="grid">
          {drawn && <FunnelCard report={report} names={!service} span={7} />}
          {many && <LookAt report={report} span={drawn ? 5 : 12} />}
          <AfterPaint>
            <UnitRows report={report} compare={compare} />
            {!drawn && <FunnelCard report={report} names={!service} />}
            {service ? below : <Proposals>{below}</Proposals>}
          </AfterPaint>
        </div>
      )}
    </>
  )
}

/** So few that differ are named at once. */
const NAMED = 2

/** Those that differ notably, each with its direction; of more than two the rows and the card “What to look at” tell. */
function whichDiffer(units: UnitsReport['units']): string {
  const told = units.flatMap((unit) => {
    const verdict = verdictOf(unit)
    if (verdict !== 'lower' && verdict !== 'higher') return []
    return t(`commission.which_${verdict}`, { unit: unit.name, before: beforeName() })
  })
  return told.length === 0 || told.length > NAMED ? '' : ` (${told.join('; ')})`
}

/** The day that figures reach; null before the first rating. */
const reached = ({ freshness: { counted_through } }: UnitsReport): string | null =>
  counted_through && officeTime(counted_through).date

/** The period as it is said: of one that still runs, up to which day figures reach. */
function saidPeriod(report: UnitsReport, period: string): string {
  const day = reached(report)
  if (report.to < today.value || day === null) return period
  return t('commission.so_far', { period, date: formatDate(day, language.value, false) })
}

/** The sentence to be said aloud, what it rests on, and of which part of the province it speaks. */
function Answer({ report, period, of }: { report: UnitsReport; period: string; of: number }) {
  const compare = comparedWith.value
  const verdicts = countVerdicts(report.units)
  const total = shownTotal(report.units)
  const aside = report.units.reduce((sum, { figure }) => sum + (figure.set_aside ?? 0), 0)
  const narrowed = narrowedTo()
  const [said, which] = [saidPeriod(report, period), whichDiffer(report.units)]
  const few = verdicts.few > 0 ? t('commission.headline_few', { c: verdicts.few }) : ''
  return (
    <section class="answer" id="top">
      <h1>
        {total === 0
          ? t(report.to < today.value ? 'commission.empty_over' : 'commission.empty', { period })
          : compare
            ? rich('commission.headline', { period: said, a: verdicts.notable, which, b: verdicts.usual, few })
            : rich('commission.headline_alone', { period: said, a: report.units.length - verdicts.few, few })}
        {compare && total > 0 && verdicts.unmatched > 0
          ? rich('commission.unmatched', { d: verdicts.unmatched, before: beforeName() })
          : null}
      </h1>
      {narrowed && (
        <p>
          {t('commission.narrowed', { shown: report.units.length, of, narrowed })}{' '}
          {asked('service') && t('narrowed.in_steps')}{' '}
          <a class="nowrap" href={withQuery({ area: null, service: null, monitor: null, q: null })}>
            {t('narrowed.all')}
          </a>
        </p>
      )}
      <p>
        {total > 0 &&
          rich('commission.reflects', {
            n: <Count value={total} figure="total" />,
            received: <Count value={total + aside} figure="received" />,
            aside: <Count value={aside} figure="set_aside" />,
          })}{' '}
        {total > 0 && <Responded report={report} />}
      </p>
    </section>
  )
}

/** Of those who came, where visits are known and can be right. */
function Responded({ report }: { report: UnitsReport }) {
  const told = report.units.flatMap(({ response }) => (response && response.rate !== null ? [response] : []))
  const visits = told.reduce((sum, response) => sum + response.visits, 0)
  if (visits === 0) return null
  const ratings = told.reduce((sum, response) => sum + response.ratings, 0)
  return (
    <>
      {rich('commission.responded', {
        k: told.length,
        ratings: <Count value={ratings} figure="responses" />,
        visits: <Count value={visits} figure="visits" />,
        rate: <span data-figure="response_rate">{formatPercent(ratings / visits, language.value)}</span>,
      })}
    </>
  )
}

function Nothing({ chosen, units }: { chosen: Chosen; units: number }) {
  const words = asked('q')
  if (units > 0 && words) {
    return (
      <Void
        icon="calendar"
        title={t('list.not_found', { text: words })}
        actions={
          <a class="button main" href={withQuery({ q: null })}>
            {t('narrowed.all')}
          </a>
        }
      >
        {t('list.not_found_help')}
      </Void>
    )
  }
  // Of days that are over nothing more will come: back to the days that run.
  const over = chosen.range.to < today.value
  const [way, name] = over ? [{ from: null, to: null }, t('period.running')] : [chosen.earlier, t('period.before')]
  return (
    <Void
      icon="calendar"
      title={t(units === 0 ? 'commission.no_units' : over ? 'commission.over' : 'state.no_data')}
      actions={
        way && (
          <a class="button main" href={withQuery({ ...way })}>
            {name}
          </a>
        )
      }
    >
      {units === 0 ? t('commission.no_units_help') : t(over ? 'commission.no_data_over' : 'commission.no_data_help')}
    </Void>
  )
}
