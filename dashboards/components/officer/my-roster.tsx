/** Where the roster puts the officer who reads, day by day, and "that was not me" in its place. It never speaks of a rating. */
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import { addDays } from '../../../server/contract/periods.ts'
import type { RosterDoubt } from '../../../server/contract/roster.ts'
import { getDesk, listDoubts, raiseDoubt } from '../../api/roster.ts'
import { list } from '../../api.ts'
import { today } from '../../clock.ts'
import { formatDate, formatDay } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { type Stay, staysOn } from '../../roster.ts'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Card } from '../page.tsx'
import { SelectField } from '../select-field.tsx'
import { NotYet } from '../states.tsx'
import { Desk } from './desk.tsx'

const BACK_DAYS = 14

interface Served {
  counter_id: string
  counter: string
  day: string
  stays: Stay[]
}

/** What stands below it comes with it, or without it when it is refused: nothing moves. */
export function MyRoster({ officerId, children }: { officerId: string; children: ComponentChild }) {
  const assignments = useLive('assignments', (options) => list('assignments', options), { follow: false })
  const counters = useLive('counters', (options) => list('counters', options), { follow: false })
  const doubts = useLive('doubts', (options) => listDoubts(null, options), { follow: false })
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
  const own = assignments.data.value.filter(({ officer_id }) => officer_id === officerId)
  const days = Array.from({ length: BACK_DAYS + 1 }, (_, back) => addDays(today.value, -back))
  const served: Served[] = days.flatMap((day) =>
    (counters.data.value ?? []).flatMap(({ counter_id, name }) => {
      const stays = staysOn(own, counter_id, day)
      // An assignment until changed covers weekends too; nobody means those.
      const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
      if (stays.length === 0 || (weekend && !stays.some(({ from, to }) => from ?? to))) return []
      return [{ counter_id, counter: name, day, stays }]
    }),
  )
  const told = (one: Served) =>
    doubts.data.value?.items.find(({ counter_id, day }) => counter_id === one.counter_id && day === one.day)
  return (
    <>
      <Card id="served" title={t('doubts.mine_title')} about={t('doubts.mine_about')}>
        {served.length === 0 ? (
          <p>{t('doubts.mine_none')}</p>
        ) : (
          <ul class="serving">
            {served.map((one) => {
              const key = `${one.counter_id}/${one.day}`
              const doubt = told(one)
              const place = { counter: one.counter, day: formatDate(one.day, language.value) }
              return (
                <li key={key} data-served={key}>
                  <div class="serving-line">
                    <span>
                      <b>{formatDay(one.day, language.value)}</b>
                      <small>{one.counter}</small>
                    </span>
                    {doubt ? (
                      <span class="doubt-told" data-doubt={doubt.outcome ?? 'open'}>
                        {answered(doubt)}
                      </span>
                    ) : (
                      <button
                        type="button"
                        class="button"
                        aria-expanded={open === key}
                        aria-label={t('doubts.not_me_at', place)}
                        onClick={() => setOpen(open === key ? null : key)}
                      >
                        {t('doubts.not_me')}
                      </button>
                    )}
                  </div>
                  {open === key && !doubt && (
                    <Tell
                      one={one}
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

const answered = ({ outcome, answer }: RosterDoubt) => (
  <>
    {t(outcome === null ? 'doubts.sent' : outcome === 'corrected' ? 'doubts.was_corrected' : 'doubts.was_right')}
    {answer && <small>{answer}</small>}
  </>
)

function Tell({ one, done, end }: { one: Served; done: () => Promise<void>; end: () => void }) {
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      await raiseDoubt({
        counter_id: one.counter_id,
        day: one.day,
        part: values.part,
        ...(values.note ? { note: values.note } : {}),
      })
      await done()
    },
    { keep: true },
  )
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <SelectField
        name="part"
        label={t('doubts.part')}
        choices={[
          { value: 'day', label: t('doubts.day') },
          { value: 'morning', label: t('gaps.part_morning') },
          { value: 'afternoon', label: t('gaps.part_afternoon') },
        ]}
        refusal={refusal}
      />
      <TextField name="note" label={t('doubts.note')} hint={t('doubts.note_hint')} refusal={refusal} />
      <FormRefusal refusal={refusal} fields={['part', 'note']} />
      <div class="buttons">
        <button type="submit" class="button main" aria-disabled={busy}>
          {t('doubts.send')}
        </button>
        <button type="button" class="button" onClick={end}>
          {t('form.cancel')}
        </button>
      </div>
    </form>
  )
}
