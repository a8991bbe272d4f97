/** Unit and counter; held for three seconds it opens the service corner. */
import { useEffect, useRef } from 'preact/hooks'
import { panel, shown } from '../state.ts'
import { visit } from '../visit.ts'

const HOLD_MS = 3000

/** By keyboard the service corner opens with F2 held as long. It stays shut while a visit is open. */
export function Place() {
  const timer = useRef(0)
  const stop = () => clearTimeout(timer.current)
  const start = () => {
    stop()
    timer.current = window.setTimeout(() => {
      if (!visit.value) panel.value = shown()?.service_pin ? 'pin' : 'service'
    }, HOLD_MS)
  }
  useEffect(() => {
    const down = (event: KeyboardEvent) => event.key === 'F2' && !event.repeat && start()
    const up = (event: KeyboardEvent) => event.key === 'F2' && stop()
    addEventListener('keydown', down)
    addEventListener('keyup', up)
    return () => {
      stop()
      removeEventListener('keydown', down)
      removeEventListener('keyup', up)
    }
  }, [])
  const config = shown()
  if (!config) return null
  const { name, service } = config.counter
  return (
    <div class="place" lang="vi" onPointerDown={start} onPointerUp={stop} onPointerCancel={stop} onPointerLeave={stop}>
      <b>{config.unit.name}</b>
      <span>{service ? `${name}: ${service}` : name}</span>
    </div>
  )
}
