/** Paper slips: counted by day, corrected, taken away; beside every figure and in none of them. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })

async function arrange() {
  const office = await createOffice(api.db, { counters: 2, officers: 2 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const [one, two] = office.counters.map(String) as [string, string]
  const save = (entries: object[]) => clerk.post('/api/v1/paper-slips', { entries })
  const list = async (range = 'from=2026-11-01&to=2026-11-30') =>
    (await clerk.get(`/api/v1/paper-slips?unit_id=${office.unit_id}&${range}`)).body.items
  const report = async (range = 'from=2026-11-01&to=2026-11-30', who = clerk) =>
    (await who.get(`/api/v1/reports/units/${office.unit_id}?${range}`)).body
  return { office, clerk, one, two, save, list, report }
}

t.test('no log-in, wrong role, wrong unit, bad bodies', async (t) => {
  const { office, one, save, list } = await arrange()
  const elsewhere = await arrange()
  const body = { entries: [{ counter_id: one, day: '2026-11-23', slips: 3 }] }
  refused(t, await api.stranger.post('/api/v1/paper-slips', body), 401, 'login_required')
  refused(t, await (await api.staff('commission')).post('/api/v1/paper-slips', body), 403, 'forbidden')
  refused(t, await (await api.staff('inspector')).get('/api/v1/paper-slips?unit_id=1'), 403, 'forbidden')
  const officer = await api.staff('officer', { unit_id: office.unit_id, officer_id: office.officers[0] as number })
  refused(t, await officer.get(`/api/v1/paper-slips?unit_id=${office.unit_id}`), 403, 'forbidden')
  refused(t, await elsewhere.clerk.post('/api/v1/paper-slips', body), 404, 'not_found')
  refused(t, await elsewhere.clerk.get(`/api/v1/paper-slips?unit_id=${office.unit_id}`), 404, 'not_found')
  for (const entry of [
    { slips: 3 },
    { month: '2026-11', slips: 3 },
    { day: '2026-02-30', slips: 3 },
    { day: '2026-11-25', slips: 3 },
    { day: '2026-11-23', slips: -1 },
    { day: '2026-11-23', slips: 1.5 },
    { day: '2026-11-23', slips: 1001 },
  ]) {
    refused(t, await save([{ counter_id: one, ...entry }]), 400, 'invalid_body', JSON.stringify(entry))
  }
  for (const more of [{ level: 5 }, { marks: [] }, { comment: 'Cán bộ rất tốt' }]) {
    const entry = { counter_id: one, day: '2026-11-23', slips: 1, ...more }
    refused(t, await save([entry]), 400, 'unknown_field', `what a slip says has no place: ${Object.keys(more)}`)
  }
  t.strictSame(await list(), [], 'nothing of it was kept')
})

t.test('a number per counter and day: counted, corrected, taken away; all or none; someone was faster', async (t) => {
  const { office, one, two, save, list } = await arrange()
  const day = '2026-11-23'
  const made = await save([
    { counter_id: one, day, slips: 3, seen: null },
    { counter_id: two, day, slips: 0 },
  ])
  t.equal(made.status, 200)
  const said = { unit_id: String(office.unit_id), day }
  t.strictSame(await list(), [
    { counter_id: one, ...said, slips: 3 },
    { counter_id: two, ...said, slips: 0 },
  ])
  const late = await save([
    { counter_id: two, day, slips: 9 },
    { counter_id: one, day, slips: 2, seen: null },
  ])
  t.same(refused(t, late, 409, 'changed_meanwhile'), { counter_id: one, slips: 3 })
  t.match(await list(), [{ slips: 3 }, { slips: 0 }], 'the first entry of a refused call is not kept either')
  await save([
    { counter_id: one, day, slips: 4, seen: 3 },
    { counter_id: two, day, slips: null },
  ])
  t.strictSame(await list(), [{ counter_id: one, ...said, slips: 4 }], 'not counted is not zero')
  t.strictSame(await list('from=2026-11-01&to=2026-11-22'), [])
  const administrator = await api.staff('administrator')
  const { body } = await administrator.get(`/api/v1/audit?unit_id=${office.unit_id}&action=paper_slips`)
  t.match(body.items[0].detail.changes, [
    { slips: 4, before: 3 },
    { slips: null, before: 0 },
  ])
  t.equal(body.items.length, 2, 'a refused call leaves no line')
})

t.test('beside the figures: told by reports, added to none of them', async (t) => {
  const { office, clerk, one, two, save, report } = await arrange()
  const items = Array.from({ length: 10 }, (_, i) =>
    rating({ level: i < 9 ? 5 : 2, rated_at: `2026-11-20T08:${String(i + 10)}:00+07:00` }),
  )
  await api.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(items))
  await api.count()
  await clerk.post('/api/v1/visits', { entries: [{ counter_id: one, day: '2026-11-20', visits: 40 }] })
  const before = await report()
  t.equal(before.paper_slips, null, 'nobody counted any')
  await save([
    { counter_id: one, day: '2026-11-20', slips: 7 },
    { counter_id: two, day: '2026-11-20', slips: 4 },
    { counter_id: two, day: '2026-10-31', slips: 50 },
  ])
  const after = await report()
  t.equal(after.paper_slips, 11)
  t.strictSame({ ...after, paper_slips: null, freshness: before.freshness }, before, 'and nothing else is another')
  t.same(after.response, { visits: 40, ratings: 10, rate: 0.25, implausible: false })
  t.equal((await report('from=2026-10-01&to=2026-10-31')).paper_slips, 50)
  const commission = await api.staff('commission')
  const all = (await commission.get('/api/v1/reports/units?from=2026-11-01&to=2026-11-30')).body.units
  t.equal(all.find((one: { unit_id: string }) => one.unit_id === String(office.unit_id)).paper_slips, 11)
  t.equal((await report(undefined, commission)).paper_slips, 11)
})
