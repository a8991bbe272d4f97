/** A unit or part of it over time: the picture, the sentence that reads it, the same numbers as a table, and its steps. */
import { countDays } from '../../../server/contract/periods.ts'
import type { UnitReport } from '../../../server/contract/reports.ts'
import { getSeries } from '../../api/reports.ts'
import { type Grain, Weeks } from '../../charts/weeks.tsx'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import type { Chosen } from '../../period-name.ts'
import { Card } from '../page.tsx'
import { SeriesTable } from '../series-table.tsx'
import { StepsTable } from '../steps-table.tsx'
import { seriesSentence } from '../verdicts.tsx'
import { askedPart, subjectName } from './part.tsx'

/** Beyond half a year the picture goes by months. */
const grainOf = (chosen: Chosen): Grain => (countDays(chosen.range) > 190 ? 'month' : 'week')

interface WeeksProps {
  report: UnitReport
  chosen: Chosen
  /** Asked again when it changes. */
  revision: string
  /** Read from steps, which are dated with their newest rating. */
  inSteps: boolean
}

export function WeeksCard({ report, chosen, revision, inSteps }: WeeksProps) {
  const grain = grainOf(chosen)
  const { unit } = report
  const { range } = chosen
  const part = askedPart() ?? { counter: null, service: null }
  const key = `${unit.unit_id} ${range.from} ${range.to} ${grain} ${part.counter} ${part.service} ${revision}`
  const { data } = useLive(key, (options) => getSeries(unit.unit_id, grain, range, part, options), { follow: false })
  const points = data.value?.points
  return (
    <Card
      id="weeks"
      reads="funnel-and-p-chart"
      span={7}
      title={t(askedPart() ? 'weeks.title_part' : grain === 'week' ? 'weeks.title' : 'weeks.title_months')}
      about={grain === 'week' ? t('weeks.about') : t('weeks.about_months')}
    >
      {points ? (
        <>
          <Weeks points={points} grain={grain} name={t('weeks.chart', { unit: subjectName(report) })} height={300} />
          <p class="says">{seriesSentence(points, grain)}</p>
          <SeriesTable
            points={points}
            grain={grain}
            name={t('weeks.chart', { unit: subjectName(report) })}
            note={inSteps && t('series.in_steps')}
          />
        </>
      ) : (
        <>
          <div class="plot" style={{ height: '300px' }} />
          <p class="says" />
          <div class="closed" />
        </>
      )}
      <StepsTable steps={report.steps} />
    </Card>
  )
}
