/** Keeps an embedded PostgreSQL running beside the server: starts or adopts it, restarts it when it dies, stops it last. */
import type { Logger } from 'pino'
import { type Binaries, prepareBinaries } from './binaries.ts'
import {
  assertDurable,
  database,
  ensureCluster,
  ensureOwner,
  loadPasswords,
  owner,
  type Passwords,
  superuser,
} from './cluster.ts'
import { EmbeddedError } from './errors.ts'
import type { Place } from './places.ts'
import {
  adopt,
  clearDeadServer,
  findFreePort,
  findRunning,
  launch,
  type Postmaster,
  stopServer,
  waitReady,
} from './postmaster.ts'

export interface EmbeddedPostgres {
  /** Connection string of the product's owner role. */
  readonly ownerUrl: string
  /** Connection string of the superuser; tests make databases with it, the product never uses it. */
  readonly superuserUrl: string
  readonly port: number
  readonly place: Place
  /** What an operator should know: where the data went, as whom it runs, that a running server was adopted. */
  readonly notes: readonly string[]
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  readonly dataDir: string
  /** Of `findPlace(dataDir)`; the caller holds its lock. */
  readonly place: Place
  readonly log: Logger
  /** Called once when PostgreSQL could not be brought back; the connection strings are then dead for good. */
  readonly onGiveUp: (error: Error) => void
  /** Extra server settings, `name=value`. */
  readonly settings?: readonly string[]
}

/** After these waits, in ms, a dead server is started again; after the last one the supervisor gives up. */
const backOff = [0, 250, 500, 1000, 2000, 4000, 8000, 8000]
/** A server that lived this long was healthy: its next death starts the waits anew. */
const healthyAfterMs = 60_000

/** Starts or adopts the PostgreSQL of `place`. Throws EmbeddedError. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, place, log, settings = [] } = options
  const passwords = loadPasswords(dataDir)
  const binaries = prepareBinaries(place.user, place.dir)
  const { clusterDir, user } = place
  await ensureCluster(clusterDir, binaries, user, passwords.superuser)

  const running = findRunning(clusterDir)
  let server = running === null ? null : await tryAdopt(running, place, passwords, log)
  const adopted = server !== null
  server ??= await launchReady({ place, binaries, passwords, settings, port: null })
  log.info({ pid: server.pid, port: server.port, adopted }, 'embedded PostgreSQL is ready')

  const { port } = server
  let current: Postmaster = server
  let stopping = false

  const supervise = async (): Promise<void> => {
    let deaths = 0
    let startedAt = Date.now()
    for (;;) {
      await current.ended
      if (stopping) return
      if (Date.now() - startedAt > healthyAfterMs) deaths = 0
      for (;;) {
        const wait = backOff[deaths++]
        if (wait === undefined) throw new EmbeddedError('PostgreSQL keeps ending and could not be started again.')
        log.error({ wait_ms: wait }, 'PostgreSQL ended unexpectedly; starting it again')
        await new Promise((resolve) => setTimeout(resolve, wait))
        if (stopping) return
        try {
          current = await launchReady({ place, binaries, passwords, settings, port })
          break
        } catch (error) {
          log.error({ err: error }, 'PostgreSQL could not be started again')
        }
      }
      startedAt = Date.now()
      log.warn({ pid: current.pid }, 'PostgreSQL is back')
      if (stopping) await stopServer(current, clusterDir)
    }
  }
  const supervision = supervise().catch((error: Error) => {
    if (!stopping) options.onGiveUp(error)
  })

  return {
    ownerUrl: ownerUrlAt(port, passwords),
    superuserUrl: `postgres://${superuser}:${passwords.superuser}@127.0.0.1:${port}/postgres`,
    port,
    place,
    notes: describe(place, binaries, adopted),
    async stop() {
      stopping = true
      // Nothing else may keep this process alive: neither the child nor the watch on an adopted server does, and one
      // that is found dead before its end is told would leave this waiting for ever in a process that ends.
      const awake = setInterval(() => {}, 1000)
      try {
        await stopServer(current, clusterDir)
        await supervision
      } finally {
        clearInterval(awake)
      }
    },
  }
}

/** The owner's connection string of a server on `port`. */
export function ownerUrlAt(port: number, passwords: Passwords): string {
  return `postgres://${owner}:${passwords.owner}@127.0.0.1:${port}/${database}`
}

function describe(place: Place, binaries: Binaries, adopted: boolean): string[] {
  const notes: string[] = []
  if (place.user !== null) notes.push(`PostgreSQL runs as user ${place.user.name}, because it refuses to run as root.`)
  if (place.moved) notes.push(`That user cannot reach DATA_DIR, so the database is in ${place.clusterDir}.`)
  if (binaries.copiedTo !== null) notes.push(`Its programs were copied to ${binaries.copiedTo}.`)
  if (adopted) notes.push('PostgreSQL was still running from an earlier start and was taken over.')
  return notes
}

interface Launch {
  readonly place: Place
  readonly binaries: Binaries
  readonly passwords: Passwords
  readonly settings: readonly string[]
  /** null = any free one. */
  readonly port: number | null
}

/** Clears the remains of a dead server, launches a new one and waits until it answers and is set up. */
async function launchReady({ place, binaries, passwords, settings, port }: Launch): Promise<Postmaster> {
  const { clusterDir, user } = place
  for (let attempt = 1; ; attempt += 1) {
    await clearDeadServer(clusterDir)
    const chosen = port ?? (await findFreePort())
    if (chosen === null) throw new EmbeddedError('No port on 127.0.0.1 is free for PostgreSQL.')
    const server = launch({ clusterDir, binaries, user, port: chosen, settings })
    try {
      await setUp(server, clusterDir, passwords)
      return server
    } catch (error) {
      await stopServer(server, clusterDir)
      // Between our finding the port free and PostgreSQL's binding it somebody else may have taken it.
      const taken = (await findFreePort(chosen)) === null
      if (port !== null || attempt >= 3 || !taken) throw error
    }
  }
}

async function setUp(server: Postmaster, clusterDir: string, passwords: Passwords): Promise<void> {
  const client = await waitReady(server, passwords.superuser, clusterDir)
  try {
    await assertDurable(client)
    await ensureOwner(client, passwords.owner)
  } finally {
    await client.end()
  }
}

/** Takes over a server whose parent was killed; one that does not answer us properly is stopped instead. */
async function tryAdopt(
  running: { pid: number; port: number },
  { clusterDir }: Place,
  passwords: Passwords,
  log: Logger,
): Promise<Postmaster | null> {
  const server = adopt(running)
  try {
    await setUp(server, clusterDir, passwords)
    return server
  } catch (error) {
    log.warn({ err: error, pid: running.pid }, 'a PostgreSQL left running could not be taken over; restarting it')
    await stopServer(server, clusterDir)
    return null
  }
}
