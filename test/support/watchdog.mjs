/**
 * Cleans up after a test run that was killed: ends its tests and its PostgreSQL, and removes its folder.
 * Usage: node watchdog.mjs PARENT_PID FOLDER. Ends by itself when the folder is gone.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const [parent, dir] = [Number(process.argv[2]), process.argv[3]]

const isAlive = (pid) => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

const readNumber = (file) => {
  try {
    return Number(readFileSync(join(dir, file), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}

const signal = (pid, name) => {
  try {
    process.kill(pid, name)
  } catch {
    // Already gone.
  }
}

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

while (isAlive(parent) && existsSync(dir)) await rest(300)
if (existsSync(dir)) {
  const group = readNumber('group')
  if (group) signal(-group, 'SIGKILL')
  // The run's own database, and those of installations that its tests had started.
  const folders = ['.', ...readdirSync(dir)]
  const postmasters = folders.map((folder) => readNumber(join(folder, 'data/postgres/postmaster.pid'))).filter(Boolean)
  // Immediate shutdown: nobody needs these databases any more.
  for (const pid of postmasters) signal(pid, 'SIGQUIT')
  for (let i = 0; i < 50 && postmasters.some(isAlive); i += 1) await rest(100)
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
