/** Which addresses a listening server can be reached at, and whether its port is free before anything is started. */
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../config.ts'
import { OperatorError } from './operator-error.ts'

/**
 * Fails early and clearly when the port is taken: before a database is started and migrated for nothing.
 * Throws OperatorError.
 */
export async function checkPort({ host, port }: Config): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host, port }, () => probe.close(() => resolve()))
    })
  } catch (error) {
    throw explainListenError(error, host, port)
  }
}

/** A listening error as the operator should read it; any other error comes back as it is. */
export function explainListenError(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new OperatorError(`Port ${port} on ${host} is already in use: stop what uses it, or set PORT to another.`)
    case 'EACCES':
      return new OperatorError(`Port ${port} may not be opened by this user: set PORT to 1024 or more.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OperatorError(`HOST ${host} is no address of this machine.`)
    default:
      return error
  }
}

/** Where people reach the server: PUBLIC_URL when set, else the addresses it listens on. No trailing slashes. */
export function listAddresses(config: Config, port: number): string[] {
  if (config.publicUrl !== null) return [config.publicUrl]
  const scheme = config.tls === null ? 'http' : 'https'
  return listHosts(config.host).map((host) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`)
}

function listHosts(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
  return ['localhost', ...own.map((address) => address.address)]
}

/** Page of a one-time set-up link. The token stands behind the #, so it reaches no server's or proxy's log. */
export const setupAddress = (address: string, token: string): string => `${address}/setup#${token}`
