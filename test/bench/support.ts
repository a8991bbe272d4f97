/** What benches share: a PostgreSQL with everything on, processes, their CPU and memory from /proc, load, and a province to send it to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'
import pg from 'pg'
import { hashToken, newToken } from '../../server/secrets.ts'
import { startTestPostgres } from '../support/postgres.ts'

const root = join(import.meta.dirname, '..', '..')

let version: string | null = null
/** Of the PostgreSQL this process last measured; null before. */
export const postgresVersion = (): string | null => version

/** Throws unless the server that answers under `url` keeps what it acknowledged: a bench with less would flatter. */
export async function assertEverythingOn(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings
        where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version')`,
    )
    const settings = new Map(rows.map(({ name, setting }) => [name, setting]))
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      if (settings.get(name) !== 'on') throw new Error(`the bench's PostgreSQL has ${name} ${settings.get(name)}`)
    }
    version = settings.get('server_version') ?? null
  })
}

/** File systems of Linux that are memory: tmpfs, ramfs. */
const inMemory = [0x01021994, 0x858458f6]

/** Throws when the folder is memory, where a flush to the disk costs nothing, whatever the settings say. */
export function assertOnDisk(dir: string): void {
  if (inMemory.includes(statfsSync(dir).type)) {
    throw new Error(`the bench's PostgreSQL would lie in memory (${dir}): set TMPDIR to a folder on a disk`)
  }
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export interface BenchPostgres {
  readonly ownerUrl: string
  readonly superuserUrl: string
  /** Folder of the run, gone afterwards. */
  readonly dir: string
  /** Process id of the server; its backends are its children. */
  readonly postmaster: number
  stop(): Promise<void>
}

/** A throw-away PostgreSQL as the product runs it, migrated, autovacuum and all; `settings` as `name=value`. */
export async function startBenchPostgres(settings: readonly string[] = []): Promise<BenchPostgres> {
  const postgres = await startTestPostgres({ settings: ['max_connections=200', ...settings] })
  const ownerUrl = postgres.env.TEST_OWNER_URL as string
  const superuserUrl = postgres.env.TEST_SUPERUSER_URL as string
  try {
    assertOnDisk(postgres.dir)
    await assertEverythingOn(ownerUrl)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  return {
    ownerUrl,
    superuserUrl,
    dir: postgres.dir,
    postmaster: await findPostmaster(superuserUrl),
    stop: postgres.stop,
  }
}

export async function findPostmaster(superuserUrl: string): Promise<number> {
  return withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select (regexp_split_to_array(pg_read_file('postmaster.pid'), '\\n'))[1]::int as pid`,
    )
    return rows[0]?.pid as number
  })
}

/** The built product on this database; `url` is where it answers. */
export async function startProduct(
  ownerUrl: string,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; url: string }> {
  const { child, match } = await startProcess(
    [join(root, 'dist/server/start.js')],
    { DATABASE_URL: ownerUrl, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', ...env },
    /Dashboards\s+(\S+)\//,
  )
  return { child, url: match }
}

/** The yardstick of requests: a route with the same body schema that does nothing. */
export async function startNoop(): Promise<{ child: ChildProcess; url: string }> {
  const { child, match } = await startProcess(
    ['--import=tsx', join(import.meta.dirname, 'noop-server.ts')],
    {},
    /^(\d+)$/,
  )
  return { child, url: `http://127.0.0.1:${match}` }
}

/** Proportional set size of a process in MB (10^6 bytes): its own memory and its share of what it shares. */
export function proportionalMb(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return (Number(found?.[1]) * 1024) / 1e6
}

const TICKS_PER_SECOND = 100

/** User and system CPU seconds of a process so far; 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return 0
  }
}

/** CPU seconds of all children of a process: the backends of a PostgreSQL. */
export function childrenCpuSeconds(parent: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent)
      } catch {
        return false
      }
    })
    .reduce((sum, name) => sum + cpuSeconds(Number(name)), 0)
}

/** Starts a Node process and resolves with its first line of output that matches. */
export async function startProcess(
  args: readonly string[],
  env: Record<string, string>,
  pattern: RegExp,
): Promise<{ child: ChildProcess; match: string }> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const found = pattern.exec(line)
    if (found) {
      child.stdout?.resume()
      return { child, match: found[1] ?? found[0] }
    }
  }
  throw new Error(`${args.join(' ')} ended before it was ready`)
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** So many units with so many counters each, an officer and a paired tablet at every counter; returns the tokens. */
export async function populateProvince(ownerUrl: string, units: number, counters = 2): Promise<string[]> {
  const client = new pg.Client(ownerUrl)
  await client.connect()
  const tokens = Array.from({ length: units * counters }, newToken)
  try {
    await client.query(`insert into units (name, kind) select 'Xã ' || i, 'commune' from generate_series(1, $1) i`, [
      units,
    ])
    await client.query(
      `insert into counters (unit_id, name) select unit_id, 'Quầy ' || i from units, generate_series(1, $1) i
        where not exists (select from counters c where c.unit_id = units.unit_id)`,
      [counters],
    )
    await client.query(`insert into officers (unit_id, name) select unit_id, 'Cán bộ ' || counter_id from counters`)
    await client.query(`insert into assignments (unit_id, counter_id, officer_id, during)
      select c.unit_id, c.counter_id, o.officer_id, tstzrange('2020-01-01', null) from counters c
        join officers o on o.unit_id = c.unit_id and o.name = 'Cán bộ ' || c.counter_id`)
    await client.query(
      `insert into terminals (unit_id, counter_id, name, token_hash, paired_at)
       select c.unit_id, c.counter_id, c.name, h.hash, now()
         from (select *, row_number() over (order by counter_id) as place from counters) c
         join unnest($1::bytea[]) with ordinality as h (hash, place) using (place)`,
      [tokens.map(hashToken)],
    )
  } finally {
    await client.end()
  }
  return tokens
}

/** New tokens for so many tablets of a generated province, drawn by lot. */
export async function pairTablets(client: pg.Client, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, newToken)
  await client.query(
    `update terminals set token_hash = h.hash
       from (select terminal_id, row_number() over () as place from (select terminal_id from terminals order by random() limit $2) t) one
       join unnest($1::bytea[]) with ordinality as h (hash, place) using (place)
      where terminals.terminal_id = one.terminal_id`,
    [tokens.map(hashToken), count],
  )
  return tokens
}

const codes = ['please_hello', 'always_listen', 'always_help', 'service_time', 'service_guidance', 'no_bureaucracy']
let serial = 0

/**
 * A batch of ratings as a tablet sends them, a visit each 90 s backwards from a moment of the last hours, 1.5 marks each on
 * average; `days`: over how many days of the past they are spread. Drawn by lot: whoever sends for many tablets by turns would
 * else give each of them the same day and the same minute again and again.
 */
export function batchText(size: number, days = 1): string {
  const now = Date.now()
  const before = Math.floor(Math.random() * 300)
  const ratings = Array.from({ length: size }, (_, place) => {
    serial += 1
    const marks = [
      { commitment: codes[serial % 6], kept: serial % 3 !== 0 },
      { commitment: codes[(serial + 2) % 6], kept: true },
    ]
    return {
      id: randomUUID(),
      scale: 'faces5',
      level: 1 + ((serial * 7) % 5),
      marks: serial % 2 === 0 ? marks : marks.slice(1),
      language: 'vi',
      rated_at: new Date(now - (place + before) * 90_000 - Math.floor(Math.random() * days) * 86_400_000).toISOString(),
      device_epoch: 'bench',
      sequence: serial,
      shown: 'marks',
      dwell_ms: 2300,
    }
  })
  return JSON.stringify({ sent_at: new Date(now).toISOString(), ratings })
}

export interface LoadResult {
  /** Answered requests per second, and how many were not 2xx. */
  rate: number
  refused: number
  total: number
  p50: number
  p99: number
}

/** So many connections for so many seconds, each with its own token, each request with new ratings. */
export async function load(
  url: string,
  tokens: readonly string[],
  connections: number,
  seconds: number,
  size: number,
): Promise<LoadResult> {
  let next = 0
  const result = await autocannon({
    url: `${url}/api/v1/ratings`,
    connections,
    duration: seconds,
    method: 'POST',
    setupClient(client) {
      const token = tokens[next++ % tokens.length] as string
      client.setHeaders({ 'content-type': 'application/json', authorization: `Bearer ${token}` })
      client.setBody(batchText(size))
      client.on('response', () => client.setBody(batchText(size)))
    },
  })
  return {
    rate: result['2xx'] / result.duration,
    refused: result.non2xx + result.errors,
    total: result['2xx'],
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}
