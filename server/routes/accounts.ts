/** /accounts: who may log in and as what. The administrator's alone; disabled, never deleted. */
import {
  Account,
  type AccountLink,
  AccountPage,
  AccountPatch,
  NewAccount,
  NewAccountAnswer,
  type NewGrant,
} from '../contract/accounts.ts'
import { IdParams, UnitSearchQuery } from '../contract/common.ts'
import { scopeNeeds } from '../domain/access.ts'
import { fail } from '../errors.ts'
import { hashPassword, refuseWeakPassword } from '../password-hashes.ts'
import { endSessionsOf } from '../plugins/sessions.ts'
import {
  type AccountRow,
  countAccounts,
  findAccount,
  type GrantValues,
  insertAccount,
  listAccounts,
  listNamesOf,
  lockOtherAdministrators,
  setAccountActive,
  unwaiveSecondFactor,
} from '../queries/accounts.ts'
import { insertAudit } from '../queries/audit.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import { findOfficer } from '../queries/officers.ts'
import { deleteSecondFactor } from '../queries/second-factors.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { offerLink } from './account-links.ts'
import { readId, readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter } from './roster.ts'

export async function accountsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const access = { roles: ['administrator'] as const }

  app.get(
    '/api/v1/accounts',
    { config: { access }, schema: { querystring: UnitSearchQuery, response: { 200: AccountPage } } },
    async (request) => {
      const page = readPage(request.query)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const filter = { ...(await readFilter(trx, request.query)), search: request.query.search }
        const rows = await listAccounts(trx, page, filter)
        const positionOf = (row: AccountRow) => ({ key: row.username.toLowerCase(), id: row.account_id })
        return { ...writePage(rows, page, positionOf, writeAccount), ...(await countAccounts(trx, filter)) }
      })
    },
  )

  app.post(
    '/api/v1/accounts',
    { config: { access }, schema: { body: NewAccount, response: { 201: NewAccountAnswer } } },
    async (request, reply) => {
      const { username, password, role, grants, ...scope } = request.body
      if ((role === undefined) === (grants === undefined)) {
        fail('invalid_body', undefined, 'Give either role with its scope, or grants.')
      }
      const wanted = grants ?? (role === undefined ? [] : [{ role, ...scope }])
      const { link, ...account } = await createAccount({ pools, clock }, staffOf(request).scope, {
        username,
        password: password ?? null,
        grants: wanted.map(readGrant),
      })
      return reply.code(201).send({ ...writeAccount(account), link })
    },
  )

  app.patch(
    '/api/v1/accounts/:id',
    { config: { access }, schema: { params: IdParams, body: AccountPatch, response: { 200: Account } } },
    async (request) => {
      const { scope } = staffOf(request)
      const { active, second_factor_waived, reset_second_factor } = request.body
      const accountId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const before = (await findAccount(trx, accountId)) ?? fail('not_found')
        const note = (action: string) =>
          insertAudit(trx, {
            account_id: scope.account_id,
            action,
            unit_id: homeUnit(before),
            subject: { account_id: accountId },
            at: new Date(clock.now()),
          })
        if (active !== undefined && active !== before.active) {
          if (!active) await refuseLastAdministrator(trx, before)
          await setAccountActive(trx, accountId, active)
          if (!active) await endSessionsOf(trx, request, accountId)
          await note(active ? 'account.enable' : 'account.disable')
        }
        if (second_factor_waived === false && before.second_factor_waived) {
          await unwaiveSecondFactor(trx, accountId)
          await note('account.second_factor_asked')
        }
        if (reset_second_factor && before.has_second_factor) {
          await deleteSecondFactor(trx, accountId)
          await endSessionsOf(trx, request, accountId)
          await note('account.second_factor_reset')
        }
        return writeAccount((await findAccount(trx, accountId)) ?? fail('internal_error'))
      })
    },
  )

  app.delete(
    '/api/v1/accounts/:id/sessions',
    { config: { access }, schema: { params: IdParams } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const accountId = readId(request.params.id)
      await withScope(pools.app, scope, async (trx) => {
        const account = (await findAccount(trx, accountId)) ?? fail('not_found')
        await endSessionsOf(trx, request, accountId)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'account.log_out',
          unit_id: homeUnit(account),
          subject: { account_id: accountId },
          at: new Date(clock.now()),
        })
      })
      return reply.code(204).send()
    },
  )
}

export interface AccountInput {
  username: string
  /** Null: the person sets it by an invitation. */
  password: string | null
  /** No second factor is ever asked for: only from the machine itself. */
  second_factor_waived?: boolean
  grants: readonly GrantValues[]
}

/**
 * Makes an account with its roles: what `POST /accounts` and `manage create-account` both do. Throws `role_needs_scope`,
 * `password_too_weak` (with the flaw in its details), `not_found`, `unit_mismatch`, `role_held` or `username_taken`.
 */
export async function createAccount(
  { pools, clock }: Pick<Services, 'pools' | 'clock'>,
  scope: DbScope,
  { username, password, grants: wanted, second_factor_waived = false }: AccountInput,
): Promise<AccountRow & { link: AccountLink | null }> {
  for (const grant of wanted) refuseWrongScope(grant)
  if (password !== null) refuseWeakPassword(password, username)
  const passwordHash = password === null ? null : await hashPassword(password)
  return withScope(pools.app, scope, async (trx) => {
    const grants: GrantValues[] = []
    for (const grant of wanted) grants.push(await placeGrant(trx, grant))
    const accountId = await insertAccount(trx, { username, password_hash: passwordHash, second_factor_waived, grants })
    if (password !== null) refuseWeakPassword(password, username, await listNamesOf(trx, accountId))
    const account = (await findAccount(trx, accountId)) ?? fail('internal_error')
    const [first] = grants
    await insertAudit(trx, {
      account_id: scope.account_id,
      action: 'account.create',
      unit_id: homeUnit(account),
      subject: { account_id: accountId },
      detail: { username, role: first?.role, officer_id: first?.officer_id, grants, second_factor_waived },
      at: new Date(clock.now()),
    })
    const place = { ...account, unit_id: homeUnit(account) }
    const link = password === null ? await offerLink(trx, place, scope.account_id, clock.now()) : null
    return { ...account, link }
  })
}

/** Throws `in_use` when this account is the only one that can make others. */
export async function refuseLastAdministrator(trx: Trx, account: AccountRow): Promise<void> {
  const isOne = account.grants.some(({ role }) => role === 'administrator')
  if (!isOne || (await lockOtherAdministrators(trx, account.account_id))) return
  fail('in_use', undefined, 'This is the last administrator; make another one first.')
}

export function readGrant({ role, unit_id, officer_id }: Omit<NewGrant, 'account_id'>): GrantValues {
  return { role, unit_id: readOptionalId(unit_id), officer_id: readOptionalId(officer_id) }
}

/** Throws `role_needs_scope` unless unit and officer are given where the role needs them, and nowhere else. */
export function refuseWrongScope({ role, unit_id, officer_id }: GrantValues): void {
  const needs = scopeNeeds(role)
  if (needs.officer) {
    if (officer_id === null)
      fail('role_needs_scope', { needs: ['officer_id'] }, 'An officer’s account needs officer_id.')
    return
  }
  if (needs.unit === 'yes' && unit_id === null) {
    fail('role_needs_scope', { needs: ['unit_id'] }, 'This role needs unit_id.')
  }
  if (officer_id !== null) fail('role_needs_scope', { excess: ['officer_id'] }, 'This role takes no officer_id.')
  if (needs.unit === 'no' && unit_id !== null) {
    fail('role_needs_scope', { excess: ['unit_id'] }, 'This role is for the whole province: no unit.')
  }
}

/** The grant with its unit: the officer's own when none was named. Throws `not_found` or `unit_mismatch`. */
export async function placeGrant(trx: Trx, { role, unit_id, officer_id }: GrantValues): Promise<GrantValues> {
  if (unit_id !== null && !(await findUnit(trx, unit_id))) fail('not_found', undefined, 'There is no such unit.')
  if (officer_id === null) return { role, unit_id, officer_id }
  const officer = (await findOfficer(trx, officer_id)) ?? fail('not_found', undefined, 'There is no such officer.')
  if (unit_id !== null && officer.unit_id !== unit_id) fail('unit_mismatch')
  return { role, unit_id: officer.unit_id, officer_id }
}

/** The unit under which an account is filed: its first; null for the roles of the province. */
export function homeUnit({ grants }: Pick<AccountRow, 'grants'>): number | null {
  return grants.find(({ role, unit_id }) => unit_id !== null && role !== 'commission')?.unit_id ?? null
}

const writeId = (id: number | null): string | null => (id === null ? null : String(id))

export function writeAccount(row: AccountRow): Account {
  return {
    account_id: String(row.account_id),
    username: row.username,
    grants: row.grants.map(({ grant_id, role, unit_id, officer_id, officer_name }) => ({
      grant_id: String(grant_id),
      role,
      unit_id: writeId(unit_id),
      officer_id: writeId(officer_id),
      officer_name,
    })),
    roles: [...new Set(row.grants.map(({ role }) => role))].sort(),
    unit_id: writeId(homeUnit(row)),
    officer_id: writeId(row.grants.find(({ officer_id }) => officer_id !== null)?.officer_id ?? null),
    active: row.active,
    has_password: row.has_password,
    has_second_factor: row.has_second_factor,
    second_factor_waived: row.second_factor_waived,
  }
}
