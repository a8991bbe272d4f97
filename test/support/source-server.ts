/** A real server process run from the sources on a test database: for tests that kill one of several. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { findFreePort } from '../../server/embedded/postmaster.ts'

const root = join(import.meta.dirname, '..', '..')

export interface SourceServer {
  readonly origin: string
  /** As PostgreSQL shows its connections. */
  readonly name: string
  post(path: string, body: unknown, token: string): Promise<Response>
  /** Kills it with the signal and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Starts `npm start`'s own entry with DATABASE_URL and waits until it is ready. Ended in teardown when it still runs. */
export async function startSourceServer(
  t: Test,
  databaseUrl: string,
  dataDir: string,
  name: string,
): Promise<SourceServer> {
  const port = await findFreePort()
  const url = new URL(databaseUrl)
  // A connection string wins over the pool's own name.
  url.searchParams.set('application_name', name)
  const child: ChildProcess = spawn(process.execPath, ['--import=tsx', join(root, 'server', 'bin', 'start.ts')], {
    cwd: root,
    env: { PATH: process.env.PATH, DATABASE_URL: url.href, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part))
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const origin = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 40_000
  for (;;) {
    const ready = await fetch(`${origin}/api/v1/health/ready`).catch(() => null)
    if (ready?.status === 200) break
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not get ready:\n${said}`)
    await wait(50)
  }
  return {
    origin,
    name,
    post: (path, body, token) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      }),
    async end(signal) {
      child.kill(signal)
      await gone
    },
  }
}
