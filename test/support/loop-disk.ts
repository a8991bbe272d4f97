/**
 * Small disks of our own: ext4 in a file that lies in memory. A copy of the file while every writer is stopped is what a
 * power cut would leave: all that was flushed, nothing that only waited in the page cache.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Teardown } from './browser.ts'

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })

/** Null when disks can be made here, else why not. */
export function whyNoDisks(): string | null {
  if (process.getuid?.() !== 0) return 'mounting needs root'
  const lab = mkdtempSync(join(tmpdir(), 'hai-long-disk-'))
  try {
    const image = join(lab, 'image')
    writeFileSync(image, '')
    truncateSync(image, 8 * 2 ** 20)
    run('mkfs.ext4', '-q', '-F', image)
    mkdirSync(join(lab, 'mount'))
    run('mount', '-o', 'loop', image, join(lab, 'mount'))
    run('umount', join(lab, 'mount'))
    return null
  } catch (error) {
    return `no loop mounts: ${String(error).split('\n')[0]}`
  } finally {
    rmSync(lab, { recursive: true, force: true })
  }
}

/** Disks of one test, in memory; unmounted and gone in teardown. */
export class DiskLab {
  readonly #dir: string
  readonly #mounted = new Set<string>()
  #count = 0

  constructor(t: Teardown) {
    this.#dir = mkdtempSync(join(tmpdir(), 'hai-long-disks-'))
    run('mount', '-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', this.#dir)
    t.teardown(() => {
      for (const mount of this.#mounted) run('umount', '-l', mount)
      run('umount', '-l', this.#dir)
      rmSync(this.#dir, { recursive: true, force: true })
    })
  }

  /** A fresh disk of so many MiB, mounted with ext4's default options but for the reserve. */
  make(megabytes: number): Disk {
    const image = join(this.#dir, `disk-${this.#count++}`)
    writeFileSync(image, '')
    truncateSync(image, megabytes * 2 ** 20)
    // Nothing set aside for root: these tests run as root, and a full disk has to be full.
    run('mkfs.ext4', '-q', '-F', '-m', '0', image)
    return this.#mount(image)
  }

  /** What a power cut at this moment would leave of a disk, mounted: ext4 replays its journal. */
  afterPowerCut(disk: Disk): Disk {
    const image = join(this.#dir, `disk-${this.#count++}`)
    copyFileSync(disk.image, image)
    return this.#mount(image)
  }

  /** An unmounted disk's copy, mounted. */
  copy(image: string): Disk {
    const fresh = join(this.#dir, `disk-${this.#count++}`)
    copyFileSync(image, fresh)
    return this.#mount(fresh)
  }

  unmount({ mount }: Disk): void {
    run('umount', mount)
    this.#mounted.delete(mount)
  }

  /** Unmounts and forgets a disk. Nobody may be using it. */
  drop(disk: Disk): void {
    this.unmount(disk)
    rmSync(disk.image, { force: true })
  }

  #mount(image: string): Disk {
    const mount = `${image}-mount`
    mkdirSync(mount)
    run('mount', '-o', 'loop', image, mount)
    this.#mounted.add(mount)
    return { image, mount }
  }
}

export interface Disk {
  /** The file that is the disk. */
  readonly image: string
  readonly mount: string
}

/** False where a disk in memory can be mounted, else why not. */
export function whyNoMounts(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'hai-long-mount-'))
  try {
    run('mount', '-t', 'tmpfs', 'tmpfs', folder)
    run('umount', folder)
    return false
  } catch (error) {
    return `no mounts: ${String(error).split('\n')[0]}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Mounts a disk of so many MiB, in memory, on a new folder until the end of the test. */
export function mountSmallDisk(t: Teardown, folder: string, megabytes: number): void {
  mkdirSync(folder)
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tmpfs', folder)
  t.teardown(() => run('umount', '-l', folder))
}

/** Takes all free room of a disk but `leave` bytes; returns how to give it back. */
export function fill(mount: string, leave = 0): () => void {
  const filler = join(mount, 'filler')
  writeFileSync(filler, '')
  const { bavail, bsize } = statfsSync(mount)
  const bytes = Math.max(0, bavail * bsize - leave)
  // Real blocks, or the room would still be there.
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k', `count=${Math.ceil(bytes / 4096)}`], { stdio: 'ignore' })
  return () => rmSync(filler)
}
