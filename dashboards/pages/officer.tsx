/** An officer's own page, phone first: their figure as far as numbers allow, against the unit's, and what citizens named. */

import type { Share } from '../../server/contract/common.ts'
import { lastMonths } from '../../server/contract/periods.ts'
import type { OfficerReport } from '../../server/contract/reports.ts'
import { ApiError, getMyRemarks, getMyReport } from '../api.ts'
import { nextRung, satisfiedOf, shareAxis } from '../chart-data.ts'
import { LevelBar, LevelLegend } from '../charts/levels.tsx'
import { RangeAxis, Range as RangeBar } from '../charts/range.tsx'
import { today } from '../clock.ts'
import { BadAddress } from '../components/bad-address.tsx'
import { Between, Count, Satisfaction } from '../components/figures.tsx'
import { MyRoster } from '../components/officer/my-roster.tsx'
import { Named } from '../components/officer/named.tsx'
import { Rights } from '../components/officer/rights.tsx'
import { Card, Page } from '../components/page.tsx'
import { PeriodPicker } from '../components/period-picker.tsx'
import { Remarks } from '../components/remarks.tsx'
import { Message, Refused, Skeleton } from '../components/states.tsx'
import { StepsTable } from '../components/steps-table.tsx'
import { Disclosed, shrunkText, Totals } from '../components/unit/annex.tsx'
import { wrongParts } from '../filters.ts'
import { formatDate, formatPercent } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useHeld, useLive } from '../live.ts'
import { type Chosen, chosenPeriod } from '../period-name.ts'

export default function Officer() {
  const usualName = t('period.three_months')
  const chosen = chosenPeriod((day) => lastMonths(day, 3), usualName)
  const { range, valid } = chosen
  const live = useLive(`${range.from} ${range.to}`, (options) =>
    valid ? getMyReport(range, options) : Promise.reject(new ApiError('invalid_range', 400)),
  )
  const { data, refused, stale } = live
  const held = useHeld(chosen, live)
  const report = data.value
  const error = refused.value
  const wrong = wrongParts(range)
  const sections = [
    { id: 'mine', name: t('contents.result') },
    ...(report && showsItems(report)
      ? [
          { id: 'kept', name: t('contents.kept') },
          { id: 'better', name: t('contents.better') },
        ]
      : []),
    { id: 'remarks', name: t('contents.remarks') },
    { id: 'right', name: t('contents.right') },
    { id: 'served', name: t('contents.served') },
    { id: 'see', name: t('contents.see') },
  ]
  return (
    <Page name="officer" title={t('nav.me')} narrow sections={error || wrong.length > 0 ? [] : sections}>
      <PeriodPicker chosen={chosen} usualName={usualName} />
      {wrong.length > 0 ? <BadAddress wrong={wrong} /> : error && <Refused error={error} />}
      {!report && !error ? <Skeleton phone /> : null}
      {report && !error && wrong.length === 0 ? (
        <div class={stale.value ? 'stale' : undefined} data-officer-id={report.officer.officer_id}>
          <Report report={report} chosen={held} />
        </div>
      ) : null}
    </Page>
  )
}

/** From ten ratings on; below, a single tick would point at its giver. */
const showsItems = ({ figure }: OfficerReport): boolean => figure.rung === 'band' || figure.rung === 'full'

function Report({ report, chosen }: { report: OfficerReport; chosen: Chosen }) {
  const { range } = chosen
  return (
    <>
      <Answer report={report} period={chosen.name} />
      <SilentDesk silent={report.silent_at ?? []} />
      <p class="rule">{t('rule.not_sole_basis')}</p>
      <div class="stack">
        <Mine report={report} />
        {showsItems(report) && (
          <>
            <Named report={report} kept />
            <Named report={report} kept={false} />
          </>
        )}
        <OfficerAnnex report={report} />
        <Remarks
          name={`mine ${range.from} ${range.to} ${today.value} ${report.figure.n} ${report.steps.length}`}
          about={t('remarks.about_mine')}
          load={(options) => getMyRemarks(range, options)}
          refusal={t('remarks.of_unit')}
        >
          <Rights officerId={report.officer.officer_id} range={range}>
            <MyRoster officerId={report.officer.officer_id} unitId={report.officer.unit_id}>
              <WhoSees />
            </MyRoster>
          </Rights>
        </Remarks>
      </div>
    </>
  )
}

/** Held against what each reader's calls answer by test/api/who-sees.test.ts. */
const seen = ['leaders', 'counter', 'remarks', 'written', 'log', 'office', 'named', 'serious', 'single'] as const

const WhoSees = () => (
  <Card id="see" title={t('see.title')}>
    <ul class="who-sees">
      {seen.map((what) => (
        <li key={what}>{rich(`see.${what}`)}</li>
      ))}
    </ul>
    <p class="more">
      <a href="/account#data">{t('see.held')}</a>
    </p>
  </Card>
)

/** What is still on such a tablet is in none of these figures, which nobody could know from here. */
const SilentDesk = ({ silent }: { silent: NonNullable<OfficerReport['silent_at']> }) => (
  <>
    {silent.map(({ counter, since }) => (
      <Message kind="info" icon="offline" key={counter}>
        {t('me.silent', { counter, day: formatDate(since, language.value) })}
      </Message>
    ))}
  </>
)

function Answer({ report: { figure, officer, attribution }, period }: { report: OfficerReport; period: string }) {
  const n = figure.n ?? 0
  const satisfied = figure.levels && <Count value={satisfiedOf(figure.levels)} figure="satisfied" />
  const total = <Count value={figure.n} />
  const share = figure.satisfaction
  // At the rung of ten to twenty-nine the bounds speak; the levels would only tempt to a percentage.
  const headline =
    figure.rung === 'none'
      ? figure.n === null
        ? rich(attribution === 'low' ? 'me.withheld' : 'me.few_unknown')
        : rich('me.few', { k: 5 - n })
      : figure.rung === 'full' && satisfied
        ? rich('me.headline', { period, x: satisfied, n: total })
        : share
          ? rich('me.some_bounds', { period, n: total, count: n, interval: <Between share={share} /> })
          : rich('me.some', { n: total, count: n })
  return (
    <section class="answer" id="top">
      <h1>
        <span class="of">{officer.name}</span> {headline}
      </h1>
      <p>{t('me.by_steps')}</p>
    </section>
  )
}

const order = ['none', 'count', 'band', 'full'] as const

function Mine({ report }: { report: OfficerReport }) {
  const { figure, unit_satisfaction, officer } = report
  return (
    <Card id="mine" reads="rungs" title={t('me.mine')} about={officer.unit_name}>
      {figure.rung === 'none' && report.attribution !== 'low' && <p class="hint">{t('me.nothing_yet')}</p>}
      {report.attribution === 'low' && <p class="hint">{t('unit.attribution_low')}</p>}
      {report.attribution === 'fair' && <p class="hint">{t('unit.attribution_fair')}</p>}
      {figure.rung === 'count' && figure.levels && (
        <>
          <p class="hint">
            {rich('me.counts', {
              n: <Count value={figure.n} />,
              k: <Count value={satisfiedOf(figure.levels)} figure="satisfied" />,
            })}
          </p>
          <LevelBar levels={figure.levels} name={t('me.mine')} />
          <LevelLegend levels={figure.levels} />
        </>
      )}
      {figure.satisfaction && <AgainstUnit report={report} />}
      {figure.rung === 'full' && figure.levels && (
        <div class="level-row">
          <LevelBar levels={figure.levels} name={t('me.mine')} />
          <LevelLegend levels={figure.levels} />
        </div>
      )}
      {figure.satisfaction && !unit_satisfaction && <p class="hint">{t('me.no_unit')}</p>}
      {figure.n !== null && figure.n > 0 && <Totals n={figure.n} aside={figure.set_aside} />}
      <Progress n={figure.n} />
      <ol class="rungs">
        {order.map((rung) => (
          <li aria-current={rung === figure.rung ? 'true' : undefined}>
            <b>{t(`rung.${rung}`)}</b>
            {t(`rung.${rung}_shows`)}
          </li>
        ))}
      </ol>
      <details>
        <summary>{t('me.what_range')}</summary>
        <p class="hint">{t('me.range_is')}</p>
      </details>
      <StepsTable steps={report.steps} />
    </Card>
  )
}

const bandOrder = ['below', 'usual', 'above'] as const

function AgainstUnit({ report: { figure, band, usual, unit_satisfaction } }: { report: OfficerReport }) {
  const share = figure.satisfaction
  if (!share) return null
  const axis = shareAxis([share, usual], 0.4)
  return (
    <>
      {band && (
        <>
          <ol class="band-words">
            {bandOrder.map((place) => (
              <li aria-current={place === band ? 'true' : undefined}>{t(`band.${place}_short`)}</li>
            ))}
          </ol>
          {band !== 'usual' && <p class="hint">{t(band === 'below' ? 'me.below' : 'band.above')}</p>}
        </>
      )}
      <div class="axis-row">
        <RangeBar axis={axis} share={share} band={usual} />
        <RangeAxis axis={axis} />
      </div>
      <p class="hint">
        {share.value === null
          ? rich('me.bounds', { n: <Count value={figure.n} />, interval: <Between share={share} /> })
          : rich('me.interval', { p: <Satisfaction share={share} />, interval: <Between share={share} /> })}{' '}
        {usual && unit_satisfaction && rich('me.shaded', { p: <UnitShare share={unit_satisfaction} /> })}
      </p>
    </>
  )
}

const UnitShare = ({ share: { value } }: { share: Share }) =>
  value === null ? null : <span data-figure="unit">{formatPercent(value, language.value)}</span>

function Progress({ n }: { n: number | null }) {
  if (n === null) return null
  const next = nextRung(n)
  if (!next) return <p class="hint">{t('me.all_shown')}</p>
  return (
    <div class="progress">
      <div role="img" aria-label={t('me.progress', { n, at: next.at })}>
        <i style={{ width: `${(n / next.at) * 100}%` }} />
      </div>
      <p>
        <span>{t('me.progress', { n, at: next.at })}</span>
        <span>{t('me.missing', { k: next.missing, at: next.at })}</span>
      </p>
    </div>
  )
}

/** Beside the figure: chance drawn out of it, and the mix of work. Nothing below ten ratings. */
function OfficerAnnex({ report: { annex, figure } }: { report: OfficerReport }) {
  if (figure.rung !== 'band' && figure.rung !== 'full') return null
  const { standardised } = annex
  const lines = [
    [t('annex.shrunk_unit'), shrunkText(annex.shrunk_unit, figure)],
    [t('annex.shrunk_province'), shrunkText(annex.shrunk_province, figure)],
    [
      t('annex.standardised'),
      standardised &&
        `${formatPercent(standardised.standardised, language.value)}. ${t('annex.standardised_reads', { expected: formatPercent(standardised.expected, language.value) })}`,
    ],
  ] as const
  return (
    <Card id="annex" reads="shrinkage" title={t('annex.title')} about={t('annex.about')}>
      <Disclosed before={(annex.shrunk_unit ?? annex.shrunk_province) && <p class="gap">{t('annex.shrunk_reads')}</p>}>
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <small>{text ?? t('annex.not_yet')}</small>
            </dd>
          </div>
        ))}
      </Disclosed>
    </Card>
  )
}
