/** /setup: the first administrator, by a one-time link, and only while there is none. */
import { Session, Setup } from '../contract/accounts.ts'
import { fail } from '../errors.ts'
import { hashPassword, refuseWeakPassword } from '../password-hashes.ts'
import { beginSession, describeSession, setSessionCookie } from '../plugins/sessions.ts'
import { insertAccount } from '../queries/accounts.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { isSetupLinkGood, setupScope, spendSetupLink } from '../queries/setup.ts'
import type { App, Services } from '../services.ts'

export async function setupRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, config } = services

  app.post(
    '/api/v1/setup',
    { config: { access: 'public', setsSession: true }, schema: { body: Setup, response: { 201: Session } } },
    async (request, reply) => {
      const { token, username, password } = request.body
      const now = new Date(clock.now())
      // Looked at first, so that only who holds the link hears about passwords, and a weak one does not spend it.
      const good = await withScope(pools.app, setupScope, (trx) => isSetupLinkGood(trx, token, now))
      if (!good) fail('setup_link_refused')
      refuseWeakPassword(password, username)
      const passwordHash = await hashPassword(password)

      const begun = await withScope(pools.app, setupScope, async (trx) => {
        if (!(await spendSetupLink(trx, token, now))) fail('setup_link_refused')
        const accountId = await insertAccount(trx, {
          username,
          password_hash: passwordHash,
          grants: [{ role: 'administrator', unit_id: null, officer_id: null }],
        })
        await insertAudit(trx, {
          account_id: null,
          action: 'account.create',
          unit_id: null,
          subject: { account_id: accountId },
          detail: { username, role: 'administrator', by: 'set-up link' },
          at: now,
        })
        return beginSession(trx, request, { accountId, proven: false }, services)
      })
      setSessionCookie(request, reply, begun.token, config)
      request.log.info({ event: 'setup' }, 'first administrator made')
      return reply.code(201).send(describeSession(begun.session))
    },
  )
}
