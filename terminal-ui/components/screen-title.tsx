/** The heading a screen reader lands on when the screen changes. */
import { useEffect, useRef } from 'preact/hooks'
import { front } from '../visit.ts'

interface ScreenTitleProps {
  /** A line break in it begins a line of its own, with its words spread evenly. */
  text: string
  /** Id of what is read aloud after the heading. */
  describedBy?: string
  /** For screen readers alone. */
  hidden?: boolean
}

export function ScreenTitle({ text, describedBy, hidden = false }: ScreenTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Of screens that lie on one another a covered one is inert and takes no focus.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [front.value])
  return (
    <h1 ref={heading} aria-describedby={describedBy} tabIndex={-1} class={hidden ? 'sr' : ''}>
      {text.includes('\n')
        ? text.split('\n').map((line) => (
            <span key={line} class="line">
              {line}{' '}
            </span>
          ))
        : text}
    </h1>
  )
}
