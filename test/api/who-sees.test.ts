/** "Who sees what" on an officer's own page, sentence by sentence, against what each reader's calls answer. */
import t from 'tap'
import { addDays } from '../../server/domain/time.ts'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const AT = '2026-11-24T10:00:00+07:00'
const api = await startTestApp(t, { at: AT })
const numbers = [0, 5, 10, 25, 30]
const office = await createOffice(api.db, { counters: numbers.length, officers: numbers.length, name: 'Xã Ai Thấy' })
const reach = { unit_id: office.unit_id }
for (const [place, n] of numbers.entries()) {
  await assign(api.db, office.counters[place] as number, office.officers[place] as number, '2026-10-01T00:00:00+07:00')
  const said = Array.from({ length: n }, (_, index) =>
    rating({
      rated_at: `${addDays('2026-10-05', index)}T09:00:00+07:00`,
      level: index % 5 === 0 ? 2 : 5,
      marks: [{ commitment: index % 5 === 0 ? 'service_time' : 'always_smile', kept: index % 5 !== 0 }],
    }),
  )
  if (n > 0) await api.tablet(office.tablets[place]?.token as string).post('/api/v1/ratings', batch(said))
}
await api.count()
const dates = 'from=2026-09-01&to=2026-11-24'
const own = await api.staff('officer', { officer_id: office.officers[4] as number })
const above = ['unit_leader', 'commission', 'administrator'] as const
const readers = await Promise.all(
  above.map(async (role) => [role, await api.staff(role, role === 'unit_leader' ? reach : {})] as const),
)
const clerk = await api.staff('unit_clerk', reach)

t.test(
  'leader, commission, administrator: nothing below ten but that there is something; then rung by rung',
  async (t) => {
    for (const [role, reader] of readers) {
      const unit = (await reader.get(`/api/v1/reports/units/${office.unit_id}?${dates}`)).body
      for (const [place, n] of numbers.entries()) {
        const id = String(office.officers[place])
        const { body } = await reader.get(`/api/v1/reports/officers/${id}?${dates}`)
        const row = unit.officers.find((one: { officer_id: string }) => one.officer_id === id)
        t.same(row.figure, body.figure, `${role}, ${n}: the same in the list of the unit`)
        t.equal(body.figure.n, n === 0 || n >= 10 ? n : null, `${role}, ${n}: how many`)
        t.equal(body.figure.suppressed, n > 0 && n < 10, `${role}, ${n}: that there is something`)
        t.equal(body.steps.length, n >= 10 ? n / 5 : 0, `${role}, ${n}: each step`)
        t.equal(body.commitments.length > 0, n >= 10, `${role}, ${n}: what citizens noticed and want better`)
        t.equal(body.figure.satisfaction !== null, n >= 10, `${role}, ${n}: the interval`)
        t.equal(body.band !== null, n >= 10, `${role}, ${n}: beside the unit`)
        t.equal(body.figure.satisfaction?.value != null, n >= 30, `${role}, ${n}: the percentage`)
        t.equal(body.figure.levels !== null, n >= 30, `${role}, ${n}: the five levels`)
        t.equal(body.low.service_only !== null, n >= 30, `${role}, ${n}: how many low ones named only procedure`)
      }
    }
  },
)

t.test('a counter in full from five, which is the officer’s own where one alone serves', async (t) => {
  for (const [role, reader] of readers) {
    const unit = (await reader.get(`/api/v1/reports/units/${office.unit_id}?${dates}`)).body
    const five = unit.counters.find((one: { counter_id: string }) => one.counter_id === String(office.counters[1]))
    t.match(five.figure, { n: 5, levels: [0, 1, 0, 0, 4], satisfaction: { value: 0.8 } }, role)
  }
})

t.test('the clerk: no officer’s figures and no counter’s', async (t) => {
  refused(t, await clerk.get(`/api/v1/reports/officers/${office.officers[4]}?${dates}`), 403, 'forbidden')
  const unit = (await clerk.get(`/api/v1/reports/units/${office.unit_id}?${dates}`)).body
  t.same([unit.officers, unit.counters], [[], []])
  const inspector = await api.staff('inspector')
  refused(t, await inspector.get(`/api/v1/reports/officers/${office.officers[4]}?${dates}`), 403, 'forbidden')
})

t.test('what the officer sends, by kind; the log without the words', async (t) => {
  const words = (kind: string) => `Lời riêng của ${kind}`
  for (const kind of ['explanation', 'review']) {
    const body = { kind, from: '2026-11-01', to: '2026-11-24', words: words(kind) }
    t.equal((await own.post('/api/v1/cases', body)).status, 201)
  }
  const counter_id = String(office.counters[4])
  const doubt = { counter_id, day: '2026-11-23', part: 'day', note: words('doubt') }
  t.equal((await own.post('/api/v1/roster-doubts', doubt)).status, 201)
  const read = new Map<string, string[]>()
  for (const [role, reader] of [...readers, ['unit_clerk', clerk] as const]) {
    const cases = role === 'administrator' ? null : await reader.get('/api/v1/cases')
    const doubts = await reader.get(`/api/v1/roster-doubts?unit_id=${office.unit_id}`)
    const found = JSON.stringify([cases?.body, doubts.body])
    read.set(
      role,
      ['explanation', 'review', 'doubt'].filter((kind) => found.includes(words(kind))),
    )
  }
  t.same(Object.fromEntries(read), {
    unit_leader: ['explanation', 'review', 'doubt'],
    commission: ['review', 'doubt'],
    administrator: ['doubt'],
    unit_clerk: ['doubt'],
  })
  const [, administrator] = readers[2] as (typeof readers)[number]
  refused(t, await administrator.get('/api/v1/cases'), 403, 'forbidden')
  const [, leader] = readers[0] as (typeof readers)[number]
  for (const reader of [leader, administrator, await api.staff('inspector')]) {
    const log = JSON.stringify((await reader.get('/api/v1/audit')).body)
    t.match(log, /case\.open.*doubt\.create|doubt\.create.*case\.open/s, 'that and when')
    t.notMatch(log, 'Lời riêng', 'not the words')
  }
  refused(t, await clerk.get('/api/v1/audit'), 403, 'forbidden')
})
