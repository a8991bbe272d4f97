/**
 * Pages that move by themselves: each page's data is asked for again every three seconds while it is visible. One clock
 * serves all of a page's data; an unchanged answer is the same object and draws nothing again; when the server is gone
 * the last data stays and the clock slows down until it is back.
 */
import { computed, type ReadonlySignal, signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, isGone, type Options } from './api.ts'
import { refreshToday } from './clock.ts'
import { noticeEnd, session, sessionEnded } from './session.ts'

const everyMs = 3000
const waits = [3, 5, 10, 20, 30]

interface Poller {
  poll(background: boolean): Promise<unknown>
}
const pollers = new Set<Poller>()

/** When the next try is due (ms) while the server is gone, else null; and when data last arrived (ms). */
export const retryAt = signal<number | null>(null)
export const lastAnswerAt = signal<number | null>(null)

let timer: ReturnType<typeof setTimeout> | undefined
let failures = 0
let running = false

const mayPoll = () => document.visibilityState === 'visible' && !sessionEnded.value && pollers.size > 0

function schedule(): void {
  clearTimeout(timer)
  if (failures > 0) {
    const wait = (waits[Math.min(failures, waits.length) - 1] ?? 30) * 1000
    retryAt.value = Date.now() + wait
    timer = setTimeout(tick, wait)
  } else {
    retryAt.value = null
    if (mayPoll()) timer = setTimeout(tick, everyMs)
  }
}

function settle(errors: unknown[]): void {
  if (errors.some(isGone)) failures++
  else {
    failures = 0
    lastAnswerAt.value = Date.now()
    refreshToday()
  }
  schedule()
}

async function tick(): Promise<void> {
  if (running || !mayPoll()) return
  running = true
  try {
    settle(await Promise.all([...pollers].map((poller) => poller.poll(true))))
  } finally {
    running = false
  }
}

/** Tries again now: the reader asked, the page came to the front, or a new session began. */
export const retryNow = (): void => {
  clearTimeout(timer)
  void tick()
}

export function startLive(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') retryNow()
    else if (failures === 0) clearTimeout(timer)
  })
  addEventListener('online', retryNow)
  sessionEnded.subscribe((ended) => {
    if (!ended && session.peek()) retryNow()
  })
}

export interface Live<T> {
  /** Null until the first answer; after that the newest one, also while the server is gone. */
  data: ReadonlySignal<T | null>
  /** A refusal that waiting does not heal (403, 404, 400), else null. */
  refused: ReadonlySignal<ApiError | null>
  /** True while what is shown belongs to another key (another period) than the one asked for. */
  stale: ReadonlySignal<boolean>
  /** Asks again now, after a change the reader made. */
  reload: () => Promise<void>
}

/**
 * Data kept fresh while the component lives. `key` names what is asked for: when it changes, the old data stays (marked
 * stale) until the new one is there. `ask` must return the identical object for an unchanged answer. With `follow:
 * false` the data is fetched once per key and not polled.
 */
export function useLive<T>(key: string, ask: (options: Options) => Promise<T>, { follow = true } = {}): Live<T> {
  const state = useSignal<{ key: string; data: T } | null>(null)
  const refused = useSignal<ApiError | null>(null)
  const wanted = useSignal(key)
  const latest = useRef({ key, ask })
  latest.current = { key, ask }
  const poller = useRef<Poller | null>(null)
  const made = useRef<Live<T> | null>(null)

  useEffect(() => {
    const abort = new AbortController()
    let failed = false
    wanted.value = key
    const self: Poller = {
      async poll(background) {
        // What is fetched once is asked for again only until it has been answered.
        if (background && !follow && state.peek()?.key === key && !failed) return null
        try {
          const data = await latest.current.ask({ background, signal: abort.signal })
          if (abort.signal.aborted) return null
          failed = false
          refused.value = null
          const before = state.peek()
          if (before?.key !== key || before.data !== data) state.value = { key, data }
          return null
        } catch (error) {
          if (abort.signal.aborted) return null
          failed = true
          if (!noticeEnd(error) && !isGone(error) && error instanceof ApiError) refused.value = error
          if (!(error instanceof ApiError)) throw error
          return error
        }
      },
    }
    poller.current = self
    pollers.add(self)
    void self.poll(false).then((error) => {
      if (!abort.signal.aborted) settle([error])
    })
    return () => {
      abort.abort()
      pollers.delete(self)
    }
  }, [key])

  made.current ??= {
    data: computed(() => state.value?.data ?? null),
    refused,
    stale: computed(() => state.value !== null && state.value.key !== wanted.value),
    reload: async () => {
      await poller.current?.poll(false)
    },
  }
  return made.current
}
