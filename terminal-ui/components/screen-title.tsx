/** The heading a screen reader lands on when the screen changes. */
import { useEffect, useRef } from 'preact/hooks'

/** `id` for what is labelled by it; `hidden` keeps it for screen readers alone. */
export function ScreenTitle({ text, id, hidden = false }: { text: string; id?: string; hidden?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <h1 ref={heading} id={id} tabIndex={-1} class={hidden ? 'sr' : ''}>
      {text}
    </h1>
  )
}
