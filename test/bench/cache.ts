/**
 * Generated provinces of millions of ratings, made once and kept in BENCH_DIR (default /var/tmp/hai-long-bench): about 7 GB for
 * twenty million. `npm run bench:generate` makes both beforehand.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { localDay } from '../../server/domain/time.ts'
import { findPlace } from '../../server/embedded/places.ts'
import { isAlive } from '../../server/embedded/processes.ts'
import { startEmbedded } from '../../server/embedded/supervisor.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'
import { closeMonths, generate, province } from './generate.ts'
import {
  assertEverythingOn,
  assertOnDisk,
  type BenchPostgres,
  findPostmaster,
  startBenchPostgres,
  withClient,
} from './support.ts'

const base = process.env.BENCH_DIR ?? '/var/tmp/hai-long-bench'
/** Raised when what `generate.ts` writes has changed. */
const FORMAT = 2

/** Memory for making it; no log is written of tables that are filled in the transaction that emptied them. */
const forMaking = [
  'max_connections=20',
  'shared_buffers=3GB',
  'maintenance_work_mem=1GB',
  'max_wal_size=8GB',
  'checkpoint_timeout=1h',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
]

async function start(dataDir: string, settings: readonly string[]) {
  return startEmbedded({
    dataDir,
    place: findPlace(dataDir),
    log: pino({ level: 'error' }, pino.destination(2)),
    onGiveUp: (error) => console.error(error),
    settings,
  })
}

/** The kept province of about so many ratings, as the product runs it, migrated to the newest schema. */
export async function openProvince(ratings: number, log: (line: string) => void = () => {}): Promise<BenchPostgres> {
  const dataDir = join(base, `province-${ratings}-${FORMAT}`)
  const done = join(dataDir, 'complete')
  const making = `${dataDir}.making`
  while (existsSync(making) && isAlive(Number(readFileSync(making, 'utf8')))) await rest(1000)
  if (!existsSync(done)) {
    log(`making a province of ${ratings} ratings in ${dataDir}, once`)
    rmSync(dataDir, { recursive: true, force: true })
    mkdirSync(base, { recursive: true })
    writeFileSync(making, String(process.pid))
    const server = await start(dataDir, forMaking)
    await migrateToLatest(server.ownerUrl)
    const client = new pg.Client({ connectionString: server.ownerUrl })
    await client.connect()
    await generate(client, province(ratings), log)
    await client.query('vacuum analyze')
    await client.end()
    await server.stop()
    writeFileSync(done, new Date().toISOString())
    rmSync(making)
  }
  const postgres = await start(dataDir, ['max_connections=200'])
  try {
    await migrateToLatest(postgres.ownerUrl)
  } catch (error) {
    // Of another branch, or from before a migration that sorts in between: made anew.
    log(`${dataDir} cannot be migrated: ${error}`)
    await postgres.stop()
    rmSync(done)
    return openProvince(ratings, log)
  }
  assertOnDisk(dataDir)
  await assertEverythingOn(postgres.ownerUrl)
  // Made before a month ended, or before this was part of the making.
  await withClient(postgres.ownerUrl, (client) => closeMonths(client, localDay(Date.now())))
  return {
    ownerUrl: postgres.ownerUrl,
    superuserUrl: postgres.superuserUrl,
    dir: dataDir,
    postmaster: await findPostmaster(postgres.superuserUrl),
    stop: () => postgres.stop(),
  }
}

/** A hundredth of it, three units of just as many ratings each: made anew in seconds, for who only wants to see that a bench runs. */
export async function openHundredth(ratings: number): Promise<BenchPostgres> {
  const postgres = await startBenchPostgres()
  await withClient(postgres.ownerUrl, async (client) => {
    const whole = province(ratings)
    await generate(client, { ...whole, ratings: ratings / 100, units: whole.units / 100 })
    await client.query('vacuum analyze')
    await closeMonths(client, localDay(Date.now()))
  })
  return postgres
}

if (process.argv[1] === import.meta.filename) {
  for (const ratings of [2_000_000, 20_000_000]) {
    await (await openProvince(ratings, (line) => console.log(line))).stop()
  }
}
