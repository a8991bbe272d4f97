/** /session: log in with a password and, where there is one, a second factor; who am I; log out. */
import { Login, roles, Session } from '../contract/accounts.ts'
import { fail } from '../errors.ts'
import { verifyPassword } from '../password-hashes.ts'
import { clearFailures, countAttempt, FAILURES_KEPT_MS } from '../plugins/login-guard.ts'
import {
  ABSOLUTE_MS,
  beginSession,
  DEVICE_DAYS,
  describeSession,
  deviceToken,
  endSession,
  IDLE_MS,
  loginScope,
  setDeviceCookie,
  setSessionCookie,
} from '../plugins/sessions.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  findSecondFactor,
  insertTrustedDevice,
  isTrustedDevice,
  spendRecoveryCode,
  spendStep,
} from '../queries/second-factors.ts'
import { deleteExpired, findLogin, type LoginRow } from '../queries/sessions.ts'
import { hashToken, newToken } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { hashRecoveryCode, openSecret, stepOfCode } from '../totp.ts'

const DAY_MS = 86_400_000

export async function sessionRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, keys, config } = services

  app.post(
    '/api/v1/session',
    { config: { access: 'public', setsSession: true }, schema: { body: Login, response: { 201: Session } } },
    async (request, reply) => {
      const { username, password, code, trust_device } = request.body
      const now = new Date(clock.now())
      const login = await countAttempt(request, username, services, async (trx) =>
        findUsable(await findLogin(trx, username)),
      )
      if (!(await verifyPassword(login?.password_hash ?? null, password)) || !login) {
        request.log.warn({ event: 'login_failed' }, 'log-in refused')
        fail('login_failed')
      }

      const device = login.in_province ? null : deviceToken(request, config)
      const begun = await withScope(pools.app, loginScope, async (trx) => {
        const isTrusted = device !== null && (await isTrustedDevice(trx, login.account_id, hashToken(device), now))
        if (login.has_second_factor && !isTrusted) {
          if (code === undefined) return 'code_required' as const
          if (!(await spendCode(trx, login, code, services))) return 'code_refused' as const
        }
        await clearFailures(trx, request, username, keys.codes)
        await deleteExpired(trx, {
          begun: new Date(now.getTime() - ABSOLUTE_MS),
          seen: new Date(now.getTime() - IDLE_MS),
          failed: new Date(now.getTime() - FAILURES_KEPT_MS),
        })
        const proven = login.has_second_factor
        const session = await beginSession(trx, request, { accountId: login.account_id, proven }, services)
        const newDevice = proven && !isTrusted && trust_device === true && !login.in_province ? newToken() : null
        if (newDevice !== null) {
          await insertTrustedDevice(trx, {
            token_hash: hashToken(newDevice),
            account_id: login.account_id,
            created_at: now,
            expires_at: new Date(now.getTime() + DEVICE_DAYS * DAY_MS),
          })
        }
        return { ...session, newDevice }
      })
      if (typeof begun === 'string') {
        if (begun === 'code_refused')
          request.log.warn({ event: 'code_refused', account: login.account_id }, 'code refused')
        fail(begun)
      }
      setSessionCookie(request, reply, begun.token, config)
      if (begun.newDevice !== null) setDeviceCookie(request, reply, begun.newDevice, config)
      request.log.info({ event: 'login', account: login.account_id }, 'logged in')
      return reply.code(201).send(describeSession(begun.session))
    },
  )

  app.get(
    '/api/v1/session',
    { config: { access: { roles }, beforeSecondFactor: true }, schema: { response: { 200: Session } } },
    async (request) => {
      staffOf(request)
      return describeSession(request.session ?? fail('login_required'))
    },
  )

  app.delete('/api/v1/session', { config: { access: { roles }, beforeSecondFactor: true } }, async (request, reply) => {
    await endSession(request, reply, services)
    request.log.info({ event: 'logout', account: staffOf(request).scope.account_id }, 'logged out')
    return reply.code(204).send()
  })
}

/** A disabled account is answered like an unknown one. */
function findUsable(login: LoginRow | null): LoginRow | null {
  return login?.active ? login : null
}

/** Uses up a code of the generator or a recovery code; false when it is neither, or was used before. */
async function spendCode(trx: Trx, login: LoginRow, code: string, { keys, clock }: Services): Promise<boolean> {
  const factor = await findSecondFactor(trx, login.account_id)
  const secret = factor && openSecret(factor.secret, login.account_id, keys.codes)
  const step = secret && stepOfCode(secret, code, clock.now())
  if (step !== null) return spendStep(trx, login.account_id, step)
  return spendRecoveryCode(
    trx,
    login.account_id,
    hashRecoveryCode(code, login.account_id, keys.codes),
    new Date(clock.now()),
  )
}
