/** Log in, stay logged in, log out: what the cookie is, how long it lives, how slow guessing is, and where calls must come from. */
import t, { type Test } from 'tap'
import { hashesDone } from '../../server/password-hashes.ts'
import type { DbScope } from '../../server/queries/database.ts'
import { createAccount } from '../../server/routes/accounts.ts'
import { hashToken } from '../../server/secrets.ts'
import { ORIGIN, startTestApp, type TestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'

const password = 'bốn con mèo đen ngủ'
const operator: DbScope = { account_id: null, roles: ['administrator'], units: 'all', officer_id: null }
const MINUTE = 60_000

let names = 0
async function makeLeader(api: TestApp) {
  names += 1
  const office = await createOffice(api.db)
  const username = `leader.${names}`
  const account = await createAccount(api, operator, {
    username,
    password,
    grants: [{ role: 'unit_leader', unit_id: office.unit_id, officer_id: null }],
  })
  return { username, office, account_id: account.account_id }
}

const logIn = (api: TestApp, username: string, given = password, extra: Record<string, unknown> = {}) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { origin: ORIGIN },
    payload: { username, password: given },
    ...extra,
  })

type Reply = Awaited<ReturnType<typeof logIn>>
const tokenOf = (reply: Reply) => reply.cookies[0]?.value as string
const cookieOf = (reply: Reply) => `${reply.cookies[0]?.name}=${reply.cookies[0]?.value}`
const who = (api: TestApp, cookie: string, headers: Record<string, string> = {}) =>
  api.app.inject({ url: '/api/v1/session', headers: { cookie, ...headers } })

const api = await startTestApp(t)

t.test('no log-in, wrong password, unknown name, disabled account: the same answer', async (t) => {
  const { username, account_id } = await makeLeader(api)
  t.equal((await who(api, '')).json().error.code, 'login_required')
  t.equal((await who(api, '__Host-session=made-up')).json().error.code, 'login_required')
  const wrong = await logIn(api, username, 'not the password at all')
  const unknown = await logIn(api, 'nobody.here')
  await api.db.query('update accounts set active = false where account_id = $1', [account_id])
  const disabled = await logIn(api, username)
  for (const reply of [wrong, unknown, disabled]) {
    t.equal(reply.statusCode, 401)
    t.same(reply.json(), wrong.json())
    t.equal(reply.json().error.code, 'login_failed')
    t.equal(reply.headers['set-cookie'], undefined)
  }
})

t.test('an unknown name costs as much work as a wrong password', async (t) => {
  const { username } = await makeLeader(api)
  const hashesOf = async (name: string) => {
    const before = hashesDone()
    await logIn(api, name, 'not the password at all')
    return hashesDone() - before
  }
  t.equal(await hashesOf(username), 1)
  t.equal(await hashesOf('someone.else'), 1, 'the name that does not exist is compared with a decoy')
})

t.test('bad bodies', async (t) => {
  for (const body of [{}, { username: 'x' }, { username: 1, password: 'y' }, { username: '', password: 'y' }, []]) {
    const reply = await api.stranger.post('/api/v1/session', body)
    t.match({ status: reply.status, code: reply.body.error.code }, { status: 400, code: 'invalid_body' })
  }
  const extra = await api.stranger.post('/api/v1/session', { username: 'x', password: 'y', admin: true })
  t.equal(extra.body.error.code, 'unknown_field')
})

t.test('success: who one is, in a cookie that scripts and other sites never see', async (t) => {
  const { username, office } = await makeLeader(api)
  const reply = await logIn(api, username.toUpperCase())
  t.equal(reply.statusCode, 201)
  t.match(reply.json(), {
    account: { username, unit: { unit_id: String(office.unit_id), name: /^Xã/ }, officer: null },
    roles: ['unit_leader'],
    second_factor: 'due',
    second_factor_due_at: '2026-12-01T03:00:00.000Z',
  })
  const [cookie] = reply.cookies
  t.match(cookie, { name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' })
  t.equal(cookie?.domain, undefined)
  t.ok(tokenOf(reply).length >= 43, '256 bits')
  t.equal(reply.headers['cache-control'], 'no-store')
  t.same((await who(api, cookieOf(reply))).json(), reply.json(), 'GET says the same')
  const stored = await api.db.query<{ hash: Buffer }>('select token_hash as hash from sessions')
  t.ok(stored.some(({ hash }) => hash.equals(hashToken(tokenOf(reply)))))
  const rows = JSON.stringify(await api.db.query('select * from sessions'))
  t.notOk(rows.includes(tokenOf(reply)), 'the token itself is stored nowhere')
})

t.test('an officer sees their own name and unit', async (t) => {
  const office = await createOffice(api.db)
  const [officer_id] = office.officers
  await createAccount(api, operator, {
    username: 'officer.one',
    password,
    grants: [{ role: 'officer', unit_id: null, officer_id: officer_id as number }],
  })
  t.match((await logIn(api, 'officer.one')).json(), {
    account: { officer: { officer_id: String(officer_id) }, unit: { unit_id: String(office.unit_id) } },
    roles: ['officer'],
  })
})

t.test('a new id at every log-in, and the old one dies', async (t) => {
  const { username } = await makeLeader(api)
  const first = await logIn(api, username)
  const second = await logIn(api, username, password, { headers: { origin: ORIGIN, cookie: cookieOf(first) } })
  t.not(tokenOf(first), tokenOf(second))
  t.equal((await who(api, cookieOf(first))).statusCode, 401)
  t.equal((await who(api, cookieOf(second))).statusCode, 200)
})

t.test('log-out ends it on the server', async (t) => {
  const { username } = await makeLeader(api)
  const cookie = cookieOf(await logIn(api, username))
  const out = await api.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, origin: ORIGIN } })
  t.equal(out.statusCode, 204)
  t.match(out.cookies[0], { name: '__Host-session', value: '' })
  t.equal((await who(api, cookie)).statusCode, 401, 'the same cookie is worth nothing')
})

t.test('a disabled account is out at once', async (t) => {
  const { username, account_id } = await makeLeader(api)
  const cookie = cookieOf(await logIn(api, username))
  await api.db.query('update accounts set active = false where account_id = $1', [account_id])
  t.equal((await who(api, cookie)).statusCode, 401)
  await api.db.query('update accounts set active = true where account_id = $1', [account_id])
  t.equal((await who(api, cookie)).statusCode, 401, 'and stays out until the next log-in')
})

t.test('half an hour without a person, or twelve hours in all', async (t) => {
  const { username } = await makeLeader(api)
  const idle = cookieOf(await logIn(api, username))
  api.clock.advance(29 * MINUTE)
  t.equal((await who(api, idle)).statusCode, 200)
  api.clock.advance(29 * MINUTE)
  t.equal((await who(api, idle)).statusCode, 200, 'being seen extends it')
  for (let asked = 0; asked < 3; asked += 1) {
    api.clock.advance(10 * MINUTE - 1)
    t.equal((await who(api, idle, { 'x-background': '1' })).statusCode, 200, 'a polling page is answered')
  }
  api.clock.advance(3)
  t.equal((await who(api, idle)).statusCode, 401, 'but did not extend it')

  const busy = cookieOf(await logIn(api, username))
  for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
    api.clock.advance(20 * MINUTE)
    await who(api, busy)
  }
  t.equal((await who(api, busy)).statusCode, 200)
  api.clock.advance(20 * MINUTE)
  t.equal((await who(api, busy)).statusCode, 401, 'twelve hours are the end')
})

t.test('guessing one name from one place stops after five, with a time to wait', async (t) => {
  const { username } = await makeLeader(api)
  const from = { remoteAddress: '10.1.1.1' }
  for (let tries = 0; tries < 5; tries += 1) {
    t.equal((await logIn(api, username, 'wrong', from)).statusCode, 401)
  }
  const refused = await logIn(api, username, password, from)
  t.match({ status: refused.statusCode, code: refused.json().error.code }, { status: 429, code: 'too_many_requests' })
  const wait = Number(refused.headers['retry-after'])
  t.ok(wait > 14 * 60 && wait <= 15 * 60, `${wait} s`)
  t.equal((await logIn(api, username, password, { remoteAddress: '10.1.1.2' })).statusCode, 201, 'elsewhere it works')
  t.equal((await logIn(api, 'another.name', 'x', from)).statusCode, 401, 'and another name from here')
  api.clock.advance(wait * 1000 + 1)
  t.equal((await logIn(api, username, password, from)).statusCode, 201)
})

t.test('five of the very same moment are counted too', async (t) => {
  const { username } = await makeLeader(api)
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => logIn(api, username, 'wrong', { remoteAddress: '10.1.2.1' })),
  )
  const looked = replies.filter(({ statusCode }) => statusCode === 401).length
  t.ok(replies.every(({ statusCode }) => [401, 429, 503].includes(statusCode)))
  t.ok(looked <= 15, `${looked} of 20 passwords were looked at`)
  t.equal((await logIn(api, username, 'wrong', { remoteAddress: '10.1.2.1' })).statusCode, 429)
})

t.test('a success clears the failures of that name and place', async (t) => {
  const { username } = await makeLeader(api)
  const from = { remoteAddress: '10.1.3.1' }
  for (let round = 0; round < 3; round += 1) {
    for (let tries = 0; tries < 3; tries += 1) await logIn(api, username, 'wrong', from)
    t.equal((await logIn(api, username, password, from)).statusCode, 201)
  }
})

t.test(
  'a whole office behind one address has fifty in a quarter of an hour; an IPv6 customer is one address',
  async (t) => {
    const spend = async (address: (turn: number) => string) => {
      for (let turn = 0; turn < 50; turn += 1) {
        await api.db.query(
          `insert into login_failures (username_hash, address, failed_at)
         values (sha256($1::text::bytea), case when family($2::inet) = 6
           then network(set_masklen($2::inet, 64))::inet else $2::inet end, $3)`,
          [String(turn), address(turn), new Date(api.clock.now())],
        )
      }
    }
    await spend(() => '10.2.0.1')
    t.equal((await logIn(api, 'anybody', 'x', { remoteAddress: '10.2.0.1' })).statusCode, 429)
    t.equal((await logIn(api, 'anybody', 'x', { remoteAddress: '10.2.0.2' })).statusCode, 401)
    await spend((turn) => `2001:db8:1:2::${turn + 1}`)
    t.equal((await logIn(api, 'anybody', 'x', { remoteAddress: '2001:db8:1:2::ffff' })).statusCode, 429)
    t.equal((await logIn(api, 'anybody', 'x', { remoteAddress: '2001:db8:1:3::1' })).statusCode, 401)
  },
)

t.test('one name from many places: a hundred in a day', async (t) => {
  const { username } = await makeLeader(api)
  await logIn(api, username, 'wrong', { remoteAddress: '10.3.0.1' })
  await api.db.query(
    `insert into login_failures (username_hash, address, failed_at)
     select username_hash, '10.3.1.1'::inet + i, failed_at from login_failures, generate_series(1, 99) i
      where address = '10.3.0.1'`,
  )
  const refused = await logIn(api, username, password, { remoteAddress: '10.3.9.9' })
  t.equal(refused.statusCode, 429)
  t.ok(Number(refused.headers['retry-after']) > 23 * 3600)
})

t.test('a changing call of the staff needs an Origin of ours', async (t) => {
  const { username } = await makeLeader(api)
  const cookie = cookieOf(await logIn(api, username))
  const change = (headers: Record<string, string>) =>
    api.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, ...headers } })
  for (const headers of [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:81' },
  ]) {
    const reply = await change(headers as Record<string, string>)
    t.match({ status: reply.statusCode, code: reply.json().error.code }, { status: 403, code: 'origin_refused' })
  }
  t.equal((await who(api, cookie)).statusCode, 200, 'nothing was changed, and reading needs no Origin')
  const entering = await api.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { origin: 'https://evil.example' },
    payload: { username, password },
  })
  t.equal(entering.json().error.code, 'origin_refused', 'nobody is logged in from elsewhere either')
  const program = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { username, password } })
  t.equal(program.statusCode, 201, 'a program that logs in sends no Origin, and has no cookie to abuse')
  const nobody = await api.app.inject({ method: 'DELETE', url: '/api/v1/session' })
  t.equal(nobody.json().error.code, 'login_required', 'without a log-in nothing is told about origins')
  t.equal((await change({ origin: 'http://localhost' })).statusCode, 204)
})

t.test('PUBLIC_URL is an origin of ours, whatever the proxy calls us', async (t) => {
  const { db, clock, keys, pools } = api
  const config = { publicUrl: 'https://hai-long.example' }
  const proxied = await startTestApp(t, { db, clock, keys, pools, config })
  const { username } = await makeLeader(api)
  const reply = await logIn(proxied, username, password, {
    headers: { origin: 'https://hai-long.example', host: '10.0.0.5:8080' },
  })
  t.equal(reply.statusCode, 201)
  t.match(reply.cookies[0], { name: '__Host-session', secure: true })
})

t.test('only a demonstration on plain http gets a cookie without Secure', async (t: Test) => {
  const { db, clock, keys, pools } = api
  const demo = await startTestApp(t, { db, clock, keys, pools, config: { allowInsecure: true } })
  const { username } = await makeLeader(api)
  const at = (host: string) => logIn(demo, username, password, { headers: { origin: `http://${host}`, host } })
  const lan = await at('192.168.1.5:8080')
  t.match(lan.cookies[0], { name: 'session', httpOnly: true, sameSite: 'Strict' })
  t.notOk(lan.cookies[0]?.secure)
  const headers = { host: '192.168.1.5:8080', cookie: cookieOf(lan) }
  t.equal((await demo.app.inject({ url: '/api/v1/session', headers })).statusCode, 200)
  t.match((await at('localhost:8080')).cookies[0], { name: '__Host-session', secure: true })
  t.match((await at('127.0.0.1:8080')).cookies[0], { name: '__Host-session', secure: true })
})
