/** A server whose own clock went back: nothing is refused, nothing is dated, and everything is dated once it is set. */
import { pino } from 'pino'
import t from 'tap'
import { readConfig } from '../../server/config.ts'
import { dateUndated } from '../../server/receive/undated.ts'
import { createServices } from '../../server/services.ts'
import { createTestClock, startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const minutes = (count: number) => new Date(Date.parse('2026-11-24T10:00:00+07:00') + count * 60_000).toISOString()

t.test('a clock that went back dates nothing, loses nothing and doubles nothing', async (t) => {
  const before = await startTestApp(t)
  const { db, keys, pools } = before
  const office = await createOffice(db)
  const [counter = 0] = office.counters
  const [officer = 0] = office.officers
  await assign(db, counter, officer, '2026-01-01T00:00:00+07:00')
  const token = office.tablets[0]?.token ?? ''
  const earlier = Array.from({ length: 6 }, (_, place) => rating({ rated_at: minutes(-90 + place * 10) }))
  t.equal((await before.tablet(token).post('/api/v1/ratings', batch(earlier))).status, 200)
  await before.count()

  // The battery of the box is empty: it starts again in 2020, as a new process.
  const clock = createTestClock('2020-01-01T00:00:00+07:00')
  const after = await startTestApp(t, { db, keys, pools, clock })
  const tablet = after.tablet(token)
  const fresh = Array.from({ length: 5 }, (_, place) => rating({ rated_at: minutes(-20 + place * 3), level: 4 }))
  const sent = batch(fresh)
  const answer = await tablet.post('/api/v1/ratings', sent)
  t.same(
    answer.body.results.map((result: { status: string }) => result.status),
    Array(5).fill('stored'),
  )
  t.same(
    (await tablet.post('/api/v1/ratings', sent)).body.results.map((result: { status: string }) => result.status),
    Array(5).fill('duplicate'),
    'sent again: known already',
  )
  const forged = await tablet.post('/api/v1/ratings', batch([{ ...fresh[0], level: 1 }]))
  t.equal(forged.body.results[0].code, 'rating_conflict')
  const old = await tablet.post('/api/v1/ratings', batch([earlier[0]]))
  t.equal(old.body.results[0].status, 'duplicate', 'what was stored before is known too')

  t.equal(await after.count(), 0, 'nothing to count: nothing has a date')
  const commission = await after.staff('commission')
  const range = '?from=2026-11-01&to=2026-11-30'
  const shown = await commission.get(`/api/v1/reports/units${range}`)
  t.equal(shown.body.freshness.clock_behind, true, 'the pages say so')
  t.equal(shown.body.units[0].figure.n, 6)

  const services = createServices({
    config: readConfig({ LOG_LEVEL: 'silent' }),
    pools,
    keys,
    clock,
    log: pino({ level: 'silent' }),
  })
  t.equal(await dateUndated(services), 0, 'still behind: still undated')
  clock.set('2026-11-24T10:05:00+07:00')
  const [kept] = await db.query<{ rating_id: string }>('select * from undated_ratings order by rating_id limit 1')
  t.equal(await dateUndated(services), 5)
  t.equal(await dateUndated(services), 0, 'once')
  await after.count()
  const healed = await commission.get(`/api/v1/reports/units${range}`)
  t.equal(healed.body.freshness.clock_behind, false)
  t.equal(healed.body.units[0].figure.n, 11)
  t.same(healed.body.units[0].figure.levels, [0, 0, 0, 5, 6])
  const days = await db.query<{ local_day: string }>('select distinct local_day from ratings')
  t.same(
    days.map((day) => day.local_day),
    ['2026-11-24'],
    'dated by the right clock and the gaps the tablet measured',
  )
  t.same((await after.verify()).differences, [])

  // Meanwhile another rating may have taken the id of one that waits: what was acknowledged is not thrown away.
  await db.query(
    `insert into undated_ratings select rating_id, unit_id, counter_id, terminal_id, 'earlier run', 0, '\\x00',
       jsonb_build_object('sent_at', '2026-11-24T10:00:00+07:00'),
       jsonb_build_object('id', rating_id, 'scale', 'faces5', 'level', 1, 'marks', '[]'::jsonb, 'language', 'vi',
                          'rated_at', '2026-11-24T10:00:00+07:00')
      from ratings where rating_id = $1`,
    [kept?.rating_id],
  )
  t.equal(await dateUndated(services), 0, 'the first stands')
  t.equal((await db.query('select * from undated_ratings')).length, 1, 'the other stays for a person to look at')
})
