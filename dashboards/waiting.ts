/** How many cases wait for the reader: the number beside the name of their page, asked for once a page has come to rest. */
import { effect, signal } from '@preact/signals'
import type { Role } from '../server/contract/accounts.ts'
import { countMine } from './api/cases.ts'
import { ApiError, hasRole } from './api.ts'
import { route } from './router.ts'
import { session, sessionEnded } from './session.ts'

/** Roles that have something to answer. An officer finds their own cases on their own page. */
const caseRoles: readonly Role[] = ['commission', 'unit_leader', 'unit_clerk']

/** Whether cases wait for the reader; who answers none reads those they have sent. */
export const answersCases = (): boolean => {
  const now = session.value
  return now ? hasRole(now, ...caseRoles) : false
}

/** Null until it is known. */
export const waiting = signal<number | null>(null)

/** Long after the first view is painted. */
const REST_MS = 1500
const AGAIN_MS = 60_000

let timer: ReturnType<typeof setTimeout> | undefined

function askLater(wait: number): void {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    if (document.visibilityState === 'visible' && !sessionEnded.peek()) {
      try {
        waiting.value = await countMine()
      } catch (error) {
        // The page's own questions tell when the server is gone or the session over.
        if (!(error instanceof ApiError)) throw error
      }
    }
    askLater(AGAIN_MS)
  }, wait)
}

/** Anew on every page: what was answered there no longer waits. */
export function startWaiting(): void {
  effect(() => {
    const { path } = route.value
    clearTimeout(timer)
    if (path && answersCases()) askLater(REST_MS)
    else waiting.value = null
  })
}
