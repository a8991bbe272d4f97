/** The throw-away DATA_DIR of a demonstration: made new each time, and cleared away even after a `kill -9`. */
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock } from '../embedded/lock.ts'
import { findPlace } from '../embedded/places.ts'
import { adopt, clearDeadServer, findRunning, stopServer } from '../embedded/postmaster.ts'
import { isAlive } from '../embedded/processes.ts'

const prefix = 'hai-long-demo-'

/** Makes an empty folder; its name tells whose it is. */
export function makeDemoFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  // Run as root, PostgreSQL's own user must pass through; every secret inside has its own mode 0600.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711)
  return folder
}

/** Removes the folder and a database that had to be put elsewhere. Its PostgreSQL has been stopped. */
export async function removeDemoFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  try {
    const place = findPlace(folder)
    if (place.moved) remove(place.dir)
  } catch {
    // It points to a place that is gone already.
  }
  remove(folder)
}

/** PostgreSQL may still be writing its last lines while its folder is emptied. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/**
 * Removes what killed demonstrations of this user left behind: their PostgreSQL, which outlives a killed parent, and
 * their folders. Others', and those at work, are left alone.
 */
export async function clearLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = /^hai-long-demo-(\d+)-[A-Za-z0-9]{6}$/.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    const folder = join(tmpdir(), name)
    const stat = lstatSync(folder, { throwIfNoEntry: false })
    if (!stat?.isDirectory() || stat.uid !== process.getuid?.()) continue
    if (await stopLeftover(folder)) await removeDemoFolder(folder)
  }
}

/** False when somebody is using it after all. */
async function stopLeftover(folder: string): Promise<boolean> {
  try {
    const place = findPlace(folder)
    const lock = await takeLock(place.dir, 'command', 'clean-up')
    if (!('release' in lock)) return false
    if (existsSync(place.clusterDir)) {
      const clusterDir = realpathSync(place.clusterDir)
      const running = findRunning(clusterDir)
      if (running !== null) await stopServer(adopt(running), clusterDir)
      await clearDeadServer(clusterDir)
    }
    await lock.release()
  } catch {
    // Half made or half removed: nothing runs there.
  }
  return true
}
