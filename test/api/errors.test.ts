/** The closed list of errors: code, page and screen say the same; constraints map to codes; only what is away is "unavailable". */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { errorCodes } from '../../server/contract/errors.ts'
import { ApiError, constraintCodes, errorTable, isDatabaseAway, toApiError } from '../../server/errors.ts'
import { createTestDatabase } from '../support/database.ts'

const root = join(import.meta.dirname, '..', '..')

t.test('docs/errors.md lists exactly the codes, with their status, text and words on screen', async (t) => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const onScreen = JSON.parse(readFileSync(join(root, 'dashboards/i18n/vi.json'), 'utf8')) as Record<string, string>
  const rows = [...page.matchAll(/^\| `(\w+)` \|(.+)\|$/gm)].map(([, code, rest]) => ({
    code: code as string,
    cells: (rest as string).split(' | ').map((cell) => cell.trim()),
  }))
  t.same(rows.map(({ code }) => code).sort(), [...errorCodes].sort(), 'every code once, and no other')
  t.same(Object.keys(errorTable).sort(), [...errorCodes].sort(), 'server/errors.ts has the same list')
  for (const { code, cells } of rows) {
    const [status, meaning, action, message, vietnamese] = cells
    const entry = errorTable[code as keyof typeof errorTable]
    t.equal(status, String(entry.status), `${code}: status`)
    t.ok(meaning && action, `${code}: says what it means and what to do`)
    t.equal(message, entry.message, `${code}: message`)
    t.equal(vietnamese, onScreen[`error.${code}`], `${code}: words on screen`)
  }
})

t.test('every constraint that has a code exists in the schema', async (t) => {
  const db = await createTestDatabase(t)
  const found = await db.query<{ name: string }>(
    `select conname as name from pg_constraint where connamespace = 'public'::regnamespace
     union select indexname from pg_indexes where schemaname = 'public'`,
  )
  const names = new Set(found.map(({ name }) => name))
  for (const name of Object.keys(constraintCodes)) t.ok(names.has(name), name)
})

const failure = (parts: Record<string, unknown>, message = 'x') => Object.assign(new Error(message), parts)

t.test('what is away, busy, the data’s fault or ours', async (t) => {
  const cases: [string, unknown, string | null][] = [
    ['refused', failure({ code: 'ECONNREFUSED' }), 'database_unavailable'],
    ['several addresses refused', new AggregateError([failure({ code: 'ECONNREFUSED' })]), 'database_unavailable'],
    ['pool full', new Error('timeout exceeded when trying to connect'), 'database_unavailable'],
    ['connection cut', new Error('Connection terminated unexpectedly'), 'database_unavailable'],
    ['shutting down', failure({ code: '57P01' }), 'database_unavailable'],
    ['too many connections', failure({ code: '53300' }), 'database_unavailable'],
    ['disk full', failure({ code: '53100' }), 'database_full'],
    ['a replica now', failure({ code: '25006' }), 'database_read_only'],
    ['connection refused by PostgreSQL', failure({ code: '55000', severity: 'FATAL' }), 'database_unavailable'],
    ['no socket yet', failure({ code: 'ENOENT', syscall: 'connect' }), 'database_unavailable'],
    ['a missing file is our fault', failure({ code: 'ENOENT', syscall: 'open' }), null],
    ['deadlock', failure({ code: '40P01' }), 'overloaded'],
    ['statement timeout', failure({ code: '57014' }), 'overloaded'],
    ['known constraint', failure({ code: '23505', constraint: 'counters_name' }), 'name_taken'],
    ['unknown constraint', failure({ code: '23505', constraint: 'something_else' }), null],
    ['NUL in a text', failure({ code: '22021' }), 'invalid_body'],
    ['half a pair in JSON', failure({ code: '22P02' }), 'invalid_body'],
    ['too long', failure({ code: '22001' }), 'invalid_body'],
    ['too large for an index', failure({ code: '54000' }), 'invalid_body'],
    ['longer once composed', failure({ code: '23514', constraint: 'holidays_name_check' }), 'invalid_body'],
    ['a division by zero is our fault', failure({ code: '22012' }), null],
    [
      'row security',
      failure({ code: '42501' }, 'new row violates row-level security policy for table "x"'),
      'forbidden',
    ],
    ['a missing grant is our fault', failure({ code: '42501' }, 'permission denied for table x'), null],
    ['a wrong column is our fault', failure({ code: '42703' }), null],
    ['no error at all', 'text', null],
  ]
  for (const [name, error, code] of cases) t.equal(toApiError(error)?.code ?? null, code, name)
  t.notOk(isDatabaseAway(failure({ code: '08' })), 'half a code is no code')
})

t.test('the one shape, and Retry-After where waiting helps', async (t) => {
  t.same(new ApiError('not_found').toBody(), {
    error: { code: 'not_found', message: errorTable.not_found.message },
  })
  t.same(new ApiError('in_use', { terminals: 1 }, 'Own words.').toBody(), {
    error: { code: 'in_use', message: 'Own words.', details: { terminals: 1 } },
  })
  t.equal(new ApiError('not_found').retryAfter, null)
  for (const code of ['too_many_requests', 'database_unavailable', 'overloaded'] as const) {
    t.ok((new ApiError(code).retryAfter ?? 0) > 0, code)
  }
})
