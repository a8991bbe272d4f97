/** `npm run demo` as a visitor starts it: its own process on a free port, read for what it prints. */
import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findFreePort } from '../../server/embedded/postmaster.ts'
import { eventually, root, type Teardown } from './browser.ts'

export interface DemoAccount {
  username: string
  password: string
  role: string
}

export interface Demo {
  readonly origin: string
  readonly accounts: readonly DemoAccount[]
  /** Pairing codes, one tablet of each unit. */
  readonly codes: readonly string[]
}

/**
 * Resolves when it serves; making its data takes a while. Its clock shows half past ten on a working day, with
 * `officeHours: false` the machine's time. It is stopped in teardown, and cleans up after itself. `settings`: beside
 * those every demonstration has.
 */
export async function startDemo(
  t: Teardown,
  settings: Record<string, string> = {},
  { officeHours = true } = {},
): Promise<Demo> {
  const port = await findFreePort()
  const entry = join(realpathSync(join(root, 'dist')), 'server', 'manage.js')
  const hours = pathToFileURL(join(root, 'test', 'support', 'office-hours.mjs')).href
  const child: ChildProcess = spawn(process.execPath, [...(officeHours ? ['--import', hours] : []), entry, 'demo'], {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  t.teardown(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let printed = ''
  child.stdout?.on('data', (part: Buffer) => {
    printed += part.toString('utf8')
  })
  await eventually(
    'the demonstration serves',
    () => {
      if (child.exitCode !== null) throw new Error(`the demonstration ended with ${child.exitCode}:\n${printed}`)
      return printed.includes('Ctrl-C stops it')
    },
    300_000,
  )
  const roles = 'administrator|commission|inspector|unit_leader|unit_clerk|officer'
  const accounts = [...printed.matchAll(new RegExp(`^ +(\\S+) +(\\S+) +(${roles}) `, 'gm'))].map(
    ([, username = '', password = '', role = '']) => ({ username, password, role }),
  )
  const codes = [...printed.matchAll(/#pair=([0-9A-Z]{8})/g)].map(([, code = '']) => code)
  return { origin: `http://127.0.0.1:${port}`, accounts, codes }
}
