/** Where the roster puts the officer who reads, day by day, and "that was not me" in its place. It never speaks of a rating. */
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { addDays } from '../../../server/contract/periods.ts'
import type { RosterDoubt } from '../../../server/contract/roster.ts'
import { getDesk, listDoubts } from '../../api/roster.ts'
import { list } from '../../api.ts'
import { today } from '../../clock.ts'
import { formatDate, formatDay } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { halvesOf, partsLeft, staysOn } from '../../roster.ts'
import { Card } from '../page.tsx'
import { NotYet } from '../states.tsx'
import { Desk } from './desk.tsx'
import { NotMe } from './not-me.tsx'

const BACK_DAYS = 14

/** What stands below it comes with it, or without it when it is refused: nothing moves. */
export function MyRoster(props: { officerId: string; unitId: string; children: ComponentChild }) {
  const { officerId, unitId, children } = props
  // Whoever watches the province as well would wait for the rosters of all its units.
  const assignments = useLive('assignments', (options) => list('assignments', options, unitId), { follow: false })
  const counters = useLive('counters', (options) => list('counters', options, unitId), { follow: false })
  const doubts = useLive('doubts', (options) => listDoubts(unitId, options))
  const desk = useLive('desk', (options) => getDesk(options), { follow: false })
  const [open, setOpen] = useState<string | null>(null)
  if (!assignments.data.value || !counters.data.value || !doubts.data.value || !desk.data.value) {
    if ([assignments, counters, doubts, desk].some(({ refused }) => refused.value)) return children
    return (
      <NotYet id="served" title={t('doubts.mine_title')}>
        {children}
      </NotYet>
    )
  }
  // Whoever keeps the roster as well reads those of colleagues among them.
  const mine = <One extends { officer_id: string }>(all: readonly One[]) =>
    all.filter(({ officer_id }) => officer_id === officerId)
  const own = mine(assignments.data.value)
  const told = mine(doubts.data.value.items)
  const days = Array.from({ length: BACK_DAYS + 1 }, (_, back) => addDays(today.value, -back))
  // Also the days on which nobody works: what is rated then counts for whoever stands in the roster.
  const served = days.flatMap((day) =>
    (counters.data.value ?? []).flatMap(({ counter_id, name }) => {
      const halves = halvesOf(staysOn(own, counter_id, day))
      const doubted = told.filter((doubt) => doubt.counter_id === counter_id && doubt.day === day)
      return halves.length + doubted.length === 0 ? [] : [{ counter_id, counter: name, day, halves, doubted }]
    }),
  )
  return (
    <>
      <Card id="served" title={t('doubts.mine_title')} about={t('doubts.mine_about')}>
        {served.length === 0 ? (
          <p>{t('doubts.mine_none')}</p>
        ) : (
          <ul class="serving">
            {served.map(({ counter_id, counter, day, halves, doubted }) => {
              const key = `${counter_id}/${day}`
              const parts = partsLeft(halves, doubted)
              return (
                <li key={key} data-served={key}>
                  <div class="serving-line">
                    <span>
                      <b>{formatDay(day, language.value)}</b>
                      <small>{counter}</small>
                    </span>
                    {doubted.length > 0 && (
                      <span class="doubt-told">
                        {doubted.map((doubt) => (
                          <Told doubt={doubt} key={doubt.doubt_id} />
                        ))}
                      </span>
                    )}
                    {parts.length > 0 && (
                      <button
                        type="button"
                        class="button"
                        aria-expanded={open === key}
                        aria-label={t('doubts.not_me_at', { counter, day: formatDate(day, language.value) })}
                        onClick={() => setOpen(open === key ? null : key)}
                      >
                        {t('doubts.not_me')}
                      </button>
                    )}
                  </div>
                  {open === key && parts.length > 0 && (
                    <NotMe
                      place={{ unit_id: unitId, officer_id: officerId, counter_id, day }}
                      parts={parts}
                      end={() => setOpen(null)}
                      done={async () => {
                        await doubts.reload()
                        setOpen(null)
                      }}
                    />
                  )}
                </li>
              )
            })}
          </ul>
        )}
        <Desk stays={desk.data.value.items} />
      </Card>
      {children}
    </>
  )
}

/** What became of it; while it waits, by when it is answered. */
const Told = ({ doubt: { part, outcome, answer, due_on } }: { doubt: RosterDoubt }) => (
  <span data-doubt={outcome ?? 'open'}>
    {part !== 'day' && <small>{t('doubts.part_told', { part: t(`gaps.part_${part}`) })}</small>}
    {outcome === null
      ? t('doubts.sent', { due: t('cases.due_on', { date: formatDate(due_on, language.value) }) })
      : t(outcome === 'corrected' ? 'doubts.was_corrected' : 'doubts.was_right')}
    {answer && <small>{answer}</small>}
  </span>
)
