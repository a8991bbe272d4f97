/** /units: read in scope, made and changed by the administrator; paging that neither skips nor repeats. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const home = await createOffice(api.db, { name: 'Xã Nhà' })
const away = await createOffice(api.db, { name: 'Xã Khác' })
const admin = await api.staff('administrator')
const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })

t.test('no log-in, wrong role, wrong unit', async (t) => {
  refused(t, await api.stranger.get('/api/v1/units'), 401, 'login_required')
  refused(t, await clerk.post('/api/v1/units', { name: 'X', kind: 'ward' }), 403, 'forbidden')
  refused(t, await clerk.patch(`/api/v1/units/${away.unit_id}`, {}), 403, 'forbidden')
  refused(t, await admin.patch('/api/v1/units/999999', { name: 'X' }), 404, 'not_found')
})

t.test('bad bodies are told what is wrong, and nothing is made', async (t) => {
  const before = await api.db.query('select count(*) from units')
  const cases: [unknown, string, string][] = [
    [{}, 'invalid_body', '/name'],
    [{ name: 'X' }, 'invalid_body', '/kind'],
    [{ name: '', kind: 'ward' }, 'invalid_body', '/name'],
    [{ name: ' \t ', kind: 'ward' }, 'invalid_body', '/name'],
    [{ name: 'x'.repeat(201), kind: 'ward' }, 'invalid_body', '/name'],
    [{ name: 5, kind: 'ward' }, 'invalid_body', '/name'],
    [{ name: 'X', kind: 'county' }, 'invalid_body', '/kind'],
    [{ name: 'X', kind: 'ward', valid_from: '01/07/2025' }, 'invalid_body', '/valid_from'],
    [{ name: 'X', kind: 'ward', valid_from: '2025-02-29' }, 'invalid_body', '/valid_from'],
    [{ name: 'X', kind: 'ward', valid_to: '0000-01-01' }, 'invalid_body', '/valid_to'],
    [{ name: 'X', kind: 'ward', unit_id: '7' }, 'unknown_field', '/unit_id'],
  ]
  for (const [body, code, path] of cases) {
    const details = refused(t, await admin.post('/api/v1/units', body), 400, code, JSON.stringify(body).slice(0, 60))
    t.match(details, [{ path, problem: String }], path)
  }
  refused(t, await admin.post('/api/v1/units', { name: 'X\0Y', kind: 'ward' }), 400, 'invalid_body', 'a NUL')
  const backwards = { name: 'X', kind: 'ward', valid_from: '2025-07-01', valid_to: '2025-06-30' }
  refused(t, await admin.post('/api/v1/units', backwards), 400, 'validity_backwards')
  t.same(await api.db.query('select count(*) from units'), before)
})

t.test('made, read back, changed, and each deed in the log', async (t) => {
  const made = await admin.post('/api/v1/units', {
    name: '  Phường Chiềng Sinh ',
    kind: 'ward',
    valid_from: '2025-07-01',
  })
  t.match(made, {
    status: 201,
    body: { unit_id: String, name: 'Phường Chiềng Sinh', valid_from: '2025-07-01', valid_to: null },
  })
  const { unit_id } = made.body
  const { items } = (await admin.get('/api/v1/units')).body
  t.same(
    items.find((unit: { unit_id: string }) => unit.unit_id === unit_id),
    made.body,
  )
  const patch = { hotline: '0212 3852 000', duty_leader_name: 'Cầm Thị B', valid_to: '2030-12-31' }
  t.match(await admin.patch(`/api/v1/units/${unit_id}`, patch), {
    status: 200,
    body: { ...made.body, ...patch, version: 2 },
  })
  t.match((await admin.patch(`/api/v1/units/${unit_id}`, { hotline: null })).body, { hotline: null })
  t.equal((await admin.patch(`/api/v1/units/${unit_id}`, {})).status, 200, 'nothing to change is no mistake')
  refused(t, await admin.patch(`/api/v1/units/${unit_id}`, { valid_to: '2025-06-30' }), 400, 'validity_backwards')
  const log = await api.db.query(`select action, unit_id, detail from audit where unit_id = $1 order by audit_id`, [
    unit_id,
  ])
  t.match(log, [
    { action: 'unit.create', detail: { kind: 'ward' } },
    { action: 'unit.change', detail: { before: { hotline: null }, changes: patch } },
    { action: 'unit.change', detail: { changes: { hotline: null } } },
  ])
  t.equal(log.length, 3, 'what was refused or changed nothing is not in it')
})

t.test('everybody sees their own scope', async (t) => {
  const seen = async (caller: typeof admin) =>
    (await caller.get('/api/v1/units')).body.items.map(({ unit_id }: { unit_id: string }) => Number(unit_id))
  const all = (await api.db.query<{ unit_id: number }>('select unit_id from units'))
    .map(({ unit_id }) => unit_id)
    .sort()
  for (const role of ['administrator', 'commission', 'inspector'] as const) {
    t.same((await seen(await api.staff(role))).sort(), all, role)
  }
  for (const role of ['unit_leader', 'unit_clerk'] as const) {
    t.same(await seen(await api.staff(role, { unit_id: home.unit_id })), [home.unit_id], role)
  }
  t.same(await seen(await api.staff('officer', { officer_id: away.officers[0] as number })), [away.unit_id], 'officer')
})

t.test('pages: every row once, also when rows are added in between, and no made-up cursor', async (t) => {
  const names = Array.from({ length: 25 }, (_, index) => `Xã trang ${String(index % 5)}`)
  for (const name of names) await api.db.query(`insert into units (name, kind) values ($1, 'commune')`, [name])
  const all = (await admin.get('/api/v1/units')).body
  t.equal(all.next_cursor, null)
  const gathered: { unit_id: string }[] = []
  let url = '/api/v1/units?limit=7'
  for (let page = 0; url; page += 1) {
    const { body } = await admin.get(url)
    t.ok(body.items.length <= 7)
    gathered.push(...body.items)
    // Sorts before what was already read, so it must not disturb the pages to come.
    if (page === 1) await api.db.query(`insert into units (name, kind) values ('A', 'commune')`)
    url = body.next_cursor === null ? '' : `/api/v1/units?limit=7&cursor=${body.next_cursor}`
  }
  t.same(gathered, all.items, 'same rows, same order')
  for (const limit of ['0', '501', '-1', 'x', '1e1', '']) {
    refused(t, await admin.get(`/api/v1/units?limit=${limit}`), 400, 'invalid_query', `limit ${limit}`)
  }
  refused(t, await admin.get('/api/v1/units?limit=5&limit=6'), 400, 'invalid_query', 'a parameter twice')
  refused(t, await admin.get('/api/v1/units?sort=score'), 400, 'invalid_query', 'an unknown parameter')
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong = [[], ['x'], ['x', '1'], ['x', 1.5], ['x', 0], ['x', 2 ** 40], ['\0', 1], [1, 1], ['x', 1, 1], null, {}]
  for (const cursor of ['x', '%00', ...wrong.map(encode)]) {
    refused(t, await admin.get(`/api/v1/units?cursor=${cursor}`), 400, 'invalid_cursor', `cursor ${cursor}`)
  }
  t.equal((await admin.get('/api/v1/units?cursor=')).status, 400)
})
