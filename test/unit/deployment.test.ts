/** docker-compose.yml and Dockerfile, as far as they can be checked without an engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Service {
  image?: string
  build?: string
  restart?: string
  ports?: string[]
  volumes?: string[]
  networks?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  cap_drop?: string[]
  [key: string]: unknown
}
interface Compose {
  services: Record<'database' | 'server' | 'caddy', Service>
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>
  volumes: Record<string, null>
}

const composeText = read('docker-compose.yml')
const { services, networks, volumes } = parse(composeText, { merge: true }) as Compose
const dockerfile = read('Dockerfile')

t.test('three services, each restarted, healthy before the next one starts, and with bounded logs', async (t) => {
  t.same(Object.keys(services), ['database', 'server', 'caddy'])
  for (const [name, service] of Object.entries(services)) {
    t.equal(service.restart, 'unless-stopped', name)
    t.match(service.logging, { driver: 'json-file', options: { 'max-size': String, 'max-file': String } }, name)
    t.ok(service.healthcheck ?? (service.build && /^HEALTHCHECK .*\n? *CMD/m.test(dockerfile)), `${name} has a check`)
  }
  t.match(services.server.depends_on, { database: { condition: 'service_healthy' } })
  t.match(services.caddy.depends_on, { server: { condition: 'service_healthy' } })
  t.equal(services.database.image, 'postgres:18', 'the major version that tests run on')
})

t.test('no secret has a default, and each is asked for', async (t) => {
  const uses = [...composeText.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)]
  t.ok(uses.length >= 8)
  for (const [text, , rest] of uses) t.match(rest, /^:\?set /, text)
  t.notMatch(composeText, /password: [a-z0-9]/i)
})

t.test('only Caddy is reachable from outside, and only the server reaches the database', async (t) => {
  t.same(
    services.caddy.ports?.map((port) => String(port).split(':')[0]),
    ['80', '443', '443'],
  )
  t.notOk(services.server.ports ?? services.database.ports)
  t.same(services.database.networks, ['inside'])
  t.same(services.caddy.networks, ['outside'])
  t.equal(networks.inside?.internal, true)
  t.equal(services.server.environment?.TRUSTED_PROXIES, networks.outside?.ipam?.config[0]?.subnet)
})

t.test('no log of the other two names a caller, a row or a statement', async (t) => {
  const [options, site] = read('docker/Caddyfile').split(/^\{\$SITE_NAME\}/m)
  t.match(options, /\blog \{\s+exclude http\.log\.error http\.handlers\.reverse_proxy\s+\}/)
  t.notMatch(site, /\blog\b/, 'no access log')
  const settings = (services.database.command as string[]).filter((part) => part.includes('='))
  t.same(settings, ['log_error_verbosity=terse', 'log_min_error_statement=panic'])
  for (const setting of settings) t.match(read('server/embedded/postmaster.ts'), `'${setting}'`)
})

t.test('a server that is alive is healthy: the proxy starts also while the disk is full', async (t) => {
  t.match(dockerfile, /^HEALTHCHECK .*\n *CMD .*\/api\/v1\/health\/live'/m)
})

t.test('the server is given settings that it reads, and a login of its own for each kind of work', async (t) => {
  const config = read('server/config.ts')
  for (const name of Object.keys(services.server.environment ?? {})) t.match(config, `'${name}'`, name)
  const logins = ['DATABASE_URL', 'DATABASE_APP_URL', 'DATABASE_INGEST_URL'].map(
    (name) => /^postgres:\/\/(\w+):/.exec(services.server.environment?.[name] ?? '')?.[1] ?? '',
  )
  t.equal(new Set(logins).size, 3)
  const roles = read('docker/roles.sql')
  for (const login of logins) t.match(roles, new RegExp(`^create role ${login} login`, 'm'))
  for (const [, name = ''] of roles.matchAll(/^\\getenv \w+ (\w+)$/gm))
    t.ok(services.database.environment?.[name], name)
})

t.test('every volume and every mounted file exists', async (t) => {
  for (const { volumes: mounts = [] } of Object.values(services)) {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':')
      t.ok(source.startsWith('./') ? existsSync(join(root, source)) : source in volumes, mount)
    }
  }
  t.match(services.server.volumes, ['keys:/data'], 'keys outlive the container')
  t.match(dockerfile, 'DATA_DIR=/data')
})

t.test('the image: two stages on Node 24, not root, and nothing in it that only the pages need', async (t) => {
  const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
  t.same(stages, ['node:24-slim', 'node:24-slim'])
  t.match(dockerfile.slice(dockerfile.lastIndexOf('FROM')), /^USER node$/m)
  for (const [, sources = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources.split(' ')) t.ok(existsSync(join(root, source)), source)
  }
  const ignored = read('.dockerignore')
  for (const [, source = ''] of dockerfile.matchAll(/^COPY (?!--from)(\S+) \S+$/gm)) t.match(ignored, `!${source}\n`)

  const list = /npm uninstall[^\n]*\n((?: +[^\n]+\n)+)/.exec(dockerfile)?.[1] ?? ''
  const removed = list.split(/[\s\\]+/).filter(Boolean)
  const { dependencies, optionalDependencies } = JSON.parse(read('package.json'))
  const sources = ['server', 'migrations'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => read(join(folder, file))),
  )
  const used = (name: string) => sources.some((text) => new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(text))
  const unused = Object.keys(dependencies).filter((name) => !used(name))
  t.same(removed, [...Object.keys(optionalDependencies), ...unused].sort())
})

t.test('no key, no token and no password of anybody lies in the repository', async (t) => {
  const secrets =
    /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b|\bxox[abpr]-[\w-]{10}|postgres(?:ql)?:\/\/\w+:(?!\$|…|\.\.\.)[^@\s"'`{}<]{12,}@/
  // Built, fetched or written by tests: whatever else lies here is what is handed on.
  const skipped = new Set(['node_modules', 'dist', '.git', 'data', 'screenshots', '.tap'])
  const files: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) files.push(path)
    }
  }
  walk('.')
  t.ok(files.length > 500, `${files.length} files looked at`)
  t.same(
    files.filter((file) => secrets.test(readFileSync(join(root, file), 'latin1'))),
    [],
  )
  t.same(
    files.filter((file) => /(^|\/)\.env(\.|$)|\.(pem|key|p12|pfx)$/.test(file)),
    [],
  )
})
