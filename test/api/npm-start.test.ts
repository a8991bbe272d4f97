/** `npm start` as people and service managers run it: a signal to npm reaches the server behind it, and nothing is left. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findHolder } from '../../server/embedded/lock.ts'
import { findFreePort } from '../../server/embedded/postmaster.ts'
import { signalProcess, waitUntil } from '../../server/embedded/processes.ts'
import { Installation } from '../support/server-process.ts'

const root = join(import.meta.dirname, '../..')

async function npmStart(t: Test) {
  const place = new Installation(t)
  const port = await findFreePort()
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', DATA_DIR: place.dataDir, PORT: String(port), LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
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
  const printed = { text: '' }
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (part: Buffer) => {
      printed.text += part.toString('utf8')
    })
  }
  const answers = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/api/v1/health/ready`)).status === 200
    } catch {
      return false
    }
  }
  const deadline = Date.now() + 90_000
  while (!(await answers())) {
    if (npm.exitCode !== null || Date.now() > deadline)
      throw new Error(`npm start does not get ready:\n${printed.text}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { place, port, npm, group, printed, answers }
}

t.test('SIGTERM to npm stops server and database within 10 s', async (t) => {
  const { place, port, npm, printed, answers } = await npmStart(t)
  t.match(printed.text, `http://127.0.0.1:${port}/terminal/`, 'the address of the tablet page is printed')
  t.notMatch(printed.text, '/setup#', 'a set-up link is printed to a terminal alone')
  t.match(printed.text, 'npm run manage -- setup-link')

  const ended = new Promise<'ended'>((resolve) => npm.on('close', () => resolve('ended')))
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 10_000, 'late').unref())
  npm.kill('SIGTERM')
  // A server that npm left behind would hold the output open.
  t.equal(await Promise.race([ended, late]), 'ended')
  t.notOk(await answers(), 'the server is gone')
  t.same(place.databaseProcesses(), [], 'and so is PostgreSQL')
})

t.test('a terminal that is closed sends SIGHUP to npm and server: the server goes on', async (t) => {
  const { place, npm, group, printed, answers } = await npmStart(t)
  const holder = await findHolder(place.dataDir)
  process.kill(-group, 'SIGHUP')
  t.ok(await waitUntil(() => printed.text.includes('SIGHUP: there is no certificate'), 10_000), printed.text)
  t.ok(await answers())
  const ended = new Promise<'ended'>((resolve) => npm.on('close', () => resolve('ended')))
  signalProcess(holder?.pid as number, 'SIGTERM')
  t.equal(await ended, 'ended', 'its output is closed')
  t.same(place.databaseProcesses(), [])
})
