/** Settings: defaults that expose nothing, and one clear line for everything that cannot work. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeAuthority } from '../../server/bin/own-ca.ts'
import { ConfigError, readConfig } from '../../server/config.ts'

const read = (env: Record<string, string> = {}) => readConfig(env, '/srv/app')

t.test('nothing set: loopback, port 8080, the embedded database under ./data', async (t) => {
  const config = read()
  t.match(config, { host: '127.0.0.1', port: 8080, publicUrl: null, databaseUrl: null, dataDir: '/srv/app/data' })
  t.match(config, { allowInsecure: false, tls: null, logLevel: 'info', trustedProxies: [], metricsToken: null })
  t.ok(Object.isFrozen(config), 'settings do not change while the server runs')
})

t.test('an empty variable counts as unset, blanks around a value do not count', async (t) => {
  t.match(read({ PORT: '', HOST: ' ', DATA_DIR: '' }), { port: 8080, host: '127.0.0.1', dataDir: '/srv/app/data' })
  t.equal(read({ PORT: ' 81 ' }).port, 81)
})

t.test('what can work is taken', async (t) => {
  t.equal(read({ HOST: '[::1]' }).host, '::1')
  t.equal(read({ PORT: '0' }).port, 0, 'any free port')
  t.equal(read({ DATA_DIR: '../x' }).dataDir, '/srv/x', 'relative to where it was started')
  t.equal(read({ DATA_DIR: '/y' }).dataDir, '/y')
  t.equal(read({ PUBLIC_URL: 'https://hai-long.example/' }).publicUrl, 'https://hai-long.example')
  t.equal(read({ PUBLIC_URL: 'HTTPS://Hai-Long.example:443' }).publicUrl, 'https://hai-long.example')
  t.equal(read({ PUBLIC_URL: 'https://hai-long.example:8443' }).publicUrl, 'https://hai-long.example:8443')
  t.same(read({ TRUSTED_PROXIES: '10.0.0.1, 172.16.0.0/12,fd00::/8' }).trustedProxies, [
    '10.0.0.1',
    '172.16.0.0/12',
    'fd00::/8',
  ])
  const urls = { DATABASE_URL: 'postgres://o@db/x', DATABASE_APP_URL: 'postgresql://a@db/x' }
  t.match(read(urls), {
    databaseUrl: 'postgres://o@db/x',
    databaseAppUrl: 'postgresql://a@db/x',
    databaseIngestUrl: null,
  })
  const comma = 'postgres://o:a,b@db/x?application_name=a,b'
  t.equal(read({ DATABASE_URL: comma }).databaseUrl, comma, 'a comma in the password is no list of hosts')
  t.equal(read({ LOG_LEVEL: 'silent' }).logLevel, 'silent')
})

t.test('a mail server: encrypted unless it is this machine', async (t) => {
  t.equal(read().mail, null)
  const mail = (SMTP_URL: string) => read({ SMTP_URL, MAIL_FROM: 'hai-long@b.example' }).mail
  const from = 'hai-long@b.example'
  t.same(mail('smtp://mail.example'), { host: 'mail.example', port: 587, security: 'starttls', login: null, from })
  t.same(mail('smtps://ai%40b:m%E1%BA%ADt%3Akh%E1%BA%A9u@mail.example/'), {
    ...{ host: 'mail.example', port: 465, security: 'tls', from },
    login: { user: 'ai@b', pass: 'mật:khẩu' },
  })
  t.match(mail('smtp://127.0.0.1:2525'), { host: '127.0.0.1', port: 2525, security: 'none' })
  t.match(mail('smtps://[::1]'), { host: '::1', security: 'tls' })
})

t.test('http outside loopback is refused unless allowed by hand', async (t) => {
  for (const PUBLIC_URL of ['http://192.168.1.10:8080', 'http://hai-long.example', 'http://127.0.0.1.example']) {
    t.throws(() => read({ PUBLIC_URL }), {
      name: 'ConfigError',
      message: /neither https nor loopback.*ALLOW_INSECURE=1/,
    })
    t.match(read({ PUBLIC_URL, ALLOW_INSECURE: '1' }), { publicUrl: PUBLIC_URL, allowInsecure: true })
    t.throws(() => read({ PUBLIC_URL, ALLOW_INSECURE: '0' }), { name: 'ConfigError' })
  }
  for (const PUBLIC_URL of ['http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:2', 'http://a.localhost']) {
    t.equal(read({ PUBLIC_URL }).publicUrl, PUBLIC_URL, 'browsers count this as a secure context')
  }
})

t.test('each bad value is named in one line', async (t) => {
  const bad: [Record<string, string>, RegExp][] = [
    [{ PORT: '80a' }, /^PORT .*"80a"/],
    [{ PORT: '65536' }, /^PORT /],
    [{ PORT: '-1' }, /^PORT /],
    [{ PORT: '8e3' }, /^PORT /],
    [{ HOST: 'http://x' }, /^HOST /],
    [{ HOST: 'a b' }, /^HOST /],
    [{ PUBLIC_URL: 'hai-long.example' }, /^PUBLIC_URL /],
    [{ PUBLIC_URL: 'ftp://hai-long.example' }, /^PUBLIC_URL /],
    [{ PUBLIC_URL: 'https://hai-long.example/x' }, /^PUBLIC_URL .*bare/],
    [{ PUBLIC_URL: 'https://u:p@hai-long.example' }, /^PUBLIC_URL .*bare/],
    [{ ALLOW_INSECURE: 'yes' }, /^ALLOW_INSECURE /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL .*info/],
    [{ DATABASE_URL: 'mysql://u@h/d' }, /^DATABASE_URL /],
    [{ DATABASE_URL: 'localhost' }, /^DATABASE_URL must look like/],
    [{ DATABASE_URL: 'postgres://o:p@db1,db2/d' }, /^DATABASE_URL must name one host/],
    [{ DATABASE_URL: 'postgres://o:p@db1:5432,db2:5433/d' }, /^DATABASE_URL must name one host/],
    [{ DATABASE_URL: 'postgres://db1,db2?target_session_attrs=read-write' }, /^DATABASE_URL must name one host/],
    [{ DATABASE_URL: 'postgres://o@db1/d?host=db1%2Cdb2' }, /^DATABASE_URL must name one host/],
    [{ DATABASE_URL: 'postgres://o@db/d', DATABASE_APP_URL: 'postgres://a@db1,db2/d' }, /^DATABASE_APP_URL .*one host/],
    [{ DATABASE_APP_URL: 'postgres://a@h/d' }, /need DATABASE_URL/],
    [{ DATABASE_INGEST_URL: 'postgres://a@h/d' }, /need DATABASE_URL/],
    [{ TLS_CERT: 'cert.pem' }, /TLS_CERT and TLS_KEY/],
    [{ TLS_KEY: 'key.pem' }, /TLS_CERT and TLS_KEY/],
    [{ TLS_CERT: 'no-such.pem', TLS_KEY: 'no-such.pem' }, /^TLS_CERT cannot be read/],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES .*10\.0\.0\.0\/33/],
    [{ TRUSTED_PROXIES: 'proxy' }, /^TRUSTED_PROXIES /],
    [{ TRUSTED_PROXIES: '1.2.3.4,' }, /^TRUSTED_PROXIES /],
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN /],
    [{ SMTP_URL: 'smtp://mail.example' }, /^SMTP_URL and MAIL_FROM belong together/],
    [{ MAIL_FROM: 'a@b.example' }, /^SMTP_URL and MAIL_FROM belong together/],
    [{ SMTP_URL: 'mail.example:25', MAIL_FROM: 'a@b.example' }, /^SMTP_URL must look like smtp:/],
    [{ SMTP_URL: 'https://mail.example', MAIL_FROM: 'a@b.example' }, /^SMTP_URL must look like smtp:/],
    [{ SMTP_URL: 'smtp://mail.example/x', MAIL_FROM: 'a@b.example' }, /^SMTP_URL .*without path/],
    [{ SMTP_URL: 'smtp://u@mail.example', MAIL_FROM: 'a@b.example' }, /^SMTP_URL .*user and password/],
    [{ SMTP_URL: 'smtp://u:%zz@mail.example', MAIL_FROM: 'a@b.example' }, /^SMTP_URL .*%40/],
    [{ SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'Hài Lòng <a@b.example>' }, /^MAIL_FROM /],
  ]
  for (const [env, message] of bad) {
    const [name] = Object.keys(env)
    t.throws(() => read(env), { name: 'ConfigError', message }, `${name}=${env[name ?? '']}`)
    try {
      read(env)
    } catch (error) {
      t.notMatch((error as ConfigError).message, /\n/, 'one line')
    }
  }
})

t.test('a password in a bad address is not repeated', async (t) => {
  try {
    read({ DATABASE_URL: 'mysql://user:geheim@host/db' })
    t.fail('must throw')
  } catch (error) {
    t.ok(error instanceof ConfigError)
    t.notMatch((error as Error).message, /geheim/)
  }
  t.throws(() => read({ DATABASE_URL: 'postgres://user:geheim@one,two/db' }), { message: /^(?!.*geheim)DATABASE_URL/ })
  for (const SMTP_URL of [
    'smtp://u:geheim@mail.example/x',
    'http://u:geheim@mail.example',
    'smtp://:geheim@mail.example',
  ]) {
    t.throws(() => read({ SMTP_URL, MAIL_FROM: 'a@b.example' }), {
      name: 'ConfigError',
      message: /^(?!.*geheim)SMTP_URL/,
    })
  }
})

t.test('certificates are read at once, so that a wrong file stops the start and not the first tablet', async (t) => {
  const dir = t.testdir({})
  const [own, other] = [makeAuthority(Date.now()), makeAuthority(Date.now())]
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const TLS_CERT = write('cert.pem', own.cert)
  const cut = write('cut.pem', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n')
  const refused = (env: Record<string, string>, message: RegExp) =>
    t.throws(() => read(env), { name: 'ConfigError', message })
  refused({ TLS_CERT, TLS_KEY: write('key.der', 'binary') }, /^TLS_KEY .*not a PEM/)
  refused(
    { TLS_CERT, TLS_KEY: write('other.pem', other.key) },
    /^TLS_CERT .* and TLS_KEY .* cannot be used: key values mismatch\.$/,
  )
  refused({ TLS_CERT: cut, TLS_KEY: write('key.pem', own.key) }, /^TLS_CERT .* cannot be used: [^\n]+\.$/)
  t.equal(read({ TLS_CERT, TLS_KEY: join(dir, 'key.pem') }).tls?.cert.toString(), own.cert)
})
