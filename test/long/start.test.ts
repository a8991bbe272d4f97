/** Starting and stopping as an operator sees it: one command up, one signal down, and a kill in between harms nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { requireSupportedVersion } from '../../server/bin/database.ts'
import { waitUntil } from '../../server/embedded/processes.ts'
import { createTestDatabase } from '../support/database.ts'
import { Installation } from '../support/server-process.ts'

/** Sends so many requests without a log-in down ten connections; returns how many were answered. Each makes a log line. */
async function flood(port: number, requests: number): Promise<number> {
  const one = 'GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
  const counts = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const socket = connect(port, '127.0.0.1')
      socket.write(one.repeat(requests / 10 - 1) + one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
      return (await text(socket)).split('HTTP/1.1 401 ').length - 1
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

t.test('up, adopted after kill -9, down again', async (t) => {
  const place = new Installation(t)
  const first = await place.start()
  await first.ready()
  t.match(first.output, /Dashboards\s+http:\/\/127\.0\.0\.1:\d+\/\n/)
  t.match(first.output, /Tablet page\s+http:\/\/127\.0\.0\.1:\d+\/terminal\/\n/)
  t.match(first.output, /There is no administrator yet: npm run manage -- setup-link/)
  t.notMatch(first.output, /setup#/, 'no one-time link where a log file may keep it')
  for (const path of ['/', '/terminal/']) t.equal((await fetch(first.origin + path)).status, 200, path)

  await t.test('secrets are for their owner alone', async (t) => {
    for (const name of ['content', 'audit', 'codes', 'postgres-owner', 'postgres-superuser']) {
      t.equal(statSync(join(place.dataDir, 'keys', `${name}.key`)).mode & 0o777, 0o600, name)
    }
    t.equal(statSync(join(place.dataDir, 'keys')).mode & 0o777, 0o700)
    t.equal(statSync(place.clusterDir).mode & 0o777, 0o700)
  })

  await t.test(
    'PostgreSQL keeps what it acknowledged, hears loopback alone, and the owner is no superuser',
    async (t) => {
      const [settings] = await place.query(`select current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes, current_setting('synchronous_commit') as synchronous_commit,
      current_setting('data_checksums') as data_checksums, current_setting('timezone') as timezone,
      current_setting('listen_addresses') as listen_addresses, current_setting('server_encoding') as encoding,
      lower('ĐẶNG') as lower, (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as mighty`)
      t.same(settings, {
        fsync: 'on',
        full_page_writes: 'on',
        synchronous_commit: 'on',
        data_checksums: 'on',
        timezone: 'UTC',
        listen_addresses: '127.0.0.1',
        encoding: 'UTF8',
        lower: 'đặng',
        mighty: false,
      })
    },
  )

  await t.test('a second start on the same data is refused and disturbs nobody', async (t) => {
    const second = await place.start()
    t.equal(await second.exit(), 1)
    t.match(second.output, new RegExp(`already runs on .*${first.origin}.*process ${first.pid}`))
    t.ok(await first.isReady())
  })

  await t.test('commands join the running server', async (t) => {
    const { code, output } = await place.manage(['migrate'])
    t.equal(code, 0, output)
    t.match(output, /The database is at 2/)
    t.ok(await first.isReady())
  })

  const { postmaster } = place
  t.ok(postmaster)
  await place.query(`update units set name = 'kept' where unit_id = 1`)
  t.equal(await first.kill('SIGKILL'), 137)
  t.equal(place.postmaster, postmaster, 'PostgreSQL outlives a killed server')

  const next = await place.start()
  await next.ready()
  t.equal(place.postmaster, postmaster, 'the same PostgreSQL goes on')
  t.match(next.output, /was still running from an earlier start and was taken over/)
  t.same(await place.query('select name from units where unit_id = 1'), [{ name: 'kept' }])

  const from = Date.now()
  t.equal(await next.kill('SIGTERM'), 0)
  t.ok(Date.now() - from < 10_000, `stopped after ${Date.now() - from} ms`)
  t.same(place.databaseProcesses(), [], 'PostgreSQL is stopped too')
  t.notOk(existsSync(join(place.clusterDir, 'postmaster.pid')), 'and in order')

  await t.test('commands start a database for themselves, one after the other, and stop it', async (t) => {
    const both = await Promise.all([place.manage(['migrate']), place.manage(['migrate'])])
    for (const { code, output } of both) t.equal(code, 0, output)
    t.same(place.databaseProcesses(), [])
  })

  await t.test('a reader of standard error that stalls, or goes, costs log lines and nothing else', async (t) => {
    const token = 'a-token-of-enough-letters'
    const server = await place.start({ LOG_LEVEL: 'info', METRICS_TOKEN: token })
    await server.ready()
    server.readErrors(false)
    t.equal(await flood(server.port, 8000), 8000)
    const headers = { authorization: `Bearer ${token}` }
    const dropped = async () => {
      const metrics = await (await fetch(`${server.origin}/metrics`, { headers })).text()
      return Number(/^hai_long_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1])
    }
    t.ok((await dropped()) > 2000, 'pipe and memory do not hold 8,000 lines')

    server.readErrors(true)
    t.ok(await waitUntil(() => server.output.includes('log lines dropped'), 20_000))
    const noted = [...server.output.matchAll(/^\{.*"dropped":(\d+),"msg":"(\d+) log lines dropped"\}$/gm)]
    // Read after the stall: the lines of the question above and of the server's timers were dropped too.
    const lost = await dropped()
    t.same(
      noted.map(([, ...counts]) => counts.map(Number)),
      [[lost, lost]],
      'one line for one stall',
    )
    const written = () => [...server.output.matchAll(/^\{.*"route":"\/api\/v1\/session","status":401,.*\}$/gm)].length
    const sum = written() + lost
    t.ok(sum >= 8000 && sum <= 8010, `${sum}: the others are whole; a few of the dropped lines had another subject`)
    const before = written()
    t.equal(await flood(server.port, 10), 10)
    t.ok(await waitUntil(() => written() === before + 10, 20_000), 'the log goes on')

    server.readErrors(false)
    t.equal(await flood(server.port, 8000), 8000)
    server.signal('SIGTERM')
    t.ok(await waitUntil(() => !server.alive, 20_000), 'it ends although the reader has stalled')
    server.readErrors(true)
    t.equal(await server.exit(), 0)

    const crash = `process.on('SIGUSR2', () => { throw new Error('crash on demand') })`
    const broken = await place.start({
      LOG_LEVEL: 'info',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    })
    await broken.ready()
    broken.readErrors(false)
    t.equal(await flood(broken.port, 8000), 8000)
    broken.signal('SIGUSR2')
    const isListening = () =>
      fetch(`${broken.origin}/api/v1/health/live`).then(
        () => true,
        () => false,
      )
    while (await isListening()) await new Promise((resolve) => setTimeout(resolve, 10))
    broken.readErrors(true)
    t.equal(await broken.exit(), 1)
    t.match(
      broken.output,
      /^\{"level":"fatal",.*crash on demand.*"unexpected error; stopping"\}$/m,
      'why it ended is not dropped',
    )

    const piped = await place.start({ LOG_LEVEL: 'info' })
    await piped.ready()
    piped.closeOutput()
    t.equal(await flood(piped.port, 100), 100)
    t.equal(await piped.kill('SIGTERM'), 0)
  })
})

t.test('a process that holds nothing but PostgreSQL lives until that is stopped', async (t) => {
  const place = new Installation(t)
  const hold = (env: Record<string, string>) => {
    const script = join(import.meta.dirname, '../support/embedded-process.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: { ...process.env, DATA_DIR: place.dataDir, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const words = child.stdout.setEncoding('utf8').toArray() as Promise<string[]>
    return { child, said: async () => (await words).join('').trim().split('\n').at(-1) }
  }
  const killed = hold({ TEST_STAY: '1' })
  t.ok(await waitUntil(() => place.postmaster !== null, 30_000))
  killed.child.kill('SIGKILL')
  await once(killed.child, 'close')
  t.equal(await hold({}).said(), 'stopped what was taken over')
  t.same(place.databaseProcesses(), [])
  t.equal(await hold({}).said(), 'stopped its own')
  t.same(place.databaseProcesses(), [])
})

t.test('a taken port is one clear line, before any database is made', async (t) => {
  const place = new Installation(t)
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => squatter.once('listening', resolve))
  t.teardown(() => squatter.close())
  const { port } = squatter.address() as { port: number }
  const server = await place.start({ PORT: String(port) })
  t.equal(await server.exit(), 1)
  t.equal(
    server.output.trim(),
    `Port ${port} on 127.0.0.1 is already in use: stop what uses it, or set PORT to another.`,
  )
  t.notOk(existsSync(place.dataDir))
})

t.test('a setting that cannot work is one clear line', async (t) => {
  const place = new Installation(t)
  for (const env of [
    { PUBLIC_URL: 'http://10.0.0.1' },
    { DATABASE_URL: 'postgres://x:geheim@127.0.0.1:1/x' },
    { LOG_LEVEL: 'x' },
  ]) {
    const server = await place.start(env)
    if ('DATABASE_URL' in env) server.signal('SIGTERM')
    const code = await server.exit()
    const lines = server.output.trim().split('\n')
    t.notMatch(server.output, /geheim|\n\s+at /, 'neither a password nor a stack')
    if (!('DATABASE_URL' in env)) t.match({ code, lines: lines.length }, { code: 1, lines: 1 }, server.output)
  }
  t.notOk(existsSync(place.dataDir))
})

t.test('PostgreSQL 16 to 18 is taken, an older one refused, a newer one noted', async (t) => {
  const lines: string[] = []
  const log = { warn: (line: string) => void lines.push(line) }
  for (const version of [160_000, 160_014, 180_004]) requireSupportedVersion(version, log)
  t.same(lines, [])
  requireSupportedVersion(190_001, log)
  t.same(lines, ['PostgreSQL 19 is newer than what this version was tested with (16 to 18)'])
  for (const version of [90_624, 150_018]) {
    t.throws(() => requireSupportedVersion(version, log), { name: 'OperatorError' }, String(version))
  }
})

t.test('an older PostgreSQL is one clear line, before anything is changed in it', async (t) => {
  const place = new Installation(t)
  const db = await createTestDatabase(t, { empty: true })
  // The database answers as one of PostgreSQL 15 would.
  await db.query(`create function current_setting(text) returns text language sql as $$ select '150018' $$`)
  const name = new URL(db.ownerUrl).pathname.slice(1)
  await db.query(`alter database ${name} set search_path = public, pg_catalog`)
  const env = { DATABASE_URL: db.ownerUrl }
  const server = await place.start(env)
  const sentence =
    'DATABASE_URL leads to PostgreSQL 15, and Hài Lòng needs 16 to 18: upgrade that server, or unset DATABASE_URL to use the embedded PostgreSQL.\n'
  t.same({ code: await server.exit(), output: server.output }, { code: 1, output: sentence })
  for (const args of [['migrate'], ['restore', 'x.gz'], ['verify']]) {
    t.same(await place.manage(args, env), { code: 1, output: sentence }, args.join(' '))
  }
  t.same(await db.query(`select relname from pg_class where relnamespace = 'public'::regnamespace`), [])
})

t.test('manage explains itself, and bad usage ends with 2', async (t) => {
  const place = new Installation(t)
  const all = await place.manage([])
  t.equal(all.code, 2)
  for (const name of ['migrate', 'backup', 'restore', 'verify']) t.match(all.output, new RegExp(`^ {2}${name} `, 'm'))
  const help = await place.manage(['backup', '--help'])
  t.equal(help.code, 0)
  t.match(help.output, /^Usage: npm run manage -- backup FILE/)
  for (const args of [['toString'], ['backup'], ['backup', 'x', '--elsewhere', 'y'], ['migrate', '--force']]) {
    t.equal((await place.manage(args)).code, 2, args.join(' '))
  }
  t.notOk(existsSync(place.dataDir), 'and needs no database for it')
})
