/** The server's stream of changes, open while a reader is logged in and the page is in front; it carries no figure. */
import { effect, signal } from '@preact/signals'
import { session, sessionEnded } from './session.ts'

/** After a refusal, which the browser does not repeat by itself: too many pages, or a server that was just restarted. */
const comeAgainMs = 30_000
/** The server says every 20 seconds that it is there. A line that died without a word, or a proxy that keeps things back, says nothing. */
const silentMs = 45_000

export function followChanges({ news, open }: { news: () => void; open: (isOpen: boolean) => void }): void {
  if (typeof EventSource === 'undefined') return
  const visible = signal(document.visibilityState === 'visible')
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible'
  })
  /** Counted up to begin another stream. */
  const turn = signal(1)

  // Browsers allow six connections to a server over http/1.1: a page that nobody sees must not hold one of them.
  effect(() => {
    if (!turn.value || !session.value || sessionEnded.value || !visible.value) return
    const stream = new EventSource('/api/v1/changes')
    let later: ReturnType<typeof setTimeout> | undefined
    const comeAgain = (wait: number) => {
      clearTimeout(later)
      later = setTimeout(() => {
        turn.value += 1
      }, wait)
    }
    comeAgain(silentMs)
    // Not when it opens: what has passed on the head alone may keep back all that follows.
    stream.addEventListener('here', () => {
      comeAgain(silentMs)
      open(true)
    })
    stream.addEventListener('change', news)
    // Either the next question is answered with 401 and the page dims, or the session has gone on under another id.
    stream.addEventListener('ended', () => {
      stream.close()
      open(false)
      comeAgain(comeAgainMs)
    })
    stream.addEventListener('error', () => {
      open(false)
      if (stream.readyState === EventSource.CLOSED) comeAgain(comeAgainMs)
    })
    return () => {
      clearTimeout(later)
      stream.close()
      open(false)
    }
  })
}
