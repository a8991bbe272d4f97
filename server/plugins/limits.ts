/** Generous ceilings on requests, so that one runaway caller cannot starve the others. A tablet told 429 keeps what it has. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { App } from '../services.ts'

const MINUTE = 60_000
/**
 * Requests a minute of one address. A whole office shares one: 30 tablets and 30 desks that ask three things every 3 s stay
 * below 2,000.
 */
const PER_ADDRESS = 6000
/** Requests a minute of one tablet or account. A tablet back after weeks sends 12,000 ratings in them. */
const PER_CALLER = 1200
/** Callers remembered at once. Beyond it everybody begins anew: a flood of addresses must not fill the memory. */
const MAX_CALLERS = 20_000

/** Counts calls in windows of a minute, each beginning with the caller's first call in it, on the monotonic clock. */
export function createLimit(max: number, now: () => number = () => performance.now()) {
  const windows = new Map<string, { calls: number; ends: number }>()
  return {
    /** Counts one call. 0 = it may pass; else the seconds until the window ends. */
    exceededFor(caller: string): number {
      const at = now()
      let own = windows.get(caller)
      if (own === undefined || own.ends <= at) {
        if (own === undefined && windows.size >= MAX_CALLERS) windows.clear()
        own = { calls: 0, ends: at + MINUTE }
        windows.set(caller, own)
      }
      own.calls += 1
      return own.calls <= max ? 0 : Math.max(1, Math.ceil((own.ends - at) / 1000))
    },
  }
}

/**
 * Two limits: the address before anybody is known, then the tablet or account itself, so that two tablets behind one
 * address never count for each other. Loopback is never refused: it is a proxy for everybody, or the operator.
 * Throws `too_many_requests` with Retry-After.
 */
export function registerAddressLimit(app: App): void {
  const byAddress = createLimit(PER_ADDRESS)
  app.addHook('onRequest', (request, _reply, done) => {
    const { ip } = request
    done(refusal(byAddress.exceededFor(ip), ip))
  })
}

/** The second limit; registered after access, which tells who is calling. */
export function registerCallerLimit(app: App): void {
  const byCaller = createLimit(PER_CALLER)
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.terminal || request.staff) done(refusal(byCaller.exceededFor(callerOf(request)), request.ip))
    else done()
  })
}

function callerOf(request: FastifyRequest): string {
  return request.terminal ? `terminal:${request.terminal.terminal_id}` : `account:${request.staff?.scope.account_id}`
}

/** True for requests that come from this machine, as far as trusted proxies tell. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

function refusal(seconds: number, ip: string): ApiError | undefined {
  if (seconds === 0 || isLoopback(ip)) return undefined
  return new ApiError('too_many_requests', undefined, undefined, { retryAfter: seconds })
}
