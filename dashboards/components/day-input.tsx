/** A date field with the day it holds in words: browsers write days in their own language, and 11/12 is two days of the year. */
import type { InputHTMLAttributes } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { formatChosen } from '../format.ts'
import { language } from '../i18n/index.tsx'

export function DayInput(props: InputHTMLAttributes<HTMLInputElement>) {
  const input = useRef<HTMLInputElement>(null)
  // From the first picture on: nothing below it moves a moment later.
  const [held, setHeld] = useState(String(props.value ?? props.defaultValue ?? ''))
  const read = () => setHeld(input.current?.value ?? '')
  useEffect(read, [props.value, props.defaultValue])
  useEffect(() => {
    const form = input.current?.form
    // The fields are emptied only after whoever listens was told.
    const later = () => queueMicrotask(read)
    form?.addEventListener('reset', later)
    return () => form?.removeEventListener('reset', later)
  }, [])
  return (
    <>
      <input
        {...props}
        ref={input}
        onInput={(event) => {
          read()
          props.onInput?.(event)
        }}
      />
      <span class="day-held">{held && formatChosen(held, language.value)}</span>
    </>
  )
}
