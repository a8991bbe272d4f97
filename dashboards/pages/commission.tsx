/** The province at a glance: which units differ notably, then each unit, its year, and what citizens named. */

import { earlierOf, periodAt, rangeOf, shiftPeriod, yearOfMonths } from '../../server/contract/periods.ts'
import type { UnitsReport } from '../../server/contract/reports.ts'
import { ApiError, getUnitsReport } from '../api.ts'
import { countVerdicts, shownTotal } from '../chart-data.ts'
import { LevelBar, LevelLegend } from '../charts/levels.tsx'
import { today } from '../clock.ts'
import { FunnelCard } from '../components/commission/funnel.tsx'
import { LookAt } from '../components/commission/look-at.tsx'
import { Months } from '../components/commission/months.tsx'
import { Proposals } from '../components/commission/proposals.tsx'
import { UnitRows } from '../components/commission/unit-rows.tsx'
import { Count } from '../components/figures.tsx'
import { Freshness } from '../components/freshness.tsx'
import { ItemTable, lowSentence } from '../components/items.tsx'
import { Card, Page } from '../components/page.tsx'
import { PeriodPicker } from '../components/period-picker.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { byName } from '../format.ts'
import { rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { type Chosen, chosenPeriod } from '../period-name.ts'
import { route, withQuery } from '../router.ts'

/** The running administrative quarter: long enough for small units, and it closes on the reporting day. */
const usualRange = (day: string) => rangeOf(periodAt(day, 'administrative', 'quarter'))

export default function Commission() {
  const chosen = chosenPeriod(usualRange)
  const compare = route.value.query.get('compare') !== 'none'
  const { range, valid } = chosen
  const { data, refused, stale } = useLive(`${range.from} ${range.to} ${compare}`, (options) =>
    valid ? getUnitsReport(range, compare, options) : Promise.reject(new ApiError('invalid_range', 400)),
  )
  const report = data.value
  const error = refused.value
  const sections = [
    { id: 'top', name: t('contents.summary') },
    { id: 'units', name: t('contents.units') },
    { id: 'funnel', name: t('contents.funnel') },
    { id: 'proposals', name: t('contents.proposals') },
    { id: 'look', name: t('contents.look') },
    { id: 'levels', name: t('contents.levels') },
    { id: 'months', name: t('contents.months') },
    { id: 'items', name: t('contents.items') },
  ]
  return (
    <Page
      name="commission"
      title={t('nav.commission')}
      sections={error || (report && shownTotal(report.units) === 0) ? [] : sections}
    >
      <PeriodPicker chosen={chosen} compare={compare} />
      {error ? <Refused error={error} /> : null}
      {!report && !error ? <Skeleton /> : null}
      {report && !error ? (
        <div class={stale.value ? 'stale' : undefined}>
          <Report report={report} chosen={chosen} compare={compare} />
        </div>
      ) : null}
    </Page>
  )
}

function Report({ report, chosen, compare }: { report: UnitsReport; chosen: Chosen; compare: boolean }) {
  const verdicts = countVerdicts(report.units)
  const total = shownTotal(report.units)
  const aside = report.units.reduce((sum, { figure }) => sum + (figure.set_aside ?? 0), 0)
  const period = chosen.name
  const monthsUntil = earlierOf(report.to, today.value)
  return (
    <>
      <Freshness freshness={report.freshness} />
      <section class="answer" id="top">
        <h1>
          {total === 0
            ? t('commission.empty', { period })
            : compare
              ? rich('commission.headline', { period, a: verdicts.notable, b: verdicts.usual, c: verdicts.few })
              : rich('commission.headline_alone', { period, a: report.units.length - verdicts.few, c: verdicts.few })}
          {compare && total > 0 && verdicts.unmatched > 0
            ? rich('commission.unmatched', { d: verdicts.unmatched })
            : null}
        </h1>
        <p>
          {total > 0 &&
            rich('commission.reflects', {
              n: <Count value={total} figure="total" />,
              received: <Count value={total + aside} figure="received" />,
              aside: <Count value={aside} figure="set_aside" />,
            })}
        </p>
      </section>
      {total === 0 ? (
        <Nothing chosen={chosen} units={report.units.length} />
      ) : (
        <div class="grid">
          <UnitRows report={report} compare={compare} />
          <FunnelCard report={report} />
          <Proposals />
          <LookAt report={report} />
          <LevelsCard report={report} />
          <Months units={report.units} range={yearOfMonths(monthsUntil)} />
          <ItemsCard report={report} />
        </div>
      )}
    </>
  )
}

const Nothing = ({ chosen, units }: { chosen: Chosen; units: number }) => (
  <Void
    icon="calendar"
    title={units === 0 ? t('commission.no_units') : t('state.no_data')}
    actions={
      chosen.period && (
        <a class="button main" href={withQuery({ ...rangeOf(shiftPeriod(chosen.period, -1)) })}>
          {t('period.before')}
        </a>
      )
    }
  >
    {units === 0 ? t('commission.no_units_help') : t('commission.no_data_help')}
  </Void>
)

const LevelsCard = ({ report }: { report: UnitsReport }) => (
  <Card id="levels" reads="index" span={5} title={t('levels.title')} about={t('levels.about')}>
    <LevelLegend />
    {byName(report.units).map(({ unit_id, name, figure }) => (
      <div class="level-row" key={unit_id}>
        <div>
          <b>{name}</b>
          <span>{figure.n === null ? t('state.suppressed') : t('figure.n', { n: figure.n })}</span>
        </div>
        {figure.levels && <LevelBar levels={figure.levels} name={name} />}
      </div>
    ))}
  </Card>
)

function ItemsCard({ report }: { report: UnitsReport }) {
  const units = byName(report.units)
  return (
    <Card id="items" title={t('items.title')} about={t('items.about')}>
      <ItemTable
        name={t('items.by_unit')}
        items={report.commitments}
        columns={units.map(({ unit_id, name, figure, commitments }) => ({
          id: unit_id,
          name,
          n: figure.n,
          items: commitments,
        }))}
      />
      <ul class="notes">
        {units.map(({ unit_id, name, low }) => {
          const sentence = lowSentence(low)
          return sentence && <li key={unit_id}>{`${name}: ${sentence}`}</li>
        })}
      </ul>
    </Card>
  )
}
