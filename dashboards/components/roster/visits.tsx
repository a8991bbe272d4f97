/** How many people each counter served on each day of a week: numbers typed where they stand, saved together. */
import { useRef, useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import { addDays } from '../../../server/contract/periods.ts'
import type { Visits } from '../../../server/contract/visits.ts'
import { saveVisits } from '../../api/roster.ts'
import { today } from '../../clock.ts'
import { formatDate, formatWeekday } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { type Refusal, useForm } from '../form.tsx'
import { Scroll } from '../page.tsx'
import { Message } from '../states.tsx'

interface VisitsTableProps {
  monday: string
  counters: readonly Counter[]
  visits: readonly Visits[]
  reload: () => Promise<void>
}

export function VisitsTable({ monday, counters, visits, reload }: VisitsTableProps) {
  const [done, setDone] = useState('')
  // What was shown when typing began: a poll that brings another number meanwhile must not hide that somebody was faster.
  const seen = useRef(new Map<string, number | null>())
  const days = Array.from({ length: 5 }, (_, index) => addDays(monday, index))
  const known = new Map(
    visits
      .filter(({ day, procedure_group }) => day !== null && procedure_group === '')
      .map((row) => [`${row.counter_id}/${row.day}`, row.visits]),
  )
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setDone('')
      const entries = [...seen.current].map(([key, before]) => {
        const [counter_id = '', day = ''] = key.split('/')
        const text = values[key]?.trim() ?? ''
        if (text !== '' && !/^\d{1,6}$/.test(text)) {
          const counter = counters.find((one) => one.counter_id === counter_id)?.name ?? ''
          throw {
            field: key,
            text: t('visits.bad', { counter, day: formatDate(day, language.value) }),
          } satisfies Refusal
        }
        return { counter_id, day, visits: text === '' ? null : Number(text), seen: before }
      })
      const changed = entries.filter((entry) => entry.visits !== entry.seen)
      if (changed.length > 0) await saveVisits(changed)
      seen.current.clear()
      await reload()
      setDone(t('visits.saved'))
    },
    { keep: true },
  )
  return (
    <form onSubmit={onSubmit} noValidate class="stack" data-form="visits">
      <Scroll name={t('week.visits')}>
        <table class="table visits">
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
            {counters.map(({ counter_id, name }) => (
              <tr key={counter_id}>
                <th scope="row">{name}</th>
                {days.map((day) => {
                  const key = `${counter_id}/${day}`
                  const value = known.get(key) ?? null
                  if (day > today.value) return <td key={day}>–</td>
                  return (
                    <td key={day}>
                      <input
                        class={refusal?.field === key ? 'input bad number' : 'input number'}
                        name={key}
                        inputMode="numeric"
                        aria-label={`${name}, ${formatDate(day, language.value)}`}
                        aria-invalid={refusal?.field === key ? 'true' : undefined}
                        defaultValue={value === null ? '' : String(value)}
                        onInput={() => {
                          if (!seen.current.has(key)) seen.current.set(key, value)
                        }}
                      />
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {refusal && (
        <Message kind="bad" icon="alert">
          <span role="alert">{refusal.text}</span>
        </Message>
      )}
      {done && (
        <Message kind="good" icon="check">
          <span role="status">{done}</span>
        </Message>
      )}
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('visits.save')}
      </button>
    </form>
  )
}
