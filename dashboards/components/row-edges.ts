/** Rows that scroll sideways: what is chosen stays in sight whatever the width, and the edge beyond which the row goes on fades. */
import { useEffect } from 'preact/hooks'

/** Room before what is chosen, so that its neighbour is seen to be there. */
const BEFORE = 72

/** Looks again when one of `changes` is another, and whenever the row becomes wider or narrower. */
export function useRowEdges(row: { readonly current: HTMLElement | null }, changes: readonly unknown[]): void {
  useEffect(() => {
    const nav = row.current
    if (!nav) return
    const edges = () => {
      const before = nav.scrollLeft > 1
      const after = nav.scrollLeft + nav.clientWidth < nav.scrollWidth - 1
      nav.dataset.more = [before && 'before', after && 'after'].filter(Boolean).join(' ')
    }
    const show = () => {
      const here = nav.querySelector<HTMLElement>('[aria-current]')
      if (here) nav.scrollLeft = here.offsetLeft - BEFORE
      edges()
    }
    show()
    const width = new ResizeObserver(show)
    width.observe(nav)
    nav.addEventListener('scroll', edges, { passive: true })
    return () => {
      width.disconnect()
      nav.removeEventListener('scroll', edges)
    }
  }, changes)
}
