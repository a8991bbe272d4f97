/** Sessions, what log-in needs to know of an account, and failed log-ins. Only hashes of tokens and names are stored. */
import { sql } from 'kysely'
import type { Role } from '../contract/accounts.ts'
import type { Trx } from './database.ts'

export interface SessionRow {
  token_hash: Buffer
  session_id: number
  account_id: number
  created_at: Date
  last_seen_at: Date
  username: string
  active: boolean
  /** Whether this session was begun with a second factor. */
  second_factor: boolean
  has_second_factor: boolean
  second_factor_waived: boolean
  first_login_at: Date | null
  /** Which roles are held now, as one text. */
  grant_ids: string
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

/** Changes whenever a role is given or ended. */
const grantIds = sql<string>`array(select r.grant_id from account_roles r
   where r.account_id = s.account_id and r.ended_at is null order by r.grant_id)::text`

/** The session with this token hash and its account, ended accounts included; null when there is none. */
export async function findSession(trx: Trx, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await sql<SessionRow>`
    select s.token_hash, s.session_id, s.account_id, s.created_at, s.last_seen_at, s.second_factor, a.username, a.active,
           a.second_factor_waived, a.first_login_at, ${grantIds} as grant_ids,
           exists (select from second_factors f where f.account_id = a.account_id and f.confirmed_at is not null)
             as has_second_factor,
           (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'unit_id', r.unit_id, 'unit_name', u.name,
                     'officer_id', r.officer_id, 'officer_name', o.name)
                     order by array_position(array['unit_leader', 'unit_clerk', 'officer'], r.role), r.role, r.grant_id), '[]')
              from account_roles r left join units u on u.unit_id = r.unit_id left join officers o on o.officer_id = r.officer_id
             where r.account_id = a.account_id and r.ended_at is null) as grants
      from sessions s join accounts a using (account_id)
     where s.token_hash = ${tokenHash}`.execute(trx)
  return rows[0] ?? null
}

/**
 * Whether the session is still there and its account active, as of now. `keep`: it then stays until the transaction ends,
 * and whoever wants to end it waits so long; `change`: this transaction is about to end or renew it itself.
 */
export async function holdsSession(trx: Trx, tokenHash: Buffer, lock: 'none' | 'keep' | 'change'): Promise<boolean> {
  const locking = { none: sql``, keep: sql`for key share of s`, change: sql`for update of s` }[lock]
  const { rows } = await sql`
    select from sessions s join accounts a using (account_id) where s.token_hash = ${tokenHash} and a.active
    ${locking}`.execute(trx)
  return rows.length > 0
}

/** Of these sessions those that are not over, by the hash of their token as hex: `grant_ids` as of now. */
export async function findGrantIds(
  trx: Trx,
  tokenHashes: readonly Buffer[],
  alive: { begun: Date; seen: Date },
): Promise<Map<string, string>> {
  const { rows } = await sql<{ hash: string; grant_ids: string }>`
    select encode(s.token_hash, 'hex') as hash, ${grantIds} as grant_ids
      from sessions s join accounts a using (account_id)
     where s.token_hash = any (${tokenHashes}) and a.active
       and s.created_at > ${alive.begun} and s.last_seen_at > ${alive.seen}`.execute(trx)
  return new Map(rows.map(({ hash, grant_ids }) => [hash, grant_ids]))
}

export interface NewSession {
  token_hash: Buffer
  account_id: number
  created_at: Date
  second_factor: boolean
  address: string
  user_agent: string | null
}

export async function insertSession(trx: Trx, session: NewSession): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({ ...session, last_seen_at: session.created_at })
    .execute()
}

export interface OwnSession {
  session_id: number
  created_at: Date
  last_seen_at: Date
  second_factor: boolean
  address: string | null
  user_agent: string | null
}

/** Sessions of the account that have not run out, newest first. */
export async function listSessions(
  trx: Trx,
  accountId: number,
  alive: { begun: Date; seen: Date },
): Promise<OwnSession[]> {
  return trx
    .selectFrom('sessions')
    .select([
      'session_id',
      'created_at',
      'last_seen_at',
      'second_factor',
      sql<string>`host(address)`.as('address'),
      'user_agent',
    ])
    .where('account_id', '=', accountId)
    .where('created_at', '>', alive.begun)
    .where('last_seen_at', '>', alive.seen)
    .orderBy('created_at', 'desc')
    .orderBy('session_id', 'desc')
    .execute()
}

/** Ends one session of the account; false when it has none with this number. */
export async function deleteSessionById(trx: Trx, accountId: number, sessionId: number): Promise<boolean> {
  const ended = await trx
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return ended.numDeletedRows > 0n
}

export async function touchSession(trx: Trx, tokenHash: Buffer, now: Date): Promise<void> {
  await trx.updateTable('sessions').set({ last_seen_at: now }).where('token_hash', '=', tokenHash).execute()
}

/** Puts a session under another id; when it began stays as it is. `proven`: a second factor was shown in it. */
export async function setSessionToken(trx: Trx, before: Buffer, after: Buffer, proven: boolean): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ token_hash: after, ...(proven ? { second_factor: true } : {}) })
    .where('token_hash', '=', before)
    .execute()
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
  username: string
  password_hash: string | null
  active: boolean
  /** Holds a role of the province, whose second factor is asked for at every log-in. */
  in_province: boolean
  has_second_factor: boolean
}

/** The account of a user name, compared without regard to case; null when there is none, or it holds no role. */
export async function findLogin(trx: Trx, username: string): Promise<LoginRow | null> {
  const { rows } = await sql<LoginRow>`
    select a.account_id, a.username, a.password_hash, a.active,
           bool_or(r.role in ('administrator', 'commission', 'inspector')) as in_province,
           exists (select from second_factors f where f.account_id = a.account_id and f.confirmed_at is not null)
             as has_second_factor
      from accounts a join account_roles r on r.account_id = a.account_id and r.ended_at is null
     where lower(a.username) = lower(${username}) group by a.account_id`.execute(trx)
  return rows[0] ?? null
}

/** The seven days of the second factor begin with the first log-in. */
export async function noteFirstLogin(trx: Trx, accountId: number, now: Date): Promise<void> {
  await trx
    .updateTable('accounts')
    .set({ first_login_at: now })
    .where('account_id', '=', accountId)
    .where('first_login_at', 'is', null)
    .execute()
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
