/** Counting, rule by rule: whose a rating is, and what is set aside. */
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { countLot } from '../../server/count/lot.ts'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { type DbScope, withScope } from '../../server/queries/database.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'

const DAY = 86_400_000
let server: TestApp

t.before(async () => {
  server = await startTestApp(t, { at: '2026-11-24T18:00:00+07:00' })
})

const keeper = (office: Office): DbScope => ({
  account_id: null,
  roles: ['unit_leader'],
  units: [office.unit_id],
  officer_id: null,
})

/** Sends ratings of a counter tapped at these moments of the server's clock; returns their ids in order. */
async function tap(office: Office, counter: number, moments: readonly string[], parts: Record<string, unknown> = {}) {
  const now = server.clock.now()
  const items = moments.map((moment) =>
    rating({ clock_session: 'page', elapsed_ms: 100 * DAY - (now - Date.parse(moment)), ...parts }),
  )
  const envelope = { sent_at: new Date(now).toISOString(), clock_session: 'page', sent_ms: 100 * DAY }
  const tablet = server.tablet(office.tablets[counter]?.token as string)
  const { body } = await tablet.post('/api/v1/ratings', batch(items, envelope))
  for (const { status } of body.results) if (status !== 'stored') throw new Error(JSON.stringify(body))
  return items.map((item) => item.id as string)
}

/** Officer and rule of each rating, in the order of the ids. */
async function verdicts(ids: readonly string[]) {
  const rows = await server.db.query<{ officer_id: number | null; set_aside: number; noted: number }>(
    `select officer_id, set_aside, noted::int as noted from unnest($1::uuid[]) with ordinality as i (rating_id, place)
       join verdicts using (rating_id) order by place`,
    [ids],
  )
  return rows.map(({ officer_id, set_aside, noted }) => ({ officer_id, set_aside, noted }))
}
const officersOf = async (ids: readonly string[]) => (await verdicts(ids)).map((row) => row.officer_id)
const rulesOf = async (ids: readonly string[]) => (await verdicts(ids)).map((row) => row.set_aside)

/** What the live totals of a unit hold. */
async function totals(office: Office) {
  const [row] = await server.db.query<{ counted: number; aside: number; published: number }>(
    `select coalesce(sum(n1 + n2 + n3 + n4 + n5) filter (where not set_aside), 0)::int as counted,
            coalesce(sum(n1 + n2 + n3 + n4 + n5) filter (where set_aside), 0)::int as aside,
            (select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int from steps where unit_id = $1 and not set_aside) as published
       from unit_tallies where unit_id = $1`,
    [office.unit_id],
  )
  return row
}

t.test('it belongs to whoever was assigned at that moment, the end of a shift excluded', async (t) => {
  const office = await createOffice(server.db, { counters: 2, officers: 2 })
  const [hoa, minh] = office.officers as [number, number]
  const counter = office.counters[0] as number
  await assign(server.db, counter, hoa, '2026-11-20T07:30:00+07:00', '2026-11-20T11:30:00+07:00')
  await assign(server.db, counter, minh, '2026-11-20T11:30:00+07:00', '2026-11-20T17:00:00+07:00')
  await assign(server.db, counter, hoa, '2026-11-23T07:30:00+07:00')
  const moments = [
    ...['2026-11-20T07:29:50+07:00', '2026-11-20T07:30:00+07:00', '2026-11-20T11:29:59.999+07:00'],
    ...['2026-11-20T11:30:30+07:00', '2026-11-20T17:00:00+07:00', '2026-11-24T17:59:00+07:00'],
  ]
  const ids = await tap(office, 0, moments)
  const elsewhere = await tap(office, 1, ['2026-11-20T09:00:00+07:00'])
  await server.count()
  t.same(await officersOf(ids), [null, hoa, hoa, minh, null, hoa])
  t.same(await officersOf(elsewhere), [null], 'another counter is another matter')
  const noted = (await verdicts(ids)).map((row) => row.noted)
  t.same(noted, [3, 0, 0, 1, 3, 1], 'outside hours and nobody assigned are noted, and all of them count')
  t.match(await totals(office), { counted: 7, aside: 0 })
})

t.test('a roster changed in the past moves the ratings of just that time', async (t) => {
  const office = await createOffice(server.db, { officers: 2 })
  const [hoa, minh] = office.officers as [number, number]
  const counter = office.counters[0] as number
  await assign(server.db, counter, hoa, '2026-11-16T00:00:00+07:00')
  const ids = await tap(
    office,
    0,
    ['2026-11-17', '2026-11-18', '2026-11-19'].flatMap((day) => [8, 9].map((hour) => `${day}T0${hour}:00:00+07:00`)),
  )
  await server.count()
  t.same(await officersOf(ids), Array(6).fill(hoa))
  await server.db.query('delete from assignments where counter_id = $1', [counter])
  await assign(server.db, counter, hoa, '2026-11-16T00:00:00+07:00', '2026-11-18T00:00:00+07:00')
  await assign(server.db, counter, minh, '2026-11-18T00:00:00+07:00')
  t.same(await server.count(), 0, 'nothing moves of itself')
  const touched = await withScope(server.pools.app, keeper(office), (trx) =>
    requeueCounter(trx, counter, new Date('2026-11-18T00:00:00+07:00'), null),
  )
  t.equal(touched, 4)
  await server.count()
  t.same(await officersOf(ids), [hoa, hoa, minh, minh, minh, minh])
  t.match(await totals(office), { counted: 6, published: 6 }, 'the unit has what it had')
  const before = await server.db.query('select * from steps where unit_id = $1', [office.unit_id])
  for (let again = 0; again < 3; again += 1) {
    await withScope(server.pools.app, keeper(office), (trx) =>
      requeueCounter(trx, counter, new Date('2026-01-01'), null),
    )
  }
  t.equal(await server.count(), 18)
  t.same(
    await server.db.query('select * from steps where unit_id = $1', [office.unit_id]),
    before,
    'looked at again, found the same, nothing moved',
  )
})

t.test('a rating counted while the roster is being changed is not left with the old officer', async (t) => {
  const office = await createOffice(server.db, { officers: 2 })
  const [hoa, minh] = office.officers as [number, number]
  const counter = office.counters[0] as number
  await assign(server.db, counter, hoa, '2026-11-16T00:00:00+07:00')
  const client = await server.pools.openCountClient()
  t.teardown(() => client.end())
  let ids: string[] = []
  let lot: Promise<number> | undefined
  await withScope(server.pools.app, keeper(office), async (trx) => {
    await sql`update assignments set officer_id = ${minh} where counter_id = ${counter}`.execute(trx)
    t.equal(await requeueCounter(trx, counter, new Date('2026-11-01'), null), 0)
    // The change is not committed yet; meanwhile a citizen taps, and the worker takes up what it finds.
    ids = await tap(office, 0, ['2026-11-24T10:00:00+07:00'])
    lot = countLot(client, Date.now())
    await Promise.race([lot, wait(300)])
  })
  await lot
  await server.count()
  t.same(await officersOf(ids), [minh])
  t.same((await server.verify()).differences, [])
})

t.test('a hand that taps on and on counts once, and both numbers stay visible', async (t) => {
  const office = await createOffice(server.db)
  await assign(server.db, office.counters[0] as number, office.officers[0] as number, '2026-11-16T00:00:00+07:00')
  const at = (second: number) => new Date(Date.parse('2026-11-24T09:00:00+07:00') + second * 1000).toISOString()
  const soon = await tap(office, 0, [at(0), at(4.999), at(5)])
  const quick = await tap(office, 0, [at(1000), at(1100), at(1200)], { dwell_ms: 100 })
  await server.count()
  t.same(await rulesOf(soon), [0, 1, 0], 'too soon')
  t.same(await rulesOf(quick), [0, 3, 3], 'nobody reads five faces so fast twice in a row')
  t.match(await totals(office), { counted: 3, aside: 3 })
})

t.test('a late batch may turn an earlier verdict, either way, and published sums follow by fives', async (t) => {
  const office = await createOffice(server.db)
  await assign(server.db, office.counters[0] as number, office.officers[0] as number, '2026-11-16T00:00:00+07:00')
  const at = (second: number) => new Date(Date.parse('2026-11-23T09:00:00+07:00') + second * 1000).toISOString()
  const first = await tap(office, 0, [at(0), at(20), at(40), at(600), at(1200)])
  await server.count()
  t.same(await rulesOf(first), [0, 0, 0, 0, 0])
  t.match(await totals(office), { counted: 5, aside: 0, published: 5 })
  const steps = await server.db.query('select * from steps where unit_id = $1', [office.unit_id])
  // The fourth within a minute came late: now the four are one burst, of which the first counts.
  const late = await tap(office, 0, [at(50)])
  await server.count()
  t.same(await rulesOf([...first, ...late]), [0, 2, 2, 0, 0, 2])
  t.match(await totals(office), { counted: 3, aside: 3, published: 5 }, 'two corrections wait for five new ratings')
  t.same(await server.db.query('select * from steps where unit_id = $1', [office.unit_id]), steps)
  await tap(office, 0, [at(1800), at(2400), at(3000)])
  await server.count()
  t.match(await totals(office), { counted: 6, aside: 3, published: 5 }, 'three do not carry them')
  await tap(office, 0, [at(3600), at(4200)])
  await server.count()
  t.match(await totals(office), { counted: 8, aside: 3, published: 8 })
  t.same(
    (await server.db.query('select * from steps where unit_id = $1 order by ctid', [office.unit_id])).slice(0, 1),
    steps,
    'the old step stands',
  )
  // A tap that lies before the first one takes its place in front of what was "too soon".
  const pair = await tap(office, 0, [at(5000), at(5004)])
  await server.count()
  t.same(await rulesOf(pair), [0, 1])
  const earlier = await tap(office, 0, [at(4999)])
  await server.count()
  t.same(await rulesOf([...earlier, ...pair]), [0, 1, 0])
  t.same((await server.verify()).differences, [])
})

t.test('a tablet whose clock died hands in a week at once, and that is no burst', async (t) => {
  const office = await createOffice(server.db)
  const items = Array.from({ length: 30 }, () => rating({ rated_at: '2090-01-01T00:00:00Z', dwell_ms: 2000 }))
  const { body } = await server.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(items))
  t.equal(body.results.length, 30)
  await server.count()
  t.match(await totals(office), { counted: 30, aside: 0 })
})

t.test('accusations and their remark are in no figure, and counting cuts the thread to the rating', async (t) => {
  const office = await createOffice(server.db)
  const officer = office.officers[0] as number
  await assign(server.db, office.counters[0] as number, officer, '2026-11-16T00:00:00+07:00')
  const marks = [
    { commitment: 'no_corruption', kept: false },
    { commitment: 'always_help', kept: false },
  ]
  await tap(office, 0, ['2026-11-24T10:00:00+07:00'], { level: 1, marks, comment: 'Đòi phong bì' })
  const report = () =>
    server.db.query('select rating_id, month, items, remark, officer_id from integrity_reports where unit_id = $1', [
      office.unit_id,
    ])
  t.match(await report(), [{ rating_id: /-/, officer_id: null }])
  await server.count()
  t.same(await report(), [
    { rating_id: null, month: '2026-11-01', items: ['no_corruption'], remark: 'Đòi phong bì', officer_id: officer },
  ])
  t.same(await server.db.query('select from remarks where unit_id = $1', [office.unit_id]), [])
  const [tally] = await server.db.query<{ n1: number; marks: number[] }>(
    'select n1, marks from tallies where unit_id = $1',
    [office.unit_id],
  )
  t.equal(tally?.n1, 1, 'the level counts like any other')
  t.same(
    tally?.marks.map((count, place) => (count > 0 ? place : -1)).filter((place) => place >= 0),
    [15],
    'item 8 broken, and nothing else',
  )
})
