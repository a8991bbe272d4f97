/** Passwords that only their owner knows, second factors, devices, sessions: from the invitation to the lost telephone. */
import t, { type Test } from 'tap'
import { stepOfCode } from '../../server/totp.ts'
import { type Answer, ORIGIN, startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'
import { base32, totp } from '../support/totp.ts'

const api = await startTestApp(t)
const office = await createOffice(api.db, { name: 'Phường Tô Hiệu' })
const admin = await api.staff('administrator')
const password = 'bốn con mèo đen ngủ'
const DAY = 86_400_000

let names = 0
async function invite(role: string, scope: Record<string, string> = {}) {
  names += 1
  const username = `nguoi.${names}`
  const made = await admin.post('/api/v1/accounts', { username, role, ...scope })
  return { username, account_id: made.body.account_id as string, link: made.body.link as { token: string } }
}
const useLink = (token: string, given = password) =>
  api.stranger.post('/api/v1/account-links/use', { token, password: given })
const unit_id = String(office.unit_id)

/** Somebody with a password, and a browser of their own that keeps cookies. */
async function person(role: string, scope: Record<string, string> = {}) {
  const { username, account_id, link } = await invite(role, scope)
  await useLink(link.token)
  return { username, account_id, ...browser(username) }
}
function browser(username: string) {
  const jar = new Map<string, string>()
  const keep = (answer: Answer) => {
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      if (value) jar.set(name, value)
      else jar.delete(name)
    }
    return answer
  }
  const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown) => {
    const answer = await api.app.inject({
      method,
      url,
      headers: {
        origin: ORIGIN,
        'user-agent': 'Firefox of a test',
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    return keep({
      status: answer.statusCode,
      body: answer.body === '' ? null : answer.json(),
      headers: answer.headers,
      file: answer.rawPayload,
    })
  }
  return {
    jar,
    call,
    logIn: (rest: Record<string, unknown> = {}) => call('POST', '/api/v1/session', { username, password, ...rest }),
  }
}
type Person = Awaited<ReturnType<typeof person>>

/** Sets a second factor up; returns the generator's secret and the recovery codes. */
async function setUp(t: Test, one: Person) {
  const offer = await one.call('POST', '/api/v1/account/second-factor', { password })
  t.match(offer, {
    status: 200,
    body: { uri: /^otpauth:\/\/totp\/.*issuer=H%C3%A0i%20L%C3%B2ng/, secret: /^[A-Z2-7]{32}$/ },
  })
  const secret = base32(offer.body.secret)
  const codes = await one.call('PATCH', '/api/v1/account/second-factor', { code: totp(secret, api.clock.now()) })
  t.match(codes, { status: 200, body: { recovery_codes: { length: 10 } } })
  return { secret, codes: codes.body.recovery_codes as string[] }
}

t.test('our reading of RFC 6238 gives its own examples', async (t) => {
  const secret = Buffer.from('12345678901234567890')
  for (const [seconds, code] of [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1234567890, '89005924'],
    [20000000000, '65353130'],
  ] as const) {
    t.equal(totp(secret, seconds * 1000, 8), code)
    t.equal(stepOfCode(secret, code.slice(2), seconds * 1000), Math.floor(seconds / 30), 'and the product takes them')
  }
})

t.test('an invitation: the person sets the password, once, in time; the administrator never learns it', async (t) => {
  const { username, account_id, link } = await invite('unit_clerk', { unit_id })
  t.match(link, { token: /^[\w-]{43}$/, kind: 'invitation' })
  const listed = async () =>
    (await admin.get('/api/v1/accounts')).body.items.find((one: { username: string }) => one.username === username)
  t.match(await listed(), { has_password: false })
  refused(t, await browser(username).logIn(), 401, 'login_failed', 'nobody is in before')
  refused(t, await browser(username).logIn({ password: 'none' }), 401, 'login_failed')
  t.match(await api.stranger.post('/api/v1/account-links/look', { token: link.token }), {
    status: 200,
    body: { username, kind: 'invitation' },
  })
  const weak = await useLink(link.token, 'phuong to hieu 1')
  t.match(refused(t, weak, 400, 'password_too_weak'), { flaw: 'contains_name' }, 'not the name of the own unit')
  t.equal((await useLink(link.token)).status, 200)
  refused(t, await useLink(link.token, 'another long sentence'), 403, 'account_link_refused', 'once')
  refused(t, await api.stranger.post('/api/v1/account-links/look', { token: link.token }), 403, 'account_link_refused')
  t.equal((await browser(username).logIn()).status, 201)
  t.match(await listed(), { has_password: true })
  const log = await api.db.query(
    `select action, account_id from audit where subject->>'account_id' = $1 order by audit_id`,
    [account_id],
  )
  t.match(log, [{ action: 'account.create' }, { action: 'account.invitation' }, { action: 'account.password' }])
  const everything = JSON.stringify([
    log,
    await api.db.query('select * from account_links'),
    await api.db.query('select detail from audit'),
  ])
  t.notOk(everything.includes(link.token), 'the token is stored nowhere')

  const late = await invite('inspector')
  api.clock.advance(7 * DAY + 1)
  refused(t, await useLink(late.link.token), 403, 'account_link_refused', 'a week')
  const again = (await admin.post(`/api/v1/accounts/${late.account_id}/link`)).body
  const newer = (await admin.post(`/api/v1/accounts/${late.account_id}/link`)).body
  refused(t, await useLink(again.token), 403, 'account_link_refused', 'a newer link voids the older')
  const both = await Promise.all([useLink(newer.token), useLink(newer.token)])
  t.same(both.map(({ status }) => status).sort(), [200, 403], 'once, also at the very same moment')
})

t.test('a reset ends what was open and the old password with it', async (t) => {
  const one = await person('unit_clerk', { unit_id })
  await one.logIn()
  const link = (await admin.post(`/api/v1/accounts/${one.account_id}/link`)).body
  t.equal(link.kind, 'reset')
  t.equal((await one.call('GET', '/api/v1/session')).status, 200, 'nothing changes until the link is used')
  t.equal((await useLink(link.token, 'năm con trâu vàng bơi')).status, 200)
  refused(t, await one.call('GET', '/api/v1/session'), 401, 'login_required')
  refused(t, await one.logIn(), 401, 'login_failed')
  t.equal((await one.logIn({ password: 'năm con trâu vàng bơi' })).status, 201)
  await admin.patch(`/api/v1/accounts/${one.account_id}`, { active: false })
  refused(t, await admin.post(`/api/v1/accounts/${one.account_id}/link`), 409, 'in_use')
})

t.test('an own password: the present one is asked for, all other sessions end, this one gets a new id', async (t) => {
  const one = await person('unit_clerk', { unit_id })
  const elsewhere = browser(one.username)
  await one.logIn()
  await elsewhere.logIn()
  const before = one.jar.get('__Host-session')
  const next = 'năm con trâu vàng bơi'
  refused(
    t,
    await one.call('PATCH', '/api/v1/account', { password: 'wrong', new_password: next }),
    403,
    'password_wrong',
  )
  const flaw = await one.call('PATCH', '/api/v1/account', { password, new_password: 'matkhau123456789' })
  refused(t, flaw, 400, 'password_too_weak')
  t.equal((await one.call('PATCH', '/api/v1/account', { password, new_password: next })).status, 204)
  t.not(one.jar.get('__Host-session'), before, 'a new id')
  t.equal((await one.call('GET', '/api/v1/session')).status, 200)
  refused(t, await elsewhere.call('GET', '/api/v1/session'), 401, 'login_required')
  refused(t, await browser(one.username).logIn(), 401, 'login_failed')
  for (let tries = 0; tries < 6; tries += 1)
    await one.call('PATCH', '/api/v1/account', { password: 'x', new_password: next })
  refused(
    t,
    await one.call('PATCH', '/api/v1/account', { password: 'x', new_password: next }),
    429,
    'too_many_requests',
  )
})

t.test('a second factor: set up with a first code, asked for at the log-in, no code twice', async (t) => {
  const one = await person('commission')
  t.match((await one.logIn()).body, { second_factor: 'due' })
  const elsewhere = browser(one.username)
  await elsewhere.logIn()
  refused(t, await one.call('PATCH', '/api/v1/account/second-factor', { code: '000000' }), 409, 'in_use', 'not begun')
  refused(t, await one.call('POST', '/api/v1/account/second-factor', { password: 'x' }), 403, 'password_wrong')
  const offer = await one.call('POST', '/api/v1/account/second-factor', { password })
  const stored = JSON.stringify(await api.db.query('select * from second_factors'))
  t.notOk(stored.includes(base32(offer.body.secret).toString('hex')), 'the secret is not readable in the database')
  refused(t, await one.call('PATCH', '/api/v1/account/second-factor', { code: '12345' }), 401, 'code_refused')
  const { secret } = await setUp(t, one)
  t.match((await one.call('GET', '/api/v1/session')).body, { second_factor: 'done', second_factor_due_at: null })
  refused(t, await elsewhere.call('GET', '/api/v1/session'), 401, 'login_required', 'sessions without it end')
  refused(t, await one.call('POST', '/api/v1/account/second-factor', { password }), 409, 'in_use', 'one at a time')

  const later = browser(one.username)
  refused(t, await later.logIn(), 401, 'code_required')
  refused(t, await later.logIn({ code: totp(secret, api.clock.now()) }), 401, 'code_refused', 'used in the set-up')
  api.clock.advance(30_000)
  const code = totp(secret, api.clock.now())
  refused(t, await later.logIn({ code, password: 'not it' }), 401, 'login_failed', 'a code alone is nothing')
  t.match((await later.logIn({ code })).body, { second_factor: 'done' })
  refused(t, await browser(one.username).logIn({ code }), 401, 'code_refused', 'not twice')
  api.clock.advance(60_000)
  const [ahead, behind] = [totp(secret, api.clock.now() + 30_000), totp(secret, api.clock.now() - 30_000)]
  t.equal((await browser(one.username).logIn({ code: behind })).status, 201, 'a clock half a minute behind')
  t.equal((await browser(one.username).logIn({ code: ahead })).status, 201, 'or ahead')
  refused(t, await browser(one.username).logIn({ code: behind }), 401, 'code_refused', 'older than one that was used')
  api.clock.advance(20 * 60_000)
  for (const far of [-61_000, 61_000]) {
    refused(t, await browser(one.username).logIn({ code: totp(secret, api.clock.now() + far) }), 401, 'code_refused')
  }
  const race = totp(secret, api.clock.now())
  const both = await Promise.all([1, 2, 3].map(() => browser(one.username).logIn({ code: race })))
  t.equal(both.filter(({ status }) => status === 201).length, 1, 'once, also at the very same moment')
})

t.test('guessed codes are counted like guessed passwords', async (t) => {
  const one = await person('commission')
  await one.logIn()
  await setUp(t, one)
  const answers: number[] = []
  for (let tries = 0; tries < 7; tries += 1)
    answers.push((await browser(one.username).logIn({ code: '123456' })).status)
  t.equal(answers.at(-1), 429)
})

t.test('recovery codes: each once, typed as people type; new ones void the old', async (t) => {
  const one = await person('inspector')
  await one.logIn()
  const { codes } = await setUp(t, one)
  t.equal(new Set(codes).size, 10)
  const [first = '', second = '', third = ''] = codes
  t.equal((await browser(one.username).logIn({ code: first.toLowerCase().replace('-', ' ') })).status, 201)
  refused(t, await browser(one.username).logIn({ code: first }), 401, 'code_refused')
  t.match((await one.call('GET', '/api/v1/account')).body, { recovery_codes_left: 9, has_second_factor: true })
  const renewed = await one.call('POST', '/api/v1/account/recovery-codes', { password })
  refused(t, await browser(one.username).logIn({ code: second }), 401, 'code_refused')
  t.equal((await browser(one.username).logIn({ code: renewed.body.recovery_codes[0] })).status, 201)
  t.notOk(JSON.stringify(await api.db.query('select * from recovery_codes')).includes(third.replace('-', '')))

  const other = await person('inspector')
  await other.logIn()
  await setUp(t, other)
  refused(
    t,
    await browser(other.username).logIn({ code: renewed.body.recovery_codes[1] }),
    401,
    'code_refused',
    'one’s own',
  )
  t.match(await admin.patch(`/api/v1/accounts/${other.account_id}`, { reset_second_factor: true }), {
    status: 200,
    body: { has_second_factor: false },
  })
  refused(t, await other.call('GET', '/api/v1/session'), 401, 'login_required')
  t.match((await other.logIn()).body, { second_factor: 'due' }, 'a lost telephone: set up anew')
})

t.test(
  'seven days for the province and leaders, then nothing else works until it is done; never for the others',
  async (t) => {
    const [member, leader] = [await person('commission'), await person('unit_leader', { unit_id })]
    const clerk = await person('unit_clerk', { unit_id })
    api.clock.advance(30 * DAY)
    const begun = await member.logIn()
    const due = new Date(api.clock.now() + 7 * DAY).toISOString()
    t.match(begun.body, { second_factor: 'due', second_factor_due_at: due }, 'counted from the first log-in')
    await leader.logIn()
    t.match((await clerk.logIn()).body, { second_factor: 'none', second_factor_due_at: null })
    api.clock.advance(7 * DAY - 60_000)
    await member.logIn()
    t.equal((await member.call('GET', '/api/v1/reports/units')).status, 200, 'a minute before')
    api.clock.advance(60_000)
    refused(
      t,
      await member.call('GET', '/api/v1/reports/units'),
      403,
      'second_factor_required',
      'and in the same session',
    )
    for (const one of [member, leader]) {
      t.match((await one.logIn()).body, { second_factor: 'due' })
      refused(t, await one.call('GET', '/api/v1/units'), 403, 'second_factor_required')
      t.equal((await one.call('GET', '/api/v1/account')).status, 200, 'what it takes is open')
      await setUp(t, one)
      t.equal((await one.call('GET', '/api/v1/units')).status, 200)
    }
    await clerk.logIn()
    t.equal((await clerk.call('GET', '/api/v1/units')).status, 200)
    t.match(await api.db.query(`select count(*) as n from audit where action = 'account.second_factor'`), [{ n: 6 }])
  },
)

t.test('a leader trusts a device for thirty days; a role of the province never does', async (t) => {
  const leader = await person('unit_leader', { unit_id })
  await leader.logIn()
  const { secret } = await setUp(t, leader)
  const home = browser(leader.username)
  api.clock.advance(60_000)
  t.equal((await home.logIn({ code: totp(secret, api.clock.now()), trust_device: true })).status, 201)
  t.ok(home.jar.get('__Host-device'))
  t.match((await home.logIn()).body, { second_factor: 'done' }, 'no code here')
  refused(t, await browser(leader.username).logIn(), 401, 'code_required', 'but everywhere else')
  refused(t, await home.logIn({ password: 'not it' }), 401, 'login_failed', 'the device is no password')
  const stranger = browser((await person('unit_leader', { unit_id })).username)
  stranger.jar.set('__Host-device', home.jar.get('__Host-device') as string)
  api.clock.advance(30 * DAY - 120_000)
  t.equal((await home.logIn()).status, 201)
  api.clock.advance(120_000)
  refused(t, await home.logIn(), 401, 'code_required', 'thirty days')
  api.clock.advance(60_000)
  t.equal((await home.logIn({ code: totp(secret, api.clock.now()), trust_device: true })).status, 201)
  t.equal((await home.call('DELETE', '/api/v1/account/devices')).status, 204)
  refused(t, await home.logIn(), 401, 'code_required', 'forgotten')

  const member = await person('commission')
  await member.logIn()
  const own = await setUp(t, member)
  const desk = browser(member.username)
  api.clock.advance(60_000)
  await desk.logIn({ code: totp(own.secret, api.clock.now()), trust_device: true })
  t.equal(desk.jar.get('__Host-device'), undefined)
  refused(t, await desk.logIn(), 401, 'code_required')
})

t.test('where one is logged in: told apart, ended one by one or all at once, one’s own alone', async (t) => {
  const [one, other] = [await person('unit_clerk', { unit_id }), await person('unit_clerk', { unit_id })]
  const [desk, phone, cafe] = [browser(one.username), browser(one.username), browser(one.username)]
  for (const each of [desk, phone, cafe, other]) await each.logIn()
  const list = async () => (await desk.call('GET', '/api/v1/account/sessions')).body.items
  t.match(await list(), [{ current: false }, { current: false }, { current: true, browser: 'Firefox of a test' }])
  t.match(await list(), [{}, {}, { address: '127.0.0.1', second_factor: false }])
  t.notOk(JSON.stringify(await list()).includes(desk.jar.get('__Host-session') as string), 'no token is told')
  const newest = (await list())[0].session_id
  refused(t, await other.call('DELETE', `/api/v1/account/sessions/${newest}`), 404, 'not_found', 'not somebody else’s')
  t.equal((await desk.call('DELETE', `/api/v1/account/sessions/${newest}`)).status, 204)
  refused(t, await cafe.call('GET', '/api/v1/session'), 401, 'login_required')
  t.equal((await desk.call('DELETE', '/api/v1/account/sessions')).status, 204)
  refused(t, await phone.call('GET', '/api/v1/session'), 401, 'login_required')
  t.equal((await desk.call('GET', '/api/v1/session')).status, 200)
  t.equal((await other.call('GET', '/api/v1/session')).status, 200)
  t.equal((await admin.delete(`/api/v1/accounts/${one.account_id}/sessions`)).status, 204)
  refused(t, await desk.call('GET', '/api/v1/session'), 401, 'login_required', 'the administrator ends them all')
})
