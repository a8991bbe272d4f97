/**
 * The first script of a page, a thousand bytes: it asks who is reading, and what the page of an officer, of a unit or of the
 * province shows, while the code that will draw it is still on its way, and has that page's own files fetched at once.
 * early-answers.ts hands these answers on.
 */
import type { Session } from '../server/contract/accounts.ts'
import type { EarlyAnswers } from './early-answers.ts'
import { type First, firstQuestion } from './early-path.ts'

const early: EarlyAnswers = new Map()
;(globalThis as { early?: EarlyAnswers }).early = early

function ask(path: string, headers: Record<string, string>): Promise<Response> {
  const control = new AbortController()
  const response = fetch(`/api/v1${path}`, {
    headers: { accept: 'application/json', ...headers },
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: control.signal,
  })
  // Whoever takes it up is told; until then nobody need be.
  response.catch(() => undefined)
  early.set(path, { response, control, asked: performance.now() })
  return response
}

function begin(first: First | null): void {
  if (!first) return
  ask(first.path, { 'x-background': '1' })
  // Written into the page by its build: the files this page is made of beside those of every page.
  const files = document.querySelector<HTMLElement>('[data-me]')?.dataset[first.page]?.split(' ') ?? []
  for (const href of files) {
    const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href, crossOrigin: '' })
    document.head.append(link)
  }
}

const session = ask('/session', {})
begin(firstQuestion(Date.now(), location))
if (location.pathname === '/') {
  session
    .then(async (answer) => {
      if (answer.ok) begin(firstQuestion(Date.now(), location, (await answer.clone().json()) as Session))
    })
    .catch(() => undefined)
}
