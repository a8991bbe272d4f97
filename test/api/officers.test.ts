/** /officers: kept by those who keep the unit's roster; an officer sees only themself; nobody leaves who is still assigned. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { assign, createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const home = await createOffice(api.db, { counters: 1, officers: 3 })
const away = await createOffice(api.db)
const unit_id = String(home.unit_id)
const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })

t.test('no log-in, wrong role, wrong unit', async (t) => {
  refused(t, await api.stranger.get('/api/v1/officers'), 401, 'login_required')
  refused(t, await (await api.staff('inspector')).get('/api/v1/officers'), 403, 'forbidden')
  const officer = await api.staff('officer', { officer_id: home.officers[0] as number })
  refused(t, await officer.patch(`/api/v1/officers/${home.officers[0]}`, { name: 'X' }), 403, 'forbidden')
  refused(t, await clerk.post('/api/v1/officers', { unit_id: String(away.unit_id), name: 'X' }), 404, 'not_found')
  refused(t, await clerk.patch(`/api/v1/officers/${away.officers[0]}`, { name: 'X' }), 404, 'not_found')
})

t.test('bad bodies', async (t) => {
  refused(t, await clerk.post('/api/v1/officers', { name: 'X' }), 400, 'invalid_body')
  refused(t, await clerk.post('/api/v1/officers', { unit_id, name: 'X', signed_on: '2023-13-01' }), 400, 'invalid_body')
  refused(t, await clerk.post('/api/v1/officers', { unit_id, name: 'X', score: 5 }), 400, 'unknown_field')
  refused(t, await clerk.post('/api/v1/officers', { unit_id, name: 'X', title: 'x'.repeat(201) }), 400, 'invalid_body')
})

t.test('made, read back, changed, in the log; two may bear one name', async (t) => {
  const body = { unit_id, name: 'Lò Thị Hương', title: 'Công chức tư pháp', signed_on: '2023-05-19' }
  const made = await clerk.post('/api/v1/officers', body)
  t.match(made, { status: 201, body: { ...body, officer_id: String, active: true } })
  const { items } = (await clerk.get(`/api/v1/officers?unit_id=${unit_id}`)).body
  t.same(
    items.find((officer: { officer_id: string }) => officer.officer_id === made.body.officer_id),
    made.body,
  )
  t.equal((await clerk.post('/api/v1/officers', body)).status, 201)
  const changed = await clerk.patch(`/api/v1/officers/${made.body.officer_id}`, { title: null, signed_on: null })
  t.match(changed, { status: 200, body: { name: body.name, title: null, signed_on: null } })
  t.match(
    await api.db.query(`select action from audit where subject->>'officer_id' = $1 order by 1`, [made.body.officer_id]),
    [{ action: 'officer.change' }, { action: 'officer.create' }],
  )
})

t.test('an officer sees themself, and not even how many others there are', async (t) => {
  const self = home.officers[1] as number
  const officer = await api.staff('officer', { officer_id: self })
  const page = (await officer.get('/api/v1/officers')).body
  t.same(
    page.items.map(({ officer_id }: { officer_id: string }) => officer_id),
    [String(self)],
  )
  t.equal(page.next_cursor, null)
})

t.test('who is still assigned does not leave', async (t) => {
  const [counter, officer] = [home.counters[0] as number, home.officers[2] as number]
  await assign(api.db, counter, officer, '2026-11-01T08:00:00+07:00')
  const leave = () => clerk.patch(`/api/v1/officers/${officer}`, { active: false })
  t.same(refused(t, await leave(), 409, 'in_use'), { assignments: 1 })
  const [row] = await api.db.query<{ id: number }>(
    'select assignment_id as id from assignments where officer_id = $1',
    [officer],
  )
  await clerk.patch(`/api/v1/assignments/${row?.id}`, { ends_at: '2026-11-24T10:00:00+07:00' })
  t.match(await leave(), { status: 200, body: { active: false } })
})
