/** Finds the tablet behind a bearer token. A revoked pairing is let through only where its ratings can be quarantined. */
import type { FastifyRequest } from 'fastify'
import { fail } from '../errors.ts'
import type { Directory } from '../receive/directory.ts'
import type { App } from '../services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route also takes terminals whose pairing was ended. */
    takesRevokedTerminals?: boolean
  }
}

/** Decorates the app with `terminalAtHand` and `authenticateTerminal`; see services.ts for what they do and throw. */
export function registerTerminalToken(app: App, directory: Directory): void {
  app.decorate('terminalAtHand', (request) => {
    const token = bearerToken(request)
    const terminal = token === null ? null : directory.terminalAtHand(token)
    // Whoever has to be refused takes the long way.
    return terminal && (!terminal.revoked_at || request.routeOptions.config.takesRevokedTerminals) ? terminal : null
  })
  app.decorate('authenticateTerminal', async (request) => {
    const token = bearerToken(request)
    if (token === null) fail('terminal_token_invalid')
    const terminal = await directory.terminalByToken(token)
    if (!terminal) fail('terminal_token_invalid')
    if (terminal.revoked_at && !request.routeOptions.config.takesRevokedTerminals) fail('terminal_revoked')
    return terminal
  })
}

function bearerToken(request: FastifyRequest): string | null {
  const given = request.headers.authorization
  if (given?.startsWith('Bearer ') && !given.includes(' ', 7)) return given.slice(7) || null
  const [scheme, token] = (given ?? '').split(' ')
  return scheme?.toLowerCase() === 'bearer' && token ? token : null
}
