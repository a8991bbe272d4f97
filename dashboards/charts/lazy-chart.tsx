/** Keeps a picture's place at its final height and fetches the drawing code when the place comes near the screen. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isDark } from '../preferences.ts'
import type { Plot } from './plot.ts'

const drawing = signal<typeof import('./chart.tsx')['default'] | null>(null)
const fetching = signal(false)
const AGAIN_MS = 10_000

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

export function LazyChart({ plot, name, height }: { plot: Plot; name: string; height: number }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (drawing.peek() || !place.current) return
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void load()
      },
      { rootMargin: '400px' },
    )
    watcher.observe(place.current)
    return () => watcher.disconnect()
  }, [])
  const Drawing = drawing.value
  return (
    <div class="plot" style={{ height: `${height}px` }} ref={place}>
      {Drawing && <Drawing plot={plot} name={name} dark={isDark()} />}
    </div>
  )
}
