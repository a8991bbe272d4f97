/** A tablet goes to another counter: what it carries from before still counts where it was tapped, whenever it arrives. */
import t, { type Test } from 'tap'
import { startTestApp } from '../support/app.ts'
import { batch, createOffice, type Office, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T08:00:00+07:00' })
const at = (time: string) => `2026-11-24T${time}+07:00`

/** An office of two counters, its clerk, and a tablet paired at the first one. */
async function arrange() {
  api.clock.set(at('08:00:00'))
  const office = await createOffice(api.db, { counters: 2 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const tablet = office.tablets[0] as Office['tablets'][number]
  const move = (counter: number | undefined) =>
    clerk.patch(`/api/v1/terminals/${tablet.terminal_id}`, { counter_id: String(counter) })
  return { office, clerk, tablet, move, caller: api.tablet(tablet.token) }
}

/** counter_id -> levels that lie there, as stored and as counted. */
async function placesOf(t: Test, { counters }: Office): Promise<number[][]> {
  await api.count()
  const places: number[][] = []
  for (const counter of counters) {
    const rows = await api.db.query<{ level: number }>(
      'select level from ratings where counter_id = $1 order by level',
      [counter],
    )
    const [sum] = await api.db.query<{ n: number }>(
      'select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int as n from tallies where counter_id = $1',
      [counter],
    )
    t.equal(sum?.n, rows.length, 'the tallies hold what is stored')
    places.push(rows.map(({ level }) => level))
  }
  return places
}

t.test('moved on the server: the offline queue counts by the moment of each tap', async (t) => {
  const { office, clerk, tablet, move, caller } = await arrange()
  const [first, second] = office.counters
  api.clock.set(at('10:00:00'))
  t.match(await move(second), { status: 200, body: { counter_id: String(second), state: 'paired' } })
  t.match((await caller.get('/api/v1/terminal')).body, { counter: { counter_id: String(second) } })
  api.clock.set(at('14:00:00'))
  const own = { terminal_id: String(tablet.terminal_id) }
  const sent = batch(
    [
      rating({ ...own, level: 1, rated_at: at('09:00:00') }),
      rating({ ...own, level: 2, rated_at: at('09:59:59') }),
      rating({ ...own, level: 3, rated_at: at('10:00:00') }),
      rating({ ...own, level: 4, rated_at: at('13:00:00') }),
      // A page that ran on through the move: its monotonic clock knows better than a wall clock set to 1970.
      rating({ ...own, level: 5, rated_at: '1970-01-01T00:00:00Z', clock_session: session, elapsed_ms: 1000 }),
    ],
    { sent_at: at('14:00:00'), clock_session: session, sent_ms: 1000 + 4.5 * 3_600_000 },
  )
  const answer = await caller.post('/api/v1/ratings', sent)
  t.same(
    answer.body.results.map(({ status }: { status: string }) => status),
    ['stored', 'stored', 'stored', 'stored', 'stored'],
  )
  t.same(await placesOf(t, office), [
    [1, 2, 5],
    [3, 4],
  ])

  // And back again: three spans, each its own.
  t.equal((await move(first)).status, 200)
  api.clock.set(at('16:00:00'))
  await caller.post(
    '/api/v1/ratings',
    batch(
      [
        rating({ level: 1, rated_at: at('08:30:00') }),
        rating({ level: 2, rated_at: at('12:00:00') }),
        rating({ level: 4, rated_at: at('15:00:00') }),
      ],
      { sent_at: at('16:00:00') },
    ),
  )
  t.same(await placesOf(t, office), [
    [1, 1, 2, 4, 5],
    [2, 3, 4],
  ])
  const log = await api.db.query(
    `select detail from audit where action = 'terminal.move' and subject->>'terminal_id' = $1 order by audit_id`,
    [String(tablet.terminal_id)],
  )
  t.match(log, [
    { detail: { before: first, counter_id: String(second) } },
    { detail: { before: second, counter_id: String(first) } },
  ])
  t.equal((await clerk.get('/api/v1/terminals')).body.items.length, 2, 'still the same two tablets')
  t.same((await api.verify()).differences, [], 'and everything can be derived again')
})

const session = '0d9c5a34-5f0e-4a7b-9b3e-6c2d6f1c7b11'

t.test('what cannot be moved, and where to', async (t) => {
  const { office, clerk, tablet, move } = await arrange()
  const elsewhere = await createOffice(api.db)
  const url = `/api/v1/terminals/${tablet.terminal_id}`
  refused(t, await move(elsewhere.counters[0]), 404, 'not_found', 'a counter the clerk cannot see')
  const administrator = await api.staff('administrator')
  const foreign = { counter_id: String(elsewhere.counters[0]) }
  refused(t, await administrator.patch(url, foreign), 400, 'unit_mismatch', 'tablets stay in their unit')
  const closed = await clerk.post('/api/v1/counters', { unit_id: String(office.unit_id), name: 'Quầy cũ' })
  await clerk.patch(`/api/v1/counters/${closed.body.counter_id}`, { active: false })
  refused(t, await move(Number(closed.body.counter_id)), 409, 'unit_ended', 'a closed counter')
  refused(t, await (await api.staff('commission')).patch(url, foreign), 403, 'forbidden')
  t.equal((await move(office.counters[0])).status, 200, 'to where it stands: nothing happens')
  t.same(await api.db.query('select 1 from terminal_placements where terminal_id = $1', [tablet.terminal_id]), [])
  await clerk.patch(url, { revoked: true })
  refused(t, await move(office.counters[1]), 404, 'not_found', 'an ended pairing stands nowhere')
})

t.test(
  'paired anew elsewhere with a new code: the tablet ends the pairing it leaves, and its queue counts there',
  async (t) => {
    const { office, clerk, tablet, caller } = await arrange()
    const code = await clerk.post('/api/v1/terminals', { counter_id: String(office.counters[1]) })
    const bearer = { authorization: `Bearer ${tablet.token}` }
    const paired = await api.stranger.post('/api/v1/terminals/pair', { pairing_code: code.body.pairing_code }, bearer)
    t.equal(paired.status, 201)
    const { items } = (await clerk.get('/api/v1/terminals')).body
    const state = (id: string) => items.find((one: { terminal_id: string }) => one.terminal_id === id)?.state
    t.equal(state(String(tablet.terminal_id)), 'revoked')
    t.equal(state(code.body.terminal_id), 'paired')
    refused(t, await caller.get('/api/v1/terminal'), 401, 'terminal_revoked')
    const queue = batch([
      rating({ level: 1, terminal_id: String(tablet.terminal_id) }),
      rating({ level: 2, terminal_id: code.body.terminal_id }),
    ])
    const answer = await api.tablet(paired.body.terminal_token).post('/api/v1/ratings', queue)
    t.match(answer.body.results, [{ status: 'stored' }, { status: 'stored' }])
    t.same(await placesOf(t, office), [[1], [2]])

    // A code for the very pairing it has, and a token that is nobody's: nothing is ended.
    const again = await clerk.post(`/api/v1/terminals/${code.body.terminal_id}/pairing-code`)
    const same = { authorization: `Bearer ${paired.body.terminal_token}` }
    const renewed = await api.stranger.post('/api/v1/terminals/pair', { pairing_code: again.body.pairing_code }, same)
    t.equal((await api.tablet(renewed.body.terminal_token).get('/api/v1/terminal')).status, 200)
    const last = await clerk.post(`/api/v1/terminals/${code.body.terminal_id}/pairing-code`)
    const nobody = { authorization: 'Bearer nobody' }
    t.equal(
      (await api.stranger.post('/api/v1/terminals/pair', { pairing_code: last.body.pairing_code }, nobody)).status,
      201,
    )
    const wrong = await api.stranger.post('/api/v1/terminals/pair', { pairing_code: '00000000' }, same)
    refused(t, wrong, 403, 'pairing_code_refused', 'a wrong code ends nothing')
  },
)
