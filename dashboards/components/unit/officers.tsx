/** Officers of a unit in order of name, each as far as their number of ratings allows; never ranked, never alone decisive. */
import type { UnitReport } from '../../../server/contract/reports.ts'
import { shareAxis } from '../../chart-data.ts'
import { Range, RangeAxis } from '../../charts/range.tsx'
import { byName } from '../../format.ts'
import { t } from '../../i18n/index.tsx'
import { Count, Interval, Missing, Satisfaction } from '../figures.tsx'
import { Card } from '../page.tsx'
import { bandSentence } from '../verdicts.tsx'

type OfficerRow = UnitReport['officers'][number]

export function Officers({ report, period }: { report: UnitReport; period: string }) {
  const officers = byName(report.officers)
  const unit = report.figure.satisfaction
  const axis = shareAxis([unit, ...officers.map(({ figure }) => figure.satisfaction)], 0.4)
  return (
    <Card id="officers" title={t('officers.title', { period })} about={t('officers.about')}>
      {officers.length === 0 ? (
        <p>{t('officers.none')}</p>
      ) : (
        <ol class="rows people">
          {officers.map((officer) => (
            <li key={officer.officer_id} data-officer-id={officer.officer_id} data-rung={officer.figure.rung}>
              <span>
                <b>{officer.name}</b>
              </span>
              <Range axis={axis} share={officer.figure.satisfaction} band={unit} />
              <OfficerFigures officer={officer} />
              <span class="row-words">
                {officer.attribution === 'low' ? t('unit.attribution_low') : bandSentence(officer)}
                {officer.attribution === 'fair' && <small>{t('unit.attribution_fair')}</small>}
              </span>
            </li>
          ))}
          <li class="axis" aria-hidden="true">
            <span />
            <RangeAxis axis={axis} />
          </li>
        </ol>
      )}
      {officers.length > 0 && (
        <p class="hint">{t(report.officer_funnel ? 'officers.limits' : 'officers.too_few_to_compare')}</p>
      )}
      <p class="rule">{t('rule.not_sole_basis')}</p>
    </Card>
  )
}

const OfficerFigures = ({ officer: { figure } }: { officer: OfficerRow }) => {
  const { satisfaction: share, n } = figure
  if (!share) {
    return (
      <span class="row-figures">
        {n === null ? <Missing figure="n" /> : null}
        <small>{n === null ? t('officers.few') : null}</small>
        {n !== null && (
          <small>
            n <Count value={n} />
          </small>
        )}
      </span>
    )
  }
  return (
    <span class="row-figures">
      {share.value !== null && (
        <b>
          <Satisfaction share={share} />
        </b>
      )}
      <small>
        <Interval share={share} />
      </small>
      {n !== null && (
        <small>
          n <Count value={n} />
        </small>
      )}
    </span>
  )
}
