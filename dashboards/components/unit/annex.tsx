/** The annex of a unit's figure: received, set aside, counted; who was silent; the mix of work. Beside the headline, never instead. */
import type { ComponentChildren } from 'preact'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { byGivenName, formatDecimal, formatInterval, formatPercent } from '../../format.ts'
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

export function Annex({ report }: { report: UnitReport }) {
  const { annex, figure, response } = report
  const { bounds, poststratified, response_rate, standardised } = annex
  const shrunk = byGivenName(report.officers).filter((officer) => officer.shrunk !== null)
  return (
    <Card id="annex" reads="response" title={t('annex.title')} about={t('annex.about')}>
      <Totals n={figure.n} aside={figure.set_aside} paper={report.paper_slips} />
      <Disclosed rest={shrunk.length > 0 && <Shrunk officers={shrunk} />}>
        <Row
          name={t('annex.response')}
          figure="response_rate"
          value={response_rate === null ? null : percent(response_rate)}
          reason={t(response?.implausible ? 'annex.response_over' : 'annex.no_visits')}
          reads={responseReads(report)}
        />
        <Row
          name={t('annex.bounds')}
          figure="bounds"
          value={bounds && `${formatInterval(bounds.lower, bounds.upper, language.value)}`}
          reason={t('annex.no_visits')}
          reads={t('annex.bounds_reads')}
        />
        <Row
          name={t('annex.poststratified')}
          figure="poststratified"
          value={poststratified && percent(poststratified.weighted)}
          reason={t('annex.no_visits')}
          reads={poststratified ? t('annex.poststratified_reads', { raw: percent(poststratified.raw) }) : ''}
        />
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

/** Who came on paper is among those who did not rate: their slips are in no figure. */
function responseReads({ annex, response, paper_slips }: UnitReport): string {
  const told = t('annex.response_reads', { visits: annex.visits ?? 0, ratings: response?.ratings ?? 0 })
  return paper_slips ? `${told} ${t('annex.response_paper', { n: paper_slips })}` : told
}

/** The rest of an annex behind one disclosure: who wants the headline alone is not made to read it. */
export const Disclosed = ({ children, rest }: { children: ComponentChildren; rest?: ComponentChildren }) => (
  <details>
    <summary>{t('annex.open')}</summary>
    <dl class="facts annex">{children}</dl>
    {rest}
  </details>
)

const Shrunk = ({ officers }: { officers: UnitReport['officers'] }) => (
  <>
    <h3>{t('annex.officers')}</h3>
    <dl class="facts annex">
      {officers.map(({ officer_id, name, shrunk }) => (
        <div key={officer_id} data-officer-id={officer_id}>
          <dt>{name}</dt>
          <dd>
            <small>{shrunkText(shrunk)}</small>
          </dd>
        </div>
      ))}
    </dl>
  </>
)

/** A shrunk share in words; null where nothing may be shown of it. */
export function shrunkText(
  shrunk: { value: number | null; lower: number; upper: number; reliability: number } | null,
): string | null {
  if (shrunk === null) return null
  const interval = formatInterval(shrunk.lower, shrunk.upper, language.value)
  const reliability = formatDecimal(shrunk.reliability * 100, language.value)
  return shrunk.value === null
    ? t('annex.shrunk_bounds', { interval, reliability })
    : t('annex.shrunk_value', { value: percent(shrunk.value), interval, reliability })
}
