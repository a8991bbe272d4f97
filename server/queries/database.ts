/** Opens the pools, refuses unsafe roles, sets the scope of a request, and holds the table types. */
import { type ColumnType, type Generated, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'

// int8 (sums, bit masks up to 52 bits) as numbers; dates as text, because a day has no time zone.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)

type Json<T> = ColumnType<T, string, string>

/** n1 to n5 count levels 1 to 5; `marks` holds kept counts of item i at 2i-1, broken at 2i (1-based); null = none. */
export interface Counts {
  n1: number
  n2: number
  n3: number
  n4: number
  n5: number
  service_only: number
  marks: number[] | null
}

export interface Tables {
  server_state: { singleton: boolean; epoch: string; created_at: Date }
  settings: { key: string; value: Json<unknown> }
  commitments: { item_id: number; commitment: string }
  catalogues: { catalogue_id: number; version: string; published_at: Date }
  catalogue_items: {
    catalogue_id: number
    item_id: number
    position: number
    family: 'please' | 'always' | 'no' | 'service'
    kind: 'conduct' | 'service' | 'integrity'
    labels: Json<Record<string, { official: string; kept: string; broken: string }>>
  }
  units: {
    unit_id: Generated<number>
    name: string
    kind: 'ward' | 'commune' | 'township' | 'province_centre'
    valid_from: string | null
    valid_to: string | null
    hotline: string | null
    duty_leader_name: string | null
    duty_leader_phone: string | null
    hours: Json<unknown> | null
    catalogue_id: number | null
    created_at: Generated<Date>
  }
  counters: {
    counter_id: Generated<number>
    unit_id: number
    name: string
    service: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  officers: {
    officer_id: Generated<number>
    unit_id: number
    name: string
    title: string | null
    signed_on: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  assignments: {
    assignment_id: Generated<number>
    unit_id: number
    counter_id: number
    officer_id: number
    /** A tstzrange; write with tstzrange(), read with lower() and upper(). */
    during: string
    created_at: Generated<Date>
  }
  terminals: {
    terminal_id: Generated<number>
    unit_id: number
    counter_id: number
    name: string
    pairing_code_hash: Buffer | null
    pairing_code_expires_at: Date | null
    token_hash: Buffer | null
    paired_at: Date | null
    revoked_at: Date | null
    created_at: Generated<Date>
  }
  terminal_placements: { terminal_id: number; unit_id: number; counter_id: number; until_at: Date }
  terminal_contacts: {
    terminal_id: number
    unit_id: number
    last_contact_at: Date
    queue_length: number | null
    oldest_at: Date | null
    rejected_length: number | null
    version: string | null
    details: Json<unknown> | null
  }
  device_sequences: {
    unit_id: number
    device_epoch: string
    terminal_id: number
    highest: number
    received: number
    repeated: number
  }
  accounts: {
    account_id: Generated<number>
    username: string
    password_hash: string
    unit_id: number | null
    officer_id: number | null
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  account_roles: { account_id: number; role: string }
  sessions: { token_hash: Buffer; account_id: number; created_at: Date; last_seen_at: Date }
  login_failures: { failure_id: Generated<number>; username_hash: Buffer; address: string; failed_at: Date }
  setup_links: { token_hash: Buffer; expires_at: Date; used_at: Date | null }
  audit: {
    audit_id: Generated<number>
    happened_at: Generated<Date>
    account_id: number | null
    action: string
    unit_id: number | null
    subject: Json<unknown>
    detail: Json<unknown>
  }
  remarks: { rating_id: string; unit_id: number; counter_id: number; local_day: string; remark: string }
  integrity_reports: {
    report_id: string
    rating_id: string | null
    unit_id: number
    counter_id: number
    month: string
    items: string[]
    remark: string | null
    officer_id: number | null
  }
  tallies: Counts & {
    unit_id: number
    counter_id: number
    officer_id: number | null
    local_day: string
    set_aside: boolean
  }
  unit_tallies: Counts & { unit_id: number; local_day: string; set_aside: boolean }
  steps: Counts & {
    step_id: number
    unit_id: number
    counter_id: number
    officer_id: number | null
    local_day: string
    set_aside: boolean
    changes: number
  }
  unit_steps: Counts & { unit_id: number; local_day: string; set_aside: boolean }
  counting_state: { singleton: boolean; counted_through: Date | null; moments_destroyed_through: string | null }
}

export type Db = Kysely<Tables>
export type Trx = Transaction<Tables>

/**
 * Held to the end of the transaction by whoever changes a roster and by each lot of counting. Otherwise a rating that
 * arrives while a change is not committed yet could be counted by the old roster and missed by the requeueing.
 */
export const rosterLock = `select pg_advisory_xact_lock(hashtextextended('hai-long roster', 0))`

/** A connection of the counting worker, inside its transaction. */
export type CountClient = Pick<pg.ClientBase, 'query'>

/** A rating as counting and verifying load it. */
export interface RatingToJudge {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  local_day: string
  level: number
  kept: number
  broken: number
  /** Corrected moment in epoch ms; null once destroyed. */
  at: number | null
  received_at: Date | null
  device_epoch: string | null
  sequence: number | null
  dwell_ms: number | null
  /** Code of server/domain/time.ts. */
  time_quality: number
  /** The verdict before; `judged` false = never counted. */
  judged: boolean
  officer_id: number | null
  set_aside: number | null
  noted: number | null
}

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

function poolConfig(url: string, role: string, max: number): pg.PoolConfig {
  return { ...common, connectionString: url, max, options: `-c role=${role}`, application_name: role }
}

/**
 * Opens the three pools. Throws `UnsafeRoleError` when a pool's effective role is a superuser, bypasses row security
 * or owns tables, because then the database would refuse nothing. Connection errors pass through.
 */
export async function openPools(
  { ownerUrl, appUrl, ingestUrl }: PoolUrls,
  onError: (error: Error) => void,
): Promise<Pools> {
  const countConfig = poolConfig(ingestUrl ?? ownerUrl, 'hai_long_count', 4)
  const appPool = new pg.Pool(poolConfig(appUrl ?? ownerUrl, 'hai_long_app', 10))
  const ingest = new pg.Pool(poolConfig(ingestUrl ?? ownerUrl, 'hai_long_ingest', 6))
  const count = new pg.Pool(countConfig)
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
    async openCountClient() {
      const { max: _max, ...config } = countConfig
      // The counting lock's connection is idle by design, so no statement limits here.
      const client = new pg.Client({ ...config, query_timeout: 0, statement_timeout: 0 })
      client.on('error', report)
      await client.connect()
      return client
    },
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

/** Who asks, as the database sees it. Empty lists and nulls see nothing. */
export interface DbScope {
  account_id: number | null
  roles: readonly string[]
  units: 'all' | readonly number[]
  officer_id: number | null
  /** Set only by log-in and set-up, which act before anybody is known. */
  purpose?: 'login' | 'setup'
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
                     set_config('app.officer', ${scope.officer_id === null ? '' : String(scope.officer_id)}, true),
                     set_config('app.purpose', ${scope.purpose ?? ''}, true)`.execute(trx)
    return work(trx)
  })
}
