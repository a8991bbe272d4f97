/** Lets a staff call change something only when it comes from a page of this server: a cookie travels by itself, an Origin does not lie. */
import type { FastifyRequest } from 'fastify'
import { fail } from '../errors.ts'
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
  app.addHook('onRequest', async (request) => {
    const { access, setsSession } = request.routeOptions.config
    if (readOnly.has(request.method) || !(typeof access === 'object' || setsSession)) return
    const { origin } = request.headers
    if (origin === undefined || (origin !== config.publicUrl && origin !== ownOrigin(request))) fail('origin_refused')
  })
}

function ownOrigin(request: FastifyRequest): string | null {
  // URL drops a default port, as browsers do in Origin.
  const text = `${request.protocol}://${request.host}`
  return URL.canParse(text) ? new URL(text).origin : null
}
