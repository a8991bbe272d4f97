/** One field of a record's form, drawn as its kind asks. */
import { type MessageKey, t } from '../../i18n/index.tsx'
import { type Choice, TextField, type useForm, type Values } from '../form.tsx'
import { SelectField } from '../select-field.tsx'

export interface FieldSpec {
  name: string
  label: MessageKey
  hint?: MessageKey
  /** `checks`: any number of the choices; each is a value `name.choice`. */
  kind: 'text' | 'date' | 'tel' | 'password' | 'select' | 'checks'
  required?: boolean
  choices?: Choice[]
  blank?: MessageKey
  /** Asked when a new one is made, never again. */
  onlyNew?: boolean
  /** Asked of one that is there, not of a new one. */
  onlyChange?: boolean
}

type FormState = ReturnType<typeof useForm>

interface RecordFieldProps {
  field: FieldSpec
  initial: Values
  refusal: FormState['refusal']
}

export function RecordField({ field, initial, refusal }: RecordFieldProps) {
  const value = initial[field.name] ?? ''
  if (field.kind === 'checks') {
    return (
      <fieldset>
        <legend class="label">{t(field.label)}</legend>
        {field.hint && <p class="hint">{t(field.hint)}</p>}
        <div class="ticks">
          {(field.choices ?? []).map(({ value: choice, label }) => (
            <label class="tick" key={choice}>
              <input
                type="checkbox"
                name={`${field.name}.${choice}`}
                defaultChecked={initial[`${field.name}.${choice}`] !== undefined}
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
    )
  }
  const common = {
    name: field.name,
    label: t(field.label),
    refusal,
    required: field.required ?? false,
    ...(field.hint ? { hint: t(field.hint) } : {}),
  }
  if (field.kind === 'select') {
    return (
      <SelectField
        {...common}
        choices={field.choices ?? []}
        {...(field.blank ? { blank: t(field.blank) } : {})}
        defaultValue={value}
      />
    )
  }
  return (
    <TextField
      {...common}
      type={field.kind}
      defaultValue={value}
      autocomplete={field.kind === 'password' ? 'new-password' : 'off'}
    />
  )
}
