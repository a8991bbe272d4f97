/** The server's stream of changes, open while a reader is logged in and the page is in front; it carries no figure. */
import { effect, signal } from '@preact/signals'
import { session, sessionEnded } from './session.ts'

/** After a refusal, which the browser does not repeat by itself: too many pages, or a server that was just restarted. */
const comeAgainMs = 30_000

export function followChanges({ news, open }: { news: () => void; open: (isOpen: boolean) => void }): void {
  if (typeof EventSource === 'undefined') return
  const visible = signal(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible'
  })
  const again = signal(0)

  // Browsers allow six connections to a server over http/1.1: a page that nobody sees must not hold one of them.
  effect(() => {
    void again.value
    if (!session.value || sessionEnded.value || !visible.value) return
    const stream = new EventSource('/api/v1/changes')
    let later: ReturnType<typeof setTimeout> | undefined
    stream.addEventListener('open', () => open(true))
    stream.addEventListener('change', news)
    // The next question is answered with 401, and the page dims.
    stream.addEventListener('ended', () => {
      stream.close()
      open(false)
    })
    stream.addEventListener('error', () => {
      open(false)
      if (stream.readyState !== EventSource.CLOSED) return
      later = setTimeout(() => {
        again.value += 1
      }, comeAgainMs)
    })
    return () => {
      clearTimeout(later)
      stream.close()
      open(false)
    }
  })
}
