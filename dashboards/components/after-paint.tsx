/** What lies below the first cards is drawn in a task of its own once those are painted: a slow telephone shows the answer sooner. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Only for the end of a page: what stood below it would move. */
export function AfterPaint({ children }: { children: ComponentChildren }) {
  const [painted, setPainted] = useState(false)
  // Effects run after the drawing they belong to was painted.
  useEffect(() => setPainted(true), [])
  return painted ? children : null
}
