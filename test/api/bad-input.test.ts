/** Nonsense on every route, from somebody who may call it: always a refusal of the one shape, never a 5xx, never a crash. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { createLog } from '../../server/log.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import { ORIGIN, startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'

// The last fault the server wrote down: without it a 500 tells nothing.
let fault = ''
const log = createLog('error', {
  write: (line) => {
    fault = line
  },
})
const api = await startTestApp(t, { log })
const office = await createOffice(api.db)
const deep = (open: string, close: string, levels = 50_000) => open.repeat(levels) + close.repeat(levels)

/** Headers of somebody whom the route lets through. */
const passes = new Map<string, Record<string, string>>()
async function passFor(route: DeclaredRoute): Promise<Record<string, string>> {
  if (route.access === 'public') return {}
  if (route.access === 'terminal') return { authorization: `Bearer ${office.tablets[0]?.token}` }
  const role = route.access.roles[0] as NonNullable<(typeof route.access.roles)[0]>
  const known = passes.get(role)
  if (known) return known
  const token = randomUUID()
  await api.db.query(
    `with account as (insert into accounts (username, password_hash) values ($1, 'none') returning account_id),
     role as (insert into account_roles (account_id, role, unit_id, officer_id) select account_id, $1,
       case when $1 in ('unit_leader', 'unit_clerk', 'officer') then $2::integer end, case when $1 = 'officer' then $3::integer end
       from account)
     insert into sessions (token_hash, account_id, created_at, last_seen_at) select sha256($4::bytea), account_id, $5, $5
       from account`,
    [role, office.unit_id, office.officers[0], token, new Date(api.clock.now())],
  )
  const pass = { cookie: `__Host-session=${token}` }
  passes.set(role, pass)
  return pass
}

interface Attempt {
  payload?: string | Buffer
  type?: string
  query?: string
  id?: string
}

async function send(route: DeclaredRoute, { payload, type = 'application/json', query = '', id = '1' }: Attempt) {
  const answer = await api.app.inject({
    method: route.method as 'GET',
    url: route.url.replace(':id', id).replace('*', '') + query,
    headers: { origin: ORIGIN, ...(payload === undefined ? {} : { 'content-type': type }), ...(await passFor(route)) },
    ...(payload === undefined ? {} : { payload }),
  })
  const code = answer.statusCode >= 400 && answer.body.startsWith('{') ? answer.json().error.code : null
  return { status: answer.statusCode, code: code as string | null, body: answer.body }
}

const routes = api.app.declaredRoutes.filter(({ url }) => url.startsWith('/api/'))
const changing = routes.filter(({ method }) => method !== 'GET')
// Log-out would end the very session that all others are tried with, and it takes no body.
const withBody = changing.filter(({ hasBody }) => hasBody)
const nameOf = ({ method, url }: DeclaredRoute) => `${method} ${url}`

t.test('bodies that are no JSON, or no body of this call', async (t) => {
  const cases: [string, Attempt, number, string][] = [
    ['cut short', { payload: '{"a":' }, 400, 'invalid_json'],
    ['not JSON', { payload: 'level=5' }, 400, 'invalid_json'],
    ['a comment', { payload: '{} // x' }, 400, 'invalid_json'],
    ['NaN', { payload: '{"a":NaN}' }, 400, 'invalid_json'],
    ['bytes', { payload: Buffer.from([0xff, 0xfe, 0x00, 0x80]) }, 400, 'invalid_json'],
    ['__proto__', { payload: '{"__proto__":{"x":1}}' }, 400, 'invalid_json'],
    ['hidden __proto__', { payload: '{"a":{"\\u005f_proto__":{"x":1}}}' }, 400, 'invalid_json'],
    ['constructor.prototype', { payload: '{"constructor":{"prototype":{"x":1}}}' }, 400, 'invalid_json'],
    ['50,000 arrays open', { payload: '['.repeat(50_000) }, 400, 'invalid_json'],
    ['50,000 arrays', { payload: deep('[', ']') }, 400, 'invalid_body'],
    ['50,000 objects', { payload: `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}` }, 400, ''],
    [
      '50,000 deep with __proto__',
      { payload: `${'{"a":'.repeat(50_000)}{"__proto__":1}${'}'.repeat(50_000)}` },
      400,
      'invalid_json',
    ],
    ['a list', { payload: '[]' }, 400, 'invalid_body'],
    ['text', { payload: '"x"' }, 400, 'invalid_body'],
    ['number', { payload: '5' }, 400, 'invalid_body'],
    ['a form', { payload: 'a=b', type: 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['plain text', { payload: '{}', type: 'text/plain' }, 415, 'unsupported_media_type'],
    ['multipart', { payload: '--x--', type: 'multipart/form-data; boundary=x' }, 415, 'unsupported_media_type'],
    ['no JSON type', { payload: '{}', type: 'application/jsonp' }, 415, 'unsupported_media_type'],
    ['broken type', { payload: '{}', type: 'application/json/x' }, 415, 'unsupported_media_type'],
  ]
  for (const route of withBody) {
    const most = route.bodyLimit ?? 1_048_576
    const large: typeof cases = [
      ['8 times too much', { payload: `{"a":"${'x'.repeat(8 * most)}"}` }, 413, 'body_too_large'],
      ['one byte too many', { payload: ' '.repeat(most + 1) }, 413, 'body_too_large'],
    ]
    for (const [name, attempt, status, code] of [...cases, ...large]) {
      const answer = await send(route, attempt)
      const label = `${nameOf(route)}: ${name}`
      t.equal(answer.status, status, label)
      if (code !== '') t.equal(answer.code, code, label)
    }
  }
})

t.test('queries and ids that mean nothing', async (t) => {
  const queries = [
    '?',
    '?x',
    '?x=1&x=2',
    '?__proto__=1',
    '?constructor=1',
    '?a[b]=1',
    '?%00=1',
    `?q=${'x'.repeat(5000)}`,
    '?%=1',
    '?cursor=%ff',
    '?unit_id=1%00',
    '?from=0',
    '?limit=1e2',
  ]
  const ids = [
    '%00',
    '%2e%2e',
    '..%2f..',
    '0x1',
    '١',
    '1.0',
    ' 1',
    '1;drop table units',
    "'",
    'null',
    'undefined',
    'NaN',
    '-0',
    '%F0%9F%98%80',
    'a'.repeat(199),
  ]
  for (const route of routes) {
    for (const query of queries) await orderly(t, route, { query })
    if (route.url.includes(':id')) for (const id of ids) await orderly(t, route, { id })
  }
})

async function orderly(t: Test, route: DeclaredRoute, attempt: Attempt): Promise<void> {
  // A body is missing for the changing ones, which is nonsense enough.
  if (nameOf(route) === 'DELETE /api/v1/session') return
  const { status, code, body } = await send(route, attempt)
  const fine = status < 400 || (status < 500 && code !== null)
  if (!fine)
    t.fail(
      `${nameOf(route)} ${JSON.stringify(attempt).slice(0, 200)}: ${status} ${body.slice(0, 200)} ${status < 500 ? '' : fault}`,
    )
  else t.pass()
}

t.test('whatever JSON there is, in the place of the body and of each of its fields', async (t) => {
  const names = new Map(withBody.map((route) => [nameOf(route), fieldsOf(route)]))
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom<unknown>(
      '',
      '\0',
      '\ud800',
      '‮',
      '1',
      'x'.repeat(10_000),
      1e308,
      -1,
      0.1,
      2 ** 53,
      null,
      true,
      [],
      {},
    ),
    fc.constantFrom(
      '2026-11-24T10:00:00+07:00',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '2026-02-30',
      '2026-11-24',
    ),
  )
  for (const route of withBody) {
    const fields = names.get(nameOf(route)) as string[]
    const body = fc.oneof(
      strange,
      fc.record(Object.fromEntries(fields.map((field) => [field, strange])), { requiredKeys: [] }),
    )
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom('1', '2147483647', 'x'), async (value, id) => {
        const { status, code, body } = await send(route, { payload: JSON.stringify(value) ?? 'null', id })
        // Log-in and pairing slow down whoever guesses; that is a refusal too.
        if (status >= 500 || (status >= 400 && code === null)) {
          throw new Error(`${status} ${body} ${status < 500 ? '' : fault}`)
        }
      }),
      { numRuns: 60 },
    )
    t.pass(nameOf(route))
  }
})

/** The fields of a body, from the API page: what a caller would try. */
function fieldsOf({ method, url }: DeclaredRoute): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: a document, read as it comes
  const page = api.app.swagger() as any
  const operation = page.paths[url.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()]
  const { schema } = operation.requestBody.content['application/json']
  return Object.keys(schema.properties ?? {})
}

t.test('and the server still works', async (t) => {
  t.same((await api.stranger.get('/api/v1/health/ready')).body, { status: 'ok' })
  t.equal(({} as { x?: unknown }).x, undefined, 'no prototype was touched')
})
