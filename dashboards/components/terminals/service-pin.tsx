/** The PIN of the service corner of a unit's tablets: whether there is one, and a new one. */
import type { Fleet } from '../../../server/contract/fleet.ts'
import { setServicePin } from '../../api.ts'
import { formatInstant } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'

interface PinProps {
  units: Fleet['units']
  reload: () => Promise<void>
}

export function ServicePin({ units, reload }: PinProps) {
  const [only] = units
  const { busy, refusal, onSubmit } = useForm(async ({ unit_id = only?.unit_id ?? '', pin = '' }) => {
    await setServicePin(unit_id, pin.trim())
    await reload()
  })
  if (!only) return null
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      {units.length === 1 ? (
        <p data-pin={only.service_pin_set_at ? 'set' : 'none'}>
          {only.service_pin_set_at
            ? t('pin.set_at', { time: formatInstant(only.service_pin_set_at, language.value) })
            : t('pin.none')}
        </p>
      ) : (
        <SelectField
          name="unit_id"
          label={t('pin.unit')}
          blank={t('form.choose')}
          required
          refusal={refusal}
          choices={units.map(({ unit_id, name, service_pin_set_at }) => ({
            value: unit_id,
            label: service_pin_set_at ? name : `${name} (${t('pin.none_short')})`,
          }))}
        />
      )}
      <TextField
        name="pin"
        type="tel"
        label={t('pin.new')}
        hint={t('pin.hint')}
        autocomplete="off"
        required
        refusal={refusal}
      />
      <FormRefusal refusal={refusal} fields={['pin', 'unit_id']} />
      <button type="submit" class="button" aria-disabled={busy}>
        {t('pin.set')}
      </button>
    </form>
  )
}
