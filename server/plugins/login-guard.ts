/** Guessing passwords and codes is slow for everybody and tells nothing about which names exist. */
import { createHmac } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { countFailures, deleteFailures, type FailureCounts, insertFailure } from '../queries/sessions.ts'
import type { Services } from '../services.ts'
import { loginScope } from './sessions.ts'

const RECENT_MS = 15 * 60_000
export const FAILURES_KEPT_MS = 24 * 3_600_000
/** Failed log-ins until the next one must wait: a name from one address, an address (a whole office), a name. */
const MAX_PAIR = 5
const MAX_ADDRESS = 50
const MAX_NAME = 100

// Keyed, because people type passwords into the field for the name.
const hashName = (username: string, key: Buffer) =>
  createHmac('sha256', key).update(`login:${username.toLowerCase()}`).digest()

/**
 * Counts one try for this name and address as a failure, then does `work` in the same transaction (scope `login`). Counted
 * before the password is looked at, so that a hundred tries at once do not all see a clean slate; `clearFailures` takes
 * it back. Throws `too_many_requests` with Retry-After.
 */
export function countAttempt<T>(
  request: FastifyRequest,
  username: string,
  { pools, clock, keys }: Services,
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  const now = clock.now()
  const nameHash = hashName(username, keys.codes)
  return withScope(pools.app, loginScope, async (trx) => {
    const since = { recent: new Date(now - RECENT_MS), day: new Date(now - FAILURES_KEPT_MS) }
    refuseTooMany(await countFailures(trx, nameHash, request.ip, since), now)
    await insertFailure(trx, nameHash, request.ip, new Date(now))
    return work(trx)
  })
}

/** After a success; in scope `login`. */
export function clearFailures(trx: Trx, request: FastifyRequest, username: string, key: Buffer): Promise<void> {
  return deleteFailures(trx, hashName(username, key), request.ip)
}

function refuseTooMany(failures: FailureCounts, now: number): void {
  const waits: (Date | null)[] = []
  if (failures.pair >= MAX_PAIR) waits.push(failures.pair_oldest)
  if (failures.address >= MAX_ADDRESS) waits.push(failures.address_oldest)
  const ends = waits.map((oldest) => (oldest?.getTime() ?? now) + RECENT_MS)
  if (failures.name >= MAX_NAME) ends.push((failures.name_oldest?.getTime() ?? now) + FAILURES_KEPT_MS)
  if (ends.length === 0) return
  const retryAfter = Math.max(1, Math.ceil((Math.max(...ends) - now) / 1000))
  throw new ApiError('too_many_requests', undefined, undefined, { retryAfter })
}
