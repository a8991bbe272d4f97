/** What can be changed of a tablet, folded away until it is wanted: its name, its counter, its code, its end. */
import { useState } from 'preact/hooks'
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import { byName } from '../../../server/contract/names.ts'
import { change, list } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { ActionButton } from '../action-button.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'

interface ActionsProps {
  tablet: FleetTablet
  another: () => Promise<void>
  reload: () => Promise<void>
}

export function TabletActions({ tablet, another, reload }: ActionsProps) {
  const [open, setOpen] = useState(false)
  const { terminal_id, name } = tablet
  const alter = async (body: Record<string, unknown>) => {
    await change('terminals', terminal_id, body)
    await reload()
    setOpen(false)
  }
  return (
    <details class="more" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('terminals.change')}</summary>
      {open && (
        <div class="stack">
          <Rename name={name} send={(next) => alter({ name: next })} />
          <Move tablet={tablet} send={(counter_id) => alter({ counter_id })} />
          <div class="buttons">
            <ActionButton label={t('pairing.again')} act={another} />
            <ActionButton
              label={t('terminals.revoke')}
              confirm={t('terminals.revoke_confirm', { name })}
              act={() => alter({ revoked: true })}
            />
          </div>
          <p class="hint">{t('terminals.replace_hint')}</p>
        </div>
      )}
    </details>
  )
}

function Rename({ name, send }: { name: string; send: (name: string) => Promise<void> }) {
  const { busy, refusal, onSubmit } = useForm(({ name: next = '' }) => send(next), { keep: true })
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <TextField name="name" label={t('terminals.rename')} defaultValue={name} required refusal={refusal} />
      <FormRefusal refusal={refusal} fields={['name']} />
      <button type="submit" class="button" aria-disabled={busy}>
        {t('terminals.rename_do')}
      </button>
    </form>
  )
}

interface MoveProps {
  tablet: FleetTablet
  send: (counterId: string) => Promise<void>
}

/** The counters of its unit are asked for by whoever opens this: with thousands of tablets nobody needs them all. */
function Move({ tablet, send }: MoveProps) {
  const [to, setTo] = useState('')
  const { unit_id } = tablet
  const counters = useLive(`counters ${unit_id}`, (options) => list('counters', options, unit_id), { follow: false })
  const others = byName(counters.data.value ?? []).filter(
    ({ active, counter_id }) => active && counter_id !== tablet.counter.counter_id,
  )
  const target = others.find(({ counter_id }) => counter_id === to)
  if (others.length === 0) return null
  return (
    <div class="stack">
      <SelectField
        name="move_to"
        label={t('terminals.move')}
        blank={t('form.choose')}
        value={to}
        onPick={setTo}
        choices={others.map(({ counter_id, name, service }) => ({
          value: counter_id,
          label: service ? `${name}: ${service}` : name,
        }))}
      />
      {target && (
        <ActionButton
          key={target.counter_id}
          label={t('terminals.move_do')}
          confirm={t('terminals.move_confirm', { name: tablet.name, from: tablet.counter.name, to: target.name })}
          act={() => send(target.counter_id)}
        />
      )}
    </div>
  )
}
