/** Brings a database to the newest schema; safe to run from many processes at once (Kysely's migrator takes a lock). */
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import type pg from 'pg'
import { migrations } from '../../migrations/index.ts'
import { openOwnerPool } from './database.ts'

const known = Object.keys(migrations)

/** The newest migration this build knows; what a backup names as its schema version. */
export const newestMigration = known.at(-1) as string

/** False for the schema version of a newer build's backup. */
export const isKnownMigration = (name: string): boolean => Object.hasOwn(migrations, name)

/** The schema of the database is not one that the caller can work with; `message` is one line that says what to do. */
export class SchemaError extends Error {
  override name = 'SchemaError'
}

/**
 * Runs every migration that is not yet in the database, as its owner. Throws SchemaError, changing nothing, when a newer
 * version ran on it or one with other migrations; else the first failure with the migration's name, and what came before
 * it stays.
 * @param upTo for an empty database alone: the last migration to run, such as a backup's `schema_version`.
 * @returns the names applied by this call, oldest first.
 */
export async function migrateToLatest(ownerUrl: string, upTo?: string): Promise<string[]> {
  return withPool(ownerUrl, async (pool) => {
    const { state, message } = describeSchema(await listApplied(pool))
    if (state === 'newer' || state === 'other') throw new SchemaError(message)
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error, results } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
    const failed = results?.find((result) => result.status === 'Error')
    if (error) throw new Error(`migration ${failed?.migrationName ?? '(before the first)'} failed`, { cause: error })
    return (results ?? []).map((result) => result.migrationName)
  })
}

/** Throws SchemaError unless the database is at this build's schema; an empty one gets it with `ifEmpty: 'migrate'`. */
export async function requireCurrentSchema(ownerUrl: string, ifEmpty: 'migrate' | 'refuse'): Promise<void> {
  const { state, message } = describeSchema(await withPool(ownerUrl, listApplied))
  if (state === 'empty' && ifEmpty === 'migrate') await migrateToLatest(ownerUrl)
  else if (state !== 'current') throw new SchemaError(message)
}

/** How the migrations in a database compare with this build's, and the sentence for the operator (none when `current`). */
export function describeSchema(applied: readonly string[]): {
  state: 'empty' | 'older' | 'current' | 'newer' | 'other'
  message: string
} {
  const last = [...applied].sort().at(-1)
  if (last === undefined) {
    return {
      state: 'empty',
      message: 'The database has no schema yet: run "npm start" or "npm run manage -- migrate" first.',
    }
  }
  const unknown = applied.find((name) => !isKnownMigration(name))
  if (unknown !== undefined) {
    return {
      state: 'newer',
      message: `The database is newer than this program, which does not know its migration ${unknown}: use the version that served it last, or a later one.`,
    }
  }
  const missing = known.find((name) => !applied.includes(name))
  if (missing === undefined) return { state: 'current', message: '' }
  if (missing < last) {
    return {
      state: 'other',
      message: `The database was made by a version with other migrations (it has ${last}, but not ${missing}): make a backup of it, restore that file into an empty database, and run "npm run manage -- verify" there.`,
    }
  }
  return {
    state: 'older',
    message: `The database is older than this program (it is at ${last}, the program at ${newestMigration}): stop the server that uses it, then run "npm start" or "npm run manage -- migrate".`,
  }
}

async function listApplied(pool: pg.Pool): Promise<string[]> {
  const { rows: tables } = await pool.query(`select to_regclass('public.kysely_migration') as name`)
  if (tables[0].name === null) return []
  const { rows } = await pool.query<{ name: string }>('select name from public.kysely_migration')
  return rows.map(({ name }) => name)
}

async function withPool<T>(ownerUrl: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = openOwnerPool(ownerUrl)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
