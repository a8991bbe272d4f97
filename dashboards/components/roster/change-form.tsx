/** "Change officer from now": ends who stands at the counter, puts another there, and brings the first one back after a limited change. */
import { useState } from 'preact/hooks'
import type { Assignment } from '../../../server/contract/assignments.ts'
import type { Counter } from '../../../server/contract/counters.ts'
import { byGivenName } from '../../../server/contract/names.ts'
import type { Officer } from '../../../server/contract/officers.ts'
import { addDays } from '../../../server/contract/periods.ts'
import { changeRoster } from '../../api/roster.ts'
import { serverNow } from '../../api.ts'
import { formatDate, formatInstant, officeInstant, officeTime } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { assignmentAt } from '../../roster.ts'
import { FormRefusal, refuse, TextField, useForm } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Card } from '../page.tsx'
import { SelectField } from '../select-field.tsx'
import { Message } from '../states.tsx'

interface ChangeFormProps {
  counters: readonly Counter[]
  officers: readonly Officer[]
  assignments: readonly Assignment[]
  /** The counter chosen in the table, or the first. */
  counterId: string
  onCounter: (counterId: string) => void
  /** A time chosen in the week or among the gaps, as the fields write it; null = from now. */
  span?: { from: string; to: string } | null
  onDone: () => Promise<void>
}

const localNow = () => {
  const { date, time } = officeTime(serverNow())
  return `${date}T${time}`
}

type Until = 'changed' | 'noon' | 'today' | 'moment'

export function ChangeForm({ counters, officers, assignments, counterId, onCounter, onDone, span }: ChangeFormProps) {
  const [until, setUntil] = useState<Until>(span ? 'moment' : 'changed')
  const [done, setDone] = useState('')
  const [officerId, setOfficerId] = useState('')
  const names = new Map(officers.map(({ officer_id, name }) => [officer_id, name]))
  const { busy, refusal, onSubmit } = useForm(async (values, form) => {
    const starts = values.starts_at ?? localNow()
    const ends =
      until === 'changed'
        ? null
        : until === 'noon'
          ? `${starts.slice(0, 10)}T12:00`
          : until === 'today'
            ? `${addDays(starts.slice(0, 10), 1)}T00:00`
            : (values.ends_at ?? '')
    if (ends === '') throw refuse('ends_at', () => t('form.required'))
    if (ends !== null && ends <= starts) throw refuse('ends_at', () => t('error.assignment_backwards'))
    setDone('')
    const counter_id = values.counter_id ?? ''
    const officer_id = values.officer_id ?? ''
    const made = await changeRoster({
      places: [{ counter_id, officer_id }],
      starts_at: officeInstant(starts),
      ends_at: ends && officeInstant(ends),
      ...(values.reason ? { reason: values.reason } : {}),
    })
    await onDone()
    const counter = counters.find((one) => one.counter_id === counter_id)?.name ?? ''
    const officer = names.get(officer_id) ?? ''
    // Open-ended, it still ends where the next change begins: to be said, or it would be thought to last.
    setDone(
      made.ends_at
        ? t('roster.done_until', { counter, officer, when: momentName(made.ends_at) })
        : t('roster.done', { counter, officer }),
    )
    setUntil('changed')
    setOfficerId('')
    form.reset()
  })
  const serving = assignmentAt(assignments, counterId, serverNow())
  // One person may serve two counters of a small office: worth saying, not worth refusing.
  const elsewhere = counters.find(({ counter_id }) => {
    const there = counter_id === counterId ? null : assignmentAt(assignments, counter_id, serverNow())
    return officerId !== '' && there?.officer_id === officerId
  })
  const active = byGivenName(officers.filter((officer) => officer.active))
  return (
    <Card
      id="change"
      span={4}
      title={t('roster.change')}
      about={serving ? t('roster.serving', { officer: names.get(serving.officer_id) ?? '' }) : t('roster.nobody')}
    >
      <form class="stack" onSubmit={onSubmit} noValidate>
        <SelectField
          name="counter_id"
          label={t('column.counter')}
          required
          value={counterId}
          onPick={onCounter}
          choices={counters.map(({ counter_id, name, service }) => ({
            value: counter_id,
            label: service ? `${name}: ${service}` : name,
          }))}
          refusal={refusal}
        />
        <SelectField
          name="officer_id"
          label={t('roster.officer')}
          required
          blank={t('form.choose')}
          onPick={setOfficerId}
          choices={active.map(({ officer_id, name }) => ({ value: officer_id, label: name }))}
          refusal={refusal}
        />
        {elsewhere && (
          <Message kind="info" icon="person">
            {t('roster.elsewhere', { officer: names.get(officerId) ?? '', counter: elsewhere.name })}
          </Message>
        )}
        <TextField
          name="starts_at"
          label={t('roster.from')}
          type="datetime-local"
          required
          defaultValue={span?.from ?? localNow()}
          refusal={refusal}
        />
        <fieldset>
          <legend class="label">{t('roster.until')}</legend>
          <div class="radios">
            {(['changed', 'noon', 'today', 'moment'] as const).map((choice) => (
              <label>
                <input type="radio" name="until" checked={until === choice} onChange={() => setUntil(choice)} />
                {t(`roster.until_${choice}`)}
              </label>
            ))}
          </div>
        </fieldset>
        {until === 'moment' && (
          <TextField
            name="ends_at"
            label={t('roster.to')}
            type="datetime-local"
            required
            {...(span ? { defaultValue: span.to } : {})}
            refusal={refusal}
          />
        )}
        <TextField name="reason" label={t('roster.reason')} refusal={refusal} />
        <FormRefusal refusal={refusal} fields={['counter_id', 'officer_id', 'starts_at', 'ends_at']} />
        {done && (
          <Message kind="good" icon="check">
            <span role="status">{done}</span>
          </Message>
        )}
        <p class="hint">{t('roster.counted_again')}</p>
        <button type="submit" class="button main" aria-disabled={busy}>
          <Icon name="swap" />
          {t('roster.submit')}
        </button>
      </form>
    </Card>
  )
}

/** A moment of the roster in words: its day and time. */
export const momentName = (instant: string): string => formatInstant(instant, language.value)

/** From when an assignment counts: what begins with the day needs no hour. */
export function beginningName(instant: string): string {
  const { date, time } = officeTime(instant)
  return time === '00:00' ? formatDate(date, language.value) : momentName(instant)
}
