/** SIGHUP reads a renewed certificate and never ends the server: not under nohup, not when its terminal is closed. */
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { issueCertificate, type KeyedCertificate, makeAuthority, readNames } from '../../server/bin/own-ca.ts'
import { signalProcess, waitUntil } from '../../server/embedded/processes.ts'
import { Installation, type ServerProcess } from '../support/server-process.ts'

const authority = makeAuthority(Date.now())
const issue = () => issueCertificate(authority, readNames('hailong.example', ''), Date.now())
const fingerprintOf = ({ cert }: KeyedCertificate) => new X509Certificate(cert).fingerprint256

/** The certificate that a new connection is shown. */
function presented(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.end()
    })
    socket.on('error', reject)
  })
}

/** The complete lines of the log that match. */
const findLines = ({ output }: ServerProcess, pattern: RegExp) =>
  output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => pattern.test(line))
const countLines = (server: ServerProcess, pattern: RegExp) => findLines(server, pattern).length

t.test('a renewed certificate is served to new connections, and open ones go on', async (t) => {
  const place = new Installation(t)
  const [TLS_CERT, TLS_KEY] = [join(place.dir, 'server.crt'), join(place.dir, 'server.key')]
  const write = ({ cert, key }: KeyedCertificate) => {
    writeFileSync(TLS_CERT, cert)
    writeFileSync(TLS_KEY, key)
  }
  const [first, second, third] = [issue(), issue(), issue()]
  write(first)
  const server = await place.start({ TLS_CERT, TLS_KEY, LOG_LEVEL: 'info' })
  t.ok(await waitUntil(() => server.output.includes('Hài Lòng is running'), 30_000), server.output)
  t.match(server.output, `kill -HUP ${server.pid} makes the server read it`)
  t.equal(await presented(server.port), fingerprintOf(first))

  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert })
  t.teardown(() => agent.destroy())
  const ask = () =>
    new Promise<{ status: number | undefined; from: number | undefined }>((resolve, reject) => {
      const options = { agent, port: server.port, host: '127.0.0.1', servername: 'hailong.example' }
      get({ ...options, path: '/api/v1/health/live' }, (response) => {
        const from = (response.socket as TLSSocket).localPort
        response.resume().on('end', () => resolve({ status: response.statusCode, from }))
      }).on('error', reject)
    })
  const open = await ask()
  t.equal(open.status, 200)

  write(second)
  server.signal('SIGHUP')
  t.ok(await waitUntil(() => countLines(server, /"info".*SIGHUP: the certificate was read again/) === 1, 10_000))
  t.equal(await presented(server.port), fingerprintOf(second))
  t.same(await ask(), open, 'the connection of before')

  await t.test('files that cannot be used leave the certificate as it is, and are one line each', async (t) => {
    const broken: [string, () => void, RegExp][] = [
      ['another key', () => writeFileSync(TLS_KEY, third.key), /cannot be used: key values mismatch/],
      ['no PEM', () => writeFileSync(TLS_CERT, 'x'), /TLS_CERT .* is not a PEM file/],
      ['cut off', () => writeFileSync(TLS_CERT, second.cert.slice(0, 300)), /TLS_CERT .* cannot be used/],
    ]
    const told = () => findLines(server, /SIGHUP/)
    for (const [what, spoil, line] of broken) {
      write(second)
      spoil()
      const [before, linesBefore] = [told().length, findLines(server, /./).length]
      server.signal('SIGHUP')
      t.ok(await waitUntil(() => told().length > before, 10_000), what)
      const [added = '', ...more] = told().slice(before)
      t.match(JSON.parse(added), { level: 'error', msg: /^SIGHUP: the certificate in use stays\. / }, what)
      t.match(added, line, what)
      t.same(more, [], 'one line')
      // Other work of the server may log meanwhile, but no error and no stack.
      const others = findLines(server, /./).slice(linesBefore)
      const levels = others.filter((other) => other !== added).map((other) => JSON.parse(other).level)
      t.same(
        levels.filter((level) => level !== 'info'),
        [],
        'nothing else is wrong',
      )
      t.equal(await presented(server.port), fingerprintOf(second), what)
    }
  })

  write(third)
  server.signal('SIGHUP')
  t.ok(await waitUntil(() => countLines(server, /SIGHUP: the certificate was read again/) === 2, 10_000))
  t.equal(await presented(server.port), fingerprintOf(third), 'and a good one is taken after bad ones')
  t.equal(await server.kill('SIGTERM'), 0)
})

t.test('a SIGHUP during the start is answered when the server listens', async (t) => {
  const place = new Installation(t)
  const server = await place.start({ LOG_LEVEL: 'info' })
  t.ok(await waitUntil(() => server.output.includes('embedded PostgreSQL is ready'), 30_000))
  server.signal('SIGHUP')
  await server.ready()
  t.ok(await waitUntil(() => countLines(server, /SIGHUP: there is no certificate to read again/) === 1, 10_000))

  await t.test('PostgreSQL reads its configuration and goes on', async (t) => {
    const { postmaster } = place
    const [before] = await place.query('select pg_conf_load_time() as at')
    signalProcess(postmaster as number, 'SIGHUP')
    const load = async () => (await place.query('select pg_conf_load_time() > $1 as later', [before?.at]))[0]?.later
    for (let tries = 0; tries < 100 && !(await load()); tries += 1) await new Promise((next) => setTimeout(next, 50))
    t.equal(await load(), true)
    t.equal(place.postmaster, postmaster)
    t.ok(await server.isReady())
  })
  t.equal(await server.kill('SIGTERM'), 0)
})

t.test('under nohup', async (t) => {
  const place = new Installation(t)
  const server = await place.start({ LOG_LEVEL: 'info' }, ['nohup'])
  await server.ready()
  server.signal('SIGHUP')
  t.ok(await waitUntil(() => countLines(server, /SIGHUP: there is no certificate to read again/) === 1, 10_000))
  t.ok(await server.isReady())
  t.equal(await server.kill('SIGTERM'), 0)
})

t.test('output whose reader is gone: lines are lost, and the server goes on', async (t) => {
  const place = new Installation(t)
  const server = await place.start({ LOG_LEVEL: 'debug' })
  await server.ready()
  server.closeOutput()
  server.signal('SIGHUP')
  for (let request = 0; request < 20; request += 1) t.ok(await server.isReady())
  t.equal(await server.kill('SIGTERM'), 0, 'also while it says that it stops')
  t.same(place.databaseProcesses(), [])
})

t.test('output to a disk that is full from the beginning', async (t) => {
  const place = new Installation(t)
  const server = await place.start({ LOG_LEVEL: 'debug' }, ['sh', '-c', 'exec "$@" >/dev/full 2>&1', 'sh'])
  await server.ready()
  server.signal('SIGHUP')
  for (let request = 0; request < 20; request += 1) t.ok(await server.isReady())
  t.equal(await server.kill('SIGTERM'), 0)
})
