/** The form that makes a pairing code for a new tablet. */
import type { Counter } from '../../../server/contract/counters.ts'
import type { NewTerminalAnswer } from '../../../server/contract/terminals.ts'
import { createTerminal } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { SelectField } from '../select-field.tsx'

/** Without `counters` the form is seen but not filled in: they are not known yet. */
export function NewTerminal(props: {
  counters?: readonly Counter[]
  onCreated?: (answer: NewTerminalAnswer) => Promise<void>
}) {
  const { counters, onCreated } = props
  const { busy, refusal, onSubmit } = useForm(async ({ counter_id = '', name = '' }) => {
    const answer = await createTerminal(counter_id, name)
    await onCreated?.(answer)
  })
  const labelOf = ({ name, service }: Counter) => (service ? `${name}: ${service}` : name)
  return (
    <form onSubmit={onSubmit} noValidate>
      <fieldset class="stack" disabled={!counters}>
        <SelectField
          name="counter_id"
          label={t('column.counter')}
          required
          blank={t('form.choose')}
          choices={(counters ?? [])
            .filter(({ active }) => active)
            .map((counter) => ({ value: counter.counter_id, label: labelOf(counter) }))}
          refusal={refusal}
        />
        <TextField name="name" label={t('terminals.name')} hint={t('terminals.name_hint')} refusal={refusal} />
        <FormRefusal refusal={refusal} fields={['counter_id', 'name']} />
        <button type="submit" class="button main" aria-disabled={busy}>
          <Icon name="plus" />
          {t('pairing.create')}
        </button>
      </fieldset>
    </form>
  )
}
