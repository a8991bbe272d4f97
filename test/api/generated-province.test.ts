/** What the benches generate is what receiving and counting would have written: `verify` finds no difference. */
import pg from 'pg'
import t from 'tap'
import { mergeSteps } from '../../server/queries/tallies.ts'
import { generate } from '../bench/generate.ts'
import { startTestApp } from '../support/app.ts'

t.test('fifty thousand ratings of three years, generated', async (t) => {
  const server = await startTestApp(t)
  const client = new pg.Client({ connectionString: server.db.ownerUrl })
  await client.connect()
  t.teardown(() => client.end())
  await generate(client, { ratings: 50_000, units: 4, officers: 6, days: 1096, until: '2026-11-24' })
  const { ratings, inbox, rederived, differences } = await server.verify()
  t.same(differences, [])
  t.equal(inbox, 0)
  t.ok(ratings > 45_000 && ratings < 55_000, `${ratings} ratings`)
  t.ok(rederived > 1000, `${rederived} verdicts derived again`)
  const [seen] = await server.db.query<Record<string, number>>(
    `select (select count(*)::int from verdicts where set_aside = 1) as set_aside, (select count(*)::int from waiting) as waiting,
            (select count(*)::int from verdicts where officer_id is null) as nobody,
            (select count(*)::int from steps) as steps, (select count(*)::int from step_months) as step_months,
            (select count(*)::int from moments where corrected_at is null) as hashes`,
  )
  for (const [what, count] of Object.entries(seen ?? {})) t.ok(count > 20, `${what}: ${count}`)

  t.equal((await server.night()).requeued, 0, 'nor does the night find anything to change')
  t.same((await server.verify()).differences, [])

  const sums = `select unit_id, local_day, counter_id, officer_id, set_aside, sum(changes)::int as changes, sum(n1)::int as n1,
                       sum(n2)::int as n2, sum(n3)::int as n3, sum(n4)::int as n4, sum(n5)::int as n5,
                       sum(service_only)::int as service_only,
                       (select array_agg(n order by place) from (
                          select place, sum(n)::int as n from steps o, unnest(marks) with ordinality as u (n, place)
                           where (o.unit_id, o.local_day, o.counter_id, o.set_aside) = (s.unit_id, s.local_day, s.counter_id, s.set_aside)
                             and o.officer_id is not distinct from s.officer_id group by place) p) as marks,
                       count(*)::int as rows
                  from steps s where local_day >= '2026-09-01' group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`
  // Days as busy as days can be: the same steps ten times, with fewer marks and with none, and one group too large to be one row.
  await server.db.query(`insert into steps select unit_id, counter_id, officer_id, local_day, set_aside, changes, n1, n2, n3, n4, n5,
      service_only, case i % 3 when 0 then null when 1 then marks[1:3] else marks end
    from steps, generate_series(1, 9) i where local_day >= '2026-09-01'`)
  await server.db.query(`insert into steps select unit_id, counter_id, officer_id, '2026-11-01', set_aside, 20000, 20000, 0, 0, 0, 0, 0
    from (select distinct unit_id, counter_id, officer_id, set_aside from steps limit 1) s, generate_series(1, 2)`)
  type Merged = { rows: number } & Record<string, unknown>
  const before = await server.db.query<Merged>(sums)
  const went = await mergeSteps(client as never, '2026-09-01', '2026-11-25')
  const after = await server.db.query<Merged>(sums)
  const apart = ({ rows: _, ...row }: Merged) => row
  t.strictSame(after.map(apart), before.map(apart), 'nothing that was shown changes')
  t.equal(after.filter(({ rows }) => rows > 1).length, 1, 'only what would overflow stays in two rows')
  t.equal(went, before.reduce((sum, { rows }) => sum + rows - 1, 0) - 1)
  t.equal(await mergeSteps(client as never, '2026-09-01', '2026-11-25'), 0, 'once is enough')
})
