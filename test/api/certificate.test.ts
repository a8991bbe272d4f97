/** `manage certificate`: an own CA and a server certificate that clients with that CA take, and nobody else. */
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { run } from '../../server/bin/commands/certificate.ts'
import { CA_DAYS, issueCertificate, makeAuthority, readNames, SERVER_DAYS } from '../../server/bin/own-ca.ts'
import { readConfig } from '../../server/config.ts'
import { startTestApp } from '../support/app.ts'

const NAME = 'hailong.sonla.example'
const DAY_MS = 86_400_000
type Context = Parameters<typeof run>[0]

/** Runs the command in a folder; returns what it printed. */
async function make(dataDir: string, values: Record<string, string> = {}): Promise<string> {
  const lines: string[] = []
  const config = { ...readConfig({}), dataDir }
  await run({
    config,
    values: { name: NAME, ...values },
    print: (line: string) => lines.push(line),
  } as unknown as Context)
  return lines.join('\n')
}
const read = (dataDir: string, path: string) => readFileSync(join(dataDir, path), 'utf8')
const modeOf = (path: string) => statSync(path).mode & 0o777

/** GET /health/live over https, at this machine under another name; the status, or the error's code. */
function ask(port: number, { ca, name = NAME }: { ca?: string; name?: string }): Promise<number | string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, servername: name, headers: { host: name }, path: '/api/v1/health/live' }
    const call = request({ ...options, ...(ca === undefined ? {} : { ca }), agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)))
    call.end()
  })
}

async function serve(t: Test, dataDir: string): Promise<number> {
  const tls = readConfig({
    TLS_CERT: join(dataDir, 'tls/server.crt'),
    TLS_KEY: join(dataDir, 'tls/server.key'),
  }).tls
  const { app } = await startTestApp(t, { config: { tls } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

t.test('the server speaks https under its name to whoever has the CA, and to nobody else', async (t) => {
  const dataDir = t.testdir()
  const printed = await make(dataDir, { ip: '192.168.1.20' })
  const ca = read(dataDir, 'tls/hai-long-ca.crt')
  const port = await serve(t, dataDir)
  t.equal(await ask(port, { ca }), 200)
  t.match(await ask(port, {}), /SELF_SIGNED|UNABLE_TO/, 'without the CA')
  t.equal(await ask(port, { ca, name: 'other.example' }), 'ERR_TLS_CERT_ALTNAME_INVALID')
  const stranger = makeAuthority(Date.now())
  t.match(await ask(port, { ca: stranger.cert }), /SELF_SIGNED|UNABLE_TO|CERT_SIGNATURE_FAILURE/, 'another CA')

  const leaf = new X509Certificate(read(dataDir, 'tls/server.crt'))
  t.equal(leaf.subjectAltName, `DNS:${NAME}, IP Address:192.168.1.20`)
  t.match(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'for servers alone')
  t.notOk(leaf.ca)
  const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / DAY_MS
  t.equal(days, SERVER_DAYS, 'not longer than browsers take')
  t.ok(Date.parse(leaf.validFrom) < Date.now() - DAY_MS, 'good already for a clock that is a day slow')
  const authority = new X509Certificate(ca)
  t.ok(authority.ca && leaf.checkIssued(authority) && leaf.verify(authority.publicKey))

  for (const secret of ['ca/ca.key', 'tls/server.key']) t.equal(modeOf(join(dataDir, secret)), 0o600, secret)
  t.equal(modeOf(join(dataDir, 'ca')), 0o700)
  t.notOk(readdirSync(join(dataDir, 'tls')).some((name) => name.endsWith('.new')))
  t.notOk(ca.includes('PRIVATE'), 'what goes to tablets holds no key')
  for (const part of [
    'TLS_CERT=',
    'TLS_KEY=',
    'Chứng chỉ CA',
    authority.fingerprint256,
    `https://${NAME}:8443/terminal/`,
  ]) {
    t.ok(printed.includes(part), part)
  }
})

t.test('renewed: another key and certificate, the same CA, so nothing is installed again', async (t) => {
  const dataDir = t.testdir()
  t.match(await make(dataDir), /A new CA was made/)
  const [ca, cert, key] = ['tls/hai-long-ca.crt', 'tls/server.crt', 'tls/server.key'].map((path) => read(dataDir, path))
  writeFileSync(join(dataDir, 'tls/server.key.new'), 'left by a crash', { mode: 0o644 })
  t.match(await make(dataDir, { name: `${NAME},hop.example` }), /same as before/)
  t.equal(read(dataDir, 'tls/hai-long-ca.crt'), ca)
  t.not(read(dataDir, 'tls/server.crt'), cert)
  t.not(read(dataDir, 'tls/server.key'), key)
  t.equal(modeOf(join(dataDir, 'tls/server.key')), 0o600)
  const port = await serve(t, dataDir)
  t.equal(await ask(port, { ca: ca as string }), 200)
  t.equal(await ask(port, { ca: ca as string, name: 'hop.example' }), 200, 'a second name')
})

t.test('a CA that would not outlive the certificate is laid aside and replaced', async (t) => {
  const dataDir = t.testdir()
  mkdirSync(join(dataDir, 'ca'))
  const old = makeAuthority(Date.now() - (CA_DAYS - SERVER_DAYS) * DAY_MS)
  writeFileSync(join(dataDir, 'ca/ca.crt'), old.cert)
  writeFileSync(join(dataDir, 'ca/ca.key'), old.key)
  t.match(await make(dataDir), /A new CA was made/)
  t.not(read(dataDir, 'ca/ca.crt'), old.cert)
  const aside = readdirSync(dataDir).find((name) => name.startsWith('ca-until-'))
  t.equal(read(dataDir, `${aside}/ca.crt`), old.cert)
  t.equal(await ask(await serve(t, dataDir), { ca: read(dataDir, 'tls/hai-long-ca.crt') }), 200)
})

t.test('a folder of its own, and names that cannot be', async (t) => {
  const dataDir = t.testdir()
  await make(dataDir, { out: join(dataDir, 'elsewhere') })
  t.ok(read(dataDir, 'elsewhere/server.crt').startsWith('-----BEGIN CERTIFICATE-----'))
  for (const name of ['', ' , ', 'a b', '-a.example', 'sơnla.example', '192.168.1.20', `${'a'.repeat(64)}.example`]) {
    await t.rejects(make(t.testdir(), { name }), { name: 'OperatorError', message: /^--name/ }, `"${name}"`)
  }
  await t.rejects(make(t.testdir(), { ip: '192.168.1' }), { message: /^--ip/ })
  t.same(readNames('B.example, a.example,b.example', '::1'), { names: ['b.example', 'a.example'], addresses: ['::1'] })
  const leaf = issueCertificate(makeAuthority(Date.now()), readNames('*.sonla.example', '::1,10.0.0.1'), Date.now())
  t.equal(
    new X509Certificate(leaf.cert).subjectAltName,
    'DNS:*.sonla.example, IP Address:0:0:0:0:0:0:0:1, IP Address:10.0.0.1',
  )
})
