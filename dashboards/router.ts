/** A router in one page: the address is a signal, links are ordinary links, the query carries what a page shows. */
import { signal } from '@preact/signals'

export interface Route {
  path: string
  query: URLSearchParams
}

const read = (): Route => ({ path: location.pathname, query: new URLSearchParams(location.search) })

export const route = signal<Route>(read())

/** Goes to an address of this site. `replace` leaves no step in the history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  const before = route.value.path
  route.value = read()
  // A new page starts at its top; a change of the query alone stays where the reader is.
  if (before !== route.value.path) scrollTo(0, 0)
  reachHash()
}

const PATIENCE_MS = 10_000
let stopWaiting = () => {}

/** Goes to the place in the page that the address names, as soon as the page's data has brought it. */
function reachHash(): void {
  stopWaiting()
  const id = location.hash.slice(1)
  if (!id) return
  const look = () => {
    const place = document.getElementById(id)
    if (!place) return
    stopWaiting()
    place.scrollIntoView({ block: 'start' })
  }
  const watcher = new MutationObserver(look)
  const timer = setTimeout(() => stopWaiting(), PATIENCE_MS)
  stopWaiting = () => {
    watcher.disconnect()
    clearTimeout(timer)
  }
  watcher.observe(document.body, { childList: true, subtree: true })
  look()
}

/** The present query with some of it changed, `?` and all; null removes a parameter. */
export function queryWith(changes: Record<string, string | null>): string {
  const query = new URLSearchParams(route.value.query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return text && `?${text}`
}

/** The same with the present page before it. */
export const withQuery = (changes: Record<string, string | null>): string => route.value.path + queryWith(changes)

/** Places that are not pages of this bundle: the server's calls and the tablet. */
const foreign = /^\/(api|terminal|metrics|board)(\/|$)/

/** Takes over clicks on links within the site; everything else is left to the browser. */
export function startRouter(): void {
  reachHash()
  addEventListener('popstate', () => {
    route.value = read()
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element | null)?.closest?.('a[href]')
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return
    const to = new URL(link.href)
    if (to.origin !== location.origin || foreign.test(to.pathname)) return
    if (to.hash && to.pathname === location.pathname && to.search === location.search) return
    event.preventDefault()
    navigate(to.pathname + to.search + to.hash)
  })
}
