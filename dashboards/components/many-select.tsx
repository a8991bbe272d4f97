/** A choice out of few by a list, out of many by typing part of the name: nobody finds one of 3,300 units in a list. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { normalise } from '../../server/contract/text.ts'
import { t } from '../i18n/index.tsx'

export interface Choice {
  value: string
  label: string
}

/** From here on a list is typed into. */
const MANY = 100

export interface ManySelectProps {
  choices: readonly Choice[]
  /** The words for no choice. */
  blank?: string | undefined
  /** For a choice that others follow; else it belongs to the DOM, from `defaultValue` on. */
  value?: string
  defaultValue?: string
  /** '' = none. */
  onPick?: (value: string) => void
  id?: string
  name?: string
  class?: string
  required?: boolean
  'aria-invalid'?: 'true' | undefined
  'aria-describedby'?: string | undefined
  'data-tool'?: string
}

export function ManySelect(props: ManySelectProps) {
  const { choices, blank, onPick, ...select } = props
  if (choices.length > MANY) return <TypedSelect {...props} />
  return (
    <select {...select} {...(onPick && { onInput: (event) => onPick(event.currentTarget.value) })}>
      {blank !== undefined && <option value="">{blank}</option>}
      {choices.map(({ value, label }) => (
        <option value={value} key={value}>
          {label}
        </option>
      ))}
    </select>
  )
}

/** Two of one name are told apart by their number. */
function labelled(choices: readonly Choice[]): Choice[] {
  const seen = new Map<string, number>()
  for (const { label } of choices) seen.set(label, (seen.get(label) ?? 0) + 1)
  return choices.map(({ value, label }) => ({
    value,
    label: (seen.get(label) ?? 0) > 1 ? `${label} #${value}` : label,
  }))
}

const fold = (text: string) => normalise(text).toLowerCase().trim()

function TypedSelect({ choices, blank, onPick, name, value, defaultValue, required, ...field }: ManySelectProps) {
  const list = useId()
  const offered = labelled(choices)
  const textOf = (wanted: string | undefined) => offered.find((one) => one.value === wanted)?.label ?? ''
  const [chosen, setChosen] = useState(value ?? defaultValue ?? '')
  const input = useRef<HTMLInputElement>(null)
  const pick = (next: string) => {
    setChosen(next)
    if (next !== chosen) onPick?.(next)
  }
  useEffect(() => {
    // An emptied form empties what stands behind the text as well.
    const form = input.current?.form
    const clear = () => setChosen(defaultValue ?? '')
    form?.addEventListener('reset', clear)
    return () => form?.removeEventListener('reset', clear)
  }, [])
  useEffect(() => {
    if (value === undefined || !input.current) return
    setChosen(value)
    input.current.value = textOf(value)
  }, [value, choices.length])
  return (
    <>
      <input
        {...field}
        ref={input}
        list={list}
        autocomplete="off"
        placeholder={blank ?? t('form.type_to_find')}
        defaultValue={textOf(chosen)}
        onInput={(event) => {
          const text = fold(event.currentTarget.value)
          const found = offered.find(({ label }) => fold(label) === text)
          if (found || text === '') pick(found?.value ?? '')
          // Half a name is no choice yet: with a form it must not send the one before.
          else if (name) setChosen('')
        }}
        onBlur={(event) => {
          // Half a name that means one alone is that one; else what is chosen stands there again.
          const text = fold(event.currentTarget.value)
          const [one, another] = offered.filter(({ label }) => fold(label).includes(text))
          if (text !== '' && one && !another) pick(one.value)
          event.currentTarget.value = text !== '' && one && !another ? one.label : textOf(chosen)
        }}
      />
      {name && <input type="hidden" name={name} value={chosen} required={required ?? false} />}
      <datalist id={list}>
        {offered.map((one) => (
          <option value={one.label} key={one.value} />
        ))}
      </datalist>
    </>
  )
}
