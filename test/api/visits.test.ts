/** Visits and dossiers: typed, corrected, taken away, and what reports make of them; and a unit made of two others. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })

async function arrange() {
  const office = await createOffice(api.db, { counters: 2, officers: 2 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const [one, two] = office.counters.map(String) as [string, string]
  const save = (entries: object[]) => clerk.post('/api/v1/visits', { entries })
  const list = async (range = 'from=2026-11-01&to=2026-11-30') =>
    (await clerk.get(`/api/v1/visits?unit_id=${office.unit_id}&${range}`)).body.items
  const rate = async (day: string, count: number, tablet = 0) => {
    const said = Array.from({ length: count }, (_, index) =>
      rating({
        rated_at: `2026-11-${day}T${String(8 + Math.floor(index / 6)).padStart(2, '0')}:${index % 6}0:00+07:00`,
      }),
    )
    await api.tablet(office.tablets[tablet]?.token as string).post('/api/v1/ratings', batch(said))
    await api.count()
  }
  const report = async (range = '', path = `/units/${office.unit_id}`) =>
    (await clerk.get(`/api/v1/reports${path}${range && `?${range}`}`)).body
  return { office, clerk, one, two, save, list, rate, report }
}

t.test('no log-in, wrong role, wrong unit, bad bodies', async (t) => {
  const { office, one, save } = await arrange()
  const elsewhere = await arrange()
  const body = { entries: [{ counter_id: one, day: '2026-11-23', visits: 31 }] }
  refused(t, await api.stranger.post('/api/v1/visits', body), 401, 'login_required')
  refused(t, await (await api.staff('commission')).post('/api/v1/visits', body), 403, 'forbidden')
  refused(t, await elsewhere.clerk.post('/api/v1/visits', body), 404, 'not_found')
  refused(t, await elsewhere.clerk.get(`/api/v1/visits?unit_id=${office.unit_id}`), 404, 'not_found')
  for (const entry of [
    { visits: 3 },
    { day: '2026-11-23', month: '2026-11', visits: 3 },
    { day: '2026-02-30', visits: 3 },
    { day: '2026-11-25', visits: 3 },
    { month: '2026-13', visits: 3 },
    { day: '2026-11-23', visits: -1 },
    { day: '2026-11-23', visits: 1.5 },
    { day: '2026-11-23', visits: '3' },
    { day: '2026-11-23', visits: 100_001 },
  ]) {
    refused(t, await save([{ counter_id: one, ...entry }]), 400, 'invalid_body', JSON.stringify(entry))
  }
})

t.test('a number per counter and day: typed, corrected, taken away; all or none; someone was faster', async (t) => {
  const { one, two, save, list } = await arrange()
  const day = '2026-11-23'
  t.equal(
    (
      await save([
        { counter_id: one, day, visits: 31, seen: null },
        { counter_id: two, day, visits: 0 },
      ])
    ).status,
    200,
  )
  t.match(await list(), [
    { counter_id: one, day, month: null, procedure_group: '', visits: 31 },
    { counter_id: two, visits: 0 },
  ])
  const late = await save([
    { counter_id: two, day, visits: 9 },
    { counter_id: one, day, visits: 30, seen: null },
  ])
  t.same(refused(t, late, 409, 'changed_meanwhile'), { counter_id: one, visits: 31 })
  t.match(await list(), [{ visits: 31 }, { visits: 0 }], 'the first entry of a refused call is not kept either')
  await save([
    { counter_id: one, day, visits: 33, seen: 31 },
    { counter_id: two, day, visits: null },
  ])
  t.match(await list(), [{ counter_id: one, visits: 33 }])
  t.equal((await list()).length, 1, 'not known is not zero')
})

t.test('the response rate: ratings of the very counters and days whose visits are known', async (t) => {
  const { one, two, save, rate, report } = await arrange()
  await rate('20', 10)
  await rate('23', 5)
  await rate('23', 6, 1)
  t.equal((await report()).response, null, 'nothing known')
  await save([{ counter_id: one, day: '2026-11-20', visits: 40 }])
  t.same((await report()).response, { visits: 40, ratings: 10, rate: 0.25, implausible: false })
  await save([{ counter_id: two, day: '2026-11-23', visits: 4 }])
  t.match((await report('from=2026-11-23&to=2026-11-23')).response, {
    visits: 4,
    ratings: 6,
    rate: null,
    implausible: true,
  })
  await save([{ counter_id: one, month: '2026-11', visits: 60 }])
  t.same(
    (await report()).response,
    { visits: 64, ratings: 21, rate: 21 / 64, implausible: false },
    'a month’s total stands before its days',
  )
  t.same((await report('from=2026-11-16&to=2026-11-22')).response, {
    visits: 40,
    ratings: 10,
    rate: 0.25,
    implausible: false,
  })
  await save([
    { counter_id: two, day: '2026-11-23', procedure_group: 'Hộ tịch', visits: 30 },
    { counter_id: two, day: '2026-11-23', procedure_group: 'Đất đai', visits: 20 },
  ])
  t.match((await report('from=2026-11-23&to=2026-11-23')).response, { visits: 4 }, 'a total stands before its groups')
  await save([{ counter_id: two, day: '2026-11-23', visits: null }])
  t.match((await report('from=2026-11-23&to=2026-11-23')).response, { visits: 50, ratings: 6, rate: 0.12 })
  const mine = (await report('', '/units')).units[0]
  t.match(mine.response, { visits: 110, ratings: 21 })
})

t.test('dossiers: same day, early, on time, overdue; the last word stands', async (t) => {
  const { office, clerk, report } = await arrange()
  const told = { unit_id: String(office.unit_id), month: '2026-11', same_day: 800, early: 150, on_time: 48, overdue: 2 }
  t.match(await clerk.post('/api/v1/dossiers', told), {
    status: 201,
    body: { day: null, month: '2026-11', overdue: 2 },
  })
  t.same((await report()).dossiers, { same_day: 800, early: 150, on_time: 48, overdue: 2 })
  await clerk.post('/api/v1/dossiers', { ...told, overdue: 1 })
  t.match((await report()).dossiers, { overdue: 1 })
  t.equal((await report('from=2026-11-01&to=2026-11-20')).dossiers, null, 'a month says nothing of its parts')
  await clerk.post('/api/v1/dossiers', { ...told, month: undefined, day: '2026-11-20' })
  t.match((await report('from=2026-11-01&to=2026-11-20')).dossiers, { same_day: 800 })
  t.match((await report()).dossiers, { same_day: 800, overdue: 1 }, 'and does not count twice')
  refused(t, await clerk.post('/api/v1/dossiers', { ...told, early: -1 }), 400, 'invalid_body')
  const seen = { same_day: 800, early: 150, on_time: 48, overdue: 1 }
  const late = await clerk.post('/api/v1/dossiers', { ...told, overdue: 5, seen: { ...seen, overdue: 2 } })
  t.match(refused(t, late, 409, 'changed_meanwhile'), { dossiers: seen })
  t.equal((await clerk.post('/api/v1/dossiers', { ...told, overdue: 5, seen })).status, 201)
  t.match((await report()).dossiers, { overdue: 5 })
})

t.test('of twelve who all saw nothing there, one is first and the others are told', async (t) => {
  const { office, clerk, one, two, save } = await arrange()
  const numbers = Array.from({ length: 12 }, (_, index) => 10 + index)
  const day = '2026-11-23'
  const unit_id = String(office.unit_id)
  const counts = { same_day: 1, early: 1, on_time: 1 }
  const calls: [string, (n: number) => ReturnType<typeof save>][] = [
    // Half of them typed the other counter first: they wait for each other and do not block each other for good.
    [
      'visits',
      (n) => {
        const entries = [one, two].map((counter_id) => ({ counter_id, day, visits: n, seen: null }))
        return save(n % 2 ? entries : entries.reverse())
      },
    ],
    ['slips', (n) => clerk.post('/api/v1/paper-slips', { entries: [{ counter_id: one, day, slips: n, seen: null }] })],
    ['dossiers', (n) => clerk.post('/api/v1/dossiers', { unit_id, day, ...counts, overdue: n, seen: null })],
  ]
  for (const [what, call] of calls) {
    const statuses = (await Promise.all(numbers.map(call))).map(({ status }) => status)
    t.same(
      [statuses.filter((status) => status < 300).length, statuses.filter((status) => status === 409).length],
      [1, 11],
      what,
    )
  }
})

t.test('a merger: history stays with the old units, the new one names them, nothing is rewritten', async (t) => {
  const administrator = await api.staff('administrator')
  const old = await arrange()
  const other = await arrange()
  await assign(api.db, old.office.counters[0] as number, old.office.officers[0] as number, '2026-11-01T00:00:00+07:00')
  await old.rate('20', 12)
  const ratings = () => api.db.query('select * from ratings order by rating_id')
  const before = await ratings()
  const oldReport = await old.report()
  const units = [old, other].map(({ office }) => String(office.unit_id))

  const made = await administrator.post('/api/v1/units', {
    name: 'Phường Tô Hiệu',
    kind: 'ward',
    code: '03646',
    area: 'thành phố Sơn La (cũ)',
    valid_from: '2026-11-24',
    predecessors: units,
  })
  t.match(made, { status: 201, body: { predecessors: units, code: '03646', area: 'thành phố Sơn La (cũ)' } })
  const unit_id = made.body.unit_id
  for (const id of units) {
    t.equal((await administrator.patch(`/api/v1/units/${id}`, { valid_to: '2026-11-23' })).status, 200)
    refused(t, await administrator.patch(`/api/v1/units/${id}`, { predecessors: [unit_id] }), 409, 'predecessor_circle')
  }
  refused(
    t,
    await administrator.patch(`/api/v1/units/${unit_id}`, { predecessors: [unit_id] }),
    409,
    'predecessor_circle',
  )
  refused(t, await administrator.patch(`/api/v1/units/${units[0]}`, { code: '03646' }), 409, 'code_taken')

  // The old counters take no tablet any more; the new unit's do, and what is tapped there is the new unit's.
  refused(t, await administrator.post('/api/v1/terminals', { counter_id: old.one }), 409, 'unit_ended')
  const [tablet] = old.office.tablets
  refused(t, await administrator.post(`/api/v1/terminals/${tablet?.terminal_id}/pairing-code`), 409, 'unit_ended')
  const counter = await administrator.post('/api/v1/counters', { unit_id, name: 'Quầy 1' })
  const fresh = await administrator.post('/api/v1/terminals', { counter_id: counter.body.counter_id })
  const oldToken = { authorization: `Bearer ${tablet?.token}` }
  const paired = await api.stranger.post('/api/v1/terminals/pair', { pairing_code: fresh.body.pairing_code }, oldToken)
  t.equal(paired.status, 201, 'the old tablet moves to the new unit')
  const taps = Array.from({ length: 6 }, (_, index) => rating({ rated_at: `2026-11-24T09:${index}0:00+07:00` }))
  await api.tablet(paired.body.terminal_token).post('/api/v1/ratings', batch(taps))
  await api.count()

  t.same(
    (await ratings()).filter((row) => before.some(({ rating_id }) => rating_id === row.rating_id)),
    before,
  )
  const commission = await api.staff('commission')
  const report = (await commission.get(`/api/v1/reports/units/${unit_id}`)).body
  t.equal(report.figure.n, 6)
  t.equal(report.valid_from, '2026-11-24')
  t.same(
    report.predecessors.map((one: { unit_id: string; valid_to: string }) => [one.unit_id, one.valid_to]).sort(),
    units.map((id) => [id, '2026-11-23']).sort(),
  )
  const still = await old.report()
  t.same([still.figure, still.steps, still.officers], [oldReport.figure, oldReport.steps, oldReport.officers])
  t.same((await api.verify()).differences, [])
})
