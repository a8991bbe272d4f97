/** Every route × every kind of caller × own, foreign and impossible ids. A route without a line in `samples` fails the test. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { roles } from '../../server/contract/accounts.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { pairTablet } from '../support/office.ts'
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
