/** /account: what everybody sees and changes of their own account: password, second factor, where they are logged in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  CodeProof,
  OwnAccount,
  OwnSession,
  PasswordChange,
  PasswordProof,
  RecoveryCodes,
  roles,
  SecondFactorOffer,
} from '../contract/accounts.ts'
import { Closed, IdParams } from '../contract/common.ts'
import { belongsToProvince } from '../domain/access.ts'
import { fail } from '../errors.ts'
import { hashPassword, refuseWeakPassword, verifyPassword } from '../password-hashes.ts'
import { clearFailures, countAttempt } from '../plugins/login-guard.ts'
import { ABSOLUTE_MS, IDLE_MS, loginScope, renewSessions, setSessionCookie } from '../plugins/sessions.ts'
import { findOwnAccount, setPassword } from '../queries/account-links.ts'
import { insertAudit } from '../queries/audit.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import {
  confirmSecondFactor,
  countRecoveryCodes,
  countTrustedDevices,
  deleteTrustedDevices,
  findSecondFactor,
  putSecret,
  replaceRecoveryCodes,
  spendStep,
} from '../queries/second-factors.ts'
import { deleteSessionById, deleteSessionsOf, listSessions } from '../queries/sessions.ts'
import { hashToken } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import {
  describeTotp,
  hashRecoveryCode,
  newRecoveryCodes,
  newTotpSecret,
  openSecret,
  sealSecret,
  stepOfCode,
} from '../totp.ts'
import { readId } from './ids.ts'

export async function ownAccountRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, keys, config } = services
  const own = { config: { access: { roles }, beforeSecondFactor: true as const } }

  /** Throws `password_wrong`; guesses are counted like those of a log-in. */
  async function provePassword(request: FastifyRequest, password: string): Promise<void> {
    const { username, scope } = staffOf(request)
    const account = await countAttempt(request, username, services, (trx) => findOwnAccount(trx, scope.account_id))
    if (!(await verifyPassword(account?.password_hash ?? null, password))) fail('password_wrong')
    await withScope(pools.app, loginScope, (trx) => clearFailures(trx, request, username, keys.codes))
  }

  /** Does `work` as the person themself, notes it in the log, and gives the session a new id. */
  async function change<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    action: string,
    { proven = false, work }: { proven?: boolean; work: (trx: Trx, now: Date) => Promise<T> },
  ): Promise<T> {
    const { scope } = staffOf(request)
    const now = new Date(clock.now())
    const { result, token } = await withScope(pools.app, ownScope(scope), async (trx) => {
      const result = await work(trx, now)
      await insertAudit(trx, {
        account_id: scope.account_id,
        action,
        unit_id: null,
        subject: { account_id: scope.account_id },
        at: now,
      })
      return { result, token: await renewSessions(trx, request, scope.account_id, services, proven) }
    })
    if (token !== null) setSessionCookie(request, reply, token, config)
    return result
  }

  app.get('/api/v1/account', { ...own, schema: { response: { 200: OwnAccount } } }, async (request) => {
    const { scope, username } = staffOf(request)
    return withScope(pools.app, scope, async (trx) => {
      const account = (await findOwnAccount(trx, scope.account_id)) ?? fail('not_found')
      const factor = await findSecondFactor(trx, scope.account_id)
      return {
        username,
        password_changed_at: account.password_changed_at?.toISOString() ?? null,
        has_second_factor: factor?.confirmed_at != null,
        recovery_codes_left: await countRecoveryCodes(trx, scope.account_id),
        trusted_devices: await countTrustedDevices(trx, scope.account_id, new Date(clock.now())),
        may_trust_device: !belongsToProvince(scope.roles),
      }
    })
  })

  app.patch('/api/v1/account', { ...own, schema: { body: PasswordChange } }, async (request, reply) => {
    const { scope, username } = staffOf(request)
    const names = (request.session?.grants ?? []).flatMap(({ unit_name, officer_name }) => [unit_name, officer_name])
    refuseWeakPassword(
      request.body.new_password,
      username,
      names.filter((name) => name !== null),
    )
    await provePassword(request, request.body.password)
    const hash = await hashPassword(request.body.new_password)
    await change(request, reply, 'account.password', {
      async work(trx, now) {
        await setPassword(trx, scope.account_id, hash, now)
        await deleteTrustedDevices(trx, scope.account_id)
      },
    })
    return reply.code(204).send()
  })

  app.post(
    '/api/v1/account/second-factor',
    { ...own, schema: { body: PasswordProof, response: { 200: SecondFactorOffer } } },
    async (request) => {
      const { scope, username } = staffOf(request)
      await provePassword(request, request.body.password)
      const secret = newTotpSecret()
      const sealed = sealSecret(secret, scope.account_id, keys.codes)
      const begun = await withScope(pools.app, scope, (trx) => putSecret(trx, scope.account_id, sealed))
      if (!begun)
        fail('in_use', undefined, 'There is a second factor already; an administrator can take a lost one away.')
      return describeTotp(secret, username)
    },
  )

  app.patch(
    '/api/v1/account/second-factor',
    { ...own, schema: { body: CodeProof, response: { 200: RecoveryCodes } } },
    async (request, reply) => {
      const { scope, username } = staffOf(request)
      const factor = await countAttempt(request, username, services, (trx) => findSecondFactor(trx, scope.account_id))
      if (factor === null || factor.confirmed_at !== null) fail('in_use', undefined, 'Begin the set-up first.')
      const secret = openSecret(factor.secret, scope.account_id, keys.codes)
      const step = secret && stepOfCode(secret, request.body.code, clock.now())
      if (step === null) fail('code_refused')
      const codes = newRecoveryCodes()
      await change(request, reply, 'account.second_factor', {
        proven: true,
        async work(trx, now) {
          if (!(await spendStep(trx, scope.account_id, step))) fail('code_refused')
          await confirmSecondFactor(trx, scope.account_id, now)
          await replaceRecoveryCodes(trx, scope.account_id, hashAll(codes, scope.account_id))
        },
      })
      await withScope(pools.app, loginScope, (trx) => clearFailures(trx, request, username, keys.codes))
      return { recovery_codes: codes }
    },
  )

  app.post(
    '/api/v1/account/recovery-codes',
    { ...own, schema: { body: PasswordProof, response: { 200: RecoveryCodes } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      await provePassword(request, request.body.password)
      const codes = newRecoveryCodes()
      await change(request, reply, 'account.recovery_codes', {
        async work(trx) {
          if ((await findSecondFactor(trx, scope.account_id))?.confirmed_at == null)
            fail('in_use', undefined, 'There is no second factor.')
          await replaceRecoveryCodes(trx, scope.account_id, hashAll(codes, scope.account_id))
        },
      })
      return { recovery_codes: codes }
    },
  )

  app.delete('/api/v1/account/devices', own, async (request, reply) => {
    const { scope } = staffOf(request)
    await withScope(pools.app, scope, (trx) => deleteTrustedDevices(trx, scope.account_id))
    return reply.code(204).send()
  })

  app.get(
    '/api/v1/account/sessions',
    { ...own, schema: { response: { 200: Closed({ items: Type.Array(OwnSession) }) } } },
    async (request) => {
      const { scope } = staffOf(request)
      const now = clock.now()
      const alive = { begun: new Date(now - ABSOLUTE_MS), seen: new Date(now - IDLE_MS) }
      const sessions = await withScope(pools.app, scope, (trx) => listSessions(trx, scope.account_id, alive))
      return {
        items: sessions.map((session) => ({
          session_id: String(session.session_id),
          begun_at: session.created_at.toISOString(),
          last_seen_at: session.last_seen_at.toISOString(),
          address: session.address,
          browser: session.user_agent,
          second_factor: session.second_factor,
          current: session.session_id === request.session?.session_id,
        })),
      }
    },
  )

  app.delete('/api/v1/account/sessions/:id', { ...own, schema: { params: IdParams } }, async (request, reply) => {
    const { scope } = staffOf(request)
    const sessionId = readId(request.params.id)
    const ended = await withScope(pools.app, scope, async (trx) => {
      if (sessionId === request.session?.session_id) await scope.guard.release(trx)
      return deleteSessionById(trx, scope.account_id, sessionId)
    })
    if (!ended) fail('not_found')
    return reply.code(204).send()
  })

  /** All but the one that asks. */
  app.delete('/api/v1/account/sessions', own, async (request, reply) => {
    const { scope } = staffOf(request)
    const token = request.cookies['__Host-session'] ?? request.cookies.session ?? ''
    await withScope(pools.app, scope, (trx) => deleteSessionsOf(trx, scope.account_id, hashToken(token)))
    return reply.code(204).send()
  })

  const hashAll = (codes: readonly string[], accountId: number) =>
    codes.map((code) => hashRecoveryCode(code, accountId, keys.codes))
}

/** Lets the database accept a new password of this account and no other. */
const ownScope = (scope: DbScope): DbScope => ({ ...scope, purpose: 'own' })
