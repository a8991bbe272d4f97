/**
 * A report costs by the days and subjects it shows, not by how many ratings there are: every statement of every report is
 * run under EXPLAIN (ANALYZE, BUFFERS) in two provinces that differ in nothing but ten times the ratings.
 */
import pg from 'pg'
import t, { type Test } from 'tap'
import { mergeSteps } from '../../server/queries/tallies.ts'
import { generate } from '../bench/generate.ts'
import { type BenchRole, listQuestions } from '../bench/staff.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

const size = { units: 3, officers: 3, days: 200, until: '2026-11-24' }
/** Several a day at every counter, so that no day and no month is empty in either. */
const few = 6000

interface Plan {
  'Actual Rows': number
  'Actual Loops': number
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: Plan[]
}

const rowsOf = (plan: Plan): number =>
  plan['Actual Rows'] * plan['Actual Loops'] + (plan.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0)

async function open(t: Test, ratings: number): Promise<TestApp> {
  const server = await startTestApp(t, { at: '2026-11-24T18:00:00+07:00' })
  const client = new pg.Client({ connectionString: server.db.ownerUrl })
  await client.connect()
  await generate(client, { ...size, ratings })
  // As every night does.
  await mergeSteps(client as never, '2026-01-01', size.until)
  await client.query('vacuum analyze')
  await client.end()
  return server
}

/** Rows that flow and pages that are touched while the server answers; every statement is explained where it runs. */
async function costOf(ask: () => Promise<{ status: number }>): Promise<{ rows: number; pages: number }> {
  const cost = { rows: 0, pages: 0 }
  const original = pg.Client.prototype.query as (...args: unknown[]) => Promise<pg.QueryResult>
  let explaining = false
  pg.Client.prototype.query = async function (this: pg.Client, ...args: unknown[]) {
    const [text, values] = args as [string | { text: string; values?: unknown[] }, unknown[] | undefined]
    const sql = typeof text === 'string' ? text : text.text
    if (!explaining && /^\s*(select|with)/i.test(sql) && !/set_config/.test(sql)) {
      explaining = true
      try {
        const given = typeof text === 'string' ? values : (text.values ?? values)
        const { rows } = await original.call(this, `explain (analyze, buffers, format json) ${sql}`, given)
        const plan = (rows[0] as { 'QUERY PLAN': { Plan: Plan }[] })['QUERY PLAN'][0]?.Plan as Plan
        cost.rows += rowsOf(plan)
        cost.pages += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
      } finally {
        explaining = false
      }
    }
    return original.apply(this, args)
  } as never
  try {
    t.equal((await ask()).status, 200)
  } finally {
    pg.Client.prototype.query = original as never
  }
  return cost
}

t.test('ten times the ratings cost no more than a second row of a day, for what was set aside', async (t) => {
  const [small, large] = [await open(t, few), await open(t, few * 10)]
  const [office] = await small.db.query<{ unit_id: number; officer_id: number }>(
    'select unit_id, min(officer_id) as officer_id from officers group by 1 order by 1 limit 1',
  )
  const unit_id = office?.unit_id as number
  const unit = `/api/v1/reports/units/${unit_id}`
  const officer_id = office?.officer_id as number
  const asked: [role: BenchRole, path: string][] = []
  for (const range of ['from=2026-06-01&to=2026-10-31', 'from=2026-06-10&to=2026-11-20']) {
    asked.push(
      ['commission', `/api/v1/reports/units?${range}&compare=previous`],
      ['commission', `${unit}?${range}`],
      ['unit_leader', `/api/v1/reports/units?${range}`],
      ['unit_leader', `${unit}?${range}`],
      ['unit_clerk', `${unit}?${range}&compare=previous`],
      ['unit_clerk', `${unit}/series?${range}&grain=week`],
      ['unit_leader', `/api/v1/reports/officers/${officer_id}?${range}`],
      ['officer', `/api/v1/reports/me?${range}`],
    )
  }
  // What the benches ask of every page, which no list of this file's own could forget.
  for (const { role, path } of listQuestions({ unit_id, officer_id }, size.until)) asked.push([role, `/api/v1${path}`])
  for (const [role, path] of asked) {
    const inUnit = role === 'unit_leader' || role === 'unit_clerk' || role === 'officer'
    const reach = inUnit ? { unit_id, ...(role === 'officer' ? { officer_id } : {}) } : {}
    const [few, many] = [await small.staff(role, reach), await large.staff(role, reach)]
    // The first request also fills what is remembered of the session.
    await few.get(path)
    await many.get(path)
    const [a, b] = [await costOf(() => few.get(path)), await costOf(() => many.get(path))]
    t.ok(b.rows <= a.rows * 2.5 + 100, `${role} ${path}: ${a.rows} rows, with ten times the ratings ${b.rows}`)
    t.ok(b.pages <= a.pages * 2.5 + 200, `${role} ${path}: ${a.pages} pages, with ten times the ratings ${b.pages}`)
  }
})
