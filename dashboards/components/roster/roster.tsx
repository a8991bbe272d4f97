/** The roster of one unit: a sentence, the week, the change form, and all assignments with a way to end them. */
import { useState } from 'preact/hooks'
import type { Assignment } from '../../../server/contract/assignments.ts'
import type { Counter } from '../../../server/contract/counters.ts'
import { byName } from '../../../server/contract/names.ts'
import type { Officer } from '../../../server/contract/officers.ts'
import { addDays, mondayOf } from '../../../server/contract/periods.ts'
import { copyRosterWeek, getRosterGaps, listAbsences, listDoubts, undoRosterChange } from '../../api/roster.ts'
import { ApiError, change, list, serverNow } from '../../api.ts'
import { today } from '../../clock.ts'
import { formatRange, officeInstant, officeTime } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { assignmentAt } from '../../roster.ts'
import { session } from '../../session.ts'
import { ActionButton } from '../action-button.tsx'
import { ActionHead } from '../figure-cells.tsx'
import { Card, Scroll, type Section } from '../page.tsx'
import { Refused, Skeleton, Void } from '../states.tsx'
import { Absences } from './absences.tsx'
import { beginningName, ChangeForm, momentName } from './change-form.tsx'
import { Now } from './now.tsx'
import { Doubts, Gaps } from './settle.tsx'
import { Week, WeekKey } from './week.tsx'

/** Its parts, as the row on a phone names them. */
export const rosterParts = (): Section[] => [
  { id: 'top', name: t('contents.summary') },
  { id: 'now', name: t('now.title') },
  { id: 'week', name: t('contents.week') },
  { id: 'change', name: t('roster.change') },
  { id: 'absences', name: t('absence.title') },
  { id: 'gaps', name: t('contents.gaps') },
  { id: 'doubts', name: t('cases.kind_doubt') },
  { id: 'running', name: t('contents.running') },
]

/** `unitId` null = every unit in the reader's scope (an administrator chooses one above). */
export function Roster({ unitId }: { unitId: string | null }) {
  const counters = useLive(`counters ${unitId}`, (options) => list('counters', options, unitId), { follow: false })
  const officers = useLive(`officers ${unitId}`, (options) => list('officers', options, unitId), { follow: false })
  const assignments = useLive(`assignments ${unitId}`, (options) => list('assignments', options, unitId))
  const error = counters.refused.value ?? officers.refused.value ?? assignments.refused.value
  if (error) return <Refused error={error} />
  if (unitId === null) return <Refused error={new ApiError('not_found', 404)} />
  if (!counters.data.value || !officers.data.value || !assignments.data.value) return <Skeleton />
  return (
    <Loaded
      key={unitId}
      unitId={unitId}
      counters={byName(counters.data.value.filter(({ active }) => active))}
      officers={officers.data.value}
      assignments={assignments.data.value}
      reload={assignments.reload}
    />
  )
}

interface LoadedProps {
  unitId: string
  counters: readonly Counter[]
  officers: readonly Officer[]
  assignments: readonly Assignment[]
  reload: () => Promise<void>
}

/** How far back gaps are listed: as long as they can be mended. */
const GAP_DAYS = 28

function Loaded({ unitId, counters, officers, assignments, reload: reloadAssignments }: LoadedProps) {
  const range = { from: addDays(today.value, -GAP_DAYS), to: today.value }
  const absences = useLive(`absences ${unitId}`, (options) => listAbsences(unitId, options), { follow: false })
  const doubts = useLive(`doubts ${unitId}`, (options) => listDoubts(unitId, options), { follow: false })
  const gaps = useLive(`gaps ${unitId} ${range.to}`, (options) => getRosterGaps(unitId, range, options), {
    follow: false,
  })
  const reload = async () => {
    await Promise.all([reloadAssignments(), absences.reload(), doubts.reload(), gaps.reload()])
  }
  const known = [absences, doubts, gaps].every(({ data, refused }) => data.value !== null || refused.value !== null)
  const [span, setSpan] = useState<{ from: string; to: string } | null>(null)
  const [copied, setCopied] = useState<{ change_id: string | null; text: string } | null>(null)
  const [week, setWeek] = useState(0)
  const [picked, setPicked] = useState<string | null>(null)
  const counterId = picked ?? counters[0]?.counter_id ?? ''
  const monday = addDays(mondayOf(today.value), week * 7)
  const names = new Map(officers.map(({ officer_id, name }) => [officer_id, name]))
  if (counters.length === 0) {
    return (
      <Void icon="calendar" title={t('roster.no_counters')}>
        {t('roster.no_counters_help')}
      </Void>
    )
  }
  const empty = counters.filter(({ counter_id }) => !assignmentAt(assignments, counter_id, serverNow())).length
  const choose = (id: string, time: { from: string; to: string } | null = null) => {
    setPicked(id)
    setSpan(time)
    const form = document.getElementById('change')
    form?.scrollIntoView({ block: 'nearest' })
    // The counter is chosen already; the officer is the next thing to say.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#change [name="officer_id"]')?.focus())
  }
  const localTime = (instant: string) => {
    const { date, time } = officeTime(instant)
    return `${date}T${time}`
  }
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {rich('roster.headline', {
            week: formatRange(monday, addDays(monday, 4), language.value),
            n: counters.length,
          })}
          {empty === 0 ? t('roster.all_staffed', { n: counters.length }) : rich('roster.some_empty', { k: empty })}
        </h1>
        <p>{t('roster.only_changes')}</p>
      </section>
      <div class="grid loose roster-grid">
        <Card id="now" title={t('now.title')}>
          <Now
            counters={counters}
            officers={officers}
            assignments={assignments}
            absences={absences.data.value?.items ?? []}
            reload={reload}
          />
        </Card>
        <Card
          id="week"
          span={8}
          title={
            <span class="split">
              {t('roster.title')}
              <span class="buttons">
                <button type="button" class="button" onClick={() => setWeek(week - 1)}>
                  ‹ {t('roster.week_before')}
                </button>
                <button type="button" class="button" onClick={() => setWeek(week + 1)}>
                  {t('roster.week_after')} ›
                </button>
              </span>
            </span>
          }
        >
          <Week
            {...{ monday, counters, assignments, names }}
            chosen={counterId}
            onChoose={(id, day) => choose(id, day ? { from: `${day}T00:00`, to: `${addDays(day, 1)}T00:00` } : null)}
          />
          <WeekKey />
          <span class="buttons">
            <ActionButton
              label={t('roster.copy_week')}
              act={async () => {
                setCopied(null)
                const { change_id } = await copyRosterWeek(unitId, addDays(monday, -7), monday)
                await reload()
                setCopied({ change_id, text: t('roster.copied') })
              }}
            />
            {copied && <span role="status">{copied.text}</span>}
            {copied?.change_id && (
              <ActionButton
                label={t('now.undo')}
                act={async () => {
                  await undoRosterChange(copied.change_id ?? '')
                  await reload()
                  setCopied({ change_id: null, text: t('now.undone') })
                }}
              />
            )}
          </span>
        </Card>
        <div class="span-4 stack roster-forms">
          <ChangeForm
            key={`${counterId} ${span?.from ?? ''}`}
            {...{ counters, officers, assignments, counterId, span }}
            onCounter={(id) => choose(id)}
            onDone={reload}
          />
          {known && <Absences officers={officers} absences={absences.data.value?.items ?? []} reload={reload} />}
        </div>
        {/* Below the week only once all of it is known: what comes later would push aside what is read already. */}
        {known && (
          <>
            <div class="grid span-8" id="settle">
              <Card id="gaps" title={t('gaps.title')} about={t('gaps.about')}>
                {gaps.data.value && (
                  <Gaps
                    found={gaps.data.value}
                    counters={counters}
                    onFill={(gap) =>
                      choose(gap.counter_id, { from: localTime(gap.starts_at), to: localTime(gap.ends_at) })
                    }
                  />
                )}
              </Card>
              <Card id="doubts" title={t('doubts.title')}>
                <Doubts
                  doubts={doubts.data.value?.items ?? []}
                  {...{ officers, counters, reload }}
                  onMend={({ counter_id, day, part }) =>
                    choose(counter_id, {
                      from: `${day}T${part === 'afternoon' ? '12:00' : '00:00'}`,
                      to: part === 'morning' ? `${day}T12:00` : `${addDays(day, 1)}T00:00`,
                    })
                  }
                />
              </Card>
            </div>
            <Running {...{ counters, assignments, names, reload }} />
          </>
        )}
      </div>
    </>
  )
}

interface RunningProps {
  counters: readonly Counter[]
  assignments: readonly Assignment[]
  names: ReadonlyMap<string, string>
  reload: () => Promise<void>
}

/** Assignments that run now or are still to come; ended ones stay in the figures and need no hand. */
function Running({ counters, assignments, names, reload }: RunningProps) {
  const now = serverNow()
  const places = new Map(counters.map(({ counter_id, name }) => [counter_id, name]))
  const open = assignments
    .filter(({ counter_id, ends_at }) => places.has(counter_id) && (ends_at === null || Date.parse(ends_at) > now))
    .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))
    .map((one) => ({ ...one, name: places.get(one.counter_id) ?? '' }))
  const end = (assignment: Assignment) => async () => {
    const { date, time } = officeTime(serverNow())
    await change('assignments', assignment.assignment_id, { ends_at: officeInstant(`${date}T${time}`) })
    await reload()
  }
  return (
    <Card id="running" title={t('roster.running')} about={session.value ? t('roster.running_about') : null}>
      {open.length === 0 ? (
        <p>{t('roster.none_running')}</p>
      ) : (
        <Scroll name={t('roster.running')}>
          <table class="table stacked left">
            <thead>
              <tr>
                <th scope="col">{t('column.counter')}</th>
                <th scope="col">{t('roster.officer')}</th>
                <th scope="col">{t('roster.from')}</th>
                <th scope="col">{t('roster.until')}</th>
                <ActionHead />
              </tr>
            </thead>
            <tbody>
              {byName(open).map((one) => (
                <tr key={one.assignment_id} data-assignment-id={one.assignment_id}>
                  <th scope="row">{one.name}</th>
                  <td data-label={t('roster.officer')}>{names.get(one.officer_id) ?? t('roster.gone')}</td>
                  <td data-label={t('roster.from')}>{beginningName(one.starts_at)}</td>
                  <td data-label={t('roster.until')}>
                    {one.ends_at ? momentName(one.ends_at) : t('roster.until_changed')}
                  </td>
                  <td>
                    {Date.parse(one.starts_at) > now && (
                      <ActionButton
                        label={t('roster.cancel')}
                        confirm={t('roster.cancel_confirm', {
                          officer: names.get(one.officer_id) ?? '',
                          counter: one.name,
                        })}
                        act={async () => {
                          await change('assignments', one.assignment_id, { cancelled: true })
                          await reload()
                        }}
                      />
                    )}
                    {Date.parse(one.starts_at) < now && (
                      <ActionButton
                        label={t('roster.end_now')}
                        confirm={t('roster.end_confirm', {
                          officer: names.get(one.officer_id) ?? '',
                          counter: one.name,
                        })}
                        act={end(one)}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  )
}
