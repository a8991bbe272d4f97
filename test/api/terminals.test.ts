/** /terminals: a code that pairs one tablet once within fifteen minutes, and a revocation that holds from the next request on. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const home = await createOffice(api.db, { counters: 2 })
const away = await createOffice(api.db)
const counter_id = String(home.counters[0])
const clerk = await api.staff('unit_clerk', { unit_id: home.unit_id })
const pair = (pairing_code: string) => api.stranger.post('/api/v1/terminals/pair', { pairing_code })
const make = async (body: Record<string, unknown> = {}) => clerk.post('/api/v1/terminals', { counter_id, ...body })

t.test('no log-in, wrong role, wrong unit', async (t) => {
  refused(t, await api.stranger.get('/api/v1/terminals'), 401, 'login_required')
  refused(t, await (await api.staff('commission')).post('/api/v1/terminals', { counter_id }), 403, 'forbidden')
  const officer = await api.staff('officer', { officer_id: home.officers[0] as number })
  refused(t, await officer.get('/api/v1/terminals'), 403, 'forbidden')
  refused(t, await clerk.post('/api/v1/terminals', { counter_id: String(away.counters[0]) }), 404, 'not_found')
  const foreign = `/api/v1/terminals/${away.tablets[0]?.terminal_id}`
  refused(t, await clerk.patch(foreign, { revoked: true }), 404, 'not_found')
  refused(t, await clerk.post(`${foreign}/pairing-code`), 404, 'not_found')
})

t.test('bad bodies', async (t) => {
  refused(t, await clerk.post('/api/v1/terminals', {}), 400, 'invalid_body')
  refused(t, await make({ name: '' }), 400, 'invalid_body')
  refused(t, await make({ pairing_code: '12345678' }), 400, 'unknown_field')
  const { terminal_id } = (await make()).body
  refused(
    t,
    await clerk.patch(`/api/v1/terminals/${terminal_id}`, { revoked: false }),
    400,
    'invalid_body',
    'never un-revoked',
  )
  refused(t, await clerk.patch(`/api/v1/terminals/${terminal_id}`, { unit_id: '1' }), 400, 'unknown_field')
  refused(t, await clerk.post(`/api/v1/terminals/${terminal_id}/pairing-code`, { code: 'x' }), 400, 'unknown_field')
})

t.test('made, paired by its code, read back', async (t) => {
  const made = await make({ name: 'Máy cửa sổ' })
  t.match(made, {
    status: 201,
    body: {
      terminal_id: String,
      pairing_code: /^[0-9A-HJKMNP-TV-Z]{8}$/,
      pairing_code_expires_at: new Date(api.clock.now() + 15 * 60_000).toISOString(),
      terminal: { name: 'Máy cửa sổ', counter_id, unit_id: String(home.unit_id), state: 'waiting', paired_at: null },
    },
  })
  t.equal((await make()).body.terminal.name, 'Quầy 1', 'named after its counter unless told otherwise')
  const { pairing_code, terminal_id } = made.body
  const typed = ` ${pairing_code.slice(0, 4).toLowerCase()}-${pairing_code.slice(4)} `
  const paired = await pair(typed)
  t.match(paired, {
    status: 201,
    body: { terminal_token: /^[\w-]{43}$/, terminal: { terminal_id, name: 'Máy cửa sổ' } },
  })
  refused(t, await pair(pairing_code), 403, 'pairing_code_refused', 'a code is good once')
  const { items } = (await clerk.get(`/api/v1/terminals?counter_id=${counter_id}`)).body
  t.match(
    items.find((terminal: { terminal_id: string }) => terminal.terminal_id === terminal_id),
    { state: 'paired', paired_at: new Date(api.clock.now()).toISOString(), last_contact_at: null },
  )
  const tablet = api.tablet(paired.body.terminal_token)
  t.equal((await tablet.post('/api/v1/terminal/heartbeat', { queue_length: 3, version: '1.0' })).status, 200)
  const again = (await clerk.get('/api/v1/terminals')).body.items
  t.match(
    again.find((terminal: { terminal_id: string }) => terminal.terminal_id === terminal_id),
    { queue_length: 3, version: '1.0', last_contact_at: String },
  )
  const stored = JSON.stringify(await api.db.query('select * from terminals'))
  t.notOk(stored.includes(pairing_code) || stored.includes(paired.body.terminal_token), 'stored as hashes only')
  const answers = JSON.stringify(again)
  t.notOk(/hash|token/.test(answers), 'and not even those are shown')
})

t.test('after fifteen minutes a code is worth nothing', async (t) => {
  const { pairing_code } = (await make()).body
  api.clock.advance(15 * 60_000)
  refused(t, await pair(pairing_code), 403, 'pairing_code_refused')
})

t.test('another code: the old token works until it is used, then the new one does', async (t) => {
  const made = (await make()).body
  const old = (await pair(made.pairing_code)).body.terminal_token
  const again = await clerk.post(`/api/v1/terminals/${made.terminal_id}/pairing-code`)
  t.match(again, { status: 201, body: { terminal_id: made.terminal_id, terminal: { state: 'paired' } } })
  const third = await clerk.post(`/api/v1/terminals/${made.terminal_id}/pairing-code`, {})
  refused(t, await pair(again.body.pairing_code), 403, 'pairing_code_refused', 'only the newest code is good')
  t.equal((await api.tablet(old).get('/api/v1/terminal')).status, 200)
  const fresh = (await pair(third.body.pairing_code)).body
  t.equal(fresh.terminal.terminal_id, made.terminal_id, 'the same terminal goes on')
  refused(t, await api.tablet(old).get('/api/v1/terminal'), 401, 'terminal_token_invalid')
  t.equal((await api.tablet(fresh.terminal_token).get('/api/v1/terminal')).status, 200)
})

t.test('revoked: from the next request on, for good; what it still sends is kept apart', async (t) => {
  const made = (await make()).body
  const token = (await pair(made.pairing_code)).body.terminal_token
  const tablet = api.tablet(token)
  t.equal((await tablet.get('/api/v1/terminal')).status, 200)
  const waiting = (await clerk.post(`/api/v1/terminals/${made.terminal_id}/pairing-code`)).body.pairing_code
  const revoked = await clerk.patch(`/api/v1/terminals/${made.terminal_id}`, { revoked: true })
  t.match(revoked, { status: 200, body: { state: 'revoked' } })
  refused(t, await tablet.get('/api/v1/terminal'), 401, 'terminal_revoked')
  t.match(await tablet.post('/api/v1/ratings', batch([rating()])), {
    status: 200,
    body: { results: [{ status: 'quarantined' }] },
  })
  refused(t, await pair(waiting), 403, 'pairing_code_refused', 'its unused code died with it')
  refused(t, await clerk.post(`/api/v1/terminals/${made.terminal_id}/pairing-code`), 404, 'not_found')
  const [first] = await api.db.query<{ at: Date }>('select revoked_at as at from terminals where terminal_id = $1', [
    made.terminal_id,
  ])
  api.clock.advance(1000)
  t.equal((await clerk.patch(`/api/v1/terminals/${made.terminal_id}`, { revoked: true })).status, 200)
  t.same(
    await api.db.query('select revoked_at as at from terminals where terminal_id = $1', [made.terminal_id]),
    [first],
    'the first moment stands',
  )
})

t.test('renamed, and every deed in the log without a code', async (t) => {
  const { terminal_id, pairing_code } = (await make()).body
  t.match((await clerk.patch(`/api/v1/terminals/${terminal_id}`, { name: ' Máy 2 ' })).body, { name: 'Máy 2' })
  await clerk.post(`/api/v1/terminals/${terminal_id}/pairing-code`)
  await clerk.patch(`/api/v1/terminals/${terminal_id}`, { revoked: true })
  t.equal((await clerk.patch(`/api/v1/terminals/${terminal_id}`, {})).status, 200)
  const log = await api.db.query(
    `select action, subject, detail from audit where subject->>'terminal_id' = $1 order by audit_id`,
    [terminal_id],
  )
  t.match(log, [
    { action: 'terminal.create' },
    { action: 'terminal.rename' },
    { action: 'terminal.code' },
    { action: 'terminal.revoke' },
  ])
  t.equal(log.length, 4)
  t.notOk(JSON.stringify(log).includes(pairing_code))
})
