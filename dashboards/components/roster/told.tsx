/** What the clerk tells of a week: how many people came, by day or for the month, how dossiers were returned, slips. */
import { useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import { addDays, mondayOf } from '../../../server/contract/periods.ts'
import { listDossiers, listVisits } from '../../api/roster.ts'
import { today } from '../../clock.ts'
import { formatRange } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { Card } from '../page.tsx'
import { Refused, Skeleton } from '../states.tsx'
import { dayColumns, monthColumns } from './columns.ts'
import { DossiersForm } from './dossiers.tsx'
import { Slips } from './slips.tsx'
import { VisitsTable } from './visits.tsx'

const MONTHS = 4

/** This month and those before it, newest first. */
function lastMonthsOf(day: string): string[] {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  )
}

export function Told(props: { unitId: string; counters: readonly Counter[]; missing: number; saved: () => unknown }) {
  const { unitId, counters, missing, saved } = props
  const [back, setBack] = useState(0)
  const [byMonth, setByMonth] = useState(false)
  const months = lastMonthsOf(today.value)
  const monday = addDays(mondayOf(today.value), -7 * back)
  const range = { from: `${months[MONTHS - 1]}-01`, to: today.value }
  const visits = useLive(`visits ${unitId} ${range.to}`, (options) => listVisits(unitId, range, options), {
    follow: false,
  })
  const dossiers = useLive(`dossiers ${unitId} ${range.to}`, (options) => listDossiers(unitId, range, options), {
    follow: false,
  })
  const error = visits.refused.value ?? dossiers.refused.value
  if (error) return <Refused error={error} />
  if (!visits.data.value || !dossiers.data.value) return <Skeleton />
  const days = dayColumns(monday).filter(({ key }) => key <= today.value)
  const columns = byMonth ? monthColumns([...months].reverse()) : days
  const shown = { from: monday, to: addDays(monday, 4) }
  return (
    <>
      <Card
        id="visits"
        span={7}
        title={t('week.visits')}
        about={missing > 0 ? `${t('visits.missing', { k: missing })} ${t('visits.about')}` : t('visits.about')}
      >
        <div class="buttons">
          <button type="button" class="button" aria-pressed={byMonth} onClick={() => setByMonth(!byMonth)}>
            {t('visits.by_month')}
          </button>
          {!byMonth && (
            <span class="buttons week-steps">
              <button type="button" class="button" disabled={back >= 12} onClick={() => setBack(back + 1)}>
                ‹ {t('roster.week_before')}
              </button>
              <button type="button" class="button" disabled={back === 0} onClick={() => setBack(back - 1)}>
                {t('roster.week_after')} ›
              </button>
              <span class="muted" role="status">
                {formatRange(monday, addDays(monday, 4), language.value)}
              </span>
            </span>
          )}
        </div>
        {byMonth && <p class="hint">{t('visits.month_hint')}</p>}
        <VisitsTable
          key={`${byMonth} ${monday}`}
          {...{ columns, counters }}
          visits={visits.data.value.items}
          reload={async () => {
            await visits.reload()
            await saved()
          }}
        />
      </Card>
      <Card id="dossiers" span={5} title={t('week.dossiers')} about={t('dossiers.about')}>
        <DossiersForm {...{ unitId, months }} told={dossiers.data.value.items} reload={dossiers.reload} />
      </Card>
      <Slips {...{ unitId, counters, range, shown }} columns={days} />
    </>
  )
}
