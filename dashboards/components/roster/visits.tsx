/** How many people each counter served, by days of a week or by months: numbers typed where they stand, saved together. */
import { useRef, useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import { addDays } from '../../../server/contract/periods.ts'
import type { Visits } from '../../../server/contract/visits.ts'
import { saveVisits } from '../../api/roster.ts'
import { ApiError } from '../../api.ts'
import { today } from '../../clock.ts'
import { formatDate, formatMonth, formatWeekday } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { type Refusal, useForm } from '../form.tsx'
import { Scroll } from '../page.tsx'
import { Message } from '../states.tsx'

/** A day, or a whole month where nobody counts by day. */
export interface Column {
  key: string
  when: { day: string } | { month: string }
  label: string
  /** Spoken with the counter's name. */
  name: string
  now?: boolean
}

export const dayColumns = (monday: string): Column[] =>
  Array.from({ length: 5 }, (_, index) => addDays(monday, index)).map((day) => ({
    key: day,
    when: { day },
    label: `${formatWeekday(day, language.value)} ${formatDate(day, language.value, false)}`,
    name: formatDate(day, language.value),
    now: day === today.value,
  }))

export const monthColumns = (months: readonly string[]): Column[] =>
  months.map((month) => ({
    key: month,
    when: { month },
    label: formatMonth(month, language.value),
    name: formatMonth(month, language.value),
  }))

interface VisitsTableProps {
  columns: readonly Column[]
  counters: readonly Counter[]
  visits: readonly Visits[]
  reload: () => Promise<void>
}

export function VisitsTable({ columns, counters, visits, reload }: VisitsTableProps) {
  const [done, setDone] = useState('')
  // What was shown when typing began: a poll that brings another number meanwhile must not hide that somebody was faster.
  const seen = useRef(new Map<string, number | null>())
  const known = new Map(
    visits
      .filter(({ procedure_group }) => procedure_group === '')
      .map((row) => [`${row.counter_id}/${row.day ?? row.month}`, row.visits]),
  )
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setDone('')
      const entries = [...seen.current].map(([key, before]) => {
        const [counter_id = '', time = ''] = key.split('/')
        const column = columns.find((one) => one.key === time)
        const text = values[key]?.trim() ?? ''
        if (text !== '' && !/^\d{1,6}$/.test(text)) {
          const counter = counters.find((one) => one.counter_id === counter_id)?.name ?? ''
          throw {
            field: key,
            text: t('visits.bad', { counter, day: column?.name ?? '' }),
          } satisfies Refusal
        }
        return { counter_id, ...column?.when, visits: text === '' ? null : Number(text), seen: before }
      })
      const changed = entries.filter((entry) => entry.visits !== entry.seen)
      try {
        if (changed.length > 0) await saveVisits(changed)
      } catch (error) {
        if (error instanceof ApiError && error.code === 'changed_meanwhile') await adopt(error.details)
        throw error
      }
      seen.current.clear()
      await reload()
      setDone(t('visits.saved'))
    },
    { keep: true },
  )
  /** Somebody was faster: what was typed stays, and saving once more is meant knowing of the other number. */
  async function adopt(details: unknown): Promise<void> {
    const { counter_id, visits: there } = (details ?? {}) as { counter_id?: string; visits?: number | null }
    for (const [key, before] of seen.current) {
      if (key.startsWith(`${counter_id}/`) && before !== there) seen.current.set(key, there ?? null)
    }
    await reload()
  }
  return (
    <form onSubmit={onSubmit} noValidate class="stack" data-form="visits">
      <Scroll name={t('week.visits')}>
        <table class="table visits">
          <thead>
            <tr>
              <th scope="col">{t('column.counter')}</th>
              {columns.map(({ key, label, now }) => (
                <th scope="col" key={key} aria-current={now ? 'date' : undefined}>
                  {label}
                  {now && <small>{t('roster.today')}</small>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counters.map(({ counter_id, name }) => (
              <tr key={counter_id}>
                <th scope="row">{name}</th>
                {columns.map((column) => {
                  const key = `${counter_id}/${column.key}`
                  const value = known.get(key) ?? null
                  return (
                    <td key={key} data-label={column.label}>
                      <input
                        class={refusal?.field === key ? 'input bad number' : 'input number'}
                        name={key}
                        inputMode="numeric"
                        autocomplete="off"
                        aria-label={`${name}, ${column.name}`}
                        aria-invalid={refusal?.field === key ? 'true' : undefined}
                        defaultValue={value === null ? '' : String(value)}
                        onInput={() => {
                          setDone('')
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
      <div class="buttons">
        <button type="submit" class="button main" aria-disabled={busy}>
          {t('visits.save')}
        </button>
      </div>
    </form>
  )
}
