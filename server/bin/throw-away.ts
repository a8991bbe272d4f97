/** The app of production on a database of its own that is thrown away afterwards, with a clock that can be set ahead. */
import type { Logger } from 'pino'
import { buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { loadKeys } from '../keys.ts'
import { openOwnerPool, openPools } from '../queries/database.ts'
import { migrateToLatest } from '../queries/migrate.ts'
import type { World } from '../simulate/world.ts'
import { openForServer } from './database.ts'
import { clearLeftovers, makeDemoFolder, removeDemoFolder } from './demo-folder.ts'

/** Runs `work` in it from the moment `at` (epoch ms) on, and removes everything, whatever happens. */
export async function inThrowAwayWorld<T>(
  own: Config,
  log: Logger,
  at: number,
  work: (world: World) => Promise<T>,
): Promise<T> {
  await clearLeftovers()
  const dataDir = makeDemoFolder()
  const closing: (() => Promise<unknown>)[] = [() => removeDemoFolder(dataDir)]
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const onSignal = () => void closeAll().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal)
  try {
    const config: Config = { ...own, dataDir, databaseUrl: null, databaseAppUrl: null, databaseIngestUrl: null }
    const database = await openForServer(config, log, (error) => log.error({ err: error }, 'PostgreSQL is gone'))
    closing.push(() => database.close())
    await migrateToLatest(database.ownerUrl)
    const pools = await openPools({ ownerUrl: database.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
    closing.push(() => pools.close())
    const owner = openOwnerPool(database.ownerUrl)
    closing.push(() => owner.end())
    const client = await pools.openCountClient()
    closing.push(() => client.end())
    let now = at
    const clock = {
      now: () => now,
      set(to: number) {
        now = Math.max(now, to)
      },
    }
    const app = await buildApp({ config, pools, clock, log, keys: loadKeys(dataDir) })
    closing.push(() => app.close())
    await app.ready()
    return await work({
      app,
      pools,
      client,
      clock,
      asThief: async <Row>(text: string, values: unknown[] = []) => (await owner.query(text, values)).rows as Row[],
    })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal)
    await closeAll()
  }
}
