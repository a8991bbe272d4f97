/** The first administrator: by a one-time link, once, within an hour, and never again. */
import t, { type Test } from 'tap'
import { createSetupLink } from '../../server/queries/setup.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

const password = 'bốn con mèo đen ngủ'
const setUp = (api: TestApp, token: string, username = 'admin.tinh', given = password) =>
  api.stranger.post('/api/v1/setup', { token, username, password: given })

const start = async (t: Test) => {
  const api = await startTestApp(t)
  const link = await createSetupLink(api.pools, api.clock)
  return { api, token: link?.token as string, expiresAt: link?.expiresAt as Date }
}

t.test('bad bodies, guesses and weak passwords make nobody and spend nothing', async (t) => {
  const { api, token } = await start(t)
  t.equal((await api.stranger.post('/api/v1/setup', { token })).body.error.code, 'invalid_body')
  t.equal((await setUp(api, token, 'no spaces allowed')).body.error.code, 'invalid_body')
  t.match(await setUp(api, 'guess'), { status: 403, body: { error: { code: 'setup_link_refused' } } })
  t.match(await setUp(api, 'guess', 'admin.tinh', 'weak'), { body: { error: { code: 'setup_link_refused' } } })
  const weak = await setUp(api, token, 'admin.tinh', 'sonla123456')
  t.match(weak, { status: 400, body: { error: { code: 'password_too_weak', details: { flaw: 'too_short' } } } })
  t.match(weak.body.error.message, /at least 15/)
  t.match(await setUp(api, token, 'admin.tinh', 'admin.tinh la toi day'), {
    body: { error: { details: { flaw: 'contains_username' } } },
  })
  t.equal((await setUp(api, token)).status, 201)
})

t.test('success: logged in as administrator, link and hash worth nothing afterwards, written in the log', async (t) => {
  const { api, token } = await start(t)
  const done = await setUp(api, token)
  t.match(done, { status: 201, body: { account: { username: 'admin.tinh', unit: null }, roles: ['administrator'] } })
  const cookie = String(done.headers['set-cookie']).split(';')[0] as string
  t.equal((await api.stranger.get('/api/v1/session', { cookie })).status, 200)
  t.equal((await api.stranger.get('/api/v1/accounts', { cookie })).body.items.length, 1)
  t.match(await setUp(api, token, 'second.one'), { status: 403, body: { error: { code: 'setup_link_refused' } } })
  t.equal(await createSetupLink(api.pools, api.clock), null, 'no further link is made')
  const [{ rows } = { rows: '' }] = await api.db.query<{ rows: string }>(
    'select json_agg(l)::text as rows from setup_links l',
  )
  t.notOk(rows.includes(token), 'the token is not stored')
  t.match(await api.db.query('select action, account_id from audit'), [{ action: 'account.create', account_id: null }])
})

t.test('after sixty minutes it is over', async (t) => {
  const { api, token, expiresAt } = await start(t)
  api.clock.set(expiresAt.getTime() - 1)
  t.equal((await setUp(api, token, 'x')).status, 400, 'still looked at')
  api.clock.set(expiresAt.getTime())
  t.equal((await setUp(api, token)).body.error.code, 'setup_link_refused')
})

t.test('of several links used at the same moment one makes the administrator', async (t) => {
  const { api, token } = await start(t)
  const second = await createSetupLink(api.pools, api.clock)
  const answers = await Promise.all([
    ...[1, 2, 3].map((turn) => setUp(api, token, `first.${turn}`)),
    ...[1, 2, 3].map((turn) => setUp(api, second?.token ?? '', `second.${turn}`)),
  ])
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.ok(answers.every(({ status }) => status === 201 || status === 403))
  t.match(await api.db.query('select count(*) as n from account_roles'), [{ n: 1 }])
})

t.test('when the only administrator is gone, a link can be made again', async (t) => {
  const { api, token } = await start(t)
  await setUp(api, token)
  await api.db.query('update accounts set active = false')
  const link = await createSetupLink(api.pools, api.clock)
  t.equal((await setUp(api, link?.token ?? '', 'next.one')).status, 201)
})
