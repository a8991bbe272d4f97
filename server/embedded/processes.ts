/** What Linux says about processes: who is alive, and which PostgreSQL processes still work in a data folder. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * True while `pid` runs. A zombie counts as dead: it holds nothing, but `kill(pid, 0)` still succeeds, which makes
 * PostgreSQL itself believe that its old postmaster lives (seen where process 1 reaps nobody).
 */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X'
}

/**
 * Process ids of the PostgreSQL processes working in `clusterDir` (an absolute real path). Every one of them changes
 * into its data folder at start, so this finds the children of a killed postmaster too, and never a foreign process
 * that happens to have got the old number.
 */
export function findServerProcesses(clusterDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => worksIn(pid, clusterDir) && isAlive(pid))
}

function worksIn(pid: number, clusterDir: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== clusterDir) return false
    return readStat(pid)?.name.startsWith('postgres') ?? false
  } catch {
    // Another user's process, or one that has just ended: PostgreSQL of this data folder would be readable.
    return false
  }
}

function readStat(pid: number): { name: string; state: string } | null {
  try {
    // `pid (name) state …`; the name may itself hold blanks and brackets, so cut at the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const end = text.lastIndexOf(')')
    return { name: text.slice(text.indexOf('(') + 1, end), state: text.charAt(end + 2) }
  } catch {
    return null
  }
}

/** Sends `signal`; a process that is already gone is no error. Returns false for that. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Resolves to true as soon as `condition` holds, to false when it does not within `timeoutMs`. */
export async function waitUntil(condition: () => boolean, timeoutMs: number, stepMs = 25): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
  return true
}
