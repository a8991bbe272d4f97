/**
 * Holds back what lies far down the page, and with it the requests it would make, until the page has come to rest: its
 * own place comes near the screen, somebody prints, or a moment has passed.
 */
import { type ComponentChildren, h } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Long after the first view is painted, and soon enough that whoever scrolls or prints finds everything there. */
const REST_MS = 1200

/** `soon`: also shown once the page has come to rest; false where there may be hundreds of them. */
export function Near(props: { height: number; soon: boolean; tag?: 'div' | 'tbody'; children: ComponentChildren }) {
  const { height, soon, tag = 'div', children } = props
  const [near, setNear] = useState(false)
  const place = useRef<HTMLElement>(null)
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
  if (near) return h(tag, { ref: place }, children)
  // Rows alone give a part of a table its height.
  const room = { height: `${height}px` }
  return tag === 'div' ? h(tag, { ref: place, style: room }) : h(tag, { ref: place }, <tr style={room} />)
}
