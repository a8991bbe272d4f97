/** What all routes share: declared access, one error shape, headers, limits, and patience with what is no HTTP. */
import { type AddressInfo, connect } from 'node:net'
import Fastify from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { buildApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { registerRouteRules } from '../../server/plugins/route-rules.ts'
import type { App } from '../../server/services.ts'
import { startTestApp, type TestApp, testKeys } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const shared = { db: api.db, clock: api.clock, keys: api.keys, pools: api.pools }

t.test('a route that does not say who may call it keeps the server from starting', async (t) => {
  const bare = () => {
    const app = Fastify() as unknown as App
    registerRouteRules(app)
    return app
  }
  const handler = async () => 'x'
  t.throws(() => bare().get('/api/v1/forgotten', handler), /GET \/api\/v1\/forgotten does not declare config\.access/)
  t.throws(() => bare().get('/x', { config: { access: { roles: [] } } }, handler), /no role at all/)
  t.doesNotThrow(() => bare().get('/x', { config: { access: 'public' } }, handler))
})

t.test('404 and 405 in the one shape, before anything else is looked at', async (t) => {
  refused(t, await api.stranger.get('/api/v1/nonsense'), 404, 'not_found')
  refused(t, await api.stranger.get('/api'), 404, 'not_found')
  refused(t, await api.stranger.get('/api/v2/units'), 404, 'not_found')
  refused(t, await api.stranger.post('/api/v1/nonsense', '{', { 'content-type': 'application/json' }), 404, 'not_found')
  const put = await api.app.inject({ method: 'PUT', url: '/api/v1/units?x=1', payload: 'x' })
  t.match({ status: put.statusCode, code: put.json().error.code }, { status: 405, code: 'method_not_allowed' })
  t.equal(put.headers.allow, 'GET, HEAD, POST')
  t.equal((await api.app.inject({ method: 'HEAD', url: '/api/v1/units' })).statusCode, 401, 'HEAD is no way around')
  t.equal((await api.app.inject({ method: 'OPTIONS', url: '/api/v1/units' })).statusCode, 405, 'no CORS')
  refused(t, await api.stranger.get('/api/v1/terminals/pair'), 405, 'method_not_allowed')
  refused(t, await api.stranger.get('/api/v1/units/%zz'), 404, 'not_found', 'a malformed address')
  refused(t, await api.stranger.get(`/api/v1/units/${'9'.repeat(3000)}`), 405, 'method_not_allowed', 'a long one')
  const admin = await api.staff('administrator')
  refused(t, await admin.patch(`/api/v1/units/${'9'.repeat(3000)}`, {}), 404, 'not_found', 'a long id')
})

t.test(
  'headers: no foreign scripts, no frames, no sniffing, no caching; https is remembered only over https',
  async (t) => {
    const { headers } = await api.stranger.get('/api/v1/health/live')
    t.equal(
      headers['content-security-policy'],
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';sandbox",
      'an answer is no page',
    )
    const policy = String((await api.stranger.get('/login')).headers['content-security-policy'])
    for (const rule of [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
      "img-src 'self' data:",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]) {
      t.ok(policy.split(';').includes(rule), rule)
    }
    t.notOk(/unsafe|\*|http:/.test(policy))
    t.match(headers, {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    })
    for (const gone of ['x-powered-by', 'server', 'strict-transport-security', 'access-control-allow-origin']) {
      t.equal(headers[gone], undefined, gone)
    }
    const https = await startTestApp(t, { ...shared, config: { publicUrl: 'https://hai-long.example' } })
    t.match((await https.stranger.get('/')).headers['strict-transport-security'], /max-age=31536000/)
    t.equal((await api.stranger.get('/api/v1/units')).headers['cache-control'], 'no-store', 'on refusals too')
  },
)

t.test('a caller is slowed down, its neighbour behind the same address is not; loopback is left alone', async (t) => {
  const own = await startTestApp(t, shared)
  const office = await createOffice(api.db, { counters: 2 })
  const ask = (token: string, remoteAddress: string, headers: Record<string, string> = {}) =>
    own.app.inject({
      url: '/api/v1/terminal',
      remoteAddress,
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
  const [first, second] = office.tablets.map(({ token }) => token) as [string, string]
  const flood = async (token: string, address: string, times: number) => {
    const counts: Record<number, number> = {}
    for (let sent = 0; sent < times; sent += 50) {
      for (const { statusCode } of await Promise.all(Array.from({ length: 50 }, () => ask(token, address)))) {
        counts[statusCode] = (counts[statusCode] ?? 0) + 1
      }
    }
    return counts
  }
  t.same(await flood(first, '10.9.0.1', 1250), { 200: 1200, 429: 50 })
  const slowed = await ask(first, '10.9.0.1', { 'x-forwarded-for': '1.2.3.4' })
  t.match(slowed.json(), { error: { code: 'too_many_requests' } }, 'and a made-up forwarding header does not help')
  t.ok(Number(slowed.headers['retry-after']) >= 1)
  t.equal((await ask(second, '10.9.0.1')).statusCode, 200)
  t.same(await flood(second, '127.0.0.1', 1300), { 200: 1300 })
})

t.test('an address is slowed down too, whoever it says it is', async (t) => {
  const own = await startTestApp(t, shared)
  let refusals = 0
  for (let sent = 0; sent < 6050; sent += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => own.app.inject({ url: '/api/v1/health/live', remoteAddress: '10.9.1.1' })),
    )
    refusals += answers.filter(({ statusCode }) => statusCode === 429).length
  }
  t.equal(refusals, 50)
  t.equal((await own.app.inject({ url: '/api/v1/health/live', remoteAddress: '10.9.1.2' })).statusCode, 200)
})

/** Listens, and returns how to send bytes to it: the answer is all that comes until the server closes the connection. */
async function openSocketTo({ app }: TestApp): Promise<(...parts: string[]) => Promise<string>> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return (...parts) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', async () => {
        for (const part of parts) {
          socket.write(part)
          await new Promise(setImmediate)
        }
      })
      let answer = ''
      socket.setTimeout(5000, () => socket.destroy(new Error(`left open after: ${answer}`)))
      socket.on('data', (chunk) => {
        answer += String(chunk)
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })
}

t.test('what is no HTTP gets a bare refusal, and the server goes on', async (t) => {
  const own = await startTestApp(t, shared)
  const send = await openSocketTo(own)
  t.match(await send('HELLO\r\n\r\n'), /^HTTP\/1\.1 400 /)
  t.match(await send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /)
  t.match(
    await send('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'),
    /^HTTP\/1\.1 400 /,
  )
  t.match(await send('GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 /)
  const { server } = own.app
  t.match(
    { requestTimeout: server.requestTimeout, timeout: server.timeout },
    { requestTimeout: 30_000, timeout: 65_000 },
  )
})

t.test(
  'a request whose end is in doubt gets one refusal, is not carried out, and nothing after it is read',
  async (t) => {
    const metricsToken = 'a-token-of-enough-letters'
    const own = await startTestApp(t, { ...shared, config: { metricsToken } })
    const send = await openSocketTo(own)
    const statuses = (answer: string) =>
      [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
    const next = 'GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const chunked = '0\r\n\r\n'
    for (const path of ['/api/v1/health/live', '/%zz', '/api/v1/nonsense']) {
      for (const [version, headers, body] of [
        ['1.1', 'Transfer-Encoding: xchunked', ''],
        ['1.1', 'Transfer-Encoding: xchunked', chunked],
        ['1.1', 'Transfer-Encoding: identity', ''],
        ['1.1', 'Transfer-Encoding:', ''],
        ['1.1', 'Transfer-Encoding: gzip, chunked', chunked],
        ['1.1', 'Transfer-Encoding: ,chunked', chunked],
        ['1.1', 'Transfer-Encoding: chunked, gzip', chunked],
        ['1.1', 'Transfer-Encoding: chunked;q=1', chunked],
        ['1.1', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', chunked],
        ['1.1', 'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', chunked],
        ['1.1', 'Transfer-Encoding: chunked\r\nContent-Length: 0', chunked],
        ['1.1', 'Transfer-Encoding: xchunked\r\nContent-Length: 5', 'hello'],
        ['1.0', 'Transfer-Encoding: chunked', chunked],
        ['1.0', 'Transfer-Encoding: chunked\r\nConnection: keep-alive', chunked],
      ] as const) {
        for (const method of ['GET', 'POST']) {
          const head = `${method} ${path} HTTP/${version}\r\nHost: x\r\n${headers}\r\n\r\n`
          t.same(statuses(await send(head + body + next)), [400], `at once: ${head}`)
          t.same(statuses(await send(head, body, next)), [400], `piece by piece: ${head}`)
        }
      }
    }
    const expect = 'GET /api/v1/health/live HTTP/1.1\r\nHost: x\r\nExpect: x\r\nTransfer-Encoding: xchunked\r\n\r\n'
    t.same(statuses(await send(expect + next)), [417])
    for (const coding of ['chunked', 'Chunked', '\tCHUNKED ']) {
      const head = `POST /api/v1/nonsense HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n`
      t.same(statuses(await send(`${head}2\r\n{}\r\n${chunked}${next}`)), [404, 200], coding)
    }
    t.same(
      statuses(await send(`${next.replace('Connection: close\r\n', '')}${expect}${next}`)),
      [200, 417],
      'an earlier request on the connection is still answered',
    )
    const page = await own.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${metricsToken}` } })
    t.same(page.body.match(/^hai_long_requests_total.*$/gm), [
      'hai_long_requests_total{method="POST",route="(none)",status="404"} 3',
      'hai_long_requests_total{method="GET",route="/api/v1/health/live",status="200"} 4',
    ])
  },
)

t.test('two servers are built side by side in one process', async (t) => {
  const parts = {
    config: readConfig({}),
    pools: api.pools,
    clock: api.clock,
    keys: testKeys(),
    log: pino({ level: 'silent' }),
  }
  const apps = await Promise.all([buildApp(parts), buildApp(parts)])
  for (const app of apps) t.equal((await app.inject('/api/v1/health/live')).statusCode, 200)
  await Promise.all(apps.map((app) => app.close()))
})
