/** What the benches generate is what receiving and counting would have written: `verify` finds no difference. */
import pg from 'pg'
import t from 'tap'
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
})
