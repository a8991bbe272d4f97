/** /accounts: who may log in and as what. The administrator's alone; disabled, never deleted. */
import { Account, AccountPatch, NewAccount, type Role } from '../contract/accounts.ts'
import { IdParams, Page, UnitPageQuery } from '../contract/common.ts'
import { checkPassword } from '../domain/passwords.ts'
import { fail } from '../errors.ts'
import { hashPassword } from '../password-hashes.ts'
import {
  type AccountRow,
  findAccount,
  insertAccount,
  listAccounts,
  lockOtherAdministrators,
  setAccountActive,
} from '../queries/accounts.ts'
import { insertAudit } from '../queries/audit.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import { findOfficer } from '../queries/officers.ts'
import { deleteSessionsOf } from '../queries/sessions.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter } from './roster.ts'

export async function accountsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const access = { roles: ['administrator'] as const }

  app.get(
    '/api/v1/accounts',
    { config: { access }, schema: { querystring: UnitPageQuery, response: { 200: Page(Account) } } },
    async (request) => {
      const page = readPage(request.query)
      const rows = await withScope(pools.app, staffOf(request).scope, async (trx) =>
        listAccounts(trx, page, await readFilter(trx, request.query)),
      )
      const positionOf = (row: AccountRow) => ({ key: row.username.toLowerCase(), id: row.account_id })
      return writePage(rows, page, positionOf, writeAccount)
    },
  )

  app.post(
    '/api/v1/accounts',
    { config: { access }, schema: { body: NewAccount, response: { 201: Account } } },
    async (request, reply) => {
      const { username, password, role, unit_id, officer_id } = request.body
      const account = await createAccount({ pools, clock }, staffOf(request).scope, {
        username,
        password,
        role,
        unit_id: readOptionalId(unit_id),
        officer_id: readOptionalId(officer_id),
      })
      return reply.code(201).send(writeAccount(account))
    },
  )

  app.patch(
    '/api/v1/accounts/:id',
    { config: { access }, schema: { params: IdParams, body: AccountPatch, response: { 200: Account } } },
    async (request) => {
      const { scope } = staffOf(request)
      const { active } = request.body
      const accountId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const before = (await findAccount(trx, accountId)) ?? fail('not_found')
        if (active === undefined || active === before.active) return writeAccount(before)
        const last =
          !active && before.roles.includes('administrator') && !(await lockOtherAdministrators(trx, accountId))
        if (last) fail('in_use', undefined, 'This is the last administrator; make another one first.')
        await setAccountActive(trx, accountId, active)
        if (!active) await deleteSessionsOf(trx, accountId)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: active ? 'account.enable' : 'account.disable',
          unit_id: before.unit_id,
          subject: { account_id: accountId },
          at: new Date(clock.now()),
        })
        return writeAccount({ ...before, active })
      })
    },
  )
}

export interface AccountInput {
  username: string
  password: string
  role: Role
  unit_id: number | null
  officer_id: number | null
}

/**
 * Makes an account with one role: what `POST /accounts` and `manage create-account` both do. Throws `role_needs_scope`,
 * `password_too_weak` (with the flaw in its details), `not_found`, `unit_mismatch` or `username_taken`.
 */
export async function createAccount(
  { pools, clock }: Pick<Services, 'pools' | 'clock'>,
  scope: DbScope,
  input: AccountInput,
): Promise<AccountRow> {
  refuseWrongScope(input)
  refuseWeakPassword(input.password, input.username)
  const passwordHash = await hashPassword(input.password)
  return withScope(pools.app, scope, async (trx) => {
    const unitId = await findUnitOf(trx, input)
    const { username, role, officer_id } = input
    const accountId = await insertAccount(trx, {
      username,
      password_hash: passwordHash,
      unit_id: unitId,
      officer_id,
      role,
    })
    await insertAudit(trx, {
      account_id: scope.account_id,
      action: 'account.create',
      unit_id: unitId,
      subject: { account_id: accountId },
      detail: { username, role, officer_id },
      at: new Date(clock.now()),
    })
    return { account_id: accountId, username, unit_id: unitId, officer_id, active: true, roles: [role] }
  })
}

/** Throws `password_too_weak`; the message says what to do instead. */
export function refuseWeakPassword(password: string, username: string): void {
  const flaw = checkPassword(password, username)
  if (flaw) fail('password_too_weak', { flaw: flaw.flaw }, flaw.message)
}

/** Leaders and clerks belong to a unit, officers to an officer's record, the province's roles to neither. */
function refuseWrongScope({ role, unit_id, officer_id }: AccountInput): void {
  if (role === 'officer') {
    if (officer_id === null)
      fail('role_needs_scope', { needs: ['officer_id'] }, 'An officer’s account needs officer_id.')
  } else if (role === 'unit_leader' || role === 'unit_clerk') {
    if (unit_id === null) fail('role_needs_scope', { needs: ['unit_id'] }, 'This role needs unit_id.')
    if (officer_id !== null) fail('role_needs_scope', { excess: ['officer_id'] }, 'This role takes no officer_id.')
  } else if (unit_id !== null || officer_id !== null) {
    fail('role_needs_scope', { excess: ['unit_id', 'officer_id'] }, 'This role is for the whole province: no unit.')
  }
}

/** The unit the account will belong to: the officer's own when none was named. */
async function findUnitOf(trx: Trx, { unit_id, officer_id }: AccountInput): Promise<number | null> {
  if (unit_id !== null && !(await findUnit(trx, unit_id))) fail('not_found', undefined, 'There is no such unit.')
  if (officer_id === null) return unit_id
  const officer = (await findOfficer(trx, officer_id)) ?? fail('not_found', undefined, 'There is no such officer.')
  if (unit_id !== null && officer.unit_id !== unit_id) fail('unit_mismatch')
  return officer.unit_id
}

function writeAccount(row: AccountRow): Account {
  return {
    account_id: String(row.account_id),
    username: row.username,
    roles: row.roles,
    unit_id: row.unit_id === null ? null : String(row.unit_id),
    officer_id: row.officer_id === null ? null : String(row.officer_id),
    active: row.active,
  }
}
