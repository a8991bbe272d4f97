/** /grants: which roles an account holds, each in its own place. Ended, never deleted; both ends are in the audit log. */
import { Account, GrantPatch, NewGrant } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import { fail } from '../errors.ts'
import { renewSessions, setSessionCookie } from '../plugins/sessions.ts'
import { endGrant, findAccount, findAccountOfGrant, insertGrant } from '../queries/accounts.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { placeGrant, readGrant, refuseLastAdministrator, refuseWrongScope, writeAccount } from './accounts.ts'
import { readId } from './ids.ts'

export async function grantsRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, config } = services
  const access = { roles: ['administrator'] as const }

  app.post(
    '/api/v1/grants',
    { config: { access }, schema: { body: NewGrant, response: { 201: Account } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const accountId = readId(request.body.account_id)
      const wanted = readGrant(request.body)
      const { account, token } = await withScope(pools.app, scope, async (trx) => {
        if (!(await findAccount(trx, accountId))) fail('not_found')
        refuseWrongScope(wanted)
        const grant = await placeGrant(trx, wanted)
        const grantId = await insertGrant(trx, accountId, grant)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'grant.create',
          unit_id: grant.unit_id,
          subject: { account_id: accountId, grant_id: grantId },
          detail: { role: grant.role, officer_id: grant.officer_id },
          at: new Date(clock.now()),
        })
        const token = await renewSessions(trx, request, accountId, services)
        return { account: await findAccount(trx, accountId), token }
      })
      if (token !== null) setSessionCookie(request, reply, token, config)
      return reply.code(201).send(writeAccount(account ?? fail('internal_error')))
    },
  )

  app.patch(
    '/api/v1/grants/:id',
    { config: { access }, schema: { params: IdParams, body: GrantPatch, response: { 200: Account } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const grantId = readId(request.params.id)
      const { account, token } = await withScope(pools.app, scope, async (trx) => {
        const before = (await findAccountOfGrant(trx, grantId)) ?? fail('not_found')
        const grant = before.grants.find((one) => one.grant_id === grantId) ?? fail('not_found')
        if (request.body.active !== false) return { account: before, token: null }
        if (grant.role === 'administrator' && before.active) await refuseLastAdministrator(trx, before)
        await endGrant(trx, grantId, new Date(clock.now()))
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'grant.end',
          unit_id: grant.unit_id,
          subject: { account_id: before.account_id, grant_id: grantId },
          detail: { role: grant.role, officer_id: grant.officer_id },
          at: new Date(clock.now()),
        })
        const token = await renewSessions(trx, request, before.account_id, services)
        return { account: (await findAccount(trx, before.account_id)) ?? fail('internal_error'), token }
      })
      if (token !== null) setSessionCookie(request, reply, token, config)
      return writeAccount(account)
    },
  )
}
