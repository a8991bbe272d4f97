/** The data folder: made once in one step, with passwords of its own, and opened for the product's owner role. */
import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'
import { loadSecret } from '../keys.ts'
import type { Binaries } from './binaries.ts'
import { explainFullDisk, requireRoom } from './disk.ts'
import { EmbeddedError } from './errors.ts'
import type { SystemUser } from './system-user.ts'

export const majorVersion = '18'
export const superuser = 'postgres'
export const owner = 'hai_long_owner'
export const database = 'hai_long'

export interface Passwords {
  /** Of the superuser, who only makes the owner and checks settings. */
  readonly superuser: string
  /** Of the owner, who migrates; the server's pools take lesser roles still. */
  readonly owner: string
}

export function loadPasswords(dataDir: string): Passwords {
  return {
    superuser: loadSecret(dataDir, 'postgres-superuser').toString('hex'),
    owner: loadSecret(dataDir, 'postgres-owner').toString('hex'),
  }
}

/** A minimal environment: nothing of ours (PGDATA, PGOPTIONS, LC_…, passwords) may steer or reach PostgreSQL. */
export const serverEnvironment = { PATH: '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes the data folder when it is missing. It appears under its name only when complete, so a kill in the middle
 * leaves nothing that looks like a database. Throws EmbeddedError when the disk is too full, initdb fails or another
 * version made it.
 */
export async function ensureCluster(
  clusterDir: string,
  binaries: Binaries,
  user: SystemUser | null,
  password: string,
): Promise<void> {
  const versionFile = join(clusterDir, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim()
    if (found === majorVersion) return
    throw new EmbeddedError(
      `${clusterDir} was made by PostgreSQL ${found}, this is ${majorVersion}: back up with the old version, then restore into a new DATA_DIR.`,
    )
  }
  removeDrafts(clusterDir)
  requireRoom(dirname(clusterDir))
  const draft = `${clusterDir}.new-${process.pid}`
  const passwordFile = `${draft}.password`
  try {
    mkdirSync(draft, { mode: 0o700 })
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
    if (user !== null) {
      for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid)
    }
    await runInitdb(binaries.initdb, draft, passwordFile, user)
    renameSync(draft, clusterDir)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Leftovers of starts that were killed while they made a data folder. The caller holds the folder's lock. */
function removeDrafts(clusterDir: string): void {
  const parent = dirname(clusterDir)
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(clusterDir)}.new-`)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

async function runInitdb(initdb: string, dir: string, passwordFile: string, user: SystemUser | null): Promise<void> {
  const args = [
    `--pgdata=${dir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin C.UTF-8 knows Vietnamese letters (upper, lower, classes) on every machine, installed locales or not.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
  ]
  const child = spawn(initdb, args, {
    // Its own session: Ctrl-C must not leave half a data folder behind while we wait for it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: serverEnvironment,
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part.toString('utf8')
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code === 0) return
  const error = new EmbeddedError(`initdb failed in ${dir}: ${lastLines(said)}`, { cause: new Error(said) })
  throw explainFullDisk(error, dirname(dir))
}

/** The last lines of a program's output as one line. */
export function lastLines(text: string, count = 4): string {
  return text.trim().split('\n').slice(-count).join(' | ')
}

/**
 * Makes the owner's role and database where missing and sets the owner's password. Repeated at each start, so a kill
 * between the steps heals itself. The owner is no superuser and obeys row security like everybody else.
 */
export async function ensureOwner(client: pg.Client, ownerPassword: string): Promise<void> {
  const password = pg.escapeLiteral(ownerPassword)
  const { rows: roles } = await client.query('select from pg_roles where rolname = $1', [owner])
  const verb = roles.length === 0 ? 'create' : 'alter'
  await client.query(`${verb} role ${owner} login nosuperuser nobypassrls nocreatedb createrole password ${password}`)
  const { rows: databases } = await client.query('select from pg_database where datname = $1', [database])
  if (databases.length === 0) await client.query(`create database ${database} owner ${owner} template template0`)
}

/**
 * What an acknowledged rating relies on, asked of the running server. Throws EmbeddedError naming what differs:
 * with fsync off a power cut lost everything, with synchronous_commit off up to 1,084 acknowledged ratings.
 */
export async function assertDurable(client: pg.Client): Promise<void> {
  const wanted: Record<string, string> = {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
    password_encryption: 'scram-sha-256',
  }
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any ($1)',
    [Object.keys(wanted)],
  )
  const wrong = rows.filter((row) => row.setting !== wanted[row.name])
  if (wrong.length > 0 || rows.length !== Object.keys(wanted).length) {
    const list = wrong.map((row) => `${row.name} is ${row.setting}, must be ${wanted[row.name]}`).join('; ')
    throw new EmbeddedError(`The embedded PostgreSQL could lose acknowledged ratings: ${list || 'settings missing'}.`)
  }
}
