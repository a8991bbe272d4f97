/** PostgreSQL refuses to run as root: finds, or makes, the user that it runs as instead. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

export interface SystemUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const ownUser = 'hai-long-postgres'

/**
 * The user for PostgreSQL when this process is root, else null (it then runs as whoever started us).
 * An existing data folder decides: its files stay readable only to their owner. Then the distribution's `postgres`,
 * then a system user of our own, then `nobody` where users cannot be made (read-only or minimal containers).
 */
export function chooseSystemUser(existingClusterDir: string | null): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  if (existingClusterDir !== null) {
    const { uid, gid } = statSync(existingClusterDir)
    if (uid !== 0) return { name: findUserName(uid) ?? `uid ${uid}`, uid, gid }
  }
  return findUser('postgres') ?? findUser(ownUser) ?? makeOwnUser() ?? findUser('nobody') ?? fallbackNobody
}

const fallbackNobody: SystemUser = { name: 'nobody', uid: 65534, gid: 65534 }

function makeOwnUser(): SystemUser | null {
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ownUser]],
    // BusyBox
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', ownUser]],
  ]
  for (const [command, args] of attempts) {
    if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return findUser(ownUser)
  }
  return null
}

function findUser(name: string): SystemUser | null {
  const entry = readUsers(name).find(([entryName]) => entryName === name)
  if (entry === undefined) return null
  const [, , uid, gid] = entry
  return { name, uid: Number(uid), gid: Number(gid) }
}

function findUserName(uid: number): string | null {
  return readUsers(String(uid)).find((entry) => Number(entry[2]) === uid)?.[0] ?? null
}

/** Lines of the user database; getent also knows users from a directory service, the file is the fallback. */
function readUsers(key: string): string[][] {
  const asked = spawnSync('getent', ['passwd', key], { encoding: 'utf8' })
  const text = asked.status === 0 ? asked.stdout : readPasswdFile()
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
}

function readPasswdFile(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
