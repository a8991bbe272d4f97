/** Backup and restore: every row of every table comes back as it was, and a file that is not whole changes nothing. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import type { CommandContext } from '../../server/bin/command.ts'
import { run as backup } from '../../server/bin/commands/backup.ts'
import { run as restore } from '../../server/bin/commands/restore.ts'
import { loadKeys } from '../../server/keys.ts'
import { withSnapshot } from '../../server/queries/backups.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'
import { startTestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { batch, createOffice, rating } from '../support/office.ts'

const seed = readFileSync(join(import.meta.dirname, '..', 'support', 'backup-rows.sql'), 'utf8')

/** Runs a command as `manage` does, and returns what it printed. */
async function call(
  command: typeof backup,
  ownerUrl: string,
  file: string,
  dataDir: string,
  values: Record<string, boolean> = {},
): Promise<string> {
  const lines: string[] = []
  const context = {
    ownerUrl,
    positionals: [file],
    values,
    keys: loadKeys(dataDir),
    print: (line: string) => lines.push(line),
  }
  await command(context as unknown as CommandContext)
  return lines.join('\n')
}

const listTables = (db: TestDatabase) =>
  db.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'
    and tablename not like 'kysely%' order by 1`)

/** One digest per table over every row's text, the epoch left out. */
async function digest(db: TestDatabase): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const { name } of await listTables(db)) {
    const row =
      name === 'server_state' ? `(to_jsonb(r) - 'epoch' - 'restored_through' - 'restored_at')::text` : 'r::text'
    const [found] = await db.query<{ n: number; sum: string }>(
      `select count(*)::int as n, md5(string_agg(${row}, '|' order by ${row} collate "C")) as sum from ${name} r`,
    )
    digests[name] = `${found?.n} rows ${found?.sum}`
  }
  return digests
}

/** What loading takes off and must put back. */
const describeGuards = (db: TestDatabase) =>
  db.query(`select conrelid::regclass::text as tbl, conname, pg_get_constraintdef(oid) as def, convalidated
    from pg_constraint where connamespace = 'public'::regnamespace
    union all select tgrelid::regclass::text, tgname, tgenabled::text, true from pg_trigger where not tgisinternal
    union all select oid::regclass::text, 'rls', relforcerowsecurity::text, relrowsecurity from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1, 2`)

const source = await createTestDatabase(t)
for (const statement of seed.split(/;\n/)) if (statement.trim()) await source.query(statement)
const before = await digest(source)
const dir = t.testdir({})
const dataDir = join(dir, 'data')
const file = join(dir, 'x.backup')
const startedAt = Date.now()
const said = await call(backup, source.ownerUrl, file, dataDir)
const endedAt = Date.now()
/** The backup notes itself in the database it was made of, and is not in itself. */
const noted = await digest(source)

t.test('every row of every table comes back, under a new epoch', async (t) => {
  for (const { name } of await listTables(source)) {
    const [row] = await source.query<{ some: boolean }>(`select exists (select from ${name}) as some`)
    t.ok(row?.some, `test/support/backup-rows.sql fills ${name}`)
  }
  t.equal(statSync(file).mode & 0o777, 0o600, 'readable by its owner alone')
  t.same(
    readdirSync(dir).filter((name) => name.includes('.part')),
    [],
    'no draft is left',
  )

  const target = await createTestDatabase(t, { empty: true })
  const told = await call(restore, target.ownerUrl, file, dataDir)
  t.match(told, /Ratings: 5001\b/)
  t.notMatch(told, /WARNING/)
  t.same(await digest(target), before)
  t.same(await describeGuards(target), await describeGuards(source), 'keys, triggers and row security stand again')
  const epochs = await Promise.all([source, target].map((db) => db.query('select epoch from server_state')))
  t.notSame(epochs[0], epochs[1], 'tablets will send again what this copy may lack')
  const [unit] = await target.query<{ unit_id: number }>(
    `insert into units (name, kind) values ('x', 'ward') returning unit_id`,
  )
  t.equal(unit?.unit_id, 4712, 'ids go on where they were')
})

t.test(
  'a backup is read back, and only then tablets hear of it; a restored database says what it reaches',
  async (t) => {
    t.match(said, /Read it back: whole/)
    const [row] = await source.query<{ cut_off: Date; sha256: Buffer; ratings: number }>(
      'select * from verified_backups order by backup_id desc limit 1',
    )
    t.equal(Number(row?.ratings), 5001)
    t.equal(row?.sha256.toString('hex'), createHash('sha256').update(readFileSync(file)).digest('hex'))
    const cutOff = row?.cut_off.getTime() ?? 0
    t.ok(cutOff <= endedAt - 60_000 && cutOff > startedAt - 600_000, 'at least a minute before it ended')
    t.equal((await call(restore, source.ownerUrl, file, dataDir, { check: true })).match(/whole: \d+ rows/)?.length, 1)

    const target = await createTestDatabase(t, { empty: true })
    await call(restore, target.ownerUrl, file, dataDir)
    const [state] = await target.query<{ restored_through: Date }>('select restored_through from server_state')
    t.equal(state?.restored_through.getTime(), cutOff)
  },
)

t.test('the cut-off lies before whatever was still under way: it may commit later what came earlier', async (t) => {
  const db = await createTestDatabase(t)
  const slow = await db.pools.ingest.connect()
  await slow.query('begin')
  const began = (await slow.query<{ at: Date }>('select now() as at')).rows[0]?.at.getTime() ?? 0
  await new Promise((resolve) => setTimeout(resolve, 50))
  await withSnapshot(db.ownerUrl, async ({ cut_off }) => t.equal(cut_off.getTime(), Math.floor(began - 60_000)))
  await slow.query('commit')
  slow.release()
  await withSnapshot(db.ownerUrl, async ({ cut_off }) => t.ok(cut_off.getTime() > began - 60_000))
})

t.test('tablets are told what is backed up, and after a restore from where on to send again', async (t) => {
  const api = await startTestApp(t)
  const { tablets } = await createOffice(api.db)
  const tablet = api.tablet(tablets[0]?.token as string)
  const first = (await tablet.post('/api/v1/ratings', batch([rating()]))).body
  t.notOk('backed_up_through' in first || 'resend_after' in first, 'no backup, no word of it')
  const copy = join(dir, 'told.backup')
  await call(backup, api.db.ownerUrl, copy, dataDir)
  const restored = await createTestDatabase(t)
  await call(restore, restored.ownerUrl, copy, dataDir)
  const [row] = await api.db.query<{ cut_off: Date }>('select cut_off from verified_backups')
  const told = { backed_up_through: row?.cut_off.toISOString() }

  // The state is read anew every ten seconds; another server on the same data begins with what stands.
  const next = await startTestApp(t, { db: api.db, keys: api.keys })
  const again = next.tablet(tablets[0]?.token as string)
  t.match((await again.post('/api/v1/ratings', batch([rating()]))).body, { epoch: first.epoch, ...told })
  t.match((await again.post('/api/v1/terminal/heartbeat', { queue_length: 0 })).body, told)
  const anew = await startTestApp(t, { db: restored, keys: api.keys })
  const answer = (await anew.tablet(tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))).body
  t.not(answer.epoch, first.epoch)
  t.equal(answer.resend_after, row?.cut_off.toISOString())
  t.notOk('backed_up_through' in answer, 'the backup it came from is not noted in itself')
})

t.test('a backup is one moment, whatever is written meanwhile', async (t) => {
  const db = await createTestDatabase(t)
  await withSnapshot(db.ownerUrl, async (snapshot) => {
    await db.query(`insert into units (name, kind) values ('later', 'ward')`)
    const units = snapshot.tables.find(({ table }) => table === 'units')
    t.ok(units)
    const rows: unknown[] = []
    if (units) for await (const lot of snapshot.readRows(units)) rows.push(...lot)
    t.same(rows, [])
  })
})

t.test('rows hidden by row security stop a backup', async (t) => {
  const db = await createTestDatabase(t)
  await db.query('alter policy owner_all on remarks using (false)')
  const gaps = join(dir, 'gaps.backup')
  await t.rejects(call(backup, db.ownerUrl, gaps, dataDir), { message: /hides rows of remarks/ })
  t.notOk(existsSync(gaps))
})

t.test('other keys beside the restored database are pointed out', async (t) => {
  const target = await createTestDatabase(t, { empty: true })
  t.match(await call(restore, target.ownerUrl, file, join(dir, 'other')), /WARNING: DATA_DIR\/keys/)
})

t.test('only an empty database is filled', async (t) => {
  await t.rejects(call(restore, source.ownerUrl, file, dataDir), {
    name: 'OperatorError',
    message: /not empty/,
  })
  t.same(await digest(source), noted)

  const foreign = await createTestDatabase(t, { empty: true })
  await foreign.query('create table somebody_elses (x int)')
  await t.rejects(call(restore, foreign.ownerUrl, file, dataDir), { message: /not empty/ })

  const migrated = await createTestDatabase(t)
  await call(restore, migrated.ownerUrl, file, dataDir)
  t.same(await digest(migrated), before, 'migrated but unused is empty')

  const older = await createTestDatabase(t, { empty: true })
  await migrateToLatest(older.ownerUrl, '2026-11-24-2-ratings')
  await t.rejects(call(restore, older.ownerUrl, file, dataDir), { message: /without any schema/ })
})

t.test('a file that is not whole says how, and nothing is restored', async (t) => {
  const packed = readFileSync(file)
  const lines = gunzipSync(packed).toString('utf8').trimEnd().split('\n')
  const pack = (changed: string[]) => gzipSync(`${changed.join('\n')}\n`)
  const change = (find: RegExp, replace: string) => {
    const changed = lines.map((line) => line.replace(find, replace))
    t.notSame(changed, lines, `${find} is in the file`)
    return changed
  }
  /** With a checksum that fits again, so that what lies behind it is reached. */
  const sign = (changed: string[]) => {
    const body = changed.slice(0, -1)
    const sha256 = createHash('sha256')
      .update(`${body.join('\n')}\n`)
      .digest('hex')
    return [...body, JSON.stringify({ ...JSON.parse(changed.at(-1) ?? ''), sha256 })]
  }
  const flipped = Buffer.from(packed)
  flipped.writeUInt8(flipped.readUInt8(flipped.length >> 1) ^ 0x20, flipped.length >> 1)
  const cases: [string, Buffer, RegExp][] = [
    ['nothing', Buffer.alloc(0), /no backup|cut off/],
    ['text', Buffer.from('hello'), /no backup/],
    ['a dump of something else', gzipSync('-- PostgreSQL database dump\n'), /no backup/],
    ['JSON of something else', gzipSync('{"format":"other"}\n'), /no backup/],
    ['a number', gzipSync('1\n'), /no backup/],
    ['cut early', packed.subarray(0, 40), /cut off/],
    ['cut in the middle', packed.subarray(0, packed.length >> 1), /cut off/],
    ['cut by a byte', packed.subarray(0, -1), /cut off/],
    ['without its last line', pack(lines.slice(0, -1)), /cut off/],
    ['a flipped bit', flipped, /damaged/],
    ['a changed row', pack(change(/Chiềng Khương/, 'Chiềng Khưong')), /damaged/],
    [
      'a lost row',
      pack(
        sign(
          lines.toSpliced(
            lines.findLastIndex((line) => line.startsWith('[')),
            1,
          ),
        ),
      ),
      /damaged/,
    ],
    ['something after the end', pack([...lines, '[]']), /damaged/],
    ['a later format', pack(sign(change(/"format_version":1/, '"format_version":2'))), /format 2/],
    ['a later schema', pack(sign(change(/"schema_version":"[^"]*"/, '"schema_version":"2999-1-x"'))), /newer/],
  ]
  const target = await createTestDatabase(t, { empty: true })
  const broken = join(dir, 'broken')
  for (const [name, content, message] of cases) {
    writeFileSync(broken, content)
    await t.rejects(call(restore, target.ownerUrl, broken, dataDir), { name: 'OperatorError', message }, name)
    t.same(await listTables(target), [], `${name}: the database is untouched`)
  }
  await t.rejects(call(restore, target.ownerUrl, join(dir, 'missing'), dataDir), {
    message: /cannot be read/,
  })

  const dangling = sign(change(/^\["1","officer",/, '["77","officer",'))
  writeFileSync(broken, pack(dangling))
  await t.rejects(call(restore, target.ownerUrl, broken, dataDir), { message: /foreign key/ })
  const [left] = await target.query<{ n: number }>('select count(*)::int as n from units')
  t.equal(left?.n, 0, 'one transaction: a key that does not hold takes everything back')
})

t.test('a backup that cannot be written leaves nothing behind', async (t) => {
  for (const target of [join(dir, 'no', 'such'), dir]) {
    await t.rejects(call(backup, source.ownerUrl, target, dataDir), {
      name: 'OperatorError',
      message: /could not be written/,
    })
  }
  t.same(
    readdirSync(dir).filter((name) => name.includes('.part')),
    [],
  )
})

t.test('tables and columns come from the catalogue, so a later migration is covered', async (t) => {
  const db = await createTestDatabase(t)
  await db.query('alter table remarks rename column remark to renamed')
  await db.query('drop table unit_steps')
  await db.query('create table added (x int generated always as identity, y int generated always as (1) stored)')
  await withSnapshot(db.ownerUrl, async ({ tables }) => {
    t.notOk(tables.some(({ table }) => table === 'unit_steps'))
    t.ok(tables.some(({ columns }) => columns.includes('renamed')))
    t.same(tables.find(({ table }) => table === 'added')?.columns, ['x'], 'computed columns compute themselves again')
  })
})
