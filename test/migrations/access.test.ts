/** The roles the migrations make: each can do its own work and no more, and the server works under no stronger one. */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import t from 'tap'
import { type DbScope, openPools, UnsafeRoleError, withScope } from '../../server/queries/database.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Office } from '../support/office.ts'
import { populate } from '../support/populate.ts'

const roles = ['hai_long_app', 'hai_long_count', 'hai_long_ingest'] as const
let server: TestApp
let ours: Office
let theirs: Office

t.before(async () => {
  server = await startTestApp(t)
  const [first, second] = await populate(server)
  ours = first as Office
  theirs = second as Office
})

const as = (role: string, more: Partial<DbScope> = {}): DbScope => ({
  account_id: 2_000_000_000,
  roles: [role],
  units: [ours.unit_id],
  officer_id: null,
  ...more,
})

t.test('every table has forced row-level security and belongs to the owner alone', async (t) => {
  const tables = await server.db.query<{ name: string; forced: boolean; owner: string }>(
    `select relname as name, relrowsecurity and relforcerowsecurity as forced, pg_get_userbyid(relowner) as owner
       from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and relname not like 'kysely%'`,
  )
  t.ok(tables.length >= 30, `${tables.length} tables`)
  const [me] = await server.db.query<{ name: string }>('select current_user as name')
  for (const { name, forced, owner } of tables) {
    t.ok(forced, name)
    t.equal(owner, me?.name, name)
  }
})

t.test('the roles are no superusers, cannot log in, and own nothing', async (t) => {
  const found = await server.db.query(
    `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin or rolreplication as strong,
            (select count(*)::int from pg_class c where c.relowner = r.oid) as owns,
            (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
       from pg_roles r where rolname = any ($1) order by rolname`,
    [roles],
  )
  t.same(
    found,
    [...roles].map((rolname) => ({ rolname, strong: false, owns: 0, memberships: 0 })),
  )
  t.same(
    await server.db.query(
      `select p.proname from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace
          and (p.proconfig is null or not 'search_path=public, pg_temp' = any (p.proconfig))`,
    ),
    [],
    'functions that act as the owner look for tables neither in the caller’s path nor among its temporary ones',
  )
})

t.test('what citizens said can be changed by no role, nor deleted', async (t) => {
  const tables = ['ratings', 'remarks', 'integrity_reports', 'quarantine', 'audit']
  const rights = await server.db.query<{ role: string; tbl: string; may: string }>(
    `select role, tbl, p as may from unnest($1::text[]) role, unnest($2::text[]) tbl, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p
      where has_table_privilege(role, tbl, p) or (p = 'UPDATE' and has_any_column_privilege(role, tbl, p))`,
    [roles, tables],
  )
  // Counting gives an integrity report its officer and cuts the thread to the rating; it masks remarks, and destroys raw
  // words when their time is over, in quarantine too.
  t.same(
    rights,
    ['remarks', 'integrity_reports', 'quarantine'].map((tbl) => ({ role: 'hai_long_count', tbl, may: 'UPDATE' })),
  )
  const columns = await server.db.query<{ of: string }>(
    `select table_name || '.' || column_name as of from information_schema.column_privileges
      where grantee = 'hai_long_count' and table_name = any ($1) and privilege_type = 'UPDATE' order by 1`,
    [tables],
  )
  t.same(
    columns.map(({ of }) => of),
    [
      'integrity_reports.officer_id',
      'integrity_reports.rating_id',
      'quarantine.body',
      'remarks.masked',
      'remarks.officer_id',
      'remarks.remark',
      'remarks.shown_on',
    ],
  )
})

t.test('receiving reads no answer, and no page the raw words of a remark', async (t) => {
  const may = async (role: string, table: string, column: string) =>
    (
      await server.db.query<{ yes: boolean }>('select has_column_privilege($1, $2, $3, $4) as yes', [
        role,
        table,
        column,
        'SELECT',
      ])
    )[0]?.yes
  for (const [role, table, column] of [
    ['hai_long_ingest', 'ratings', 'level'],
    ['hai_long_ingest', 'remarks', 'remark'],
    ['hai_long_ingest', 'moments', 'corrected_at'],
    ['hai_long_ingest', 'steps', 'n1'],
    ['hai_long_ingest', 'accounts', 'username'],
    ['hai_long_app', 'remarks', 'remark'],
    ['hai_long_app', 'quarantine', 'body'],
    ['hai_long_count', 'accounts', 'password_hash'],
  ] as const) {
    t.equal(await may(role, table, column), false, `${role} does not read ${table}.${column}`)
  }
  t.equal(await may('hai_long_ingest', 'moments', 'content_mac'), true, 'the question itself works')
})

t.test('functions that look further than the reader still ask who reads', async (t) => {
  const call = async (scope: DbScope, text: string) =>
    withScope(
      server.pools.app,
      scope,
      async (trx) => (await sql.raw<{ x: unknown }>(`select ${text} as x`).execute(trx)).rows[0]?.x,
    )
  const leader = as('unit_leader')
  const year = `'2026-01-01', '2026-12-31'`
  const months = `'{1}', '{2026-01-01}', '{2026-12-01}', '{1}'`
  t.equal(await call(leader, `received_between(${ours.unit_id}, ${year})`), 30)
  t.equal(await call(leader, `received_between(${theirs.unit_id}, ${year})`), 0)
  t.equal(await call(leader, `officers_with_figure(${ours.unit_id}, 0, ${months})`), 1)
  t.equal(await call(leader, `officers_with_figure(${theirs.unit_id}, 0, ${months})`), 0)
  for (const { unit_id } of [ours, theirs]) {
    await server.staff('commission', { unit_id })
  }
  const watched = '(select array_agg(distinct unit_id order by unit_id) from unit_monitors())'
  t.same(await call(leader, watched), [ours.unit_id], 'who watches the own unit')
  t.same(await call(as('commission', { units: 'all' }), watched), [ours.unit_id, theirs.unit_id])
  t.equal(await call(as('unit_clerk'), watched), null)
  const officer = ours.officers[0]
  t.equal(await call(leader, `officer_counted_in_month(${officer}, '2026-11-01')`), 0)
  t.equal(await call(leader, `officer_name_for_inspector(${officer})`), null)
  t.equal(await call(as('inspector', { units: 'all' }), `officer_counted_in_month(${officer}, '2026-11-01')`), 14)
  const span = `tstzrange('2026-01-01', null)`
  t.equal(await call(leader, `requeue_counter(${ours.counters[0]}, ${span})`), 16)
  await server.count()
  for (const scope of [leader, as('commission', { units: 'all' }), as('officer', { officer_id: officer as number })]) {
    const counter = scope === leader ? theirs.counters[0] : ours.counters[0]
    await t.rejects(call(scope, `requeue_counter(${counter}, ${span})`), { code: '42501' }, scope.roles[0] as string)
  }
})

t.test('the server refuses to work as superuser, past row security, or as owner of tables', async (t) => {
  const plain = { appUrl: null, ingestUrl: null }
  /** The options of a connection string win over the pool's own, as those of a careless pooler would. */
  const withRole = (base: string, role: string) => {
    const url = new URL(base)
    url.searchParams.set('options', `-c role=${role}`)
    return url.href
  }
  const refused = (urls: Partial<Parameters<typeof openPools>[0]>, message: RegExp, what: string) =>
    t.rejects(
      openPools({ ownerUrl: server.db.ownerUrl, ...plain, ...urls }, () => {}),
      { constructor: UnsafeRoleError, message },
      what,
    )
  await refused({ ownerUrl: withRole(server.db.superuserUrl, 'none') }, /superuser/, 'superuser')
  await refused({ ownerUrl: withRole(server.db.ownerUrl, 'none') }, /owns tables/, 'owner')
  await refused({ appUrl: withRole(server.db.superuserUrl, 'none') }, /superuser/, 'only the app pool')
  await refused(
    { ingestUrl: withRole(server.db.ownerUrl, 'none') },
    /owns tables.*DATABASE_INGEST_URL/,
    'only the ingest pool',
  )

  const name = `test_bypass_${randomBytes(4).toString('hex')}`
  const superuser = new pg.Client({ connectionString: server.db.superuserUrl })
  await superuser.connect()
  t.teardown(async () => {
    await superuser.query(`drop role ${name}`)
    await superuser.end()
  })
  await superuser.query(`create role ${name} nologin bypassrls`)
  await refused(
    { appUrl: withRole(server.db.superuserUrl, name) },
    new RegExp(`${name} is a superuser or bypasses`),
    'bypassrls',
  )

  const pools = await openPools({ ownerUrl: server.db.ownerUrl, ...plain }, () => {})
  t.teardown(() => pools.close())
  const who = async (pool: pg.Pool) => (await pool.query('select current_user as name')).rows[0].name
  t.equal(await who(pools.ingest), 'hai_long_ingest')
  t.equal(await who(pools.count), 'hai_long_count')
  await t.rejects(pools.ingest.query('delete from ratings'), { code: '42501' })
  await t.rejects(pools.ingest.query('update ratings set level = 5'), { code: '42501' })
  await t.rejects(pools.count.query('update ratings set level = 5'), { code: '42501' })
  await t.rejects(pools.count.query('insert into ratings (rating_id) values (gen_random_uuid())'), { code: '42501' })
  const [left] = await server.db.query<{ n: number }>('select count(*)::int as n from ratings')
  t.equal(left?.n, 61, 'and the ratings are still there')
})
