/** Rows that scroll sideways: what is chosen stays in sight whatever the width, and the edge beyond which the row goes on fades. */
import { useEffect } from 'preact/hooks'

/** Follows in `data-more` beyond which edges a row goes on, as it, or what is in it, becomes wider or narrower; gives the end. */
function followEdges(row: HTMLElement, resized?: () => void): () => void {
  const edges = () => {
    const before = row.scrollLeft > 1
    const after = row.scrollLeft + row.clientWidth < row.scrollWidth - 1
    const more = [before && 'before', after && 'after'].filter(Boolean).join(' ')
    if ((row.dataset.more ?? '') !== more) row.dataset.more = more
  }
  // Told of the first width too, once all is laid out: asking for it here would lay out the page for each row anew.
  const width = new ResizeObserver(() => {
    resized?.()
    edges()
  })
  for (const part of [row, row.firstElementChild]) if (part) width.observe(part)
  row.addEventListener('scroll', edges, { passive: true })
  return () => {
    width.disconnect()
    row.removeEventListener('scroll', edges)
  }
}

/** For a row of which no part is chosen. */
export function useEdges(row: { readonly current: HTMLElement | null }): void {
  useEffect(() => (row.current ? followEdges(row.current) : undefined), [])
}

/** Room before what is chosen, so that its neighbour is seen to be there. */
const BEFORE = 72

/** Looks again when one of `changes` is another, and whenever the row becomes wider or narrower. */
export function useRowEdges(row: { readonly current: HTMLElement | null }, changes: readonly unknown[]): void {
  useEffect(() => {
    const nav = row.current
    if (!nav) return
    return followEdges(nav, () => {
      const here = nav.querySelector<HTMLElement>('[aria-current]')
      if (here) nav.scrollLeft = here.offsetLeft - BEFORE
    })
  }, changes)
}
