/** Which disks a file lies on, so that a second copy is not put next to the first one. Linux says; elsewhere nothing is known. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

/**
 * `known`: the names of whole disks (a partition counts as its disk) or of the machine that shares the folder. `memory`:
 * gone at the next start. `unknown`: the system does not say; `type` is the file system.
 */
export type Whereabouts =
  | { readonly kind: 'known'; readonly names: readonly string[] }
  | { readonly kind: 'memory' | 'unknown'; readonly type: string }

/** Where the system tells; other folders in tests. */
export interface System {
  readonly mountinfo: string
  readonly sys: string
}

const linux: System = { mountinfo: '/proc/self/mountinfo', sys: '/sys' }

const memory = new Set(['tmpfs', 'ramfs', 'devtmpfs', 'hugetlbfs'])
const remote = new Set([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'ceph',
  'glusterfs',
  'fuse.glusterfs',
  'fuse.sshfs',
  'fuse.s3fs',
  'fuse.rclone',
  'fuse.davfs',
])

interface Mount {
  readonly point: string
  readonly device: string
  readonly type: string
  readonly source: string
}

/** Finds the disks below an existing file or folder, through links, mounts, partitions, LVM, RAID and disk images. */
export const findDisks = (path: string): Whereabouts => disksAt(realpathSync(path), linux)

/** The same of a real path, without links. */
export function disksAt(path: string, system: System): Whereabouts {
  const mount = findMount(path, system)
  if (mount === null) return { kind: 'unknown', type: process.platform }
  const { type, source, device } = mount
  if (memory.has(type)) return { kind: 'memory', type }
  if (remote.has(type)) return { kind: 'known', names: [hostOf(source)] }
  if (type === 'zfs') return { kind: 'known', names: [`pool ${source.split('/')[0]}`] }
  // Btrfs numbers its subvolumes, not its disk: that stands in the source.
  const number = device.startsWith('0:') && source.startsWith('/dev/') ? deviceOf(source) : device
  const names = number === null || number.startsWith('0:') ? [] : wholeDisks(number, system)
  return names.length > 0 ? { kind: 'known', names } : { kind: 'unknown', type }
}

/** What is wrong with a second copy at `copy`, given where the first ones are; null = it lies on other disks than each of them. */
export function whyNotElsewhere(copy: Whereabouts, first: readonly Whereabouts[]): string | null {
  if (copy.kind !== 'known') {
    const inMemory = `it is in memory (${copy.type}) and gone when the machine stops`
    return copy.kind === 'memory' ? inMemory : `the system does not say on which disk it is (${copy.type})`
  }
  for (const one of first) {
    if (one.kind === 'unknown') return `the system does not say on which disk the database is (${one.type})`
    const shared = one.kind === 'known' ? copy.names.find((name) => one.names.includes(name)) : undefined
    if (shared !== undefined) return `it is on the disk of the database (${shared})`
  }
  return null
}

/** `host:/folder`, `user@host:/folder` and `//host/share` are of one machine; anything else is a name of its own. */
const hostOf = (source: string): string => `machine ${/^(?:\/\/|(?:[^@/]*@)?)([^:/]+)/.exec(source)?.[1] ?? source}`

/** The mount that `path` is on: of those above it the deepest, and of several at one point the last. */
function findMount(path: string, { mountinfo }: System): Mount | null {
  let lines: string[]
  try {
    lines = readFileSync(mountinfo, 'utf8').trimEnd().split('\n')
  } catch {
    return null
  }
  let found: Mount | null = null
  for (const line of lines) {
    const [front = '', back = ''] = line.split(' - ')
    const [, , device = '', , point = ''] = front.split(' ').map(decodeOctal)
    const [type = '', source = ''] = back.split(' ').map(decodeOctal)
    const above = point === sep || path === point || path.startsWith(point + sep)
    if (above && point.length >= (found?.point.length ?? 0)) found = { point, device, type, source }
  }
  return found
}

/** Blanks and their like are written as octal numbers. */
const decodeOctal = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** `major:minor` of a device file; null when there is none. */
function deviceOf(file: string): string | null {
  const { rdev } = statSync(file, { throwIfNoEntry: false }) ?? { rdev: 0 }
  if (rdev === 0) return null
  const high = Math.floor(rdev / 2 ** 32)
  const major = ((rdev >>> 8) & 0xfff) | (high & ~0xfff)
  const minor = (rdev & 0xff) | ((rdev >>> 12) & ~0xff)
  return `${major}:${minor}`
}

/** Names of the disks that a block device is made of; empty when the system does not say. */
function wholeDisks(number: string, system: System): string[] {
  let folder: string
  try {
    folder = realpathSync(join(system.sys, 'dev', 'block', number))
  } catch {
    return []
  }
  const list = (name: string): string[] => {
    try {
      return readdirSync(join(folder, name))
    } catch {
      return []
    }
  }
  const read = (...names: string[]): string | null => {
    try {
      return readFileSync(join(folder, ...names), 'utf8').trim()
    } catch {
      return null
    }
  }
  const parts = list('slaves')
  if (parts.length > 0) {
    return parts.flatMap((part) => {
      const under = read('slaves', part, 'dev')
      return under === null ? [] : wholeDisks(under, system)
    })
  }
  // A disk image is as far away as the file that it is; one whose file lies in memory was put there on purpose.
  const image = read('loop', 'backing_file')
  if (image !== null) {
    const under = disksAt(image, system)
    if (under.kind === 'known') return [...under.names]
  }
  return [read('partition') === null ? baseName(folder) : baseName(join(folder, '..'))]
}

const baseName = (folder: string) => folder.split(sep).at(-1) as string
