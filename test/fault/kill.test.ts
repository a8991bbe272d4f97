/** kill -9 of the server, of PostgreSQL, of both, and in the middle of starting: the next start needs no hand. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isAlive, signalProcess, waitUntil } from '../../server/embedded/processes.ts'
import { Installation } from '../support/server-process.ts'

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Rows written just before a kill must be there after it. */
const mark = (place: Installation, value: string) => place.query(`insert into settings values ('${value}', '1')`)
const marks = async (place: Installation) =>
  (await place.query(`select key from settings where key like 'mark%' order by 1`)).map((row) => row.key)

t.test('PostgreSQL killed under a running server: it comes back by itself, on the same port', async (t) => {
  const place = new Installation(t)
  const server = await place.start()
  await server.ready()
  const victims: [string, () => number[]][] = [
    ['the postmaster', () => [place.postmaster ?? 0]],
    ['every process', () => place.databaseProcesses()],
    // PostgreSQL mends this one itself.
    [
      'one child',
      () =>
        place
          .databaseProcesses()
          .filter((pid) => pid !== place.postmaster)
          .slice(-1),
    ],
  ]
  for (const [name, choose] of victims) {
    await mark(place, `mark ${name}`)
    const from = Date.now()
    for (const pid of choose()) signalProcess(pid, 'SIGKILL')
    await rest(200)
    await server.ready(10_000)
    t.comment(`${name}: ready after ${Date.now() - from} ms`)
    t.ok(server.alive)
  }
  t.equal((await marks(place)).length, 3, 'nothing acknowledged is lost')
  t.equal(await server.kill('SIGTERM'), 0)
  t.same(place.databaseProcesses(), [])
})

t.test('both killed: the dead postmaster.pid is removed', async (t) => {
  const place = new Installation(t)
  const first = await place.start()
  await first.ready()
  await mark(place, 'mark')
  const everybody = place.databaseProcesses()
  await first.kill('SIGKILL')
  for (const pid of everybody) signalProcess(pid, 'SIGKILL')
  t.ok(await waitUntil(() => place.databaseProcesses().length === 0, 5000))
  t.ok(existsSync(join(place.clusterDir, 'postmaster.pid')))
  const second = await place.start()
  await second.ready()
  t.same(await marks(place), ['mark'])
  t.equal(await second.kill('SIGTERM'), 0)
})

t.test('a postmaster.pid that names a living stranger, or holds rubbish, is no server', async (t) => {
  const place = new Installation(t)
  const first = await place.start()
  await first.ready()
  const file = join(place.clusterDir, 'postmaster.pid')
  const lines = readFileSync(file, 'utf8').split('\n')
  t.equal(await first.kill('SIGTERM'), 0)
  for (const content of [[String(process.pid), ...lines.slice(1)].join('\n'), '', 'rubbish\n', '-1\n\n\n5432\n']) {
    writeFileSync(file, content)
    const next = await place.start()
    await next.ready()
    t.equal(await next.kill('SIGTERM'), 0, JSON.stringify(content.slice(0, 20)))
  }
})

t.test(
  'only the server killed, children of a killed postmaster still at work: no second server beside them',
  async (t) => {
    const place = new Installation(t)
    const first = await place.start()
    await first.ready()
    const { postmaster } = place
    const children = place.databaseProcesses().filter((pid) => pid !== postmaster)
    await first.kill('SIGKILL')
    // A stopped child cannot notice that its postmaster is gone.
    const [stuck = 0] = children
    signalProcess(stuck, 'SIGSTOP')
    signalProcess(postmaster ?? 0, 'SIGKILL')
    const second = await place.start()
    await second.ready(30_000)
    t.notOk(isAlive(stuck), 'the stuck child was ended first')
    t.equal(await second.kill('SIGTERM'), 0)
  },
)

t.test('killed at any moment of the first start', async (t) => {
  const place = new Installation(t)
  for (let trial = 0; trial < 12; trial += 1) {
    const server = await place.start()
    await rest(150 + trial * 150)
    await server.kill('SIGKILL')
  }
  const last = await place.start()
  await last.ready()
  t.equal((await place.query('select count(*)::int as n from units'))[0]?.n, 3)
  t.same(
    readdirSync(place.dataDir).filter((name) => name.startsWith('postgres.')),
    [],
    'half-made data folders are gone',
  )
  t.equal(await last.kill('SIGTERM'), 0)
})

t.test('SIGTERM at any moment of a start leaves no process', async (t) => {
  const place = new Installation(t)
  for (let trial = 0; trial < 8; trial += 1) {
    const server = await place.start()
    await rest(100 + trial * 250)
    const from = Date.now()
    await server.kill('SIGTERM')
    t.ok(Date.now() - from < 10_000, `${Date.now() - from} ms`)
    t.same(place.databaseProcesses(), [])
  }
})

t.test('the signal that npm passes on a second time does not cut the draining short; a later one does', async (t) => {
  const place = new Installation(t)
  const first = await place.start()
  await first.ready()
  first.signal('SIGINT')
  first.signal('SIGINT')
  t.equal(await first.exit(), 0)
  t.same(place.databaseProcesses(), [])

  const second = await place.start()
  await second.ready()
  const { postmaster } = place
  // A stopped PostgreSQL cannot be drained, so the first signal alone would take its whole time.
  signalProcess(postmaster ?? 0, 'SIGSTOP')
  second.signal('SIGINT')
  await rest(1500)
  second.signal('SIGINT')
  const from = Date.now()
  t.equal(await second.exit(), 1)
  t.ok(Date.now() - from < 1000, 'at once')
  signalProcess(postmaster ?? 0, 'SIGCONT')
})

t.test('a PostgreSQL that will not stop does not hold the server beyond 10 s', async (t) => {
  const place = new Installation(t)
  const server = await place.start()
  await server.ready()
  signalProcess(place.postmaster ?? 0, 'SIGSTOP')
  const from = Date.now()
  await server.kill('SIGTERM')
  t.ok(Date.now() - from < 10_000, `${Date.now() - from} ms`)
  t.ok(await waitUntil(() => place.databaseProcesses().length === 0, 1000), 'ended the hard way')
})

t.test('two first starts at the same moment: one serves, the other says so', async (t) => {
  const place = new Installation(t)
  mkdirSync(place.dataDir, { mode: 0o711 })
  const servers = await Promise.all([place.start(), place.start(), place.start()])
  const codes = servers.map((server) => server.exit())
  await Promise.any(servers.map((server) => server.ready()))
  await rest(1000)
  const living = servers.filter((server) => server.alive)
  t.equal(living.length, 1)
  for (const [index, server] of servers.entries()) {
    if (living.includes(server)) continue
    t.equal(await codes[index], 1)
    t.match(server.output, /already runs on/)
  }
  t.equal(await living[0]?.kill('SIGTERM'), 0)
})

t.test('a zombie counts as dead', async (t) => {
  // The shell becomes `sleep`, which never collects the child that the shell left behind.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.teardown(() => parent.kill('SIGKILL'))
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))))
  t.ok(await waitUntil(() => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')), 5000), 'there is a zombie')
  t.doesNotThrow(() => process.kill(pid, 0), 'the kernel still takes signals for it')
  t.notOk(isAlive(pid))
})
