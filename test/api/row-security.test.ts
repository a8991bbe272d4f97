/** The database refuses as well as the API: every table × two units × every role, and nothing at all without a scope. */
import { sql } from 'kysely'
import pg from 'pg'
import t, { type Test } from 'tap'
import { type DbScope, openPools, type Trx, withScope } from '../../server/queries/database.ts'
import { setupScope } from '../../server/queries/setup.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { assign, createOffice, type Office } from '../support/office.ts'

type Sight = 'all' | 'unit' | 'own' | 'none'

const db = await createTestDatabase(t)
const home = await createOffice(db, { counters: 1, officers: 2 })
const away = await createOffice(db, { counters: 1, officers: 2 })
// The province's own days are everybody's; here it is about those of units.
await db.query('delete from holidays')
for (const office of [home, away]) await fill(db, office)
await db.query(`insert into login_failures (username_hash, address, failed_at) values ('\\x00', '10.0.0.1', now())`)
await db.query(`insert into setup_links (token_hash, expires_at) values ('\\x00', now())`)

/** One row of everything that belongs to a unit, for two of its officers where it belongs to officers. */
async function fill(db: TestDatabase, { unit_id, counters, officers }: Office): Promise<void> {
  const [counter, [one, two]] = [counters[0] as number, officers as [number, number]]
  await assign(db, counter, one, '2026-11-01T08:00:00+07:00', '2026-11-02T08:00:00+07:00')
  await assign(db, counter, two, '2026-11-02T08:00:00+07:00')
  const run = (text: string) => db.query(text.replaceAll(':unit', `${unit_id}`).replaceAll(':counter', `${counter}`))
  await run(`insert into terminal_contacts (terminal_id, unit_id, last_contact_at)
             select terminal_id, unit_id, now() from terminals where unit_id = :unit`)
  await run(`insert into device_sequences (unit_id, device_epoch, terminal_id, highest, received)
             select unit_id, 'epoch', terminal_id, 1, 1 from terminals where unit_id = :unit`)
  await run(`insert into terminal_placements (terminal_id, unit_id, counter_id, until_at)
             select terminal_id, unit_id, counter_id, now() from terminals where unit_id = :unit`)
  await run(
    `insert into visits (unit_id, counter_id, grain, day, visits) values (:unit, :counter, 'day', '2026-11-01', 3)`,
  )
  await run(`insert into paper_slips (unit_id, counter_id, day, slips) values (:unit, :counter, '2026-11-01', 2)`)
  await run(`insert into dossiers (unit_id, grain, day, same_day, early, on_time, overdue)
             values (:unit, 'month', '2026-11-01', 1, 2, 3, 4)`)
  const other = await db.query<{ unit_id: number }>(`insert into units (name, kind, valid_to)
             values ('Xã cũ', 'commune', '2025-06-30') returning unit_id`)
  await run(`insert into unit_predecessors values (:unit, ${other[0]?.unit_id})`)
  await run(`insert into roster_changes (unit_id, kind, made_at, starts_at, places)
             values (:unit, 'change', now(), now(), '[]')`)
  await run(`insert into holidays (unit_id, day, kind, name) values (:unit, '2026-12-31', 'off', 'x')`)
  await run(`insert into undated_ratings select gen_random_uuid(), :unit, :counter, 1, 'boot', 1, '\\x00', '{}', '{}'`)
  await run(`with account as (insert into accounts (username, password_hash) values ('a:unit', 'none')
               returning account_id),
             role as (insert into account_roles (account_id, role, unit_id) select account_id, 'unit_clerk', :unit from account),
             session as (insert into sessions (token_hash, account_id, created_at, last_seen_at)
               select sha256('a:unit'), account_id, now(), now() from account),
             link as (insert into account_links (token_hash, account_id, kind, expires_at)
               select sha256('a:unit'), account_id, 'reset', now() from account),
             factor as (insert into second_factors (account_id, secret) select account_id, '\\x00' from account),
             code as (insert into recovery_codes (account_id, code_hash) select account_id, '\\x00' from account)
             insert into trusted_devices select sha256('a:unit'), account_id, now(), now() from account`)
  await run(`insert into imports (account_id, file_name, sha256, language, state, plan_digest, sheets, problems, problem_count, made_at, changed_at)
             select max(account_id), 'x.csv', '\\x00', 'vi', 'checked', '\\x00', '[]', '[]', 0, now(), now() from accounts`)
  await run(`with deed as (insert into audit (action, unit_id) values ('test', :unit) returning audit_id)
             insert into audit_seals select audit_id, audit_id, sha256('x') from deed`)
  await run(`with made as (insert into accounts (username, password_hash) values ('v:unit', 'none') returning account_id),
             pin as (insert into service_pins select :unit, '\\x00', '\\x00', 1, account_id, now() from made)
             insert into voice_sets (unit_id, language, name, created_at, changed_at) values (:unit, 'hmn', 'Mông', now(), now())`)
  await run(`insert into voice_clips
             select voice_set_id, 'question', sha256('x'), 'audio/mpeg', 1, 'x', (select account_id from accounts where username = 'v:unit'), now()
               from voice_sets where unit_id = :unit`)
  await run(`with episode as (insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version)
               select :unit, :counter, terminal_id, '2026-11-01', 'burst', 6, 2 from terminals where unit_id = :unit returning *)
             insert into episode_proposals (unit_id, local_day, rule, episode_id, wants, reason, proposed_by, proposed_at, due_on)
               select :unit, local_day, rule, episode_id, 'restore', 'x', (select max(account_id) from accounts), now(), now() from episode`)
  await run(`insert into episode_ratings select max(episode_id), gen_random_uuid(), null from episodes`)
  await run(`insert into terminal_days select terminal_id, '2026-11-01', null from terminals where unit_id = :unit`)
  await run(`insert into letterheads (unit_id, form, superior, body, place, code, signer_title, signer_name, recipients)
               values (:unit, 'state', '', 'X', 'Y', 'BC', '', '', '{}')`)
  await run(`insert into issued_reports (unit_id, year, number, from_day, to_day, language, cut_off, issued_by, document, docx, pdf, xlsx)
               select :unit, 2026, 1, '2026-01-01', '2026-01-31', 'vi', now(), min(account_id), '{}', '\\x', '\\x', '\\x' from accounts`)
  await run(`with made as (
               insert into report_schedules (unit_id, calendar, span, days_after, language, address, made_by, made_at)
               select :unit, 'calendar', 'month', 1, 'vi', 'x:unit@xa.example', min(account_id), now() from accounts
               returning schedule_id)
             insert into report_mails (schedule_id, unit_id, from_day, to_day, state, problem, next_try_at, changed_at)
               select schedule_id, :unit, '2026-01-01', '2026-01-31', 'failed', 'may_not_issue', now(), now() from made`)
  await run(`insert into cases (kind, unit_id, title, opened_by, opened_at, due_on)
               select 'matter', :unit, 'x', max(account_id), '2026-11-02', '2026-11-16' from accounts`)
  await run(`insert into boards (unit_id, is_open) values (:unit, true)`)
  await run(`insert into board_answers (unit_id, asked, done, written_on) values (:unit, 'x', 'y', '2026-11-01')`)
  await run(`insert into board_months values (:unit, '2026-10-01', '2026-11-06', 10, 9, 20)`)
  for (const officer of [one, two]) {
    await run(`insert into absences (unit_id, officer_id, during)
               values (:unit, ${officer}, '[2026-01-01,2026-01-02)')`)
    await run(`insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at, due_on)
               values (:unit, ${officer}, :counter, '2026-11-05', 'day', now(), now())`)
    await run(`insert into cases (kind, unit_id, officer_id, words, about_from, about_to, opened_by, opened_at, due_on, advise_by)
               select 'review', :unit, ${officer}, 'x', '2026-11-01', '2026-11-01', max(account_id), '2026-11-02', '2026-11-09', '2026-11-05' from accounts`)
    await run(`insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, n5)
               values (:unit, :counter, ${officer}, '2026-11-01', false, 5, 5)`)
    for (const table of ['tallies', 'step_months']) {
      await run(`insert into ${table} (unit_id, counter_id, officer_id, month, set_aside, n5)
                 values (:unit, :counter, ${officer}, '2026-11-01', false, 5)`)
    }
  }
  for (const table of ['unit_tally_spans', 'unit_step_spans']) {
    await run(
      `insert into ${table} (unit_id, starts_on, months, set_aside, n5) values (:unit, '2026-11-01', 1, false, 10)`,
    )
  }
  await run(`insert into counter_activity (counter_id, unit_id, last_day) values (:counter, :unit, '2026-11-01')`)
  for (const table of ['unit_steps', 'unit_tallies']) {
    await run(`insert into ${table} (unit_id, local_day, set_aside, n5) values (:unit, '2026-11-01', false, 10)`)
  }
  await run(`with rating as (insert into ratings (rating_id, unit_id, counter_id, terminal_id, local_day, level, time_quality, language)
               values (gen_random_uuid(), :unit, :counter, 1, '2026-11-01', 5, 2, 'vi') returning rating_id),
             moment as (insert into moments (rating_id, unit_id, counter_id, terminal_id, received_day, content_mac)
               select rating_id, :unit, :counter, 1, '2026-11-01', '\\x00' from rating),
             remark as (insert into remarks (rating_id, unit_id, counter_id, local_day, remark, masked)
               select rating_id, :unit, :counter, '2026-11-01', 'tốt', 'tốt' from rating)
             insert into integrity_reports (rating_id, unit_id, counter_id, month, items)
               select rating_id, :unit, :counter, '2026-11-01', '{no_corruption}' from rating`)
}

const unitScope = (role: string, office: Office): DbScope => ({
  account_id: null,
  roles: [role],
  units: [office.unit_id],
  officer_id: null,
})
const province = (role: string): DbScope => ({ account_id: null, roles: [role], units: 'all', officer_id: null })
const callers: Record<string, DbScope> = {
  administrator: province('administrator'),
  commission: province('commission'),
  inspector: province('inspector'),
  unit_leader: unitScope('unit_leader', home),
  unit_clerk: unitScope('unit_clerk', home),
  officer: { ...unitScope('officer', home), officer_id: home.officers[0] as number },
  nobody: { account_id: null, roles: [], units: [], officer_id: null },
}

/** What each caller sees, in the order of `callers`: all units, the own unit, the own person, nothing. */
const sights: Record<string, Sight[]> = {
  units: ['all', 'all', 'all', 'unit', 'unit', 'unit', 'none'],
  counters: ['all', 'all', 'all', 'unit', 'unit', 'unit', 'none'],
  officers: ['all', 'all', 'none', 'unit', 'unit', 'own', 'none'],
  assignments: ['all', 'all', 'none', 'unit', 'unit', 'own', 'none'],
  absences: ['all', 'all', 'none', 'unit', 'unit', 'own', 'none'],
  roster_changes: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  cases: ['none', 'all', 'none', 'unit', 'unit', 'own', 'none'],
  roster_doubts: ['all', 'all', 'none', 'unit', 'unit', 'own', 'none'],
  visits: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  paper_slips: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  dossiers: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  unit_predecessors: ['all', 'all', 'all', 'unit', 'unit', 'unit', 'none'],
  holidays: ['all', 'all', 'all', 'unit', 'unit', 'unit', 'none'],
  terminals: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  terminal_contacts: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  terminal_placements: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  device_sequences: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  undated_ratings: ['all', 'all', 'all', 'unit', 'unit', 'unit', 'none'],
  voice_sets: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  voice_clips: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  service_pins: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  accounts: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  account_roles: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  sessions: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  account_links: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  second_factors: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  recovery_codes: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  trusted_devices: ['all', 'none', 'none', 'none', 'none', 'none', 'none'],
  audit_seals: ['none', 'none', 'none', 'none', 'none', 'none', 'none'],
  audit: ['all', 'none', 'all', 'unit', 'none', 'none', 'none'],
  steps: ['all', 'all', 'none', 'unit', 'none', 'own', 'none'],
  step_months: ['all', 'all', 'none', 'unit', 'none', 'own', 'none'],
  unit_steps: ['all', 'all', 'none', 'unit', 'unit', 'unit', 'none'],
  unit_step_spans: ['all', 'all', 'none', 'unit', 'unit', 'unit', 'none'],
  unit_tally_spans: ['all', 'all', 'none', 'none', 'none', 'none', 'none'],
  counter_activity: ['all', 'all', 'none', 'unit', 'unit', 'none', 'none'],
  unit_tallies: ['all', 'all', 'none', 'none', 'none', 'none', 'none'],
  letterheads: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  issued_reports: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  report_schedules: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  report_mails: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  boards: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  board_answers: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  board_months: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  remarks: ['none', 'all', 'none', 'unit', 'none', 'none', 'none'],
  episodes: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  episode_proposals: ['all', 'all', 'none', 'unit', 'none', 'none', 'none'],
  integrity_reports: ['none', 'none', 'all', 'none', 'none', 'none', 'none'],
  imports: ['none', 'none', 'none', 'none', 'none', 'none', 'none'],
  login_failures: ['none', 'none', 'none', 'none', 'none', 'none', 'none'],
  setup_links: ['none', 'none', 'none', 'none', 'none', 'none', 'none'],
}
/** Concern nobody in particular. */
const open = [
  'catalogue_items',
  'catalogues',
  'commitments',
  'counting_state',
  'server_state',
  'settings',
  'verified_backups',
]
/** Out of the app role's reach altogether. */
const closed = [
  ...[
    'audit_inbox',
    'month_rewrites',
    'episode_ratings',
    'inbox',
    'moments',
    'quarantine',
    'ratings',
    'blocks',
    'tallies',
    'terminal_days',
    'verdicts',
    'waiting',
  ],
]

/** Rows of a table by what they belong to; null when the role may not read the table at all. */
async function look(scope: DbScope, table: string, by = 'null::integer'): Promise<{ of: number | null }[] | null> {
  try {
    return await withScope(
      db.pools.app,
      scope,
      async (trx) =>
        (await sql<{ of: number | null }>`select ${sql.raw(by)} as of from ${sql.table(table)}`.execute(trx)).rows,
    )
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return null
    throw error
  }
}

t.test('every table is under forced row security and has its line here', async (t) => {
  const tables = await db.query<{ name: string; enabled: boolean; forced: boolean }>(
    `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname not like 'kysely%' order by 1`,
  )
  for (const { name, enabled, forced } of tables) t.ok(enabled && forced, name)
  t.same(tables.map(({ name }) => name).sort(), [...Object.keys(sights), ...open, ...closed].sort())
})

t.test('closed tables cannot be read by anybody through the app', async (t) => {
  for (const table of closed) {
    for (const [name, scope] of Object.entries(callers)) t.equal(await look(scope, table), null, `${table}: ${name}`)
    t.equal(await look(setupScope, table), null, `${table}: set-up`)
  }
})

t.test('hashes, and what would lead from a remark to its rating, cannot be read either', async (t) => {
  const columns = [
    ['undated_ratings', 'body'],
    ['terminals', 'token_hash'],
    ['service_pins', 'salt'],
    ['service_pins', 'hash'],
    ['terminals', 'pairing_code_hash'],
    ['remarks', 'rating_id'],
    ['remarks', 'remark'],
    ['remarks', 'counter_id'],
    ['remarks', 'officer_id'],
    ['remarks', 'shown_on'],
    ['integrity_reports', 'rating_id'],
    ['integrity_reports', 'counter_id'],
  ] as const
  for (const [table, column] of columns) {
    for (const [name, scope] of Object.entries(callers)) {
      t.equal(await look(scope, table, `length(${column}::text)`), null, `${table}.${column}: ${name}`)
    }
  }
})

for (const [index, [name, scope]] of Object.entries(callers).entries()) {
  t.test(`${name} sees exactly what is theirs`, async (t) => {
    for (const [table, sight] of Object.entries(sights)) await compare(t, table, scope, sight[index] as Sight)
  })
}

async function compare(t: Test, table: string, scope: DbScope, sight: Sight): Promise<void> {
  const columns = await db.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = $1 and table_schema = 'public'`,
    [table],
  )
  const ofSet = '(select s.unit_id from voice_sets s where s.voice_set_id = voice_clips.voice_set_id)'
  const has = (column: string) => columns.some(({ name }) => name === column)
  const rows = await look(scope, table, has('unit_id') ? 'unit_id' : table === 'voice_clips' ? ofSet : undefined)
  t.not(rows, null, `${table} may be asked`)
  const units = [...new Set(rows?.map(({ of }) => of))].sort()
  if (sight === 'none') t.same(rows, [], `${table}: nothing`)
  else if (sight === 'all') {
    if (has('unit_id')) t.ok(units.includes(home.unit_id) && units.includes(away.unit_id), `${table}: both units`)
    else t.ok((rows?.length ?? 0) >= 2, `${table}: rows`)
  } else {
    t.same(units, [home.unit_id], `${table}: the own unit`)
    if (sight === 'own') {
      const officers = await look(scope, table, 'officer_id')
      t.same(officers, [{ of: scope.officer_id }], `${table}: the own person`)
    }
  }
}

t.test('several roles: each reaches its own place, and none lends its reach to another', async (t) => {
  const grants = [
    { role: 'unit_leader', unit_id: home.unit_id },
    { role: 'unit_clerk', unit_id: away.unit_id },
  ]
  const split: DbScope = {
    account_id: null,
    roles: ['unit_leader', 'unit_clerk'],
    units: [home.unit_id, away.unit_id],
    officer_id: null,
    grants,
  }
  const unitsOf = async (scope: DbScope, table: string) =>
    [...new Set((await look(scope, table, 'unit_id'))?.map(({ of }) => of))].sort()
  for (const table of ['steps', 'remarks']) t.same(await unitsOf(split, table), [home.unit_id], table)
  for (const table of ['counters', 'officers', 'terminals', 'unit_steps', 'device_sequences']) {
    t.same(await unitsOf(split, table), [home.unit_id, away.unit_id], table)
  }
  const both = { ...split, roles: ['officer', 'unit_leader'], officer_id: away.officers[0] as number }
  const serving = {
    ...both,
    grants: [
      { role: 'officer', unit_id: away.unit_id },
      { role: 'unit_leader', unit_id: home.unit_id },
    ],
  }
  const steps = await look(serving, 'steps', 'officer_id')
  t.same(
    steps?.map(({ of }) => of).sort(),
    [...home.officers, away.officers[0]].sort(),
    'own figures there, all officers here',
  )
  t.same((await look(serving, 'officers', 'officer_id'))?.length, 3, 'no colleague where only the officer is')
  t.same(await unitsOf(serving, 'terminals'), [home.unit_id])

  const monitor: DbScope = {
    ...unitScope('commission', home),
    grants: [{ role: 'commission', unit_id: home.unit_id }],
  }
  for (const table of ['units', 'unit_tallies', 'steps', 'remarks', 'terminals']) {
    t.same(await unitsOf(monitor, table), [home.unit_id], `${table}: a member of the commission with one unit to watch`)
  }
  const member = { ...province('commission'), roles: ['commission', 'unit_clerk'] }
  const insider = { ...member, grants: [{ role: 'commission', unit_id: null }, ...grants.slice(1)] }
  t.same(await look(insider, 'unit_tallies', 'unit_id'), [], 'no moving totals for whoever belongs to a unit')
  const keeper = { ...insider, grants: [{ role: 'inspector', unit_id: null }, ...grants.slice(1)] }
  t.same(await unitsOf(keeper, 'terminals'), [away.unit_id], 'an inspector who keeps one roster')
})

t.test('no policy asks for a role without asking where it is held', async (t) => {
  const rules = await db.query<{ name: string; rule: string }>(
    `select tablename || '.' || policyname as name, concat(qual, ' ', with_check) as rule from pg_policies
     union all select proname, prosrc from pg_proc where prosecdef and pronamespace = 'public'::regnamespace`,
  )
  t.ok(rules.length > 60)
  for (const { name, rule } of rules) {
    // Administrators and inspectors are so everywhere; the others must be asked through app_may or app_units.
    t.notMatch(rule, /app_has\('(?!administrator|inspector)|app_sees_colleagues/, name)
  }
})

const attempt = async (scope: DbScope, work: (trx: Trx) => Promise<unknown>): Promise<string> => {
  try {
    const result = await withScope(db.pools.app, scope, work)
    return `done ${JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? Number(value) : value))}`
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

t.test('nobody writes outside their scope, whatever the API would let through', async (t) => {
  const counter = (unit_id: number) => (trx: Trx) =>
    trx
      .insertInto('counters')
      .values({ unit_id, name: `n${Math.random()}`, service: null })
      .execute()
  const { unit_leader, unit_clerk, officer, commission, inspector, administrator, nobody } = callers as Record<
    string,
    DbScope
  >
  for (const scope of [unit_leader, unit_clerk]) {
    t.match(await attempt(scope as DbScope, counter(home.unit_id)), /^done/, 'own unit')
    t.equal(await attempt(scope as DbScope, counter(away.unit_id)), '42501', 'foreign unit')
  }
  for (const scope of [officer, commission, inspector, nobody]) {
    t.equal(await attempt(scope as DbScope, counter(home.unit_id)), '42501')
  }
  t.match(await attempt(administrator as DbScope, counter(away.unit_id)), /^done/)

  const rename = (trx: Trx) =>
    trx
      .updateTable('counters')
      .set({ name: 'taken over' })
      .where('unit_id', '=', away.unit_id)
      .returning('counter_id')
      .execute()
  t.equal(await attempt(unit_leader as DbScope, rename), 'done []', 'foreign rows are not there to be changed')
  const promote = (trx: Trx) => sql`insert into account_roles (account_id, role) select 1, 'administrator'`.execute(trx)
  const account = (trx: Trx) => sql`insert into accounts (username, password_hash) values ('x', 'y')`.execute(trx)
  for (const scope of [unit_leader, unit_clerk, officer, commission, inspector, nobody]) {
    t.equal(await attempt(scope as DbScope, promote), '42501', 'no role for oneself')
    t.equal(await attempt(scope as DbScope, account), '42501', 'no account')
  }
  const requeue = (trx: Trx) =>
    sql`select requeue_counter(${away.counters[0]}, tstzrange('2026-01-01', null))`.execute(trx)
  t.equal(await attempt(unit_clerk as DbScope, requeue), '42501', 'no recount of another unit')
})

t.test('what is settled is settled for the administrator too', async (t) => {
  const admin = callers.administrator as DbScope
  const deeds = [
    'update audit set action = $$x$$',
    'delete from audit',
    'delete from audit_inbox',
    'delete from audit_seals',
    'update audit_seals set mac = mac',
    'insert into audit_seals values (9, 9, sha256($$x$$))',
    'delete from units',
    'delete from accounts',
    'update steps set n5 = 100',
    'insert into unit_steps (unit_id, local_day, set_aside) values (1, now(), false)',
    'update unit_tallies set n1 = 0',
    'delete from remarks',
    'insert into ratings (rating_id) values (gen_random_uuid())',
    'update server_state set epoch = gen_random_uuid()',
    'update terminals set token_hash = $$x$$',
    'alter table audit disable row level security',
    'truncate audit',
    'delete from account_roles',
    'update account_roles set role = $$officer$$',
    'update accounts set username = $$x$$',
  ]
  for (const deed of deeds) {
    t.equal(await attempt(admin, (trx) => sql.raw(deed).execute(trx)), '42501', deed)
  }
})

t.test(
  'a second factor is its owner’s: an administrator takes it away and can neither set nor read one up',
  async (t) => {
    const admin = callers.administrator as DbScope
    const set = (trx: Trx) => sql`update second_factors set secret = '\\x66' returning account_id`.execute(trx)
    t.match(await attempt(admin, set), /"rows":\[\]/, 'not changed')
    const put = (trx: Trx) =>
      sql`insert into recovery_codes (account_id, code_hash) select account_id, '\\x66' from accounts`.execute(trx)
    t.equal(await attempt(admin, put), '42501', 'no code of the own making')
    const one = (await db.query<{ id: number }>('select min(account_id) as id from accounts'))[0]?.id ?? 0
    const hijack = (trx: Trx) =>
      sql`update accounts set password_hash = 'x' where account_id <> ${one} returning account_id`.execute(trx)
    const self: DbScope = {
      account_id: one,
      roles: ['unit_clerk'],
      units: [home.unit_id],
      officer_id: null,
      purpose: 'own',
    }
    t.match(await attempt(self, hijack), /"rows":\[\]/, 'the own password is the only one')
  },
)

t.test('one connection, alternating units: nothing of one request is left for the next', async (t) => {
  const pools = await openPools({ ownerUrl: db.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  t.teardown(() => pools.close())
  const single = new pg.Pool({ connectionString: db.ownerUrl, max: 1, options: '-c role=hai_long_app' })
  t.teardown(() => single.end())
  const { Kysely, PostgresDialect } = await import('kysely')
  const app = new Kysely<never>({ dialect: new PostgresDialect({ pool: single }) }) as unknown as typeof pools.app
  const seen = await Promise.all(
    Array.from({ length: 60 }, async (_, turn) => {
      const office = turn % 2 === 0 ? home : away
      const scope = turn % 3 === 2 ? (callers.nobody as DbScope) : unitScope('unit_leader', office)
      const rows = await withScope(app, scope, async (trx) => {
        if (turn % 7 === 3) throw new Error('a request that fails')
        return trx.selectFrom('counters').select('unit_id').distinct().execute()
      }).catch(() => 'failed' as const)
      return { turn, expected: turn % 7 === 3 ? 'failed' : scope.units === 'all' ? [] : scope.units, rows }
    }),
  )
  for (const { turn, expected, rows } of seen) {
    t.same(rows === 'failed' ? rows : rows.map(({ unit_id }) => unit_id), expected, `turn ${turn}`)
  }
  const { rows } = await single.query('select count(*)::int as n from counters')
  t.same(rows, [{ n: 0 }], 'outside a scope there is nothing')
})
