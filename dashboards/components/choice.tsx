/** Choices that the address carries: each a labelled list beside the period, or words to search by. */
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.tsx'
import { navigate, route, withQuery } from '../router.ts'

interface ChoiceProps {
  /** The parameter of the address. */
  name: string
  label: string
  value: string
  /** The first one is what is meant when the address says nothing. */
  choices: readonly { value: string; label: string }[]
  /** Parameters that are chosen within this one, and go when it changes. */
  leaves?: readonly string[]
}

export function Choice({ name, label, value, choices, leaves = [] }: ChoiceProps) {
  const usual = choices[0]?.value
  const left = Object.fromEntries(leaves.map((one) => [one, null]))
  return (
    <label class={value === usual ? 'chip choice' : 'chip choice chosen'}>
      <small>{label}</small>
      <select
        value={value}
        data-tool={name}
        onChange={({ currentTarget }) =>
          navigate(withQuery({ ...left, [name]: currentTarget.value === usual ? null : currentTarget.value }))
        }
      >
        {choices.map((choice) => (
          <option value={choice.value} key={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Typed into the address, so that a reload and a link find the same; asked for when the hand rests. */
export function SearchBox({ label = t('list.search') }: { label?: string }) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => () => clearTimeout(timer.current), [])
  const text = route.value.query.get('q') ?? ''
  // The way back, and links that look at everything again; what is being typed stays as it is.
  useEffect(() => {
    if (box.current && box.current !== document.activeElement) box.current.value = text
  }, [text])
  const go = (typed: string) => navigate(withQuery({ q: typed.trim() || null }), { replace: true })
  return (
    <label class="chip choice">
      <small>{label}</small>
      <input
        type="search"
        ref={box}
        maxLength={100}
        defaultValue={text}
        autocomplete="off"
        spellcheck={false}
        data-tool="search"
        onInput={(event) => {
          const typed = event.currentTarget.value
          clearTimeout(timer.current)
          timer.current = setTimeout(() => go(typed), 300)
        }}
      />
    </label>
  )
}
