/** An acknowledged rating is never lost and never counted twice: storms of repeats, lost answers, a database that goes away. */
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { startCounting } from '../../server/count/worker.ts'
import { openPools } from '../../server/queries/database.ts'
import { type Answer, startTestApp, type TestApp } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'
import { holdTable } from '../support/locks.ts'
import { batch, createOffice, type Office, pairTablet, rating } from '../support/office.ts'
import { dice } from '../support/weeks.ts'
import { createWire } from '../support/wire.ts'

const URL = '/api/v1/ratings'

/** One row per id, one inbox row per row, and how many there are. */
async function counts(server: TestApp) {
  const [row] = await server.db.query<{ ratings: number; distinct: number; moments: number; inbox: number }>(
    `select (select count(*)::int from ratings) as ratings, (select count(distinct rating_id)::int from ratings) as distinct,
            (select count(*)::int from moments) as moments, (select count(*)::int from inbox) as inbox`,
  )
  return row
}

/** A second server on the same database: its own pools, its own memory, the same keys. */
async function startBeside(t: Test, server: TestApp): Promise<TestApp> {
  const { ownerUrl } = server.db
  const pools = await openPools({ ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  const { db, clock, keys } = server
  const beside = await startTestApp(t, { db, clock, keys, pools })
  t.teardown(() => pools.close())
  return beside
}

t.test('the same ratings one to five times, shuffled, in parallel, on two servers: one row each', async (t) => {
  const one = await startTestApp(t)
  const two = await startBeside(t, one)
  const office = await createOffice(one.db, { counters: 2 })
  const roll = dice(5)
  const originals = Array.from({ length: 150 }, (_, index) => rating({ level: 1 + (index % 5), sequence: index + 1 }))
  // Of some ids another content goes round as well: whichever is first stands.
  const sends = originals.flatMap((item, index) =>
    Array.from({ length: 1 + roll(5) }, () =>
      index % 5 === 0 && roll(2) === 0 ? { ...item, level: 3, comment: 'khác' } : item,
    ),
  )
  const shuffled = sends
    .map((item) => ({ item, place: roll(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
  const batches: Record<string, unknown>[][] = []
  for (let from = 0; from < shuffled.length; ) {
    const size = 1 + roll(12)
    batches.push(shuffled.slice(from, from + size))
    from += size
  }
  const answers = await Promise.all(
    batches.map((items, index) =>
      (index % 2 === 0 ? one : two)
        .tablet(office.tablets[index % 3 === 0 ? 1 : 0]?.token as string)
        .post(URL, batch(items)),
    ),
  )
  const firsts = new Map<string, Record<string, unknown>>()
  const statuses: [id: string, item: Record<string, unknown>, status: string][] = []
  for (const [index, { status, body }] of answers.entries()) {
    t.equal(status, 200)
    for (const [place, result] of body.results.entries()) {
      const item = batches[index]?.[place] as Record<string, unknown>
      t.equal(result.id, item.id)
      statuses.push([result.id, item, result.status])
      if (result.status !== 'stored') continue
      t.notOk(firsts.has(result.id), 'stored once')
      firsts.set(result.id, item)
    }
  }
  t.equal(firsts.size, originals.length, 'every id has exactly one that was stored')
  for (const [id, item, status] of statuses) {
    if (status !== 'stored')
      t.equal(status, JSON.stringify(item) === JSON.stringify(firsts.get(id)) ? 'duplicate' : 'rejected', id)
  }
  t.same(await counts(one), { ratings: 150, distinct: 150, moments: 150, inbox: 150 })
  const levels = await one.db.query<{ rating_id: string; level: number }>('select rating_id, level from ratings')
  for (const { rating_id, level } of levels) t.equal(level, firsts.get(rating_id)?.level, 'and that one is what stands')
  const lots = await Promise.allSettled([one.count(), wait(5).then(() => two.verify())])
  t.same(
    lots.map((lot) => lot.status),
    ['fulfilled', 'fulfilled'],
  )
  t.same((await two.verify()).differences, [])
  const [total] = await one.db.query('select sum(n1 + n2 + n3 + n4 + n5)::int as n from unit_tallies')
  t.same(total, { n: 150 })
})

t.test('a revoked tablet that sends the same on two servers at once is kept once', async (t) => {
  const one = await startTestApp(t)
  const two = await startBeside(t, one)
  const office = await createOffice(one.db)
  const gone = await pairTablet(one.db, office.counters[0] as number)
  await one.db.query('update terminals set revoked_at = now() where terminal_id = $1', [gone.terminal_id])
  const item = rating()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).tablet(gone.token).post(URL, batch([item]))),
  )
  for (const { body } of answers) t.match(body.results, [{ status: 'quarantined' }])
  t.same(await one.db.query('select count(*)::int as n from quarantine'), [{ n: 1 }])
})

/** A server whose database is at the other end of a wire. */
async function startOnWire(
  t: Test,
): Promise<{ server: TestApp; office: Office; wire: Awaited<ReturnType<typeof createWire>> }> {
  const db = await createTestDatabase(t)
  const wire = await createWire(t, db.ownerUrl)
  const pools = await openPools({ ownerUrl: wire.url, appUrl: null, ingestUrl: null }, () => {})
  const server = await startTestApp(t, { db, pools })
  t.teardown(() => pools.close())
  return { server, office: await createOffice(db), wire }
}

function isAway(t: Test, { status, body, headers }: Answer, what: string): void {
  t.equal(status, 503, what)
  t.match(body, { error: { code: 'database_unavailable' } }, what)
  t.match(headers, { 'retry-after': /^[1-9]\d*$/ }, what)
}

t.test('killed before the commit: 503, nothing is there; sent again: stored', async (t) => {
  const { server, office } = await startOnWire(t)
  const tablet = server.tablet(office.tablets[0]?.token as string)
  await tablet.post(URL, batch([rating()]))
  const items = [rating(), rating()]
  const lock = await holdTable(t, server.db, 'ratings')
  const answer = tablet.post(URL, batch(items))
  await lock.untilSomebodyWaits()
  await server.db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  )
  isAway(t, await answer, 'the connection was killed while it wrote')
  await lock.release()
  t.match(await counts(server), { ratings: 1 }, 'not acknowledged, not there')
  const again = await tablet.post(URL, batch(items))
  t.match(again.body.results, [{ status: 'stored' }, { status: 'stored' }], 'the server has recovered by itself')
  t.same(await counts(server), { ratings: 3, distinct: 3, moments: 3, inbox: 3 })
})

t.test('killed after the commit, before the answer: 503, and sent again it is a duplicate', async (t) => {
  const { server, office, wire } = await startOnWire(t)
  const tablet = server.tablet(office.tablets[0]?.token as string)
  await tablet.post(URL, batch([rating()]))
  const items = [rating({ level: 1 }), rating({ level: 2, comment: 'Một lần' })]
  const lock = await holdTable(t, server.db, 'ratings')
  const answer = tablet.post(URL, batch(items))
  await lock.untilSomebodyWaits()
  wire.swallow()
  await lock.release()
  while (((await counts(server))?.ratings ?? 0) < 3) await wait(10)
  await wire.mend()
  isAway(t, await answer, 'the answer of the database was lost')
  t.match((await tablet.post(URL, batch(items))).body.results, [{ status: 'duplicate' }, { status: 'duplicate' }])
  t.match((await tablet.post(URL, batch([{ ...items[0], level: 5 }]))).body.results, [{ code: 'rating_conflict' }])
  t.same(await counts(server), { ratings: 3, distinct: 3, moments: 3, inbox: 3 })
})

t.test(
  'connections killed at random under load: every 200 is there, every 503 can be sent again, none is doubled',
  async (t) => {
    const { server, office } = await startOnWire(t)
    const tablet = server.tablet(office.tablets[0]?.token as string)
    const acknowledged = new Set<string>()
    let [refused, sent] = [0, 0]
    let killing = true
    const killer = (async () => {
      const roll = dice(9)
      while (killing) {
        await wait(roll(12))
        await server.db.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hai_long_ingest' and datname = current_database()`,
        )
      }
    })()
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let turn = 0; turn < 20; turn += 1) {
          const items = Array.from({ length: 4 }, () => rating())
          for (let tries = 0; ; tries += 1) {
            const answer = await tablet.post(URL, batch(items))
            sent += 1
            if (answer.status === 200) {
              for (const { id, status } of answer.body.results) {
                if (!['stored', 'duplicate'].includes(status)) t.fail(`${status} for a good rating`)
                acknowledged.add(id)
              }
              break
            }
            refused += 1
            if (answer.status !== 503) t.fail(`${answer.status} ${JSON.stringify(answer.body)}`)
            if (tries > 200) throw new Error('it does not recover')
          }
        }
      }),
    )
    killing = false
    await killer
    t.ok(refused >= 5, `${refused} of ${sent} answers were 503`)
    t.equal(acknowledged.size, 480)
    t.same(await counts(server), { ratings: 480, distinct: 480, moments: 480, inbox: 480 })
  },
)

t.test(
  'a database that neither answers nor refuses is gone as well: 503 within seconds, and nothing is lost',
  async (t) => {
    const { server, office, wire } = await startOnWire(t)
    const tablet = server.tablet(office.tablets[0]?.token as string)
    await tablet.post(URL, batch([rating()]))
    const items = [rating(), rating()]
    wire.swallow()
    const begun = performance.now()
    isAway(t, await tablet.post(URL, batch(items)), 'no answer came')
    t.ok(performance.now() - begun < 8000, `${performance.now() - begun} ms`)
    await wire.mend()
    // Until the server has seen that its idle connections are gone, the first call on one of them is a 503 as well.
    let again = await tablet.post(URL, batch(items))
    for (let tries = 0; again.status === 503 && tries < 5; tries++) again = await tablet.post(URL, batch(items))
    t.equal(again.status, 200)
    for (const { status } of again.body.results) t.match(status, /^(stored|duplicate)$/)
    t.same(await counts(server), { ratings: 3, distinct: 3, moments: 3, inbox: 3 })
  },
)

t.test('the database gone: 503 everywhere, alive all the same, and back by itself', async (t) => {
  const { server, office, wire } = await startOnWire(t)
  const counting = startCounting({ ...server, log: pino({ level: 'silent' }) })
  t.teardown(() => counting.stop())
  const tablet = server.tablet(office.tablets[0]?.token as string)
  const commission = await server.staff('commission')
  await tablet.post(URL, batch([rating()]))
  t.equal((await commission.get('/api/v1/reports/units')).status, 200)
  await wire.cut()
  for (const again of [1, 2]) {
    isAway(t, await tablet.post(URL, batch([rating()])), `posting, ${again}`)
    isAway(t, await commission.get('/api/v1/reports/units'), 'a report')
    isAway(t, await tablet.get('/api/v1/terminal'), 'a tablet’s configuration')
    isAway(t, await server.stranger.post('/api/v1/terminals/pair', { pairing_code: 'AAAAAAAA' }), 'pairing')
    isAway(t, await server.stranger.get('/api/v1/health/ready'), 'not ready')
    t.equal((await server.stranger.get('/api/v1/health/live')).status, 200, 'but alive')
  }
  await wire.mend()
  t.equal((await server.stranger.get('/api/v1/health/ready')).status, 200)
  t.match((await tablet.post(URL, batch([rating()]))).body.results, [{ status: 'stored' }])
  t.equal((await commission.get('/api/v1/reports/units')).status, 200)
  const begun = Date.now()
  while ((await server.db.query('select from verdicts')).length < 2) {
    if (Date.now() - begun > 10_000) throw new Error('counting did not go on')
    await wait(50)
  }
  t.pass('and counting goes on by itself')
})
