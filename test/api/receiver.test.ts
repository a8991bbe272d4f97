/** The receiver itself: one bad row fails alone, too much is refused honestly, and what was taken on is finished. */
import t from 'tap'
import type { RatingBatch } from '../../server/contract/ratings.ts'
import { createLog } from '../../server/log.ts'
import type { RatingRow } from '../../server/queries/ratings.ts'
import { receiveBatch } from '../../server/receive/batch.ts'
import { createReceiver, OverloadedError } from '../../server/receive/receiver.ts'
import type { Services, TerminalIdentity } from '../../server/services.ts'
import { startTestApp } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'
import { holdTable } from '../support/locks.ts'
import { batch, createOffice, type Office, rating } from '../support/office.ts'

const URL = '/api/v1/ratings'

/** A row as receiving makes it. */
function row(office: Office, parts: Partial<RatingRow> = {}): RatingRow {
  const [tablet] = office.tablets
  const now = Date.parse('2026-11-24T10:00:00+07:00')
  return {
    rating_id: rating().id as string,
    ...{
      unit_id: office.unit_id,
      counter_id: tablet?.counter_id as number,
      terminal_id: tablet?.terminal_id as number,
    },
    ...{ local_day: '2026-11-24', received_day: '2026-11-24', corrected_at: now, received_at: now, rated_at: now },
    ...{
      level: 5,
      marks: Buffer.alloc(0),
      catalogue_id: 1,
      time_quality: 2,
      shown: 1,
      voice_used: null,
      language: 'vi',
    },
    ...{
      device_epoch: null,
      sequence: null,
      dwell_ms: null,
      content_mac: Buffer.alloc(16, 1),
      remark: null,
      integrity: [],
    },
    ...parts,
  }
}

t.test('a row the database refuses fails alone, wherever it stands among the others', async (t) => {
  const db = await createTestDatabase(t)
  const office = await createOffice(db)
  const blamed: unknown[] = []
  const receiver = createReceiver(db.pools.ingest, { onError: (error) => blamed.push(error) })
  const bad: Partial<RatingRow>[] = [
    { level: 9 },
    { remark: 'x'.repeat(1001) },
    { local_day: 'never' },
    { language: 'a\u0000' },
  ]
  for (const [index, parts] of bad.entries()) {
    const rows = Array.from({ length: 40 }, (_, place) => row(office, place === index * 13 ? parts : {}))
    const outcomes = await receiver.receive(rows)
    t.same(
      outcomes,
      rows.map((_, place) => (place === index * 13 ? 'refused' : 'stored')),
      JSON.stringify(parts).slice(0, 40),
    )
    const kept = await db.query('select from ratings where rating_id::text = any ($1)', [
      rows.map((one) => one.rating_id),
    ])
    t.equal(kept.length, 39)
  }
  t.ok(blamed.length >= bad.length, 'and the log says so')
})

t.test('too much at once is an honest 503, and what was taken on is finished before the server closes', async (t) => {
  const lines: string[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(line) })
  const server = await startTestApp(t, { log })
  const office = await createOffice(server.db)
  const tablet = server.tablet(office.tablets[0]?.token as string)
  await tablet.post(URL, batch([rating()]))
  const lock = await holdTable(t, server.db, 'ratings')
  const waiting = Array.from({ length: 102 }, () =>
    tablet.post(URL, batch(Array.from({ length: 100 }, () => rating()))),
  )
  const overloaded = await Promise.any(
    waiting.map(async (answer) => ((await answer).status === 503 ? answer : Promise.reject(new Error('stored')))),
  )
  t.match(await overloaded, { status: 503, body: { error: { code: 'overloaded' } }, headers: { 'retry-after': /\d/ } })
  const unread = await tablet.post(URL, '{')
  t.equal(unread.status, 503, 'whoever comes now is refused before the body is read')
  const closing = server.app.close()
  await lock.release()
  const answers = await Promise.all(waiting)
  await closing
  const stored = answers.filter((answer) => answer.status === 200)
  t.ok(stored.length >= 100, `${stored.length} of 102 were stored`)
  const [found] = await server.db.query(
    'select count(*)::int as ratings, count(distinct rating_id)::int as distinct from ratings',
  )
  t.same(found, { ratings: 1 + 100 * stored.length, distinct: 1 + 100 * stored.length })
  t.equal(lines.length, 1, 'one line about all that were refused')
  t.match(JSON.parse(lines[0] as string), { code: 'overloaded', status: 503, calls: 102 - stored.length + 1 })
})

t.test('a batch that has no room is refused before any of it is checked', async (t) => {
  // Of all services there is only this one: whatever else was asked for would fail in another way.
  const asked: number[] = []
  const full = { hasRoom: (rows: number) => asked.push(rows) === 0 }
  const envelope = batch(Array.from({ length: 100 }, () => rating())) as RatingBatch
  const refused = await receiveBatch(envelope, {} as TerminalIdentity, { receiver: full } as unknown as Services).catch(
    (error) => error,
  )
  t.ok(refused instanceof OverloadedError)
  t.same(asked, [100])
})

t.test('the same id gathered several times: the first is written, the others are compared with it', async (t) => {
  const db = await createTestDatabase(t)
  const office = await createOffice(db)
  const receiver = createReceiver(db.pools.ingest, { onError: (error) => t.fail(String(error)) })
  const one = row(office)
  const other = { ...one, level: 1, content_mac: Buffer.alloc(16, 2) }
  const third = { ...one, level: 2, content_mac: Buffer.alloc(16, 3) }
  const outcomes = await Promise.all([
    receiver.receive([one, other]),
    receiver.receive([one]),
    receiver.receive([third]),
  ])
  t.same(outcomes, [['stored', 'conflict'], ['duplicate'], ['conflict']])
  // Another content leads this time; each of them is compared with what stands.
  const again = await Promise.all([receiver.receive([other]), receiver.receive([one]), receiver.receive([other])])
  t.same(again, [['conflict'], ['duplicate'], ['conflict']])
  t.same(await db.query('select level from ratings'), [{ level: 5 }])
  await receiver.drain()
  t.equal(receiver.backlog(), 0)
})
