/** The past closes by itself: exact moments go after 35 days, hashes after 60, and what was decided by them stands. */
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { destroyOldMoments } from '../../server/count/retention.ts'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { withScope } from '../../server/queries/database.ts'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const BEGIN = '2026-11-24T18:00:00+07:00'

async function arrange(t: Test) {
  const server = await startTestApp(t, { at: BEGIN })
  const office = await createOffice(server.db, { officers: 2 })
  const [hoa, minh] = office.officers as [number, number]
  const counter = office.counters[0] as number
  await assign(server.db, counter, hoa, '2026-11-01T00:00:00+07:00')
  const tablet = server.tablet(office.tablets[0]?.token as string)
  const client = await server.pools.openCountClient()
  t.teardown(() => client.end())
  return {
    server,
    minh,
    hoa,
    send: async (...items: object[]) =>
      (await tablet.post('/api/v1/ratings', batch(items, { sent_at: new Date(server.clock.now()).toISOString() }))).body
        .results,
    retain: async (at: string) => {
      server.clock.set(at)
      await destroyOldMoments(client, server.clock.now(), pino({ level: 'silent' }))
    },
    moments: () =>
      server.db.query<Record<string, unknown>>(
        'select corrected_at, received_at, rated_at, device_epoch, sequence, dwell_ms from moments',
      ),
    requeue: () =>
      withScope(
        server.pools.app,
        { account_id: null, roles: ['unit_leader'], units: [office.unit_id], officer_id: null },
        (trx) => requeueCounter(trx, counter, new Date('2026-01-01'), null),
      ),
    tallies: () => server.db.query('select * from tallies order by officer_id, month, set_aside'),
    verdicts: () =>
      server.db.query<{ officer_id: number; set_aside: number }>(
        'select officer_id, set_aside from verdicts join ratings using (rating_id) order by level desc',
      ),
  }
}

t.test('after 35 days nothing exact is left, after 60 the same id is a duplicate whatever it says', async (t) => {
  const { server, send, retain, moments, tallies, minh } = await arrange(t)
  const items = [5, 4, 3].map((level, index) =>
    rating({
      level,
      rated_at: `2026-11-24T1${index}:00:00+07:00`,
      sequence: index + 1,
      device_epoch: 'e',
      dwell_ms: 900,
    }),
  )
  await send(...items)
  await server.count()
  const before = await tallies()

  await retain('2026-12-29T08:00:00+07:00')
  t.ok(
    (await moments()).every((row) => Object.values(row).every((value) => value !== null)),
    'on the 35th day all is there',
  )
  await retain('2026-12-30T08:00:00+07:00')
  t.equal((await moments()).length, 3)
  t.ok(
    (await moments()).every((row) => Object.values(row).every((value) => value === null)),
    'on the 36th nothing is',
  )
  t.match(await send(items[0] as object), [{ status: 'duplicate' }])
  t.match(await send({ ...items[0], level: 1 }), [{ status: 'rejected', code: 'rating_conflict' }])

  await server.db.query('update assignments set officer_id = $1', [minh])
  await server.db.query('insert into inbox (rating_id) select rating_id from ratings')
  t.equal(await server.count(), 3)
  t.same(await tallies(), before, 'a roster changed afterwards moves nothing')
  t.same((await server.verify()).differences, [])

  await retain('2027-01-23T08:00:00+07:00')
  t.equal((await moments()).length, 3, 'on the 60th day the hash is there')
  await retain('2027-01-24T08:00:00+07:00')
  t.equal((await moments()).length, 0)
  t.match(await send({ ...items[0], level: 1 }), [{ status: 'duplicate' }])
  t.same(await tallies(), before)
  t.same((await server.verify()).differences, [])
})

t.test('what still waits to be counted keeps its moment until it is', async (t) => {
  const { server, send, retain, moments, hoa, verdicts } = await arrange(t)
  await send(rating({ rated_at: BEGIN }))
  await retain('2026-12-30T08:00:00+07:00')
  t.not((await moments())[0]?.corrected_at, null)
  await server.count()
  t.same(await verdicts(), [{ officer_id: hoa, set_aside: 0 }])
  await retain('2026-12-31T08:00:00+07:00')
  t.equal((await moments())[0]?.corrected_at, null)
})

t.test('a day of which only a part is still known is judged no more, but keeps following the roster', async (t) => {
  const { server, send, retain, verdicts, tallies, requeue, hoa, minh } = await arrange(t)
  // The second tap of the same hand came three weeks later, when the network was back.
  await send(rating({ level: 5, rated_at: '2026-11-24T10:00:00+07:00' }))
  server.clock.set('2026-12-15T09:00:00+07:00')
  await send(rating({ level: 4, rated_at: '2026-11-24T10:00:02+07:00' }))
  await server.count()
  t.same(await verdicts(), [
    { officer_id: hoa, set_aside: 0 },
    { officer_id: hoa, set_aside: 1 },
  ])
  const before = await tallies()
  await retain('2026-12-30T08:00:00+07:00')
  t.same((await server.verify()).differences, [], 'verify does not judge the second without the first')
  t.equal(await requeue(), 1, 'only the second has a moment left')
  await server.count()
  t.same(await tallies(), before)

  await server.db.query('update assignments set officer_id = $1', [minh])
  await requeue()
  await server.count()
  t.same(await verdicts(), [
    { officer_id: hoa, set_aside: 0 },
    { officer_id: minh, set_aside: 1 },
  ])
  t.same((await server.verify()).differences, [])

  // A third of that day, after forty days: judged beside what is known of it, and nothing else is touched.
  server.clock.set('2027-01-03T09:00:00+07:00')
  await send(rating({ level: 3, rated_at: '2026-11-24T15:00:00+07:00' }))
  await server.count()
  t.same(
    (await verdicts()).map((row) => row.set_aside),
    [0, 1, 0],
  )
  await retain('2027-01-20T08:00:00+07:00')
  await requeue()
  await server.count()
  t.same(
    (await verdicts()).map((row) => row.set_aside),
    [0, 1, 0],
  )
  t.same((await server.verify()).differences, [])
})

t.test('the place of rows on the disk tells the order of visits while moments are there, and no longer', async (t) => {
  const { server, send, retain } = await arrange(t)
  const order = async (table: string) =>
    server.db.query<{ rating_id: string; xmin: string }>(`select rating_id, xmin::text from ${table} order by ctid`)
  const sent: string[] = []
  for (let hour = 0; hour < 12; hour += 1) {
    const one = rating({ comment: 'Cảm ơn', rated_at: `2026-11-24T0${hour % 8}:${10 + hour}:00+07:00` })
    sent.push(String(one.id))
    await send(one)
    await server.count()
  }
  const ids = (rows: { rating_id: string }[]) => rows.map(({ rating_id }) => rating_id)
  const before = await server.db.query('select * from ratings order by rating_id')
  for (const table of ['ratings', 'verdicts', 'moments', 'remarks']) {
    t.same(ids(await order(table)), sent, `${table}: as they came`)
  }
  await retain('2026-12-31T03:00:00+07:00')
  for (const table of ['ratings', 'verdicts', 'moments', 'remarks']) {
    const rows = await order(table)
    t.same(ids(rows), [...sent].sort(), `${table}: by their random ids`)
    t.equal(new Set(rows.map(({ xmin }) => xmin)).size, 1, `${table}: written by one transaction`)
  }
  t.same(await server.db.query('select * from ratings order by rating_id'), before, 'and no word of any is changed')
  t.same((await server.verify()).differences, [])
})
