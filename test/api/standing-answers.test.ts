/** Answers that stand: given again to whoever reaches as far, until something is heard that this reader may hear of. */
import t from 'tap'
import { tellChanges } from '../../server/queries/changes.ts'
import { type Answer, type Caller, startTestApp } from '../support/app.ts'
import { eventually } from '../support/browser.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'

const first = await startTestApp(t)
const second = await startTestApp(t, first)
const home = await createOffice(first.db, { counters: 1, officers: 1 })
const away = await createOffice(first.db, { counters: 1, officers: 1 })
for (const { counters, officers } of [home, away]) {
  await assign(first.db, counters[0] as number, officers[0] as number, '2026-11-01T00:00:00+07:00')
}
const units = '/api/v1/reports/units?from=2026-11-01&to=2026-11-24'
const unit = ({ unit_id }: Office) => `/api/v1/reports/units/${unit_id}?from=2026-11-01&to=2026-11-24`
const me = '/api/v1/reports/me?from=2026-11-01&to=2026-11-24'
const stood = ({ headers }: Answer) => headers.age !== undefined

/** Asks until the answer is one that stands: both servers listen, and what was told before has been heard. */
const settle = (caller: Caller, url: string) =>
  eventually(`${url} stands`, async () => {
    const answer = await caller.get(url)
    return answer.status === 200 && stood(answer)
  })

async function rate(count: number, office: Office) {
  const at = first.clock.now()
  const ratings = Array.from({ length: count }, (_, place) =>
    rating({ rated_at: new Date(at - (place + 1) * 600_000).toISOString() }),
  )
  const answer = await first
    .tablet(office.tablets[0]?.token as string)
    .post('/api/v1/ratings', batch(ratings, { sent_at: new Date(at).toISOString() }))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

t.test('the second answer is the first one, to the byte, and says its age', async (t) => {
  const commission = await first.staff('commission')
  await settle(commission, units)
  const again = await commission.get(units)
  const anew = await commission.get(units, { 'cache-control': 'no-cache' })
  t.ok(stood(again))
  t.notOk(stood(anew), 'no-cache has it made anew')
  t.equal(again.file.toString(), anew.file.toString())
  t.equal(again.headers.etag, anew.headers.etag)
  t.equal(again.headers['cache-control'], 'no-store', 'nobody on the way keeps it')
  t.match(again.headers['content-type'], /^application\/json/)
  const unchanged = await commission.get(units, { 'if-none-match': String(again.headers.etag) })
  t.equal(unchanged.status, 304)
  t.ok(stood(unchanged))
})

t.test('it is shared by those who reach equally far, and by nobody else', async (t) => {
  const [one, two] = [await first.staff('commission'), await first.staff('commission')]
  await settle(one, units)
  t.ok(stood(await two.get(units)), 'another member of the commission')
  const leader = await first.staff('unit_leader', { unit_id: home.unit_id })
  const own = await leader.get(units)
  t.notOk(stood(own))
  t.same(
    own.body.units.map(({ unit_id }: { unit_id: string }) => unit_id),
    [String(home.unit_id)],
  )
  await settle(leader, unit(home))
  const stranger = await first.staff('unit_leader', { unit_id: away.unit_id })
  t.equal((await stranger.get(unit(home))).status, 404)
  const clerk = await first.staff('unit_clerk', { unit_id: home.unit_id })
  t.same((await clerk.get(unit(home))).body.officers, [], 'a clerk sees no officers, though a leader has just asked')
  t.equal((await first.stranger.get(units)).status, 401)
})

t.test('what is refused or fails is not kept', async (t) => {
  const leader = await first.staff('unit_leader', { unit_id: home.unit_id })
  await settle(leader, unit(home))
  for (let time = 0; time < 3; time += 1) {
    const answer = await leader.get(unit(away))
    t.equal(answer.status, 404)
    t.notOk(stood(answer))
  }
  const wrong = '/api/v1/reports/units?from=2026-11-24&to=2026-11-01'
  for (let time = 0; time < 2; time += 1) t.equal((await leader.get(wrong)).status, 400)
})

t.test('twenty who ask at once are answered by one piece of work', async (t) => {
  const commission = await first.staff('commission')
  await settle(commission, units)
  const url = `${units}&compare=last_year`
  const answers = await Promise.all(Array.from({ length: 20 }, () => commission.get(url)))
  t.ok(answers.every(({ status }) => status === 200))
  t.equal(answers.filter((answer) => !stood(answer)).length, 1)
  t.equal(new Set(answers.map(({ file }) => file.toString())).size, 1)
})

t.test('a rating that was counted is in the next answer, on both servers', async () => {
  const [here, there] = [await first.staff('commission'), await second.staff('commission')]
  for (const caller of [here, there]) await settle(caller, units)
  const counted = async (caller: Caller) => {
    const { body } = await caller.get(units)
    return body.units.reduce((sum: number, { figure }: { figure: { n: number | null } }) => sum + (figure.n ?? 0), 0)
  }
  const before = await counted(here)
  await rate(6, home)
  await first.count()
  for (const caller of [here, there]) {
    await eventually('the six are there', async () => (await counted(caller)) === before + 6)
  }
})

t.test('whoever changed something sees it at once; the other server within moments', async (t) => {
  const administrator = await first.staff('administrator')
  const [here, there] = [await first.staff('commission'), await second.staff('commission')]
  for (const caller of [here, there]) await settle(caller, units)
  const name = async (caller: Caller) =>
    (await caller.get(units)).body.units.find(({ unit_id }: { unit_id: string }) => unit_id === String(home.unit_id))
      .name
  t.equal((await administrator.patch(`/api/v1/units/${home.unit_id}`, { name: 'Xã đổi tên' })).status, 200)
  t.equal(await name(here), 'Xã đổi tên')
  await eventually('the other server heard of it', async () => (await name(there)) === 'Xã đổi tên')
})

t.test('by how long their answer stands, an officer learns nothing of a rating', async (t) => {
  const officer = await first.staff('officer', { unit_id: home.unit_id, officer_id: home.officers[0] as number })
  const leader = await first.staff('unit_leader', { unit_id: home.unit_id })
  await settle(officer, me)
  await settle(leader, unit(home))
  // What is told when one rating is counted and waits: those who see live what comes in, of that unit.
  await tellChanges(first.pools.ingest, [], [home.unit_id])
  await eventually('the leader’s answer fell', async () => !stood(await leader.get(unit(home))))
  t.ok(stood(await officer.get(me)), 'the officer’s stands')
  await tellChanges(first.pools.ingest, [away.unit_id], [away.unit_id])
  await eventually('whoever sees the province hears', heardHere())
  t.ok(stood(await officer.get(me)), 'another unit’s step changes nothing here')
  t.ok(stood(await leader.get(unit(home))))
  await tellChanges(first.pools.ingest, [home.unit_id], [])
  await eventually('a step of the own unit does', async () => !stood(await officer.get(me)))
})

/** Resolves true once a change told now was heard by the first server; what was told before it has been heard as well. */
function heardHere() {
  const commission = first.staff('commission')
  return async () => !stood(await (await commission).get(units))
}

t.test('while nobody listens nothing is given again', async (t) => {
  const commission = await first.staff('commission')
  await settle(commission, units)
  await first.db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`,
  )
  await eventually('the connection is lost', async () => !stood(await commission.get(units)))
  await settle(commission, units)
  t.pass('and once it is back, answers stand again')
})

t.test('a session that has ended is asked to log in, however warm the answer', async (t) => {
  const commission = await first.staff('commission')
  await settle(commission, units)
  t.equal((await commission.delete('/api/v1/session')).status, 204)
  await first.db.query('delete from sessions')
  t.equal((await first.stranger.get(units)).status, 401)
})
