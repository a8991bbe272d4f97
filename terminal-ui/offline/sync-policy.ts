/** What an answer means for the queue, and when to try again: pure decisions. Nothing leaves the queue but by its own id. */
import type { RatingStatus } from '../../server/contract/ratings.ts'
import { isObject } from './shape.ts'

/** Ratings in a request; what of them fits into `BATCH_BYTES` whatever was written. */
export const BATCH = 10
const FIRST_DELAY_MS = 2000
const LONGEST_DELAY_MS = 60_000
const statuses: ReadonlySet<string> = new Set<RatingStatus>(['stored', 'duplicate', 'quarantined', 'rejected'])

/** An HTTP answer as far as it matters here; `json` is undefined when the body is no JSON of type `application/json`. */
export interface Reply {
  status: number
  json: unknown
  /** `Retry-After` in seconds; null = not given. */
  retryAfter: number | null
  /** The server's clock from the `Date` header, milliseconds since 1970; null = not given. */
  date: number | null
}

export interface Acknowledgement {
  id: string
  status: Exclude<RatingStatus, 'rejected'>
}
export interface Rejection {
  id: string
  code: string
}
/** One answer of the server, as it is written down. `at` is the server's clock in milliseconds since 1970; null = it gave none. */
export interface Settlement {
  epoch: string
  at: number | null
  /** How many backups the server had begun by then; null = it does not say. */
  backup_generation: number | null
  acked: Acknowledgement[]
  rejected: Rejection[]
  rejected_under: string
}

export type Verdict =
  | {
      kind: 'answered'
      epoch: string
      acked: Acknowledgement[]
      rejected: Rejection[]
      /** The server wants kept copies again: a sequence or an instant; null = it does not. */
      resend_after: number | string | null
      backup_generation: number | null
    }
  /** The token is not taken: keep everything, ask for re-pairing. */
  | { kind: 'unpaired' }
  /** The server asks for patience, in seconds. */
  | { kind: 'wait'; seconds: number | null }
  /** Something in the batch, or the batch as such, is not digested: halve it. `code` names it when it stands alone. */
  | { kind: 'halve'; code: string }
  /** No answer, or one that is not from our server (portal, proxy): keep everything, try later. */
  | { kind: 'failed' }

/** Reads one answer to `POST /ratings`. `reply` null = the network gave none. `ids` are those of the batch that was sent. */
export function judge(reply: Reply | null, ids: ReadonlySet<string>): Verdict {
  if (!reply) return { kind: 'failed' }
  const { status, json } = reply
  if (status === 200) return judgeResults(json, ids)
  if (status === 401 || status === 403) return { kind: 'unpaired' }
  if (status === 429 || status === 503) return { kind: 'wait', seconds: reply.retryAfter }
  if (status === 400 || status === 413 || status >= 500) return { kind: 'halve', code: `http_${status}` }
  return { kind: 'failed' }
}

/** Milliseconds since 1970 of an instant as text; NaN for anything else. */
export const instantOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN)

function judgeResults(json: unknown, ids: ReadonlySet<string>): Verdict {
  if (!isObject(json) || typeof json.epoch !== 'string' || !json.epoch || !Array.isArray(json.results)) {
    return { kind: 'failed' }
  }
  const acked: Acknowledgement[] = []
  const rejected: Rejection[] = []
  for (const result of json.results) {
    if (!isObject(result) || !statuses.has(String(result.status))) return { kind: 'failed' }
    // Only our own ids count: an answer to something else must not empty the queue.
    if (typeof result.id !== 'string' || !ids.has(result.id)) continue
    if (result.status === 'rejected') rejected.push({ id: result.id, code: String(result.code ?? 'rejected') })
    else acked.push({ id: result.id, status: result.status as Acknowledgement['status'] })
  }
  if (acked.length + rejected.length === 0) return { kind: 'failed' }
  const resend = json.resend_after
  return {
    kind: 'answered',
    epoch: json.epoch,
    acked,
    rejected,
    resend_after: Number.isInteger(resend) || !Number.isNaN(instantOf(resend)) ? (resend as number | string) : null,
    backup_generation: generationOf(json.backup_generation),
  }
}

/** A number of backups; null for anything else. */
export const generationOf = (value: unknown): number | null =>
  Number.isInteger(value) && (value as number) >= 0 ? (value as number) : null

/** Milliseconds to the next try after `failures` failures in a row; `chance` in [0, 1) spreads tablets that failed together. */
export const retryDelay = (failures: number, chance: number): number =>
  Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10)) * (0.5 + chance / 2)

/** Seconds of a `Retry-After` header (digits or an HTTP date against `now`), at most an hour; null when absent or unreadable. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null) return null
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(0, Math.ceil(seconds))) : null
}

/** After so many rounds without an answer, while the server answers other calls, the batch is suspected and halved. */
export const SUSPICIOUS_ROUNDS = 3

/**
 * What to do with a batch. A batch that never gets an answer while heartbeats do is either too large for the line or
 * holds a record that the server stumbles over: without halving it would stand before the rest for ever.
 */
export function sentAs(verdict: Verdict, silentRounds: number): Sent {
  if (verdict.kind === 'answered') return 'settled'
  if (verdict.kind === 'halve') return { halve: verdict.code }
  // Whoever says for how long to wait has understood the question.
  const mute = verdict.kind === 'failed' || (verdict.kind === 'wait' && verdict.seconds === null)
  return mute && silentRounds >= SUSPICIOUS_ROUNDS ? { halve: 'http_0' } : 'stop'
}

export type Sent = 'settled' | 'stop' | { halve: string }
/** A record that failed alone, with the code to show. */
export interface Alone<T> {
  item: T
  code: string
}
export interface Halved<T> {
  alone: Alone<T>[]
  settled: boolean
  stopped: boolean
}

/**
 * Sends `items`, halving what is not digested until the poison stands alone. `singles` is how many may fail alone
 * before anything succeeded: a server that fails for everybody would else take one request per record to say so.
 * The caller raises it with each failing round, so that several bad records in front cannot block the rest for ever.
 */
export async function sendHalving<T>(
  items: T[],
  send: (part: T[]) => Promise<Sent>,
  singles: number,
): Promise<Halved<T>> {
  const result: Halved<T> = { alone: [], settled: false, stopped: false }
  const todo = [items]
  for (let part = todo.pop(); part; part = todo.pop()) {
    const sent = await send(part)
    if (sent === 'stop') return { ...result, stopped: true }
    if (sent === 'settled') result.settled = true
    else if (part.length > 1) {
      const half = Math.ceil(part.length / 2)
      todo.push(part.slice(half), part.slice(0, half))
    } else {
      result.alone.push({ item: part[0] as T, code: sent.halve })
      if (!result.settled && result.alone.length >= singles) return { ...result, stopped: true }
    }
  }
  return result
}

/** Those that fail once more after others got through: a line that breaks takes innocents with it. */
export async function stillAlone<T>(alone: Alone<T>[], send: (part: T[]) => Promise<Sent>): Promise<Alone<T>[]> {
  const left: Alone<T>[] = []
  for (const { item } of alone) {
    const sent = await send([item])
    if (typeof sent === 'object') left.push({ item, code: sent.halve })
  }
  return left
}
