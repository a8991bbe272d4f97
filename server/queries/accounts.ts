/** Accounts: list, find, make, switch on and off. Nothing here returns a password hash. */
import { sql } from 'kysely'
import type { Role } from '../contract/accounts.ts'
import type { Trx } from './database.ts'

export interface AccountRow {
  account_id: number
  username: string
  unit_id: number | null
  officer_id: number | null
  active: boolean
  roles: Role[]
}

const selected = sql`
  select a.account_id, a.username, a.unit_id, a.officer_id, a.active,
         array(select role from account_roles r where r.account_id = a.account_id order by role) as roles
    from accounts a`

/** Accounts by user name without regard to case, then id, behind `after`; up to `limit` and one more. */
export async function listAccounts(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null },
): Promise<AccountRow[]> {
  const { after } = page
  const { rows } = await sql<AccountRow>`
    ${selected}
     where ${filter.unit_id === null ? sql`true` : sql`a.unit_id = ${filter.unit_id}`}
       and ${after === null ? sql`true` : sql`(lower(a.username), a.account_id) > (${after.key}, ${after.id}::integer)`}
     order by lower(a.username), a.account_id
     limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** The account, when it is in scope; else null. */
export async function findAccount(trx: Trx, accountId: number): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`${selected} where a.account_id = ${accountId}`.execute(trx)
  return rows[0] ?? null
}

/** Returns the new account's id. Throws the database's `accounts_username` when the name is taken. */
export async function insertAccount(
  trx: Trx,
  values: { username: string; password_hash: string; unit_id: number | null; officer_id: number | null; role: Role },
): Promise<number> {
  const { role, ...account } = values
  const { account_id } = await trx
    .insertInto('accounts')
    .values(account)
    .returning('account_id')
    .executeTakeFirstOrThrow()
  await trx.insertInto('account_roles').values({ account_id, role }).execute()
  return account_id
}

export async function setAccountActive(trx: Trx, accountId: number, active: boolean): Promise<void> {
  await trx.updateTable('accounts').set({ active }).where('account_id', '=', accountId).execute()
}

/**
 * Whether an active administrator other than this one exists. Locks the administrators, so that of two who switch each
 * other off at once, one is left.
 */
export async function lockOtherAdministrators(trx: Trx, accountId: number): Promise<boolean> {
  const { rows } = await sql<{ account_id: number }>`
    select a.account_id from accounts a
     where a.active and exists (select from account_roles r where r.account_id = a.account_id and r.role = 'administrator')
     order by a.account_id for update of a`.execute(trx)
  return rows.some((row) => row.account_id !== accountId)
}
