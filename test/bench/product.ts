/** The product as a bench runs it: the built server with its own PostgreSQL in a throw-away folder, and what it costs. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { assertDurable, loadPasswords } from '../../server/embedded/cluster.ts'
import { readPidFile } from '../../server/embedded/postmaster.ts'
import { ownerUrlAt } from '../../server/embedded/supervisor.ts'
import type { LoadOptions, LoadResult } from './loader.ts'

const root = join(import.meta.dirname, '..', '..')
const TICKS_PER_SECOND = 100

export interface Started {
  readonly child: ChildProcess
  readonly match: string
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** Starts a Node process and resolves with the first group of its first line of output that matches. */
export async function startProcess(
  args: readonly string[],
  env: Record<string, string>,
  pattern: RegExp,
): Promise<Started> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
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
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

export interface Product {
  readonly dir: string
  readonly port: number
  readonly child: ChildProcess
  readonly ownerUrl: string
  readonly superuserUrl: string
  /** CPU seconds so far: of Node, and of PostgreSQL with every process it ever had. */
  cpu(): { node: number; postgres: number }
  /** Another server process on the same database; ended with the product. Returns its port. */
  startSecond(): Promise<{ port: number; child: ChildProcess }>
  stop(): Promise<void>
}

/** Starts the built product with embedded PostgreSQL. Throws when that PostgreSQL is not as durable as it must be. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dir = mkdtempSync(join(tmpdir(), 'hai-long-bench-'))
  // Run as root, PostgreSQL's user must pass through.
  chmodSync(dir, 0o711)
  const dataDir = join(dir, 'data')
  const entry = join(realpathSync(join(root, 'dist')), 'server', 'start.js')
  const serve = (more: Record<string, string>) =>
    startProcess([...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []), entry],
      { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', ...env, ...more }, /Dashboards\s+\S+:(\d+)\//)
  const server = await serve({})
  const place = readPidFile(join(dataDir, 'postgres'))
  if (!place) throw new Error('the product started no PostgreSQL of its own')
  const passwords = loadPasswords(dataDir)
  const ownerUrl = ownerUrlAt(place.port, passwords)
  const superuserUrl = new URL(ownerUrl)
  superuserUrl.username = 'postgres'
  superuserUrl.password = passwords.superuser
  const client = new pg.Client(superuserUrl.href)
  await client.connect()
  await assertDurable(client)
  await client.end()
  const others: ChildProcess[] = []
  return {
    dir,
    port: Number(server.match),
    child: server.child,
    ownerUrl,
    superuserUrl: superuserUrl.href,
    cpu: () => ({ node: cpuSeconds(server.child.pid as number), postgres: familyCpuSeconds(place.pid) }),
    async startSecond() {
      const second = await serve({ DATABASE_URL: ownerUrl })
      others.push(second.child)
      return { port: Number(second.match), child: second.child }
    },
    async stop() {
      for (const other of others) await stopProcess(other)
      await stopProcess(server.child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(') ') + 2).split(' ')
  } catch {
    return []
  }
}

/** User and system CPU seconds of a process so far; 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  return fields.length === 0 ? 0 : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
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

/** Posts ratings from a process of its own and resolves when it is through; see loader.ts. */
export function load(options: Partial<LoadOptions> & Pick<LoadOptions, 'port' | 'tokens'>): Promise<LoadResult> {
  const child = spawn(process.execPath, ['--import=tsx', join(import.meta.dirname, 'loader.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  running.add(child)
  child.stdin.end(JSON.stringify({ connections: 64, seconds: 5, size: 1, rate: null, spread_days: 0.3, ...options }))
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

/** Takes the counting lock from the product's own worker, which then stands by; the returned function gives it back. */
export async function holdCounting(superuserUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client(superuserUrl)
  await client.connect()
  for (;;) {
    // The worker asks for its lock again two seconds after its connection was ended.
    await client.query(`select pg_terminate_backend(pid, 1000) from pg_locks
      where locktype = 'advisory' and granted and objid = (hashtext('hai_long_count')::bigint & 4294967295)::oid`)
    if ((await client.query<{ held: boolean }>(countingLock)).rows[0]?.held) return () => client.end()
  }
}
