/** /quarantine: what is kept aside is counted or left by a person's decision, once, where it was tapped, and never shown. */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { QuarantineGroup } from '../../server/contract/quarantine.ts'
import { placeAccepted } from '../../server/receive/quarantined.ts'
import { createServices } from '../../server/services.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { batch, createOffice, pairTablet, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t)

/** A tablet that was ended while it was out of touch: three ratings of two days come after that. */
async function arrange() {
  const office = await createOffice(api.db, { counters: 2 })
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const [gone] = office.tablets as [(typeof office.tablets)[0]]
  await leader.patch(`/api/v1/terminals/${gone.terminal_id}`, { revoked: true })
  const tablet = api.tablet(gone.token)
  const ratings = [20, 20, 23].map((day, hour) =>
    rating({
      rated_at: `2026-11-${day}T0${hour + 7}:00:00+07:00`,
      comment: 'Cảm ơn',
      device_epoch: `s-${gone.terminal_id}`,
      sequence: hour + 1,
    }),
  )
  const send = (caller: Caller, items: unknown[] = ratings) => caller.post('/api/v1/ratings', batch(items))
  t.match((await send(tablet)).body.results, [{ status: 'quarantined', code: 'terminal_revoked' }, {}, {}])
  const mine = async (who: Caller = leader): Promise<QuarantineGroup[]> =>
    (await who.get('/api/v1/quarantine')).body.items.filter(
      (group: QuarantineGroup) => group.terminal.terminal_id === String(gone.terminal_id),
    )
  const decide = (who: Caller, decision: string, parts: object = {}) =>
    who.post('/api/v1/quarantine/decisions', {
      ...{
        terminal_id: String(gone.terminal_id),
        claimed_terminal_id: null,
        decision,
        reason: 'Máy vẫn đặt ở quầy',
        ...parts,
      },
    })
  const stored = async () =>
    api.db.query<{ counter_id: number }>('select counter_id from ratings where terminal_id = $1', [gone.terminal_id])
  return { office, leader, gone, tablet, ratings, send, mine, decide, stored }
}

t.test('no log-in, wrong role, wrong unit, bad body', async (t) => {
  const { office, leader, decide } = await arrange()
  refused(t, await api.stranger.get('/api/v1/quarantine'), 401, 'login_required')
  for (const role of ['unit_clerk', 'commission', 'inspector'] as const) {
    const person = await api.staff(role, role === 'unit_clerk' ? { unit_id: office.unit_id } : {})
    refused(t, await person.get('/api/v1/quarantine'), 403, 'forbidden')
    refused(t, await decide(person, 'accepted'), 403, 'forbidden')
  }
  const away = await createOffice(api.db)
  refused(t, await decide(await api.staff('unit_leader', { unit_id: away.unit_id }), 'accepted'), 404, 'not_found')
  refused(t, await decide(leader, 'deleted'), 400, 'invalid_body')
  refused(t, await decide(leader, 'refused', { reason: ' ' }), 400, 'invalid_body')
  refused(t, await decide(leader, 'refused', { level: 5 }), 400, 'unknown_field')
  refused(t, await decide(leader, 'accepted', { claimed_terminal_id: '1' }), 409, 'already_decided')
})

t.test('what waits is told in counts and days, never in levels or moments', async (t) => {
  const { gone, leader, mine } = await arrange()
  const [group] = await mine()
  t.match(group, {
    reason: 'terminal_revoked',
    claimed_terminal_id: null,
    counts_at: { counter: 'Quầy 1' },
    waiting: 3,
    refused: 0,
    first_day: '2026-11-20',
    last_day: '2026-11-23',
    may_decide: true,
  })
  const told = (await leader.get('/api/v1/quarantine')).body
  t.notMatch(JSON.stringify(told), /level|T0\d:|Cảm ơn|rating_id/)
  t.equal((await mine(await api.staff('administrator')))[0]?.terminal.terminal_id, String(gone.terminal_id))
})

t.test('accepted: stored once at the counter of the tap, counted, and a duplicate from then on', async (t) => {
  const { office, leader, tablet, ratings, send, mine, decide, stored } = await arrange()
  t.same(await stored(), [])
  t.match(await decide(leader, 'accepted'), { status: 200, body: { decided: 3 } })
  t.same(
    await stored(),
    [1, 2, 3].map(() => ({ counter_id: office.counters[0] })),
  )
  t.same(await mine(), [])
  refused(t, await decide(leader, 'accepted'), 409, 'already_decided')
  await api.count()
  t.same((await api.verify()).differences, [])
  const [sum] = await api.db.query<{ n: number }>(
    'select sum(n1 + n2 + n3 + n4 + n5)::int as n from unit_tallies where unit_id = $1',
    [office.unit_id],
  )
  t.equal(sum?.n, 3)
  t.match((await send(tablet)).body.results, [
    { status: 'duplicate' },
    { status: 'duplicate' },
    { status: 'duplicate' },
  ])
  t.match((await send(tablet, [{ ...ratings[0], level: 1 }])).body.results, [{ code: 'rating_conflict' }])
  const [deed] = await api.db.query(
    `select detail from audit where action = 'quarantine.accept' order by audit_id desc limit 1`,
  )
  t.match(deed, {
    detail: { ratings: 3, reason: 'Máy vẫn đặt ở quầy', first_day: '2026-11-20', last_day: '2026-11-23' },
  })
})

t.test('refused: kept, uncounted by whichever pairing it comes again, and taken back by accepting', async (t) => {
  const { office, gone, leader, tablet, ratings, send, mine, decide, stored } = await arrange()
  t.match((await decide(leader, 'refused')).body, { decided: 3 })
  t.match(await mine(), [{ waiting: 0, refused: 3 }])
  refused(t, await decide(leader, 'refused'), 409, 'already_decided')
  t.match((await send(tablet)).body.results, [{ status: 'quarantined', code: 'terminal_revoked' }, {}, {}])
  // Paired anew, the tablet may speak for its old pairing; what was refused stays refused, what is new counts.
  const next = api.tablet((await pairTablet(api.db, office.counters[1] as number)).token)
  const as = String(gone.terminal_id)
  const again = await send(next, [...ratings, rating({ terminal_id: as })])
  t.match(again.body.results, [
    { status: 'quarantined' },
    { status: 'quarantined' },
    { status: 'quarantined' },
    { status: 'stored' },
  ])
  t.match((await send(next, [{ ...ratings[0], level: 1 }])).body.results, [
    { status: 'rejected', code: 'rating_conflict' },
  ])
  t.equal((await stored()).length, 1)

  t.match((await decide(await api.staff('administrator'), 'accepted')).body, { decided: 3 })
  t.equal((await stored()).length, 4)
  await api.count()
  t.same((await api.verify()).differences, [])
})

t.test('sent again by a pairing that may speak for it while it waits: stored, and no longer asked about', async (t) => {
  const { office, gone, leader, ratings, send, mine, decide, stored } = await arrange()
  const next = api.tablet((await pairTablet(api.db, office.counters[1] as number)).token)
  const items = ratings.map((item) => ({ ...item, terminal_id: String(gone.terminal_id) }))
  t.match((await send(next, items.slice(0, 1))).body.results, [{ status: 'stored' }])
  t.match(await mine(), [{ waiting: 2 }])
  t.match((await decide(leader, 'accepted')).body, { decided: 2 })
  t.equal((await stored()).length, 3, 'each once')
})

t.test('a rating that names a pairing of another unit: the province decides, and it counts there', async (t) => {
  const [home, away] = [await createOffice(api.db), await createOffice(api.db)]
  const [sender, named] = [home.tablets[0], away.tablets[0]]
  const leader = await api.staff('unit_leader', { unit_id: home.unit_id })
  const claimed_terminal_id = String(named?.terminal_id)
  const id = randomUUID()
  const sent = await api
    .tablet(sender?.token as string)
    .post('/api/v1/ratings', batch([rating({ id, terminal_id: claimed_terminal_id })]))
  t.match(sent.body.results, [{ status: 'quarantined', code: 'unknown_terminal' }])
  const body = {
    terminal_id: String(sender?.terminal_id),
    claimed_terminal_id,
    decision: 'accepted',
    reason: 'Chuyển máy',
  }
  t.match((await leader.get('/api/v1/quarantine')).body.items, [{ may_decide: false }])
  refused(t, await leader.post('/api/v1/quarantine/decisions', body), 403, 'forbidden')
  const admin = await api.staff('administrator')
  t.match((await admin.post('/api/v1/quarantine/decisions', body)).body, { decided: 1 })
  t.match(await api.db.query('select unit_id, counter_id from ratings where rating_id = $1', [id]), [
    { unit_id: away.unit_id, counter_id: away.counters[0] },
  ])
})

t.test('cut short after the decision, it is stored by the next one who looks', async (t) => {
  const { gone, stored } = await arrange()
  await api.db.query(`update quarantine set decision = 'accepted', decided_at = now() where sent_by_terminal_id = $1`, [
    gone.terminal_id,
  ])
  const services = createServices({
    config: {} as never,
    pools: api.pools,
    clock: api.clock,
    log: api.app.log as never,
    keys: api.keys,
  })
  const [one, two] = await Promise.all([placeAccepted(services), placeAccepted(services)])
  t.ok(one + two >= 3)
  t.equal((await stored()).length, 3)
  t.equal(await placeAccepted(services), 0)
})
