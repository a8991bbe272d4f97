/** Numbers typed where they stand, by counter and day or month, saved together: how many came, how many slips were handed on. */
import { useRef, useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import { ApiError } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { refuse, useForm } from '../form.tsx'
import { Scroll } from '../page.tsx'
import { Message } from '../states.tsx'
import type { Column } from './columns.ts'

export interface TypedNumber {
  counter_id: string
  column: Column
  /** Null = taken away: not known. */
  value: number | null
  /** What stood there when typing began. */
  seen: number | null
}

interface NumbersTableProps {
  /** Names the form, and the number in a refusal that says what is there now. */
  noun: 'visits' | 'slips'
  name: string
  columns: readonly Column[]
  counters: readonly Counter[]
  /** What is known, by `counter/column`. */
  known: ReadonlyMap<string, number>
  /** What stands where no number was typed, as a placeholder: groups of procedures together, out of a file. */
  sums?: ReadonlyMap<string, number>
  most: number
  bad: (counter: string, day: string) => string
  save: (numbers: TypedNumber[]) => Promise<unknown>
  words: { save: string; saved: string }
  reload: () => Promise<void>
}

export function NumbersTable(props: NumbersTableProps) {
  const { noun, name, columns, counters, known, sums, most, bad, save, words, reload } = props
  const [done, setDone] = useState('')
  // What was shown when typing began: a poll that brings another number meanwhile must not hide that somebody was faster.
  const seen = useRef(new Map<string, number | null>())
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setDone('')
      const typed = [...seen.current].flatMap(([key, before]): TypedNumber[] => {
        const [counter_id = '', time = ''] = key.split('/')
        const column = columns.find((one) => one.key === time)
        const text = values[key]?.trim() ?? ''
        if (text !== '' && (!/^\d{1,6}$/.test(text) || Number(text) > most)) {
          const counter = counters.find((one) => one.counter_id === counter_id)?.name ?? ''
          throw refuse(key, () => bad(counter, column?.name ?? ''))
        }
        return column ? [{ counter_id, column, value: text === '' ? null : Number(text), seen: before }] : []
      })
      const changed = typed.filter((one) => one.value !== one.seen)
      try {
        if (changed.length > 0) await save(changed)
      } catch (error) {
        if (error instanceof ApiError && error.code === 'changed_meanwhile') await adopt(error.details)
        throw error
      }
      seen.current.clear()
      await reload()
      setDone(words.saved)
    },
    { keep: true },
  )
  /** Somebody was faster: what was typed stays, and saving once more is meant knowing of the other number. */
  async function adopt(details: unknown): Promise<void> {
    const told = (details ?? {}) as { counter_id?: string } & Partial<Record<typeof noun, number | null>>
    for (const [key, before] of seen.current) {
      const there = told[noun] ?? null
      if (key.startsWith(`${told.counter_id}/`) && before !== there) seen.current.set(key, there)
    }
    await reload()
  }
  return (
    <form onSubmit={onSubmit} noValidate class="stack" data-form={noun}>
      <Scroll name={name}>
        <table class="table visits stacked">
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
                    <td
                      key={key}
                      data-label={column.now ? t('roster.now_column', { column: column.label }) : column.label}
                    >
                      <input
                        class={refusal?.field === key ? 'input bad number' : 'input number'}
                        name={key}
                        inputMode="numeric"
                        autocomplete="off"
                        aria-label={`${name}, ${column.name}`}
                        aria-invalid={refusal?.field === key ? 'true' : undefined}
                        placeholder={sums?.get(key)?.toString()}
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
          {words.save}
        </button>
      </div>
    </form>
  )
}
