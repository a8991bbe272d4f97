/**
 * The first script of a page, a thousand bytes: it asks who is reading, and what the page of an officer, of a unit or of the
 * province shows, while the code that will draw it is still on its way, and has that page's own files fetched at once.
 * early-answers.ts hands these answers on.
 */
import type { Session } from '../server/contract/accounts.ts'
import type { Answer, EarlyAnswers } from './early-answers.ts'
import { asksForReader, firstQuestions } from './early-path.ts'
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

/** The files the page at this address is made of beside those of every page: the build wrote them here. */
function fetchFiles(pathname: string): void {
  const files = lists?.getAttribute(`data-${pageAt(pathname)}`)?.split(' ') ?? []
  for (const href of files) {
    const link = Object.assign(document.createElement('link'), { rel: 'modulepreload', href, crossOrigin: '' })
    document.head.append(link)
  }
}

function askFirst(pathname: string, search: string, unit_id?: string | null): void {
  for (const path of firstQuestions(Date.now(), { pathname, search, unit_id })) ask(path, { 'x-background': '1' })
}

const { pathname, search } = location
const session = ask('/session', {})
if (pathname !== '/') fetchFiles(pathname)
if (!asksForReader(pathname)) askFirst(pathname, search)
else {
  session
    .then(({ response, text }) => {
      if (!response.ok) return
      const reader = JSON.parse(text) as Session
      // Behind `/` is another page for each reader; whoever has one of their own is led on to it, with what the address asks.
      const page = pathname === '/' ? homeOf(reader) : pathname
      if (pathname === '/') fetchFiles(page)
      askFirst(page, search, reader.account.unit?.unit_id)
    })
    .catch(() => undefined)
}
