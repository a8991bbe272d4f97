/** Generous ceilings on requests, so that one runaway caller cannot starve the others. A tablet told 429 keeps what it has. */
import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { App } from '../services.ts'

const MINUTE = 60_000
/**
 * Requests a minute of one address. A whole office shares one: 30 tablets and 30 desks polling every 5 s are 2,000.
 */
const PER_ADDRESS = 6000
/** Requests a minute of one tablet or account. A tablet back after weeks sends 15,000 ratings in 150 requests. */
const PER_CALLER = 1200

/**
 * Two buckets: the address before anybody is known, then the tablet or account itself, so that two tablets behind one
 * address never count for each other. Loopback is left alone: it is a proxy for everybody, or the operator.
 * Throws `too_many_requests` with Retry-After.
 */
export async function registerAddressLimit(app: App): Promise<void> {
  await app.register(rateLimit, { global: false, cache: 20_000 })
  const byAddress = app.createRateLimit({ max: PER_ADDRESS, timeWindow: MINUTE })
  app.addHook('onRequest', async (request) => {
    if (!isLoopback(request.ip)) refuseExceeded(await byAddress(request))
  })
}

/** The second bucket; registered after access, which tells who is calling. */
export function registerCallerLimit(app: App): void {
  const byCaller = app.createRateLimit({ max: PER_CALLER, timeWindow: MINUTE, keyGenerator: callerOf })
  app.addHook('onRequest', async (request) => {
    if ((request.terminal || request.staff) && !isLoopback(request.ip)) refuseExceeded(await byCaller(request))
  })
}

function callerOf(request: FastifyRequest): string {
  return request.terminal ? `terminal:${request.terminal.terminal_id}` : `account:${request.staff?.scope.account_id}`
}

/** True for requests that come from this machine, as far as trusted proxies tell. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.')
}

function refuseExceeded(bucket: Awaited<ReturnType<ReturnType<App['createRateLimit']>>>): void {
  if (bucket.isAllowed || !bucket.isExceeded) return
  throw new ApiError('too_many_requests', undefined, undefined, { retryAfter: Math.max(1, bucket.ttlInSeconds) })
}
