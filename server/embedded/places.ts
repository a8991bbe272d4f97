/** Where the embedded PostgreSQL keeps its data, and as whom it runs: DATA_DIR, unless its user cannot get there. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { EmbeddedError } from './errors.ts'
import { chooseSystemUser, type SystemUser } from './system-user.ts'

export interface Place {
  /** Folder that holds the data folder, and copies of the programs where needed; real path. */
  readonly dir: string
  /** PostgreSQL's data folder; real path as soon as it exists. */
  readonly clusterDir: string
  /** Who PostgreSQL runs as; null = the user who started us. */
  readonly user: SystemUser | null
  /** True when the data lies outside DATA_DIR because the user could not reach it. */
  readonly moved: boolean
}

const pointerName = 'postgres-is-at'
const outsideBases = ['/var/lib', '/srv', '/opt']

/**
 * Finds or makes the place for `dataDir`. A place outside is written down in `dataDir`, not derived from its path, so
 * a renamed checkout finds its ratings again and an emptied `dataDir` starts anew. Throws EmbeddedError.
 */
export function findPlace(dataDir: string): Place {
  makeDataDir(dataDir)
  const pointer = join(dataDir, pointerName)
  const pointed = readPointer(dataDir)
  if (pointed !== null && !existsSync(pointed)) {
    throw new EmbeddedError(
      `${pointer} says that the database is at ${pointed}, but nothing is there: put it back, or remove that file to begin with an empty one.`,
    )
  }
  const dir = realpathSync(pointed ?? dataDir)
  const hasCluster = existsSync(join(dir, 'postgres', 'PG_VERSION'))
  const user = chooseSystemUser(hasCluster ? join(dir, 'postgres') : null)
  if (user === null || reaches(user, dir)) {
    return { dir, clusterDir: join(dir, 'postgres'), user, moved: pointed !== null }
  }
  if (hasCluster || pointed !== null) {
    throw new EmbeddedError(
      `User ${user.name}, who runs PostgreSQL, can no longer reach ${dir}: check the modes of the folders above it.`,
    )
  }
  const made = makeOutsidePlace(user)
  try {
    writeFileSync(pointer, `${made}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Another start was faster: its place counts, for it holds or will hold the lock.
    rmdirSync(made)
  }
  const outside = readPointer(dataDir) ?? made
  return { dir: outside, clusterDir: join(outside, 'postgres'), user, moved: true }
}

function readPointer(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, pointerName), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new EmbeddedError(`DATA_DIR ${dataDir} cannot be read: ${(error as Error).message}`)
  }
}

function makeDataDir(dataDir: string): void {
  try {
    if (existsSync(dataDir)) {
      accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
      return
    }
    mkdirSync(dataDir, { recursive: true })
    // Root's PostgreSQL user must pass through; every secret inside has its own mode 0600.
    chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700)
  } catch (error) {
    throw new EmbeddedError(`DATA_DIR ${dataDir} cannot be used by this user: ${(error as Error).message}`)
  }
}

function makeOutsidePlace(user: SystemUser): string {
  for (const base of outsideBases) {
    const dir = join(base, `hai-long-${randomBytes(4).toString('hex')}`)
    try {
      mkdirSync(dir)
      chmodSync(dir, 0o711)
    } catch {
      continue
    }
    if (reaches(user, dir)) return realpathSync(dir)
  }
  throw new EmbeddedError(
    `User ${user.name}, who must run PostgreSQL because root may not, reaches neither DATA_DIR nor ${outsideBases.join(', ')}: set DATA_DIR to a folder that every user can pass through.`,
  )
}

/** Asks the kernel rather than computing modes: groups, access lists and mounts all count. */
function reaches(user: SystemUser, dir: string): boolean {
  const options = { cwd: '/', stdio: 'ignore', uid: user.uid, gid: user.gid } as const
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], options).status === 0
}
