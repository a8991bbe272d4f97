/** The clerk's week on one page: who serves, tablets that need a hand, how many people came. Each is done in place. */
import { addDays, mondayOf } from '../../server/contract/periods.ts'
import { getRosterGaps, listAbsences, listDoubts, listHolidays, listVisits } from '../api/roster.ts'
import { getFleet, list } from '../api.ts'
import { today } from '../clock.ts'
import { Card, Page } from '../components/page.tsx'
import { Now } from '../components/roster/now.tsx'
import { Doubts } from '../components/roster/settle.tsx'
import { VisitsTable } from '../components/roster/visits.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { byName, formatRange } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'

export default function WeekPage() {
  const sections = [
    { id: 'swap', name: t('nav.roster') },
    { id: 'tablets', name: t('nav.terminals') },
    { id: 'visits', name: t('week.visits') },
  ]
  const unitId = session.value?.account.unit?.unit_id
  return (
    <Page name="week" title={t('nav.week')} sections={sections}>
      {unitId && <Week unitId={unitId} key={unitId} />}
    </Page>
  )
}

function Week({ unitId }: { unitId: string }) {
  const monday = mondayOf(today.value)
  const range = { from: monday, to: addDays(monday, 4) }
  const counters = useLive('counters', (options) => list('counters', options), { follow: false })
  const officers = useLive('officers', (options) => list('officers', options), { follow: false })
  const assignments = useLive('assignments', (options) => list('assignments', options))
  const absences = useLive(`absences ${unitId}`, (options) => listAbsences(unitId, options), { follow: false })
  const doubts = useLive(`doubts ${unitId}`, (options) => listDoubts(unitId, options))
  const fleet = useLive(`fleet ${unitId}`, (options) => getFleet(unitId, options))
  const visits = useLive(`visits ${unitId} ${monday}`, (options) => listVisits(unitId, range, options), {
    follow: false,
  })
  const holidays = useLive(`holidays ${unitId}`, (options) => listHolidays(monday.slice(0, 4), unitId, options), {
    follow: false,
  })
  const gaps = useLive(`gaps ${unitId} ${monday}`, (options) => getRosterGaps(unitId, range, options), {
    follow: false,
  })
  const all = [counters, officers, assignments, absences, doubts, fleet, visits, holidays, gaps]
  const error = all.map(({ refused }) => refused.value).find(Boolean)
  if (error) return <Refused error={error} />
  const [seats, people, stays, away, doubted] = [counters, officers, assignments, absences, doubts].map(
    ({ data }) => data.value,
  ) as [
    typeof counters.data.value,
    typeof officers.data.value,
    typeof assignments.data.value,
    typeof absences.data.value,
    typeof doubts.data.value,
  ]
  if (!seats || !people || !stays || !away || !doubted) return <Skeleton />
  if (!fleet.data.value || !visits.data.value || !holidays.data.value || !gaps.data.value) return <Skeleton />
  const mine = byName(seats.filter(({ unit_id, active }) => unit_id === unitId && active))
  const own = people.filter(({ unit_id }) => unit_id === unitId)
  if (mine.length === 0) {
    return (
      <Void icon="calendar" title={t('roster.no_counters')}>
        {t('roster.no_counters_help')}
      </Void>
    )
  }
  const reload = async () => {
    await Promise.all([assignments.reload(), gaps.reload(), doubts.reload()])
  }
  const off = new Set(holidays.data.value.items.filter(({ kind }) => kind === 'off').map(({ day }) => day))
  const told = new Set(visits.data.value.items.map(({ day }) => day))
  const missing = [0, 1, 2, 3, 4]
    .map((index) => addDays(monday, index))
    .filter((day) => day < today.value && !off.has(day) && !told.has(day)).length
  const ill = fleet.data.value.items.filter(({ advice }) => advice.length > 0)
  const open = doubted.items.filter(({ outcome }) => outcome === null).length
  const left = open + (gaps.data.value.gaps.length > 0 ? 1 : 0) + ill.length + missing
  const week = formatRange(range.from, range.to, language.value)
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich(left === 0 ? 'week.headline_done' : 'week.headline_todo', { week, n: left })}</h1>
        <p>{t('week.about')}</p>
      </section>
      <div class="grid loose">
        <Card id="swap" span={7} title={t('week.roster')} about={t('roster.only_changes')}>
          <Now counters={mine} officers={own} assignments={stays} absences={away.items} reload={reload} />
          {open > 0 && <Doubts doubts={doubted.items} officers={own} counters={mine} reload={reload} />}
          <a class="button" href="/roster">
            {t('week.whole')}
          </a>
        </Card>
        <Card id="tablets" span={5} title={t('week.tablets')}>
          {fleet.data.value.items.length === 0 ? (
            <p>{t('week.no_tablets')}</p>
          ) : ill.length === 0 ? (
            <p>{t('week.tablets_fine')}</p>
          ) : (
            <ul class="plain">
              {ill.map(({ terminal_id, counter, advice }) => (
                <li key={terminal_id}>
                  <b>{counter.name}</b>: {advice[0] && t(`advice.${advice[0]}`)}
                </li>
              ))}
            </ul>
          )}
          <a class="button" href="/terminals">
            {t('week.all_tablets')}
          </a>
        </Card>
        <Card
          id="visits"
          span={12}
          title={t('week.visits')}
          about={missing > 0 ? `${t('visits.missing', { k: missing })} ${t('visits.about')}` : t('visits.about')}
        >
          <VisitsTable monday={monday} counters={mine} visits={visits.data.value.items} reload={visits.reload} />
        </Card>
      </div>
    </>
  )
}
