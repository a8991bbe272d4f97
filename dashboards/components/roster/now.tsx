/** Who serves now, and "change from now" in two taps: the counter, then the officer. What was done can be undone in its place. */
import { useState } from 'preact/hooks'
import type { Assignment } from '../../../server/contract/assignments.ts'
import type { Counter } from '../../../server/contract/counters.ts'
import { byGivenName } from '../../../server/contract/names.ts'
import type { Officer } from '../../../server/contract/officers.ts'
import type { Absence } from '../../../server/contract/roster.ts'
import { changeRoster, undoRosterChange } from '../../api/roster.ts'
import { serverNow } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { assignmentAt } from '../../roster.ts'
import { noticeEnd } from '../../session.ts'
import { ActionButton } from '../action-button.tsx'
import { type Refusal, refusalOf } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Message } from '../states.tsx'
import { beginningName, momentName } from './change-form.tsx'

interface NowProps {
  counters: readonly Counter[]
  officers: readonly Officer[]
  assignments: readonly Assignment[]
  absences: readonly Absence[]
  reload: () => Promise<void>
}

const isAway = (absences: readonly Absence[], officerId: string, moment: number) =>
  absences.some(
    ({ officer_id, starts_at, ends_at }) =>
      officer_id === officerId && Date.parse(starts_at) <= moment && Date.parse(ends_at) > moment,
  )

export function Now({ counters, officers, assignments, absences, reload }: NowProps) {
  const [open, setOpen] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<{ change_id: string; text: string } | null>(null)
  const [undone, setUndone] = useState(false)
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const names = new Map(officers.map(({ officer_id, name }) => [officer_id, name]))
  const now = serverNow()
  const put = async (counter: Counter, officer: Officer | null, seen: string | null) => {
    if (busy) return
    setBusy(true)
    setTrouble(null)
    setDone(null)
    setUndone(false)
    try {
      const { change_id } = await changeRoster({
        places: [{ counter_id: counter.counter_id, officer_id: officer?.officer_id ?? null, instead_of: seen }],
        starts_at: new Date(serverNow()).toISOString(),
      })
      setDone({
        change_id,
        text: t('roster.done', { counter: counter.name, officer: officer?.name ?? t('now.none') }),
      })
      setOpen(null)
    } catch (error) {
      noticeEnd(error)
      setTrouble(refusalOf(error))
    } finally {
      setBusy(false)
      await reload()
    }
  }
  return (
    <>
      <ul class="serving">
        {counters.map((counter) => {
          const serving = assignmentAt(assignments, counter.counter_id, now)
          const isOpen = open === counter.counter_id
          return (
            <li key={counter.counter_id} data-counter-id={counter.counter_id}>
              <div class="serving-line">
                <span>
                  <b>{counter.name}</b>
                  {counter.service && <small>{counter.service}</small>}
                </span>
                <span class={serving ? undefined : 'muted'} data-serving={serving?.officer_id ?? ''}>
                  {serving ? (names.get(serving.officer_id) ?? t('roster.gone')) : t('now.nobody')}
                  {serving && (
                    <small>
                      {serving.ends_at
                        ? t('now.until', { when: momentName(serving.ends_at) })
                        : t('now.since', { when: beginningName(serving.starts_at) })}
                    </small>
                  )}
                </span>
                <button
                  type="button"
                  class="button"
                  aria-expanded={isOpen}
                  aria-label={t('now.swap_at', { counter: counter.name })}
                  onClick={() => setOpen(isOpen ? null : counter.counter_id)}
                >
                  <Icon name="swap" />
                  {t('now.swap')}
                </button>
              </div>
              {isOpen && (
                <fieldset class="choices">
                  <legend>{t('now.choose', { counter: counter.name })}</legend>
                  {byGivenName(officers.filter(({ active }) => active))
                    .filter(({ officer_id }) => officer_id !== serving?.officer_id)
                    .map((officer) => {
                      const away = isAway(absences, officer.officer_id, now)
                      return (
                        <button
                          type="button"
                          class="button"
                          key={officer.officer_id}
                          disabled={away}
                          aria-disabled={busy}
                          onClick={() => put(counter, officer, serving?.officer_id ?? null)}
                        >
                          {officer.name}
                          {away && ` (${t('now.away')})`}
                        </button>
                      )
                    })}
                  {serving && (
                    <button
                      type="button"
                      class="button"
                      aria-disabled={busy}
                      onClick={() => put(counter, null, serving.officer_id)}
                    >
                      {t('now.none')}
                    </button>
                  )}
                </fieldset>
              )}
            </li>
          )
        })}
      </ul>
      {trouble && (
        <Message kind="bad" icon="alert">
          <span role="alert">{trouble.text}</span>
        </Message>
      )}
      {undone && (
        <Message kind="info" icon="undo">
          <span role="status">{t('now.undone')}</span>
        </Message>
      )}
      {done && (
        <Message kind="good" icon="check">
          <span role="status">{done.text}</span>{' '}
          <ActionButton
            label={t('now.undo')}
            act={async () => {
              await undoRosterChange(done.change_id)
              setDone(null)
              setUndone(true)
              await reload()
            }}
          />
        </Message>
      )}
    </>
  )
}
