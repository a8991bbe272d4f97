/** Sessions, what log-in needs to know of an account, and failed log-ins. Only hashes of tokens and names are stored. */
import { sql } from 'kysely'
import type { Role } from '../contract/accounts.ts'
import type { Trx } from './database.ts'

export interface SessionRow {
  account_id: number
  created_at: Date
  last_seen_at: Date
  username: string
  active: boolean
  /** Roles held now with their places: units before the province, leaders before clerks before officers. */
  grants: SessionGrant[]
}

export interface SessionGrant {
  role: Role
  unit_id: number | null
  unit_name: string | null
  officer_id: number | null
  officer_name: string | null
}

/** The session with this token hash and its account, ended accounts included; null when there is none. */
export async function findSession(trx: Trx, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await sql<SessionRow>`
    select s.account_id, s.created_at, s.last_seen_at, a.username, a.active,
           (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'unit_id', r.unit_id, 'unit_name', u.name,
                     'officer_id', r.officer_id, 'officer_name', o.name)
                     order by array_position(array['unit_leader', 'unit_clerk', 'officer'], r.role), r.role, r.grant_id), '[]')
              from account_roles r left join units u on u.unit_id = r.unit_id left join officers o on o.officer_id = r.officer_id
             where r.account_id = a.account_id and r.ended_at is null) as grants
      from sessions s join accounts a using (account_id)
     where s.token_hash = ${tokenHash}`.execute(trx)
  return rows[0] ?? null
}

export async function insertSession(trx: Trx, tokenHash: Buffer, accountId: number, now: Date): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({ token_hash: tokenHash, account_id: accountId, created_at: now, last_seen_at: now })
    .execute()
}

export async function touchSession(trx: Trx, tokenHash: Buffer, now: Date): Promise<void> {
  await trx.updateTable('sessions').set({ last_seen_at: now }).where('token_hash', '=', tokenHash).execute()
}

/** Puts a session under another id; when it began stays as it is. */
export async function setSessionToken(trx: Trx, before: Buffer, after: Buffer): Promise<void> {
  await trx.updateTable('sessions').set({ token_hash: after }).where('token_hash', '=', before).execute()
}

export async function deleteSession(trx: Trx, tokenHash: Buffer): Promise<void> {
  await trx.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute()
}

/** Ends every session of the account, but for the one with this token hash. */
export async function deleteSessionsOf(trx: Trx, accountId: number, except: Buffer | null = null): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .$if(except !== null, (query) => query.where('token_hash', '<>', except))
    .execute()
}

/** Removes what can no longer be used: sessions begun before `begun` or not seen since `seen`, failures before `failed`. */
export async function deleteExpired(trx: Trx, before: { begun: Date; seen: Date; failed: Date }): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where((where) => where.or([where('created_at', '<=', before.begun), where('last_seen_at', '<=', before.seen)]))
    .execute()
  await trx.deleteFrom('login_failures').where('failed_at', '<=', before.failed).execute()
}

export interface LoginRow {
  account_id: number
  password_hash: string
  active: boolean
}

/** The account of a user name, compared without regard to case; null when there is none. */
export async function findLogin(trx: Trx, username: string): Promise<LoginRow | null> {
  const row = await trx
    .selectFrom('accounts')
    .select(['account_id', 'password_hash', 'active'])
    .where(sql<boolean>`lower(username) = lower(${username})`)
    .executeTakeFirst()
  return row ?? null
}

/** An IPv6 customer owns a whole /64, so that is what counts as one address. */
const network = (address: string) =>
  sql<string>`case when family(${address}::inet) = 6 then network(set_masklen(${address}::inet, 64))::inet else ${address}::inet end`

export interface FailureCounts {
  /** Failures of this name from this address, of this address, and of this name, each within its own window. */
  pair: number
  address: number
  name: number
  /** The oldest failure of each window; null when there is none. */
  pair_oldest: Date | null
  address_oldest: Date | null
  name_oldest: Date | null
}

/** Failed log-ins since `recent` (pair, address) and since `day` (name). */
export async function countFailures(
  trx: Trx,
  usernameHash: Buffer,
  address: string,
  since: { recent: Date; day: Date },
): Promise<FailureCounts> {
  const { rows } = await sql<FailureCounts>`
    select count(*) filter (where username_hash = ${usernameHash} and is_here and is_recent) as pair,
           count(*) filter (where is_here and is_recent) as address,
           count(*) filter (where username_hash = ${usernameHash}) as name,
           min(failed_at) filter (where username_hash = ${usernameHash} and is_here and is_recent) as pair_oldest,
           min(failed_at) filter (where is_here and is_recent) as address_oldest,
           min(failed_at) filter (where username_hash = ${usernameHash}) as name_oldest
      from (select username_hash, failed_at, address = ${network(address)} as is_here,
                   failed_at > ${since.recent} as is_recent
              from login_failures
             where failed_at > ${since.day} and (username_hash = ${usernameHash} or address = ${network(address)})
           ) as failures`.execute(trx)
  return rows[0] as FailureCounts
}

export async function insertFailure(trx: Trx, usernameHash: Buffer, address: string, now: Date): Promise<void> {
  await trx
    .insertInto('login_failures')
    .values({ username_hash: usernameHash, address: network(address), failed_at: now })
    .execute()
}

/** A success clears the failures of this name from this address; those from elsewhere may be somebody else's. */
export async function deleteFailures(trx: Trx, usernameHash: Buffer, address: string): Promise<void> {
  await trx
    .deleteFrom('login_failures')
    .where('username_hash', '=', usernameHash)
    .where('address', '=', network(address))
    .execute()
}
