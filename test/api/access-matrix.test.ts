/** Every route × every kind of caller × own, foreign and impossible ids. A route without a line in `samples` fails the test. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { roles } from '../../server/contract/accounts.ts'
import { readSlices } from '../../server/imports/export.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import { loginScope, staffFrom } from '../../server/plugins/sessions.ts'
import { withScope } from '../../server/queries/database.ts'
import { findSession, type SessionRow } from '../../server/queries/sessions.ts'
import { hashToken, newToken } from '../../server/secrets.ts'
import { type Caller, insertSession, logIn, startTestApp, type TestApp } from '../support/app.ts'
import { holdTable } from '../support/locks.ts'
import { batch, pairTablet, rating } from '../support/office.ts'
import {
  arrange,
  call,
  callFor,
  type Ids,
  keyOf,
  provinceRoles,
  type Sample,
  samples,
} from '../support/route-samples.ts'

// One server and database for the whole file; each test has two offices of its own.
// Hundreds of calls in one file; a busy machine needs longer than the default.
t.setTimeout(300_000)
const api = await startTestApp(t)

t.test('every declared route has a sample, and every sample a route', async (t) => {
  t.same(api.app.declaredRoutes.map(keyOf).sort(), Object.keys(samples).sort())
})

t.test('nobody: 401 wherever a log-in or a pairing is needed, and only there', async (t) => {
  const { own } = await arrange(api)
  for (const route of api.app.declaredRoutes) {
    const sample = samples[keyOf(route)] ?? {}
    const { status, body } = await call(api.stranger, route, sample, own)
    if (route.access === 'public') {
      t.ok(status < 400 || status === 503 || sample.refusals?.includes(body?.error?.code), `${keyOf(route)}: ${status}`)
    } else {
      const code = route.access === 'terminal' ? 'terminal_token_invalid' : 'login_required'
      t.match({ status, code: body.error?.code }, { status: 401, code }, keyOf(route))
    }
  }
})

t.test('a tablet: its own calls, and 403 on every call of the staff', async (t) => {
  const { own, home } = await arrange(api)
  const tablet = api.tablet((await pairTablet(api.db, home.counters[0] as number)).token)
  for (const route of api.app.declaredRoutes) {
    if (route.access === 'public') continue
    const { status, body } = await call(tablet, route, samples[keyOf(route)] ?? {}, own)
    const mayCall = route.access === 'terminal' || route.access.terminals
    if (mayCall) t.equal(status, 200, `${keyOf(route)}: ${JSON.stringify(body)}`)
    else t.match({ status, code: body.error?.code }, { status: 403, code: 'forbidden' }, keyOf(route))
  }
})

for (const role of roles) {
  t.test(`${role}: own rows yes, foreign and impossible ones 404, other roles' calls 403`, async (t) => {
    const { own, foreign, reach } = await arrange(api)
    for (const route of api.app.declaredRoutes) {
      if (route.access === 'public') continue
      const name = keyOf(route)
      const sample = samples[name] ?? {}
      // A person of its own for each route: logging out is among the calls.
      const person = await api.staff(role, reach(role))
      const answer = await call(person, route, sample, own)
      if (route.access === 'terminal') {
        t.match(
          { status: answer.status, code: answer.body.error?.code },
          { status: 401, code: 'terminal_token_invalid' },
          name,
        )
        continue
      }
      if (!route.access.roles.includes(role)) {
        t.match({ status: answer.status, code: answer.body.error?.code }, { status: 403, code: 'forbidden' }, name)
        continue
      }
      const told = sample.refusals?.includes(answer.body?.error?.code)
      t.ok(answer.status < 300 || told, `${name} own: ${answer.status} ${JSON.stringify(answer.body?.error ?? '')}`)
      await refuseOthers(t, person, { route, sample, foreign, boundToUnit: !provinceRoles.includes(role) })
    }
  })
}

async function refuseOthers(
  t: Test,
  person: Caller,
  { route, sample, foreign, boundToUnit }: { route: DeclaredRoute; sample: Sample; foreign: Ids; boundToUnit: boolean },
): Promise<void> {
  const name = keyOf(route)
  const marked = (value: string): Ids => ({
    unit: value,
    counter: value,
    officer: value,
    assignment: value,
    terminal: value,
    account: value,
    voice: value,
    answer: value,
    clip: value,
    grant: value,
    session: value,
    proposal: value,
    issued: value,
    case: value,
    schedule: value,
    change: value,
    absence: value,
    doubt: value,
    holiday: value,
  })
  const asked = JSON.stringify(callFor(route, sample, marked('@')))
  if (!asked.includes('@')) return
  if (boundToUnit) {
    const { status, body } = await call(person, route, sample, foreign)
    t.match({ status, code: body.error?.code }, { status: 404, code: 'not_found' }, `${name} foreign`)
  }
  const ids = ['2147483647', '0', '-1', '99999999999', 'abc', '1e3', "1'--", '%00']
  // All at once: this file asks a few thousand times.
  const asking = ids.map(async (impossible) => {
    // A NUL can only come encoded in an address; in a body it is an ordinary impossible id.
    const { status, body } = await call(person, route, sample, marked(impossible))
    t.match({ status, code: body.error?.code }, { status: 404, code: 'not_found' }, `${name} with id ${impossible}`)
  })
  await Promise.all(asking)
}

// Another server on the same database, to which nobody reports what the first one did.
const other = await startTestApp(t, api)

t.test(
  'an ended pairing: refused at once here, within a second on another server, and its ratings are kept apart',
  async (t) => {
    const { own, home } = await arrange(api)
    const { token, terminal_id } = await pairTablet(api.db, home.counters[0] as number)
    const boss = await api.staff('unit_leader', { unit_id: home.unit_id })
    for (const server of [api, other]) t.equal((await server.tablet(token).get('/api/v1/terminal')).status, 200)
    t.equal((await boss.patch(`/api/v1/terminals/${terminal_id}`, { revoked: true })).status, 200)
    for (const server of [api, other]) {
      if (server === other) await wait(1000)
      for (const route of api.app.declaredRoutes) {
        if (route.access === 'public') continue
        const { status, body } = await call(server.tablet(token), route, samples[keyOf(route)] ?? {}, own)
        if (keyOf(route) === 'POST /api/v1/ratings') {
          t.same(
            body.results.map((result: { status: string }) => result.status),
            ['quarantined'],
          )
          continue
        }
        const code = route.access === 'terminal' || route.access.terminals ? 'terminal_revoked' : 'login_required'
        t.match({ status, code: body.error?.code }, { status: 401, code }, keyOf(route))
      }
    }
    t.same(await api.db.query('select from ratings where terminal_id = $1', [terminal_id]), [])
  },
)

t.test('an ended session: 401 on every route, whichever server ended it and how', async (t) => {
  const { own, home } = await arrange(api)
  const administrator = await api.staff('administrator')
  type One = Awaited<ReturnType<typeof logIn>>
  const unit = String(home.unit_id)
  const ends: Record<string, (one: One) => Promise<{ status: number } | unknown>> = {
    'logged out': ({ token }) => api.session(token).delete('/api/v1/session'),
    'ended from another device': async ({ account_id }) => {
      const device = newToken()
      await insertSession(api.db, api.clock, account_id, device)
      return api.session(device).delete('/api/v1/account/sessions')
    },
    'ended by its number': async ({ token }) => {
      const { items } = (await api.session(token).get('/api/v1/account/sessions')).body
      return api.session(token).delete(`/api/v1/account/sessions/${items[0].session_id}`)
    },
    'ended by the administrator': ({ account_id }) => administrator.delete(`/api/v1/accounts/${account_id}/sessions`),
    'account disabled': ({ account_id }) => administrator.patch(`/api/v1/accounts/${account_id}`, { active: false }),
    'second factor taken away': async ({ account_id }) => {
      await api.db.query(`insert into second_factors (account_id, secret, confirmed_at) values ($1, '', now())`, [
        account_id,
      ])
      return administrator.patch(`/api/v1/accounts/${account_id}`, { reset_second_factor: true })
    },
    'password set by a link': async ({ account_id }) => {
      const { token } = (await administrator.post(`/api/v1/accounts/${account_id}/link`)).body
      return api.stranger.post('/api/v1/account-links/use', { token, password: 'bốn con mèo đen ngủ' })
    },
    'a role ended': async ({ account_id }) => {
      const [row] = await api.db.query<{ id: number }>(
        'select grant_id as id from account_roles where account_id = $1',
        [account_id],
      )
      return administrator.patch(`/api/v1/grants/${row?.id}`, { active: false })
    },
    'a role given': ({ account_id }) =>
      administrator.post('/api/v1/grants', { account_id: String(account_id), role: 'unit_clerk', unit_id: unit }),
    'half an hour without a person': ({ token }) => age(token, 'last_seen_at', '30 minutes'),
    'twelve hours in all': ({ token }) => age(token, 'created_at', '12 hours'),
  }
  const age = (token: string, column: string, by: string) =>
    api.db.query(`update sessions set ${column} = ${column} - $2::interval where token_hash = $1`, [
      hashToken(token),
      by,
    ])
  for (const [how, end] of Object.entries(ends)) {
    const one = await logIn(api, [{ role: 'unit_leader', unit_id: home.unit_id }])
    for (const server of [api, other]) t.equal((await server.session(one.token).get('/api/v1/units')).status, 200, how)
    const answer = (await end(one)) as { status?: number }
    t.ok((answer.status ?? 200) < 300, `${how}: ${JSON.stringify(answer)}`)
    const asking = api.app.declaredRoutes.map(async (route, place) => {
      if (route.access === 'public') return
      const server = [api, other][place % 2] as TestApp
      const { status, body } = await call(server.session(one.token), route, samples[keyOf(route)] ?? {}, own)
      const code = route.access === 'terminal' ? 'terminal_token_invalid' : 'login_required'
      t.match({ status, code: body.error?.code }, { status: 401, code }, `${how}: ${keyOf(route)}`)
    })
    await Promise.all(asking)
  }
})

t.test(
  'a lowered right: every route answers like one who never had it, warm answers and known tags included',
  async (t) => {
    const { own, home, away } = await arrange(api)
    type Grants = Parameters<typeof logIn>[1]
    const leader: Grants = [{ role: 'unit_leader', unit_id: home.unit_id }]
    const lowered: Record<string, [before: Grants, after: Grants]> = {
      'moved to another unit': [leader, [{ role: 'unit_leader', unit_id: away.unit_id }]],
      'leader before, clerk now': [leader, [{ role: 'unit_clerk', unit_id: home.unit_id }]],
      'no officer any more': [
        [{ role: 'officer', officer_id: home.officers[0] as number }],
        [{ role: 'officer', officer_id: away.officers[0] as number }],
      ],
    }
    const isOwn = /^\/api\/v1\/(session|account|changes)\b/
    for (const [how, [before, after]] of Object.entries(lowered)) {
      const one = await logIn(api, before)
      const caller = other.session(one.token)
      const tags = new Map<string, string>()
      for (const route of api.app.declaredRoutes.filter(
        ({ method, access }) => method === 'GET' && access !== 'public',
      )) {
        const { headers } = await call(caller, route, samples[keyOf(route)] ?? {}, own)
        if (headers.etag) tags.set(keyOf(route), String(headers.etag))
      }
      t.ok(tags.size > 10, `${how}: ${tags.size} answers with a tag`)
      // By SQL, so that the session goes on: through the API a change of roles ends it.
      const never = await logIn(api, after)
      await api.db.query('update account_roles set ended_at = now() where account_id = $1', [one.account_id])
      await api.db.query(
        `insert into account_roles (account_id, role, unit_id, officer_id)
       select $1, role, unit_id, officer_id from account_roles where account_id = $2`,
        [one.account_id, never.account_id],
      )
      let refusals = 0
      for (const route of api.app.declaredRoutes) {
        if (route.access === 'public' || isOwn.test(route.url)) continue
        const sample = samples[keyOf(route)] ?? {}
        const expected = await call(api.session(never.token), route, sample, own)
        if (route.method !== 'GET' && expected.status < 400) continue
        const tag = tags.get(keyOf(route))
        const { url } = callFor(route, sample, own)
        const answer = tag ? await caller.get(url, { 'if-none-match': tag }) : await call(caller, route, sample, own)
        if (answer.status === 304) t.equal(tag, expected.headers.etag, `${how}: ${keyOf(route)} is unchanged for both`)
        else t.same([answer.status, answer.body], [expected.status, expected.body], `${how}: ${keyOf(route)}`)
        if (answer.status >= 400) refusals += 1
      }
      t.ok(refusals > 20, `${how}: ${refusals} refusals`)
    }
  },
)

t.test('a request under way when its session or pairing ends: nothing is written afterwards', async (t) => {
  const { home } = await arrange(api)
  const [counter_id, unit_id] = [home.counters[0] as number, home.unit_id]
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as AddressInfo
  /** Sends the head and half of the body; the rest, and the answer, with the call of what it returns. */
  const begin = async (path: string, headers: Record<string, string>, content: unknown) => {
    const body = JSON.stringify(content)
    const length = String(Buffer.byteLength(body))
    const sending = request({
      port,
      host: '127.0.0.1',
      path,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': length },
    })
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>
    sending.write(body.slice(0, 10))
    await wait(100)
    return async () => {
      sending.end(body.slice(10))
      const [answer] = await answered
      return { status: answer.statusCode, body: JSON.parse((await answer.toArray()).join('')) }
    }
  }
  const one = await logIn(api, [{ role: 'unit_leader', unit_id }])
  const cookie = { cookie: `__Host-session=${one.token}`, origin: `http://127.0.0.1:${port}` }
  const late = await begin('/api/v1/counters', cookie, { unit_id: String(unit_id), name: 'Quầy muộn' })
  const tablet = await pairTablet(api.db, counter_id)
  t.equal((await api.tablet(tablet.token).get('/api/v1/terminal')).status, 200)
  const tapped = await begin('/api/v1/ratings', { authorization: `Bearer ${tablet.token}` }, batch([rating()]))
  const boss = await api.staff('unit_leader', { unit_id })
  t.equal((await boss.patch(`/api/v1/terminals/${tablet.terminal_id}`, { revoked: true })).status, 200)
  const administrator = await api.staff('administrator')
  t.equal((await administrator.delete(`/api/v1/accounts/${one.account_id}/sessions`)).status, 204)
  t.match(await late(), { status: 401, body: { error: { code: 'login_required' } } })
  t.match(await tapped(), { status: 200, body: { results: [{ status: 'quarantined' }] } })
  t.same(await api.db.query(`select from counters where name = 'Quầy muộn'`), [])

  // Stopped in the middle of its transaction, which does not stop whoever ends the session.
  const two = await logIn(api, [{ role: 'unit_leader', unit_id }])
  const held = await holdTable(t, api.db, 'audit')
  const renaming = api.session(two.token).patch(`/api/v1/counters/${counter_id}`, { name: 'Quầy đổi tên' })
  await held.untilSomebodyWaits()
  await api.db.query('delete from sessions where account_id = $1', [two.account_id])
  await held.release()
  t.match(await renaming, { status: 401, body: { error: { code: 'login_required' } } })
  t.same(await api.db.query(`select from counters where name = 'Quầy đổi tên'`), [])

  // An export goes on as slowly as its reader reads.
  await api.db.query(
    `insert into visits (unit_id, counter_id, grain, day, procedure_group, visits)
     select $1, $2, 'day', '2026-11-20', place::text, 1 from generate_series(1, 2001) place`,
    [unit_id, counter_id],
  )
  const three = await logIn(api, [{ role: 'unit_leader', unit_id }])
  const session = await withScope(api.pools.app, loginScope, (trx) => findSession(trx, hashToken(three.token)))
  const { scope } = staffFrom(session as SessionRow, false)
  const slices = readSlices({ pools: api.pools, scope, now: new Date(api.clock.now()) }, 'visits', {
    unit_id,
    from: null,
    to: null,
  })
  t.equal((await slices.next()).value.length, 2000)
  await api.db.query('delete from sessions where account_id = $1', [three.account_id])
  await wait(600)
  await t.rejects(slices.next(), { code: 'login_required' })
})

t.test('the log names nothing that the page of the log has no words for', async (t) => {
  const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../dashboards/i18n/vi.json'), 'utf8'))
  const rows = await api.db.query<{ action: string; parts: unknown }>(
    `select action, jsonb_build_array(subject, detail - 'requeued') as parts from audit`,
  )
  const unknown = new Set<string>()
  const look = (value: unknown, action: string): void => {
    if (Array.isArray(value)) for (const one of value) look(one, action)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        if (!words[`audit_field.${name}`]) unknown.add(`${action}: ${name}`)
        look(part, action)
      }
    }
  }
  for (const { action, parts } of rows) look(parts, action)
  t.ok(new Set(rows.map(({ action }) => action)).size > 40, 'nearly every deed was done above')
  t.same([...unknown].sort(), [])
})
