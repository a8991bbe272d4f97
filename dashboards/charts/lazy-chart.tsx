/** Keeps a picture's place at its final height, and draws it when the place comes near the screen or the page has come to rest. */
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { isDark } from '../preferences.ts'
import type { Plot } from './plot.ts'

const drawing = signal<typeof import('./chart.tsx')['default'] | null>(null)
const fetching = signal(false)
const AGAIN_MS = 10_000

// Safari has none.
const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => Number(setTimeout(work)))
const neverMind = globalThis.cancelIdleCallback ?? clearTimeout

// Canvas text is measured once: the letters must be there first.
async function load(): Promise<void> {
  if (fetching.peek() || drawing.peek()) return
  fetching.value = true
  try {
    const [loaded] = await Promise.all([import('./chart.tsx'), document.fonts.ready])
    drawing.value = loaded.default
  } catch {
    // The tables carry the same numbers meanwhile.
    setTimeout(load, AGAIN_MS)
  }
  fetching.value = false
}

/** After the page came to rest, and what is held back until then has come, pictures are drawn that nobody has scrolled to: a printer cannot. */
const REST_MS = 2000

export function LazyChart({ plot, name, height }: { plot: Plot; name: string; height: number }) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (near || !place.current) return
    const show = () => {
      setNear(true)
      void load()
    }
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && show(), {
      rootMargin: '400px',
    })
    watcher.observe(place.current)
    // One after another, each when there is nothing else to do: a tap never waits for all of them.
    let idle = 0
    const rest = setTimeout(() => {
      idle = whenIdle(show)
    }, REST_MS)
    return () => {
      watcher.disconnect()
      clearTimeout(rest)
      neverMind(idle)
    }
  }, [near])
  const Drawing = near && drawing.value
  return (
    <div class="plot" style={{ height: `${height}px` }} ref={place}>
      {Drawing && <Drawing plot={plot} name={name} dark={isDark()} />}
    </div>
  )
}
