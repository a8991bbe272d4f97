/** What operators rely on: metrics, health, logs without secrets, the API page, and the units of an empty database. */
import { sql } from 'kysely'
import pg from 'pg'
import t from 'tap'
import { createLog } from '../../server/log.ts'
import { createMetrics } from '../../server/metrics.ts'
import { openPools } from '../../server/queries/database.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'
import { ORIGIN, startTestApp } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const shared = { db: api.db, clock: api.clock, keys: api.keys, pools: api.pools }

const TOKEN = 'a-token-of-enough-letters'

t.test('metrics: to the holder of the token alone, wherever a request seems to come from', async (t) => {
  const own = await startTestApp(t, { ...shared, config: { metricsToken: TOKEN, trustedProxies: ['127.0.0.1'] } })
  const none = await startTestApp(t, { ...shared, config: { metricsToken: null } })
  // What a proxy on this machine lets through: its own address, the caller's headers, and one of its own or none.
  const disguises: Record<string, string>[] = [
    {},
    { host: 'localhost' },
    { 'x-real-ip': '203.0.113.7' },
    { 'x-real-ip': '127.0.0.1' },
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer null' },
    { authorization: 'Bearer ' },
    { authorization: '' },
  ]
  for (const remoteAddress of ['127.0.0.1', '::1', '10.4.4.4']) {
    for (const headers of disguises) {
      for (const { app } of [own, none]) {
        const answer = await app.inject({ url: '/metrics', remoteAddress, headers })
        t.match(answer.json(), { error: { code: 'not_found' } }, `${remoteAddress} ${JSON.stringify(headers)}`)
      }
    }
    const headers = { authorization: `Bearer ${TOKEN}` }
    t.equal((await own.app.inject({ url: '/metrics', remoteAddress, headers })).statusCode, 200)
    t.equal((await none.app.inject({ url: '/metrics', remoteAddress, headers })).statusCode, 404)
  }
})

t.test('metrics are only numbers', async (t) => {
  const own = await startTestApp(t, { ...shared, config: { metricsToken: TOKEN } })
  t.equal((await own.app.inject('/metrics')).statusCode, 404)
  t.equal((await own.app.inject('/metrics')).statusCode, 404)
  const page = await own.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } })
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-type'], /^text\/plain/)
  t.match(page.body, /^process_resident_memory_bytes \d+$/m)
  t.match(page.body, /^hai_long_database_connections\{pool="app",state="idle"\} \d+$/m)
  t.match(page.body, /^hai_long_requests_total\{method="GET",route="\/metrics",status="404"\} 2$/m)
  for (const line of page.body.trim().split('\n')) t.match(line, /^(#|[a-z_]+(\{[^}]*\})? -?[\d.e+-]+$)/)
  const types = [...page.body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
  t.same(types.sort(), [
    'hai_long_database_connections gauge',
    'hai_long_log_lines_dropped_total counter',
    'hai_long_ratings_total counter',
    'hai_long_receive_backlog gauge',
    'hai_long_refused_total counter',
    'hai_long_requests_total counter',
    'process_cpu_seconds_total counter',
    'process_resident_memory_bytes gauge',
    'process_uptime_seconds gauge',
  ])
})

t.test('the registry of numbers', async (t) => {
  const metrics = createMetrics()
  const counter = metrics.counter('a_total', 'A.')
  counter.add()
  counter.add({ kind: 'x"\\\n' }, 2)
  counter.add({ kind: 'x"\\\n' })
  metrics.gauge('broken', 'B.', () => Promise.reject(new Error('away')))
  metrics.gauge('c', 'C.', async () => 1.5)
  metrics.total('d_total', 'D.', () => 7)
  t.equal(
    await metrics.render(),
    '# HELP a_total A.\n# TYPE a_total counter\na_total 1\na_total{kind="x\\"\\\\\\n"} 3\n' +
      '# HELP broken B.\n# TYPE broken gauge\n# HELP c C.\n# TYPE c gauge\nc 1.5\n' +
      '# HELP d_total D.\n# TYPE d_total counter\nd_total 7\n',
  )
  t.throws(() => metrics.counter('c', 'again'), /registered twice/)
  t.throws(() => metrics.gauge('e_total', 'E.', () => 0), /e_total must not be a gauge/)
  t.throws(() => metrics.total('e', 'E.', () => 0), /e must not be a counter/)
  t.throws(() => metrics.counter('e', 'E.'), /e must not be a counter/)
})

t.test('health: live without a database, ready only with one, and every call says so while it is away', async (t) => {
  const gone = await createTestDatabase(t)
  const pools = await openPools({ ownerUrl: gone.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  const own = await startTestApp(t, { ...shared, db: gone, pools })
  t.teardown(() => pools.close())
  t.same((await own.stranger.get('/api/v1/health/ready')).body, { status: 'ok' })
  const office = await createOffice(gone)
  const tablet = own.tablet(office.tablets[0]?.token as string)
  t.equal((await tablet.post('/api/v1/ratings', batch([rating()]))).status, 200)
  const name = new URL(gone.ownerUrl).pathname.slice(1)
  const superuser = new pg.Client({ connectionString: gone.superuserUrl.replace(`/${name}`, '/postgres') })
  await superuser.connect()
  t.teardown(() => superuser.end())
  await superuser.query(`alter database ${name} allow_connections false`)
  // Again and again: a connection that was just being made is not in the list yet.
  for (let quiet = 0; quiet < 3; ) {
    const { rowCount } = await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    )
    quiet = rowCount === 0 ? quiet + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 50))
  }

  t.same((await own.stranger.get('/api/v1/health/live')).body, { status: 'ok' })
  const ready = await own.stranger.get('/api/v1/health/ready')
  refused(t, ready, 503, 'database_unavailable')
  t.ok(Number(ready.headers['retry-after']) > 0)
  refused(t, await own.stranger.get('/api/v1/units', { cookie: '__Host-session=x' }), 503, 'database_unavailable')
  const login = { username: 'x', password: 'y' }
  refused(t, await own.stranger.post('/api/v1/session', login), 503, 'database_unavailable')
  refused(
    t,
    await tablet.post('/api/v1/ratings', batch([rating()])),
    503,
    'database_unavailable',
    'no rating is acknowledged',
  )

  await superuser.query(`alter database ${name} allow_connections true`)
  t.same((await own.stranger.get('/api/v1/health/ready')).body, { status: 'ok' }, 'and back by itself')
  t.equal((await tablet.post('/api/v1/ratings', batch([rating()]))).status, 200)
})

t.test('ready only where a rating can be stored: it takes space on the disk and commits', async (t) => {
  const db = await createTestDatabase(t)
  const office = await createOffice(db)
  const name = new URL(db.ownerUrl).pathname.slice(1)
  const superuser = new pg.Client({ connectionString: db.superuserUrl })
  await superuser.connect()
  t.teardown(() => superuser.end())
  // New servers, so that neither an older connection nor a write that still counts hides what has changed.
  const ask = async (change: string, use: (server: Awaited<ReturnType<typeof startTestApp>>) => Promise<void>) => {
    await superuser.query(change)
    const pools = await openPools({ ownerUrl: db.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
    t.teardown(() => pools.close())
    await use(await startTestApp(t, { ...shared, db, pools }))
  }
  const isNotReady = async (change: string, code: string) =>
    ask(change, async ({ stranger }) => {
      refused(t, await stranger.get('/api/v1/health/ready'), 503, code as never, change)
      refused(t, await stranger.get('/api/v1/health/ready'), 503, code as never, `${change}, again`)
      t.equal((await stranger.get('/api/v1/health/live')).status, 200)
    })
  // The 1 MB stands for a disk that holds no more; test/long/full-disk.test.ts fills a real one.
  await isNotReady(`alter database ${name} set temp_file_limit = '1MB'`, 'database_unavailable')
  await superuser.query(`alter database ${name} reset temp_file_limit`)
  const message = 'pg_logical_emit_message(boolean, text, text, boolean)'
  await isNotReady(`revoke execute on function ${message} from public`, 'database_unavailable')
  await superuser.query(`grant execute on function ${message} to public`)

  await ask(`alter database ${name} set default_transaction_read_only = on`, async ({ stranger, tablet }) => {
    const ready = await stranger.get('/api/v1/health/ready')
    refused(t, ready, 503, 'database_read_only')
    t.match(ready.headers['retry-after'], /^[1-9]/)
    const posted = await tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))
    refused(t, posted, 503, 'database_read_only', 'no rating is acknowledged')
  })
  await ask(`alter database ${name} reset default_transaction_read_only`, async ({ stranger, tablet }) => {
    t.same((await stranger.get('/api/v1/health/ready')).body, { status: 'ok' })
    t.equal((await tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))).status, 200)
  })
})

t.test('ready: one check at a time, however many ask', async (t) => {
  const own = await startTestApp(t, shared)
  let taken = 0
  const count = () => {
    taken += 1
  }
  api.pools.ingest.on('acquire', count)
  t.teardown(() => api.pools.ingest.off('acquire', count))
  const answers = await Promise.all(Array.from({ length: 60 }, () => own.stranger.get('/api/v1/health/ready')))
  for (const { status } of answers) t.equal(status, 200)
  t.equal(taken, 2, 'one question and one write')
})

t.test('no statement and no forgotten transaction holds a connection for ever, on any pool', async (t) => {
  const settings = ['statement_timeout', 'idle_in_transaction_session_timeout']
  const read = `select ${settings.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`
  const { rows: app } = await sql.raw(read).execute(api.pools.app)
  const pools = {
    app,
    ingest: (await api.pools.ingest.query(read)).rows,
    count: (await api.pools.count.query(read)).rows,
  }
  for (const [pool, [row]] of Object.entries(pools)) {
    for (const name of settings)
      t.match((row as Record<string, string>)[name], /^[1-9]\d*(ms|s|min)$/, `${pool}: ${name}`)
  }
})

t.test('logs: one JSON line per call, nothing that was said, typed or carried', async (t) => {
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(line) })
  const own = await startTestApp(t, { ...shared, log })
  const office = await createOffice(api.db)
  const token = office.tablets[0]?.token as string
  await own.tablet(token).post('/api/v1/ratings', batch([rating({ comment: 'Lời góp ý kín' })]))
  await own.app.inject({
    method: 'POST',
    url: '/api/v1/session?token=geheim',
    remoteAddress: '10.7.7.7',
    headers: { origin: ORIGIN, cookie: '__Host-session=cookie-value', 'user-agent': 'Agent 007' },
    payload: { username: 'someone.secret', password: 'the password typed' },
  })
  await own.stranger.get('/api/v1/units/12345/secret-path?name=geheim')
  const clerk = await own.staff('unit_clerk', { unit_id: office.unit_id })
  await clerk.post('/api/v1/counters', { unit_id: String(office.unit_id), name: 'Quầy kín\n{"level":"fatal"}' })
  own.app.log.error(
    { err: Object.assign(new Error('x'), { code: '23505', detail: 'Key (username)=(someone.secret)' }) },
    'y',
  )
  own.app.log.error(
    { err: Object.assign(new Error('invalid input syntax for type json: "geheim"'), { code: '22P02' }) },
    'a value of a row',
  )
  const text = lines.join('')
  for (const line of lines) {
    const parsed = JSON.parse(line)
    t.match(parsed, { level: String, time: /^\d{4}-.*Z$/, msg: String })
    t.notMatch(parsed.reqId, /^(req-)?\d+$/, 'the gaps of a sequence would count the calls of tablets')
  }
  t.ok(lines.some((line) => line.includes('"route":"/api/v1/ratings"') && line.includes('"status":200')))
  t.ok(
    lines.some((line) => line.includes('"code":"23505"')),
    'an error keeps its code',
  )
  for (const secret of [
    token,
    'góp ý',
    'geheim',
    'cookie-value',
    'someone.secret',
    'password typed',
    'Agent 007',
    'Quầy kín',
    '10.7.7.7',
    '127.0.0.1',
    'secret-path',
  ]) {
    t.notOk(text.includes(secret), secret)
  }
})

t.test('failed calls of tablets: their sums each quarter of an hour, no line for a tablet or a moment', async (t) => {
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) })
  const timers = t.capture(globalThis, 'setInterval', setInterval)
  const db = await createTestDatabase(t)
  const own = await startTestApp(t, { ...shared, db, log, pools: db.pools })
  const quarters = timers().flatMap(({ args: [run, delay] }) => (delay === 15 * 60_000 ? [run as () => void] : []))
  timers.restore()
  t.equal(quarters.length, 1)
  const office = await createOffice(db)
  const token = office.tablets[0]?.token as string
  const tablet = own.tablet(token)
  const post = (payload: string, type = 'application/json') =>
    own.app.inject({
      method: 'POST',
      url: '/api/v1/ratings',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      payload,
    })
  t.equal((await tablet.post('/api/v1/ratings', batch([rating()]))).status, 200)
  for (const text of ['{"Lời kín', '{"Lời kín khác']) t.equal((await post(text)).statusCode, 400)
  t.equal((await post('Lời kín', 'text/plain')).statusCode, 415)
  t.equal((await post('x'.repeat(1_100_000))).statusCode, 413)
  t.equal((await tablet.post('/api/v1/ratings', { 'Lời kín': 1 })).status, 400)
  t.equal((await own.tablet('of-no-tablet').get('/api/v1/terminal')).status, 401)
  const superuser = new pg.Client({ connectionString: db.superuserUrl })
  await superuser.connect()
  t.teardown(() => superuser.end())
  await superuser.query('alter table ratings rename to ratings_elsewhere')
  for (let times = 0; times < 3; times++) t.equal((await tablet.post('/api/v1/ratings', batch([rating()]))).status, 500)
  await superuser.query('alter table ratings_elsewhere rename to ratings')
  const isAboutTablets = ({ msg }: Record<string, unknown>) => msg === 'calls of tablets failed'
  t.same(lines, [], 'no line yet')

  quarters[0]?.()
  const sums = lines.filter(isAboutTablets)
  const ratings = { route: '/api/v1/ratings', method: 'POST' }
  t.match(
    sums.map(({ time, msg, ...rest }) => rest),
    [
      { level: 'info', ...ratings, status: 400, code: 'invalid_json', calls: 2 },
      { level: 'info', ...ratings, status: 415, code: 'unsupported_media_type', calls: 1 },
      { level: 'info', ...ratings, status: 413, code: 'body_too_large', calls: 1 },
      { level: 'info', ...ratings, status: 400, code: 'invalid_body', calls: 1 },
      {
        level: 'info',
        route: '/api/v1/terminal',
        method: 'GET',
        status: 401,
        code: 'terminal_token_invalid',
        calls: 1,
      },
      { level: 'error', ...ratings, status: 500, code: 'internal_error', calls: 3, err: { code: '42P01' } },
    ],
  )
  for (const line of sums)
    t.same(
      Object.keys(line).filter((key) => /terminal|req|^ms$|account/.test(key)),
      [],
    )
  t.notMatch(JSON.stringify(lines), /Lời kín/)
  quarters[0]?.()
  t.equal(lines.filter(isAboutTablets).length, sums.length, 'each is counted once')

  t.equal((await own.tablet('of-no-tablet').get('/api/v1/terminal')).status, 401)
  await own.app.close()
  t.match(lines.filter(isAboutTablets).slice(sums.length), [{ status: 401, calls: 1 }], 'the rest at the end')
})

t.test('the API page describes every route that it has, from the schemas that validate', async (t) => {
  const { body } = await api.stranger.get('/api/v1/openapi.json')
  t.match(body.openapi, /^3\.1/)
  const described = Object.entries(body.paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const declared = api.app.declaredRoutes
    .filter(({ url }) => url.startsWith('/api/') && url !== '/api/v1/openapi.json')
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
  t.same(described.sort(), declared.sort())
  const post = body.paths['/api/v1/units'].post
  t.same(post.requestBody.content['application/json'].schema.required, ['name', 'kind'])
  t.equal(post.requestBody.content['application/json'].schema.additionalProperties, false)
  t.same(post.security, [{ session: [] }])
  t.same(body.paths['/api/v1/ratings'].post.security, [{ terminal: [] }])
  t.same(body.paths['/api/v1/session'].post.security, [])
  t.ok(post.responses['4XX'] ?? post.responses['4xx'], 'errors have their one shape')
  // What a schema does not name, no answer holds: a field that a query fetched by accident never gets out.
  const open: string[] = []
  const walk = (schema: unknown, where: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    const one = schema as Record<string, unknown>
    if (one.properties && one.additionalProperties !== false) open.push(where)
    for (const [key, part] of Object.entries(one)) walk(part, `${where}/${key}`)
  }
  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, { responses: object }>>)) {
    for (const [method, { responses }] of Object.entries(methods)) walk(responses, `${method} ${path}`)
  }
  t.same(open, [])
})

t.test('the pilot units: made once on an empty database, also when two servers start at once', async (t) => {
  const db = await createTestDatabase(t)
  const made = await Promise.all([1, 2, 3].map(() => ensurePilotUnits(db.ownerUrl)))
  t.same(made.filter(Boolean).length, 1)
  const units = await db.query<{ name: string; kind: string; counters: number }>(
    'select u.name, u.kind, count(c)::int as counters from units u join counters c using (unit_id) group by u.unit_id order by u.unit_id',
  )
  t.match(units, [
    { name: 'Phường Quyết Thắng', kind: 'ward' },
    { name: 'Xã Chiềng Khương', kind: 'commune' },
    { name: 'Thị trấn Mộc Châu', kind: 'township' },
  ])
  for (const { name, counters } of units) t.ok(counters >= 3 && counters <= 4, name)
  t.match(await db.query('select count(*) as n from officers'), [{ n: 0 }])
  await db.query(`update units set name = 'Renamed'`)
  t.equal(await ensurePilotUnits(db.ownerUrl), false, 'never again once there is a unit')
})
