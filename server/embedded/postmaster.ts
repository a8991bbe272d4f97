/** One run of the PostgreSQL server: launched in its own session or adopted from a killed parent, probed, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import type { Binaries } from './binaries.ts'
import { lastLines, serverEnvironment, superuser } from './cluster.ts'
import { explainFullDisk } from './disk.ts'
import { EmbeddedError } from './errors.ts'
import { findServerProcesses, isAlive, signalProcess, waitUntil } from './processes.ts'
import type { SystemUser } from './system-user.ts'

export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** Resolves when the server is gone, however it went. */
  readonly ended: Promise<void>
}

/** What `postmaster.pid` says; null when there is none or it is not complete yet. */
export function readPidFile(clusterDir: string): { pid: number; port: number } | null {
  try {
    // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    const port = Number(lines[3])
    return pid > 0 && port > 0 ? { pid, port } : null
  } catch {
    return null
  }
}

/** The server left running in `clusterDir` by a killed parent, or null. */
export function findRunning(clusterDir: string): { pid: number; port: number } | null {
  const named = readPidFile(clusterDir)
  return named !== null && findServerProcesses(clusterDir).includes(named.pid) ? named : null
}

/** Watches a server that is not our child: the kernel tells only parents, so look twice a second. */
export function adopt(found: { pid: number; port: number }): Postmaster {
  const ended = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(found.pid)) return
      clearInterval(timer)
      resolve()
    }, 500)
    timer.unref()
  })
  return { ...found, ended }
}

/**
 * Clears what a killed server left behind: waits for its children, which end by themselves once they notice, ends
 * those that do not, and only then removes `postmaster.pid`. Starting beside a living child would corrupt data.
 */
export async function clearDeadServer(clusterDir: string): Promise<void> {
  const gone = () => findServerProcesses(clusterDir).length === 0
  for (const [signal, patience] of [
    [null, 5000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    if (signal !== null) for (const pid of findServerProcesses(clusterDir)) signalProcess(pid, signal)
    if (await waitUntil(gone, patience)) {
      rmSync(join(clusterDir, 'postmaster.pid'), { force: true })
      return
    }
  }
  throw new EmbeddedError(`Processes of a killed PostgreSQL still use ${clusterDir} and cannot be ended.`)
}

export interface LaunchOptions {
  readonly clusterDir: string
  readonly binaries: Binaries
  readonly user: SystemUser | null
  readonly port: number
  /** Settings beyond the fixed ones, `name=value`. */
  readonly settings: readonly string[]
}

/** Command-line settings beat postgresql.conf and ALTER SYSTEM, so nobody can switch durability off by a file. */
const fixedSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'password_encryption=scram-sha-256',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'timezone=UTC',
  'log_timezone=UTC',
  // Seven files, one per weekday, so that logs never fill the disk.
  'logging_collector=on',
  'log_directory=log',
  'log_filename=postgresql-%a.log',
  'log_truncate_on_rotation=on',
  'log_rotation_age=1d',
  'log_rotation_size=0',
  'log_checkpoints=off',
  // DETAIL lines and statements would copy remarks of citizens into the log.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
]

/** Starts the server; it is ready only when `waitReady` says so. */
export function launch({ clusterDir, binaries, user, port, settings }: LaunchOptions): Postmaster {
  const log = openSync(join(clusterDir, 'start.log'), 'w', 0o600)
  const child: ChildProcess = spawn(
    binaries.postgres,
    ['-D', clusterDir, '-p', String(port), ...[...fixedSettings, ...settings].flatMap((setting) => ['-c', setting])],
    {
      // A session of its own: Ctrl-C reaches us alone, and we stop the server after the requests are done.
      detached: true,
      stdio: ['ignore', log, log],
      cwd: clusterDir,
      env: serverEnvironment,
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    },
  )
  closeSync(log)
  child.unref()
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  return { pid: child.pid ?? 0, port, ended }
}

/** Why the last launch failed, from its own words. */
export function readStartLog(clusterDir: string): string {
  try {
    return lastLines(readFileSync(join(clusterDir, 'start.log'), 'utf8'))
  } catch {
    return '(no log)'
  }
}

/** Opens a superuser connection; the caller ends it. */
export async function connect(port: number, password: string, database = 'postgres'): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password,
    database,
    connectionTimeoutMillis: 5000,
    application_name: 'hai-long supervisor',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/**
 * Connects again and again until the server answers; log texts are no interface. Recovery after a crash may take
 * long, so only silence is limited: 30 s without a server at all. Returns the open connection.
 * Throws EmbeddedError when the server ends, stays silent, or does not know our password.
 */
export async function waitReady(server: Postmaster, password: string, clusterDir: string): Promise<pg.Client> {
  let ended = false
  server.ended.then(() => {
    ended = true
  })
  let silentSince = Date.now()
  for (;;) {
    if (ended) {
      const error = new EmbeddedError(`PostgreSQL ended while starting: ${readStartLog(clusterDir)}`)
      throw explainFullDisk(error, clusterDir)
    }
    try {
      return await connect(server.port, password)
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      if (code.startsWith('28')) {
        throw new EmbeddedError(
          `The PostgreSQL of ${clusterDir} does not know the password under DATA_DIR/keys: put the right keys folder back.`,
        )
      }
      // 57P03: it is starting up or recovering, so it lives.
      if (code === '57P03') silentSince = Date.now()
      if (Date.now() - silentSince > 30_000) {
        throw new EmbeddedError(`PostgreSQL does not answer on 127.0.0.1:${server.port}: ${(error as Error).message}`)
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Stops the server: fast (open transactions roll back), then at once, which its next start recovers from. */
export async function stopServer(server: Postmaster, clusterDir: string): Promise<void> {
  const gone = () => !isAlive(server.pid)
  signalProcess(server.pid, 'SIGINT')
  if (await waitUntil(gone, 2500)) return
  signalProcess(server.pid, 'SIGQUIT')
  if (await waitUntil(gone, 1500)) return
  for (const pid of findServerProcesses(clusterDir)) signalProcess(pid, 'SIGKILL')
  await waitUntil(gone, 500)
}

/** A TCP port on loopback that nobody uses right now; with `port`, that one, or null when somebody uses it. */
export function findFreePort(port = 0): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.on('error', () => resolve(null))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null))
    })
  })
}
