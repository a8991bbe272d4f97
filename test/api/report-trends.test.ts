/** Reports over time: series that add up, change against chance, and answers that cost nothing when nothing happened. */
import t from 'tap'
import type { Figure } from '../../server/contract/figures.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { eventually } from '../support/browser.ts'
import { change, count, satisfied } from '../support/formulas.ts'
import { batch, createOffice, type Office, pairTablet, rating } from '../support/office.ts'
import { arrangeWeeks, NOW, type Span, type Step } from '../support/weeks.ts'

const units = '/api/v1/reports/units'
let server: TestApp
let weeks: Awaited<ReturnType<typeof arrangeWeeks>>
let home: Office
let commission: Caller
let leader: Caller

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  weeks = await arrangeWeeks(server)
  home = weeks.home
  commission = await server.staff('commission')
  leader = await server.staff('unit_leader', { unit_id: home.unit_id })
})

const ofHome = (step: Step) => home.counters.includes(step.counter)
/** Levels of a span as this reader's figure is made of them. */
const levelsFor = (reader: Caller, span: Span) =>
  reader === commission ? weeks.live(home, span) : weeks.published(span, ofHome)
const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay()

t.test(
  'weeks and months follow each other without gap, each with its own figure, and add up to the whole',
  async (t) => {
    const spans: [grain: 'week' | 'month', from: string, to: string, points: number][] = [
      ['week', '2026-10-01', '2026-11-24', 9],
      ['week', '2026-11-16', '2026-11-22', 1],
      ['week', '2026-11-24', '2026-11-24', 1],
      ['month', '2026-09-10', '2026-11-24', 3],
      ['month', '2025-12-31', '2026-01-01', 2],
      ['month', '2024-01-01', '2024-12-31', 12],
    ]
    for (const [grain, from, to, wanted] of spans) {
      for (const reader of [commission, leader]) {
        const { body } = await reader.get(`${units}/${home.unit_id}/series?grain=${grain}&from=${from}&to=${to}`)
        const points = body.points as (Span & { figure: Figure })[]
        t.equal(points.length, wanted, `${grain} ${from} ${to}`)
        t.equal(points[0]?.from, from)
        t.equal(points.at(-1)?.to, to)
        for (const [index, point] of points.entries()) {
          if (index > 0) {
            t.equal(point.from, dayAfter(points[index - 1]?.to as string), 'no gap')
            t.ok(grain === 'week' ? weekday(point.from) === 1 : point.from.endsWith('-01'))
          }
          const levels = levelsFor(reader, point)
          const n = count(levels)
          if (n === 0 || n >= 5) t.same(point.figure.levels, levels)
          else t.same(point.figure.levels, null)
          t.equal(point.figure.n, n === 0 || n >= 5 || reader === commission ? n : null)
        }
        if (points.every((point) => point.figure.n !== null)) {
          t.equal(count(points.map((point) => point.figure.n as number)), count(levelsFor(reader, { from, to })))
        }
      }
    }
  },
)

t.test('the period before has the same length, and a change comes with its interval', async (t) => {
  const spans: [now: Span, before: Span][] = [
    [
      { from: '2026-11-01', to: '2026-11-24' },
      { from: '2026-10-08', to: '2026-10-31' },
    ],
    [
      { from: '2026-11-23', to: '2026-11-24' },
      { from: '2026-11-21', to: '2026-11-22' },
    ],
    [
      { from: '2026-09-01', to: '2026-11-30' },
      { from: '2026-06-02', to: '2026-08-31' },
    ],
  ]
  for (const [now, before] of spans) {
    for (const reader of [commission, leader]) {
      const asked = `from=${now.from}&to=${now.to}&compare=previous`
      const { body } = await reader.get(`${units}/${home.unit_id}?${asked}`)
      const list = (await reader.get(`${units}?${asked}`)).body.units[0]
      t.same(list.previous, body.previous)
      const [current, earlier] = [levelsFor(reader, now), levelsFor(reader, before)]
      t.match(body.previous, before)
      if (count(earlier) < 5 || count(current) < 5) t.equal(body.previous.change, null, 'too few to compare')
      else {
        t.same(body.previous.figure.levels, earlier)
        const wanted = change(satisfied(current), count(current), satisfied(earlier), count(earlier))
        for (const part of ['value', 'lower', 'upper'] as const) {
          t.ok(Math.abs(body.previous.change[part] - wanted[part]) < 1e-6, `${part} ${wanted[part]}`)
        }
        t.equal(body.previous.change.notable, wanted.lower > 0 || wanted.upper < 0)
      }
    }
  }
  t.equal((await commission.get(`${units}/${home.unit_id}`)).body.previous, null, 'only when asked for')
})

t.test(
  'an answer that has not changed is 304 and empty; a rating changes the province’s, a step the unit’s',
  async (t) => {
    const unit = `${units}/${home.unit_id}`
    const urls = [units, unit, `${unit}/series?grain=week`, `${unit}/remarks`]
    const tags = new Map<string, string>()
    for (const url of urls) {
      const { status, headers } = await commission.get(url)
      t.equal(status, 200)
      t.match(headers, { etag: /^".{10,}"$/, 'cache-control': 'no-store' })
      tags.set(url, headers.etag as string)
      const again = await commission.get(url, { 'if-none-match': headers.etag as string })
      t.match(again, { status: 304, body: '' }, url)
      t.equal((await commission.get(url, { 'if-none-match': '"other"' })).status, 200)
    }
    const before = (await leader.get(unit)).body
    const groups = await server.db.query<{ n: number }>(
      'select count(*)::int as n from waiting where counter_id = $1 and officer_id = $2 and not set_aside',
      [home.counters[0], home.officers[0]],
    )
    const missing = 5 - (groups[0]?.n ?? 0)
    const tablet = server.tablet(home.tablets[0]?.token as string)
    const tap = async (hour: string) => {
      await tablet.post('/api/v1/ratings', batch([rating({ rated_at: `2026-11-24T${hour}+07:00` })], { sent_at: NOW }))
      await server.count()
    }
    for (let tapped = 1; tapped < missing; tapped += 1) await tap(`15:0${tapped}:00`)
    for (const url of urls.slice(0, 3)) {
      const { status } = await commission.get(url, { 'if-none-match': tags.get(url) as string })
      t.equal(status, missing > 1 ? 200 : 304, url)
    }
    t.same((await leader.get(unit)).body.figure, before.figure, 'what waits is not shown')
    await tap('16:00:00')
    const after = (await leader.get(unit)).body
    t.equal(after.figure.n, before.figure.n + 5, 'five appear together')
  },
)

t.test('how far the figures reach is told, and no citizen’s minute to those who see them come', async (t) => {
  const report = async (reader: Caller) => (await reader.get(`${units}/${home.unit_id}`)).body.freshness
  t.equal((await report(commission)).counted_through, '2026-11-24T09:30:00.000Z')
  t.equal((await report(leader)).counted_through, '2026-11-24T09:00:00.000Z')
  t.equal((await report(leader)).clock_behind, false)
  const silent = async (office: Office) =>
    (await commission.get(`${units}/${office.unit_id}`)).body.freshness.silent_terminals
  const quiet = await createOffice(server.db, { counters: 2 })
  await server.db.query('update terminals set paired_at = $1 where unit_id = $2', [
    new Date(server.clock.now()),
    quiet.unit_id,
  ])
  t.equal(await silent(quiet), 0, 'just paired')
  server.clock.advance(86_400_001)
  t.equal(await silent(quiet), 2, 'a day without a word')
  await server.tablet(quiet.tablets[0]?.token as string).post('/api/v1/terminal/heartbeat', { queue_length: 0 })
  await eventually('the tablet was heard', async () => (await silent(quiet)) === 1)
  const gone = await pairTablet(server.db, quiet.counters[0] as number)
  await server.db.query(
    "update terminals set paired_at = now() - interval '9 days', revoked_at = now() where terminal_id = $1",
    [gone.terminal_id],
  )
  await server.notify()
  t.equal(await silent(quiet), 1, 'a revoked one is expected to be silent')
})
