/** Tablets: make a pairing code, see which work, ask for another code, end a pairing for good. */
import { useState } from 'preact/hooks'
import type { Counter } from '../../../server/contract/counters.ts'
import type { NewTerminalAnswer, Terminal } from '../../../server/contract/terminals.ts'
import { change, createTerminal, list, newPairingCode, serverNow } from '../../api.ts'
import { byName, formatInstant } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { ActionButton } from '../action-button.tsx'
import { Missing } from '../figures.tsx'
import { FormRefusal, SelectField, TextField, useForm } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Card, Scroll } from '../page.tsx'
import { Refused, Skeleton, Void } from '../states.tsx'
import { type IssuedCode, isUsed, PairingCode } from './pairing-code.tsx'

/** A paired tablet is silent after a day without contact, the same span the reports use. */
const silentAfterMs = 24 * 3600_000

type State = Terminal['state'] | 'silent'
const stateOf = ({ state, last_contact_at }: Terminal): State =>
  state === 'paired' && (last_contact_at === null || serverNow() - Date.parse(last_contact_at) > silentAfterMs)
    ? 'silent'
    : state

const order: Record<State, number> = { silent: 0, waiting: 1, paired: 2, revoked: 3 }

export function Terminals({ unitId, showUnit }: { unitId: string | null; showUnit?: ReadonlyMap<string, string> }) {
  const counters = useLive('counters', (options) => list('counters', options), { follow: false })
  const terminals = useLive('terminals', (options) => list('terminals', options))
  const error = counters.refused.value ?? terminals.refused.value
  if (error) return <Refused error={error} />
  if (!counters.data.value || !terminals.data.value) return <Skeleton />
  const mine = <T extends { unit_id: string }>(items: readonly T[]) =>
    unitId ? items.filter((item) => item.unit_id === unitId) : items
  return (
    <Loaded
      counters={byName(mine(counters.data.value))}
      terminals={mine(terminals.data.value)}
      reload={terminals.reload}
      {...(showUnit ? { showUnit } : {})}
    />
  )
}

interface LoadedProps {
  counters: readonly Counter[]
  terminals: readonly Terminal[]
  reload: () => Promise<void>
  showUnit?: ReadonlyMap<string, string>
}

function Loaded({ counters, terminals, reload, showUnit }: LoadedProps) {
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  const named = new Map(
    counters.map(({ counter_id, name, unit_id }) => [
      counter_id,
      [showUnit?.get(unit_id), name].filter(Boolean).join(', '),
    ]),
  )
  const show = (answer: NewTerminalAnswer, before: string | null) => {
    setIssued({
      terminal_id: answer.terminal_id,
      code: answer.pairing_code,
      expires_at: answer.pairing_code_expires_at,
      name: [...new Set([named.get(answer.terminal.counter_id), answer.terminal.name])].filter(Boolean).join(' · '),
      paired_before: before,
    })
    document.getElementById('pair')?.scrollIntoView({ block: 'nearest' })
  }
  const another = async (terminal: Terminal) => {
    show(await newPairingCode(terminal.terminal_id), terminal.paired_at)
    await reload()
  }
  const known = terminals.find(({ terminal_id }) => terminal_id === issued?.terminal_id)
  const working = terminals.filter((one) => stateOf(one) === 'paired').length
  const silent = terminals.filter((one) => stateOf(one) === 'silent').length
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {rich('terminals.headline', { n: working })}{' '}
          {silent > 0 ? rich('terminals.some_silent', { k: silent }) : null}
        </h1>
        <p>{t('terminals.about')}</p>
      </section>
      <div class="grid loose">
        <Card id="pair" span={4} title={t('pairing.title')} about={t('pairing.about')}>
          {issued && (
            <PairingCode issued={issued} used={isUsed(issued, terminals)} again={() => known && void another(known)} />
          )}
          <NewTerminal
            counters={counters}
            named={named}
            onCreated={async (answer) => {
              show(answer, null)
              await reload()
            }}
          />
        </Card>
        <Card id="tablets" span={8} title={t('terminals.title')}>
          {terminals.length === 0 ? (
            <Void icon="tablet" title={t('terminals.none')}>
              {t('terminals.none_help')}
            </Void>
          ) : (
            <List {...{ terminals, named, another, reload }} />
          )}
        </Card>
      </div>
    </>
  )
}

function NewTerminal(props: {
  counters: readonly Counter[]
  named: ReadonlyMap<string, string>
  onCreated: (answer: NewTerminalAnswer) => Promise<void>
}) {
  const { busy, refusal, onSubmit } = useForm(async ({ counter_id = '', name = '' }) => {
    await props.onCreated(await createTerminal(counter_id, name))
  })
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <SelectField
        name="counter_id"
        label={t('column.counter')}
        required
        blank={t('form.choose')}
        choices={props.counters
          .filter(({ active }) => active)
          .map(({ counter_id, service }) => ({
            value: counter_id,
            label: [props.named.get(counter_id), service].filter(Boolean).join(': '),
          }))}
        refusal={refusal}
      />
      <TextField name="name" label={t('terminals.name')} hint={t('terminals.name_hint')} refusal={refusal} />
      <FormRefusal refusal={refusal} fields={['counter_id', 'name']} />
      <button type="submit" class="button main" aria-disabled={busy}>
        <Icon name="plus" />
        {t('pairing.create')}
      </button>
    </form>
  )
}

interface ListProps {
  terminals: readonly Terminal[]
  named: ReadonlyMap<string, string>
  another: (terminal: Terminal) => Promise<void>
  reload: () => Promise<void>
}

function List({ terminals, named, another, reload }: ListProps) {
  // What needs a hand first, then by place.
  const placed = terminals.map((one) => ({ ...one, place: named.get(one.counter_id) ?? '' }))
  const sorted = byName(placed.map((one) => ({ ...one, name: `${one.place} ${one.name}`, shown: one.name }))).sort(
    (a, b) => order[stateOf(a)] - order[stateOf(b)],
  )
  const revoke = (terminal: Terminal) => async () => {
    await change('terminals', terminal.terminal_id, { revoked: true })
    await reload()
  }
  return (
    <Scroll name={t('terminals.title')}>
      <table class="table stacked left">
        <thead>
          <tr>
            <th scope="col">{t('terminals.tablet')}</th>
            <th scope="col">{t('terminals.state')}</th>
            <th scope="col">{t('terminals.queue_title')}</th>
            <th scope="col">
              <span class="sr">{t('column.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((one) => {
            const state = stateOf(one)
            return (
              <tr key={one.terminal_id} data-terminal-id={one.terminal_id} data-state={one.state}>
                <th scope="row">
                  {one.shown}
                  {one.place !== one.shown && <small>{one.place}</small>}
                </th>
                <td>
                  <span class={`state ${state}`}>{t(`terminals.${state}`)}</span>
                  <small>
                    {one.last_contact_at
                      ? t('terminals.contact', { time: formatInstant(one.last_contact_at, language.value) })
                      : t('terminals.no_contact')}
                    {one.version && ` · ${one.version}`}
                  </small>
                </td>
                <td data-label={t('terminals.queue_title')}>
                  {one.queue_length === null ? (
                    <Missing reason={t('terminals.queue_unknown')} />
                  ) : (
                    t('terminals.queue', { n: one.queue_length })
                  )}
                </td>
                <td>
                  {one.state !== 'revoked' && (
                    <span class="buttons">
                      <ActionButton label={t('pairing.again')} act={() => another(one)} />
                      <ActionButton
                        label={t('terminals.revoke')}
                        confirm={t('terminals.revoke_confirm', { name: one.shown })}
                        act={revoke(one)}
                      />
                    </span>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
