/** The public board: closed until a leader opens it, a month frozen as it was shown, and nothing that would name somebody. */
import t, { type Test } from 'tap'
import { closeMonths } from '../../server/count/boards.ts'
import { withScope } from '../../server/queries/database.ts'
import { startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const at = '2026-11-24T10:00:00+07:00'
const api = await startTestApp(t, { at, config: { trustedProxies: ['127.0.0.1'] } })

/** A unit with so many counters, each with an officer of its own since January. */
async function arrange({ counters = 4 } = {}) {
  api.clock.set(at)
  const office = await createOffice(api.db, { counters, officers: counters })
  for (const [place, counter] of office.counters.entries()) {
    await assign(api.db, counter, office.officers[place] as number, '2026-01-01T00:00:00+07:00')
  }
  const unit = String(office.unit_id)
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  /** Ratings of the given levels at one counter, five a day from a day of the month on, one an hour. */
  const rate = async (month: string, levels: readonly number[], counter = 0, first = 5) => {
    const said = levels.map((level, index) =>
      rating({
        level,
        rated_at: `${month}-${String(first + Math.floor(index / 5)).padStart(2, '0')}T0${index % 5}:30:00Z`,
      }),
    )
    const sent = { sent_at: new Date(api.clock.now()).toISOString() }
    const { body } = await api
      .tablet(office.tablets[counter]?.token as string)
      .post('/api/v1/ratings', batch(said, sent))
    if (body.results.some(({ status }: { status: string }) => status !== 'stored'))
      throw new Error(JSON.stringify(body))
    await api.count()
  }
  /** Five ratings at each counter: 3 satisfied at the first, 5 at the others. */
  const month = async (name: string) => {
    for (const counter of office.counters.keys())
      await rate(name, counter === 0 ? [5, 4, 3, 2, 4] : [5, 5, 4, 4, 5], counter)
  }
  const set = (body: object) => leader.patch(`/api/v1/units/${unit}/board`, body)
  const look = () => api.stranger.get(`/api/v1/boards/${unit}`)
  const night = async () => {
    const client = await api.pools.openCountClient()
    try {
      await closeMonths(client, api.clock.now())
    } finally {
      await client.end()
    }
  }
  return { office, unit, leader, rate, month, set, look, night }
}

const share = (k: number, n: number) => ({ value: k / n })

t.test('no log-in, wrong role, wrong unit, bad bodies', async (t) => {
  const { office, unit, leader } = await arrange()
  const other = await arrange()
  const url = `/api/v1/units/${unit}/board`
  refused(t, await api.stranger.get(url), 401, 'login_required')
  refused(t, await api.stranger.patch(url, { open: true }), 401, 'login_required')
  for (const role of ['unit_clerk', 'officer', 'inspector'] as const) {
    const reach =
      role === 'inspector'
        ? {}
        : { unit_id: Number(unit), ...(role === 'officer' && { officer_id: office.officers[0] as number }) }
    refused(t, await (await api.staff(role, reach)).get(url), 403, 'forbidden')
  }
  for (const role of ['commission', 'administrator'] as const) {
    const person = await api.staff(role)
    t.equal((await person.get(url)).status, 200, `${role} reads`)
    refused(t, await person.patch(url, { open: true }), 403, 'forbidden')
    refused(t, await person.post('/api/v1/board-answers', { unit_id: unit, asked: 'a', done: 'b' }), 403, 'forbidden')
  }
  refused(t, await other.leader.get(url), 404, 'not_found')
  refused(t, await other.leader.patch(url, { open: true }), 404, 'not_found')
  refused(
    t,
    await other.leader.post('/api/v1/board-answers', { unit_id: unit, asked: 'a', done: 'b' }),
    404,
    'not_found',
  )
  for (const body of [
    { open: 'yes' },
    { procedures_url: 'http://dichvucong.gov.vn' },
    { procedures_url: 'javascript:alert(1)' },
    { procedures_url: `https://x.vn/${'a'.repeat(180)}` },
    // 176 characters and far more bytes.
    { procedures_url: `https://x.vn/${'ẵ'.repeat(100)}` },
    { procedures_url: 'https://[' },
    { procedures_url: 'https://user@dichvucong.gov.vn' },
    { procedures_url: 'https://user:pw@dichvucong.gov.vn' },
    { procedures_url: 'https://:pw@dichvucong.gov.vn' },
    { procedures_url: 'https://dichvucong.gov.vn@evil.example/' },
    { procedures_url: 'https://dichvucong.gov.vn/\u202Emoc.live' },
    { procedures_url: 'https://dichvucong\u00AD.gov.vn' },
    { procedures_url: 'https://x.vn/a\u0001' },
    { hotline: '1'.repeat(41) },
    { duty_leader_name: ' ' },
  ]) {
    refused(t, await leader.patch(url, body), 400, 'invalid_body', JSON.stringify(body).slice(0, 60))
  }
  refused(t, await leader.patch(url, { rank: 1 }), 400, 'unknown_field')
  for (const body of [
    { asked: '', done: 'b' },
    { asked: ' ', done: 'b' },
    { asked: 'a'.repeat(91), done: 'b' },
    { asked: 'a', done: 'b'.repeat(121) },
    { asked: 'a' },
  ]) {
    refused(t, await leader.post('/api/v1/board-answers', { unit_id: unit, ...body }), 400, 'invalid_body')
  }
})

t.test('a closed board, an unknown unit and nonsense are one answer; closing it takes it away', async (t) => {
  const { set, look } = await arrange()
  const closed = await look()
  refused(t, closed, 404, 'not_found')
  for (const id of ['2147483647', '0', '-1', 'x', '9999999999', '%27']) {
    const { status, body } = await api.stranger.get(`/api/v1/boards/${id}`)
    t.same({ status, body }, { status: closed.status, body: closed.body }, id)
  }
  t.equal((await set({ open: true })).status, 200)
  t.equal((await look()).status, 200)
  await set({ open: false })
  t.same((await look()).body, closed.body)
})

t.test('what an open board says, counted by hand, and nothing more', async (t) => {
  const { office, unit, leader, month, set, look } = await arrange()
  await month('2026-10')
  const opened = await set({
    open: true,
    procedures_url: 'https://dichvucong.gov.vn/p/home',
    hotline: '0212 3000 999',
    duty_leader_name: 'Lò Văn Pản',
    duty_leader_phone: '0212 3000 001',
  })
  t.match(opened.body, { open: true, version: 1, month: { month: '2026-10-01', closed_on: '2026-11-24', n: 20 } })
  await leader.post('/api/v1/board-answers', {
    unit_id: unit,
    asked: ' Phòng chờ thiếu ghế ',
    done: 'Đã kê thêm 8 ghế',
  })
  const { status, body, headers } = await look()
  t.equal(status, 200)
  t.same(Object.keys(body).sort(), [
    'answers',
    'duty_leader',
    'hotline',
    'hours',
    'items',
    'month',
    'procedures_url',
    'slogan',
    'unit',
  ])
  // 3 + 5 + 5 + 5 of 20. Visits are not known, so they are not told.
  t.match(body.month, { month: '2026-10-01', n: 20, set_aside: 0, visits: null, satisfaction: share(18, 20) })
  t.same(
    Object.keys(body.month).sort(),
    ['closed_on', 'month', 'n', 'satisfaction', 'set_aside', 'visits'],
    'no levels',
  )
  t.same(body.answers, [{ asked: 'Phòng chờ thiếu ghế', done: 'Đã kê thêm 8 ghế' }])
  t.match(body, {
    unit: { kind: 'commune' },
    slogan: { vi: 'Chuyên nghiệp – Thân thiện – Hiệu quả' },
    hotline: '0212 3000 999',
    duty_leader: { name: 'Lò Văn Pản', phone: '0212 3000 001' },
    procedures_url: 'https://dichvucong.gov.vn/p/home',
  })
  t.same(
    ['please', 'always', 'no'].map(
      (row) => body.items.filter(({ family }: { family: string }) => family === row).length,
    ),
    [4, 4, 5],
  )
  t.equal(body.items[0].labels.vi, 'Xin chào')
  t.equal(headers['cache-control'], 'public, max-age=60')
  t.equal((await api.stranger.get(`/api/v1/boards/${unit}`, { 'if-none-match': String(headers.etag) })).status, 304)
  const config = await api.tablet(office.tablets[0]?.token as string).get('/api/v1/terminal')
  t.match(config.body, { hotline: '0212 3000 999', duty_leader: { name: 'Lò Văn Pản' } }, 'the tablet tells the same')
})

t.test('a month that was shown never changes; the next one comes on the sixth, by itself', async (t) => {
  const { office, leader, rate, month, set, look, night } = await arrange()
  await month('2026-10')
  await set({ open: true })
  const shown = (await look()).body.month
  // A tablet comes back from the mountains with October's ratings, all of them low.
  await rate('2026-10', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1, 20)
  const report = await leader.get(`/api/v1/reports/units/${office.unit_id}?from=2026-10-01&to=2026-10-31`)
  t.equal(report.body.figure.n, 30, 'the staff see what came late')
  t.same((await look()).body.month, shown)
  await set({ open: false })
  await set({ open: true })
  await night()
  t.same((await look()).body.month, shown, 'neither opening it again nor a night changes it')
  await month('2026-11')
  for (const [day, expected] of [
    ['2026-12-05', '2026-10-01'],
    ['2026-12-06', '2026-11-01'],
  ] as const) {
    api.clock.set(`${day}T02:00:00+07:00`)
    await night()
    t.equal((await look()).body.month.month, expected, day)
  }
  t.match((await look()).body.month, { closed_on: '2026-12-06', n: 20, satisfaction: share(18, 20) })
  const rows = await api.db.query('select month, n, satisfied from board_months where unit_id = $1 order by 1', [
    office.unit_id,
  ])
  t.same(rows, [
    { month: '2026-10-01', n: 20, satisfied: 18 },
    { month: '2026-11-01', n: 20, satisfied: 18 },
  ])
})

t.test('a night freezes nothing of a board that is closed', async (t) => {
  const { office, month, night } = await arrange()
  await month('2026-10')
  await night()
  t.same(await api.db.query('select * from board_months where unit_id = $1', [office.unit_id]), [])
})

t.test('too little is told as too little: n, share and visits are all withheld', async (t) => {
  const withheld = { n: null, satisfaction: null, visits: null }
  const shownOf = async (t: Test, name: string, arranged: Awaited<ReturnType<typeof arrange>>, expected: object) => {
    await arranged.set({ open: true })
    t.match((await arranged.look()).body.month, expected, name)
  }
  const few = await arrange()
  await few.rate('2026-10', [5, 5, 5, 5])
  await shownOf(t, 'four ratings wait and are no step', few, { n: 0, satisfaction: null })
  const three = await arrange({ counters: 3 })
  await three.month('2026-10')
  await shownOf(t, 'three officers: each would find the other two', three, withheld)
  const alone = await arrange({ counters: 1 })
  await alone.rate('2026-10', [5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
  await shownOf(t, 'one officer: the unit would be that person', alone, withheld)
  const nobody = await arrange({ counters: 1 })
  await api.db.query('delete from assignments where unit_id = $1', [nobody.office.unit_id])
  await nobody.rate('2026-10', [5, 5, 5, 5, 1])
  await shownOf(t, 'without a roster there is nobody to find', nobody, { n: 5, satisfaction: share(4, 5) })
  // A correction whose ratings lie in another month: what is left is no true count.
  const cut = await arrange()
  await cut.month('2026-10')
  await api.db.query(
    `insert into unit_steps (unit_id, local_day, set_aside, n1) values ($1, '2026-10-30', false, -5)
       on conflict (unit_id, local_day, set_aside) do update set n1 = unit_steps.n1 - 5`,
    [cut.office.unit_id],
  )
  await shownOf(t, 'a cut correction', cut, withheld)
})

t.test(
  'visits are told where they are known of every counter that was rated, and are not fewer than ratings',
  async (t) => {
    const tell = async (counters: number, visits: number) => {
      const arranged = await arrange()
      await arranged.month('2026-10')
      const entries = arranged.office.counters
        .slice(0, counters)
        .map((counter) => ({ counter_id: String(counter), month: '2026-10', visits }))
      t.equal((await arranged.leader.post('/api/v1/visits', { entries })).status, 200)
      await arranged.set({ open: true })
      return (await arranged.look()).body.month.visits
    }
    t.equal(await tell(4, 31), 124)
    t.equal(await tell(3, 31), null, 'one counter is not known')
    t.equal(await tell(4, 4), null, '16 visits and 20 ratings cannot be')
  },
)

t.test('the three newest answers are on the board; one that is taken off gives its place to the next', async (t) => {
  const { unit, leader, set, look } = await arrange()
  await set({ open: true })
  const ids: string[] = []
  for (const asked of ['một', 'hai', 'ba', 'bốn']) {
    const { status, body } = await leader.post('/api/v1/board-answers', { unit_id: unit, asked, done: 'xong' })
    t.match({ status, body }, { status: 201, body: { asked, shown: true, written_on: '2026-11-24', version: 1 } })
    ids.push(body.answer_id)
  }
  const shown = async () => (await look()).body.answers.map(({ asked }: { asked: string }) => asked)
  t.same(await shown(), ['bốn', 'ba', 'hai'])
  const url = `/api/v1/board-answers/${ids[2]}`
  t.match((await leader.patch(url, { shown: false, version: 1 })).body, { shown: false, version: 2 })
  t.same(await shown(), ['bốn', 'hai', 'một'])
  refused(t, await leader.patch(url, { shown: true, version: 1 }), 409, 'changed_meanwhile')
  await leader.patch(url, { shown: true, done: 'Đã làm' })
  t.same((await look()).body.answers[1], { asked: 'ba', done: 'Đã làm' })
  t.equal((await leader.get(`/api/v1/units/${unit}/board`)).body.answers.length, 4)
  const foreign = await arrange()
  refused(t, await foreign.leader.patch(url, { shown: false }), 404, 'not_found')
  refused(t, await set({ open: false, version: 7 }), 409, 'changed_meanwhile')
})

t.test('every deed is in the audit log, with who and what', async (t) => {
  const { unit, leader, set } = await arrange()
  await set({ open: true, hotline: '1900' })
  const { body } = await leader.post('/api/v1/board-answers', { unit_id: unit, asked: 'a', done: 'b' })
  await leader.patch(`/api/v1/board-answers/${body.answer_id}`, { shown: false })
  const rows = await api.db.query<{ action: string; detail: object }>(
    'select action, account_id is not null as known, detail from audit where unit_id = $1 order by audit_id',
    [unit],
  )
  t.match(rows, [
    {
      action: 'board.change',
      known: true,
      detail: { before: { is_open: false }, changes: { open: true, hotline: '1900' } },
    },
    { action: 'board_answer.create', known: true, detail: { asked: 'a', done: 'b' } },
    { action: 'board_answer.change', known: true, detail: { before: { shown: true }, changes: { shown: false } } },
  ])
})

t.test('an address may ask 240 times a minute; another one goes on', async (t) => {
  const { unit, set } = await arrange()
  await set({ open: true })
  const ask = (address: string) => api.stranger.get(`/api/v1/boards/${unit}`, { 'x-forwarded-for': address })
  for (let calls = 0; calls < 240; calls++) {
    if ((await ask('203.0.113.7')).status !== 200) t.fail(`call ${calls}`)
  }
  const { status, body, headers } = await ask('203.0.113.7')
  t.match({ status, code: body.error.code }, { status: 429, code: 'too_many_requests' })
  t.ok(Number(headers['retry-after']) > 0)
  t.equal(headers['cache-control'], 'no-store')
  t.equal((await ask('203.0.113.8')).status, 200)
})

t.test('a unit whose last day has passed has no board', async (t) => {
  const { unit, leader, set, look } = await arrange()
  await set({ open: true })
  await api.db.query(`update units set valid_to = '2026-11-24' where unit_id = $1`, [unit])
  t.equal((await look()).status, 200)
  api.clock.set('2026-11-25T10:00:00+07:00')
  refused(t, await look(), 404, 'not_found')
  const kept = await leader.get(`/api/v1/units/${unit}/board`)
  t.equal(kept.body.open, false, 'and its leader is not told that everybody sees it')
  refused(t, await set({ open: true }), 409, 'unit_ended')
  t.equal((await set({ hotline: '1900' })).status, 200, 'the rest may be put right')
})

t.test('what is written for the wall has no signs that cannot be seen, and blank is nothing', async (t) => {
  const { unit, leader, set, look } = await arrange()
  const { body } = await set({
    open: true,
    hotline: ' \u202e0212\u0007\n3000 999 ',
    duty_leader_name: '  Lo\u0300  Văn\u200b Pản ',
    duty_leader_phone: ' \u2060 ',
  })
  t.match(body, { hotline: '0212 3000 999', duty_leader_name: 'Lò Văn Pản', duty_leader_phone: null })
  t.match((await set({ hotline: '   ' })).body, { hotline: null }, 'no empty line on the wall')
  const write = (asked: string, done = 'xong') => leader.post('/api/v1/board-answers', { unit_id: unit, asked, done })
  t.match((await write('Thiếu\n\u202eghế', '<b>Đã</b>\tkê')).body, { asked: 'Thiếu ghế', done: '<b>Đã</b> kê' })
  // The second is 90 signs as it comes and 180 once its letters are composed.
  for (const text of ['\u200b', '\u0344'.repeat(90)]) refused(t, await write(text), 400, 'invalid_body')
  t.equal((await look()).body.answers.length, 1)
})

t.test('the database refuses as well: nobody reads tables, and a leader touches no other unit', async (t) => {
  const mine = await arrange()
  const other = await arrange()
  await other.set({ open: true, hotline: '1900' })
  const nobody = { account_id: null, roles: [], units: [], officer_id: null }
  const leader = { account_id: null, roles: ['unit_leader'], units: [mine.office.unit_id], officer_id: null }
  const run = (scope: typeof leader | typeof nobody, text: string) =>
    withScope(api.pools.app, scope, (trx) => trx.executeQuery({ sql: text, parameters: [] } as never)).then(
      () => 'done',
      (error: { message: string }) => error.message,
    )
  for (const table of ['boards', 'board_answers', 'board_months', 'units', 'steps', 'unit_steps', 'visits']) {
    const { count } = await withScope(api.pools.app, nobody, (trx) =>
      trx
        .selectFrom(table as 'boards')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    )
    t.equal(Number(count), 0, table)
  }
  const month = `insert into board_months values (${mine.office.unit_id}, '2026-10-01', '2026-11-06', 10, 10, null)`
  t.match(await run(leader, month), /permission denied/, 'no figure is written by hand')
  t.match(await run(leader, `select keep_board_month(1, '2026-10-01', '2026-11-24')`), /permission denied/)
  t.match(await run(leader, `select close_board_months('2026-10-01', '2026-11-24')`), /permission denied/)
  await run(leader, `select set_unit_contact(${other.office.unit_id}, 'x', 'x', 'x')`)
  await run(leader, `select close_board_month(${other.office.unit_id}, '2026-09-01', '2026-11-24')`)
  t.same((await other.look()).body.hotline, '1900')
  t.same(
    await api.db.query(`select 1 from board_months where unit_id = $1 and month = '2026-09-01'`, [
      other.office.unit_id,
    ]),
    [],
  )
  for (const pool of [api.pools.ingest, api.pools.count]) {
    await t.rejects(pool.query(`select public_board(1, '2026-11-24')`), /permission denied/)
  }
})
