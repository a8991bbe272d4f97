/** Who may pass: reads the declared access of the route, finds the tablet or the person, and refuses everybody else. */
import type { FastifyRequest } from 'fastify'
import { ApiError, fail } from '../errors.ts'
import type { Access, App, Services } from '../services.ts'
import { noSuchRoute } from './error-handling.ts'
import { asks } from './etag.ts'
import { loadSession, owedOf, staffFrom } from './sessions.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** May be called by whoever still owes a second factor: what it takes to set one up, and to leave. */
    beforeSecondFactor?: true
  }
}

/**
 * No log-in 401 `login_required`, wrong role 403 `forbidden`, a tablet on a staff route 403 `forbidden`, a person on a
 * tablet's route 401 `terminal_token_invalid`, a second factor overdue 403
 * `second_factor_required`. What a person may see of a noun is decided by the row, not here: 404.
 */
export function registerAccess(app: App, services: Services): void {
  app.decorateRequest('staff', null)
  app.decorateRequest('terminal', null)
  // Not an async function: a rating of a tablet that is known already passes without leaving the tick.
  app.addHook('onRequest', (request, _reply, done) => {
    // Before the body is even looked at: a path that does not exist has no opinion on JSON.
    if (request.is404) return done(noSuchRoute(app, request))
    const { access } = request.routeOptions.config
    if (access === 'public') return done()
    if (access === 'terminal') {
      request.terminal = app.terminalAtHand(request)
      if (request.terminal) return done()
    }
    identify(request, access).then(() => done(), done)
  })

  // A body may take half a minute to arrive: a pairing that was ended meanwhile must be noticed.
  app.addHook('preHandler', (request, _reply, done) => {
    if (!request.terminal || request.terminal === app.terminalAtHand(request)) return done()
    app.authenticateTerminal(request).then((terminal) => {
      request.terminal = terminal
      done()
    }, done)
  })

  async function identify(request: FastifyRequest, access: Access | undefined): Promise<void> {
    if (access === 'terminal') {
      request.terminal = await app.authenticateTerminal(request)
      return
    }
    if (typeof access !== 'object') fail('forbidden')
    if (access.terminals && request.headers.authorization !== undefined) {
      request.terminal = await app.authenticateTerminal(request)
      return
    }
    const session = await loadSession(request, services)
    if (!session) {
      if (await isTerminal(app, request)) fail('forbidden')
      fail('login_required')
    }
    if (!session.grants.some(({ role }) => access.roles.includes(role))) fail('forbidden')
    const { due_at } = owedOf(session)
    const isLate = due_at !== null && services.clock.now() >= due_at
    if (isLate && !request.routeOptions.config.beforeSecondFactor) fail('second_factor_required')
    request.session = session
    request.staff = staffFrom(session, !asks(request.method))
  }
}

/** Whether a request to a staff route bears the token of a tablet, which is known here but may do nothing here. */
async function isTerminal(app: App, request: FastifyRequest): Promise<boolean> {
  if (request.headers.authorization === undefined) return false
  try {
    await app.authenticateTerminal(request)
    return true
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}
