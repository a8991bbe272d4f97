/** Opens the pools, refuses unsafe roles, sets the scope of a request, and hands on the table types. */
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { normalise } from '../contract/text.ts'
import type { Tables } from './tables.ts'

export type * from './tables.ts'

// int8 (sums) as numbers; dates as text, because a day has no time zone.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)

export type Db = Kysely<Tables>
export type Trx = Transaction<Tables>

/**
 * Held to the end of the transaction by whoever changes a roster and by each lot of counting. Otherwise a rating that
 * arrives while a change is not committed yet could be counted by the old roster and missed by the requeueing.
 */
export const rosterLock = `select pg_advisory_xact_lock(hashtextextended('hai-long roster', 0))`

export type NumbersLock = (unitId: number) => Promise<void>

/**
 * One call at a time writes the typed numbers of a unit: a row that is not there yet cannot be locked, and of two people
 * who both saw nothing the second must be told of the first.
 */
export function numbersLock(trx: Trx): NumbersLock {
  const held = new Set<number>()
  return async (unitId) => {
    if (held.has(unitId)) return
    held.add(unitId)
    await sql`select pg_advisory_xact_lock(hashtextextended(${`hai-long numbers ${unitId}`}, 0))`.execute(trx)
  }
}

/** Where servers hear that a unit's pages have something new; `queries/changes.ts` says what travels on it. */
export const CHANGES_CHANNEL = 'hai_long_changes'

/** A connection of the counting worker, inside its transaction. */
export type CountClient = Pick<pg.ClientBase, 'query'>

/** One pool per job, each under its own database role. */
export interface Pools {
  /** Requests of staff, under row-level security. Reach it through `withScope` only. */
  app: Db
  /** Receiving: may insert what citizens said, and read almost nothing. */
  ingest: pg.Pool
  /** Counting: the one writer of figures. */
  count: pg.Pool
  /** A connection of its own for LISTEN and the counting lock. */
  openCountClient(): Promise<pg.Client>
  /** Connections of each pool now: at work, at rest, and callers waiting for one. */
  sizes(): { pool: string; busy: number; idle: number; wanted: number }[]
  close(): Promise<void>
}

export interface PoolUrls {
  ownerUrl: string
  appUrl: string | null
  ingestUrl: string | null
}

/** A pool's effective role may do too much; the message names it and says what to change. */
export class UnsafeRoleError extends Error {}

const common = {
  connectionTimeoutMillis: 3000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  query_timeout: 30_000,
  statement_timeout: 20_000,
  idle_in_transaction_session_timeout: 20_000,
}

/**
 * A rating is written in milliseconds. A database that neither answers nor refuses (a machine that stands still, a line that is
 * cut) is gone as well, and a tablet is told so before it gives up by itself; what was stored all the same is a duplicate then.
 */
const ofReceiving = { query_timeout: 5000, statement_timeout: 4000 }

function poolConfig(url: string, role: string, max: number): pg.PoolConfig {
  return { ...common, connectionString: url, max, options: `-c role=${role}`, application_name: role }
}

/**
 * One connection of the owner. It may be lost at any moment (a full disk ends PostgreSQL, a command stops its own): the
 * statement under way fails then, and without the handlers the process would end too.
 */
export function openOwnerPool(ownerUrl: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** How a connection of the counting worker is opened; it lives as long as the lock it holds. */
export function countClientOpener(
  { ownerUrl, ingestUrl }: Pick<PoolUrls, 'ownerUrl' | 'ingestUrl'>,
  onError: (error: Error) => void,
): Pools['openCountClient'] {
  return async () => {
    const { max: _max, ...config } = countConfig({ ownerUrl, ingestUrl })
    // The counting lock's connection is idle by design, so no statement limits here.
    const client = new pg.Client({ ...config, query_timeout: 0, statement_timeout: 0 })
    client.on('error', onError)
    await client.connect()
    return client
  }
}

const countConfig = ({ ownerUrl, ingestUrl }: Pick<PoolUrls, 'ownerUrl' | 'ingestUrl'>) =>
  poolConfig(ingestUrl ?? ownerUrl, 'hai_long_count', 4)

/**
 * Opens the three pools. Throws `UnsafeRoleError` when a pool's effective role is a superuser, bypasses row security
 * or owns tables, because then the database would refuse nothing. Connection errors pass through.
 */
export async function openPools(
  { ownerUrl, appUrl, ingestUrl }: PoolUrls,
  onError: (error: Error) => void,
): Promise<Pools> {
  const appPool = new pg.Pool(poolConfig(appUrl ?? ownerUrl, 'hai_long_app', 10))
  const ingest = new pg.Pool({ ...poolConfig(ingestUrl ?? ownerUrl, 'hai_long_ingest', 6), ...ofReceiving })
  const count = new pg.Pool(countConfig({ ownerUrl, ingestUrl }))
  const all = [appPool, ingest, count]
  let closing = false
  // Without a handler a connection that dies idle would end the process (node-postgres#2635). While the pools close, a
  // command's PostgreSQL may stop before their connections are gone: that is no loss.
  const report = (error: Error) => {
    if (!closing) onError(error)
  }
  for (const pool of all) {
    pool.on('error', report)
    // The pool listens only while a connection rests in it: one that dies between two statements of a transaction would
    // end the process all the same. Whoever works with it learns of it by its next statement.
    pool.on('connect', (client) => client.on('error', () => {}))
  }
  try {
    for (const pool of all) await refuseUnsafeRole(pool)
  } catch (error) {
    await Promise.all(all.map((pool) => pool.end()))
    throw error
  }
  const app = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: appPool }) })
  return {
    app,
    ingest,
    count,
    openCountClient: countClientOpener({ ownerUrl, ingestUrl }, report),
    sizes: () =>
      Object.entries({ app: appPool, ingest, count }).map(([pool, { totalCount, idleCount, waitingCount }]) => ({
        pool,
        busy: totalCount - idleCount,
        idle: idleCount,
        wanted: waitingCount,
      })),
    async close() {
      closing = true
      await Promise.all([app.destroy(), ingest.end(), count.end()])
      // Kysely ends only a pool that it has used; the role check's connection would keep the process for 30 s.
      if (!appPool.ended) await appPool.end()
    },
  }
}

async function refuseUnsafeRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; unsafe: boolean; owns: boolean }>(
    `select current_user as name, r.rolsuper or r.rolbypassrls as unsafe,
            exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')
                     and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)) as owns
       from pg_roles r where r.rolname = current_user`,
  )
  const role = rows[0]
  if (!role || role.unsafe || role.owns) {
    throw new UnsafeRoleError(
      `database role ${role?.name ?? '(unknown)'} ${role?.owns ? 'owns tables' : 'is a superuser or bypasses row security'}: ` +
        'the server must run under hai_long_app, hai_long_ingest and hai_long_count; check DATABASE_APP_URL and DATABASE_INGEST_URL',
    )
  }
}

/** Asked in each transaction of a request whether the log-in behind it still holds. Both throw when it does not. */
export interface ScopeGuard {
  /** First in the transaction. */
  begin(trx: Trx): Promise<void>
  /** Last before the commit. */
  commit(trx: Trx): Promise<void>
}

/** Who asks, as the database sees it. Empty lists and nulls see nothing. */
export interface DbScope {
  account_id: number | null
  roles: readonly string[]
  units: 'all' | readonly number[]
  officer_id: number | null
  /** Which role is held where; unit null = the whole province. Left out: each of `roles` in all of `units`. */
  grants?: readonly { readonly role: string; readonly unit_id: number | null }[]
  /**
   * Set only by log-in and set-up, which act before anybody is known, by people who change their own password, and by the
   * sender of scheduled reports, for its own two tables.
   */
  purpose?: 'login' | 'setup' | 'own' | 'mail'
  /** Left out: no log-in is behind it. */
  guard?: ScopeGuard | undefined
}

/**
 * Runs `work` in one transaction under the scope's row-level security: the only way to the app pool.
 * The settings are local to the transaction, so nothing leaks to the next user of the connection.
 */
export async function withScope<T>(db: Db, scope: DbScope, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('app.account', ${scope.account_id === null ? '' : String(scope.account_id)}, true),
                     set_config('app.roles', ${scope.roles.join(',')}, true),
                     set_config('app.units', ${scope.units === 'all' ? '*' : scope.units.join(',')}, true),
                     set_config('app.grants', ${writeGrants(scope)}, true),
                     set_config('app.officer', ${scope.officer_id === null ? '' : String(scope.officer_id)}, true),
                     set_config('app.purpose', ${scope.purpose ?? ''}, true)`.execute(trx)
    await scope.guard?.begin(trx)
    const result = await work(trx)
    await scope.guard?.commit(trx)
    return result
  })
}

/** `role:unit` for each grant, `role:*` for the whole province. */
function writeGrants({ grants, roles, units }: DbScope): string {
  const held =
    grants ?? roles.flatMap((role) => (units === 'all' ? [null] : units).map((unit_id) => ({ role, unit_id })))
  return held.map(({ role, unit_id }) => `${role}:${unit_id ?? '*'}`).join(',')
}

/** How many rows a list has in all, and how many of those are no longer in use. */
export interface Counted {
  total: number
  ended: number
}

const MARKS = '[\u0300-\u036f]'
/** Without marks and in lower case, as texts are searched. */
export const plain = (text: string): string =>
  normalise(text, 'NFD').replaceAll(new RegExp(MARKS, 'g'), '').toLowerCase().replaceAll('đ', 'd')

/** Whether one of the texts holds `search`, whatever case and marks; true for an empty one. Null texts hold nothing. */
export function holds(search: string | undefined, ...texts: RawBuilder<unknown>[]): RawBuilder<boolean> {
  const wanted = plain(search ?? '').trim()
  if (wanted === '') return sql<boolean>`true`
  const pattern = `%${wanted.replaceAll(/[\\%_]/g, '\\$&')}%`
  const all = sql`concat_ws(' ', ${sql.join(texts)})`
  return sql<boolean>`lower(translate(regexp_replace(normalize(${all}, NFD), ${MARKS}, '', 'g'), 'đĐ', 'dd')) like ${pattern}`
}

/** Some counters: one, or those of a service. Their ratings are told in published steps alone. */
export interface Part {
  counter_id?: number | undefined
  service?: string | undefined
}

/** Whether a row of `counters` belongs to the part. */
export const isWithin = ({ counter_id, service }: Part) => sql<boolean>`
  (${counter_id ?? null}::int is null or counter_id = ${counter_id ?? null})
  and (${service ?? null}::text is null or service = ${service ?? null})`
