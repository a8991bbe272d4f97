/** Gives every JSON answer to a GET an ETag, and answers 304 when the caller already has it: polling then costs no bytes. Pages keep the last answer in memory only, so no-store stands. */
import { createHash } from 'node:crypto'
import type { App } from '../services.ts'

/** The entity tag of an answer's words. */
export const tagOf = (payload: string): string =>
  `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`

export function registerEtags(app: App): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') {
      return done(null, payload)
    }
    if (!request.url.startsWith('/api/v1/')) return done(null, payload)
    const etag = (reply.getHeader('etag') as string | undefined) ?? tagOf(payload)
    reply.header('etag', etag)
    // Compressed it went out as a weak one; for "nothing is new" both are the same (RFC 9110, 13.1.2).
    if (request.headers['if-none-match']?.replace(/^W\//, '') !== etag) return done(null, payload)
    reply.code(304)
    done(null, '')
  })
}
