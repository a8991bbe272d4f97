/**
 * Sends words that cost somebody an hour: while the server is gone or the session over they stay where they are, and go by
 * themselves once it is back, unless the first try had arrived after all.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, isGone } from '../../api.ts'
import { noticeEnd, session, sessionEnded } from '../../session.ts'

const waits = [3, 5, 10, 20, 30]
/** Why it waits; null = it does not. */
export type Waiting = 'gone' | 'ended' | null

export interface Sending {
  waiting: Waiting
  /**
   * Resolves once it is there, false when the reader stopped it. `arrived` is asked before every further try. Throws a
   * refusal that waiting does not heal.
   */
  send: (attempt: { post: () => Promise<unknown>; arrived: () => Promise<boolean> }) => Promise<boolean>
  stop: () => void
}

export function useSending(): Sending {
  const [waiting, setWaiting] = useState<Waiting>(null)
  const running = useRef<AbortController | null>(null)
  /** A try whose answer never came may have arrived: true also for what is sent anew after it was stopped. */
  const unsure = useRef(false)
  useEffect(() => () => running.current?.abort(), [])
  return {
    waiting,
    stop: () => running.current?.abort(),
    async send({ post, arrived }) {
      const abort = new AbortController()
      running.current = abort
      const reader = session.peek()?.account.account_id
      try {
        // Somebody else's log-in over the page is no leave to send it in their name.
        for (let vain = 0; !abort.signal.aborted && session.peek()?.account.account_id === reader; ) {
          try {
            if (!(unsure.current && (await arrived()))) await post()
            unsure.current = false
            return true
          } catch (error) {
            if (abort.signal.aborted) break
            if (noticeEnd(error)) {
              setWaiting('ended')
              await loggedIn(abort.signal)
            } else if (isGone(error)) {
              unsure.current = true
              setWaiting('gone')
              await rest(waits[Math.min(vain++, waits.length - 1)] ?? 30, abort.signal)
            } else {
              if (error instanceof ApiError) unsure.current = false
              throw error
            }
          }
        }
        return false
      } finally {
        setWaiting(null)
      }
    },
  }
}

/** So many seconds, or until it is stopped, the network is back or the reader looks at the page again. */
function rest(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, seconds * 1000)
    addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}

/** Logged in again, or stopped. */
function loggedIn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = sessionEnded.subscribe((ended) => {
      // A moment later, so that the page of another reader has taken the place of this one.
      if (!ended) setTimeout(end)
    })
    function end() {
      unsubscribe()
      resolve()
    }
    signal.addEventListener('abort', end)
  })
}
