/** Migrations: from nothing, again, on data, twenty at once; and the schema they make is the one that is written down. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import t from 'tap'
import { migrations } from '../../migrations/index.ts'
import { isKnownMigration, migrateToLatest, newestMigration } from '../../server/queries/migrate.ts'
import { dumpSchema } from '../../server/queries/schema-dump.ts'
import { startTestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { digestTables, populate } from '../support/populate.ts'

const folder = join(import.meta.dirname, '..', '..', 'migrations')
const names = Object.keys(migrations)

async function schemaOf(db: TestDatabase): Promise<string> {
  const client = new pg.Client({ connectionString: db.ownerUrl })
  await client.connect()
  try {
    return await dumpSchema(client)
  } finally {
    await client.end()
  }
}

t.test('every file is in the list, in the order of its date', async (t) => {
  const files = readdirSync(folder)
    .filter((file) => /^\d{4}-/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort()
  t.same(names, files)
  t.equal(newestMigration, files.at(-1))
  for (const name of names) t.type(migrations[name]?.up, 'function', name)
  t.ok(isKnownMigration(files[0] as string))
  t.notOk(isKnownMigration('2199-01-01-1-of-a-newer-build'))
})

t.test('from empty to the newest, one after the other, and then nothing more', async (t) => {
  const db = await createTestDatabase(t, { empty: true })
  for (const [index, name] of names.entries()) {
    t.same(await migrateToLatest(db.ownerUrl, name), [name], `${index + 1} of ${names.length}`)
  }
  t.same(await migrateToLatest(db.ownerUrl), [], 'a second run has nothing to do')
  t.same(await migrateToLatest(db.ownerUrl), [])
  t.equal(await schemaOf(db), readFileSync(join(folder, 'schema.sql'), 'utf8'), 'schema.sql is fresh: npm run schema')
})

t.test('twenty runners at once: each migration runs once and nobody fails', async (t) => {
  const db = await createTestDatabase(t, { empty: true })
  // Beside them three on a database of their own: roles belong to the cluster, where the two can meet.
  const other = await createTestDatabase(t, { empty: true })
  const [applied, beside] = await Promise.all([
    Promise.all(Array.from({ length: 20 }, () => migrateToLatest(db.ownerUrl))),
    Promise.all(Array.from({ length: 3 }, () => migrateToLatest(other.ownerUrl))),
  ])
  t.same(applied.flat().sort(), names)
  t.same(beside.flat().sort(), names)
  const recorded = await db.query<{ name: string }>('select name from kysely_migration order by name')
  t.same(
    recorded.map((row) => row.name),
    names,
  )
})

t.test('on a database in use nothing is lost and every figure still adds up', async (t) => {
  const server = await startTestApp(t)
  await populate(server)
  const before = await digestTables(server)
  for (const [table, { n }] of Object.entries(before)) t.ok(n > 0, `${table} has rows, or this would prove nothing`)
  t.same(await migrateToLatest(server.db.ownerUrl), [])
  t.same(await digestTables(server), before)
  t.same((await server.verify()).differences, [])
})

t.test('every foreign key has an index that begins with its columns', async (t) => {
  const { query } = await createTestDatabase(t)
  const keys = await query<{ key: string; indexed: boolean }>(`
    select format('%s: %s', c.conrelid::regclass, pg_get_constraintdef(c.oid)) as key,
           exists (select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
                    and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
                    and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] <@ c.conkey) as indexed
      from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace`)
  t.ok(keys.length > 10, `${keys.length} foreign keys`)
  for (const { key, indexed } of keys) t.ok(indexed, key)
})
