/** Brings a database to the newest schema; safe to run from many processes at once (Kysely's migrator takes a lock). */
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { migrations } from '../../migrations/index.ts'

/**
 * Runs every migration that is not yet in the database, as its owner.
 * Throws the first failure with the migration's name; what came before it stays.
 * @param upTo for an empty database alone: the last migration to run, such as a backup's `schema_version`.
 * @returns the names applied by this call, oldest first.
 */
export async function migrateToLatest(ownerUrl: string, upTo?: string): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 })
  // A command may stop its PostgreSQL before the ended connection is gone: without a handler that ends the process.
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error, results } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
    const failed = results?.find((result) => result.status === 'Error')
    if (error) throw new Error(`migration ${failed?.migrationName ?? '(before the first)'} failed`, { cause: error })
    return (results ?? []).map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

/** The newest migration this build knows; what a backup names as its schema version. */
export const newestMigration = Object.keys(migrations).at(-1) as string

/** False for the schema version of a newer build's backup. */
export const isKnownMigration = (name: string): boolean => Object.hasOwn(migrations, name)
