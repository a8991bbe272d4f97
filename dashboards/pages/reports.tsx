/** Official reports: the period's draft to work on, what was issued, who is mailed which, and the letterhead above them. */
import { useState } from 'preact/hooks'
import type { Role, Session } from '../../server/contract/accounts.ts'
import { periodAt, rangeOf, shiftPeriod } from '../../server/contract/periods.ts'
import { list } from '../api.ts'
import { BadAddress } from '../components/bad-address.tsx'
import { Page } from '../components/page.tsx'
import { PeriodPicker } from '../components/period-picker.tsx'
import { Draft } from '../components/reports/draft.tsx'
import { Issued } from '../components/reports/issued.tsx'
import { LetterheadCard } from '../components/reports/letterhead.tsx'
import { SchedulesCard } from '../components/reports/schedules.tsx'
import { Refused, Skeleton } from '../components/states.tsx'
import { UnitChip } from '../components/unit-chip.tsx'
import { wrongPart } from '../filters.ts'
import { t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { chosenPeriod, inSentence } from '../period-name.ts'
import { route } from '../router.ts'
import { session } from '../session.ts'

/** The newest period that is over: on the 14th the month that closes today, from the 15th on still that one. */
const usualRange = (day: string) => {
  const running = periodAt(day, 'administrative', 'month')
  const range = rangeOf(running)
  return range.to === day ? range : rangeOf(shiftPeriod(running, -1))
}

const writers: readonly Role[] = ['commission', 'unit_leader']
const readers: readonly Role[] = ['administrator', ...writers]

/** Where the reader holds one of the roles: everywhere, and in which units. */
function placesOf(now: Session, roles: readonly Role[]) {
  const held = now.grants.filter(({ role }) => roles.includes(role))
  return {
    province: held.some(({ unit }) => unit === null),
    units: held.flatMap(({ unit }) => (unit ? [unit] : [])),
  }
}

export default function Reports() {
  const now = session.value
  return now ? <ReportsOf now={now} /> : null
}

function ReportsOf({ now }: { now: Session }) {
  const chosen = chosenPeriod(usualRange)
  const places = placesOf(now, readers)
  const all = useLive('units', (options) => list('units', options), { follow: false })
  const [issues, setIssues] = useState(0)
  const asked = route.value.query.get('unit')
  const units = places.province ? (all.data.value ?? []) : places.units
  const usual = units.find(({ unit_id }) => unit_id === now.account.unit?.unit_id) ?? units[0]
  const unitId = asked ?? (places.province ? null : (usual?.unit_id ?? null))
  const known = !places.province || all.data.value !== null
  const unit = units.find(({ unit_id }) => unit_id === unitId)
  const signs = placesOf(now, writers)
  const mayIssue = signs.province || signs.units.some(({ unit_id }) => unit_id === unitId)
  const period = inSentence(chosen.name)
  const name = unit?.name ?? inSentence(t('reports.province'))
  return (
    <Page
      name="reports"
      title={t('nav.reports')}
      sections={[
        { id: 'draft', name: t('reports.draft') },
        { id: 'issued', name: t('reports.issued') },
        { id: 'mail', name: t('mail.title') },
        { id: 'letterhead', name: t('reports.letterhead') },
      ]}
    >
      <PeriodPicker chosen={chosen}>
        {(places.province || units.length > 1) && (
          <UnitChip
            units={units}
            chosen={unitId ?? ''}
            blank={places.province ? t('reports.province') : undefined}
            label={t('reports.scope')}
          />
        )}
      </PeriodPicker>
      {all.refused.value ? <Refused error={all.refused.value} /> : null}
      {unitId !== null && !unit ? (
        known ? (
          <BadAddress wrong={[wrongPart('unit')]} />
        ) : (
          <Skeleton />
        )
      ) : (
        <>
          <section class="answer">
            <h1>
              {unitId === null ? t('reports.headline_province', { period }) : t('reports.headline', { name, period })}
            </h1>
            <p>{t('reports.about')}</p>
          </section>
          <div class="grid">
            <Draft
              {...{ unitId, chosen, mayIssue }}
              onIssued={() => setIssues(issues + 1)}
              key={`draft ${unitId} ${chosen.range.from} ${chosen.range.to}`}
            />
            <Issued {...{ unitId, name, mayIssue }} revision={issues} />
            <SchedulesCard {...{ unitId, name, mayIssue }} key={`mail ${unitId}`} />
            <LetterheadCard unitId={unitId} key={`letterhead ${unitId}`} />
          </div>
        </>
      )}
    </Page>
  )
}
