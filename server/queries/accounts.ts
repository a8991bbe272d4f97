/** Accounts and the roles they hold: list, find, make, grant, end, switch on and off. Nothing here returns a password hash. */
import { sql } from 'kysely'
import type { Role } from '../contract/accounts.ts'
import { type Counted, holds, type Trx } from './database.ts'

export interface GrantRow {
  grant_id: number
  role: Role
  unit_id: number | null
  officer_id: number | null
  officer_name: string | null
}
export type GrantValues = Omit<GrantRow, 'grant_id' | 'officer_name'>

export interface AccountRow {
  account_id: number
  username: string
  active: boolean
  has_password: boolean
  has_second_factor: boolean
  second_factor_waived: boolean
  /** Roles held now, those of the province first. */
  grants: GrantRow[]
}

const selected = sql`
  select a.account_id, a.username, a.active, a.password_hash is not null as has_password, a.second_factor_waived,
         exists (select from second_factors f where f.account_id = a.account_id and f.confirmed_at is not null)
           as has_second_factor,
         (select coalesce(jsonb_agg(jsonb_build_object('grant_id', r.grant_id, 'role', r.role,
                   'unit_id', r.unit_id, 'officer_id', r.officer_id, 'officer_name', (select name from officers o where o.officer_id = r.officer_id))
                   order by r.unit_id nulls first, r.role, r.grant_id), '[]')
            from account_roles r where r.account_id = a.account_id and r.ended_at is null) as grants
    from accounts a`

interface AccountFilter {
  unit_id: number | null
  search?: string | undefined
}

/** Accounts are found by their user name, and by the name of the officer they are. */
function matching({ unit_id, search }: AccountFilter) {
  const inUnit = sql`exists (select from account_roles r
    where r.account_id = a.account_id and r.ended_at is null and r.unit_id = ${unit_id})`
  const officer = sql`(select string_agg(o.name, ' ') from account_roles r join officers o using (officer_id)
    where r.account_id = a.account_id and r.ended_at is null)`
  return sql`${unit_id === null ? sql`true` : inUnit} and ${holds(search, sql`a.username`, officer)}`
}

interface CountedAccounts extends Counted {
  invited: number
}

/** How many match, how many of those are locked, and how many of the others still have to set a password. */
export async function countAccounts(trx: Trx, filter: AccountFilter): Promise<CountedAccounts> {
  const { rows } = await sql<CountedAccounts>`
    select count(*)::integer as total, count(*) filter (where not active)::integer as ended,
           count(*) filter (where active and password_hash is null)::integer as invited
      from accounts a where ${matching(filter)}`.execute(trx)
  return rows[0] as CountedAccounts
}

/** Accounts by user name without regard to case, then id, behind `after`; up to `limit` and one more. */
export async function listAccounts(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: AccountFilter,
): Promise<AccountRow[]> {
  const { after } = page
  const { rows } = await sql<AccountRow>`
    ${selected}
     where ${matching(filter)}
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

/** The account that holds this grant now; null when it is out of scope or ended. */
export async function findAccountOfGrant(trx: Trx, grantId: number): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`${selected}
     where a.account_id = (select account_id from account_roles where grant_id = ${grantId} and ended_at is null)`.execute(
    trx,
  )
  return rows[0] ?? null
}

/** Returns the new account's id. Throws the database's `accounts_username` when the name is taken. */
export async function insertAccount(
  trx: Trx,
  values: {
    username: string
    password_hash: string | null
    second_factor_waived?: boolean
    grants: readonly GrantValues[]
  },
): Promise<number> {
  const { grants, ...account } = values
  const { account_id } = await trx
    .insertInto('accounts')
    .values(account)
    .returning('account_id')
    .executeTakeFirstOrThrow()
  for (const grant of grants) await insertGrant(trx, account_id, grant)
  return account_id
}

/** Returns the grant's id. Throws `account_roles_once` or `account_roles_one_officer` when it is held already. */
export async function insertGrant(
  trx: Trx,
  accountId: number,
  { role, unit_id, officer_id }: GrantValues,
): Promise<number> {
  const { grant_id } = await trx
    .insertInto('account_roles')
    .values({ account_id: accountId, role, unit_id, officer_id })
    .returning('grant_id')
    .executeTakeFirstOrThrow()
  return grant_id
}

export async function endGrant(trx: Trx, grantId: number, now: Date): Promise<void> {
  await trx.updateTable('account_roles').set({ ended_at: now }).where('grant_id', '=', grantId).execute()
}

/** Names a password of this account should not be made of: its units and its officer. */
export async function listNamesOf(trx: Trx, accountId: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select u.name from account_roles r join units u on u.unit_id = r.unit_id where r.account_id = ${accountId}
    union select o.name from account_roles r join officers o on o.officer_id = r.officer_id
     where r.account_id = ${accountId}`.execute(trx)
  return rows.map(({ name }) => name)
}

/** From now on the account is asked for a second factor. */
export async function unwaiveSecondFactor(trx: Trx, accountId: number): Promise<void> {
  await trx.updateTable('accounts').set({ second_factor_waived: false }).where('account_id', '=', accountId).execute()
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
     where a.active and exists (select from account_roles r
             where r.account_id = a.account_id and r.role = 'administrator' and r.ended_at is null)
     order by a.account_id for update of a`.execute(trx)
  return rows.some((row) => row.account_id !== accountId)
}
