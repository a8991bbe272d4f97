/** The product as an operator runs it: `npm start`'s own process on a throw-away DATA_DIR, watched, killed and left clean. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Test } from 'tap'
import { loadPasswords } from '../../server/embedded/cluster.ts'
import { findFreePort, readPidFile } from '../../server/embedded/postmaster.ts'
import { findServerProcesses, isAlive, signalProcess, waitUntil } from '../../server/embedded/processes.ts'
import { ownerUrlAt } from '../../server/embedded/supervisor.ts'

/** The build made before the tests; its real folder, so that edits meanwhile change nothing under a running test. */
const built = realpathSync(join(import.meta.dirname, '..', '..', 'dist'))

/** A folder for DATA_DIR. When the test ends, whatever PostgreSQL still runs there is ended and the folder removed. */
export class Installation {
  readonly dir: string
  readonly dataDir: string
  readonly #running = new Set<ServerProcess>()

  constructor(t: Test) {
    this.dir = mkdtempSync(join(process.env.TEST_RUN_DIR ?? tmpdir(), 'installation-'))
    // Run as root, PostgreSQL's user must pass through.
    chmodSync(this.dir, 0o711)
    this.dataDir = join(this.dir, 'data')
    t.teardown(async () => {
      for (const server of this.#running) if (server.alive) await server.kill('SIGKILL')
      for (const pid of this.databaseProcesses()) signalProcess(pid, 'SIGKILL')
      await waitUntil(() => this.databaseProcesses().length === 0, 5000)
      rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    })
  }

  get clusterDir(): string {
    return join(this.dataDir, 'postgres')
  }

  /** Process id of the PostgreSQL server, null when none runs. */
  get postmaster(): number | null {
    const pid = readPidFile(this.clusterDir)?.pid
    return pid !== undefined && isAlive(pid) ? pid : null
  }

  /** The owner's log-in to the running embedded database. */
  get ownerUrl(): string {
    return ownerUrlAt(readPidFile(this.clusterDir)?.port ?? 0, loadPasswords(this.dataDir))
  }

  databaseProcesses(): number[] {
    return findServerProcesses(this.clusterDir)
  }

  /** Starts a server on a free port, through the command `prefix` if any; it is up only after `ready()`. */
  async start(env: Record<string, string> = {}, prefix: readonly string[] = []): Promise<ServerProcess> {
    const port = Number(env.PORT ?? (await findFreePort()))
    const server = new ServerProcess(
      'start',
      [],
      { DATA_DIR: this.dataDir, LOG_LEVEL: 'warn', PORT: String(port), ...env },
      port,
      prefix,
    )
    this.#running.add(server)
    return server
  }

  /** Runs `manage` with these arguments to its end. */
  async manage(
    args: readonly string[],
    env: Record<string, string> = {},
    prefix: readonly string[] = [],
  ): Promise<{ code: number; output: string }> {
    const command = new ServerProcess('manage', args, { DATA_DIR: this.dataDir, ...env }, 0, prefix)
    this.#running.add(command)
    return { code: await command.exit(), output: command.output }
  }

  /** One statement as the owner, on the running embedded database. */
  async query<Row extends pg.QueryResultRow = Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.ownerUrl })
    await client.connect()
    try {
      return (await client.query<Row>(text, values)).rows
    } finally {
      await client.end()
    }
  }
}

export class ServerProcess {
  readonly port: number
  output = ''
  readonly #child: ChildProcess
  readonly #exit: Promise<number>

  constructor(
    entry: 'start' | 'manage',
    args: readonly string[],
    env: Record<string, string>,
    port: number,
    prefix: readonly string[] = [],
  ) {
    this.port = port
    const [command = '', ...rest] = [...prefix, process.execPath, join(built, 'server', `${entry}.js`), ...args]
    // Neither HOME nor anything else of the tester's environment: a service manager gives none either.
    this.#child = spawn(command, rest, {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.output += part.toString('utf8')
      })
    }
    this.#exit = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 128)))
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Waits until the server says that it is ready; fails when it ends first or takes longer than `timeoutMs`. */
  async ready(timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!(await this.isReady())) {
      if (!this.alive) throw new Error(`the server ended instead of getting ready:\n${this.output}`)
      if (Date.now() > deadline) throw new Error(`not ready after ${timeoutMs} ms:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.origin}/api/v1/health/ready`, { signal: AbortSignal.timeout(2000) })
      return answer.status === 200
    } catch {
      return false
    }
  }

  /** Stops or goes on reading standard error, so that the pipe fills up. */
  readErrors(reads: boolean): void {
    if (reads) this.#child.stderr?.resume()
    else this.#child.stderr?.pause()
  }

  /** Closes the pipes that the process writes to. */
  closeOutput(): void {
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Sends the signal and returns the exit code (137 = killed) once the process is gone. */
  async kill(name: NodeJS.Signals): Promise<number> {
    this.#child.kill(name)
    return this.exit()
  }

  exit(): Promise<number> {
    return this.#exit
  }
}
