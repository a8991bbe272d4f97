/** Lets a staff call change something only when it comes from a page of this server: a cookie travels by itself, an Origin does not lie. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { App, Services } from '../services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A public route that gives or takes a session, so its Origin is checked like that of a staff call. */
    setsSession?: boolean
  }
}

const readOnly = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses with `origin_refused`; must run after access, so that nobody learns of it without a log-in. */
export function registerOriginCheck(app: App, { config }: Services): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { access, setsSession } = request.routeOptions.config
    if (readOnly.has(request.method) || !(typeof access === 'object' || setsSession)) return done()
    // Every browser sends it with a POST, so who logs in without one is a program, with no cookie of anybody's to abuse.
    if (request.headers.origin === undefined && setsSession) return done()
    const origin = originOf(request.headers.origin)
    const own = origin !== null && (origin === config.publicUrl || origin === ownOrigin(request))
    done(own ? undefined : new ApiError('origin_refused'))
  })
}

/** The request's own origin, as far as this server can tell: behind a proxy it does not trust, PUBLIC_URL has to say. */
function ownOrigin(request: FastifyRequest): string | null {
  return originOf(`${request.protocol}://${request.host}`)
}

/** Scheme, host and port in one spelling, default ports left out; null for none, `null` and nonsense. */
function originOf(text: string | undefined): string | null {
  if (text === undefined || !URL.canParse(text)) return null
  const { origin } = new URL(text)
  return origin === 'null' ? null : origin
}
