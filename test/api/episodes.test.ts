/** Episodes: found when a day is over, in whatever order its ratings came; asked about inside, decided outside, always reversible. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Episode } from '../../server/contract/episodes.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const DAY = '2026-11-23'
const at = (clock: string) => `${DAY}T${clock}+07:00`

async function arrange(t: Test) {
  const server = await startTestApp(t, { at: `${DAY}T16:00:00+07:00` })
  const office = await createOffice(server.db, { counters: 2, officers: 2 })
  for (const place of [0, 1]) {
    await assign(
      server.db,
      office.counters[place] as number,
      office.officers[place] as number,
      '2026-01-01T00:00:00+07:00',
    )
  }
  const unit_id = String(office.unit_id)
  const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
  const commission = await server.staff('commission')
  const send = async (place: number, items: Record<string, unknown>[]) => {
    const tablet = server.tablet(office.tablets[place]?.token as string)
    const envelope = { sent_at: new Date(server.clock.now()).toISOString() }
    const { body } = await tablet.post('/api/v1/ratings', batch(items, envelope))
    for (const { status } of body.results) if (status !== 'stored') throw new Error(JSON.stringify(body))
    await server.count()
  }
  const episodes = async (who: Caller): Promise<Episode[]> =>
    (await who.get(`/api/v1/reports/units/${unit_id}/episodes?from=2026-11-01&to=2026-11-30`)).body.items
  const totals = async () => {
    const { body } = await commission.get(`/api/v1/reports/units/${unit_id}?from=${DAY}&to=${DAY}`)
    return { counted: body.figure.n, set_aside: body.figure.set_aside }
  }
  return { server, office, unit_id, leader, commission, send, episodes, totals }
}

/** Eight taps of one hand within a minute, each with an id that does not tell their order. */
const burst = (minute: string) =>
  Array.from({ length: 8 }, (_, index) =>
    rating({
      id: randomUUID(),
      level: 5,
      dwell_ms: 900,
      rated_at: at(`${minute}:${String(index * 6).padStart(2, '0')}`),
    }),
  )
const ordinary = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    rating({ rated_at: at(`09:${String(10 + index * 5).padStart(2, '0')}:00`) }),
  )

t.test('nothing while the day runs; from midnight on, an episode per tablet, day and rule', async (t) => {
  const { server, leader, commission, send, episodes, totals } = await arrange(t)
  await send(0, [...ordinary(6), ...burst('10:30')])
  await send(1, [...ordinary(5), rating({ rated_at: at('11:00:00') }), rating({ rated_at: at('11:00:02') })])
  t.same(await totals(), { counted: 13, set_aside: 8 }, 'set aside at once: the first of the burst counts')
  t.equal((await server.night()).requeued, 0)
  t.same(await episodes(leader), [], 'but the day is not over')

  server.clock.set('2026-11-24T00:10:00+07:00')
  t.equal((await server.night()).requeued, 0, 'nothing comes out differently')
  const found = await episodes(leader)
  t.same(
    found.map(({ rule, at_least, counter, terminal, local_day, sets_aside }) => ({
      ...{ rule, at_least, local_day, sets_aside },
      place: counter !== null && terminal !== null,
    })),
    [
      { rule: 'burst', at_least: 5, local_day: DAY, sets_aside: true, place: true },
      { rule: 'too_soon', at_least: null, local_day: DAY, sets_aside: true, place: false },
    ],
    'seven in a burst: tablet and how many in fives; one slip: rule and day alone',
  )
  t.same(await episodes(commission), found, 'the commission reads the same')
  t.equal(found[1]?.episode_id, null, 'and no id that would tell them apart')
  t.equal((await server.night()).requeued, 0)
  t.same(await episodes(leader), found, 'judged once')
  t.same((await server.verify()).differences, [])
})

t.test('what a tablet kept for days is judged with its day, and small ones are one line', async (t) => {
  const { server, leader, send, episodes, totals } = await arrange(t)
  const hand = burst('10:30')
  // Every second tap arrives now, the others two days later: apart, neither half is dense.
  await send(
    0,
    hand.filter((_, index) => index % 2 === 0).map((tap, index) => ({ ...tap, level: 1 + index })),
  )
  t.same(await totals(), { counted: 1, set_aside: 3 })
  server.clock.set('2026-11-24T01:00:00+07:00')
  await server.night()
  t.same(
    (await episodes(leader)).map(({ rule, at_least }) => [rule, at_least]),
    [['burst', null]],
  )
  server.clock.set('2026-11-25T09:00:00+07:00')
  await send(
    0,
    hand.filter((_, index) => index % 2 === 1),
  )
  await send(1, [rating({ rated_at: at('11:00:00') }), rating({ rated_at: at('11:00:02') })])
  await send(0, [rating({ rated_at: at('11:20:00') }), rating({ rated_at: at('11:20:03') })])
  await server.night()
  t.same(
    (await episodes(leader)).map(({ rule, at_least }) => [rule, at_least]),
    [
      ['burst', 5],
      ['too_soon', null],
    ],
    'seven of eight now; two slips at two tablets are one line',
  )
  t.same((await server.verify()).differences, [])
})

t.test('an older version of the rules: the night judges anew, and differences go through counting', async (t) => {
  const { server, send, totals } = await arrange(t)
  await send(0, [...ordinary(5), ...burst('10:30')])
  server.clock.set('2026-11-24T00:10:00+07:00')
  await server.night()
  // As if version 1 had let the burst pass.
  await server.db.query(`update terminal_days set judged_version = 1`)
  const before = await totals()
  await server.db.query(`update verdicts set set_aside = 3 where set_aside = 2`)
  t.equal((await server.night()).requeued, 7)
  t.same(await totals(), before, 'the rule changed, the count did not')
  t.same(await server.db.query('select distinct rules_version::int, set_aside from verdicts order by 2'), [
    { rules_version: 2, set_aside: 0 },
    { rules_version: 2, set_aside: 2 },
  ])
  t.same(await server.db.query('select distinct judged_version from terminal_days'), [{ judged_version: 2 }])
})

t.test('a leader asks, the commission decides, counting carries it out, and it can be taken back', async (t) => {
  const { server, office, unit_id, leader, commission, send, episodes, totals } = await arrange(t)
  await send(0, [...ordinary(5), ...burst('10:30')])
  server.clock.set('2026-11-24T08:00:00+07:00')
  await server.night()
  const [episode] = await episodes(leader)
  const about = { unit_id, local_day: DAY, rule: 'burst', episode_id: episode?.episode_id }
  const wish = { ...about, wants: 'restore', reason: 'Lớp học đến thăm, từng em bấm' }

  for (const [body, code] of [
    [{ ...wish, reason: '  ' }, 'invalid_body'],
    [{ ...wish, rule: 'angry' }, 'invalid_body'],
    [{ ...wish, episode_id: '2147483647' }, 'not_found'],
    [{ ...wish, episode_id: null }, 'not_found'],
    [{ ...wish, local_day: '2026-11-22' }, 'not_found'],
    [{ ...wish, local_day: '2026-02-30' }, 'invalid_body'],
  ] as const) {
    t.equal((await leader.post('/api/v1/proposals', body)).body.error?.code, code, JSON.stringify(body))
  }
  const asked = await leader.post('/api/v1/proposals', wish)
  t.equal(asked.status, 201)
  t.equal((await leader.post('/api/v1/proposals', wish)).body.error?.code, 'already_proposed')
  t.same(await totals(), { counted: 6, set_aside: 7 }, 'asking changes nothing')

  const address = `/api/v1/proposals/${asked.body.proposal_id}`
  const yes = { outcome: 'accepted', answer: 'Đã xem camera' }
  t.equal((await leader.patch(address, yes)).status, 403, 'not by the one who asked')
  const both = await server.person([{ role: 'commission' }, { role: 'unit_clerk', unit_id: office.unit_id }])
  t.equal((await both.patch(address, yes)).status, 403, 'nor by anybody of the unit')
  t.match((await commission.patch(address, yes)).body, { outcome: 'accepted', answer: 'Đã xem camera' })
  t.equal((await commission.patch(address, yes)).body.error?.code, 'already_decided')
  await server.night()
  t.same(await totals(), { counted: 13, set_aside: 0 }, 'all seven count again')
  t.match(
    (await episodes(leader))[0],
    { rule: 'burst', at_least: 5, proposal: { outcome: 'accepted' } },
    'still to be seen',
  )

  server.clock.set('2026-11-24T09:00:00+07:00')
  await send(0, [rating({ rated_at: at('15:00:00') })])
  await server.night()
  t.same(await totals(), { counted: 14, set_aside: 0 }, 'a late rating of that day does not undo the decision')
  t.same((await server.verify()).differences, [])

  const back = await leader.post('/api/v1/proposals', { ...wish, wants: 'set_aside', reason: 'Nhầm ngày' })
  await commission.patch(`/api/v1/proposals/${back.body.proposal_id}`, { outcome: 'accepted', answer: 'Đồng ý' })
  await server.night()
  t.same(await totals(), { counted: 7, set_aside: 7 }, 'and back')
  t.same((await server.verify()).differences, [])

  const audit = await server.db.query(
    `select action, detail ->> 'requeued' as requeued from audit where action like 'proposal%' order by audit_id`,
  )
  t.same(audit, [
    { action: 'proposal.create', requeued: null },
    { action: 'proposal.accepted', requeued: '7' },
    { action: 'proposal.create', requeued: null },
    { action: 'proposal.accepted', requeued: '7' },
  ])
  t.equal((await commission.get('/api/v1/proposals?limit=1')).body.items.length, 1)
  const [other] = [await createOffice(server.db)]
  const stranger = await server.staff('unit_leader', { unit_id: other.unit_id })
  t.same((await stranger.get('/api/v1/proposals')).body.items, [], 'another unit hears nothing of it')
})

t.test(
  'what is only noted never sets aside by itself; after a decision it does, also when the moments are gone',
  async (t) => {
    const { server, unit_id, leader, commission, send, episodes, totals } = await arrange(t)
    const everything = (kept: boolean) =>
      ['please_hello', 'please_sorry', 'please_thank_you', 'please_permission', 'always_smile', 'always_gentle']
        .concat(['always_listen', 'always_help'])
        .map((commitment) => ({ commitment, kept }))
    const straight = Array.from({ length: 6 }, (_, index) =>
      rating({ level: 5, marks: everything(true), rated_at: at(`14:${String(index * 7).padStart(2, '0')}:00`) }),
    )
    await send(0, [...ordinary(5), ...straight])
    t.same(await totals(), { counted: 11, set_aside: 0 })
    server.clock.set('2026-11-24T08:00:00+07:00')
    await server.night()
    t.match(await episodes(leader), [{ rule: 'straight_lining', at_least: 5, sets_aside: false }])
    t.same(await totals(), { counted: 11, set_aside: 0 })

    const [episode] = await episodes(leader)
    const wish = {
      unit_id,
      local_day: DAY,
      rule: 'straight_lining',
      episode_id: episode?.episode_id,
      reason: 'Cùng một tay',
    }
    const refused = await leader.post('/api/v1/proposals', { ...wish, wants: 'set_aside' })
    await commission.patch(`/api/v1/proposals/${refused.body.proposal_id}`, {
      outcome: 'refused',
      answer: 'Chưa đủ căn cứ',
    })
    await server.night()
    t.same(await totals(), { counted: 11, set_aside: 0 }, 'refused: nothing happens')
    server.clock.set('2027-01-10T08:00:00+07:00')
    await server.db.query(
      `update moments set corrected_at = null, received_at = null, sequence = null, dwell_ms = null`,
    )
    const again = await leader.post('/api/v1/proposals', { ...wish, wants: 'set_aside' })
    await commission.patch(`/api/v1/proposals/${again.body.proposal_id}`, {
      outcome: 'accepted',
      answer: 'Có băng ghi hình',
    })
    await server.count()
    t.same(await totals(), { counted: 5, set_aside: 6 })
    t.same((await server.verify()).differences, [])
  },
)
