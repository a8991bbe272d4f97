/** One throw-away PostgreSQL for a whole test run, with the product's schema ready to be cloned. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { findPlace } from '../../server/embedded/places.ts'
import { startEmbedded } from '../../server/embedded/supervisor.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'

export interface TestPostgres {
  /** Environment for the test processes; `createTestDatabase` reads it. */
  readonly env: Record<string, string>
  /** Folder of the run, gone afterwards. Its file `group` names the process group that a watchdog ends when we are killed. */
  readonly dir: string
  stop(): Promise<void>
}

/** Tests make and drop databases all the time; vacuuming them would only take turns away. */
const testSettings = ['max_connections=200', 'autovacuum=off']

/** Starts it in a fresh folder. A watchdog process ends it even when this process is killed. */
export async function startTestPostgres({ settings = testSettings } = {}): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'hai-long-tests-'))
  // Run as root, PostgreSQL's user must pass through.
  chmodSync(dir, 0o711)
  const watchdog = spawn(process.execPath, [join(import.meta.dirname, 'watchdog.mjs'), String(process.pid), dir], {
    detached: true,
    stdio: 'ignore',
  })
  watchdog.unref()
  const dataDir = join(dir, 'data')
  const socketDir = join(dir, 'socket')
  mkdirSync(socketDir)
  chmodSync(socketDir, 0o777)
  const embedded = await startEmbedded({
    dataDir,
    place: findPlace(dataDir),
    log: pino({ level: 'error' }, pino.destination(2)),
    onGiveUp: (error) => console.error(error),
    settings: [...settings, `unix_socket_directories=${socketDir}`],
  })
  await migrateToLatest(embedded.ownerUrl)
  return {
    env: {
      TEST_OWNER_URL: embedded.ownerUrl,
      TEST_SUPERUSER_URL: embedded.superuserUrl,
      TEST_SOCKET_DIR: socketDir,
      TEST_RUN_DIR: dir,
    },
    dir,
    async stop() {
      await embedded.stop()
      watchdog.kill()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
