/** The audit log: read by whoever may, changed by nobody, and every way of changing it all the same is found. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Head, sealOf } from '../../server/audit/chain.ts'
import { keepHead, parseHead, readKeptHead } from '../../server/audit/head-file.ts'
import { sealLot, startSealing } from '../../server/audit/sealer.ts'
import { verifyAudit } from '../../server/audit/verify.ts'
import type { CommandContext } from '../../server/bin/command.ts'
import * as auditHead from '../../server/bin/commands/audit-head.ts'
import * as verifyCommand from '../../server/bin/commands/verify-audit.ts'
import { digestIds, sumExclusions } from '../../server/count/rule-log.ts'
import { insertAudit } from '../../server/queries/audit.ts'
import { withScope } from '../../server/queries/database.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const scope = { account_id: null, roles: ['administrator'], units: 'all', officer_id: null } as const

/** Writes `n` deeds, each in a transaction of its own. */
async function act(api: TestApp, n: number): Promise<void> {
  for (let deed = 0; deed < n; deed += 1) {
    await withScope(api.pools.app, scope, (trx) =>
      insertAudit(trx, { account_id: null, action: 'test.deed', unit_id: null, subject: { deed }, at: new Date() }),
    )
  }
}

async function withClient<T>(
  api: TestApp,
  work: (client: Awaited<ReturnType<TestApp['pools']['openCountClient']>>) => Promise<T>,
) {
  const client = await api.pools.openCountClient()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
const seal = (api: TestApp) => withClient(api, (client) => sealLot(client, api.keys.audit))
const check = (api: TestApp, heads: Head[] = []) =>
  withClient(api, (client) => verifyAudit(client, api.keys.audit, heads))

// One server for all that only needs a log of its own.
// Processes are started and killed; a busy machine needs longer than the default.
t.setTimeout(300_000)
const api = await startTestApp(t)

/** Eight deeds, sealed; what was done to them then, and what `verifyAudit` says of it. */
async function tampered(t: Test, deed: string, sealAgain = false) {
  await api.db.query('truncate audit, audit_inbox, audit_seals restart identity')
  await act(api, 8)
  const head = (await seal(api)) as Head
  t.match(await check(api, [head]), { seals: 8, problems: [] }, 'whole before')
  // As the owner of the tables, or whoever took the disk away.
  await api.db.query(deed)
  if (sealAgain) await rechain(api)
  const flaws = async (heads: Head[]) => (await check(api, heads)).problems.map(({ flaw, at }) => `${flaw} ${at}`)
  return { head, alone: await flaws([]), withHead: await flaws([head]) }
}

/** Whoever has stolen the key as well seals everything anew. */
async function rechain(api: TestApp): Promise<void> {
  await api.db.query('delete from audit_seals')
  await api.db.query('delete from audit_inbox')
  await api.db.query('insert into audit_inbox select audit_id from audit')
  await seal(api)
}

t.test('an edit, a deletion in the middle, a swap: found by the chain alone', async (t) => {
  const edit = await tampered(t, `update audit set detail = '{"harmless": true}' where audit_id = 4`)
  t.same(edit.alone, ['altered 4'])
  const who = await tampered(
    t,
    `update audit set happened_at = happened_at + interval '1 microsecond' where audit_id = 8`,
  )
  t.same(who.alone, ['altered 8'], 'by a microsecond, in the last row')
  const both = await tampered(
    t,
    `do $$ begin delete from audit_seals where audit_id = 4; delete from audit where audit_id = 4; end $$`,
  )
  t.same(both.alone, ['missing 4', 'altered 5'])
  const closed = await tampered(
    t,
    `do $$ begin delete from audit_seals where audit_id = 4; delete from audit where audit_id = 4;
       update audit_seals set seal_number = seal_number - 1 where seal_number > 4; end $$`,
  )
  t.same(
    closed.alone,
    ['altered 4', 'altered 5', 'altered 6', 'altered 7'],
    'and when the numbers are closed up behind it',
  )
  const swap = await tampered(
    t,
    `do $$ begin update audit set subject = '{"deed": 99}' where audit_id = 3;
       update audit set subject = '{"deed": 2}' where audit_id = 4;
       update audit set subject = '{"deed": 3}' where audit_id = 3; end $$`,
  )
  t.same(swap.alone, ['altered 3', 'altered 4'])
  const order = await tampered(
    t,
    `do $$ begin update audit_seals set seal_number = 100 where seal_number = 3;
       update audit_seals set seal_number = 3 where seal_number = 4;
       update audit_seals set seal_number = 4 where seal_number = 100; end $$`,
  )
  t.match(order.alone, ['altered 3', 'altered 4', 'altered 5'], 'seals exchanged')
  const sneaked = await tampered(t, `insert into audit (action) values ('account.create')`)
  t.same(sneaked.alone, ['unsealed 9'], 'a row put in past the server')
})

t.test('a cut end and a forgery sealed with the stolen key: found against a head that was kept', async (t) => {
  const cut = await tampered(
    t,
    `do $$ begin delete from audit_seals where audit_id > 6; delete from audit where audit_id > 6; end $$`,
  )
  t.same(cut.alone, [], 'a shorter chain is whole in itself')
  t.same(cut.withHead, ['cut 8'])
  await act(api, 3)
  await seal(api)
  t.same((await check(api, [cut.head])).problems, [{ flaw: 'forged', at: 8 }], 'and after it has grown again')
  const forged = await tampered(t, `update audit set detail = '{"harmless": true}' where audit_id = 4`, true)
  t.same(forged.alone, [])
  t.same(forged.withHead, ['forged 8'])
  t.notOk(
    sealOf(Buffer.alloc(32, 1), 1, null, 'x').equals(sealOf(Buffer.alloc(32, 2), 1, null, 'x')),
    'without the key no seal can be made',
  )
})

t.test('what is rolled back leaves no gap, what commits late is sealed late', async (t) => {
  await api.db.query('truncate audit, audit_inbox, audit_seals restart identity')
  const late = api.pools.app.transaction().execute(async (trx) => {
    await insertAudit(trx, { account_id: null, action: 'late.deed', unit_id: null, subject: {}, at: new Date() })
    await act(api, 2)
    await seal(api)
  })
  await late
  await withScope(api.pools.app, scope, async (trx) => {
    await insertAudit(trx, { account_id: null, action: 'never.deed', unit_id: null, subject: {}, at: new Date() })
    throw new Error('the deed fails')
  }).catch(() => {})
  t.match(await check(api), { seals: 2, waiting: 1, problems: [] }, 'the late one waits')
  await act(api, 1)
  await seal(api)
  t.match(await check(api), { seals: 4, waiting: 0, problems: [] })
  t.same(
    (await api.db.query<{ audit_id: number }>('select audit_id from audit_seals order by seal_number')).map(
      ({ audit_id }) => Number(audit_id),
    ),
    [2, 3, 1, 5],
    'in the order in which they could be seen',
  )
})

t.test('two sealers, and one killed again and again: no number twice, none left out', async (t) => {
  await api.db.query('truncate audit, audit_inbox, audit_seals restart identity')
  const start = (): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../support/seal-process.ts')], {
      env: { ...process.env, TEST_SEAL_URL: api.db.ownerUrl, TEST_SEAL_KEY: api.keys.audit.toString('hex') },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const sealed = (process: ChildProcess) => new Promise((resolve) => process.stdout?.once('data', resolve))
  let writing = true
  const writer = (async () => {
    while (writing) await act(api, 1)
  })()
  for (let kill = 0; kill < 2; kill += 1) {
    const [one, two] = [start(), start()]
    await Promise.race([sealed(one), sealed(two)])
    await wait(kill * 7)
    one.kill('SIGKILL')
    two.kill('SIGKILL')
    t.same((await check(api)).problems, [], `whole after kill ${kill + 1}`)
  }
  writing = false
  await writer
  const heads: Head[] = []
  const own = startSealing({
    pools: api.pools,
    key: api.keys.audit,
    log: api.app.log,
    onSealed: (head) => heads.push(head),
  })
  // The lock of the killed one goes when PostgreSQL notices that it is dead.
  while ((await check(api)).waiting > 0) await wait(50)
  await own.stop()
  const { seals, waiting, problems } = await check(api, heads)
  t.same(problems, [])
  t.equal(waiting, 0)
  const [row] = await api.db.query<{ n: number }>('select count(*)::int as n from audit')
  t.equal(seals, row?.n)
  t.ok(seals > 10)
  t.equal(heads.at(-1)?.seals, seals, 'the head is told')
})

t.test('manage audit-head and verify-audit: exit codes, and words that say what is wrong', async (t) => {
  await api.db.query('truncate audit, audit_inbox, audit_seals restart identity')
  const dir = mkdtempSync(join(tmpdir(), 'hai-long-audit-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const lines: string[] = []
  const run = async (command: typeof auditHead | typeof verifyCommand, values: Record<string, string> = {}) => {
    lines.length = 0
    return command.run({
      openPools: async () => api.pools,
      print: (line: string) => lines.push(line),
      values,
      keys: api.keys,
      config: { dataDir: dir },
    } as unknown as CommandContext)
  }
  await act(api, 3)
  keepHead(dir, (await seal(api)) as Head)
  await run(auditHead)
  const file = join(dir, 'kept elsewhere')
  writeFileSync(file, `${lines[0]}\n`)
  t.match(JSON.parse(readFileSync(file, 'utf8')), { seals: 3, mac: /^[0-9a-f]{64}$/ })
  t.equal(await run(verifyCommand, { head: file }), 0)
  t.match(lines, [/^3 seals, 0 rows waiting/, 'The audit log is whole.'])
  writeFileSync(file, `${readKeptHead(dir)?.seals}-${readKeptHead(dir)?.mac}`)
  t.equal(await run(verifyCommand, { head: file }), 0, 'as it is printed on a report')
  await api.db.query(
    `do $$ begin delete from audit_seals where audit_id = 3; delete from audit where audit_id = 3; end $$`,
  )
  t.equal(await run(verifyCommand), 1, 'the file beside the database is enough to see a cut end')
  t.match(lines, [/^PROBLEM cut: the log ends before seal 3/, /compared with 3/, '1 problems.'])
  await t.rejects(run(verifyCommand, { head: join(dir, 'nowhere') }), { name: 'OperatorError' })
  t.throws(() => parseHead('{"seals": 1}'))
  t.throws(() => parseHead('1-abc'))
  t.throws(() => parseHead(`-1-${'a'.repeat(64)}`))
})

t.test('who reads it: administrators and inspectors all, a leader what was done in the own unit', async (t) => {
  const api = await startTestApp(t)
  const [home, away] = [await createOffice(api.db), await createOffice(api.db)]
  const leader = await api.staff('unit_leader', { unit_id: home.unit_id })
  const other = await api.staff('unit_leader', { unit_id: away.unit_id })
  const admin = await api.staff('administrator')
  const inspector = await api.staff('inspector')
  await leader.post('/api/v1/counters', { unit_id: String(home.unit_id), name: 'Quầy thử' })
  await other.post('/api/v1/counters', { unit_id: String(away.unit_id), name: 'Quầy thử' })
  await admin.post('/api/v1/units', { name: 'Xã mới', kind: 'commune' })
  await seal(api)
  refused(t, await api.stranger.get('/api/v1/audit'), 401, 'login_required')
  for (const role of ['commission', 'unit_clerk', 'officer'] as const) {
    const reach = role === 'officer' ? { officer_id: home.officers[0] as number } : { unit_id: home.unit_id }
    refused(t, await (await api.staff(role, reach)).get('/api/v1/audit'), 403, 'forbidden', role)
  }
  const own = (await leader.get('/api/v1/audit')).body.items
  t.match(own, [
    {
      action: 'counter.create',
      account: { username: /^unit_leader/ },
      unit: { unit_id: String(home.unit_id) },
      seal_number: Number,
    },
  ])
  t.equal(own.length, 1)
  const counter = own[0].subject.counter_id
  t.same(own[0].names, { [`counter_id ${counter}`]: 'Quầy thử' }, 'what the id means')
  refused(t, await leader.get(`/api/v1/audit?unit_id=${away.unit_id}`), 404, 'not_found')
  for (const reader of [admin, inspector]) {
    const all = (await reader.get('/api/v1/audit')).body.items
    t.same(
      all.map(({ action }: { action: string }) => action),
      ['unit.create', 'counter.create', 'counter.create'],
      'newest first',
    )
    t.ok(all.every(({ account }: { account: { username: string } }) => account.username))
  }
  const asked = async (query: string) => (await admin.get(`/api/v1/audit?${query}`)).body
  t.equal((await asked(`unit_id=${away.unit_id}`)).items.length, 1)
  t.equal((await asked('action=counter')).items.length, 2)
  t.equal((await asked('action=unit.create')).items.length, 1)
  t.equal((await asked('from=2026-11-24&to=2026-11-24')).items.length, 3)
  t.equal((await asked('from=2026-11-25&to=2026-11-25')).items.length, 0)
  t.equal((await asked(`account_id=${own[0].account.account_id}`)).items.length, 1)
  const first = await asked('limit=2')
  t.equal((await asked(`limit=2&cursor=${first.next_cursor}`)).items.length, 1)
  refused(t, await admin.get('/api/v1/audit?from=2026-11-25&to=2026-11-24'), 400, 'invalid_range')
  refused(t, await admin.get(`/api/v1/audit?action=${encodeURIComponent("x' or 1")}`), 400, 'invalid_query')
  const head = (await leader.get('/api/v1/audit/head')).body
  t.match(head, { seals: 3, head: `3-${head.mac}` })
  t.same(parseHead(head.head), { seals: 3, mac: head.mac })

  const [mine, theirs] = [home.officers[0] as number, away.officers[0] as number]
  const places = [{ counter_id: home.counters[0], officer_id: mine, instead_of: null }]
  await withScope(api.pools.app, scope, (trx) =>
    insertAudit(trx, {
      account_id: null,
      action: 'test.named',
      unit_id: home.unit_id,
      subject: { officer_id: theirs },
      detail: { places, predecessors: [away.unit_id], counter_id: 'none', before: { officer_id: null } },
      at: new Date(),
    }),
  )
  const told = async (reader: typeof leader) =>
    (await reader.get('/api/v1/audit?action=test.named')).body.items.map(({ names }: { names: object }) => names)
  const nameOf = async ({ unit_id }: typeof home) =>
    (await api.db.query<{ name: string }>('select name from units where unit_id = $1', [unit_id]))[0]?.name ?? ''
  const counterName = { [`counter_id ${home.counters[0]}`]: 'Quầy 1' }
  const officerName = { [`officer_id ${mine}`]: `${await nameOf(home)}: cán bộ 1` }
  const unitName = { [`predecessors ${away.unit_id}`]: await nameOf(away) }
  t.same(await told(leader), [{ ...counterName, ...officerName }], 'names of the own unit alone')
  t.same(await told(inspector), [{ ...counterName, ...unitName }], 'inspectors see no officers: ids stay ids')
  t.same(await told(admin), [
    { ...counterName, ...officerName, ...unitName, [`officer_id ${theirs}`]: `${await nameOf(away)}: cán bộ 1` },
  ])
})

t.test(
  'what a rule sets aside is one row per rule and run, with count and digest, and no moment of a visit',
  async (t) => {
    const api = await startTestApp(t)
    const office = await createOffice(api.db)
    await assign(api.db, office.counters[0] as number, office.officers[0] as number, '2026-11-01T08:00:00+07:00')
    const taps = [0, 1, 2, 3].map((second) => rating({ rated_at: `2026-11-24T09:30:0${second}+07:00` }))
    await api.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(taps))
    await api.count()
    const ids = (await api.db.query<{ rating_id: string }>('select rating_id from verdicts where set_aside <> 0')).map(
      (row) => row.rating_id,
    )
    t.ok(ids.length > 0)
    const rows = await api.db.query<{
      action: string
      detail: { count: number; digest: string }
      unit_id: null
      happened_at: Date
    }>(`select action, subject, detail, unit_id, account_id, happened_at from audit`)
    t.match(rows, [
      {
        action: 'rule.set_aside',
        subject: { rule: String, rules_version: Number },
        detail: { count: ids.length, digest: digestIds(ids) },
        unit_id: null,
        account_id: null,
      },
    ])
    t.equal(rows.length, 1)
    t.equal((rows[0]?.happened_at.getTime() ?? 1) % 3_600_000, 0, 'by the hour')
    await api.count()
    t.match(await api.db.query('select count(*) as n from audit'), [{ n: 1 }], 'counting again notes nothing again')
    await seal(api)
    t.same((await check(api)).problems, [])

    const before = new Map([
      ['a', { set_aside: 1 }],
      ['b', { set_aside: 0 }],
      ['c', { set_aside: null }],
    ])
    const sums = sumExclusions(
      [
        { rating_id: 'a', set_aside: 0 },
        { rating_id: 'b', set_aside: 2 },
        { rating_id: 'c', set_aside: 2 },
      ],
      before,
    )
    t.match(sums, [
      { action: 'rule.take_back', rule: 'too_soon', ids: ['a'] },
      { action: 'rule.set_aside', rule: 'burst', ids: ['b', 'c'] },
    ])
    t.equal(digestIds(['b', 'a']), digestIds(['a', 'b']))
  },
)
