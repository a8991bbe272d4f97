/** Remarks and integrity reports: who may read them, from when, and that nothing leads back to the one who wrote. */
import t from 'tap'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

let server: TestApp
let home: Office
let away: Office
let leader: Caller
let commission: Caller
let inspector: Caller

t.before(async () => {
  // A Friday.
  server = await startTestApp(t, { at: '2026-11-06T09:00:00+07:00' })
  home = await createOffice(server.db, { officers: 2, name: 'Phường Quyết Thắng' })
  away = await createOffice(server.db, { name: 'Xã Chiềng Khương' })
  await assign(server.db, home.counters[0] as number, home.officers[0] as number, '2026-01-01T00:00:00+07:00')
  leader = await server.staff('unit_leader', { unit_id: home.unit_id })
  commission = await server.staff('commission')
  inspector = await server.staff('inspector')
})

/** Taps `count` ratings now, the first with this remark; ten seconds apart, so that none is set aside. */
async function tap(count: number, comment?: string, parts: Record<string, unknown> = {}, office: Office = home) {
  for (let tapped = 0; tapped < count; tapped += 1) {
    server.clock.advance(600_000)
    const now = new Date(server.clock.now()).toISOString()
    const item = rating({ rated_at: now, ...parts, ...(tapped === 0 && comment !== undefined ? { comment } : {}) })
    const { body } = await server
      .tablet(office.tablets[0]?.token as string)
      .post('/api/v1/ratings', batch([item], { sent_at: now }))
    if (body.results[0].status !== 'stored') throw new Error(JSON.stringify(body))
  }
  await server.count()
}
const remarksUrl = (office: Office) => `/api/v1/reports/units/${office.unit_id}/remarks`
const remarks = async (who: Caller, asked = 'from=2026-01-01&to=2026-12-31', office: Office = home) =>
  (await who.get(`${remarksUrl(office)}?${asked}`)).body.items as { month: string; text: string }[]
const texts = async (who: Caller) => (await remarks(who)).map((item) => item.text)

t.test('remarks: no log-in, wrong role, foreign unit, impossible range', async (t) => {
  refused(t, await server.stranger.get(remarksUrl(home)), 401, 'login_required')
  for (const role of ['administrator', 'inspector'] as const) {
    refused(t, await (await server.staff(role)).get(remarksUrl(home)), 403, 'forbidden', role)
  }
  const clerk = await server.staff('unit_clerk', { unit_id: home.unit_id })
  refused(t, await clerk.get(remarksUrl(home)), 403, 'forbidden', 'a clerk')
  const officer = await server.staff('officer', { officer_id: home.officers[0] as number })
  refused(t, await officer.get(remarksUrl(home)), 403, 'forbidden', 'an officer')
  refused(t, await leader.get(remarksUrl(away)), 404, 'not_found')
  refused(t, await leader.get(`${remarksUrl(home)}?from=2026-12-01&to=2026-11-01`), 400, 'invalid_range')
})

t.test('a remark appears on the next working day, when five ratings are in its month', async (t) => {
  await tap(4, 'Chờ hơi lâu')
  t.same(await texts(leader), [], 'on its own day, a Friday')
  for (const [at, what] of [
    ['2026-11-07T10:00:00+07:00', 'Saturday'],
    ['2026-11-08T23:59:00+07:00', 'Sunday'],
    ['2026-11-09T10:00:00+07:00', 'Monday: released by the calendar, but only four ratings are in November'],
  ] as const) {
    server.clock.set(at)
    t.same(await texts(leader), [], what)
  }
  await tap(1)
  for (const who of [leader, commission]) t.same(await remarks(who), [{ month: '2026-11', text: 'Chờ hơi lâu' }])
  t.same(await remarks(commission, 'from=2026-01-01&to=2026-12-31', away), [])
})

t.test('no query tells the day of a remark, nor its order', async (t) => {
  await tap(1, 'Ặ: viết thứ hai')
  await tap(1, 'B: viết thứ ba')
  server.clock.set('2026-11-11T08:00:00+07:00')
  await tap(1, 'A: viết thứ tư')
  t.notOk((await texts(leader)).includes('A: viết thứ tư'), 'on its own day it is not there, however many there are')
  server.clock.set('2026-11-12T08:00:00+07:00')
  const all = await remarks(leader)
  t.same(
    all.map((item) => item.text),
    ['A: viết thứ tư', 'Ặ: viết thứ hai', 'B: viết thứ ba', 'Chờ hơi lâu'],
    'in the order of the alphabet',
  )
  for (let day = 1; day <= 30; day += 1) {
    const date = `2026-11-${String(day).padStart(2, '0')}`
    t.same(await remarks(leader, `from=${date}&to=${date}`), all, date)
  }
  t.same(await remarks(leader, 'from=2026-10-01&to=2026-10-31'), [])
  t.match((await leader.get(`${remarksUrl(home)}?from=2026-11-10&to=2026-11-12`)).body, {
    from: '2026-11-01',
    to: '2026-11-30',
  })
  for (const item of all) t.same(Object.keys(item).sort(), ['month', 'text'])
})

t.test('what a citizen wrote comes out as it went in: markup and formulas are text', async (t) => {
  const written = ['<script>alert(1)</script>', '=1+1', "'; drop table remarks; --", '{{7*7}}', 'Hai\ndòng']
  for (const text of written) await tap(1, text)
  server.clock.set('2026-11-13T08:00:00+07:00')
  const seen = await texts(leader)
  for (const text of written) t.ok(seen.includes(text), text)
  t.equal((await leader.get(remarksUrl(home))).headers['content-type'], 'application/json; charset=utf-8')
})

t.test('integrity reports: no log-in, and nobody but the inspector', async (t) => {
  const url = '/api/v1/integrity-reports'
  refused(t, await server.stranger.get(url), 401, 'login_required')
  for (const role of ['administrator', 'commission'] as const) {
    refused(t, await (await server.staff(role)).get(url), 403, 'forbidden', role)
  }
  for (const role of ['unit_leader', 'unit_clerk'] as const) {
    refused(t, await (await server.staff(role, { unit_id: home.unit_id })).get(url), 403, 'forbidden', role)
  }
  refused(
    t,
    await (await server.staff('officer', { officer_id: home.officers[0] as number })).get(url),
    403,
    'forbidden',
  )
  for (const cursor of ['x', '2026-11-01', '2026-11-01~x', '~', "2026-11-01~' or 1=1"]) {
    refused(t, await inspector.get(`${url}?cursor=${encodeURIComponent(cursor)}`), 400, 'invalid_cursor', cursor)
  }
  for (const limit of ['0', '501', 'x', '-1'])
    refused(t, await inspector.get(`${url}?limit=${limit}`), 400, 'invalid_query')
})

t.test(
  'an accusation goes to the inspector: unit, month, items and remark; the officer from five ratings in that month',
  async (t) => {
    const accuse = {
      level: 2,
      marks: [
        { commitment: 'no_corruption', kept: false },
        { commitment: 'always_help', kept: false },
      ],
    }
    const reports = async () =>
      (await inspector.get('/api/v1/integrity-reports')).body.items as Record<string, unknown>[]
    const unitBefore = (await commission.get(`/api/v1/reports/units/${home.unit_id}?from=2026-12-01&to=2026-12-31`))
      .body
    t.equal(unitBefore.figure.n, 0)
    server.clock.set('2026-12-01T09:00:00+07:00')
    await tap(1, 'Đòi phong bì', accuse)
    t.same(
      (await reports()).map(({ report_id, ...rest }) => rest),
      [
        {
          unit_id: String(home.unit_id),
          unit_name: 'Phường Quyết Thắng',
          month: '2026-12',
          items: ['no_corruption'],
          remark: 'Đòi phong bì',
          officer_name: null,
        },
      ],
    )
    await tap(3)
    t.equal((await reports())[0]?.officer_name, null, 'four ratings of the officer in December')
    await tap(1)
    t.equal((await reports())[0]?.officer_name, 'Phường Quyết Thắng: cán bộ 1', 'five')

    const unit = (await commission.get(`/api/v1/reports/units/${home.unit_id}?from=2026-12-01&to=2026-12-31`)).body
    t.same(unit.figure.levels, [0, 1, 0, 0, 4], 'its level counts like any other')
    t.equal(unit.commitments.find((row: { commitment: string }) => row.commitment === 'always_help').broken, 1)
    const figures = JSON.stringify([unit, (await commission.get('/api/v1/reports/units')).body])
    t.notMatch(figures, /no_corruption|no_flattery|no_abuse_of_power/, 'no figure knows of the accusation')
    server.clock.set('2026-12-02T09:00:00+07:00')
    for (const who of [leader, commission])
      t.notMatch(JSON.stringify(await remarks(who)), /phong bì/, 'nor does anybody read its remark')
    const [left] = await server.db.query(`select count(*)::int as n from integrity_reports where rating_id is not null`)
    t.same(left, { n: 0 }, 'and once counted, nothing leads from it to a rating')
  },
)

t.test('many reports come page by page, each once, in an order that tells nothing', async (t) => {
  server.clock.set('2027-01-04T09:00:00+07:00')
  const accuse = { marks: [{ commitment: 'no_abuse_of_power', kept: false }] }
  for (const office of [home, away]) await tap(4, undefined, accuse, office)
  const seen: Record<string, string>[] = []
  let cursor: string | null = ''
  let pages = 0
  while (cursor !== null) {
    const { body } = await inspector.get(
      `/api/v1/integrity-reports?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    t.ok(body.items.length <= 2)
    seen.push(...body.items)
    cursor = body.next_cursor
    pages += 1
  }
  t.equal(pages, 5)
  t.equal(new Set(seen.map((report) => report.report_id)).size, 9)
  const order = seen.map(({ month, report_id }) => `${month} ${report_id}`)
  t.same(
    order,
    [...order].sort((a, b) => (a.slice(0, 7) === b.slice(0, 7) ? (a < b ? -1 : 1) : a < b ? 1 : -1)),
  )
})
