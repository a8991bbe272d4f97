/** The roster of a ward: changes as one deed that can be undone, absences, doubts, gaps, and what each does to the ratings. */
import t, { type Test } from 'tap'
import { startTestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const at = (day: string, time = '08:00') => `2026-${day}T${time}:00+07:00`
const utc = (day: string, time?: string) => new Date(at(day, time)).toISOString()

async function arrange(t?: Test) {
  api.clock.set('2026-11-24T10:00:00+07:00')
  const office = await createOffice(api.db, { counters: 2, officers: 3 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const [one, two] = office.counters.map(String) as [string, string]
  const [hoa, minh, lan] = office.officers.map(String) as [string, string, string]
  const officer = (index: number) => api.staff('officer', { officer_id: office.officers[index] as number })
  const stand = (counter_id: string, officer_id: string, from = at('11-01')) =>
    clerk.post('/api/v1/assignments', { counter_id, officer_id, starts_at: from })
  const change = (places: object[], starts_at: string, rest: object = {}) =>
    clerk.post('/api/v1/roster-changes', { places, starts_at, ...rest })
  const roster = async (counter: string) => {
    const { body } = await clerk.get(`/api/v1/assignments?counter_id=${counter}`)
    return body.items
      .map((item: Record<string, string>) => [item.officer_id, item.starts_at, item.ends_at])
      .sort((a: string[], b: string[]) => ((a[1] as string) < (b[1] as string) ? -1 : 1))
  }
  /** Ratings at the first counter at these moments, counted. */
  const rate = async (moments: string[], tablet = 0) => {
    const sent_at = new Date(api.clock.now()).toISOString()
    await api.tablet(office.tablets[tablet]?.token as string).post(
      '/api/v1/ratings',
      batch(
        moments.map((rated_at) => rating({ rated_at })),
        { sent_at },
      ),
    )
    await api.count()
  }
  const whose = async () => {
    const rows = await api.db.query<{ officer_id: number | null; n: number }>(
      `select officer_id, sum(n5)::int as n from tallies where unit_id = $1 and not set_aside group by 1
       having sum(n5) > 0 order by 1 nulls last`,
      [office.unit_id],
    )
    return Object.fromEntries(rows.map(({ officer_id, n }) => [String(officer_id), n]))
  }
  const log = (action: string) =>
    api.db.query<{ account_id: number; happened_at: Date; detail: Record<string, unknown> }>(
      'select account_id, happened_at, detail from audit where unit_id = $1 and action = $2 order by audit_id',
      [office.unit_id, action],
    )
  t?.teardown(() => api.clock.set('2026-11-24T10:00:00+07:00'))
  return { office, clerk, one, two, hoa, minh, lan, officer, stand, change, roster, rate, whose, log }
}

t.test('no log-in, wrong role, wrong unit, bad bodies', async (t) => {
  const { clerk, one, hoa, minh, change, officer } = await arrange()
  const elsewhere = await arrange()
  const body = { places: [{ counter_id: one, officer_id: hoa }], starts_at: at('11-24') }
  refused(t, await api.stranger.post('/api/v1/roster-changes', body), 401, 'login_required')
  refused(t, await (await officer(0)).post('/api/v1/roster-changes', body), 403, 'forbidden')
  refused(t, await elsewhere.clerk.post('/api/v1/roster-changes', body), 404, 'not_found')
  const administrator = await api.staff('administrator')
  const mixed = { ...body, places: [{ counter_id: one, officer_id: elsewhere.hoa }] }
  refused(t, await administrator.post('/api/v1/roster-changes', mixed), 400, 'unit_mismatch')
  const two = { ...body, places: [...body.places, { counter_id: elsewhere.one, officer_id: elsewhere.hoa }] }
  refused(t, await administrator.post('/api/v1/roster-changes', two), 400, 'unit_mismatch')
  refused(t, await change([], at('11-24')), 400, 'invalid_body')
  refused(t, await change([...body.places, ...body.places], at('11-24')), 400, 'invalid_body', 'a counter twice')
  refused(t, await change(body.places, at('11-24'), { ends_at: at('11-23') }), 400, 'assignment_backwards')
  refused(t, await change(body.places, at('11-24'), { why: 'x' }), 400, 'unknown_field')
  const week = { unit_id: '1', from: '2026-11-17', to: '2026-11-23' }
  refused(t, await clerk.post('/api/v1/roster-weeks', week), 400, 'invalid_body', 'a week begins on a Monday')
  refused(
    t,
    await clerk.post('/api/v1/absences', { officer_id: minh, starts_at: at('11-25'), ends_at: at('11-25') }),
    400,
    'assignment_backwards',
  )
})

t.test('an afternoon instead of somebody: ratings follow, and follow back when it is undone', async (t) => {
  const { clerk, one, hoa, minh, stand, change, roster, rate, whose, log } = await arrange()
  await stand(one, hoa)
  await rate(['08:10', '08:20', '14:10', '14:20', '14:30'].map((time) => at('11-23', time)))
  t.same(await whose(), { [hoa]: 5 })

  const made = await change([{ counter_id: one, officer_id: minh, instead_of: hoa }], at('11-23', '13:30'), {
    ends_at: at('11-23', '17:00'),
    reason: 'đi cơ sở',
  })
  t.match(made, { status: 201, body: { kind: 'change', undone: false, reason: 'đi cơ sở' } })
  t.same(made.body.places, [
    {
      counter_id: one,
      before: [{ officer_id: hoa, starts_at: utc('11-23', '13:30'), ends_at: utc('11-23', '17:00') }],
      after: [{ officer_id: minh, starts_at: utc('11-23', '13:30'), ends_at: utc('11-23', '17:00') }],
    },
  ])
  t.same(await roster(one), [
    [hoa, utc('11-01'), utc('11-23', '13:30')],
    [minh, utc('11-23', '13:30'), utc('11-23', '17:00')],
    [hoa, utc('11-23', '17:00'), null],
  ])
  await api.count()
  t.same(await whose(), { [hoa]: 2, [minh]: 3 })
  const [entry] = await log('roster.change')
  t.match(entry, { happened_at: new Date(at('11-24', '10:00')), detail: { reason: 'đi cơ sở', requeued: 3 } })
  t.ok(entry?.account_id, 'who')
  t.notMatch(JSON.stringify(made.body), /requeued/, 'how many ratings lie in those hours is told to the log alone')

  const undone = await clerk.post(`/api/v1/roster-changes/${made.body.change_id}/undo`)
  t.match(undone, { status: 200, body: { undone: true } })
  await api.count()
  t.same(await whose(), { [hoa]: 5 })
  t.same(await roster(one), [[hoa, utc('11-01'), null]], 'one standing assignment, as before')
  refused(t, await clerk.post(`/api/v1/roster-changes/${made.body.change_id}/undo`), 409, 'already_settled')
  t.match((await clerk.get(`/api/v1/roster-changes?unit_id=${made.body.unit_id}`)).body.items, [{ undone: true }])
  t.same((await api.verify()).differences, [], 'what is shown is what was said')
})

t.test('two swap desks at once; change from now until changed stops at what is planned', async (t) => {
  const { one, two, hoa, minh, lan, stand, change, roster } = await arrange()
  await stand(one, hoa)
  await stand(two, minh)
  const swap = [
    { counter_id: one, officer_id: minh },
    { counter_id: two, officer_id: hoa },
  ]
  t.equal((await change(swap, at('11-24', '13:30'), { ends_at: at('11-24', '17:00') })).status, 201)
  t.match(await roster(two), [[minh], [hoa, utc('11-24', '13:30'), utc('11-24', '17:00')], [minh]])
  t.equal((await change([{ counter_id: one, officer_id: lan }], at('11-24', '10:00'))).status, 201)
  t.same(
    await roster(one),
    [
      [hoa, utc('11-01'), utc('11-24', '10:00')],
      [lan, utc('11-24', '10:00'), utc('11-24', '13:30')],
      [minh, utc('11-24', '13:30'), utc('11-24', '17:00')],
      [hoa, utc('11-24', '17:00'), null],
    ],
    'the swap that was planned stays',
  )
})

t.test('who was seen there is there no more: told, and nothing is changed', async (t) => {
  const { clerk, one, hoa, minh, lan, stand, change, roster } = await arrange()
  await stand(one, hoa)
  const place = { counter_id: one, officer_id: lan, instead_of: hoa }
  const first = await change([{ ...place, officer_id: minh }], at('11-24', '09:00'))
  t.match(refused(t, await change([place], at('11-24', '09:30')), 409, 'changed_meanwhile'), { officer_id: minh })
  const later = await change([{ counter_id: one, officer_id: lan }], at('11-24', '09:30'))
  t.equal(later.status, 201)
  refused(t, await clerk.post(`/api/v1/roster-changes/${first.body.change_id}/undo`), 409, 'changed_meanwhile')
  t.match(await roster(one), [[hoa], [minh], [lan, utc('11-24', '09:30'), null]])
  refused(t, await change([{ counter_id: one, officer_id: lan }], at('11-24', '09:45')), 409, 'changed_meanwhile')
})

t.test('twenty at once change the same counter: every answer is whole and nobody overlaps', async (t) => {
  const { one, hoa, minh, lan, stand, change, roster } = await arrange()
  await stand(one, hoa)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      change([{ counter_id: one, officer_id: index % 2 ? minh : lan }], at('11-24', `1${index % 10}:00`), {
        ends_at: at('11-24', `1${index % 10}:50`),
      }),
    ),
  )
  t.ok(answers.every(({ status }) => status === 201 || status === 409))
  const rows: string[][] = await roster(one)
  for (const [index, row] of rows.entries()) if (index > 0) t.ok((rows[index - 1]?.[2] as string) <= (row[1] as string))
})

t.test('after 35 days the past is closed; into a time nobody had, a roster may still be written', async (t) => {
  const { clerk, one, two, hoa, minh, stand, change } = await arrange()
  await stand(one, hoa, at('09-01'))
  const details = refused(t, await change([{ counter_id: one, officer_id: minh }], at('10-19')), 409, 'past_closed')
  t.same(details, { closed_before: '2026-10-20' })
  t.equal((await change([{ counter_id: one, officer_id: minh }], at('10-20'))).status, 201)
  const replace = { counter_id: one, officer_id: minh, starts_at: at('10-01'), replace: true }
  t.equal((await stand(two, hoa, at('09-01'))).status, 201, 'nobody stood there before')
  refused(t, await clerk.post('/api/v1/assignments', { ...replace, counter_id: two }), 409, 'past_closed')
  const { body } = await clerk.get(`/api/v1/assignments?counter_id=${two}`)
  const own = `/api/v1/assignments/${body.items[0].assignment_id}`
  refused(t, await clerk.patch(own, { ends_at: at('10-01') }), 409, 'past_closed')
  t.equal((await clerk.patch(own, { ends_at: at('11-01') })).status, 200)
  const away = { officer_id: hoa, starts_at: at('10-01'), ends_at: at('10-02') }
  refused(t, await clerk.post('/api/v1/absences', away), 409, 'past_closed')
})

t.test('what lies ahead can be taken back, what has begun only ended', async (t) => {
  const { clerk, one, hoa, minh, stand, roster, log } = await arrange()
  await stand(one, hoa)
  const shift = { counter_id: one, officer_id: minh, starts_at: at('11-23', '08:00'), ends_at: at('11-23', '09:00') }
  refused(t, await clerk.post('/api/v1/assignments', shift), 409, 'assignment_clash')
  const [begun] = (await clerk.get(`/api/v1/assignments?counter_id=${one}`)).body.items
  refused(
    t,
    await clerk.patch(`/api/v1/assignments/${begun.assignment_id}`, { cancelled: true }),
    409,
    'already_started',
  )
  await clerk.patch(`/api/v1/assignments/${begun.assignment_id}`, { ends_at: at('11-30') })
  const next = await stand(one, minh, at('12-01'))
  const gone = await clerk.patch(`/api/v1/assignments/${next.body.assignment_id}`, { cancelled: true })
  t.match(gone, { status: 200, body: { starts_at: utc('12-01'), ends_at: utc('12-01') } })
  t.same(await roster(one), [[hoa, utc('11-01'), utc('11-30')]])
  t.equal((await log('assignment.cancel')).length, 1)
  refused(t, await clerk.patch(`/api/v1/assignments/${begun.assignment_id}`, { cancelled: false }), 400, 'invalid_body')
})

t.test('away for two days: a stand-in or nobody, nobody is put where they are not, and they come back', async (t) => {
  const { clerk, one, two, hoa, minh, lan, stand, change, roster, rate, whose } = await arrange()
  await stand(one, hoa)
  await rate([at('11-23', '08:10'), at('11-24', '08:10')])
  const span = { starts_at: at('11-23', '00:00'), ends_at: at('11-25', '00:00') }
  const away = await clerk.post('/api/v1/absences', { officer_id: hoa, ...span, stand_in_id: minh })
  t.match(away, { status: 201, body: { officer_id: hoa, active: true } })
  t.notMatch(Object.keys(away.body).join(), /reason/, 'why is nobody’s business')
  t.match(await roster(one), [[hoa], [minh, utc('11-23', '00:00'), utc('11-25', '00:00')], [hoa]])
  await api.count()
  t.same(await whose(), { [minh]: 2 })
  const details = refused(t, await change([{ counter_id: two, officer_id: hoa }], at('11-24')), 409, 'officer_absent')
  t.match(details, { officer: { officer_id: hoa }, to: utc('11-25', '00:00') })
  refused(
    t,
    await clerk.post('/api/v1/assignments', { counter_id: two, officer_id: hoa, starts_at: at('11-24') }),
    409,
    'officer_absent',
  )
  const again = { officer_id: hoa, starts_at: at('11-24'), ends_at: at('11-26') }
  t.match(refused(t, await clerk.post('/api/v1/absences', again), 409, 'absence_clash'), { to: utc('11-25', '00:00') })
  const planned = await clerk.post('/api/v1/absences', {
    officer_id: lan,
    starts_at: at('11-26'),
    ends_at: at('11-27'),
  })
  await change([{ counter_id: two, officer_id: lan }], at('11-24'))
  t.same(
    await roster(two),
    [
      [lan, utc('11-24'), utc('11-26')],
      [lan, utc('11-27'), null],
    ],
    'put there until changed, but not while away',
  )
  t.equal((await clerk.patch(`/api/v1/absences/${planned.body.absence_id}`, { cancelled: true })).status, 200)

  const back = await clerk.patch(`/api/v1/absences/${away.body.absence_id}`, { cancelled: true })
  t.match(back, { status: 200, body: { active: false, roster_restored: true } })
  t.same(await roster(one), [[hoa, utc('11-01'), null]])
  await api.count()
  t.same(await whose(), { [hoa]: 2 })
  refused(t, await clerk.patch(`/api/v1/absences/${away.body.absence_id}`, { cancelled: true }), 409, 'already_settled')
})

t.test('last week again: every stay moves by whole weeks, what is the same stays', async (t) => {
  const { office, clerk, one, two, hoa, minh, stand, change, roster } = await arrange()
  await stand(one, hoa)
  await change([{ counter_id: one, officer_id: minh }], at('11-18', '13:30'), { ends_at: at('11-18', '17:00') })
  const week = { unit_id: String(office.unit_id), from: '2026-11-16', to: '2026-11-23' }
  const copied = await clerk.post('/api/v1/roster-weeks', week)
  t.match(copied, { status: 201, body: { kind: 'week', places: [{ counter_id: one }] } })
  t.match(await roster(one), [
    [hoa],
    [minh, utc('11-18', '13:30')],
    [hoa, utc('11-18', '17:00'), utc('11-25', '13:30')],
    [minh, utc('11-25', '13:30'), utc('11-25', '17:00')],
    [hoa, utc('11-25', '17:00'), null],
  ])
  t.same(await roster(two), [], 'nobody there last week: nothing is emptied or filled')
  refused(t, await clerk.post('/api/v1/roster-weeks', week), 409, 'changed_meanwhile', 'the same already')
  t.equal((await clerk.post(`/api/v1/roster-changes/${copied.body.change_id}/undo`)).status, 200)
  t.match(await roster(one), [[hoa], [minh], [hoa, utc('11-18', '17:00'), null]])
})

t.test('an officer sees who was credited with their desk, and nobody else’s', async (t) => {
  const { office, one, two, hoa, minh, lan, officer, stand, change } = await arrange()
  await stand(one, hoa)
  await stand(two, lan)
  const away = { ends_at: at('11-20', '17:00') }
  t.equal((await change([{ counter_id: one, officer_id: minh }], at('11-20', '13:30'), away)).status, 201)
  // Too long ago, and at another counter.
  t.equal((await change([{ counter_id: two, officer_id: hoa }], at('11-03'), { ends_at: at('11-04') })).status, 201)
  const desk = async (index: number) =>
    (await (await officer(index)).get('/api/v1/roster-doubts/desk')).body.items.map((item: Record<string, unknown>) => [
      ...[item.counter_id, String(item.officer).split(' ').at(-1), item.own, item.starts_at, item.ends_at],
    ])
  const own = (mine: boolean) => [
    [one, '1', !mine, utc('11-01'), utc('11-20', '13:30')],
    [one, '2', mine, utc('11-20', '13:30'), utc('11-20', '17:00')],
    [one, '1', !mine, utc('11-20', '17:00'), null],
  ]
  t.same(await desk(0), own(false))
  t.same(await desk(1), own(true), 'whoever stood in sees the same desk')
  t.same(
    (await desk(2)).map(([counter, who]: unknown[]) => [counter, who]),
    [[two, '3']],
    'at the other counter nobody else in these two weeks',
  )
  const reach = { unit_id: office.unit_id }
  for (const role of ['unit_leader', 'unit_clerk', 'commission'] as const) {
    refused(t, await (await api.staff(role, reach)).get('/api/v1/roster-doubts/desk'), 403, 'forbidden', role)
  }
})

t.test(
  '"that was not me": only where the roster says so, once, settled by the clerk, without a word of a rating',
  async (t) => {
    const { office, clerk, one, two, hoa, stand, officer, log } = await arrange()
    await stand(one, hoa)
    const [self, other] = [await officer(0), await officer(1)]
    const body = { counter_id: one, day: '2026-11-20', part: 'afternoon', note: 'Tôi đi họp ở huyện' }
    refused(t, await clerk.post('/api/v1/roster-doubts', body), 403, 'forbidden')
    refused(t, await other.post('/api/v1/roster-doubts', body), 404, 'not_found', 'was not put there at all')
    refused(t, await self.post('/api/v1/roster-doubts', { ...body, counter_id: two }), 404, 'not_found')
    refused(t, await self.post('/api/v1/roster-doubts', { ...body, part: '14:10' }), 400, 'invalid_body')
    const raised = await self.post('/api/v1/roster-doubts', body)
    t.match(raised, { status: 201, body: { officer_id: hoa, outcome: null, day: '2026-11-20', part: 'afternoon' } })
    refused(t, await self.post('/api/v1/roster-doubts', body), 409, 'already_proposed')
    t.same((await other.get('/api/v1/roster-doubts')).body.items, [], 'colleagues do not see it')
    const list = await clerk.get(`/api/v1/roster-doubts?unit_id=${office.unit_id}`)
    t.match(list.body.items, [{ doubt_id: raised.body.doubt_id, note: 'Tôi đi họp ở huyện' }])
    refused(
      t,
      await self.patch(`/api/v1/roster-doubts/${raised.body.doubt_id}`, { outcome: 'corrected' }),
      403,
      'forbidden',
    )
    const settled = await clerk.patch(`/api/v1/roster-doubts/${raised.body.doubt_id}`, {
      outcome: 'corrected',
      answer: 'Đã sửa',
    })
    t.match(settled, { status: 200, body: { outcome: 'corrected', answer: 'Đã sửa' } })
    refused(
      t,
      await clerk.patch(`/api/v1/roster-doubts/${raised.body.doubt_id}`, { outcome: 'stands' }),
      409,
      'already_settled',
    )
    t.match(
      (await self.get('/api/v1/roster-doubts')).body.items,
      [{ outcome: 'corrected' }],
      'the officer reads how it ended',
    )
    t.equal((await log('doubt.settle')).length, 1)
  },
)

t.test('gaps of the week by half-day, and how many published ratings have no officer', async (t) => {
  const { office, clerk, one, two, hoa, minh, stand, change, rate } = await arrange()
  await stand(one, hoa, at('11-20', '00:00'))
  await stand(two, minh)
  await change([{ counter_id: one, officer_id: null }], at('11-23', '13:00'), { ends_at: at('11-23', '18:00') })
  const gaps = async () =>
    (await clerk.get(`/api/v1/units/${office.unit_id}/roster-gaps?from=2026-11-20&to=2026-11-30`)).body
  t.match(await gaps(), {
    gaps: [{ counter_id: one, day: '2026-11-23', part: 'afternoon' }],
    unattributed: [],
    counters_only: false,
  })
  await rate(['14:00', '14:10', '14:20', '14:30'].map((time) => at('11-23', time)))
  t.same((await gaps()).unattributed, [], 'four are told to nobody')
  await rate([at('11-23', '14:40'), at('11-23', '14:50')])
  t.same((await gaps()).unattributed, [{ counter_id: one, n: 6 }])
  const administrator = await api.staff('administrator')
  await administrator.patch(`/api/v1/units/${office.unit_id}`, { counters_only: true })
  t.match(await gaps(), { gaps: [], unattributed: [], counters_only: true }, 'a unit without a roster misses nothing')
  await api.db.query(`insert into holidays (unit_id, day, kind, name) values ($1, '2026-11-23', 'off', 'Hội xã')`, [
    office.unit_id,
  ])
  await administrator.patch(`/api/v1/units/${office.unit_id}`, { counters_only: false })
  t.same((await gaps()).gaps, [], 'nobody is missing on a holiday')
})

t.test('an officer’s number is withheld from a third of unattributed ratings on, to everybody', async (t) => {
  const { office, one, hoa, officer, stand, rate } = await arrange()
  await stand(one, hoa, at('11-10', '00:00'))
  const moments = (day: string, count: number) =>
    Array.from({ length: count }, (_, index) => at(day, `${8 + Math.floor(index / 6)}:${index % 6}0`.padStart(5, '0')))
  await rate(moments('11-11', 21))
  await rate(moments('11-09', 10))
  const readers = [
    [await officer(0), '/api/v1/reports/me'],
    [await api.staff('unit_leader', { unit_id: office.unit_id }), `/api/v1/reports/officers/${hoa}`],
    [await api.staff('commission'), `/api/v1/reports/officers/${hoa}`],
  ] as const
  for (const [reader, url] of readers) {
    t.match(
      (await reader.get(url)).body,
      { figure: { n: 21, rung: 'band' }, attribution: 'fair' },
      '10 of 31 have nobody',
    )
  }
  await rate(moments('11-08', 5))
  for (const [reader, url] of readers) {
    const { body } = await reader.get(url)
    t.match(body, { attribution: 'low', band: null, commitments: [], steps: [] }, '15 of 36 have nobody')
    t.match(body.figure, { n: null, levels: null, satisfaction: null, rung: 'none', suppressed: true })
  }
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const unit = (await leader.get(`/api/v1/reports/units/${office.unit_id}`)).body
  const row = unit.officers.find(({ officer_id }: { officer_id: string }) => officer_id === hoa)
  t.match(row, { attribution: 'low', figure: { n: null }, band: null })
  t.equal(unit.figure.n, 36, 'the unit’s own figure stands')
})

t.test(
  'holidays: the national list is there, units add their own, remarks wait for the next working day',
  async (t) => {
    const { office, clerk } = await arrange()
    const national = (await clerk.get('/api/v1/holidays?year=2026')).body.items
    t.match(
      national.find(({ day }: { day: string }) => day === '2026-02-17'),
      { unit_id: null, kind: 'off' },
    )
    t.match(
      national.find(({ day }: { day: string }) => day === '2026-08-22'),
      { kind: 'working' },
    )
    t.ok((await clerk.get('/api/v1/holidays?year=2027')).body.items.length >= 10)
    const body = { unit_id: String(office.unit_id), day: '2026-11-27', name: 'Ngày hội của xã' }
    const administrator = await api.staff('administrator')
    refused(
      t,
      await clerk.post('/api/v1/holidays', { ...body, unit_id: null }),
      403,
      'forbidden',
      'the province’s days',
    )
    refused(t, await clerk.post('/api/v1/holidays', { ...body, day: '2026-02-30' }), 400, 'invalid_body')
    const made = await clerk.post('/api/v1/holidays', body)
    t.match(made, { status: 201, body: { kind: 'off', unit_id: String(office.unit_id), version: 1 } })
    refused(t, await clerk.post('/api/v1/holidays', body), 409, 'day_taken')
    refused(t, await clerk.patch(`/api/v1/holidays/${national[0].holiday_id}`, { active: false }), 403, 'forbidden')
    t.equal(
      (await administrator.patch(`/api/v1/holidays/${national[0].holiday_id}`, { provisional: false })).status,
      200,
    )

    // Thursday's remark: Friday is the village's holiday, so it appears on Monday.
    const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
    const remarks = async (now: string) => {
      api.clock.set(now)
      return (await leader.get(`/api/v1/reports/units/${office.unit_id}/remarks?from=2026-11-01&to=2026-11-30`)).body
        .items
    }
    api.clock.set(at('11-26', '17:00'))
    const said = ['08:00', '08:10', '08:20', '08:30', '08:40'].map((time) =>
      rating({ rated_at: at('11-26', time), comment: `Lúc ${time}` }),
    )
    await api
      .tablet(office.tablets[0]?.token as string)
      .post('/api/v1/ratings', batch(said, { sent_at: at('11-26', '17:00') }))
    await api.count()
    t.equal((await remarks(at('11-27', '09:00'))).length, 0)
    t.equal((await remarks(at('11-29', '09:00'))).length, 0, 'Sunday')
    t.equal((await remarks(at('11-30', '09:00'))).length, 5)
    const url = `/api/v1/holidays/${made.body.holiday_id}`
    refused(t, await clerk.patch(url, { name: 'x', version: 7 }), 409, 'changed_meanwhile')
    t.match(await clerk.patch(url, { active: false, version: 1 }), { status: 200, body: { version: 2, active: false } })
    t.equal((await remarks(at('11-27', '09:00'))).length, 5, 'taken off the list it counts no more')
  },
)

t.test('someone has just changed this: counters, officers and units told by their version', async (t) => {
  const { office, clerk, one, hoa } = await arrange()
  const administrator = await api.staff('administrator')
  for (const [who, url, key] of [
    [clerk, `/api/v1/counters/${one}`, 'counter_id'],
    [clerk, `/api/v1/officers/${hoa}`, 'officer_id'],
    [administrator, `/api/v1/units/${office.unit_id}`, 'unit_id'],
  ] as const) {
    const seen = (await who.patch(url, { name: `Tên ${url}` })).body.version
    t.equal((await who.patch(url, { name: `Tên khác ${url}`, version: seen })).status, 200)
    const late = await who.patch(url, { name: 'Tên muộn', version: seen })
    const details = refused(t, late, 409, 'changed_meanwhile') as Record<string, unknown>
    t.match(details, { name: `Tên khác ${url}`, version: seen + 1 })
    t.ok(details[key], 'what is there now comes along')
  }
})
