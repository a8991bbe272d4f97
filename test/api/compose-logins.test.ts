/** The logins that docker/roles.sql makes are enough to migrate and to serve, and not for more. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import t from 'tap'
import { findPlace } from '../../server/embedded/places.ts'
import { startEmbedded } from '../../server/embedded/supervisor.ts'
import { withSnapshot } from '../../server/queries/backups.ts'
import { openPools } from '../../server/queries/database.ts'
import { migrateToLatest } from '../../server/queries/migrate.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'

/** The file's statements with psql's variables filled in, each to be sent alone. */
function readStatements(passwords: Record<string, string>): string[] {
  return readFileSync(join(import.meta.dirname, '..', '..', 'docker', 'roles.sql'), 'utf8')
    .replace(/^(--|\\).*$/gm, '')
    .replace(/:'(\w+)'/g, (_, name: string) => pg.escapeLiteral(passwords[name] ?? ''))
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean)
}

t.test('a cluster as compose makes it', async (t) => {
  const dir = mkdtempSync(join(process.env.TEST_RUN_DIR ?? tmpdir(), 'installation-'))
  chmodSync(dir, 0o711)
  const dataDir = join(dir, 'data')
  const log = pino({ level: 'silent' })
  const cluster = await startEmbedded({ dataDir, place: findPlace(dataDir), log, onGiveUp: () => {} })
  t.teardown(async () => {
    await cluster.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })
  const superuser = new pg.Client(cluster.superuserUrl)
  await superuser.connect()
  // Roles and database of the embedded default go first: this cluster is to have those of the file alone.
  await superuser.query('drop database hai_long')
  await superuser.query('drop role hai_long_owner')
  const passwords = { owner_password: `o'1`, app_password: 'a2', ingest_password: 'i3' }
  for (const statement of readStatements(passwords)) await superuser.query(statement)
  await superuser.end()

  const login = (user: string, password: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${cluster.port}/hai_long`
  const ownerUrl = login('hai_long_owner', passwords.owner_password)
  const appUrl = login('hai_long_staff', passwords.app_password)
  const ingestUrl = login('hai_long_tablets', passwords.ingest_password)

  t.ok((await migrateToLatest(ownerUrl)).length > 0)
  t.equal(await ensurePilotUnits(ownerUrl), true)
  t.ok(await withSnapshot(ownerUrl, async ({ tables }) => tables.length > 20), 'the owner may back up')

  const pools = await openPools({ ownerUrl, appUrl, ingestUrl }, () => {})
  const role = 'select current_user as role, session_user as login'
  t.same((await pools.ingest.query(role)).rows, [{ role: 'hai_long_ingest', login: 'hai_long_tablets' }])
  t.same((await pools.count.query(role)).rows, [{ role: 'hai_long_count', login: 'hai_long_tablets' }])
  t.ok((await pools.ingest.query('select unit_id from units')).rowCount)
  await pools.close()

  const staff = new pg.Client(appUrl)
  await staff.connect()
  await t.rejects(staff.query('set role hai_long_count'), { code: '42501' }, 'a leak of the staff login counts nothing')
  await t.rejects(staff.query('set role hai_long_owner'), { code: '42501' })
  await t.rejects(staff.query('select level from ratings'), { code: '42501' })
  await staff.end()
})
