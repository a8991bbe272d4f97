/** Load and costs of the benches of receiving and counting: tablets in a process of their own, CPU of all of PostgreSQL, counting held still. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseUrl } from './inserts.ts'
import type { LoadOptions, LoadResult } from './loader.ts'
import { type BenchPostgres, cpuSeconds } from './support.ts'

const TICKS_PER_SECOND = 100

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(') ') + 2).split(' ')
  } catch {
    return []
  }
}

/** CPU seconds of a process and all its children, those that have ended included. */
export function familyCpuSeconds(pid: number): number {
  const own = statOf(pid)
  const ended = own.length === 0 ? 0 : (Number(own[13]) + Number(own[14])) / TICKS_PER_SECOND
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))[1] === String(pid))
    .reduce((sum, name) => sum + cpuSeconds(Number(name)), 0)
  return cpuSeconds(pid) + ended + children
}

const defaults = {
  connections: 64,
  seconds: 5,
  size: 1,
  rate: null,
  in_turn: false,
  spread_days: 0.3,
  day_by_day: null,
}

/** Posts ratings from a process of its own and resolves when it is through; see loader.ts. */
export function sendRatings(
  url: string,
  options: Partial<LoadOptions> & Pick<LoadOptions, 'tokens'>,
): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import=tsx', join(import.meta.dirname, 'loader.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  running.add(child)
  child.stdin.end(JSON.stringify({ ...defaults, port: Number(new URL(url).port), ...options }))
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (part) => {
      said += part
    })
    child.on('close', () => {
      running.delete(child)
      try {
        resolve(JSON.parse(said) as LoadResult)
      } catch {
        reject(new Error(`the loader ended without a result: ${said}`))
      }
    })
  })
}

const countingLock = `select pg_try_advisory_lock(hashtext('hai_long_count')) as held`

/**
 * Takes the counting lock from the product's own worker, which then stands by as on every server but one; the returned
 * function gives it back.
 */
export async function holdCounting(postgres: BenchPostgres): Promise<() => Promise<void>> {
  const client = new pg.Client(databaseUrl(postgres))
  // Whoever stops PostgreSQL first: the end of this connection is no news.
  client.on('error', () => {})
  await client.connect()
  for (;;) {
    // The worker asks for its lock again two seconds after its connection was ended.
    await client.query(`select pg_terminate_backend(pid, 1000) from pg_locks
      where locktype = 'advisory' and granted and objid = (hashtext('hai_long_count')::bigint & 4294967295)::oid`)
    if ((await client.query<{ held: boolean }>(countingLock)).rows[0]?.held) return () => client.end()
  }
}
