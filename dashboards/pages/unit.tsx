/** One unit: what came in today, what the period says, officers and counters as far as numbers allow, what citizens named. */

import type { Role } from '../../server/contract/accounts.ts'
import { lastWeeks } from '../../server/contract/periods.ts'
import type { UnitReport } from '../../server/contract/reports.ts'
import { getUnitReport } from '../api/reports.ts'
import { ApiError, getRemarks, hasRole } from '../api.ts'
import { LevelBar, LevelLegend } from '../charts/levels.tsx'
import { AfterPaint } from '../components/after-paint.tsx'
import { BadAddress } from '../components/bad-address.tsx'
import { TakeUp } from '../components/cases/take-up.tsx'
import { PreviousShare } from '../components/figure-cells.tsx'
import { Count, Index, Interval, Satisfaction } from '../components/figures.tsx'
import { Freshness } from '../components/freshness.tsx'
import { Icon } from '../components/icons.tsx'
import { ItemTable, lowSentence } from '../components/items.tsx'
import { Card, Page } from '../components/page.tsx'
import { PeriodPicker } from '../components/period-picker.tsx'
import { Remarks } from '../components/remarks.tsx'
import { Refused, Skeleton } from '../components/states.tsx'
import { Annex } from '../components/unit/annex.tsx'
import { Apart } from '../components/unit/apart.tsx'
import { DossiersCard, Predecessors } from '../components/unit/before.tsx'
import { CasesInTimeCard } from '../components/unit/cases-in-time.tsx'
import { Counters } from '../components/unit/counters.tsx'
import { Episodes } from '../components/unit/episodes.tsx'
import { useExplanations } from '../components/unit/explanations.tsx'
import { Officers } from '../components/unit/officers.tsx'
import { askedPart, CounterChoices, missingPart, PartAnswer, subjectName } from '../components/unit/part.tsx'
import { Today, useWork } from '../components/unit/today.tsx'
import { WeeksCard } from '../components/unit/weeks-card.tsx'
import { unitSentence } from '../components/verdicts.tsx'
import { askedComparison, beforeTitle, comparedWith, wrongParts } from '../filters.ts'
import { formatPercent } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useHeld, useLive } from '../live.ts'
import { type Chosen, chosenPeriod } from '../period-name.ts'
import { queryWith, route } from '../router.ts'
import { session } from '../session.ts'
import { isNarrow } from '../viewport.ts'

const weeks = 12
export default function Unit({ unitId }: { unitId: string }) {
  const usualName = t('period.twelve_weeks')
  const chosen = chosenPeriod((day) => lastWeeks(day, weeks), usualName)
  const { range, valid } = chosen
  const compare = askedComparison()
  const part = askedPart()
  const key = `${unitId} ${range.from} ${range.to} ${compare} ${part?.counter} ${part?.service}`
  const live = useLive(key, (options) =>
    valid
      ? getUnitReport(unitId, range, compare, part ?? {}, options)
      : Promise.reject(new ApiError('invalid_range', 400)),
  )
  const { data, refused, stale } = live
  const held = useHeld(chosen, live)
  comparedWith.value = useHeld(compare, live)
  const work = useWork(part === null && isHere(unitId, 'unit_leader', 'unit_clerk') ? unitId : null)
  const report = data.value
  const error = refused.value
  const missing = part && (error?.code === 'not_found' || error?.code === 'invalid_query') ? [missingPart(part)] : []
  const wrong = [...wrongParts(range, { compares: true }), ...missing]
  const whole = part === null
  const reads = readsBelow()
  const below = whole && reads
  const sections = [
    { id: 'top', name: t(whole ? 'contents.today' : 'contents.summary') },
    { id: 'weeks', name: t('contents.weeks') },
    ...(below ? [{ id: 'officers', name: t('contents.officers') }] : []),
    ...(reads ? [{ id: 'counters', name: t('contents.counters') }] : []),
    ...(below
      ? [
          { id: 'annex', name: t('contents.annex') },
          { id: 'episodes', name: t('contents.episodes') },
        ]
      : []),
    { id: 'items', name: t('contents.items') },
    ...(below ? [{ id: 'remarks', name: t('contents.remarks') }] : []),
  ]
  const province = session.value && hasRole(session.value, 'commission')
  return (
    <Page name="unit" title={report?.unit.name ?? t('nav.unit')} sections={error || wrong.length > 0 ? [] : sections}>
      {province && (
        <a class="up" href={`/${queryWith({ counter: null })}`}>
          <Icon name="back" />
          {t('nav.commission')}
        </a>
      )}
      <PeriodPicker chosen={chosen} usualName={usualName} compares>
        {report && <CounterChoices counters={report.counters} />}
      </PeriodPicker>
      {wrong.length > 0 ? <BadAddress wrong={wrong} /> : error ? <Refused error={error} /> : null}
      {!report && !error ? <Skeleton /> : null}
      {report && !error && wrong.length === 0 ? (
        <div class={stale.value ? 'stale' : undefined} data-unit-id={report.unit.unit_id}>
          <Report report={report} chosen={held} work={work} />
        </div>
      ) : null}
    </Page>
  )
}

/** The province: its total of a unit runs ahead of the steps below it. */
const seesTotals = (): boolean => {
  const now = session.value
  return Boolean(now && hasRole(now, 'commission', 'administrator') && !now.account.unit)
}

/** Whether the reader is in this unit of theirs, with one of these roles. */
const isHere = (unitId: string, ...roles: Role[]): boolean => {
  const now = session.value
  return Boolean(now && hasRole(now, ...roles) && now.account.unit?.unit_id === unitId)
}

/** Officers, counters and remarks: everybody who reads the page but the clerk, whom the server tells the unit's own figure alone. */
const readsBelow = (): boolean => {
  const now = session.value
  return Boolean(now && hasRole(now, 'commission', 'administrator', 'unit_leader'))
}

function Report({ report, chosen, work }: { report: UnitReport; chosen: Chosen; work: ReturnType<typeof useWork> }) {
  const { figure, unit } = report
  const revision = `${figure.n}.${figure.set_aside}.${report.steps.length}`
  const whole = askedPart() === null
  const reads = readsBelow()
  const below = whole && reads
  const mine = isHere(unit.unit_id, 'unit_leader')
  const counterNote = !whole ? null : seesTotals() ? 'counters.apart' : 'narrowed.in_steps'
  const explanations = useExplanations(whole && mine ? unit.unit_id : null, chosen.range)
  return (
    <>
      <Freshness report={report} />
      {whole ? <Answer report={report} period={chosen.name} /> : <PartAnswer report={report} period={chosen.name} />}
      <div class="grid">
        {work && <Today work={work} rostered={!unit.counters_only} />}
        <WeeksCard {...{ report, chosen, revision }} inSteps={!whole || !seesTotals()} />
        <Card id="levels" reads="index" span={5} title={t('levels.title')} about={t('levels.about')}>
          <LevelLegend levels={figure.levels} />
          {figure.levels ? (
            <div class="level-row">
              <LevelBar levels={figure.levels} name={subjectName(report)} />
            </div>
          ) : (
            <p class="gap">{t('state.suppressed')}</p>
          )}
          <Facts report={report} />
        </Card>
        <AfterPaint>
          {below && <Officers report={report} period={chosen.name} explanations={explanations} />}
          {reads && <Counters report={report} period={chosen.name} note={counterNote} />}
          {below && <Apart report={report} inSteps={!seesTotals()} />}
          {whole && <CasesInTimeCard report={report} leads={mine} />}
          {whole && <DossiersCard report={report} range={chosen.range} />}
          {whole && <Predecessors report={report} range={chosen.range} />}
          {below && <Annex report={report} tellsVisits={mine} />}
          {below ? (
            <Episodes unitId={unit.unit_id} range={chosen.range} revision={revision}>
              <Items report={report} period={chosen.name} />
              <Remarks
                name={`${unit.unit_id} ${chosen.range.from} ${chosen.range.to} ${route.value.path}${revision}`}
                about={t('remarks.about')}
                load={(options) => getRemarks(unit.unit_id, chosen.range, options)}
                tools={mine && <TakeUp unitId={unit.unit_id} />}
              />
            </Episodes>
          ) : (
            <Items report={report} period={chosen.name} />
          )}
        </AfterPaint>
      </div>
    </>
  )
}

function Items({ report, period }: { report: UnitReport; period: string }) {
  const { commitments, figure, low, unit } = report
  return (
    <Card
      id="items"
      reads="low-service-only"
      title={t('items.title')}
      about={t(isNarrow.value ? 'items.about_unit_numbers' : 'items.about_unit', { period })}
    >
      {commitments.length === 0 ? (
        <p>{t('state.suppressed')}</p>
      ) : (
        <ItemTable
          name={t('items.title')}
          items={commitments}
          columns={[{ id: unit.unit_id, name: subjectName(report), n: figure.n, items: commitments }]}
        />
      )}
      <p class="hint">{lowSentence(low)}</p>
    </Card>
  )
}

/** The sentence to be said aloud: today's number first, for that is what a leader can check at the counters. */
function Answer({ report, period }: { report: UnitReport; period: string }) {
  const { figure, received_today, unit } = report
  const share = figure.satisfaction
  const today = <Count value={received_today} figure="received_today" />
  return (
    <section class="answer" id="top">
      <h1>
        <span class="of">{unit.name}</span>{' '}
        {received_today === 0 ? t('unit.today_none') : rich('unit.today', { n: received_today, count: today })}{' '}
        {share
          ? rich('unit.period', {
              period,
              p: <Satisfaction share={share} />,
              interval: <Interval share={share} />,
              n: <Count value={figure.n} />,
            })
          : t('unit.period_few', { period })}
      </h1>
      <p>
        {seesTotals()
          ? `${unitSentence(report)} ${t('unit.totals_at_once')}`
          : `${unitSentence(report, 'unit.none_published')} ${t('unit.levels_later')}`}
      </p>
    </section>
  )
}

const Facts = ({ report: { figure, previous, response } }: { report: UnitReport }) => (
  <dl class="facts">
    <div>
      <dt>{t('totals.counted')}</dt>
      <dd>
        <Count value={figure.n} />
      </dd>
    </div>
    <div>
      <dt>{t('column.index_long')}</dt>
      <dd>
        <Index value={figure.index} />
      </dd>
    </div>
    {response && response.rate !== null && (
      <div>
        <dt>{t('column.response')}</dt>
        <dd>
          <span data-figure="response_rate">{formatPercent(response.rate, language.value)}</span>
          <small>{t('facts.response', { ratings: response.ratings, visits: response.visits })}</small>
        </dd>
      </div>
    )}
    {previous && (
      <div data-period="previous">
        <dt>{beforeTitle()}</dt>
        <dd>
          <PreviousShare figure={previous.figure} />
        </dd>
      </div>
    )}
  </dl>
)
