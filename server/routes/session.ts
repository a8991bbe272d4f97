/** /session: log in, who am I, log out. Guessing is slow for everybody and tells nothing about which names exist. */
import { createHmac } from 'node:crypto'
import { Login, roles, Session } from '../contract/accounts.ts'
import { ApiError, fail } from '../errors.ts'
import { verifyPassword } from '../password-hashes.ts'
import {
  ABSOLUTE_MS,
  beginSession,
  describeSession,
  endSession,
  IDLE_MS,
  loginScope,
  setSessionCookie,
} from '../plugins/sessions.ts'
import { withScope } from '../queries/database.ts'
import {
  countFailures,
  deleteExpired,
  deleteFailures,
  type FailureCounts,
  findLogin,
  insertFailure,
  type LoginRow,
} from '../queries/sessions.ts'
import { type App, type Services, staffOf } from '../services.ts'

const RECENT_MS = 15 * 60_000
const DAY_MS = 24 * 3_600_000
/** Failed log-ins until the next one must wait: a name from one address, an address (a whole office), a name. */
const MAX_PAIR = 5
const MAX_ADDRESS = 50
const MAX_NAME = 100

export async function sessionRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, keys, config } = services

  app.post(
    '/api/v1/session',
    { config: { access: 'public', setsSession: true }, schema: { body: Login, response: { 201: Session } } },
    async (request, reply) => {
      const { username, password } = request.body
      const now = clock.now()
      // Keyed, because people type passwords into the field for the name.
      const usernameHash = createHmac('sha256', keys.codes).update(`login:${username.toLowerCase()}`).digest()

      const login = await withScope(pools.app, loginScope, async (trx) => {
        const since = { recent: new Date(now - RECENT_MS), day: new Date(now - DAY_MS) }
        refuseTooMany(await countFailures(trx, usernameHash, request.ip, since), now)
        // Counted before the password is looked at, so that a hundred tries at once do not all see a clean slate.
        await insertFailure(trx, usernameHash, request.ip, new Date(now))
        return findUsable(await findLogin(trx, username))
      })
      if (!(await verifyPassword(login?.password_hash ?? null, password)) || !login) {
        request.log.warn({ event: 'login_failed' }, 'log-in refused')
        fail('login_failed')
      }

      const { token, session } = await withScope(pools.app, loginScope, async (trx) => {
        await deleteFailures(trx, usernameHash, request.ip)
        await deleteExpired(trx, {
          begun: new Date(now - ABSOLUTE_MS),
          seen: new Date(now - IDLE_MS),
          failed: new Date(now - DAY_MS),
        })
        return beginSession(trx, request, login.account_id, services)
      })
      setSessionCookie(request, reply, token, config)
      request.log.info({ event: 'login', account: login.account_id }, 'logged in')
      return reply.code(201).send(describeSession(session))
    },
  )

  app.get(
    '/api/v1/session',
    { config: { access: { roles } }, schema: { response: { 200: Session } } },
    async (request) => {
      staffOf(request)
      return describeSession(request.session ?? fail('login_required'))
    },
  )

  app.delete('/api/v1/session', { config: { access: { roles } } }, async (request, reply) => {
    await endSession(request, reply, services)
    request.log.info({ event: 'logout', account: staffOf(request).scope.account_id }, 'logged out')
    return reply.code(204).send()
  })
}

/** A disabled account is answered like an unknown one. */
function findUsable(login: LoginRow | null): LoginRow | null {
  return login?.active ? login : null
}

function refuseTooMany(failures: FailureCounts, now: number): void {
  const waits: (Date | null)[] = []
  if (failures.pair >= MAX_PAIR) waits.push(failures.pair_oldest)
  if (failures.address >= MAX_ADDRESS) waits.push(failures.address_oldest)
  const ends = waits.map((oldest) => (oldest?.getTime() ?? now) + RECENT_MS)
  if (failures.name >= MAX_NAME) ends.push((failures.name_oldest?.getTime() ?? now) + DAY_MS)
  if (ends.length === 0) return
  const retryAfter = Math.max(1, Math.ceil((Math.max(...ends) - now) / 1000))
  throw new ApiError('too_many_requests', undefined, undefined, { retryAfter })
}
