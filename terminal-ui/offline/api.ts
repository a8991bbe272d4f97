/** The tablet's only caller of fetch. A redirect, a page instead of JSON, a cut body: all come back as "no answer of ours". */
import { type Reply, retryAfterSeconds } from './sync-policy.ts'

const TIMEOUT_MS = 30_000

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
    return {
      status: response.status,
      json: isJson ? await response.json() : undefined,
      retryAfter: retryAfterSeconds(response.headers.get('retry-after'), Date.now()),
      date: Number.isNaN(date) ? null : date,
      etag: response.headers.get('etag'),
    }
  } catch {
    return null
  }
}
