/** Who is logged in, where each role starts, and what happens when the session ends while a page is open. */
import { computed, effect, signal } from '@preact/signals'
import type { Session } from '../server/contract/accounts.ts'
import { ApiError, type Credentials, forgetAnswers, getSession, logIn, logOut, setUp } from './api.ts'
import { homeOf } from './home.ts'
import { inUnit, ownUnits } from './own-unit.ts'
import { keepUnit, storedUnit } from './preferences.ts'
import { navigate, route } from './router.ts'
import { safeNext } from './safe-next.ts'

/** As the server told it. */
const told = signal<Session | null | undefined>(undefined)
const ownUnit = signal(storedUnit())

/** Undefined until the server said; null when nobody is logged in. Of several own units, that of the one the reader is in. */
export const session = computed(() => told.value && inUnit(told.value, ownUnit.value))

export function tell(next: Session | null): void {
  told.value = next
}

/** From here on every page is about this one of the reader's own units. */
function workIn(unitId: string): void {
  ownUnit.value = unitId
  keepUnit(unitId)
}

// Whoever opens the page of another unit of theirs is there, however they came.
effect(() => {
  const { path } = route.value
  const opened = told.value && ownUnits(told.value).find(({ unit_id }) => path === `/units/${unit_id}`)
  if (opened) workIn(opened.unit_id)
})
/** True when an open page was told 401: the log-in lies over it, and what was typed stays. */
export const sessionEnded = signal(false)

/** The page the reader starts at. */
export const home = computed(() => (session.value ? homeOf(session.value) : '/login'))

/** Asks the server who is reading. Throws when it cannot be reached. */
export async function findSession(): Promise<void> {
  try {
    tell(await getSession())
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    tell(null)
  }
}

function begin(next: Session): void {
  const before = session.value
  forgetAnswers()
  tell(next)
  sessionEnded.value = false
  const sameReader = before?.account.account_id === next.account.account_id
  // Over an open page the same reader goes on where they were; another one starts at their own first page.
  if (sameReader) return
  navigate((before ? null : safeNext(route.value.query.get('next'))) ?? home.value, { replace: true })
}

export async function enter(credentials: Credentials): Promise<void> {
  begin(await logIn(credentials))
}

/** After a change that the server answered with a new session id: who is reading, and what is still owed, is asked again. */
export async function refreshSession(): Promise<void> {
  forgetAnswers()
  tell(await getSession())
}

/** Creates the first administrator from the one-time link; the server logs them in. */
export async function establish(token: string, username: string, password: string): Promise<void> {
  begin(await setUp(token, username, password))
}

export async function leave(): Promise<void> {
  try {
    await logOut()
  } catch (error) {
    // Already ended is as good as ended now; anything else must be told, for the session would live on.
    if (!(error instanceof ApiError) || error.status !== 401) throw error
  }
  forgetAnswers()
  tell(null)
  sessionEnded.value = false
  navigate('/login', { replace: true })
}

/** Called with every failure of an open page: without a log-in, one comes over it. A refused code is no ended session. */
export function noticeEnd(error: unknown): boolean {
  const ended = error instanceof ApiError && error.code === 'login_required' && Boolean(session.value)
  if (ended) sessionEnded.value = true
  return ended
}
