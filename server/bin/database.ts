/** Gets the database that the settings name: a server of one's own choosing, or the embedded one under DATA_DIR. */
import { realpathSync } from 'node:fs'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { loadPasswords } from '../embedded/cluster.ts'
import { explainFullDisk, namesFullDisk } from '../embedded/disk.ts'
import { findHolder, type HeldLock, type Holder, takeLock } from '../embedded/lock.ts'
import { findPlace, type Place } from '../embedded/places.ts'
import { findRunning } from '../embedded/postmaster.ts'
import { ownerUrlAt, startEmbedded } from '../embedded/supervisor.ts'
import { isForOperator, OperatorError } from './operator-error.ts'

export interface OpenDatabase {
  readonly ownerUrl: string
  /** What an operator should know about it, a sentence each. */
  readonly notes: readonly string[]
  /** Address of the server that is using it meanwhile; null when there is none or it is not ours to know. */
  readonly servedAt: string | null
  /** Tells others who find DATA_DIR in use what to call us. */
  rename(name: string): void
  /** An error of work with it as the operator should read it: that its disk is full, where that is the reason. */
  explain(error: unknown): unknown
  /** Stops what this call started, and nothing else. */
  close(): Promise<void>
}

/**
 * The database for a serving process. With DATABASE_URL any number of servers may share it; the embedded one belongs
 * to one server. Throws OperatorError or EmbeddedError. `onGiveUp` as in `startEmbedded`.
 */
export async function openForServer(
  config: Config,
  log: Logger,
  onGiveUp: (error: Error) => void,
): Promise<OpenDatabase> {
  if (config.databaseUrl !== null) return openExternal(config.databaseUrl, log)
  const place = findPlace(config.dataDir)
  const lock = await waitForLock(place, 'server', 'starting', log)
  if (!('release' in lock)) {
    throw new OperatorError(
      `Hài Lòng already runs on ${config.dataDir}: ${lock.name} (process ${lock.pid}). Stop it first, or give this one another DATA_DIR; servers that share a database need DATABASE_URL.`,
    )
  }
  return startOwn(config, place, lock, log, onGiveUp)
}

/**
 * The database for one command: a running server's own, or one started for as long as the command takes.
 * Throws OperatorError or EmbeddedError.
 */
export async function openForCommand(config: Config, name: string, log: Logger): Promise<OpenDatabase> {
  if (config.databaseUrl !== null) return openExternal(config.databaseUrl, log)
  const place = findPlace(config.dataDir)
  const lock = await waitForLock(place, 'command', name, log)
  if (!('release' in lock)) return joinServer(config, place, lock)
  return startOwn(config, place, lock, log, (error) => log.error({ err: error }, 'PostgreSQL is gone'))
}

async function openExternal(url: string, log: Logger): Promise<OpenDatabase> {
  requireSupportedVersion(await waitForAnswer(url, log), log)
  const full = new OperatorError(
    'The disk of the database that DATABASE_URL names is full: make room there, then try again.',
  )
  const explain = (error: unknown) => (namesFullDisk(error) ? full : error)
  return { ownerUrl: url, notes: [], servedAt: null, rename() {}, explain, async close() {} }
}

async function startOwn(
  config: Config,
  place: Place,
  lock: HeldLock,
  log: Logger,
  onGiveUp: (error: Error) => void,
): Promise<OpenDatabase> {
  try {
    const embedded = await startEmbedded({ dataDir: config.dataDir, place, log, onGiveUp })
    return {
      ownerUrl: embedded.ownerUrl,
      notes: embedded.notes,
      servedAt: null,
      rename: lock.rename,
      explain: explainIn(place),
      async close() {
        await embedded.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw explainIn(place)(error)
  }
}

const explainIn = (place: Place) => (error: unknown) =>
  isForOperator(error) ? error : explainFullDisk(error, place.dir)

/** Commands give the lock back when done, so they are waited for; a server is not. */
async function waitForLock(place: Place, role: Holder['role'], name: string, log: Logger): Promise<HeldLock | Holder> {
  const deadline = Date.now() + 120_000
  for (let told = false; ; told = true) {
    const lock = await takeLock(place.dir, role, name)
    if ('release' in lock || lock.role === 'server') return lock
    if (!told) log.warn(`waiting for "manage ${lock.name}" (process ${lock.pid}), which is using this database`)
    if (Date.now() > deadline) {
      throw new OperatorError(`"manage ${lock.name}" (process ${lock.pid}) has been using this database for too long.`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Connects to the PostgreSQL of a running server, which may just be starting, restarting or stopping. */
async function joinServer(config: Config, place: Place, holder: Holder): Promise<OpenDatabase> {
  const deadline = Date.now() + 30_000
  const passwords = loadPasswords(config.dataDir)
  const servedAt = holder.name.includes('://') ? holder.name : null
  for (;;) {
    const running = findRunningIn(place)
    if (running !== null) {
      const ownerUrl = ownerUrlAt(running.port, passwords)
      if (typeof (await askVersion(ownerUrl)) === 'number') {
        return { ownerUrl, notes: [], servedAt, rename() {}, explain: explainIn(place), async close() {} }
      }
    }
    if (Date.now() > deadline || (await findHolder(place.dir)) === null) {
      throw new OperatorError(
        `The server on ${config.dataDir} (process ${holder.pid}) has no database that answers: look at its output.`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function findRunningIn(place: Place): { port: number } | null {
  try {
    return findRunning(realpathSync(place.clusterDir))
  } catch {
    // The data folder is being made.
    return null
  }
}

/** Containers start in any order: waits half a minute for a database that is not there yet. Returns its version number. */
async function waitForAnswer(url: string, log: Logger): Promise<number> {
  const deadline = Date.now() + 30_000
  for (let told = false; ; told = true) {
    const answer = await askVersion(url)
    if (typeof answer === 'number') return answer
    const reason = answer.message || answer.code
    const mayCome = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', '57P03', '53300']
    if (!mayCome.includes(answer.code ?? '') || Date.now() > deadline) {
      throw new OperatorError(`DATABASE_URL: the database does not let us in: ${reason}`)
    }
    if (!told) log.warn(`waiting for the database: ${reason}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** The `server_version_num` of a database that answers a query, else why it does not. */
async function askVersion(url: string): Promise<number | (Error & { code?: string })> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    return rows[0]?.version ?? 0
  } catch (error) {
    return error as Error
  } finally {
    await client.end().catch(() => {})
  }
}

/** Takes a `server_version_num` such as 160004. Throws OperatorError below 16; a newer one than 18 is only logged. */
export function requireSupportedVersion(version: number, log: Pick<Logger, 'warn'>): void {
  const major = Math.floor(version / 10_000)
  if (major < 16) {
    throw new OperatorError(
      `DATABASE_URL leads to PostgreSQL ${major}, and Hài Lòng needs 16 to 18: upgrade that server, or unset DATABASE_URL to use the embedded PostgreSQL.`,
    )
  }
  if (major > 18) log.warn(`PostgreSQL ${major} is newer than what this version was tested with (16 to 18)`)
}
