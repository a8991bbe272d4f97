/** The product's own server on a test database, with a clock that tests turn; asked as a tablet, a person or a stranger. */
import { randomBytes, randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../server/app.ts'
import { type Config, readConfig } from '../../server/config.ts'
import type { Role } from '../../server/contract/accounts.ts'
import { countPlanned, LOT_SIZE } from '../../server/count/lot.ts'
import { judgeClosedDays } from '../../server/count/night.ts'
import { planLots } from '../../server/count/plan.ts'
import { type Verification, verifyFigures } from '../../server/count/verify.ts'
import type { Keys } from '../../server/keys.ts'
import { tellChanges } from '../../server/queries/changes.ts'
import { findInbox } from '../../server/queries/counting.ts'
import { CHANGES_CHANNEL, type CountClient, type Pools } from '../../server/queries/database.ts'
import { hashToken, newToken } from '../../server/secrets.ts'
import type { App, Log } from '../../server/services.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

/** The origin of `inject` requests. */
export const ORIGIN = 'http://localhost:80'

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came back and compare it
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
  /** The bytes as they travelled, for answers that are files. */
  readonly file: Buffer
}

/** Somebody at the server's door; every call carries who they are. */
export interface Caller {
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  head(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  patch(url: string, body?: unknown): Promise<Answer>
  delete(url: string): Promise<Answer>
}

export interface TestClock {
  now(): number
  /** An ISO instant or epoch milliseconds. */
  set(at: string | number): void
  advance(ms: number): void
}

export interface TestApp {
  readonly app: App
  readonly db: TestDatabase
  readonly pools: Pools
  readonly clock: TestClock
  readonly keys: Keys
  /** Nobody in particular: no cookie, no token. */
  readonly stranger: Caller
  tablet(token: string): Caller
  /** Whoever holds this session's token, whatever became of it. */
  session(token: string): Caller
  /** A new account of this role, logged in for as long as the test's clock may run. */
  staff(role: Role, reach?: { unit_id?: number; officer_id?: number }): Promise<Caller>
  /** The same with several roles, each in its own place. */
  person(grants: readonly { role: Role; unit_id?: number; officer_id?: number }[]): Promise<Caller>
  /** Counts whatever lies in the inbox, lot by lot, and notifies as production does; returns how many rows it took. */
  count(): Promise<number>
  /** Notifies after a change that a test made by SQL; resolves once this app has heard it. */
  notify(): Promise<void>
  /** What the night does: judges every day that is over by the test's clock and counts what comes out differently. */
  night(): Promise<{ requeued: number }>
  verify(): Promise<Verification>
}

export const testKeys = (): Keys => ({ content: randomBytes(32), audit: randomBytes(32), codes: randomBytes(32) })

export function createTestClock(at: string | number): TestClock {
  const read = (moment: string | number) => (typeof moment === 'number' ? moment : Date.parse(moment))
  let now = read(at)
  return {
    now: () => now,
    set: (moment) => {
      now = read(moment)
    },
    advance: (ms) => {
      now += ms
    },
  }
}

/**
 * Builds the app of production, not listening, and closes it in teardown.
 * `db`, `clock`, `keys` and `pools` may be shared, so that two apps are two servers on one database; `config` replaces
 * single settings.
 */
export async function startTestApp(
  t: Test,
  {
    at = '2026-11-24T10:00:00+07:00',
    config = {},
    log = pino({ level: 'silent' }),
    ...shared
  }: { at?: string; config?: Partial<Config>; log?: Log } & Partial<
    Pick<TestApp, 'db' | 'clock' | 'keys' | 'pools'>
  > = {},
): Promise<TestApp> {
  const db = shared.db ?? (await createTestDatabase(t))
  const pools = shared.pools ?? db.pools
  const clock = shared.clock ?? createTestClock(at)
  const keys = shared.keys ?? testKeys()
  const hearing = watchNotifications(pools)
  const app = await buildApp({
    config: { ...readConfig({ LOG_LEVEL: 'silent' }), ...config },
    pools: hearing.pools,
    clock,
    keys,
    log,
  })
  await app.ready()
  await hearing.catchUp()
  t.teardown(() => app.close())

  function caller(identify: () => Promise<Record<string, string>>): Caller {
    async function call(
      method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE',
      url: string,
      body?: unknown,
      headers = {},
    ) {
      const answer = await app.inject({
        method,
        url,
        headers: {
          ...(await identify()),
          ...(method === 'GET' || method === 'HEAD' ? {} : { origin: ORIGIN }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: body as object }),
        payloadAsStream: true,
      })
      const file = await readAnswer(answer)
      const json = String(answer.headers['content-type']).startsWith('application/json') && file.length > 0
      const text = file.length === 0 ? '' : unpack(file, answer.headers['content-encoding']).toString('utf8')
      return { status: answer.statusCode, body: json ? JSON.parse(text) : text, headers: answer.headers, file }
    }
    return {
      get: (url, headers) => call('GET', url, undefined, headers),
      head: (url, headers) => call('HEAD', url, undefined, headers),
      post: (url, body, headers) => call('POST', url, body, headers),
      patch: (url, body) => call('PATCH', url, body),
      delete: (url) => call('DELETE', url),
    }
  }

  async function person(grants: Parameters<TestApp['person']>[0]): Promise<Caller> {
    const accountId = await insertAccount(db, grants)
    const token = newToken()
    let begunAt = Number.NaN
    let begun: Promise<unknown> = Promise.resolve()
    return caller(async () => {
      // A session lives half an hour of the test's clock, which may run for years.
      if (begunAt !== clock.now()) {
        begunAt = clock.now()
        begun = db.query(
          `insert into sessions (token_hash, account_id, created_at, last_seen_at) values ($1, $2, $3, $3)
           on conflict (token_hash) do update set created_at = $3, last_seen_at = $3`,
          [hashToken(token), accountId, new Date(begunAt)],
        )
      }
      await begun
      return { cookie: `__Host-session=${token}` }
    })
  }

  /** Counts what waits, as the counting worker does, and notes whose pages are to be told. */
  async function countWaiting(client: CountClient, units: { published: Set<number>; arrived: Set<number> }) {
    let taken = 0
    for (;;) {
      const lots = planLots(await findInbox(client, 1_000_000, 50_000), LOT_SIZE)
      if (lots.length === 0) return taken
      for (const lot of lots) {
        const counted = await countPlanned(client, lot, clock.now())
        for (const unit of counted.published) units.published.add(unit)
        for (const unit of counted.arrived) units.arrived.add(unit)
        taken += lot.size
      }
    }
  }

  /** Runs `work` on a counting connection, then notifies of the units it noted. */
  async function counting<T>(work: (client: CountClient, units: Parameters<typeof countWaiting>[1]) => Promise<T>) {
    const client = await pools.openCountClient()
    try {
      const units = { published: new Set<number>(), arrived: new Set<number>() }
      const result = await work(client, units)
      await tellChanges(client, [...units.published], [...units.arrived])
      await hearing.catchUp()
      return result
    } finally {
      await client.end()
    }
  }

  return {
    app,
    db,
    pools,
    clock,
    keys,
    stranger: caller(async () => ({})),
    tablet: (token) => caller(async () => ({ authorization: `Bearer ${token}` })),
    session: (token) => caller(async () => ({ cookie: `__Host-session=${token}` })),
    staff: (role, reach = {}) => person([{ role, ...reach }]),
    person,
    count: () => counting(countWaiting),
    async notify() {
      await tellChanges(pools.ingest, null)
      await hearing.catchUp()
    },
    night: () =>
      counting(async (client, units) => {
        let requeued = 0
        for (;;) {
          await countWaiting(client, units)
          const run = await judgeClosedDays(client, clock.now())
          requeued += run.requeued
          if (run.days === 0) return { requeued }
        }
      }),
    async verify() {
      const client = await pools.openCountClient()
      try {
        return await verifyFigures(client)
      } finally {
        await client.end()
      }
    },
  }
}

/** `pools` for an app, and `catchUp()`: resolves once that app has heard every change committed before the call. */
function watchNotifications(pools: Pools): { pools: Pools; catchUp(): Promise<void> } {
  const heard = new EventEmitter()
  heard.setMaxListeners(0)
  return {
    pools: {
      ...pools,
      async openCountClient() {
        const client = await pools.openCountClient()
        client.on('notification', ({ payload }) => heard.emit(payload ?? ''))
        return client
      },
    },
    async catchUp() {
      // Names no unit, and notifications arrive in order of commit. Repeated while the app is not listening yet.
      const fence = `;;${randomUUID()}`
      const arrived = once(heard, fence, { signal: AbortSignal.timeout(10_000) })
      const notify = () => pools.ingest.query('select pg_notify($1, $2)', [CHANGES_CHANNEL, fence])
      await notify()
      const again = setInterval(() => void notify().catch(() => {}), 50)
      await arrived.finally(() => clearInterval(again))
    },
  }
}

/** The bytes of an answer; none of an open stream, which never ends by itself. */
async function readAnswer(answer: { headers: Readonly<Record<string, unknown>>; stream(): Readable }): Promise<Buffer> {
  const stream = answer.stream()
  if (String(answer.headers['content-type']).startsWith('text/event-stream')) {
    stream.destroy()
    return Buffer.alloc(0)
  }
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** What travelled compressed, as it is read. */
function unpack(file: Buffer, coding: unknown): Buffer {
  if (coding === 'br') return brotliDecompressSync(file)
  return coding === 'gzip' ? gunzipSync(file) : file
}

/** A new account with these roles and a session of it that nobody prolongs. */
export async function logIn(
  { db, clock }: Pick<TestApp, 'db'> & { clock: Pick<TestClock, 'now'> },
  grants: Parameters<TestApp['person']>[0],
): Promise<{ account_id: number; token: string }> {
  const [account_id, token] = [await insertAccount(db, grants), newToken()]
  await insertSession(db, clock, account_id, token)
  return { account_id, token }
}

export async function insertSession(db: TestDatabase, clock: Pick<TestClock, 'now'>, accountId: number, token: string) {
  await db.query('insert into sessions (token_hash, account_id, created_at, last_seen_at) values ($1, $2, $3, $3)', [
    hashToken(token),
    accountId,
    new Date(clock.now()),
  ])
}

let accounts = 0

/** An account that never types its password: log-in itself has its own tests. */
export async function insertAccount(db: TestDatabase, grants: Parameters<TestApp['person']>[0]): Promise<number> {
  accounts += 1
  const [row] = await db.query<{ account_id: number }>(
    `insert into accounts (username, password_hash, second_factor_waived) values ($1, 'none', true) returning account_id`,
    [`${grants[0]?.role ?? 'nobody'}.${accounts}`],
  )
  if (!row) throw new Error('account not made')
  for (const { role, unit_id, officer_id } of grants) {
    await db.query(
      `insert into account_roles (account_id, role, unit_id, officer_id)
       select $1, $2, case when $2 in ('unit_leader', 'unit_clerk', 'officer', 'commission')
         then coalesce($3, (select unit_id from officers where officer_id = $4)) end, $4`,
      [row.account_id, role, unit_id ?? null, officer_id ?? null],
    )
  }
  return row.account_id
}
