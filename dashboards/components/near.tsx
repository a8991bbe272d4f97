/**
 * Holds back what lies far down the page, and with it the requests it would make, until the page has come to rest: its
 * own place comes near the screen, somebody prints, or a moment has passed.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Long after the first view is painted, and soon enough that whoever scrolls or prints finds everything there. */
const REST_MS = 1200

/** `soon`: also shown once the page has come to rest; false where there may be hundreds of them. */
export function Near({ height, soon, children }: { height: number; soon: boolean; children: ComponentChildren }) {
  const [near, setNear] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (near || !place.current) return
    const show = () => setNear(true)
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && show(), {
      rootMargin: '600px',
    })
    watcher.observe(place.current)
    const rest = soon ? setTimeout(show, REST_MS) : undefined
    addEventListener('beforeprint', show)
    return () => {
      watcher.disconnect()
      clearTimeout(rest)
      removeEventListener('beforeprint', show)
    }
  }, [near, soon])
  return (
    <div ref={place} style={near ? undefined : { minHeight: `${height}px` }}>
      {near && children}
    </div>
  )
}
