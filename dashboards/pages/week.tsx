/** The clerk's week on one page: who serves, tablets that need a hand, how many people came, dossiers, slips of paper. Each is done in place. */

import { byName } from '../../server/contract/names.ts'
import { addDays, mondayOf } from '../../server/contract/periods.ts'
import { findCases } from '../api/cases.ts'
import { getRosterGaps, listAbsences, listDoubts, listHolidays, listVisits } from '../api/roster.ts'
import { getFleet, hasRole, list } from '../api.ts'
import { today } from '../clock.ts'
import { DueSoon } from '../components/cases/due-soon.tsx'
import { Card, Page } from '../components/page.tsx'
import { Now } from '../components/roster/now.tsx'
import { Doubts } from '../components/roster/settle.tsx'
import { Told } from '../components/roster/told.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { IllTablets } from '../components/terminals/ill-tablets.tsx'
import { formatRange } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'
import { waiting } from '../waiting.ts'

export default function WeekPage() {
  // Named as the cards are: pages have such names too, in the row above.
  const sections = [
    { id: 'cases', name: t('contents.due') },
    { id: 'swap', name: t('week.roster') },
    { id: 'tablets', name: t('week.tablets') },
    { id: 'visits', name: t('week.visits') },
    { id: 'dossiers', name: t('week.dossiers') },
    { id: 'slips', name: t('week.slips') },
  ]
  const unitId = session.value?.account.unit?.unit_id
  return (
    <Page name="week" title={t('nav.week')} sections={sections}>
      {unitId && <Week unitId={unitId} key={unitId} />}
    </Page>
  )
}

/** All that the page opens with; null until each has its first answer. */
function useWeek(unitId: string, monday: string) {
  const range = { from: monday, to: addDays(monday, 4) }
  const once = { follow: false }
  const lives = {
    counters: useLive(`counters ${unitId}`, (options) => list('counters', options, unitId), once),
    officers: useLive(`officers ${unitId}`, (options) => list('officers', options, unitId), once),
    assignments: useLive(`assignments ${unitId}`, (options) => list('assignments', options, unitId)),
    absences: useLive(`absences ${unitId}`, (options) => listAbsences(unitId, options), once),
    doubts: useLive(`doubts ${unitId}`, (options) => listDoubts(unitId, options)),
    fleet: useLive(`fleet ${unitId}`, (options) => getFleet(unitId, options)),
    visits: useLive(`visits ${unitId} ${monday}`, (options) => listVisits(unitId, range, options), once),
    holidays: useLive(`holidays ${unitId}`, (options) => listHolidays(monday.slice(0, 4), unitId, options), once),
    gaps: useLive(`gaps ${unitId} ${monday}`, (options) => getRosterGaps(unitId, range, options), once),
    cases: useLive(`cases ${unitId}`, async (options) => {
      const found = await findCases({ unitId, limit: 50 }, options)
      // The number beside the page of cases is the one that is counted here.
      waiting.value = found.mine
      return found
    }),
  }
  const error = Object.values(lives)
    .map(({ refused }) => refused.value)
    .find(Boolean)
  const { counters, officers, assignments, absences, doubts, fleet, visits, holidays, gaps, cases } = lives
  const data = {
    counters: counters.data.value,
    officers: officers.data.value,
    assignments: assignments.data.value,
    absences: absences.data.value,
    doubts: doubts.data.value,
    fleet: fleet.data.value,
    visits: visits.data.value,
    holidays: holidays.data.value,
    gaps: gaps.data.value,
    cases: cases.data.value,
  }
  const reload = () => Promise.all([assignments.reload(), gaps.reload(), doubts.reload(), fleet.reload()])
  return { error, data: isWhole(data) ? data : null, reload, reloadVisits: visits.reload }
}
const isWhole = <T extends object>(data: T): data is { [K in keyof T]: NonNullable<T[K]> } =>
  Object.values(data).every((one) => one !== null)

/** Leaders read remarks and officers' figures, here too. */
const leads = () => Boolean(session.value && hasRole(session.value, 'unit_leader'))

/** What the number in the heading is made of: whatever there is none of is left out. */
function madeOf(left: Record<'cases' | 'gaps' | 'tablets' | 'visits', number>): string {
  const parts = (['cases', 'gaps', 'tablets', 'visits'] as const)
    .filter((kind) => left[kind] > 0)
    .map((kind) => t(`week.of_${kind}`, { n: left[kind] }))
  return t('week.made_of', { parts: parts.join('; ') })
}

function Week({ unitId }: { unitId: string }) {
  const monday = mondayOf(today.value)
  const { error, data, reload, reloadVisits } = useWeek(unitId, monday)
  if (error) return <Refused error={error} />
  if (!data) return <Skeleton />
  const { assignments, absences, doubts, fleet, visits, holidays, gaps, cases } = data
  const counters = byName(data.counters.filter(({ active }) => active))
  const { officers } = data
  if (counters.length === 0) {
    return (
      <Void whole icon="calendar" title={t('roster.no_counters')}>
        {t('roster.no_counters_help')}
      </Void>
    )
  }
  const off = new Set(holidays.items.filter(({ kind, active }) => kind === 'off' && active).map(({ day }) => day))
  const told = new Set(visits.items.map(({ day }) => day))
  const wholeMonths = new Set(visits.items.map(({ month }) => month))
  const missing = Array.from({ length: 5 }, (_, index) => addDays(monday, index)).filter(
    (day) => day < today.value && !off.has(day) && !told.has(day) && !wholeMonths.has(day.slice(0, 7)),
  ).length
  const open = doubts.items.filter(({ outcome }) => outcome === null).length
  const ill = fleet.items.filter(({ advice }) => advice.length > 0)
  // What officers doubt is among the cases, though it is settled beside the roster.
  const left = {
    cases: cases.mine,
    gaps: gaps.gaps.length > 0 ? 1 : 0,
    tablets: ill.length,
    visits: missing > 0 ? 1 : 0,
  }
  const n = left.cases + left.gaps + left.tablets + left.visits
  const week = formatRange(monday, addDays(monday, 4), language.value)
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich(n === 0 ? 'week.headline_done' : 'week.headline_todo', { week, n })}</h1>
        {n > 0 && <p data-made-of>{madeOf(left)}</p>}
        {!leads() && <p>{t('week.about')}</p>}
      </section>
      <div class="grid week-grid">
        <Card id="cases" title={t('week.cases')} about={cases.open > 0 ? t('week.cases_about') : undefined}>
          {cases.mine === 0 && <p>{t('cases.headline_none')}</p>}
          <ul class="look">
            <DueSoon found={cases} others />
          </ul>
        </Card>
        <Card id="swap" title={t('week.roster')} about={t('roster.only_changes')}>
          <div class={open > 0 ? 'beside' : undefined}>
            <div>
              <Now
                {...{ counters, officers, assignments }}
                absences={absences.items}
                reload={async () => void reload()}
              />
              {gaps.gaps.length > 0 && (
                <p class="more">
                  {t('week.gaps', { k: gaps.gaps.length })}{' '}
                  <a class="nowrap" href="/roster#gaps">
                    {t('week.gaps_fill')}
                  </a>
                </p>
              )}
              <div class="buttons">
                <a class="button" href="/roster">
                  {t('week.whole')}
                </a>
              </div>
            </div>
            {open > 0 && (
              <section class="doubts">
                <h3>{t('doubts.title')}</h3>
                <Doubts
                  doubts={doubts.items}
                  {...{ officers, counters }}
                  reload={async () => void reload()}
                  mendAt="/roster#doubts"
                />
              </section>
            )}
          </div>
        </Card>
        <Card id="tablets" title={t('week.tablets')}>
          <IllTablets tablets={fleet.items} reload={async () => void reload()} />
          <div class="buttons">
            <a class="button" href="/terminals">
              {t('week.all_tablets')}
            </a>
          </div>
        </Card>
        <Told {...{ unitId, counters, missing }} saved={reloadVisits} />
      </div>
    </>
  )
}
