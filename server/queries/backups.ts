/** Reads every table in one snapshot and loads them into an empty database; tables come from the catalogue, so later migrations are covered. */
import pg from 'pg'

/** A row as PostgreSQL prints it: text or null per column, which every type reads back exactly. */
export type Row = readonly (string | null)[]

export interface TableShape {
  readonly table: string
  readonly columns: readonly string[]
}

export interface SequenceState {
  readonly sequence: string
  readonly last_value: string
  readonly is_called: boolean
}

export interface Snapshot {
  readonly schema_version: string
  readonly tables: readonly TableShape[]
  readonly sequences: readonly SequenceState[]
  /** Everything that was committed before this moment is inside; see `findCutOff`. */
  readonly cut_off: Date
  /** Everything acknowledged under this epoch with a smaller generation is inside; null in a schema from before generations. */
  readonly generation: Generation | null
  /** Rows of one table in lots of at most 2,000. */
  readRows(shape: TableShape): AsyncGenerator<Row[]>
}

/** `number` went up for this snapshot alone, before it was taken. */
export interface Generation {
  readonly epoch: string
  readonly number: number
}

const lotSize = 2000

/** Tables of the product: neither PostgreSQL's own, nor an extension's, nor the migrator's bookkeeping. */
const ownTables = `
  select c.oid, c.relname as name
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relpersistence <> 't'
     and c.relname not in ('kysely_migration', 'kysely_migration_lock')
     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

/** Opens a connection that returns every value as PostgreSQL's own text, in one fixed style. */
async function connectForText(ownerUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    types: { getTypeParser: () => (value: string | Buffer) => value } as pg.CustomTypesConfig,
    application_name: 'hai-long backup',
  })
  client.on('error', () => {})
  await client.connect()
  await client.query(`set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'postgres';
    set bytea_output = 'hex'; set extra_float_digits = 1; set client_min_messages = warning`)
  return client
}

/**
 * Runs `work` on one repeatable-read snapshot of the whole database, while the server goes on writing.
 * Throws when row security would hide rows from the owner: a backup with gaps is worse than none.
 */
export async function withSnapshot<T>(ownerUrl: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await connectForText(ownerUrl)
  try {
    const cut_off = await findCutOff(client)
    const generation = await advanceGeneration(client)
    await client.query('begin isolation level repeatable read read only')
    await refuseHiddenRows(client)
    const schema_version = await readSchemaVersion(client)
    if (schema_version === null) throw new Error('this database has no schema yet: there is nothing to back up')
    const tables = await listTables(client)
    const sequences = await listSequences(client)
    return await work({
      schema_version,
      tables,
      sequences,
      cut_off,
      generation,
      readRows: (shape) => readRows(client, shape),
    })
  } finally {
    await client.end()
  }
}

/**
 * A moment before which everything committed is in the snapshot that is taken next, and everything received too. A
 * snapshot holds what was committed when it was taken; a transaction still running then may commit later what was
 * received earlier, so the oldest one's start bounds it. A minute less: tablets compare it with the second in a `Date`
 * header of a server whose clock may differ a little, and a rating waits in the server's memory before its transaction.
 */
async function findCutOff(client: pg.Client): Promise<Date> {
  const { rows } = await client.query<{ ms: string }>(
    `select extract(epoch from least(clock_timestamp(), min(xact_start)) - interval '1 minute') * 1000 as ms
       from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  return new Date(Math.floor(Number(rows[0]?.ms)))
}

/**
 * Commits the next generation, before the snapshot. An acknowledgement carries the generation that was read after its own
 * commit: one that still carries a smaller number was committed before this one, so the snapshot that follows holds it.
 * No clock has a say in it.
 */
async function advanceGeneration(client: pg.Client): Promise<Generation | null> {
  if (!(await hasColumn(client, 'server_state', 'backup_generation'))) return null
  const { rows } = await client.query<{ epoch: string; number: string }>(
    `update server_state set backup_generation = backup_generation + 1 returning epoch, backup_generation as number`,
  )
  const [row] = rows
  return row ? { epoch: row.epoch, number: Number(row.number) } : null
}

async function hasColumn(client: pg.Client, table: string, column: string): Promise<boolean> {
  const { rows } = await client.query(
    'select from pg_attribute where attrelid = to_regclass($1) and attname = $2 and not attisdropped',
    [`public.${table}`, column],
  )
  return rows.length > 0
}

async function refuseHiddenRows(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select t.name from (${ownTables}) t join pg_class c using (oid), pg_roles me
      where me.rolname = current_user and c.relrowsecurity and c.relforcerowsecurity
        and not (me.rolsuper or me.rolbypassrls)
        and not exists (select from pg_policies p
                         where p.schemaname = 'public' and p.tablename = t.name and p.permissive = 'PERMISSIVE'
                           and p.cmd in ('ALL', 'SELECT') and p.qual = 'true' and current_user = any (p.roles))`,
  )
  if (rows.length > 0) {
    throw new Error(`row security hides rows of ${rows.map((row) => row.name).join(', ')} from the owner`)
  }
}

/** Name of the newest migration in the database; null = none. */
async function readSchemaVersion(client: pg.Client): Promise<string | null> {
  const { rows: known } = await client.query(`select to_regclass('public.kysely_migration') as name`)
  if (known[0].name === null) return null
  const { rows } = await client.query<{ name: string | null }>('select max(name) as name from kysely_migration')
  return rows[0]?.name ?? null
}

async function listTables(client: pg.Client): Promise<TableShape[]> {
  const { rows } = await client.query<{ table: string; columns: string }>(
    `select t.name as table, json_agg(a.attname order by a.attnum)::text as columns
       from (${ownTables}) t join pg_attribute a on a.attrelid = t.oid
      where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      group by t.name order by t.name`,
  )
  return rows.map(({ table, columns }) => ({ table, columns: JSON.parse(columns) as string[] }))
}

async function listSequences(client: pg.Client): Promise<SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace order by c.relname`,
  )
  const states: SequenceState[] = []
  for (const { name } of rows) {
    const { rows: state } = await client.query<{ last_value: string; is_called: string }>(
      `select last_value, is_called from ${pg.escapeIdentifier(name)}`,
    )
    states.push({ sequence: name, last_value: state[0]?.last_value ?? '1', is_called: state[0]?.is_called === 't' })
  }
  return states
}

async function* readRows(client: pg.Client, { table, columns }: TableShape): AsyncGenerator<Row[]> {
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ')
  await client.query(`declare lots no scroll cursor for select ${list} from ${pg.escapeIdentifier(table)}`)
  for (;;) {
    const { rows } = await client.query<string[]>({ text: `fetch ${lotSize} from lots`, rowMode: 'array' })
    if (rows.length > 0) yield rows
    if (rows.length < lotSize) break
  }
  await client.query('close lots')
}

export type Emptiness = 'no_schema' | 'no_data' | 'in_use'

/** Whether a backup may be loaded: `no_data` = migrated, but without a unit, account or rating. */
export async function findEmptiness(ownerUrl: string): Promise<{ state: Emptiness; schema_version: string | null }> {
  const client = await connectForText(ownerUrl)
  try {
    const schema_version = await readSchemaVersion(client)
    const { rows: tables } = await client.query<{ name: string }>(ownTables)
    if (tables.length === 0) return { state: 'no_schema', schema_version }
    if (schema_version === null) return { state: 'in_use', schema_version }
    const { rows } = await client.query<{ used: string }>(
      `select exists (select from units) or exists (select from accounts) or exists (select from ratings) as used`,
    )
    return { state: rows[0]?.used === 't' ? 'in_use' : 'no_data', schema_version }
  } finally {
    await client.end()
  }
}

export interface Loader {
  /** Appends rows to a table; their values stand in the order of `shape.columns`. */
  insert(shape: TableShape, rows: readonly Row[]): Promise<void>
  setSequence(state: SequenceState): Promise<void>
}

/**
 * Replaces the content of every table in one transaction: foreign keys are taken off before `load` and proved again
 * after it, triggers rest meanwhile, and a new epoch tells tablets to send again what this copy may lack. Throws, and
 * changes nothing, when a key does not hold or the rows in the tables are not as many as `expected` says.
 * @returns the new epoch.
 */
export async function replaceAll(
  ownerUrl: string,
  expected: Readonly<Record<string, number>>,
  load: (loader: Loader) => Promise<void>,
): Promise<string> {
  const client = await connectForText(ownerUrl)
  try {
    await client.query('begin')
    const names = (await listTables(client)).map(({ table }) => pg.escapeIdentifier(table))
    const keys = await takeOffForeignKeys(client)
    for (const name of names) await client.query(`alter table ${name} disable trigger user`)
    // Migrations have put rows in already (catalogue, settings); the backup brings its own.
    await client.query(`truncate ${names.join(', ')}`)
    await load({
      insert: (shape, rows) => insertRows(client, shape, rows),
      setSequence: async ({ sequence, last_value, is_called }) => {
        const name = pg.escapeIdentifier(sequence)
        await client.query('select setval($1::regclass, $2::bigint, $3::boolean)', [name, last_value, is_called])
      },
    })
    await compareCounts(client, expected)
    for (const name of names) await client.query(`alter table ${name} enable trigger user`)
    for (const key of keys) await client.query(key)
    const { rows } = await client.query<{ epoch: string }>(
      'update server_state set epoch = gen_random_uuid() returning epoch',
    )
    const epoch = rows[0]?.epoch
    if (epoch === undefined) throw new Error('the backup holds no server_state')
    await client.query('commit')
    await client.query('analyze')
    return epoch
  } finally {
    await client.end()
  }
}

/** Drops every foreign key and returns the statements that put them back, which check every row. */
async function takeOffForeignKeys(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ tbl: string; name: string; definition: string }>(
    `select quote_ident(t.name) as tbl, quote_ident(k.conname) as name, pg_get_constraintdef(k.oid) as definition
       from (${ownTables}) t join pg_constraint k on k.conrelid = t.oid
      where k.contype = 'f' and k.conparentid = 0`,
  )
  for (const { tbl, name } of rows) await client.query(`alter table ${tbl} drop constraint ${name}`)
  return rows.map(({ tbl, name, definition }) => `alter table ${tbl} add constraint ${name} ${definition}`)
}

async function insertRows(client: pg.Client, { table, columns }: TableShape, rows: readonly Row[]): Promise<void> {
  const { rows: types } = await client.query<{ column: string; type: string }>(
    `select a.attname as column, format_type(a.atttypid, a.atttypmod) as type
       from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [pg.escapeIdentifier(table)],
  )
  const typeOf = new Map(types.map(({ column, type }) => [column, type]))
  const missing = columns.find((column) => !typeOf.has(column))
  if (missing !== undefined) throw new Error(`this schema has no column ${table}.${missing}`)
  const names = columns.map((column) => pg.escapeIdentifier(column))
  const values = columns.map((column, index) => `v${index}::${typeOf.get(column)}`)
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`)
  const aliases = columns.map((_, index) => `v${index}`)
  await client.query(
    `insert into ${pg.escapeIdentifier(table)} (${names.join(', ')}) overriding system value
     select ${values.join(', ')} from unnest(${arrays.join(', ')}) as rows (${aliases.join(', ')})`,
    columns.map((_, index) => rows.map((row) => row[index] ?? null)),
  )
}

async function compareCounts(client: pg.Client, expected: Readonly<Record<string, number>>): Promise<void> {
  for (const [table, count] of Object.entries(expected)) {
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${pg.escapeIdentifier(table)}`)
    if (Number(rows[0]?.n) !== count) throw new Error(`${table} got ${rows[0]?.n} rows instead of ${count}`)
  }
}

export interface VerifiedBackup {
  cut_off: Date
  verified_at: Date
  /** Of the file as it lies on the disk. */
  sha256: Buffer
  ratings: number
  generation: Generation
  /** It lies on another disk than the database: only then may tablets drop what it holds. */
  elsewhere: boolean
}

/** Notes that a backup was read back whole. */
export async function noteVerifiedBackup(ownerUrl: string, backup: VerifiedBackup): Promise<void> {
  const client = await connectForText(ownerUrl)
  const { cut_off, verified_at, sha256, ratings, generation, elsewhere } = backup
  try {
    await client.query(
      `insert into verified_backups (cut_off, verified_at, sha256, ratings, epoch, generation, elsewhere)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [cut_off, verified_at, sha256, ratings, generation.epoch, generation.number, elsewhere],
    )
  } finally {
    await client.end()
  }
}

/** Takes back what was said of every backup: tablets keep their copies until the next one. Returns how many spoke for copies. */
export async function withdrawBackups(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    'update verified_backups set withdrawn_at = now() where elsewhere and withdrawn_at is null',
  )
  return rowCount ?? 0
}

/** The folder of the database's files on its own machine; null where the owner may not know it. */
export async function findDataDirectory(ownerUrl: string): Promise<string | null> {
  const client = await connectForText(ownerUrl)
  try {
    const { rows } = await client.query<{ folder: string | null }>(
      `select setting as folder from pg_settings where name = 'data_directory'`,
    )
    return rows[0]?.folder ?? null
  } finally {
    await client.end()
  }
}

/** What the backup held that this database was just restored from; null = the file does not say. */
export async function noteRestored(ownerUrl: string, through: Date | null): Promise<void> {
  const client = await connectForText(ownerUrl)
  try {
    await client.query('update server_state set restored_through = $1', [through])
    // What was mailed after the copy was made is not in it: nothing of that time goes out a second time by itself.
    if (await hasColumn(client, 'server_state', 'restored_at')) {
      await client.query('update server_state set restored_at = now()')
    }
  } finally {
    await client.end()
  }
}
