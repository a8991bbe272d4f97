/** Gives every JSON answer to a GET or HEAD an ETag, and answers 304 when the caller already has it: polling then costs no bytes. Pages keep the last answer in memory only, so no-store stands. */
import { createHash } from 'node:crypto'
import type { App } from '../services.ts'

/** The entity tag of an answer's words. */
export const tagOf = (payload: string): string =>
  `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`

/**
 * Whether the caller has what this strong tag names: `If-None-Match` is a list of tags, or `*` for any (RFC 9110, 13.1.2).
 * Compressed it went out as a weak one; for "nothing is new" both are the same.
 */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(etag) ?? false
}

export function registerEtags(app: App): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!asks(request.method) || reply.statusCode !== 200 || typeof payload !== 'string') return done(null, payload)
    if (!request.url.startsWith('/api/v1/')) return done(null, payload)
    const etag = (reply.getHeader('etag') as string | undefined) ?? tagOf(payload)
    reply.header('etag', etag)
    if (!isKnown(request.headers['if-none-match'], etag)) return done(null, payload)
    reply.code(304)
    // An empty text would say that the words have a length of 0. To a HEAD Fastify tells their length and sends none anyway.
    done(null, request.method === 'HEAD' ? payload : null)
  })
}

/** HEAD is a GET whose words stay here: everything said about them is the same. */
export const asks = (method: string): boolean => method === 'GET' || method === 'HEAD'
