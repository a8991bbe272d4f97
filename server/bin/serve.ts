/** Brings the whole server up in order and down in the reverse one; `start` and `demo` both run this. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { buildApp } from '../app.ts'
import { keepHead } from '../audit/head-file.ts'
import { startSealing } from '../audit/sealer.ts'
import type { Config } from '../config.ts'
import { fingerprint, type Keys, loadKeys } from '../keys.ts'
import { openServerLog, type ServerLog } from '../log.ts'
import { openOutput } from '../log-output.ts'
import { startMailing } from '../mail/mailer.ts'
import { openPools, type Pools } from '../queries/database.ts'
import { rememberContentKey } from '../queries/key-check.ts'
import { migrateToLatest } from '../queries/migrate.ts'
import { ensurePilotUnits } from '../queries/pilot.ts'
import { checkPort, explainListenError, listAddresses } from './addresses.ts'
import { startCountingThread } from './counting-thread.ts'
import { type OpenDatabase, openForServer } from './database.ts'
import { reloadOnHangup } from './hangup.ts'
import { giveMemoryBack, keepHeapSmall } from './heap.ts'
import { explain } from './operator-error.ts'
import { installShutdown } from './shutdown.ts'

/** What `prepare` may work with: everything is open, nothing is counted or served yet. */
export interface Prepared {
  readonly ownerUrl: string
  readonly pools: Pools
  readonly keys: Keys
  readonly log: Logger
  /** True once the end was asked for: long work should then give up, by an error. */
  stopping(): boolean
}

export interface ServeOptions {
  /**
   * Runs before counting begins and the first request is taken. Returns what to tell the operator once the addresses
   * are known.
   */
  readonly prepare: (prepared: Prepared) => Promise<(addresses: readonly string[]) => readonly string[]>
  /** Runs as the last step of stopping. */
  readonly cleanUp?: () => Promise<void>
}

/** Serves until a signal ends the process. Prints one clear line and exits with 1 when it cannot start. */
export async function serve(config: Config, { prepare, cleanUp }: ServeOptions): Promise<void> {
  keepHeapSmall()
  // Logs on standard error, words for people on standard output.
  const serverLog = openServerLog(config.logLevel)
  const { log, output } = serverLog
  const words = openOutput(1, () => '')
  const print = (line: string) => words.write(`${line}\n`)
  // What Node itself prints there (a warning) may fail too.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const useCertificateOf = reloadOnHangup(log)
  const shutdown = installShutdown(log, print)
  let database: OpenDatabase | null = null
  try {
    if (cleanUp) await shutdown.open('clean-up', 3000, async () => {}, cleanUp)
    await checkPort(config)
    database = await shutdown.open(
      'PostgreSQL',
      4800,
      () => openForServer(config, log, onGiveUp),
      (opened) => opened.close(),
    )
    useCertificateOf(await bringUp(database, config, prepare, serverLog, print, shutdown))
  } catch (error) {
    const known = explainListenError(error, config.host, config.port)
    if (!shutdown.requested) output.write(`${explain(database?.explain(known) ?? known)}\n`, true)
    await shutdown.run(1)
  }

  function onGiveUp(error: Error): void {
    log.fatal({ err: error }, 'the database is gone for good; stopping')
    void shutdown.run(1)
  }
}

/** Everything that needs the database, up to the first request. Returns the server that listens. */
async function bringUp(
  database: OpenDatabase,
  config: Config,
  prepare: ServeOptions['prepare'],
  serverLog: ServerLog,
  print: (line: string) => void,
  shutdown: ReturnType<typeof installShutdown>,
): Promise<Server> {
  const { ownerUrl } = database
  const { log } = serverLog
  const applied = await migrateToLatest(ownerUrl)
  if (applied.length > 0) log.info({ migrations: applied }, 'database migrated')
  await ensurePilotUnits(ownerUrl)

  const urls = { ownerUrl, appUrl: config.databaseAppUrl, ingestUrl: config.databaseIngestUrl }
  const pools = await shutdown.open(
    'database connections',
    500,
    () => openPools(urls, (error) => log.error({ err: error }, 'database connection lost')),
    (opened) => opened.close(),
  )
  const keys = loadKeys(config.dataDir)
  const notes = [...database.notes, ...(await checkKeys(ownerUrl, keys, log))]
  if (config.tls) notes.push(`When the certificate was renewed, kill -HUP ${process.pid} makes the server read it.`)
  const clock = { now: Date.now }
  const describe = await shutdown.open(
    'preparation',
    0,
    () => prepare({ ownerUrl, pools, keys, log, stopping: () => shutdown.requested }),
    async () => {},
  )
  await shutdown.open(
    'counting',
    1000,
    async () => startCountingThread({ urls, logLevel: config.logLevel }, serverLog),
    (counting) => counting.stop(),
  )
  await shutdown.open(
    'sealing',
    1000,
    async () => startSealing({ pools, key: keys.audit, log, onSealed: (head) => keepHead(config.dataDir, head) }),
    (sealing) => sealing.stop(),
  )
  await shutdown.open(
    'mailing',
    2500,
    async () => startMailing({ config, pools, clock, log }),
    (mailing) => mailing.stop(),
  )
  const app = await shutdown.open(
    'requests',
    3000,
    () => buildApp({ config, pools, clock, log, keys }),
    async (opened) => {
      // Requests still running after this are cut; tablets send again what was not acknowledged.
      const cut = setTimeout(() => opened.server.closeAllConnections(), 2500)
      await opened.close()
      clearTimeout(cut)
    },
  )
  await app.ready()
  await app.listen({ host: config.host, port: config.port })
  const addresses = listAddresses(config, (app.server.address() as AddressInfo).port)
  database.rename(addresses[0] ?? 'running')
  giveMemoryBack()
  for (const line of announcement(addresses, [...notes, ...describe(addresses)])) print(line)
  return app.server
}

/** A foreign keys folder does not stop the server, for citizens still tap; but it must not go unnoticed. */
async function checkKeys(ownerUrl: string, keys: Keys, log: Logger): Promise<string[]> {
  const own = fingerprint(keys.content)
  if ((await rememberContentKey(ownerUrl, own)) === own) return []
  const warning =
    'WARNING: DATA_DIR/keys is not the folder this database was served with: ratings sent again will be refused as conflicts. Put the right folder back.'
  log.error(warning)
  return [warning]
}

function announcement(addresses: readonly string[], lines: readonly string[]): string[] {
  return [
    '\nHài Lòng is running.\n',
    ...addresses.flatMap((address) => [`  Dashboards   ${address}/`, `  Tablet page  ${address}/terminal/`]),
    ...(lines.length > 0 ? [''] : []),
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    '\n  Ctrl-C stops it; closing the terminal does not.\n',
  ]
}
