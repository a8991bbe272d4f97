/** /counters: made, renamed and closed by those who keep the unit's roster; a name once per unit; nothing closed that is in use. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { assign, createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const home = await createOffice(api.db, { counters: 2 })
const away = await createOffice(api.db)
const unit_id = String(home.unit_id)
const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })
const leader = await api.staff('unit_leader', { unit_id: home.unit_id })
const admin = await api.staff('administrator')

t.test('no log-in, wrong role, wrong unit', async (t) => {
  refused(t, await api.stranger.post('/api/v1/counters', {}), 401, 'login_required')
  const commission = await api.staff('commission')
  refused(t, await commission.post('/api/v1/counters', { unit_id, name: 'X' }), 403, 'forbidden')
  refused(t, await clerk.post('/api/v1/counters', { unit_id: String(away.unit_id), name: 'X' }), 404, 'not_found')
  refused(t, await clerk.patch(`/api/v1/counters/${away.counters[0]}`, { name: 'X' }), 404, 'not_found')
  refused(t, await clerk.get(`/api/v1/counters?unit_id=${away.unit_id}`), 404, 'not_found')
})

t.test('bad bodies', async (t) => {
  refused(t, await clerk.post('/api/v1/counters', { unit_id }), 400, 'invalid_body')
  refused(
    t,
    await clerk.post('/api/v1/counters', { unit_id: home.unit_id, name: 'X' }),
    400,
    'invalid_body',
    'a number',
  )
  refused(t, await clerk.post('/api/v1/counters', { unit_id, name: 'X', active: false }), 400, 'unknown_field')
  refused(
    t,
    await clerk.patch(`/api/v1/counters/${home.counters[0]}`, { unit_id }),
    400,
    'unknown_field',
    'never moved',
  )
})

t.test('made, read back, renamed, in the log', async (t) => {
  const made = await clerk.post('/api/v1/counters', { unit_id, name: 'Quầy đặc biệt', service: 'Đất đai' })
  t.match(made, {
    status: 201,
    body: { counter_id: String, unit_id, name: 'Quầy đặc biệt', service: 'Đất đai', active: true },
  })
  const { items } = (await leader.get('/api/v1/counters')).body
  t.ok(items.some((counter: { counter_id: string }) => counter.counter_id === made.body.counter_id))
  t.ok(items.every((counter: { unit_id: string }) => counter.unit_id === unit_id))
  const renamed = await leader.patch(`/api/v1/counters/${made.body.counter_id}`, { name: 'Quầy 9', service: null })
  t.match(renamed, { status: 200, body: { name: 'Quầy 9', service: null } })
  t.match(
    await api.db.query(`select action from audit where subject->>'counter_id' = $1 order by 1`, [made.body.counter_id]),
    [{ action: 'counter.change' }, { action: 'counter.create' }],
  )
})

t.test('a name once per unit among open counters, whatever its case and way of composing accents', async (t) => {
  const name = 'Quầy Cấp Đổi'
  const first = await clerk.post('/api/v1/counters', { unit_id, name })
  refused(t, await clerk.post('/api/v1/counters', { unit_id, name: name.toLowerCase() }), 409, 'name_taken')
  refused(t, await clerk.post('/api/v1/counters', { unit_id, name: name.normalize('NFD') }), 409, 'name_taken')
  t.equal((await admin.post('/api/v1/counters', { unit_id: String(away.unit_id), name })).status, 201, 'not elsewhere')
  t.equal((await clerk.patch(`/api/v1/counters/${first.body.counter_id}`, { active: false })).status, 200)
  t.equal((await clerk.post('/api/v1/counters', { unit_id, name })).status, 201, 'a closed one frees its name')
  refused(t, await clerk.patch(`/api/v1/counters/${first.body.counter_id}`, { active: true }), 409, 'name_taken')
})

t.test('a counter in use is not closed', async (t) => {
  const [counter, officer, tablet] = [home.counters[0], home.officers[0], home.tablets[0]]
  await assign(api.db, counter as number, officer as number, '2026-11-01T08:00:00+07:00')
  const close = () => clerk.patch(`/api/v1/counters/${counter}`, { active: false })
  t.same(refused(t, await close(), 409, 'in_use'), { terminals: 1, assignments: 1 })
  await clerk.patch(`/api/v1/terminals/${tablet?.terminal_id}`, { revoked: true })
  t.same(refused(t, await close(), 409, 'in_use'), { terminals: 0, assignments: 1 })
  await api.db.query(`update assignments set during = tstzrange(lower(during), '2026-11-20') where counter_id = $1`, [
    counter,
  ])
  t.match(await close(), { status: 200, body: { active: false } })
  t.match(await clerk.patch(`/api/v1/counters/${counter}`, { active: true }), { status: 200, body: { active: true } })
})
