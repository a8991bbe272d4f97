/** A database at another schema than the program's: every command and the start refuse it in one sentence, or cope with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { migrations } from '../../migrations/index.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { Installation } from '../support/server-process.ts'

const [OLDER = '', NEWEST = ''] = Object.keys(migrations).sort().slice(-2)
/** As a database of 28 November 2026 was: one migration was put before the last one that it had run. */
const PASSED_OVER = '2026-11-28-11-attribution-by-month'

const sentences = {
  empty: 'The database has no schema yet: run "npm start" or "npm run manage -- migrate" first.',
  older: `The database is older than this program (it is at ${OLDER}, the program at ${NEWEST}): stop the server that uses it, then run "npm start" or "npm run manage -- migrate".`,
  newer:
    'The database is newer than this program, which does not know its migration 2199-01-01-1-x: use the version that served it last, or a later one.',
  other: `The database was made by a version with other migrations (it has ${NEWEST}, but not ${PASSED_OVER}): make a backup of it, restore that file into an empty database, and run "npm run manage -- verify" there.`,
}
type State = keyof typeof sentences

const place = new Installation(t)
const file = join(place.dir, 'backup.gz')
const args: Record<string, readonly string[]> = {
  'accept-clock': ['--yes'],
  'audit-head': [],
  backup: [file],
  'create-account': ['--username', 'an.nguyen', '--role', 'administrator'],
  migrate: [],
  restore: [file],
  schema: [],
  'setup-link': [],
  verify: [],
  'verify-audit': [],
}

async function databaseIn(state: State): Promise<TestDatabase> {
  const db = await createTestDatabase(t, { empty: true })
  if (state !== 'empty') await migrateToLatest(db.ownerUrl, state === 'older' ? OLDER : NEWEST)
  if (state === 'newer') await db.query(`insert into kysely_migration values ('2199-01-01-1-x', '2199-01-01')`)
  if (state === 'other') await db.query(`delete from kysely_migration where name = '${PASSED_OVER}'`)
  return db
}

const folder = join(import.meta.dirname, '../../server/bin/commands')
const commands = new Map<string, string>()
for (const entry of readdirSync(folder)) {
  const [, database = ''] =
    /^export const database: .* = '(\w+)'$/m.exec(readFileSync(join(folder, entry), 'utf8')) ?? []
  if (database !== 'none') commands.set(entry.replace(/\.ts$/, ''), database)
}

t.test('every command that opens the database is tried here', async (t) => {
  t.same([...commands.keys()].sort(), Object.keys(args))
})

/** Code and output of a command that is refused. */
const refused = (state: State) => ({ code: 1, output: `${sentences[state]}\n` })

for (const state of ['empty', 'older'] as const) {
  t.test(`${state}: what needs the schema of this program says so, and changes nothing`, async (t) => {
    const db = await databaseIn(state)
    const list = () => db.query(`select relname from pg_class where relnamespace = 'public'::regnamespace order by 1`)
    const before = await list()
    const tried = [...commands].filter(([, kind]) => kind === 'current' || (kind === 'ensured' && state === 'older'))
    t.equal(tried.length, state === 'older' ? 7 : 5)
    await Promise.all(
      tried.map(async ([name]) => {
        const result = await place.manage([name, ...(args[name] ?? [])], { DATABASE_URL: db.ownerUrl })
        t.same(result, refused(state), name)
      }),
    )
    t.same(await list(), before)
  })
}

for (const state of ['newer', 'other'] as const) {
  t.test(`${state}: nothing can be migrated, and neither the start nor a command goes on`, async (t) => {
    const { ownerUrl } = await databaseIn(state)
    const server = await place.start({ DATABASE_URL: ownerUrl })
    const tried = ['migrate', 'create-account', 'verify'].map((name) =>
      place.manage([name, ...(args[name] ?? [])], { DATABASE_URL: ownerUrl }),
    )
    for (const result of await Promise.all(tried)) t.same(result, refused(state))
    t.same({ code: await server.exit(), output: server.output }, refused(state))
  })
}

t.test('a backup is made of any schema, and of none there is nothing to back up', async (t) => {
  for (const state of ['older', 'newer', 'other'] as const) {
    const db = await databaseIn(state)
    const target = join(place.dir, `${state}.gz`)
    const { code, output } = await place.manage(['backup', target], { DATABASE_URL: db.ownerUrl })
    t.equal(code, 0, output)
  }
  const empty = await databaseIn('empty')
  t.same(await place.manage(['backup', file], { DATABASE_URL: empty.ownerUrl }), {
    code: 1,
    output: 'The database has no schema yet: there is nothing to back up.\n',
  })
})

t.test('the way out for other migrations: its backup restores into an empty database', async (t) => {
  const empty = await databaseIn('empty')
  const restored = await place.manage(['restore', join(place.dir, 'other.gz')], { DATABASE_URL: empty.ownerUrl })
  t.equal(restored.code, 0, restored.output)
  const verified = await place.manage(['verify'], { DATABASE_URL: empty.ownerUrl })
  t.equal(verified.code, 0, verified.output)
})

t.test('the first account and the first link need no start before them', async (t) => {
  const db = await databaseIn('empty')
  const { code, output } = await place.manage(['setup-link'], { DATABASE_URL: db.ownerUrl })
  t.equal(code, 0, output)
  t.match(output, /\/setup#/)
  t.match(await db.query('select max(name) as name from kysely_migration'), [{ name: NEWEST }])
})
