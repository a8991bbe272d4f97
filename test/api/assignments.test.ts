/** /assignments: never two at one counter at once, the past may be changed, and the ratings concerned are counted again. */
import t, { type Test } from 'tap'
import { startTestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const day = (date: string, time = '08:00') => `2026-11-${date}T${time}:00+07:00`
const utc = (date: string, time?: string) => new Date(day(date, time)).toISOString()

async function arrange() {
  const office = await createOffice(api.db, { counters: 2, officers: 3 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const [counter, other] = office.counters.map(String) as [string, string]
  const [hoa, minh, lan] = office.officers.map(String) as [string, string, string]
  const assign = (officer_id: string, starts_at: string, rest: Record<string, unknown> = {}) =>
    clerk.post('/api/v1/assignments', { counter_id: counter, officer_id, starts_at, ...rest })
  const list = async () => (await clerk.get(`/api/v1/assignments?counter_id=${counter}`)).body.items
  return { office, clerk, counter, other, hoa, minh, lan, assign, list }
}

t.test('no log-in, wrong role, wrong unit, parts of two units', async (t) => {
  const { clerk, counter, hoa } = await arrange()
  const elsewhere = await arrange()
  const body = { counter_id: counter, officer_id: hoa, starts_at: day('01') }
  refused(t, await api.stranger.post('/api/v1/assignments', body), 401, 'login_required')
  refused(t, await (await api.staff('commission')).post('/api/v1/assignments', body), 403, 'forbidden')
  refused(t, await elsewhere.clerk.post('/api/v1/assignments', body), 404, 'not_found')
  const mixed = { ...body, officer_id: elsewhere.hoa }
  refused(t, await clerk.post('/api/v1/assignments', mixed), 404, 'not_found', 'an officer out of sight')
  const admin = await api.staff('administrator')
  refused(t, await admin.post('/api/v1/assignments', mixed), 400, 'unit_mismatch')
})

t.test('bad bodies', async (t) => {
  const { clerk, counter, hoa, assign } = await arrange()
  refused(t, await clerk.post('/api/v1/assignments', { counter_id: counter, officer_id: hoa }), 400, 'invalid_body')
  for (const starts_at of [
    'yesterday',
    '2026-11-24',
    '2026-11-24T08:00',
    '2026-02-30T08:00:00Z',
    '2026-11-24T25:00:00Z',
    '0000-01-01T00:00Z',
  ]) {
    t.match(refused(t, await assign(hoa, starts_at), 400, 'invalid_body', starts_at), [{ path: '/starts_at' }])
  }
  refused(t, await assign(hoa, day('02'), { ends_at: day('01') }), 400, 'assignment_backwards')
  refused(t, await assign(hoa, day('02'), { ends_at: day('02') }), 400, 'assignment_backwards', 'no time at all')
  refused(t, await assign(hoa, day('02'), { replace: 'yes' }), 400, 'invalid_body')
  refused(t, await assign(hoa, day('02'), { unit_id: '1' }), 400, 'unknown_field')
})

t.test('open-ended or a shift, read back newest first, in the log', async (t) => {
  const { office, hoa, minh, assign, list } = await arrange()
  const shift = await assign(hoa, day('03'), { ends_at: day('03', '17:00') })
  t.match(shift, {
    status: 201,
    body: { unit_id: String(office.unit_id), officer_id: hoa, starts_at: utc('03'), ends_at: utc('03', '17:00') },
  })
  const open = await assign(minh, day('04'))
  t.match(open, { status: 201, body: { officer_id: minh, ends_at: null } })
  t.same(await list(), [open.body, shift.body])
  t.match(
    await api.db.query('select action, subject, detail from audit where unit_id = $1 order by audit_id', [
      office.unit_id,
    ]),
    [
      { action: 'assignment.create', subject: { officer_id: Number(hoa) }, detail: { requeued: 0, replaced: null } },
      { action: 'assignment.create', detail: { ends_at: null } },
    ],
  )
})

t.test('who stands in the way is named', async (t) => {
  const { hoa, minh, counter, assign } = await arrange()
  await assign(hoa, day('05'), { ends_at: day('10') })
  const details = refused(t, await assign(minh, day('09')), 409, 'assignment_clash')
  t.match(details, {
    officer: { officer_id: hoa, name: /cán bộ 1$/ },
    counter: { counter_id: counter, name: 'Quầy 1' },
    from: utc('05'),
    to: utc('10'),
  })
  t.equal((await assign(minh, day('10'))).status, 201, 'from the very moment the other ends')
  t.equal((await assign(hoa, day('01'), { ends_at: day('05') })).status, 201, 'and up to the moment it begins')
  refused(t, await assign(minh, day('04')), 409, 'assignment_clash', 'open-ended into others')
})

t.test('of twenty at the same moment one wins, the others are told', async (t) => {
  const { minh, assign, list } = await arrange()
  const answers = await Promise.all(Array.from({ length: 20 }, () => assign(minh, day('06'))))
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.ok(answers.every(({ status, body }) => status === 201 || body.error.code === 'assignment_clash'))
  t.equal((await list()).length, 1)
})

t.test('change from now: what runs open-ended ends where the new one begins', async (t) => {
  const { hoa, minh, lan, assign, list } = await arrange()
  await assign(hoa, day('01'))
  t.equal((await assign(minh, day('12'), { replace: true })).status, 201)
  t.match(await list(), [
    { officer_id: minh, starts_at: utc('12'), ends_at: null },
    { officer_id: hoa, starts_at: utc('01'), ends_at: utc('12') },
  ])
  t.equal((await assign(lan, day('12'), { replace: true })).status, 201, 'a slip of the hand is put right')
  t.match(await list(), [{ officer_id: lan, starts_at: utc('12') }, { officer_id: hoa }])
  t.equal((await list()).length, 2)
  refused(
    t,
    await assign(minh, day('11'), { replace: true }),
    409,
    'assignment_clash',
    'a fixed or later one is not replaced',
  )
  t.match(
    await list(),
    [{ officer_id: lan, starts_at: utc('12'), ends_at: null }, { ends_at: utc('12') }],
    'and nothing changed',
  )
  t.match(
    await api.db.query(`select detail from audit where action = 'assignment.create' and subject->>'officer_id' = $1`, [
      lan,
    ]),
    [{ detail: { replaced: { officer_id: Number(minh), starts_at: utc('12') } } }],
    'what was replaced is in the log',
  )
})

t.test('ended, ended otherwise, opened again', async (t) => {
  const { clerk, hoa, minh, assign } = await arrange()
  const { assignment_id } = (await assign(hoa, day('01'))).body
  const end = (ends_at: unknown) => clerk.patch(`/api/v1/assignments/${assignment_id}`, { ends_at })
  t.match(await end(day('10')), { status: 200, body: { ends_at: utc('10') } })
  t.equal((await end(day('10'))).status, 200, 'the same again changes nothing')
  await assign(minh, day('15'))
  t.match(await end(day('15')), { status: 200, body: { ends_at: utc('15') } })
  refused(t, await end(day('16')), 409, 'assignment_clash')
  refused(t, await end(null), 409, 'assignment_clash')
  refused(t, await end(day('01')), 400, 'assignment_backwards')
  refused(t, await clerk.patch(`/api/v1/assignments/${assignment_id}`, {}), 400, 'invalid_body')
  refused(
    t,
    await clerk.patch(`/api/v1/assignments/${assignment_id}`, { ends_at: null, officer_id: minh }),
    400,
    'unknown_field',
  )
  const ends = await api.db.query(
    `select detail from audit where action = 'assignment.end' and subject->>'assignment_id' = $1 order by audit_id`,
    [assignment_id],
  )
  t.match(ends, [{ detail: { before: null, after: utc('10') } }, { detail: { before: utc('10'), after: utc('15') } }])
  t.equal(ends.length, 2)
})

t.test('pages run through in order, and a cursor of another list is none', async (t) => {
  const { clerk, counter, hoa, assign } = await arrange()
  for (let date = 1; date <= 9; date += 1) await assign(hoa, day(`0${date}`), { ends_at: day(`0${date}`, '17:00') })
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body }: { body: { items: { starts_at: string }[]; next_cursor: string | null } } = await clerk.get(
      `/api/v1/assignments?counter_id=${counter}&limit=4${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...body.items.map(({ starts_at }) => starts_at))
    cursor = body.next_cursor
  }
  t.same(
    seen,
    Array.from({ length: 9 }, (_, index) => utc(`0${9 - index}`)),
  )
  const foreign = Buffer.from(JSON.stringify(['Quầy 1', 1])).toString('base64url')
  refused(t, await clerk.get(`/api/v1/assignments?cursor=${foreign}`), 400, 'invalid_cursor')
})

t.test('an officer sees their own assignments and no colleague’s', async (t) => {
  const { hoa, minh, assign } = await arrange()
  await assign(hoa, day('01'), { ends_at: day('02') })
  await assign(minh, day('02'))
  const officer = await api.staff('officer', { officer_id: Number(minh) })
  t.match((await officer.get('/api/v1/assignments')).body.items, [{ officer_id: minh }])
  t.equal((await officer.get('/api/v1/assignments')).body.items.length, 1)
})

t.test('a changed past moves the ratings of just that time to the right officer', async (t: Test) => {
  const { office, hoa, minh, assign, clerk, list } = await arrange()
  await assign(hoa, day('20', '07:00'))
  const tablet = api.tablet(office.tablets[0]?.token as string)
  const tap = (count: number, rated_at: string) =>
    tablet.post(
      '/api/v1/ratings',
      batch(
        Array.from({ length: count }, () => rating({ rated_at })),
        { sent_at: day('24', '10:00') },
      ),
    )
  t.equal((await tap(3, day('20', '09:00'))).status, 200)
  t.equal((await tap(4, day('21', '09:00'))).status, 200)
  t.equal((await tap(5, day('22', '09:00'))).status, 200)
  await api.count()
  const whose = async () =>
    Object.fromEntries(
      (
        await api.db.query<{ officer_id: number | null; n: number }>(
          'select officer_id, sum(n5) as n from tallies where unit_id = $1 group by 1 having sum(n5) > 0',
          [office.unit_id],
        )
      ).map(({ officer_id, n }) => [String(officer_id), Number(n)]),
    )
  t.same(await whose(), { [hoa]: 12 })

  t.equal((await assign(minh, day('21', '07:00'), { replace: true })).status, 201)
  const [entry] = await api.db.query<{ detail: { requeued: number } }>(
    `select detail from audit where unit_id = $1 order by audit_id desc limit 1`,
    [office.unit_id],
  )
  t.equal(entry?.detail.requeued, 9, 'the log says how many ratings were looked at again')
  await api.count()
  t.same(await whose(), { [hoa]: 3, [minh]: 9 })

  const [latest] = await list()
  await clerk.patch(`/api/v1/assignments/${latest.assignment_id}`, { ends_at: day('21', '17:00') })
  await api.count()
  t.same(await whose(), { [hoa]: 3, [minh]: 4, null: 5 }, 'with nobody assigned they still count')
  await assign(hoa, day('21', '17:00'))
  await api.count()
  t.same(await whose(), { [hoa]: 8, [minh]: 4 })
  t.same((await api.verify()).differences, [])
})
