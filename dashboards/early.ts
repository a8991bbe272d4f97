/**
 * The first script of a page, a thousand bytes: it asks who is reading, and what the page of an officer, of a unit or of the
 * province shows, while the code that will draw it is still on its way, and has that page's own files fetched at once.
 * early-answers.ts hands these answers on.
 */
import type { Session } from '../server/contract/accounts.ts'
import type { Answer, EarlyAnswers } from './early-answers.ts'
import { firstQuestion } from './early-path.ts'
import { homeOf, pageAt } from './home.ts'

/** Its element carries them; later nobody could tell which it was. */
const lists = document.currentScript
const early: EarlyAnswers = new Map()
;(globalThis as { early?: EarlyAnswers }).early = early

function ask(path: string, headers: Record<string, string>): Promise<Answer> {
  const control = new AbortController()
  const answer = fetch(`/api/v1${path}`, {
    headers: { accept: 'application/json', ...headers },
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: control.signal,
  }).then(async (response) => ({ response, text: await response.text() }))
  // Whoever takes it up is told; until then nobody need be.
  answer.catch(() => undefined)
  early.set(path, { answer, control, asked: performance.now() })
  return answer
}

/** What the page at this address shows, and the files it is made of beside those of every page: the build wrote them here. */
function begin(pathname: string, search: string): void {
  const question = firstQuestion(Date.now(), { pathname, search })
  if (question) ask(question, { 'x-background': '1' })
  const files = lists?.getAttribute(`data-${pageAt(pathname)}`)?.split(' ') ?? []
  for (const href of files) {
    const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href, crossOrigin: '' })
    document.head.append(link)
  }
}

const { pathname, search } = location
const session = ask('/session', {})
if (pathname !== '/') begin(pathname, search)
else {
  // Another page for each reader; whoever has one of their own is led on to it, without what the address asks for.
  session
    .then(({ response, text }) => {
      if (!response.ok) return
      const home = homeOf(JSON.parse(text) as Session)
      begin(home, home === '/' ? search : '')
    })
    .catch(() => undefined)
}
