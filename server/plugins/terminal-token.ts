/** Finds the tablet behind a bearer token. A revoked pairing is let through only where its ratings can be quarantined. */
import { fail } from '../errors.ts'
import type { Directory } from '../receive/directory.ts'
import type { App } from '../services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route also takes terminals whose pairing was ended. */
    takesRevokedTerminals?: boolean
  }
}

/** Decorates the app with `authenticateTerminal`; see services.ts for what it throws. */
export function registerTerminalToken(app: App, directory: Directory): void {
  app.decorate('authenticateTerminal', async (request) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token) fail('terminal_token_invalid')
    const terminal = await directory.terminalByToken(token)
    if (!terminal) fail('terminal_token_invalid')
    if (terminal.revoked_at && !request.routeOptions.config.takesRevokedTerminals) fail('terminal_revoked')
    return terminal
  })
}
