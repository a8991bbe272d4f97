/** Imports: what is shown is what is done, as a whole or not at all, once, and by whom it may be. */
import t from 'tap'
import { newToken } from '../../server/secrets.ts'
import { insertSession, logIn, startTestApp } from '../support/app.ts'
import { apply, bring, countsOf, csv, rowsOf, settled, told, workbook } from '../support/import-files.ts'
import { holdTable } from '../support/locks.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const administrator = await api.staff('administrator')
const list = async (noun: string, unit: string) =>
  (await administrator.get(`/api/v1/${noun}?unit_id=${unit}`)).body.items

t.test('no log-in, wrong role, wrong unit', async (t) => {
  const file = { file_name: 'x.csv', content: csv('counter;visits').toString('base64') }
  refused(t, await api.stranger.post('/api/v1/imports', file), 401, 'login_required')
  for (const role of ['commission', 'inspector'] as const) {
    refused(t, await (await api.staff(role)).post('/api/v1/imports', file), 403, 'forbidden')
  }
  const [home, away] = [await createOffice(api.db, { name: 'Xã Nhà' }), await createOffice(api.db, { name: 'Xã Xa' })]
  const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })
  const rows = ['Xã Nhà;Quầy 1;20/11/2026;3', 'Xã Xa;Quầy 1;20/11/2026;3', ';Quầy 1;21/11/2026;3']
  const { body } = await bring(clerk, csv('unit;counter;day;visits', ...rows))
  t.same(told(body), ['3 unit unit_unknown'], 'another unit is not even there; the own one need not be named')
  refused(t, await clerk.get(`/api/v1/exports?noun=visits&format=csv&unit_id=${away.unit_id}`), 404, 'not_found')
  refused(t, await clerk.get('/api/v1/exports?noun=accounts&format=csv'), 403, 'forbidden')
  refused(t, await clerk.get('/api/v1/import-templates?noun=units&format=xlsx'), 403, 'forbidden')
  refused(t, await administrator.get('/api/v1/import-templates?format=csv'), 400, 'invalid_query')
  const other = await api.staff('unit_clerk', { unit_id: home.unit_id })
  for (const call of ['', '/rows'])
    refused(t, await other.get(`/api/v1/imports/${body.import_id}${call}`), 404, 'not_found')
  refused(t, await other.delete(`/api/v1/imports/${body.import_id}`), 404, 'not_found')
  refused(t, await other.post(`/api/v1/imports/${body.import_id}/apply`, { plan: body.plan }), 404, 'not_found')
  refused(t, await clerk.post(`/api/v1/imports/${body.import_id}/links`), 403, 'forbidden')
  const reader = await api.staff('unit_clerk', { unit_id: away.unit_id })
  const exported = await reader.get('/api/v1/exports?noun=counters&format=csv')
  t.notMatch(String(exported.body), 'Xã Nhà')
  t.match(String(exported.body), 'Xã Xa')
})

t.test(
  'one workbook brings communes in with counters, officers, accounts and roster; twice changes nothing',
  async (t) => {
    const communes = Array.from({ length: 75 }, (_, i) => `Xã Thứ ${i + 1}`)
    const file = workbook([
      // Not in the order in which they refer to each other.
      {
        name: 'Phân công',
        rows: [
          ['Đơn vị', 'Quầy', 'Cán bộ', 'Bắt đầu', 'Kết thúc'],
          ...communes.map((unit) => [unit, 'Quầy 1', `Cán bộ ${unit}`, '01/12/2026 07:30', null]),
        ],
      },
      {
        name: 'Đơn vị',
        rows: [['Mã đơn vị', 'Tên đơn vị', 'Loại'], ...communes.map((unit, i) => [`C${i}`, unit, 'Xã'])],
      },
      {
        name: 'Quầy',
        rows: [['Đơn vị', 'Tên quầy', 'Lĩnh vực'], ...communes.map((unit) => [unit, 'Quầy 1', 'Hộ tịch'])],
      },
      {
        name: 'Cán bộ',
        rows: [
          ['Mã đơn vị', 'Mã cán bộ', 'Họ và tên', 'Ngày ký cam kết'],
          ...communes.map((unit, i) => [`C${i}`, `CB-${i}`, `Cán bộ ${unit}`, { xml: '<v>45884</v>', style: 1 }]),
        ],
      },
      {
        name: 'Tài khoản',
        rows: [
          ['username', 'role', 'unit', 'officer'],
          ...communes.flatMap((unit, i) => [
            [`lanhdao.${i}`, 'Lãnh đạo đơn vị', unit, null],
            [`canbo.${i}`, 'Cán bộ', unit, `Cán bộ ${unit}`],
            [`canbo.${i}`, 'Cán bộ đầu mối', unit, null],
          ]),
        ],
      },
    ])
    const shown = await bring(administrator, file, '75 xã.xlsx')
    t.same(countsOf(shown.body), {
      units: [75, 0, 0, 0],
      counters: [75, 0, 0, 0],
      officers: [75, 0, 0, 0],
      accounts: [225, 0, 0, 0],
      assignments: [75, 0, 0, 0],
    })
    t.equal((await api.db.query(`select from units where code like 'C%'`)).length, 0, 'nothing is written yet')
    const done = await apply(administrator, shown.body)
    t.match(done, { state: 'applied', invitations: 150 })
    const [sums] = await api.db.query(`
    select (select count(*)::int from units where code like 'C%') as units,
           (select count(*)::int from counters join units u using (unit_id) where u.code like 'C%') as counters,
           (select count(*)::int from officers where code like 'CB-%' and signed_on = '2025-08-15') as officers,
           (select count(*)::int from assignments a join units u using (unit_id) where u.code like 'C%'
              and during = tstzrange('2026-12-01T07:30+07', null)) as assignments,
           (select count(*)::int from account_roles r join units u using (unit_id) where u.code like 'C%') as grants,
           (select count(*)::int from accounts where username like 'canbo.%' and password_hash is null) as accounts`)
    t.same(sums, { units: 75, counters: 75, officers: 75, assignments: 75, grants: 225, accounts: 75 })

    const links = await administrator.post(`/api/v1/imports/${done.import_id}/links`)
    t.equal(links.body.items.length, 150)
    const [first] = links.body.items
    t.match(first, { username: 'canbo.0', unit: 'Xã Thứ 1', officer: 'Cán bộ Xã Thứ 1' })
    const use = { token: first.token, password: 'bốn con mèo đen ngủ' }
    t.equal((await api.stranger.post('/api/v1/account-links/use', use)).status, 200)
    const again = await administrator.post(`/api/v1/imports/${done.import_id}/links`)
    t.equal(again.body.items.length, 149, 'whoever has a password is not invited again')
    const old = { token: links.body.items[1].token }
    refused(t, await api.stranger.post('/api/v1/account-links/look', old), 403, 'account_link_refused')
    t.notMatch(JSON.stringify(await api.db.query('select * from imports')), first.token, 'no secret is kept')

    const twice = await bring(administrator, file, '75 xã.xlsx')
    t.same(
      Object.values(countsOf(twice.body)).flatMap(([made, changed, , error]) => [made, changed, error]),
      Array(15).fill(0),
    )
    const stamp = () => api.db.query('select sum(version)::int as n, max(unit_id) as last from units')
    const before = await stamp()
    t.match(await apply(administrator, twice.body), { state: 'applied' })
    t.same(await stamp(), before)

    const [line] = await api.db.query<{ detail: Record<string, unknown>; account_id: number }>(
      `select account_id, detail from audit where action = 'import.apply' and subject ->> 'import_id' = $1`,
      [done.import_id],
    )
    t.match(line?.detail, { file_name: '75 xã.xlsx', sha256: done.digest, requeued: 0 })
    t.type(line?.account_id, 'number')
    const [own] = await api.db.query<{ n: number }>(
      `select count(*)::int as n from audit join units u using (unit_id) where u.code = 'C7' and action like 'import.%'`,
    )
    t.equal(own?.n, 5, 'a unit finds what was done to it in its own log, a line for each noun')
  },
)

t.test('all or nothing: one wrong row, and the right ones stay out as well', async (t) => {
  const { body } = await bring(administrator, csv('unit;kind', 'Xã Đúng;Xã', 'Xã Sai;Huyện'))
  refused(
    t,
    await administrator.post(`/api/v1/imports/${body.import_id}/apply`, { plan: body.plan }),
    409,
    'import_state',
  )
  t.equal((await api.db.query(`select from units where name = 'Xã Đúng'`)).length, 0)
  // A breach in the very last statement takes the first ones back.
  const late = await bring(administrator, csv('unit;kind', 'Xã Muộn;Xã'))
  await api.db.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'no' using errcode = '23514'; end $$`)
  await api.db.query(`create trigger refuse before insert on audit for each row
    when (new.action = 'import.units') execute function refuse()`)
  t.match(await apply(administrator, late.body), { state: 'checked' }, 'to be applied again')
  await api.db.query('drop trigger refuse on audit')
  t.equal((await api.db.query(`select from units where name = 'Xã Muộn'`)).length, 0)
  t.equal((await api.db.query(`select from audit where subject ->> 'import_id' = $1`, [late.body.import_id])).length, 0)
})

t.test('what was shown is what is done: another plan, another base, another hand', async (t) => {
  const office = await createOffice(api.db, { counters: 2, officers: 2, name: 'Xã Đổi' })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const file = csv('counter;day;visits', 'Quầy 1;20/11/2026;31', 'Quầy 2;20/11/2026;7')
  const first = await bring(clerk, file)
  const path = `/api/v1/imports/${first.body.import_id}/apply`
  refused(t, await clerk.post(path, { plan: 'f'.repeat(64) }), 409, 'changed_meanwhile')
  await clerk.post('/api/v1/visits', {
    entries: [{ counter_id: String(office.counters[0]), day: '2026-11-20', visits: 30 }],
  })
  refused(t, await clerk.post(path, { plan: first.body.plan }), 409, 'changed_meanwhile')
  t.equal((await clerk.get(`/api/v1/imports/${first.body.import_id}`)).body.state, 'stale')
  refused(t, await clerk.post(path, { plan: first.body.plan }), 409, 'changed_meanwhile')
  t.equal((await api.db.query('select from visits where unit_id = $1', [office.unit_id])).length, 1)

  const second = await bring(clerk, file)
  t.same(countsOf(second.body), { visits: [1, 1, 0, 0] })
  t.match(await rowsOf(clerk, second.body.import_id, 'changed'), [
    { line: 2, label: 'Xã Đổi – Quầy 1, 20/11/2026', changes: [{ column: 'visits', from: '30', to: '31' }] },
  ])
  t.match(await apply(clerk, second.body), { state: 'applied' })
  refused(
    t,
    await clerk.post(`/api/v1/imports/${second.body.import_id}/apply`, { plan: second.body.plan }),
    409,
    'import_state',
  )
  t.match((await bring(clerk, file)).body.sheets, [{ same: 2 }])
})

t.test('stopped while it writes: nothing is in, and the next one goes through', async (t) => {
  const office = await createOffice(api.db, { name: 'Xã Dừng' })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const days = Array.from({ length: 28 }, (_, i) => i + 1)
  const groups = Array.from({ length: 80 }, (_, i) => `Nhóm ${i}`)
  const file = csv(
    'counter;day;procedure_group;visits',
    ...groups.flatMap((g) => days.map((d) => `Quầy 1;${d}/10/2026;${g};1`)),
  )
  const { body } = await bring(clerk, file)
  // Somebody holds a row that the import needs: it waits in the middle of its work.
  const holder = await api.pools.openCountClient()
  await holder.query('begin')
  await holder.query('select pg_advisory_xact_lock(4711)')
  await api.db.query(`create function wait_here() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`)
  await api.db.query(`create trigger wait_here before insert on visits for each row
    when (new.procedure_group = 'Nhóm 60') execute function wait_here()`)
  t.equal((await clerk.post(`/api/v1/imports/${body.import_id}/apply`, { plan: body.plan })).status, 202)
  const twice = await clerk.post(`/api/v1/imports/${body.import_id}/apply`, { plan: body.plan })
  refused(t, twice, 409, 'import_state', 'not twice at once')
  t.match((await clerk.get(`/api/v1/imports/${body.import_id}`)).body, { state: 'applying', progress: { total: 2240 } })
  t.equal((await clerk.delete(`/api/v1/imports/${body.import_id}`)).status, 204)
  await holder.query('rollback')
  await holder.end()
  t.match(await settled(clerk, body.import_id), { state: 'cancelled' })
  await api.db.query('drop trigger wait_here on visits')
  // The transaction ends a moment after the state is told.
  const next = await bring(clerk, file)
  t.match(await apply(clerk, next.body), { state: 'applied', progress: { total: 2240 } })
  const [row] = await api.db.query<{ n: number }>('select count(*)::int as n from visits where unit_id = $1', [
    office.unit_id,
  ])
  t.equal(row?.n, 2240)
  refused(t, await clerk.delete(`/api/v1/imports/${next.body.import_id}`), 409, 'import_state', 'done is done')
})

t.test(
  'a session that ends takes its import along: nothing of it is written, and it can be applied again',
  async (t) => {
    const office = await createOffice(api.db, { name: 'Xã Dở Dang', counters: 1 })
    const grants = [{ role: 'unit_clerk' as const, unit_id: office.unit_id }]
    const one = await logIn(api, grants)
    const { body } = await bring(api.session(one.token), csv('counter;day;visits', 'Quầy 1;1/10/2026;7'))
    const held = await holdTable(t, api.db, 'visits')
    const url = `/api/v1/imports/${body.import_id}`
    t.equal((await api.session(one.token).post(`${url}/apply`, { plan: body.plan })).status, 202)
    await held.untilSomebodyWaits()
    await api.db.query('delete from sessions where account_id = $1', [one.account_id])
    await held.release()
    const again = newToken()
    await insertSession(api.db, api.clock, one.account_id, again)
    t.match(await settled(api.session(again), body.import_id), { state: 'checked' })
    t.same(await api.db.query('select from visits where unit_id = $1', [office.unit_id]), [])
    t.match(await apply(api.session(again), body), { state: 'applied' })
  },
)

t.test('left by a server that died: untouched, and may be applied again', async (t) => {
  const office = await createOffice(api.db, { name: 'Xã Chết' })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const { body } = await bring(clerk, csv('counter;service', 'Quầy Mới;Đất đai'))
  await api.db.query(`update imports set state = 'applying', done = 1 where import_id = $1`, [body.import_id])
  t.match((await clerk.get(`/api/v1/imports/${body.import_id}`)).body, { state: 'applying' })
  api.clock.advance(61_000)
  t.match((await clerk.get(`/api/v1/imports/${body.import_id}`)).body, { state: 'checked' })
  t.match(await apply(clerk, body), { state: 'applied' })
  t.match(await list('counters', String(office.unit_id)), [
    { name: 'Quầy 1' },
    { name: 'Quầy Mới', service: 'Đất đai' },
  ])
})

t.test('twenty thousand rows, every one of them', async (t) => {
  const office = await createOffice(api.db, { counters: 20, name: 'Xã Lớn' })
  const lines: string[] = []
  for (let i = 0; i < 20_000; i += 1) {
    lines.push(
      `Xã Lớn;Quầy ${1 + (i % 20)};${1 + (Math.floor(i / 20) % 28)}/10/2026;Nhóm ${Math.floor(i / 560)};${i % 997}`,
    )
  }
  const file = csv('unit;counter;day;procedure_group;visits', ...lines)
  const shown = await bring(administrator, file)
  t.same([countsOf(shown.body), told(shown.body).slice(0, 3)], [{ visits: [20_000, 0, 0, 0] }, []])
  t.match(await apply(administrator, shown.body), { state: 'applied', progress: { total: 20_000 } })
  const [sums] = await api.db.query(
    'select count(*)::int as n, sum(visits)::int as visits from visits where unit_id = $1',
    [office.unit_id],
  )
  t.same(sums, { n: 20_000, visits: lines.reduce((sum, _, i) => sum + (i % 997), 0) })
  t.same(countsOf((await bring(administrator, file)).body), { visits: [0, 0, 20_000, 0] })
  const exported = await administrator.get(`/api/v1/exports?noun=visits&format=csv&unit_id=${office.unit_id}`)
  t.equal(String(exported.body).trim().split('\r\n').length, 20_002)
})
