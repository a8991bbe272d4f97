/**
 * The only caller of fetch: one error shape, entity tags so that unchanged answers stay the same object, and the calls that
 * several pages make. What one kind of page asks for stands in dashboards/api/.
 */
import { signal } from '@preact/signals'
import type { Account, Role, Session } from '../server/contract/accounts.ts'
import type { Assignment } from '../server/contract/assignments.ts'
import type { AuditEntry, AuditHead } from '../server/contract/audit.ts'
import type { Counter } from '../server/contract/counters.ts'
import type { Decision, EpisodesReport, NewProposal, Proposal } from '../server/contract/episodes.ts'
import type { ErrorCode } from '../server/contract/errors.ts'
import type { Fleet } from '../server/contract/fleet.ts'
import type { Officer } from '../server/contract/officers.ts'
import type { Range } from '../server/contract/periods.ts'
import type { Quarantine, QuarantineDecision } from '../server/contract/quarantine.ts'
import type { IntegrityReport, RemarksReport } from '../server/contract/remarks.ts'
import type { OfficerReport } from '../server/contract/reports.ts'
import type { NewTerminalAnswer, Terminal } from '../server/contract/terminals.ts'
import type { Unit } from '../server/contract/units.ts'
import { type Answer, forgetEarly, takeEarly } from './early-answers.ts'

/** A refusal of the server, or `unreachable` when there was no answer of ours at all. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode | 'unreachable',
    readonly status: number,
    readonly details: unknown = undefined,
    /** Seconds the server asks to wait; null when it does not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(code)
  }
}

/** True when waiting helps: no answer, or a server that says it cannot answer now. */
export const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'unreachable' || error.status >= 502)

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export interface Options {
  /** A poll: does not count as activity of the reader, so an open page does not keep a session alive. */
  background?: boolean
  signal?: AbortSignal
}

const remembered = new Map<string, { tag: string | null; text: string; data: unknown }>()
const rememberedLimit = 80
const answerLimitMs = 30_000

// The server's clock decides what "today" is; below a minute the difference is only the header's own coarseness.
/** Milliseconds from the reader's clock to the server's. */
export const clockOffset = signal(0)
function learnClock(header: string | null): void {
  const told = header ? Date.parse(header) : Number.NaN
  if (Number.isNaN(told)) return
  const offset = told - Date.now()
  clockOffset.value = Math.abs(offset) < 60_000 ? 0 : offset
}
/** Milliseconds now by the server's clock. */
export const serverNow = (): number => Date.now() + clockOffset.peek()

/** Answers of one reader must not outlive the session they were given in. */
export function forgetAnswers(): void {
  forgetEarly()
  remembered.clear()
  joined.clear()
}

/** A network that died without a word would keep a question, and with it the page's clock, waiting for ever. */
function patience(method: Method, asker: AbortSignal | undefined) {
  const control = new AbortController()
  const stop = () => control.abort()
  if (asker?.aborted) stop()
  asker?.addEventListener('abort', stop)
  const late = () => control.abort(new DOMException('no answer', 'TimeoutError'))
  const timer = method === 'GET' ? setTimeout(late, answerLimitMs) : undefined
  return {
    signal: control.signal,
    over() {
      clearTimeout(timer)
      asker?.removeEventListener('abort', stop)
    },
  }
}

export async function call<T>(method: Method, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  const known = method === 'GET' ? remembered.get(path) : undefined
  if (known?.tag) headers['if-none-match'] = known.tag
  if (options.background) headers['x-background'] = '1'
  if (body !== undefined) headers['content-type'] = 'application/json'
  const wait = patience(method, options.signal)
  let answer: Answer
  try {
    const ask = async () => {
      const response = await fetch(`/api/v1${path}`, {
        method,
        headers,
        // Entity tags are handled here; the browser's own cache would only hide a 304.
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: wait.signal,
      })
      return { response, text: response.status === 304 ? '' : await response.text() }
    }
    const begun = method === 'GET' ? takeEarly(path, wait.signal) : null
    answer = await (begun?.catch(ask) ?? ask())
  } catch (cause) {
    // Not by the error's name: a body that is broken off says AbortError, also when it was our own patience that ended.
    if (options.signal?.aborted) throw cause
    throw new ApiError('unreachable', 0)
  } finally {
    wait.over()
  }
  const { response, text } = answer
  learnClock(response.headers.get('date'))
  if (response.status === 304 && known) return known.data as T
  if (response.ok && known?.text === text) return known.data as T
  const data = text === '' ? undefined : parse(text)
  if (!response.ok) throw refusal(response, data)
  if (method === 'GET') {
    if (remembered.size >= rememberedLimit) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(path, { tag: response.headers.get('etag'), text, data })
  }
  return data as T
}

// A log-in page of the network's owner answers 200 with HTML: that is not our server.
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('unreachable', 0)
  }
}

function refusal(response: Response, data: unknown): ApiError {
  const error = (data as { error?: { code?: ErrorCode; details?: unknown } } | undefined)?.error
  if (!error?.code) return new ApiError('unreachable', response.status)
  const wait = Number(response.headers.get('retry-after'))
  return new ApiError(error.code, response.status, error.details, wait > 0 ? wait : null)
}

export const at = (id: string) => encodeURIComponent(id)
export const bounds = (range: Range, more = '') => `?from=${range.from}&to=${range.to}${more}`

/** The nouns an administrator keeps, with what their lists hold. */
export interface Nouns {
  units: Unit
  counters: Counter
  officers: Officer
  assignments: Assignment
  terminals: Terminal
  accounts: Account
}
export type Noun = keyof Nouns
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

const joined = new Map<string, { pages: unknown[]; items: unknown[] }>()

const withMore = (path: string, more: string) => `${path}${path.includes('?') ? '&' : '?'}${more}`

/** The first pages of a list, or all; `last` is the one that was read last. Unchanged pages give the same list, not an equal one. */
export async function readPages<T, P extends Page<T>>(
  path: string,
  options?: Options,
  most = Number.POSITIVE_INFINITY,
) {
  const pages: P[] = []
  let cursor: string | null = null
  do {
    const page: P = await call('GET', cursor ? withMore(path, `cursor=${at(cursor)}`) : path, undefined, options)
    pages.push(page)
    cursor = page.next_cursor
  } while (cursor && pages.length < most)
  const before = joined.get(path)
  const same = before?.pages.length === pages.length && pages.every((page, index) => page === before.pages[index])
  const items = same ? (before.items as T[]) : pages.flatMap((page) => page.items)
  if (!same) joined.set(path, { pages, items })
  return { items, last: pages.at(-1) as P }
}
export const everyPage = async <T>(path: string, options?: Options): Promise<T[]> =>
  (await readPages<T, Page<T>>(withMore(path, 'limit=500'), options)).items

export const getSession = (options?: Options) => call<Session>('GET', '/session', undefined, options)
/** `code` when the server asked for one; `trust_device`: ask for none here for thirty days. */
export interface Credentials {
  username: string
  password: string
  code?: string
  trust_device?: boolean
}
export const logIn = (credentials: Credentials) => call<Session>('POST', '/session', credentials)
export const logOut = () => call<void>('DELETE', '/session')
export const setUp = (token: string, username: string, password: string) =>
  call<Session>('POST', '/setup', { token, username, password })

export const getEpisodes = (unitId: string, range: Range, options?: Options) =>
  call<EpisodesReport>('GET', `/reports/units/${at(unitId)}/episodes${bounds(range)}`, undefined, options)
/** Requests about episodes, of every unit in reach; newest first. */
export const listProposals = (options?: Options) => everyPage<Proposal>('/proposals', options)
export const createProposal = (proposal: NewProposal) => call<void>('POST', '/proposals', proposal)
export const decideProposal = (id: string, decision: Decision) => call<void>('PATCH', `/proposals/${at(id)}`, decision)
export const getRemarks = (unitId: string, range: Range, options?: Options) =>
  call<RemarksReport>('GET', `/reports/units/${at(unitId)}/remarks${bounds(range)}`, undefined, options)
export const getMyRemarks = (range: Range, options?: Options) =>
  call<RemarksReport>('GET', `/reports/me/remarks${bounds(range)}`, undefined, options)
export const getMyReport = (range: Range, options?: Options) =>
  call<OfficerReport>('GET', `/reports/me${bounds(range)}`, undefined, options)
export const listIntegrityReports = (options?: Options) => everyPage<IntegrityReport>('/integrity-reports', options)

/** Every item of a noun within the reader's scope or one unit of it, all pages. */
export const list = <N extends Noun>(noun: N, options?: Options, unitId: string | null = null) =>
  everyPage<Nouns[N]>(unitId ? `/${noun}?unit_id=${at(unitId)}` : `/${noun}`, options)
/** Creates one; resolves to the server's answer. */
export const create = <T = unknown>(noun: Noun, body: Record<string, unknown>) => call<T>('POST', `/${noun}`, body)
export const change = (noun: Noun, id: string, body: Record<string, unknown>) =>
  call<unknown>('PATCH', `/${noun}/${at(id)}`, body)

/** The tablets of a unit, or of every unit in the reader's scope. */
export const getFleet = (unitId: string | null, options?: Options) =>
  call<Fleet>('GET', unitId ? `/fleet?unit_id=${at(unitId)}` : '/fleet', undefined, options)

/** Pairs a new tablet: the answer holds the code, shown once, used once, good for 15 minutes. */
export const createTerminal = (counterId: string, name: string) =>
  create<NewTerminalAnswer>('terminals', { counter_id: counterId, ...(name ? { name } : {}) })
/** Another code for a tablet that is known already. */
export const newPairingCode = (terminalId: string) =>
  call<NewTerminalAnswer>('POST', `/terminals/${at(terminalId)}/pairing-code`)

/** A file with the name the server gives it. `onRows` hears how far it has come, where the server says how long it will be. */
export async function fetchFile(
  path: string,
  signal: AbortSignal,
  onRows: (done: number, total: number) => void = () => {},
): Promise<{ name: string; content: Blob }> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
      signal,
    })
    if (response.ok) {
      const content = await readFile(response, onRows)
      const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
      // Without a name it is not our server that answered.
      if (!name) throw new ApiError('unreachable', 0)
      return { name, content }
    }
  } catch (cause) {
    if (cause instanceof ApiError || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause
    throw new ApiError('unreachable', 0)
  }
  throw refusal(response, parse(await response.text()))
}

const LINE_BREAK = 10
async function readFile(response: Response, onRows: (done: number, total: number) => void): Promise<Blob> {
  const total = Number(response.headers.get('x-total-rows'))
  if (!total || !response.body) return response.blob()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let lines = 0
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    for (const byte of value) if (byte === LINE_BREAK) lines += 1
    // Headers and breaks within a cell are lines too.
    onRows(Math.min(lines, total), total)
  }
  return new Blob(parts, { type: response.headers.get('content-type') ?? '' })
}

/** One page of the log, newest first. */
export const getAudit = (query: string, options?: Options) =>
  call<Page<AuditEntry>>('GET', `/audit${query ? `?${query}` : ''}`, undefined, options)
export const getAuditHead = (options?: Options) => call<AuditHead>('GET', '/audit/head', undefined, options)

/** The PIN of the service corner of a unit's tablets; it cannot be read back. */
export const setServicePin = (unitId: string, pin: string) =>
  call<unknown>('POST', `/units/${at(unitId)}/service-pin`, { pin })

/** Ratings kept aside in the reader's scope, and a decision about them. */
export const getQuarantine = (options?: Options) => call<Quarantine>('GET', '/quarantine', undefined, options)
export const decideQuarantine = (body: QuarantineDecision) =>
  call<{ decided: number }>('POST', '/quarantine/decisions', body)

export const hasRole = (session: Session, ...wanted: Role[]): boolean =>
  session.roles.some((role) => wanted.includes(role))
