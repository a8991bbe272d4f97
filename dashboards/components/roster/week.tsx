/** The week as a table: counters down, days across; a limited change stands out, an empty day is hatched. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Assignment } from '../../../server/contract/assignments.ts'
import type { Counter } from '../../../server/contract/counters.ts'
import { addDays } from '../../../server/contract/periods.ts'
import { today } from '../../clock.ts'
import { formatDate, formatWeekday } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { type Stay, staysOn } from '../../roster.ts'
import { Scroll } from '../page.tsx'

interface WeekProps {
  monday: string
  counters: readonly Counter[]
  assignments: readonly Assignment[]
  names: ReadonlyMap<string, string>
  chosen: string
  /** A counter, and the day when one was chosen. */
  onChoose: (counterId: string, day?: string) => void
}

const hours = ({ from, to }: Stay): string | null => {
  if (from && to) return `${from}–${to}`
  if (from) return t('roster.since', { time: from })
  return to ? t('roster.till', { time: to }) : null
}

/**
 * On a narrow screen the week is wider than its place: today is what is asked about, and Monday lies a hand to the left. A
 * screen that is turned, or a place that had no width yet, is looked at again; what a hand has pushed since stays.
 */
function useTodayInSight(monday: string) {
  const table = useRef<HTMLTableElement>(null)
  useLayoutEffect(() => {
    const frame = table.current?.closest('.scroll')
    if (!frame) return
    let width = 0
    const show = () => {
      if (frame.clientWidth === width) return
      width = frame.clientWidth
      const [counters, ...days] = frame.querySelectorAll<HTMLElement>('thead th')
      const now = days.find((head) => head.ariaCurrent === 'date')
      frame.scrollLeft = now && counters ? now.offsetLeft - counters.offsetWidth : 0
    }
    show()
    const turned = new ResizeObserver(show)
    turned.observe(frame)
    return () => turned.disconnect()
  }, [monday])
  return table
}

export function Week({ monday, counters, assignments, names, chosen, onChoose }: WeekProps) {
  const all = Array.from({ length: 7 }, (_, index) => addDays(monday, index))
  // Saturday and Sunday appear only when somebody is assigned there for a time: overtime is noted, not assumed.
  const busy = (day: string) => counters.some(({ counter_id }) => staysOn(assignments, counter_id, day).some(isChange))
  const days = all.filter((day, index) => index < 5 || busy(day))
  const table = useTodayInSight(monday)
  return (
    <Scroll name={t('roster.title')} columns>
      <table class="table week" ref={table}>
        <thead>
          <tr>
            <th scope="col">{t('column.counter')}</th>
            {days.map((day) => (
              <th scope="col" key={day} aria-current={day === today.value ? 'date' : undefined}>
                {formatWeekday(day, language.value)} {formatDate(day, language.value, false)}
                {day === today.value && <small>{t('roster.today')}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counters.map((counter) => (
            <tr key={counter.counter_id} data-counter-id={counter.counter_id}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-pressed={counter.counter_id === chosen}
                  onClick={() => onChoose(counter.counter_id)}
                >
                  {counter.name}
                </button>
                {counter.service && <small>{counter.service}</small>}
              </th>
              {days.map((day) => {
                const stays = staysOn(assignments, counter.counter_id, day)
                const who = stays
                  .map((stay) =>
                    [names.get(stay.officer_id) ?? t('roster.gone'), hours(stay)].filter(Boolean).join(' '),
                  )
                  .join(', ')
                const told = {
                  counter: counter.name,
                  day: formatDate(day, language.value),
                  who: who || t('roster.empty'),
                }
                return (
                  <td key={day}>
                    <button
                      type="button"
                      class="cell"
                      aria-label={t('roster.cell', told)}
                      onClick={() => onChoose(counter.counter_id, day)}
                      onKeyDown={moveFocus}
                    >
                      <Day stays={stays} names={names} />
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** Arrow keys go from cell to cell, as in a spreadsheet; Tab goes on as everywhere. */
function moveFocus(event: KeyboardEvent): void {
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
  }
  const step = steps[event.key]
  const cell = (event.currentTarget as HTMLElement).closest('td')
  const row = cell?.closest('tr')
  const body = row?.parentElement
  if (!step || !cell || !row || !body) return
  const rows = [...body.children]
  const target = rows[rows.indexOf(row) + step[0]]?.children[[...row.children].indexOf(cell) + step[1]]
  const button = target?.querySelector<HTMLElement>('button.cell')
  if (!button) return
  event.preventDefault()
  button.focus()
}

const isChange = ({ limited, from }: Stay) => limited || from !== null

const Day = ({ stays, names }: { stays: Stay[]; names: ReadonlyMap<string, string> }) =>
  stays.length === 0 ? (
    <span class="stay gap">{t('roster.empty')}</span>
  ) : (
    stays.map((stay) => (
      <span key={stay.assignment_id} class={isChange(stay) || stay.to ? 'stay shift' : 'stay'}>
        {names.get(stay.officer_id) ?? t('roster.gone')}
        {hours(stay) && <small> {hours(stay)}</small>}{' '}
      </span>
    ))
  )

/** Below the week: what its signs mean, and how it is changed. */
export const WeekKey = () => (
  <>
    <ul class="key">
      <li>
        <span class="key-sign stay" />
        {t('roster.key_standing')}
      </li>
      <li>
        <span class="key-sign stay shift" />
        {t('roster.key_shift')}
      </li>
      <li>
        <span class="key-sign stay gap" />
        {t('roster.key_empty')}
      </li>
    </ul>
    <p class="hint">
      {t('roster.grid_hint')} <span class="by-keyboard">{t('roster.grid_keys')}</span>
    </p>
  </>
)
