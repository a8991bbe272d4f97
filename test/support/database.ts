/** A database of its own for each test file: a clone of the migrated template, dropped in the end. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Test } from 'tap'
import { openPools, type Pools } from '../../server/queries/database.ts'

export interface TestDatabase {
  /** The owner, who sees everything: for arranging and for recounting by hand. */
  readonly ownerUrl: string
  readonly superuserUrl: string
  /** Own logins of the restricted pools; null as in a default installation, where the owner's login takes their role. */
  readonly appUrl: null
  readonly ingestUrl: null
  readonly pools: Pools
  /** Runs one statement as the owner. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

export interface TestDatabaseOptions {
  /** Without the schema: for tests of migrations and of restoring. `pools` are then not to be used. */
  readonly empty?: boolean
}

/** Makes the database and opens the product's pools on it; all of it is closed and dropped in the test's teardown. */
export async function createTestDatabase(t: Test, { empty = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const templateUrl = new URL(requireEnv('TEST_OWNER_URL'))
  const superuserUrl = new URL(requireEnv('TEST_SUPERUSER_URL'))
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  const template = empty ? 'template0' : templateUrl.pathname.slice(1)
  await asSuperuser(`create database ${name} owner ${templateUrl.username} template ${template}`)
  t.teardown(() => asSuperuser(`drop database if exists ${name} with (force)`))

  const ownerUrl = withDatabase(templateUrl, name)
  const nearUrl = throughSocket(ownerUrl)
  const owner = new pg.Pool({ connectionString: nearUrl, max: 2 })
  owner.on('error', () => {})
  const pools = empty ? null : await openPools({ ownerUrl: nearUrl, appUrl: null, ingestUrl: null }, () => {})
  t.teardown(async () => {
    await pools?.close()
    await owner.end()
  })
  return {
    ownerUrl,
    superuserUrl: withDatabase(superuserUrl, name),
    appUrl: null,
    ingestUrl: null,
    get pools() {
      if (pools === null) throw new Error('an empty test database has no pools')
      return pools
    },
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await owner.query<Row>(text, values)).rows
    },
  }
}

function withDatabase(url: URL, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** A test's own connections take the socket, which costs half of what TCP does; servers that it starts take TCP. */
function throughSocket(url: string): string {
  const changed = new URL(url)
  changed.searchParams.set('host', requireEnv('TEST_SOCKET_DIR'))
  return changed.href
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: requireEnv('TEST_SUPERUSER_URL') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function requireEnv(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run tests with "npm test -- FILE", which starts PostgreSQL`)
  return value
}
