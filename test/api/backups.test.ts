/** Backup and restore: every row of every table comes back as it was, and a file that is not whole changes nothing. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import type { CommandContext } from '../../server/bin/command.ts'
import { run as acceptClock } from '../../server/bin/commands/accept-clock.ts'
import { run as backup } from '../../server/bin/commands/backup.ts'
import { run as restore } from '../../server/bin/commands/restore.ts'
import { disksAt, findDisks, whyNotElsewhere } from '../../server/bin/disks.ts'
import { loadKeys } from '../../server/keys.ts'
import { noteVerifiedBackup, withSnapshot } from '../../server/queries/backups.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'
import { startTestApp } from '../support/app.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { batch, createOffice, rating } from '../support/office.ts'

const seed = readFileSync(join(import.meta.dirname, '..', 'support', 'backup-rows.sql'), 'utf8')

/** Runs a command as `manage` does, and returns what it printed. */
async function call(
  command: typeof backup,
  ownerUrl: string,
  file: string | null,
  dataDir: string,
  values: Record<string, boolean | string> = {},
): Promise<string> {
  const lines: string[] = []
  const context = {
    config: { dataDir, databaseUrl: ownerUrl },
    ownerUrl,
    positionals: file === null ? [] : [file],
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
      name === 'server_state'
        ? `(to_jsonb(r) - 'epoch' - 'restored_through' - 'restored_at' - 'backup_generation')::text`
        : 'r::text'
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

t.test('an answer says how many backups were begun, read after the ratings were durable', async (t) => {
  const api = await startTestApp(t)
  const { tablets } = await createOffice(api.db)
  const tablet = api.tablet(tablets[0]?.token as string)
  const first = rating()
  const send = async (...ratings: unknown[]) => (await tablet.post('/api/v1/ratings', batch(ratings))).body
  const beat = async () => (await tablet.post('/api/v1/terminal/heartbeat', { queue_length: 0 })).body
  const plain = () => call(backup, api.db.ownerUrl, join(dir, 'told.backup'), dataDir)
  t.match(await send(first), { backed_up_through: null, backup_generation: 0, resend_after: undefined })
  t.match(await beat(), { backed_up_through: null, backed_up_generation: null }, 'no backup, nothing may go')

  t.match(await plain(), /Tablets keep their copies/)
  t.match(await send(first), { results: [{ status: 'duplicate' }], backed_up_through: null, backup_generation: 1 })
  t.match(
    await beat(),
    { backed_up_through: null, backed_up_generation: null },
    'a file on the same disk lets nothing go',
  )

  const state = await api.db.query<{ epoch: string }>('select epoch from server_state')
  const epoch = state[0]?.epoch as string
  const note = (number: number, parts = {}) =>
    noteVerifiedBackup(api.db.ownerUrl, {
      cut_off: new Date('2099-01-01T00:00:00Z'),
      verified_at: new Date(),
      sha256: Buffer.alloc(32),
      ratings: 1,
      generation: { epoch, number },
      elsewhere: true,
      ...parts,
    })
  await note(7)
  t.match(await beat(), { backed_up_through: null, backed_up_generation: 7 })
  await note(5)
  t.match(await beat(), { backed_up_generation: 5 }, 'a later backup replaces what an earlier one said')
  await note(9, { elsewhere: false })
  await note(9, { generation: { epoch: '00000000-0000-4000-8000-000000000000', number: 9 } })
  t.match(await beat(), { backed_up_generation: 5 }, 'neither one on the same disk nor one of other data')

  const said: string[] = []
  await acceptClock({
    ownerUrl: api.db.ownerUrl,
    print: (line: string) => said.push(line),
  } as unknown as CommandContext)
  t.match(said.join(), /keep their copies until the next backup/)
  t.match(await beat(), { backed_up_generation: null }, 'accept-clock takes back what was said')
  await note(10)
  t.match(await beat(), { backed_up_generation: 10 })

  // Quarantined and refused batches are answered in the same way; a rating of another epoch says nothing.
  await api.db.query('update server_state set epoch = gen_random_uuid()')
  t.match(await send(rating()), { epoch, backup_generation: null }, 'the epoch changed under the answer')
  t.match(await beat(), { backed_up_generation: null }, 'what was said holds within one epoch')
})

t.test('a backup holds whatever was acknowledged under a smaller number', async (t) => {
  const api = await startTestApp(t)
  const { tablets } = await createOffice(api.db)
  const tablet = api.tablet(tablets[0]?.token as string)
  const copy = join(dir, 'number.backup')
  const ids = async () => {
    await call(backup, api.db.ownerUrl, copy, dataDir)
    const restored = await createTestDatabase(t, { empty: true })
    await call(restore, restored.ownerUrl, copy, dataDir)
    const rows = await restored.query<{ rating_id: string }>('select rating_id from ratings')
    const [state] = await restored.query<{ backup_generation: number }>('select backup_generation from server_state')
    return { number: state?.backup_generation as number, ids: new Set(rows.map((row) => row.rating_id)) }
  }
  const kept: { id: string; number: number }[] = []
  for (let round = 1; round <= 3; round += 1) {
    const one = rating()
    const { body } = await tablet.post('/api/v1/ratings', batch([one]))
    kept.push({ id: one.id as string, number: body.backup_generation })
    const made = await ids()
    t.equal(made.number, round)
    for (const { id, number } of kept) t.ok(number < made.number && made.ids.has(id))
  }
  const restored = await createTestDatabase(t)
  await call(restore, restored.ownerUrl, copy, dataDir)
  const again = await startTestApp(t, { db: restored, keys: api.keys })
  const [row] = await restored.query<{ restored_through: Date }>('select restored_through from server_state')
  const { body } = await again.tablet(tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))
  t.match(body, { resend_after: row?.restored_through.toISOString(), backup_generation: 3 })
})

t.test('what is elsewhere: another disk or machine, through partitions, links, volumes and images', async (t) => {
  // As Linux shows it: sda with two partitions, a volume over sdb1 and sdc, an image that is a file on sda1, an NVMe disk.
  const system = t.testdir({
    mountinfo: [
      '20 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '21 20 8:2 / /home\\040two rw - ext4 /dev/sda2 rw',
      '22 20 253:0 / /srv rw - xfs /dev/mapper/data rw',
      '23 20 259:1 / /nvme rw - ext4 /dev/nvme0n1p1 rw',
      '24 20 7:0 / /image rw - ext4 /dev/loop0 rw',
      '25 20 0:30 / /run rw - tmpfs tmpfs rw',
      '26 20 0:40 / /share rw - nfs4 nas.local:/backup rw',
      '27 20 0:41 / /windows rw - cifs //nas.local/other rw',
      '28 20 0:50 / /layers rw - overlay overlay rw',
      '29 20 0:60 / /pool rw - zfs tank/backup rw',
      '30 20 8:99 / /gone rw - ext4 /dev/sdz1 rw',
    ].join('\n'),
    sys: {
      dev: { block: {} },
      sda: { sda1: { partition: '1', dev: '8:1' }, sda2: { partition: '2', dev: '8:2' } },
      sdb: { sdb1: { partition: '1', dev: '8:17' } },
      sdc: { dev: '8:32' },
      nvme0n1: { nvme0n1p1: { partition: '1', dev: '259:1' } },
      loop0: { loop: { backing_file: '/etc/hostname' }, dev: '7:0' },
      'dm-0': { dev: '253:0', slaves: { sdb1: { dev: '8:17' }, sdc: { dev: '8:32' } } },
    },
  })
  for (const [number, folder] of Object.entries({
    '8:1': 'sda/sda1',
    '8:2': 'sda/sda2',
    '8:17': 'sdb/sdb1',
    '8:32': 'sdc',
    '259:1': 'nvme0n1/nvme0n1p1',
    '7:0': 'loop0',
    '253:0': 'dm-0',
  })) {
    symlinkSync(join(system, 'sys', folder), join(system, 'sys', 'dev', 'block', number))
  }
  const at = { mountinfo: join(system, 'mountinfo'), sys: join(system, 'sys') }
  /** The mount that a real folder would be on, asked by its place in the list above. */
  const on = (point: string) => disksAt(point, at)
  t.same(on('/'), { kind: 'known', names: ['sda'] })
  t.same(on('/homework'), { kind: 'known', names: ['sda'] }, 'a name that only begins alike is another folder')
  t.same(on('/home two/x'), { kind: 'known', names: ['sda'] }, 'two partitions are one disk')
  t.same(on('/srv'), { kind: 'known', names: ['sdb', 'sdc'] }, 'a volume is all its disks')
  t.same(on('/nvme'), { kind: 'known', names: ['nvme0n1'] })
  t.same(on('/image'), { kind: 'known', names: ['sda'] }, 'an image is where its file is')
  t.same(on('/run/user'), { kind: 'memory', type: 'tmpfs' })
  t.same(on('/share'), on('/windows'), 'two shares of one machine')
  t.same(on('/pool'), { kind: 'known', names: ['pool tank'] })
  t.same(on('/layers'), { kind: 'unknown', type: 'overlay' })
  t.same(on('/gone'), { kind: 'unknown', type: 'ext4' })

  for (const [copy, first, reason] of [
    ['/nvme', ['/', '/srv'], null],
    ['/share', ['/'], null],
    ['/pool', ['/'], null],
    ['/', ['/run'], null],
    ['/home two', ['/nvme', '/'], /disk of the database \(sda\)/],
    ['/image', ['/'], /disk of the database \(sda\)/],
    ['/windows', ['/share'], /machine nas.local/],
    ['/run', ['/'], /in memory \(tmpfs\)/],
    ['/layers', ['/'], /does not say on which disk it is/],
    ['/nvme', ['/', '/layers'], /does not say on which disk the database is/],
  ] as const) {
    const why = whyNotElsewhere(on(copy), first.map(on))
    if (reason === null) t.equal(why, null, copy)
    else t.match(why, reason, copy)
  }
  t.match(findDisks(dir), { kind: /known|memory|unknown/ }, 'this very machine is asked too')
})

t.test('a second place that is none is refused, and nothing is written', async (t) => {
  const own = t.testdir({ link: t.fixture('symlink', '.') })
  for (const [folder, message] of [
    [own, /is no second place/],
    [join(own, 'link'), /is no second place/],
    [join(own, 'missing'), /is not there: is the disk plugged in/],
  ] as const) {
    await t.rejects(call(backup, source.ownerUrl, null, own, { elsewhere: folder }), { name: 'OperatorError', message })
  }
  t.same(
    readdirSync(own).filter((name) => name.startsWith('hai-long')),
    [],
  )
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
