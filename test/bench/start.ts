/** How long until it is ready: on an existing database from a built tree, and on the very first start with initdb? */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { loadPasswords } from '../../server/embedded/cluster.ts'
import { findFreePort, readPidFile } from '../../server/embedded/postmaster.ts'
import { ownerUrlAt } from '../../server/embedded/supervisor.ts'
import type { Bench } from './report.ts'
import { assertEverythingOn, assertOnDisk, proportionalMb, stopProcess } from './support.ts'

const entry = join(realpathSync(join(import.meta.dirname, '..', '..', 'dist')), 'server', 'start.js')

/** Starts the product as `npm start` does on a built tree; seconds until `health/ready` says 200, and memory at rest. */
async function startOnce(dataDir: string, restMs: number): Promise<{ seconds: number; mb: number }> {
  const port = await findFreePort()
  const begun = performance.now()
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error('the server ended instead of getting ready')
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health/ready`).catch(() => null)
      await answer?.arrayBuffer()
      if (answer?.status === 200) break
      await rest(10)
    }
    const seconds = (performance.now() - begun) / 1000
    const postmaster = readPidFile(join(dataDir, 'postgres'))
    await assertEverythingOn(ownerUrlAt(postmaster?.port ?? 0, loadPasswords(dataDir)))
    await rest(restMs)
    return { seconds, mb: proportionalMb(child.pid as number) }
  } finally {
    await stopProcess(child)
  }
}

export const bench: Bench = {
  question: 'How long until the server is ready, and what memory does it take at rest?',
  yardstick:
    'none; seconds from the command to the first 200 of `health/ready`, PostgreSQL included; MB are 10^6 bytes.',
  async run({ quick, rounds }) {
    const first: number[] = []
    const again: number[] = []
    const memory: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const dir = mkdtempSync(join(tmpdir(), 'hai-long-bench-'))
      chmodSync(dir, 0o711)
      assertOnDisk(dir)
      try {
        first.push((await startOnce(join(dir, 'data'), 0)).seconds)
        const { seconds, mb } = await startOnce(join(dir, 'data'), quick ? 2000 : 10_000)
        again.push(seconds)
        memory.push(mb)
      } finally {
        rmSync(dir, { recursive: true, force: true })
      }
    }
    return [
      { what: 'first start, with initdb', unit: 's', ours: first, targets: [{ of: 'ours', at_most: 12 }] },
      { what: 'start on an existing database', unit: 's', ours: again, targets: [{ of: 'ours', at_most: 1.5 }] },
      {
        what: 'server at rest, proportional set size',
        unit: 'MB',
        ours: memory,
        targets: [{ of: 'ours', at_most: 120 }],
      },
    ]
  },
}
