/** Reads every setting from the environment once, refuses what cannot work, and freezes the result: the only reader of process.env. */
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { isMailAddress } from './domain/report-mails.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface Config {
  /** Address to listen on; loopback unless told otherwise, so that a first start exposes nothing. */
  readonly host: string
  /** Port to listen on; 0 takes any free one. */
  readonly port: number
  /** The origin people use (`https://hai-long.example`), without a trailing slash; null = the request's own origin. */
  readonly publicUrl: string | null
  /** True when a plain-http PUBLIC_URL outside loopback was allowed by hand; the tablet page then refuses to pair. */
  readonly allowInsecure: boolean
  /** Certificate chain and key, PEM, when the server speaks https itself. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  /** The owner's connection string; null = the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null
  /** Own logins of the restricted pools; null = the owner's login with `-c role=…`. */
  readonly databaseAppUrl: string | null
  readonly databaseIngestUrl: string | null
  /** Absolute folder of keys and of the embedded PostgreSQL's data. */
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Addresses or networks of reverse proxies whose X-Forwarded-For is believed; empty = none. */
  readonly trustedProxies: readonly string[]
  /** Bearer token for /metrics; null = there is no such page. */
  readonly metricsToken: string | null
  /** The mail server that scheduled reports go through, and who they come from; null = none are sent. */
  readonly mail: MailSettings | null
  /** Folder holding the built pages: `terminal/` and `dashboards/`. */
  readonly pagesDir: string
}

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte; `starttls`: before anything is said of the mail; `none`: on loopback alone. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly pass: string } | null
  readonly from: string
}

/** A setting that cannot work; `message` is one line for the operator and names the variable. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads and checks the settings. Relative paths count from `cwd`. An empty variable counts as unset.
 * Throws ConfigError for the first setting that cannot work.
 */
export function readConfig(env: Environment = process.env, cwd: string = process.cwd()): Config {
  const get = (name: string): string | null => env[name]?.trim() || null
  const allowInsecure = readSwitch('ALLOW_INSECURE', get('ALLOW_INSECURE'))
  const databaseUrl = readDatabaseUrl('DATABASE_URL', get('DATABASE_URL'))
  const databaseAppUrl = readDatabaseUrl('DATABASE_APP_URL', get('DATABASE_APP_URL'))
  const databaseIngestUrl = readDatabaseUrl('DATABASE_INGEST_URL', get('DATABASE_INGEST_URL'))
  if (databaseUrl === null && (databaseAppUrl ?? databaseIngestUrl) !== null) {
    throw new ConfigError('DATABASE_APP_URL and DATABASE_INGEST_URL need DATABASE_URL, the owner of the same database.')
  }
  return Object.freeze({
    host: readHost(get('HOST') ?? '127.0.0.1'),
    port: readPort(get('PORT') ?? '8080'),
    publicUrl: readPublicUrl(get('PUBLIC_URL'), allowInsecure),
    allowInsecure,
    tls: readTls(get('TLS_CERT'), get('TLS_KEY'), cwd),
    databaseUrl,
    databaseAppUrl,
    databaseIngestUrl,
    dataDir: resolve(cwd, get('DATA_DIR') ?? 'data'),
    logLevel: readLogLevel(get('LOG_LEVEL') ?? 'info'),
    trustedProxies: Object.freeze(readNetworks(get('TRUSTED_PROXIES'))),
    metricsToken: readMetricsToken(get('METRICS_TOKEN')),
    mail: readMail(get('SMTP_URL'), get('MAIL_FROM')),
    pagesDir: findPagesDir(),
  })
}

/** True for the names and addresses that browsers treat as a secure context without a certificate. */
export function isLoopbackHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name)
}

function readSwitch(name: string, text: string | null): boolean {
  if (text === null || text === '0') return false
  if (text === '1') return true
  throw new ConfigError(`${name} must be 1 or 0, not "${text}".`)
}

function readHost(text: string): string {
  const host = text.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) {
    throw new ConfigError(`HOST must be an address or a host name, not "${text}".`)
  }
  return host
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65535) {
    throw new ConfigError(`PORT must be a whole number from 0 to 65535, not "${text}".`)
  }
  return port
}

function readPublicUrl(text: string | null, allowInsecure: boolean): string | null {
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigError(`PUBLIC_URL must be an address such as https://hai-long.example, not "${text}".`)
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new ConfigError('PUBLIC_URL must be the bare address, without path, query or user name.')
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname) && !allowInsecure) {
    // Without a secure context the tablet has no service worker, no crypto.randomUUID and no lasting storage.
    throw new ConfigError(
      `PUBLIC_URL ${url.origin} is neither https nor loopback, so tablets could not keep ratings. ` +
        'Use https (TLS_CERT and TLS_KEY, or a proxy), or set ALLOW_INSECURE=1 to look at it without pairing tablets.',
    )
  }
  return url.origin
}

function readTls(certFile: string | null, keyFile: string | null, cwd: string): Config['tls'] {
  if (certFile === null && keyFile === null) return null
  if (certFile === null || keyFile === null) {
    throw new ConfigError('TLS_CERT and TLS_KEY belong together: set both or neither.')
  }
  const tls = { cert: readPem('TLS_CERT', certFile, cwd), key: readPem('TLS_KEY', keyFile, cwd) }
  try {
    createSecureContext(tls)
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string }
    throw new ConfigError(`TLS_CERT ${certFile} and TLS_KEY ${keyFile} cannot be used: ${reason ?? message}.`)
  }
  return Object.freeze(tls)
}

function readPem(name: string, file: string, cwd: string): Buffer {
  let content: Buffer
  try {
    content = readFileSync(resolve(cwd, file))
  } catch (error) {
    throw new ConfigError(`${name} cannot be read: ${(error as Error).message}`)
  }
  if (!content.includes('-----BEGIN ')) throw new ConfigError(`${name} ${file} is not a PEM file.`)
  return content
}

function readDatabaseUrl(name: string, text: string | null): string | null {
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  // No message repeats the value: it may hold a password.
  const authority = /^\w+:\/\/([^/?#]*)/.exec(text)?.[1] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (host.includes(',') || url?.searchParams.get('host')?.includes(',')) {
    // `pg` would look up the whole list as one name for half a minute.
    throw new ConfigError(`${name} must name one host, an address that follows the primary, not a list of hosts.`)
  }
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw new ConfigError(`${name} must look like postgres://user:password@host:5432/database.`)
  }
  return text
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (level === undefined) throw new ConfigError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`)
  return level
}

function readNetworks(text: string | null): string[] {
  if (text === null) return []
  return text.split(',').map((part) => {
    const network = part.trim()
    const [address = '', bits, ...rest] = network.split('/')
    const family = isIP(address)
    const bitsFit = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
    if (family === 0 || !bitsFit || rest.length > 0) {
      throw new ConfigError(`TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8, not "${network}".`)
    }
    return network
  })
}

function readMetricsToken(text: string | null): string | null {
  if (text !== null && text.length < 16) throw new ConfigError('METRICS_TOKEN must have at least 16 characters.')
  return text
}

/** The address may hold a password, so it is repeated in no message. */
function readMail(address: string | null, from: string | null): MailSettings | null {
  if (address === null && from === null) return null
  if (address === null || from === null) {
    throw new ConfigError('SMTP_URL and MAIL_FROM belong together: set both or neither.')
  }
  if (!isMailAddress(from)) throw new ConfigError('MAIL_FROM must be a bare address such as hai-long@example.gov.vn.')
  const url = URL.canParse(address) ? new URL(address) : null
  const form = 'SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465'
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new ConfigError(`${form}.`)
  }
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new ConfigError(`${form}, without path or query.`)
  }
  if ((url.username === '') !== (url.password === '')) {
    throw new ConfigError(`${form}: user and password belong together.`)
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const encrypted = url.protocol === 'smtps:'
  return Object.freeze({
    host,
    port: Number(url.port || (encrypted ? 465 : 587)),
    security: encrypted ? 'tls' : isLoopbackHost(host) ? 'none' : 'starttls',
    login: url.username === '' ? null : Object.freeze(readLogin(url, form)),
    from,
  })
}

function readLogin(url: URL, form: string): { user: string; pass: string } {
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
  } catch {
    throw new ConfigError(`${form}: signs in user and password are written as %40 and the like.`)
  }
}

/** The built server lies beside its pages (`dist/server`, `dist/terminal`); run from source, they are in `dist`. */
function findPagesDir(): string {
  const beside = dirname(dirname(fileURLToPath(import.meta.url)))
  return existsSync(join(beside, 'terminal', 'index.html')) ? beside : join(beside, 'dist')
}
