/** Invitations and resets: the administrator makes a link, and only the person behind it ever knows the password. */
import { AccountLink, LinkOwner, LinkToken, LinkUse } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import { fail } from '../errors.ts'
import { hashPassword, refuseWeakPassword } from '../password-hashes.ts'
import { loginScope } from '../plugins/sessions.ts'
import { findLink, insertLink, setPassword, spendLink } from '../queries/account-links.ts'
import { findAccount, listNamesOf } from '../queries/accounts.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { deleteTrustedDevices } from '../queries/second-factors.ts'
import { deleteSessionsOf } from '../queries/sessions.ts'
import { hashToken, newToken } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'

/** Long enough for a paper letter to a commune; a reset is waited for. */
export const INVITATION_DAYS = 7
export const RESET_HOURS = 24
const HOUR_MS = 3_600_000

/** Makes the account's link and notes it; the token is in the answer and nowhere else. Earlier links are void. */
export async function offerLink(
  trx: Trx,
  account: { account_id: number; has_password: boolean; unit_id: number | null },
  by: number | null,
  now: number,
): Promise<AccountLink> {
  const token = newToken()
  const kind = account.has_password ? ('reset' as const) : ('invitation' as const)
  const expiresAt = new Date(now + (kind === 'reset' ? RESET_HOURS : INVITATION_DAYS * 24) * HOUR_MS)
  await insertLink(
    trx,
    { token_hash: hashToken(token), account_id: account.account_id, kind, created_by: by, expires_at: expiresAt },
    new Date(now),
  )
  await insertAudit(trx, {
    account_id: by,
    action: `account.${kind}`,
    unit_id: account.unit_id,
    subject: { account_id: account.account_id },
    at: new Date(now),
  })
  return { token, kind, expires_at: expiresAt.toISOString() }
}

export async function accountLinksRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.post(
    '/api/v1/accounts/:id/link',
    { config: { access: { roles: ['administrator'] } }, schema: { params: IdParams, response: { 201: AccountLink } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const accountId = readId(request.params.id)
      const link = await withScope(pools.app, scope, async (trx) => {
        const account = (await findAccount(trx, accountId)) ?? fail('not_found')
        if (!account.active) fail('in_use', undefined, 'The account is locked; unlock it first.')
        const unit_id = account.grants.find((grant) => grant.unit_id !== null)?.unit_id ?? null
        return offerLink(trx, { ...account, unit_id }, scope.account_id, clock.now())
      })
      return reply.code(201).send(link)
    },
  )

  app.post(
    '/api/v1/account-links/look',
    { config: { access: 'public' }, schema: { body: LinkToken, response: { 200: LinkOwner } } },
    async (request) => {
      const hash = hashToken(request.body.token)
      const link = await withScope(pools.app, loginScope, (trx) => findLink(trx, hash, new Date(clock.now())))
      const { username, kind, expires_at } = link ?? fail('account_link_refused')
      return { username, kind, expires_at: expires_at.toISOString() }
    },
  )

  app.post(
    '/api/v1/account-links/use',
    { config: { access: 'public', setsSession: true }, schema: { body: LinkUse, response: { 200: LinkOwner } } },
    async (request) => {
      const { token, password } = request.body
      const hash = hashToken(token)
      const now = new Date(clock.now())
      // Looked at first, so that only who holds the link hears about passwords, and a weak one does not spend it.
      const link = await withScope(pools.app, loginScope, async (trx) => {
        const found = (await findLink(trx, hash, now)) ?? fail('account_link_refused')
        refuseWeakPassword(password, found.username, await listNamesOf(trx, found.account_id))
        return found
      })
      const passwordHash = await hashPassword(password)
      await withScope(pools.app, loginScope, async (trx) => {
        if (!(await spendLink(trx, hash, now))) fail('account_link_refused')
        await setPassword(trx, link.account_id, passwordHash, now)
        await deleteSessionsOf(trx, link.account_id)
        await deleteTrustedDevices(trx, link.account_id)
        await insertAudit(trx, {
          account_id: link.account_id,
          action: 'account.password',
          unit_id: null,
          subject: { account_id: link.account_id },
          detail: { by: link.kind },
          at: now,
        })
      })
      request.log.info({ event: 'password_set', account: link.account_id }, 'password set by link')
      return { username: link.username, kind: link.kind, expires_at: link.expires_at.toISOString() }
    },
  )
}
