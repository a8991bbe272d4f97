/** /accounts: the administrator alone; a role has its scope, a password its length, a disabled account no session. */
import t from 'tap'
import type { CommandContext } from '../../server/bin/command.ts'
import { run as createAccountCommand } from '../../server/bin/commands/create-account.ts'
import { run as setupLinkCommand } from '../../server/bin/commands/setup-link.ts'
import { readConfig } from '../../server/config.ts'
import { type Role, roles } from '../../server/contract/accounts.ts'
import { ORIGIN, startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)
const home = await createOffice(api.db)
const away = await createOffice(api.db)
const [unit_id, officer_id] = [String(home.unit_id), String(home.officers[0])]
const admin = await api.staff('administrator')
const password = 'bốn con mèo đen ngủ'

const provinceRoles = ['administrator', 'commission', 'inspector'] as const

let names = 0
const body = (role: Role, rest: Record<string, unknown> = {}) => {
  names += 1
  return { username: `person.${names}`, password, role, ...rest }
}
const scopes: Record<Role, Record<string, string>> = {
  administrator: {},
  commission: {},
  inspector: {},
  unit_leader: { unit_id },
  unit_clerk: { unit_id },
  officer: { officer_id },
}

t.test('no log-in, wrong role', async (t) => {
  refused(t, await api.stranger.get('/api/v1/accounts'), 401, 'login_required')
  for (const role of roles.filter((role) => role !== 'administrator')) {
    const person = await api.staff(
      role,
      role === 'officer' ? { officer_id: Number(officer_id) } : { unit_id: home.unit_id },
    )
    refused(t, await person.get('/api/v1/accounts'), 403, 'forbidden', role)
    refused(t, await person.post('/api/v1/accounts', body('administrator')), 403, 'forbidden', role)
  }
})

t.test('bad bodies', async (t) => {
  refused(t, await admin.post('/api/v1/accounts', body('boss' as Role)), 400, 'invalid_body')
  refused(t, await admin.post('/api/v1/accounts', { ...body('commission'), username: 'có dấu' }), 400, 'invalid_body')
  refused(
    t,
    await admin.post('/api/v1/accounts', { ...body('commission'), password: 'x'.repeat(257) }),
    400,
    'invalid_body',
  )
  refused(t, await admin.post('/api/v1/accounts', { ...body('commission'), active: true }), 400, 'unknown_field')
  const weak = await admin.post('/api/v1/accounts', { ...body('commission'), password: 'matkhau123456789' })
  t.match(refused(t, weak, 400, 'password_too_weak'), { flaw: String })
})

t.test('every role needs its scope and takes no other', async (t) => {
  for (const role of roles) {
    const made = await admin.post('/api/v1/accounts', body(role, scopes[role]))
    const bound = Object.keys(scopes[role]).length > 0
    t.match(
      made,
      { status: 201, body: { account_id: String, roles: [role], unit_id: bound ? unit_id : null, active: true } },
      role,
    )
  }
  const wrong: [Role, Record<string, string>][] = [
    ['administrator', { unit_id }],
    ['inspector', { unit_id }],
    ...provinceRoles.map((role): [Role, Record<string, string>] => [role, { officer_id }]),
    ['unit_leader', {}],
    ['unit_clerk', {}],
    ['unit_leader', { unit_id, officer_id }],
    ['officer', {}],
    ['officer', { unit_id }],
  ]
  for (const [role, scope] of wrong) {
    refused(
      t,
      await admin.post('/api/v1/accounts', body(role, scope)),
      400,
      'role_needs_scope',
      `${role} ${JSON.stringify(scope)}`,
    )
  }
  const mismatch = body('officer', { officer_id, unit_id: String(away.unit_id) })
  refused(t, await admin.post('/api/v1/accounts', mismatch), 400, 'unit_mismatch')
  refused(t, await admin.post('/api/v1/accounts', body('officer', { officer_id: '999999' })), 404, 'not_found')
  refused(t, await admin.post('/api/v1/accounts', body('unit_clerk', { unit_id: '999999' })), 404, 'not_found')
})

t.test('several roles at once, another one later, and the end of one', async (t) => {
  const there = String(away.unit_id)
  const several = {
    username: 'nhieu.vai',
    password,
    grants: [
      { role: 'unit_leader', unit_id },
      { role: 'commission', unit_id: there },
      { role: 'officer', officer_id },
    ],
  }
  const made = await admin.post('/api/v1/accounts', several)
  t.match(made, {
    status: 201,
    body: { roles: ['commission', 'officer', 'unit_leader'], unit_id, officer_id, grants: [{}, {}, {}] },
  })
  const { account_id } = made.body
  const logIn = () => api.stranger.post('/api/v1/session', { username: several.username, password })
  const cookieOf = (answer: { headers: Readonly<Record<string, unknown>> }) =>
    String(answer.headers['set-cookie']).split(';')[0] as string
  const before = await logIn()
  t.same(
    before.body.grants.map((one: { role: string; unit: { unit_id: string } }) => [one.role, one.unit.unit_id]),
    [
      ['unit_leader', unit_id],
      ['officer', unit_id],
      ['commission', there],
    ],
  )
  t.equal(before.body.account.unit.unit_id, unit_id)
  const cookie = cookieOf(before)
  t.equal((await api.stranger.get('/api/v1/reports/me', { cookie })).status, 200)
  t.equal((await api.stranger.get(`/api/v1/reports/units/${there}/remarks`, { cookie })).status, 200)

  const clerk = { account_id, role: 'unit_clerk', unit_id: there }
  t.match(await admin.post('/api/v1/grants', clerk), { status: 201, body: { grants: { length: 4 } } })
  refused(t, await api.stranger.get('/api/v1/session', { cookie }), 401, 'login_required', 'new rights, new log-in')
  refused(t, await admin.post('/api/v1/grants', clerk), 409, 'role_held')
  refused(
    t,
    await admin.post('/api/v1/grants', { account_id, role: 'officer', officer_id: String(away.officers[0]) }),
    409,
    'role_held',
    'an account is one officer',
  )
  refused(t, await admin.post('/api/v1/grants', { account_id, role: 'unit_clerk' }), 400, 'role_needs_scope')
  refused(t, await admin.post('/api/v1/grants', { ...clerk, account_id: '999999' }), 404, 'not_found')

  const next = cookieOf(await logIn())
  const watched = made.body.grants.find(({ role }: { role: string }) => role === 'commission')
  t.match(await admin.patch(`/api/v1/grants/${watched.grant_id}`, { active: false }), {
    status: 200,
    body: { roles: ['officer', 'unit_clerk', 'unit_leader'] },
  })
  refused(t, await api.stranger.get('/api/v1/session', { cookie: next }), 401, 'login_required', 'and so when one ends')
  refused(t, await admin.patch(`/api/v1/grants/${watched.grant_id}`, { active: false }), 404, 'not_found')
  const last = cookieOf(await logIn())
  refused(t, await api.stranger.get(`/api/v1/reports/units/${there}/remarks`, { cookie: last }), 404, 'not_found')
  t.match(
    await api.db.query(
      `select action, account_id is not null as by_somebody from audit where subject->>'account_id' = $1 order by audit_id`,
      [account_id],
    ),
    ['account.create', 'grant.create', 'grant.end'].map((action) => ({ action, by_somebody: true })),
  )
  t.match(await api.db.query(`select count(*) as n from account_roles where account_id = $1`, [account_id]), [{ n: 4 }])

  const bad = { username: 'x.y.z', password }
  refused(t, await admin.post('/api/v1/accounts', bad), 400, 'invalid_body', 'no role at all')
  refused(t, await admin.post('/api/v1/accounts', { ...several, role: 'commission' }), 400, 'invalid_body', 'both')
  refused(t, await admin.post('/api/v1/accounts', { ...bad, grants: [] }), 400, 'invalid_body')
  const twice = { ...bad, grants: [{ role: 'commission' }, { role: 'commission' }] }
  refused(t, await admin.post('/api/v1/accounts', twice), 409, 'role_held')
})

t.test('an administrator who changes the own rights goes on under a new session id', async (t) => {
  const own = await startTestApp(t)
  const [, other] = [await own.staff('administrator'), await own.staff('administrator')]
  const mine = (await other.get('/api/v1/session')).body.account.account_id
  const answer = await other.post('/api/v1/grants', { account_id: mine, role: 'commission' })
  t.equal(answer.status, 201)
  const cookie = String(answer.headers['set-cookie']).split(';')[0] as string
  t.match(cookie, /^__Host-session=[\w-]{43}$/)
  t.match(await own.stranger.get('/api/v1/session', { cookie }), {
    status: 200,
    body: { roles: ['administrator', 'commission'] },
  })
  t.match(await own.db.query('select count(*) as n from sessions where account_id = $1', [mine]), [{ n: 1 }])
})

t.test('a name once, whatever its case', async (t) => {
  const first = body('commission')
  t.equal((await admin.post('/api/v1/accounts', first)).status, 201)
  refused(
    t,
    await admin.post('/api/v1/accounts', { ...first, username: first.username.toUpperCase() }),
    409,
    'username_taken',
  )
})

t.test('read back without a hash, by unit, in pages; in the log without a password', async (t) => {
  const { account_id } = (await admin.post('/api/v1/accounts', body('unit_clerk', { unit_id }))).body
  const all = (await admin.get('/api/v1/accounts')).body.items
  t.notOk(/hash|argon2|mèo/.test(JSON.stringify(all)))
  const own = (await admin.get(`/api/v1/accounts?unit_id=${unit_id}`)).body.items
  const inUnit = ({ grants }: { grants: { unit_id: string | null }[] }) => grants.some((one) => one.unit_id === unit_id)
  t.same(own, all.filter(inUnit))
  t.ok(own.length > 0 && own.length < all.length)
  const paged: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body: page } = await admin.get(`/api/v1/accounts?limit=3${cursor && `&cursor=${cursor}`}`)
    paged.push(...page.items)
    cursor = page.next_cursor
  }
  t.same(paged, all)
  const log = await api.db.query(`select action, detail from audit where subject->>'account_id' = $1`, [account_id])
  t.match(log, [{ action: 'account.create', detail: { role: 'unit_clerk' } }])
  t.notOk(JSON.stringify(log).includes('mèo'))
  const [stored] = await api.db.query<{ hash: string }>(
    'select password_hash as hash from accounts where account_id = $1',
    [account_id],
  )
  t.match(stored?.hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

t.test('disabled: out at once, no way in; enabled: in again', async (t) => {
  const made = body('commission')
  const { account_id } = (await admin.post('/api/v1/accounts', made)).body
  const logIn = () => api.stranger.post('/api/v1/session', { username: made.username, password })
  const cookie = String((await logIn()).headers['set-cookie']).split(';')[0] as string
  t.equal((await api.stranger.get('/api/v1/session', { cookie })).status, 200)
  t.match(await admin.patch(`/api/v1/accounts/${account_id}`, { active: false }), {
    status: 200,
    body: { active: false },
  })
  refused(t, await api.stranger.get('/api/v1/session', { cookie }), 401, 'login_required')
  refused(t, await logIn(), 401, 'login_failed')
  t.match(await admin.patch(`/api/v1/accounts/${account_id}`, { active: true }), {
    status: 200,
    body: { active: true },
  })
  t.equal((await logIn()).status, 201)
  refused(t, await admin.patch(`/api/v1/accounts/${account_id}`, { roles: ['administrator'] }), 400, 'unknown_field')
  t.match(
    await api.db.query(`select action from audit where subject->>'account_id' = $1 order by audit_id`, [account_id]),
    [{ action: 'account.create' }, { action: 'account.disable' }, { action: 'account.enable' }],
  )
})

t.test('the last administrator stays, also when two switch each other off at once', async (t) => {
  const own = await startTestApp(t)
  const [one, two] = [await own.staff('administrator'), await own.staff('administrator')]
  const { items } = (await one.get('/api/v1/accounts')).body
  const idOf = async (who: typeof one) => (await who.get('/api/v1/session')).body.account.account_id
  const [first, second] = [await idOf(one), await idOf(two)]
  const answers = await Promise.all([
    one.patch(`/api/v1/accounts/${second}`, { active: false }),
    two.patch(`/api/v1/accounts/${first}`, { active: false }),
  ])
  t.match(await own.db.query('select count(*) as n from accounts where active'), [{ n: 1 }])
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  // The slower one is refused, or finds its own session gone.
  t.ok(answers.every(({ status, body }) => status === 200 || ['in_use', 'login_required'].includes(body.error.code)))
  const left = answers[0]?.status === 200 ? { who: one, id: first } : { who: two, id: second }
  refused(t, await left.who.patch(`/api/v1/accounts/${left.id}`, { active: false }), 409, 'in_use')
  const account = items.find(({ account_id }: { account_id: string }) => account_id === left.id)
  const ending = await left.who.patch(`/api/v1/grants/${account.grants[0].grant_id}`, { active: false })
  refused(t, ending, 409, 'in_use', 'nor is the role taken from the last one')
})

t.test('manage create-account and setup-link: the same rules from the command line', async (t) => {
  const own = await startTestApp(t)
  const office = await createOffice(own.db)
  const lines: string[] = []
  const run = (
    command: typeof createAccountCommand,
    values: Record<string, string>,
    input = `${password}\r\nnever read`,
  ) =>
    command({
      config: readConfig({ PUBLIC_URL: 'https://hai-long.example' }),
      values,
      openPools: async () => own.pools,
      readInput: async () => input,
      print: (line: string) => lines.push(line),
    } as unknown as CommandContext)

  await run(setupLinkCommand, {})
  t.match(lines.pop(), /^https:\/\/hai-long\.example\/setup#[\w-]{43}$/)
  await run(createAccountCommand, { username: 'admin.tinh', role: 'administrator' })
  t.match(lines.pop(), /^Account \d+ \(admin\.tinh, administrator\) is made\.$/)
  await t.rejects(run(setupLinkCommand, {}), { name: 'OperatorError', message: /administrator already/ })
  await run(createAccountCommand, { username: 'can.bo', role: 'officer', officer: String(office.officers[0]) })
  t.match(lines.pop(), /can\.bo, officer/)
  const entered = await own.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { origin: ORIGIN },
    payload: { username: 'can.bo', password },
  })
  t.match(entered.json(), { roles: ['officer'], account: { unit: { unit_id: String(office.unit_id) } } })

  const mistakes: [Record<string, string>, string, RegExp][] = [
    [{ username: 'can.bo', role: 'commission' }, password, /already has this user name/],
    [{ username: 'x.y', role: 'boss' }, password, /--role must be one of administrator, /],
    [{ username: 'có dấu', role: 'commission' }, password, /--username needs/],
    [{ username: 'x.y', role: 'unit_clerk' }, password, /needs unit_id/],
    [{ username: 'x.y', role: 'unit_clerk', unit: '1; drop table units' }, password, /--unit must be an id/],
    [{ username: 'x.y', role: 'unit_clerk', unit: '999999' }, password, /no such unit/],
    [{ username: 'x.y', role: 'commission' }, 'short', /at least 15/],
    [{ username: 'x.y', role: 'commission' }, '', /password is missing/],
  ]
  for (const [values, input, message] of mistakes) {
    await t.rejects(run(createAccountCommand, values, input), { name: 'OperatorError', message }, String(message))
  }
  t.same(lines, [], 'a refusal prints nothing as if it were done')
})
