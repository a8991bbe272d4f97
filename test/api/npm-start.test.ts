/** `npm start` as people and service managers run it: a signal to npm reaches the server behind it, and nothing is left. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { findFreePort } from '../../server/embedded/postmaster.ts'
import { Installation } from '../support/server-process.ts'

const root = join(import.meta.dirname, '../..')

t.test('SIGTERM to npm stops server and database within 10 s', async (t) => {
  const place = new Installation(t)
  const port = await findFreePort()
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', DATA_DIR: place.dataDir, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that a server left behind by a failure can be ended with it.
    detached: true,
  })
  const group = npm.pid as number
  t.teardown(() => {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // Nobody of the group is left: as it should be.
    }
  })
  let output = ''
  npm.stdout.on('data', (part: Buffer) => {
    output += part.toString('utf8')
  })
  const answers = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/api/v1/health/ready`)).status === 200
    } catch {
      return false
    }
  }
  const deadline = Date.now() + 90_000
  while (!(await answers())) {
    if (npm.exitCode !== null || Date.now() > deadline) throw new Error(`npm start does not get ready:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  t.match(output, `http://127.0.0.1:${port}/terminal/`, 'the address of the tablet page is printed')
  t.notMatch(output, '/setup#', 'a set-up link is printed to a terminal alone')
  t.match(output, 'npm run manage -- setup-link')

  const ended = new Promise<'ended'>((resolve) => npm.on('close', () => resolve('ended')))
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 10_000, 'late').unref())
  npm.kill('SIGTERM')
  // A server that npm left behind would hold the output open.
  t.equal(await Promise.race([ended, late]), 'ended')
  t.notOk(await answers(), 'the server is gone')
  t.same(place.databaseProcesses(), [], 'and so is PostgreSQL')
})
