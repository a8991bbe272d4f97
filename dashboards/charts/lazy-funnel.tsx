/** Keeps a funnel's place and fetches its drawing code when the place comes near the screen. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Near } from '../components/near.tsx'
import type { FunnelProps } from './funnel.tsx'

const drawing = signal<typeof import('./funnel.tsx')['default'] | null>(null)

const AGAIN_MS = 10_000

async function load(): Promise<void> {
  try {
    drawing.value = (await import('./funnel.tsx')).default
  } catch {
    // The table carries the same numbers meanwhile.
    setTimeout(load, AGAIN_MS)
  }
}

export const LazyFunnel = (props: FunnelProps) => (
  <div class="funnel-place">
    <Near height={0} soon>
      <Drawn {...props} />
    </Near>
  </div>
)

function Drawn(props: FunnelProps) {
  useEffect(() => {
    if (!drawing.peek()) void load()
  }, [])
  const Funnel = drawing.value
  return Funnel && <Funnel {...props} />
}
