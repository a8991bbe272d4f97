/** The stream that tells open pages to look again: who hears what, across servers, restarts and ended sessions. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { startCounting } from '../../server/count/worker.ts'
import { tellChanges } from '../../server/queries/changes.ts'
import { hashToken } from '../../server/secrets.ts'
import { logIn, startTestApp, type TestApp } from '../support/app.ts'
import { eventually } from '../support/browser.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const first = await startTestApp(t)
const second = await startTestApp(t, first)
for (const { app } of [first, second]) await app.listen({ host: '127.0.0.1', port: 0 })

type Heard = { event: string; data: { units?: string[] | null } }

/** Opens the stream of somebody at one of the servers; `heard` grows. */
async function listen(t: Test, server: TestApp, role: Role, reach: { unit_id?: number; officer_id?: number } = {}) {
  const { account_id, token } = await logIn(server, [{ role, ...reach }])
  const heard: Heard[] = []
  const state = { ended: false, here: 0 }
  const { port } = server.app.server.address() as AddressInfo
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path: '/api/v1/changes', headers: { cookie: `__Host-session=${token}` } },
      resolve,
    )
      .on('error', reject)
      .end()
  })
  answer.setEncoding('utf8')
  let rest = ''
  answer.on('data', (text: string) => {
    const parts = (rest + text).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1]
      if (event === 'here') state.here += 1
      else if (event) heard.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? 'null') })
    }
  })
  answer.on('error', () => {})
  answer.once('close', () => {
    state.ended = true
  })
  t.teardown(() => answer.destroy())
  return { answer, heard, state, token, account_id }
}

/** Resolves when `heard` names the unit, or all of them; forgets what was heard. */
async function hears(heard: Heard[], unit: number) {
  await eventually(`a change of unit ${unit}`, async () =>
    heard.some(({ data }) => data.units === null || data.units?.includes(String(unit))),
  )
  heard.length = 0
}

const rate = (server: TestApp, office: Office) =>
  server.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))

/** A connection is listening before its first notification can be heard. */
async function settled(streams: { heard: Heard[] }[]) {
  await eventually('everybody listens', async () => {
    await tellChanges(first.pools.ingest, null)
    return streams.every(({ heard }) => heard.length > 0)
  })
  await new Promise((resolve) => setTimeout(resolve, 1500))
  for (const { heard } of streams) heard.length = 0
}

t.test('no log-in: 401 as everywhere; a tablet: 403', async (t) => {
  const office = await createOffice(first.db, { counters: 1, officers: 1 })
  refused(t, await first.stranger.get('/api/v1/changes'), 401, 'login_required')
  refused(t, await first.tablet(office.tablets[0]?.token as string).get('/api/v1/changes'), 403, 'forbidden')
})

t.test('each hears of its own units, whichever server counted, changed or was spoken to', async (t) => {
  const home = await createOffice(first.db, { counters: 1, officers: 1 })
  const away = await createOffice(first.db, { counters: 1, officers: 1 })
  await assign(first.db, home.counters[0] as number, home.officers[0] as number, '2026-11-01T00:00:00+07:00')
  const leader = await listen(t, first, 'unit_leader', { unit_id: home.unit_id })
  const officer = await listen(t, second, 'officer', { unit_id: home.unit_id, officer_id: home.officers[0] as number })
  const other = await listen(t, second, 'unit_clerk', { unit_id: away.unit_id })
  const commission = await listen(t, second, 'commission')
  t.match(leader.answer.headers, { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store' })
  await settled([leader, officer, other, commission])

  await first.tablet(home.tablets[0]?.token as string).post('/api/v1/terminal/heartbeat', { queue_length: 3 })
  for (const { heard } of [leader, commission]) await hears(heard, home.unit_id)
  t.same(officer.heard, [], 'a tablet that speaks right after a visit would tell the officer of it')
  const administrator = await second.staff('administrator')
  await administrator.patch(`/api/v1/counters/${home.counters[0]}`, { name: 'Quầy Hộ tịch' })
  for (const { heard } of [leader, officer, commission]) await hears(heard, home.unit_id)
  const boss = await first.staff('unit_leader', { unit_id: home.unit_id })
  const matter = { kind: 'matter', unit_id: String(home.unit_id), title: 'Kê thêm ghế' }
  t.equal((await boss.post('/api/v1/cases', matter)).status, 201)
  for (const { heard } of [leader, officer, commission]) await hears(heard, home.unit_id)
  await first.tablet(away.tablets[0]?.token as string).post('/api/v1/terminal/heartbeat', { queue_length: 0 })
  for (const { heard } of [other, commission]) await hears(heard, away.unit_id)
  t.same(leader.heard, [], 'nothing of another unit')
  t.same(officer.heard, [])
})

t.test('an officer hears of a step, not of each rating; a correction that only waits is heard by nobody', async (t) => {
  const home = await createOffice(first.db, { counters: 1, officers: 2 })
  const [counter, here, there] = [home.counters[0] as number, ...home.officers] as [number, number, number]
  await assign(first.db, counter, here, '2026-11-01T00:00:00+07:00')
  const worker = startCounting({ ...first, log: pino({ level: 'silent' }) })
  t.teardown(() => worker.stop())
  const streams = {
    leader: await listen(t, first, 'unit_leader', { unit_id: home.unit_id }),
    officer: await listen(t, first, 'officer', { unit_id: home.unit_id, officer_id: here }),
  }
  const { leader, officer } = streams
  await settled([leader, officer])
  const tap = (minute: number) =>
    first.tablet(home.tablets[0]?.token as string).post(
      '/api/v1/ratings',
      batch([rating({ rated_at: new Date(first.clock.now() - minute * 60_000).toISOString() })], {
        sent_at: new Date(first.clock.now()).toISOString(),
      }),
    )
  for (const minute of [50, 40, 30, 20]) {
    await tap(minute)
    await hears(leader.heard, home.unit_id)
  }
  t.same(officer.heard, [], 'four ratings wait')
  await tap(10)
  await hears(officer.heard, home.unit_id)
  await hears(leader.heard, home.unit_id)
  // Somebody else stood there for five minutes: once over a rating, once over none. Both are heard as one deed.
  const boss = await first.staff('unit_leader', { unit_id: home.unit_id })
  const told: number[] = []
  for (const minute of [32, 27]) {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    for (const { heard } of [leader, officer]) heard.length = 0
    const at = (later: number) => new Date(first.clock.now() - (minute - later) * 60_000).toISOString()
    const places = [{ counter_id: String(counter), officer_id: String(there) }]
    const made = await boss.post('/api/v1/roster-changes', { places, starts_at: at(0), ends_at: at(5) })
    t.equal(made.status, 201)
    await eventually('it is counted', async () => (await first.db.query('select from inbox')).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    told.push(leader.heard.length, officer.heard.length)
  }
  const [moved] = await first.db.query<{ n: number }>('select count(*)::int as n from verdicts where officer_id = $1', [
    there,
  ])
  t.equal(moved?.n, 1, 'one rating was moved')
  t.same(told, [1, 1, 1, 1], 'nothing tells which of the two it lay in')
})

t.test('many changes in a moment are few pushes, and none carries a figure', async (t) => {
  const home = await createOffice(first.db, { counters: 1, officers: 1 })
  const { heard } = await listen(t, first, 'commission')
  await settled([{ heard }])
  const began = performance.now()
  for (let nth = 0; nth < 200; nth += 1) await tellChanges(first.pools.ingest, [home.unit_id, 1_000_000 + nth])
  await eventually('the last one arrives', async () => heard.some(({ data }) => data.units?.includes('1000199')))
  const seconds = (performance.now() - began) / 1000
  t.ok(heard.length <= Math.floor(seconds) + 2, `${heard.length} pushes in ${seconds.toFixed(1)} s`)
  const told = new Set(heard.flatMap(({ data }) => data.units ?? []))
  t.equal(told.size, 201, 'no unit is lost on the way')
  for (const { event, data } of heard) t.same([event, Object.keys(data)], ['change', ['units']])
  heard.length = 0
  await tellChanges(
    first.pools.ingest,
    Array.from({ length: 3300 }, (_, nth) => 1_000_000 + nth),
  )
  await eventually('more units than a notification holds', async () => heard.some(({ data }) => data.units === null))
})

t.test('the database takes the connection away: everybody is told to look once it is back', async (t) => {
  const home = await createOffice(first.db, { counters: 1, officers: 1 })
  const streams = [
    await listen(t, first, 'unit_leader', { unit_id: home.unit_id }),
    await listen(t, second, 'unit_leader', { unit_id: home.unit_id }),
  ]
  await settled(streams)
  const ended = await first.db.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and query = 'listen hai_long_changes'`,
  )
  t.equal(ended.length, 2, 'one connection for each server, however many follow')
  for (const { heard } of streams) await hears(heard, home.unit_id)
  for (const { heard } of streams) heard.length = 0
  await rate(first, home)
  await first.count()
  for (const { heard } of streams) await hears(heard, home.unit_id)
})

t.test('a session that ended ends its stream, and a stream prolongs no session', async (t) => {
  const home = await createOffice(first.db, { counters: 1, officers: 1 })
  const leader = await listen(t, first, 'unit_leader', { unit_id: home.unit_id })
  const gone = await listen(t, first, 'unit_leader', { unit_id: home.unit_id })
  const seen = () =>
    first.db.query('select last_seen_at from sessions where token_hash = $1', [hashToken(leader.token)])
  const before = await seen()
  first.clock.advance(10 * 60_000)
  await first.db.query('delete from sessions where token_hash = $1', [hashToken(gone.token)])
  await first.app.checkStreams()
  await eventually('the ended one closes', async () => gone.state.ended)
  t.equal(gone.heard.at(-1)?.event, 'ended')
  t.equal(leader.state.ended, false)
  t.same(await seen(), before, 'ten minutes of listening are no sign of a person')
  first.clock.advance(21 * 60_000)
  await first.app.checkStreams()
  await eventually('idle for half an hour', async () => leader.state.ended)
  t.equal(leader.heard.at(-1)?.event, 'ended')
  first.clock.advance(-31 * 60_000)
})

t.test(
  'an ended session and a lowered right end the stream on the other server too, before it says anything more',
  async (t) => {
    const home = await createOffice(first.db, { counters: 1, officers: 1 })
    const open = () => listen(t, second, 'unit_leader', { unit_id: home.unit_id })
    const [loggedOut, moved, stays] = [await open(), await open(), await open()]
    await settled([loggedOut, moved, stays])
    const administrator = await first.staff('administrator')
    t.equal((await administrator.delete(`/api/v1/accounts/${loggedOut.account_id}/sessions`)).status, 204)
    // The session goes on, as where somebody else's program changes the roles.
    await first.db.query(`update account_roles set ended_at = now() where account_id = $1`, [moved.account_id])
    // Shorter than the 20 seconds of `here`; the look is every half second.
    for (const { state } of [loggedOut, moved]) await eventually('the stream ends', async () => state.ended, 5000)
    t.equal(loggedOut.heard.at(-1)?.event, 'ended')
    t.notOk(
      moved.heard.some(({ event }) => event === 'ended'),
      'it is not logged out: the page opens another stream',
    )
    t.equal(stays.state.ended, false)
    await tellChanges(first.pools.ingest, [home.unit_id])
    await hears(stays.heard, home.unit_id)
    t.notOk([...loggedOut.heard, ...moved.heard].some(({ data }) => data.units?.includes(String(home.unit_id))))
  },
)

t.test('a stream says at once and at every look that it comes through, in words that a page can hear', async (t) => {
  const { unit_id, officers } = await createOffice(first.db, { counters: 1, officers: 1 })
  const { heard, state } = await listen(t, first, 'officer', { unit_id, officer_id: officers[0] as number })
  await eventually('at once', async () => state.here === 1)
  await first.app.checkStreams()
  await eventually('at the look', async () => state.here === 2)
  t.same(heard, [])
})

t.test('more streams than an account may have are refused by name', async (t) => {
  const one = await listen(t, first, 'commission')
  const caller = { cookie: `__Host-session=${one.token}` }
  const { port } = first.app.server.address() as AddressInfo
  const open = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/api/v1/changes', headers: caller }, resolve).on('error', reject).end()
    })
  const answers: IncomingMessage[] = []
  for (let nth = 1; nth <= 20; nth += 1) answers.push(await open())
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [...Array(19).fill(200), 429],
  )
  t.ok(Number(answers.at(-1)?.headers['retry-after']) > 0)
  for (const answer of answers) answer.destroy()
  await eventually('a closed page gives its place back', async () => {
    const again = await open()
    again.destroy()
    return again.statusCode === 200
  })
})

t.test('a server that stops ends its streams and does not wait for them', async (t) => {
  const third = await startTestApp(t, first)
  await third.app.listen({ host: '127.0.0.1', port: 0 })
  const { state } = await listen(t, third, 'commission')
  await third.app.close()
  await eventually('the stream is over', async () => state.ended)
})
