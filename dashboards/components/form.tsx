/** Forms that keep what was typed: fields belong to the DOM, refusals go to the field they speak of, in the reader's language. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { ErrorCode } from '../../server/contract/errors.ts'
import { ApiError } from '../api.ts'
import { formatInstant } from '../format.ts'
import { errorText, language, t } from '../i18n/index.tsx'
import { noticeEnd } from '../session.ts'
import { DayInput } from './day-input.tsx'
import { Message } from './states.tsx'

export type { Choice } from './many-select.tsx'

export interface Refusal {
  /** Name of the field it belongs to; null = the form as a whole. */
  readonly field: string | null
  /** In the language of whoever reads it now: it is put into words each time it is drawn. */
  readonly text: string
}

export const refuse = (field: string | null, words: () => string): Refusal => ({
  field,
  get text() {
    return words()
  },
})

/** The field a refusal is about, where its code alone says so. */
const fieldOfCode: Partial<Record<ErrorCode, string>> = {
  name_taken: 'name',
  username_taken: 'username',
  password_too_weak: 'password',
  pin_too_weak: 'pin',
  voice_set_taken: 'language',
  password_wrong: 'password',
  code_required: 'code',
  code_refused: 'code',
  role_held: 'role',
  assignment_clash: 'officer_id',
  assignment_backwards: 'ends_at',
  unit_mismatch: 'officer_id',
  role_needs_scope: 'unit_id',
  validity_backwards: 'valid_to',
  mail_address_refused: 'address',
  schedule_taken: 'address',
}

// The server names the field of a malformed body in its details; the shape is read loosely, as help and nothing more.
function fieldInDetails(details: unknown): string | null {
  const first = Array.isArray(details) ? details[0] : details
  if (typeof first !== 'object' || first === null) return null
  const { field, path } = first as { field?: unknown; path?: unknown }
  const name = typeof field === 'string' ? field : typeof path === 'string' ? path : ''
  return name.replace(/^[/.]+/, '').split(/[/.]/)[0] || null
}

const flaws = ['too_short', 'contains_username', 'contains_name', 'repetitive', 'sequence', 'common'] as const

/** A sentence made from the server's details, where it says more than the code alone; null else. */
function detailed({ code, details }: ApiError): string | null {
  if (typeof details !== 'object' || details === null) return null
  if (code === 'password_too_weak' && 'flaw' in details) {
    const flaw = flaws.find((known) => known === details.flaw)
    return flaw ? t(`password.${flaw}`) : null
  }
  if (code === 'assignment_clash') {
    const { officer, counter, from, to } = details as Clash
    if (!officer?.name || !counter?.name || !from) return null
    const since = formatInstant(from, language.value)
    const until = to ? formatInstant(to, language.value) : t('roster.until_changed')
    return t('roster.clash', { officer: officer.name, counter: counter.name, from: since, to: until })
  }
  return null
}
interface Clash {
  officer?: { name?: string }
  counter?: { name?: string }
  from?: string
  to?: string | null
}

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) throw error
  if (error.code === 'too_many_requests') {
    const minutes = Math.max(1, Math.ceil((error.retryAfter ?? 60) / 60))
    return refuse(null, () => t('state.wait', { m: minutes }))
  }
  const field = fieldOfCode[error.code as ErrorCode] ?? fieldInDetails(error.details)
  if (field && error.code === 'invalid_body') return refuse(field, () => t('form.bad_field'))
  return refuse(field, () => detailed(error) ?? errorText(error.code))
}

/** Filled-in fields of a form as text, blanks left out. */
export type Values = Record<string, string>

function valuesOf(form: HTMLFormElement): Values {
  const values: Values = {}
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value.trim()) values[name] = value
  return values
}

function firstBlank(form: HTMLFormElement): string | null {
  for (const element of form.elements) {
    const field = element as HTMLInputElement
    if (field.required && !field.value.trim()) return field.name
  }
  return null
}

/**
 * Sends a form. `send` gets the filled-in values and may throw a Refusal of its own or an ApiError; the form is emptied
 * only after success (unless `keep`), so a refusal, a lost server or an ended session costs no typing.
 */
export function useForm(send: (values: Values, form: HTMLFormElement) => Promise<unknown>, { keep = false } = {}) {
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  async function onSubmit(event: SubmitEvent) {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    if (busy) return
    const blank = firstBlank(form)
    if (blank) {
      setRefusal(refuse(blank, () => t('form.required')))
      form.querySelector<HTMLElement>(`[name="${blank}"]`)?.focus()
      return
    }
    setBusy(true)
    setRefusal(null)
    try {
      await send(valuesOf(form), form)
      if (!keep) form.reset()
    } catch (error) {
      noticeEnd(error)
      setRefusal(isRefusal(error) ? error : refusalOf(error))
    } finally {
      setBusy(false)
    }
  }
  return { busy, refusal, onSubmit }
}
const isRefusal = (error: unknown): error is Refusal =>
  typeof error === 'object' && error !== null && !(error instanceof Error) && 'text' in error

export interface FieldProps {
  label: ComponentChildren
  hint?: ComponentChildren
  name: string
  refusal?: Refusal | null
}

/** What a field of a kind of its own needs to stand in a `Frame`. */
export function useField({ name, hint, refusal }: FieldProps) {
  const id = useId()
  const bad = refusal?.field === name
  const described = [hint && `${id}-hint`, bad && `${id}-bad`].filter(Boolean).join(' ')
  return {
    id,
    bad,
    attributes: {
      id,
      name,
      class: bad ? 'input bad' : 'input',
      'aria-invalid': bad ? ('true' as const) : undefined,
      'aria-describedby': described || undefined,
    },
  }
}

export const Frame = (props: FieldProps & { id: string; bad: boolean; children: ComponentChildren }) => (
  <div class="field">
    <label for={props.id}>{props.label}</label>
    {props.children}
    {props.hint && (
      <p class="hint" id={`${props.id}-hint`}>
        {props.hint}
      </p>
    )}
    {props.bad && (
      <div id={`${props.id}-bad`}>
        <Message kind="bad" icon="alert">
          {props.refusal?.text}
        </Message>
      </div>
    )}
  </div>
)

interface TextProps extends FieldProps {
  type?: 'text' | 'password' | 'date' | 'tel' | 'email' | 'datetime-local'
  required?: boolean
  defaultValue?: string
  autocomplete?: string
  autocapitalize?: string
  inputMode?: 'numeric'
  spellcheck?: boolean
  autofocus?: boolean
  /** The last day that may be picked. */
  max?: string
  maxLength?: number
  readOnly?: boolean
  /** For a field whose text others follow; else it belongs to the DOM. */
  value?: string
  onInput?: (text: string) => void
}

export function TextField({ label, hint, refusal, name, onInput, ...input }: TextProps) {
  const { id, bad, attributes } = useField({ label, hint, name, refusal: refusal ?? null })
  const own: InputHTMLAttributes<HTMLInputElement> = {
    ...(input as InputHTMLAttributes<HTMLInputElement>),
    ...attributes,
    ...(onInput && { onInput: (event) => onInput(event.currentTarget.value) }),
  }
  const isDay = input.type === 'date' || input.type === 'datetime-local'
  return (
    <Frame {...{ label, hint, name, id, bad }} refusal={refusal ?? null}>
      {isDay ? <DayInput {...own} /> : <input {...own} />}
    </Frame>
  )
}

/** A refusal of the form as a whole, or of a field that this form does not show. */
export const FormRefusal = ({ refusal, fields }: { refusal: Refusal | null; fields: readonly string[] }) =>
  refusal && !(refusal.field && fields.includes(refusal.field)) ? (
    <Message kind="bad" icon="alert">
      {refusal.text}
    </Message>
  ) : null
