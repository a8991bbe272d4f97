/**
 * Pages that move by themselves while they are visible: the server says when there is something new, and each page's data
 * is asked for again; where its stream does not come through, every three seconds. One clock serves all of a page's data;
 * an unchanged answer is the same object and draws nothing again; when the server is gone the last data stays and the
 * clock slows down until it is back.
 */
import { computed, type ReadonlySignal, signal, useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { ApiError, isGone, type Options, serverNow } from './api.ts'
import { followChanges } from './changes.ts'
import { refreshToday } from './clock.ts'
import { noticeEnd, session, sessionEnded } from './session.ts'

const everyMs = 3000
/** With the stream open: days turn over, tablets fall silent and words of time pass without anybody doing anything. */
const quietMs = 60_000
const waits = [3, 5, 10, 20, 30]

interface Poller {
  follow: Follow
  poll(background: boolean): Promise<unknown>
}
/** Asked again: always, only until it was answered, or only while nothing else on the page is. */
type Follow = boolean | 'alone'
const pollers = new Set<Poller>()

/** When the next try is due (ms of `performance.now()`) while the server is gone, else null; and when data last arrived (ms). */
export const retryAt = signal<number | null>(null)
export const lastAnswerAt = signal<number | null>(null)

let timer: ReturnType<typeof setTimeout> | undefined
let failures = 0
let running = false
/** Something is new that the questions under way may not have seen. */
let isNews = false

// Waits are counted by a clock that nobody sets: a reader who puts a wrong one right must not wait out the difference.
const ticks = () => performance.now()
let following = false
let startedAt = Number.NEGATIVE_INFINITY

/**
 * Whether the reader touched the page just now. What a page asks by itself, also for the first time because other figures
 * have come, must not keep a session alive.
 */
const byHand = () => ticks() - touchedAt < 5000
let touchedAt = Number.NEGATIVE_INFINITY
const touched = () => {
  touchedAt = ticks()
}

const mayPoll = () => document.visibilityState === 'visible' && !sessionEnded.value && pollers.size > 0

function schedule(): void {
  clearTimeout(timer)
  if (failures > 0) {
    const wait = (waits[Math.min(failures, waits.length) - 1] ?? 30) * 1000
    retryAt.value = ticks() + wait
    timer = setTimeout(tick, wait)
  } else {
    retryAt.value = null
    const soonMs = Math.max(startedAt + everyMs - ticks(), 300)
    if (mayPoll()) timer = setTimeout(tick, isNews ? soonMs : following ? quietMs : everyMs)
  }
}

/** What another try may find over: a server that is gone, one that failed at this answer, or was asked too often. */
const mayPass = (error: unknown): boolean =>
  isGone(error) || (error instanceof ApiError && (error.status === 429 || error.status === 500))

/** Many cards of a new page may fail at once while the server is gone: together they are one vain try, told by `first`. */
function settle(errors: unknown[], first = false): void {
  if (errors.some(mayPass)) {
    if (first && failures > 0) return
    failures++
  } else {
    failures = 0
    lastAnswerAt.value = serverNow()
    refreshToday()
  }
  schedule()
}

async function tick(): Promise<void> {
  if (running || !mayPoll()) return
  running = true
  isNews = false
  startedAt = ticks()
  try {
    settle(await Promise.all([...pollers].map((poller) => poller.poll(true))))
  } catch (error) {
    // A fault of one card must not stop the clock of all.
    schedule()
    throw error
  } finally {
    running = false
  }
}

/** Something is new: at once, but under a steady stream of news no more often than a page without it asks. */
function lookAgain(): void {
  // Remembered apart from the clock, which every answer on its way now will set anew.
  isNews = true
  if (failures > 0) retryNow()
  else if (!running && startedAt + everyMs <= ticks()) void tick()
  else if (!running) schedule()
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
  for (const deed of ['pointerdown', 'keydown', 'popstate']) addEventListener(deed, touched, { capture: true })
  sessionEnded.subscribe((ended) => {
    if (!ended && session.peek()) retryNow()
  })
  followChanges({
    news: lookAgain,
    open(isOpen) {
      const followed = following
      following = isOpen
      // What happened while nobody told of it; and when the stream is lost, the clock ticks faster again. While it stays
      // lost, each vain try of the browser's would only make the next try of ours later.
      if (isOpen !== followed) lookAgain()
    },
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
 * false` the data is fetched once per key and not polled; with `'alone'` it is there already and only polled, while
 * nothing else is.
 */
export function useLive<T>(
  key: string,
  ask: (options: Options) => Promise<T>,
  { follow = true }: { follow?: Follow } = {},
): Live<T> {
  const state = useSignal<{ key: string; data: T } | null>(null)
  const refused = useSignal<ApiError | null>(null)
  const wanted = useSignal(key)
  // Already in the drawing that has the new key: words of the new question must not stand beside the old figures.
  if (wanted.peek() !== key) wanted.value = key
  const latest = useRef({ key, ask })
  latest.current = { key, ask }
  const poller = useRef<Poller | null>(null)
  const made = useRef<Live<T> | null>(null)

  // Before the drawing is painted: an answer that is here already is drawn into the same picture.
  useLayoutEffect(() => {
    const abort = new AbortController()
    let failed = false
    let asking: Promise<unknown> | undefined
    const ask = async (background: boolean) => {
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
        // Figures that are here already stay, and with them what is being written beside them.
        const stays = isGone(error) || (mayPass(error) && state.peek()?.key === key)
        if (!noticeEnd(error) && !stays && error instanceof ApiError) refused.value = error
        if (!(error instanceof ApiError)) throw error
        return error
      }
    }
    const self: Poller = {
      follow,
      async poll(background) {
        // Whoever asks again while an answer is on its way waits for it: then there is a tag to ask with, and nothing is made twice.
        if (background) await asking
        if (abort.signal.aborted) return null
        // What is fetched once is asked for again only until it has been answered.
        if (background && !follow && state.peek()?.key === key && !failed) return null
        if (follow === 'alone' && !failed && [...pollers].some((other) => other.follow === true)) return null
        asking = ask(background)
        return asking
      },
    }
    poller.current = self
    pollers.add(self)
    if (follow === 'alone') schedule()
    else {
      void self.poll(!byHand()).then((error) => {
        if (!abort.signal.aborted) settle([error], true)
      })
    }
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

/** What belongs to the figures on the screen, such as the name of their period: the old one for as long as they are the old ones. */
export function useHeld<T>(value: T, { stale }: Pick<Live<unknown>, 'stale'>): T {
  const held = useRef(value)
  if (!stale.value) held.current = value
  return held.current
}
