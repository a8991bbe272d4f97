/** What lies below the first cards is drawn in a task of its own once those are painted: a slow telephone shows the answer sooner. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

/** Only for the end of a page: what stood below it would move. */
export function AfterPaint({ children }: { children: ComponentChildren }) {
  const [painted, setPainted] = useState(false)
  // Preact's own effects wait for the picture 35 ms at most, and then come before it.
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setPainted(true))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return painted ? children : null
}
