/** A leader who asks cleverly: rosters moved minute by minute, visits typed one after another, a tablet that waits. Nothing answers. */
import t, { type Test } from 'tap'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const DAY = '2026-11-23'
const at = (clock: string, day = DAY) => `${day}T${clock}:00+07:00`

/** A counter with ratings at these times of yesterday, all of them published or waiting. */
async function arrange(t: Test, times: readonly string[]) {
  const server = await startTestApp(t, { at: at('16:00') })
  const office = await createOffice(server.db, { officers: 2 })
  const [counter, officer] = [office.counters[0] as number, office.officers[0] as number]
  await assign(server.db, counter, officer, '2026-11-01T00:00:00+07:00')
  const items = times.map((clock) => rating({ level: 5, rated_at: at(clock) }))
  const envelope = { sent_at: new Date(server.clock.now()).toISOString() }
  await server.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(items, envelope))
  server.clock.set(at('00:30', '2026-11-24'))
  await server.night()
  server.clock.set(at('09:00', '2026-11-24'))
  const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
  return { server, office, leader, unit: String(office.unit_id), counter: String(counter) }
}

const times = ['08:10', '09:02', '10:20', '11:00', '13:40', '14:15']

t.test('a roster moved for five minutes: nothing tells whether a rating lay in them', async (t) => {
  const { server, office, leader, unit, counter } = await arrange(t, times)
  /** Everything a leader may read, after a change of these minutes and after taking it back; ids and times are cut out. */
  const probe = async (from: string, to: string) => {
    const made = await leader.post('/api/v1/roster-changes', {
      places: [{ counter_id: counter, officer_id: String(office.officers[1]) }],
      starts_at: at(from),
      ends_at: at(to),
    })
    t.equal(made.status, 201)
    await server.count()
    const read = async () => {
      const urls = [
        `/api/v1/reports/units/${unit}?from=${DAY}&to=${DAY}`,
        `/api/v1/reports/units/${unit}/episodes?from=${DAY}&to=${DAY}`,
        `/api/v1/audit?unit_id=${unit}&limit=1`,
        `/api/v1/fleet?unit_id=${unit}`,
        `/api/v1/units/${unit}/roster-gaps?from=${DAY}&to=${DAY}`,
      ]
      const seen: string[] = [JSON.stringify(made.body)]
      for (const url of urls) seen.push(JSON.stringify((await leader.get(url)).body))
      return seen.map((body) =>
        body
          .replace(/"[^"]*_(at|id|number)":("[^"]*"|\d+|null)/g, '""')
          .replace(/"(from|to|counters|next_cursor)":(\[[^\]]*\]|[^,}]*)/g, '""'),
      )
    }
    const during = await read()
    await leader.post(`/api/v1/roster-changes/${made.body.change_id}/undo`)
    await server.count()
    return [...during, ...(await read())]
  }
  const empty = await probe('09:30', '09:35')
  t.same(await probe('09:00', '09:05'), empty, 'one rating lay in these minutes')
  t.same(await probe('10:15', '11:15'), empty, 'two lay in this hour')
  t.notMatch(empty.join(), /requeued/, 'the log does not tell how many ratings were moved')
  const kept = await server.db.query<{ n: string }>(
    `select detail ->> 'requeued' as n from audit where action like 'roster%' order by audit_id`,
  )
  t.same(
    kept.map(({ n }) => n),
    ['0', '0', '1', '1', '2', '2'],
    'but it is written there, for whoever has to look into a leader’s changes',
  )
})

t.test('visits typed one after another: the day’s ratings are found to five, never to one', async (t) => {
  const answers = async (count: number) => {
    const { server, leader, unit, counter } = await arrange(t, times.concat('14:45', '15:05', '15:20').slice(0, count))
    const noted: number[] = []
    for (let visits = 0; visits <= 12; visits += 1) {
      await leader.post('/api/v1/visits', { entries: [{ counter_id: counter, day: DAY, visits }] })
      await server.night()
      const { items } = (await leader.get(`/api/v1/reports/units/${unit}/episodes?from=${DAY}&to=${DAY}`)).body
      if (items.some(({ rule }: { rule: string }) => rule === 'more_than_visits')) noted.push(visits)
    }
    return noted
  }
  const six = await answers(6)
  t.same(six, [0, 1, 2, 3, 4])
  t.same(await answers(9), six, 'nine are told as six are')
  t.same(await answers(4), [], 'and four not at all')
})

t.test('the minute of the oldest rating that waits on a tablet is not told', async (t) => {
  const { server, office, leader, unit } = await arrange(t, times)
  const oldest = async (clock: string) => {
    const beat = { queue_length: 1, oldest_at: at(clock, '2026-11-24') }
    await server.tablet(office.tablets[0]?.token as string).post('/api/v1/terminal/heartbeat', beat)
    return (await leader.get(`/api/v1/fleet?unit_id=${unit}`)).body.items[0].oldest_at
  }
  t.equal(await oldest('08:07'), await oldest('08:52'))
})
