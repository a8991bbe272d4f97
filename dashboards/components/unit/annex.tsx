/** The annex of a unit's figure: received, set aside, counted; who was silent; the mix of work. Beside the headline, never instead. */
import type { ComponentChildren } from 'preact'
import type { Figure } from '../../../server/contract/figures.ts'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { formatDecimal, formatInterval, formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Count, Missing } from '../figures.tsx'
import { Card } from '../page.tsx'

const percent = (share: number) => formatPercent(share, language.value)

/** A figure of the annex: its name, the number or a dash with the reason, and one sentence that reads it. */
const Row = (props: { name: string; figure: string; value: string | null; reason: string; reads: string }) => (
  <div>
    <dt>{props.name}</dt>
    <dd>
      {props.value === null ? (
        <Missing figure={props.figure} reason={props.reason} />
      ) : (
        <span data-figure={props.figure}>{props.value}</span>
      )}
      <small>{props.value === null ? props.reason : props.reads}</small>
    </dd>
  </div>
)

/** Every total in its three parts; received is unknown where one of the others may not be shown. */
export const Totals = ({
  n,
  aside,
  paper = null,
}: {
  n: number | null
  aside: number | null
  paper?: number | null
}) => (
  <dl class="facts totals">
    <div>
      <dt>{t('totals.received')}</dt>
      <dd>
        <Count value={n === null || aside === null ? null : n + aside} figure="received" />
      </dd>
    </div>
    <div>
      <dt>{t('totals.set_aside')}</dt>
      <dd>
        <Count value={aside} figure="set_aside" />
      </dd>
    </div>
    <div>
      <dt>{t('totals.counted')}</dt>
      <dd>
        <Count value={n} />
      </dd>
    </div>
    {paper !== null && (
      <div>
        <dt>{t('totals.paper')}</dt>
        <dd>
          <Count value={paper} figure="paper_slips" />
          <small>{t('totals.paper_not_in')}</small>
        </dd>
      </div>
    )}
  </dl>
)

/** `tellsVisits`: the reader may tell how many people came. */
export function Annex({ report, tellsVisits }: { report: UnitReport; tellsVisits: boolean }) {
  const { figure } = report
  const { standardised, visits } = report.annex
  const shrunk = report.officers.filter((officer) => officer.shrunk !== null)
  return (
    <Card id="annex" reads="response" title={t('annex.title')} about={t('annex.about')}>
      <Totals n={figure.n} aside={figure.set_aside} paper={report.paper_slips} />
      <Disclosed
        before={
          visits === null && (
            <p class="gap">
              {t('annex.visits_unknown')} {tellsVisits && <a href="/week#visits">{t('annex.tell_visits')}</a>}
            </p>
          )
        }
        rest={shrunk.length > 0 && <Shrunk officers={shrunk} />}
      >
        {visits !== null && <OfVisits report={report} />}
        <Row
          name={t('annex.standardised')}
          figure="standardised"
          value={standardised && percent(standardised.standardised)}
          reason={t('annex.no_reference')}
          reads={standardised ? t('annex.standardised_reads', { expected: percent(standardised.expected) }) : ''}
        />
      </Disclosed>
      {shrunk.length > 0 && <p class="rule">{t('rule.not_sole_basis')}</p>}
    </Card>
  )
}

/** What rests on how many people came. */
function OfVisits({ report }: { report: UnitReport }) {
  const { bounds, poststratified, response_rate } = report.annex
  const reason = t(report.response?.implausible ? 'annex.response_over' : 'state.suppressed')
  return (
    <>
      <Row
        name={t('annex.response')}
        figure="response_rate"
        value={response_rate === null ? null : percent(response_rate)}
        reason={reason}
        reads={responseReads(report)}
      />
      <Row
        name={t('annex.bounds')}
        figure="bounds"
        value={bounds && formatInterval(bounds.lower, bounds.upper, language.value)}
        reason={reason}
        reads={t('annex.bounds_reads')}
      />
      <Row
        name={t('annex.poststratified')}
        figure="poststratified"
        value={poststratified && percent(poststratified.weighted)}
        reason={t(report.figure.satisfaction === null ? 'state.suppressed' : 'annex.no_mix')}
        reads={poststratified ? t('annex.poststratified_reads', { raw: percent(poststratified.raw) }) : ''}
      />
    </>
  )
}

/** Who came on paper is among those who did not rate: their slips are in no figure. */
function responseReads({ annex, response, paper_slips }: UnitReport): string {
  const told = t('annex.response_reads', { visits: annex.visits ?? 0, ratings: response?.ratings ?? 0 })
  return paper_slips ? `${told} ${t('annex.response_paper', { n: paper_slips })}` : told
}

/** The rest of an annex behind one disclosure: who wants the headline alone is not made to read it. */
export const Disclosed = (props: {
  children: ComponentChildren
  before?: ComponentChildren
  rest?: ComponentChildren
}) => (
  <details>
    <summary>{t('annex.open')}</summary>
    {props.before}
    <dl class="facts annex">{props.children}</dl>
    {props.rest}
  </details>
)

const Shrunk = ({ officers }: { officers: UnitReport['officers'] }) => (
  <>
    <h3>{t('annex.officers')}</h3>
    <p class="hint">{t('annex.shrunk_reads')}</p>
    <dl class="facts annex">
      {officers.map(({ officer_id, name, shrunk, figure }) => (
        <div key={officer_id} data-officer-id={officer_id}>
          <dt>{name}</dt>
          <dd>
            <small>{shrunkText(shrunk, figure)}</small>
          </dd>
        </div>
      ))}
    </dl>
  </>
)

/** A shrunk share in words, behind the share it was drawn from; null where nothing may be shown of it. */
export function shrunkText(
  shrunk: { value: number | null; lower: number; upper: number; reliability: number } | null,
  { n, satisfaction }: Pick<Figure, 'n' | 'satisfaction'>,
): string | null {
  if (shrunk === null || n === null) return null
  const said = {
    n,
    interval: formatInterval(shrunk.lower, shrunk.upper, language.value),
    reliability: formatDecimal(shrunk.reliability * 100, language.value),
  }
  return shrunk.value === null || satisfaction?.value == null
    ? t('annex.shrunk_bounds', said)
    : t('annex.shrunk_value', { ...said, own: percent(satisfaction.value), value: percent(shrunk.value) })
}
