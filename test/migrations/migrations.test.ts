/** Migrations: from nothing, again, on data, twenty at once; and the schema they make is the one that is written down. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import t from 'tap'
import { migrations } from '../../migrations/index.ts'
import { dueOn } from '../../server/domain/cases.ts'
import { workingCalendar } from '../../server/domain/working-days.ts'
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

t.test('a new migration sorts after every one that has landed', async (t) => {
  const [, ...landed] = readFileSync(join(folder, 'landed.txt'), 'utf8').trim().split('\n')
  // A digest over all names so far: a line that is put between landed ones changes those after it.
  let digest = ''
  const expected = names.map((name) => {
    digest = createHash('sha256').update(`${digest} ${name}`).digest('hex').slice(0, 8)
    return `${digest} ${name}`
  })
  const wrong = landed.find((line, index) => line !== expected[index])
  const rule = 'rename the new migration so that it sorts last, and take its line out of landed.txt'
  t.equal(wrong, undefined, `every line follows from the lines before it; else ${rule}`)
  t.ok(landed.length >= 44)
  if (wrong === undefined) t.same(expected.slice(landed.length), [], 'the lines to append to landed.txt')
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

t.test('ratings and verdicts in fewer bytes say what they said, and lie where they lay', async (t) => {
  const db = await createTestDatabase(t, { empty: true })
  await migrateToLatest(db.ownerUrl, '2026-11-28-60-adviser')
  // No mark, one, many, the highest; nothing told of the screen; every language a tag can be.
  await db.query(
    `insert into ratings (rating_id, kept, broken, unit_id, counter_id, terminal_id, local_day, level, catalogue_id,
                          time_quality, shown, voice_used, language)
     select gen_random_uuid(), case when n % 4 = 0 then 0 else (n * 7919) % 65536 + (n % 2) * (1::bigint << 51) end & ~mask,
            mask, n, n + 1, n + 2, date '2026-01-01' + n % 90, 1 + n % 5, nullif(n % 3, 0), 1 + n % 3, n % 3,
            case n % 3 when 0 then true when 1 then false end, (array['vi', 'en', 'hmn-Latn-VN'])[1 + n % 3]
       from generate_series(1, 3000) n,
            lateral (select case when n % 5 < 2 then 0 else (n * 104729) % 65536 + ((n + 1) % 2) * (1::bigint << 50) end as mask) m`,
  )
  await db.query(
    `insert into verdicts (rating_id, officer_id, set_aside, noted, rules_version)
     select rating_id, nullif(unit_id % 7, 0), unit_id % 4, unit_id % 8, 1 + unit_id % 2 from ratings order by rating_id`,
  )
  type Row = { rating_id: string; kept: number; broken: number }
  const before = await db.query<Row>('select * from ratings order by ctid')
  const judged = await db.query('select * from verdicts order by ctid')
  await migrateToLatest(db.ownerUrl)
  const itemsOf = (mask: number) =>
    Array.from({ length: 52 }, (_, bit) => bit + 1).filter((item) => Math.floor(mask / 2 ** (item - 1)) % 2 === 1)
  const expected = before.map(({ kept, broken, ...rest }) => {
    const marks = [...itemsOf(kept), ...itemsOf(broken).map((item) => item + 128)].sort((a, b) => (a % 128) - (b % 128))
    return { ...rest, marks }
  })
  const after = (await db.query<Row & { marks: Buffer }>('select * from ratings order by ctid')).map((row) => ({
    ...row,
    marks: [...row.marks],
  }))
  const byId = <R extends { rating_id: string }>(rows: readonly R[]) =>
    [...rows].sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  assert.deepEqual(byId(after), byId(expected))
  // A short row may fill the end of a page that a longer one did not fit in.
  const next = new Map(before.map((row, place) => [row.rating_id, before[place + 1]?.rating_id]))
  const kept = after.filter((row, place) => next.get(row.rating_id) === after[place + 1]?.rating_id).length
  t.ok(kept > 2800, `${kept} of 3000 lie before the same one as before`)
  const seen = new Set(after.flatMap(({ marks }) => marks))
  for (const mark of [1, 16, 52, 1 + 128, 16 + 128, 51 + 128]) t.ok(seen.has(mark), `mark ${mark}`)
  const rejudged = `select rating_id, officer_id, set_aside, noted::int as noted, rules_version::int as rules_version`
  assert.deepEqual(await db.query(`${rejudged} from verdicts order by ctid`), judged)
  t.equal(after.filter(({ marks }) => marks.length === 0).length > 100, true, 'and some named nothing')
})

t.test(
  'doubts and proposals from before get the day of answer that the rule gives, by their unit’s holidays',
  async (t) => {
    const db = await createTestDatabase(t, { empty: true })
    await migrateToLatest(db.ownerUrl, '2026-11-28-20-monitors')
    await db.query(`insert into units (name, kind) values ('Xã A', 'commune'), ('Xã B', 'commune')`)
    await db.query(`insert into counters (unit_id, name) select unit_id, 'Quầy 1' from units`)
    await db.query(`insert into officers (unit_id, name) select unit_id, 'x' from units`)
    await db.query(`insert into accounts (username, password_hash) values ('a', 'none')`)
    await db.query(
      `insert into holidays (unit_id, day, kind, name, active) values (1, '2026-02-25', 'off', 'x', true),
       (1, '2026-02-21', 'working', 'x', true), (2, '2026-02-17', 'working', 'x', true), (2, '2026-02-26', 'off', 'x', false)`,
    )
    // Half past eleven in the evening here is the same day, in Greenwich the afternoon.
    const days = `unit_id, officer_id, counter_id, d::date as day, d + interval '23 hours 30 minutes' as moment
      from generate_series('2026-01-20 00:00+07'::timestamptz, '2026-03-10 00:00+07', '1 day') d,
           units join officers using (unit_id) join counters using (unit_id)`
    await db.query(
      `insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at)
     select unit_id, officer_id, counter_id, day, 'day', moment from (select ${days}) r`,
    )
    await db.query(
      `insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at)
     select unit_id, day, 'burst', 'restore', 'x', 1, moment from (select ${days}) r`,
    )
    await migrateToLatest(db.ownerUrl)
    const holidays = await db.query<{ unit_id: number | null; day: string; kind: 'off' | 'working' }>(
      'select unit_id, day, kind from holidays where active',
    )
    const rows = await db.query<{ unit_id: number; opened: string; due_on: string }>(
      `select unit_id, office_day(raised_at) as opened, due_on from roster_doubts
     union all select unit_id, office_day(proposed_at), due_on from episode_proposals`,
    )
    t.equal(rows.length, 200)
    for (const { unit_id, opened, due_on } of rows) {
      const expected = dueOn('doubt', opened, workingCalendar(holidays, unit_id))
      if (due_on !== expected) t.equal(due_on, expected, `${unit_id} ${opened}`)
    }
    const due = (unit: number) => rows.find((row) => row.unit_id === unit && row.opened === '2026-02-12')?.due_on
    // A: Fri 13, Sat 21 (worked), Mon 23, Tue 24, Thu 26. B: Fri 13, Tue 17 (worked), Mon 23, Tue 24, Wed 25.
    t.same([due(1), due(2)], ['2026-02-26', '2026-02-25'])
  },
)

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
