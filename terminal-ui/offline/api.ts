/** The tablet's only caller of fetch. A redirect, a page instead of JSON, a cut body: all come back as "no answer of ours". */
import { signal } from '@preact/signals'
import { type Reply, retryAfterSeconds } from './sync-policy.ts'

const TIMEOUT_MS = 30_000

/**
 * How the last call fared, as far as a page can know: `offline` = the tablet has no network; `unreachable` = network, but
 * nobody answers at this address, or with a certificate the tablet does not trust (the browser does not tell which);
 * `timeout`; `foreign` = somebody else answered, such as a log-in page of the Wi-Fi; `refused` = 401 or 403; `busy` = 429
 * or 503; `fault` = the server answered with an error.
 */
export type Reach = 'unknown' | 'ok' | 'offline' | 'unreachable' | 'timeout' | 'foreign' | 'refused' | 'busy' | 'fault'
export const reach = signal<Reach>('unknown')

let failed: string | null = null

/** What went wrong last since the page began, as a class: a `Reach`, `http_<status>`, or `storage`; null = nothing. */
export const lastError = (): string | null => failed
export function noteError(what: string): void {
  failed = what
}

export interface ApiReply extends Reply {
  etag: string | null
}

interface Call {
  method: 'GET' | 'POST'
  path: string
  token?: string
  body?: unknown
  etag?: string | null
}

function reachOf({ status, json }: Reply): Reach {
  if (status === 401 || status === 403) return 'refused'
  if (status === 429 || status === 503) return 'busy'
  if (status >= 500) return 'fault'
  return status === 304 || json !== undefined ? 'ok' : 'foreign'
}

/** Calls the API; null when there was no answer at all. Never throws. */
export async function call({ method, path, token, body, etag }: Call): Promise<ApiReply | null> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (etag) headers['if-none-match'] = etag
  try {
    const response = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A captive portal answers with a redirect to itself.
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const date = Date.parse(response.headers.get('date') ?? '')
    const reply = {
      status: response.status,
      // "Not modified" keeps the type of what it does not send.
      json: isJson && response.status !== 304 ? await response.json() : undefined,
      retryAfter: retryAfterSeconds(response.headers.get('retry-after'), Date.now()),
      date: Number.isNaN(date) ? null : date,
      etag: response.headers.get('etag'),
    }
    reach.value = reachOf(reply)
    if (reach.value !== 'ok') failed = `http_${reply.status}`
    return reply
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError'
    failed = late ? 'timeout' : navigator.onLine ? 'unreachable' : 'offline'
    reach.value = failed as Reach
    return null
  }
}

/** The bytes of a file of our server, with `token` when it asks for one. Throws when there is no such answer. */
export async function download(url: string, token?: string): Promise<ArrayBuffer> {
  const response = await fetch(url, {
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    // What comes with a token is kept by its hash, not by the browser.
    cache: token ? 'no-store' : 'default',
    redirect: 'error',
    credentials: 'omit',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) throw new Error(`${response.status} for ${url}`)
  return response.arrayBuffer()
}
