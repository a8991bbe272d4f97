/** When a rating was: by the page's own clock, else by the wall, else by its arrival; and never refused for its time. */
import t from 'tap'
import { startTestApp, type TestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'

const NOW = '2026-11-24T10:00:00+07:00'
const NOW_MS = Date.parse(NOW)
const DAY = 86_400_000
let server: TestApp
let token: string

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  token = (await createOffice(server.db)).tablets[0]?.token as string
})

const stored = async (id: string) =>
  (
    await server.db.query(
      'select local_day, time_quality, corrected_at, received_at from ratings join moments using (rating_id) where rating_id = $1',
      [id],
    )
  )[0]

t.test('no clock is so wrong that a rating is refused for it', async (t) => {
  const clocks: [what: string, rated_at: string, sent_at: string, day: string, quality: number][] = [
    ['1970, off by 56 years, an hour before sending', '1970-01-01T00:00:00Z', '1970-01-01T01:00:00Z', '2026-11-24', 2],
    ['2090, an hour before sending', '2090-02-28T23:30:00+07:00', '2090-03-01T00:30:00+07:00', '2026-11-24', 2],
    ['a clock that went back between tap and sending', NOW, '2020-01-01T00:00:00Z', '2026-11-24', 3],
    ['a clock that jumped from 1970 to now', '1970-01-01T00:00:00Z', NOW, '2026-11-24', 3],
    ['tapped in 2090, sent today', '2090-01-01T00:00:00Z', NOW, '2026-11-24', 3],
    ['29 February of a leap year', '2024-02-29T10:00:00+07:00', '2024-02-29T10:00:00+07:00', '2026-11-24', 2],
    ['29 February of no leap year', '2026-02-29T10:00:00+07:00', '2026-03-01T10:00:00+07:00', '2026-11-24', 2],
    ['three weeks in the queue', '2026-11-03T10:00:00+07:00', NOW, '2026-11-03', 2],
    ['400 days in the queue', '2025-10-20T10:00:00+07:00', NOW, '2025-10-20', 2],
    ['401 days in the queue are not believed', '2025-10-19T09:00:00+07:00', NOW, '2026-11-24', 3],
    ['the year 0', '0000-01-01T00:00:00Z', NOW, '2026-11-24', 3],
    ['the year 9999 in another zone', '9999-12-31T23:59:59-12:00', NOW, '2026-11-24', 3],
  ]
  for (const [what, rated_at, sent_at, day, quality] of clocks) {
    const item = rating({ rated_at })
    const { body } = await server.tablet(token).post('/api/v1/ratings', batch([item], { sent_at }))
    t.match(body.results, [{ status: 'stored' }], what)
    t.match(
      await stored(item.id as string),
      { local_day: day, time_quality: quality, received_at: new Date(NOW) },
      what,
    )
  }
})

t.test('a rating is dated by the page’s own clock, whatever the wall says', async (t) => {
  const cases: [
    what: string,
    item: Record<string, unknown>,
    envelope: Record<string, unknown>,
    ago: number,
    quality: number,
  ][] = [
    [
      'same run: ninety minutes of it',
      { clock_session: 'a', elapsed_ms: 1000 },
      { clock_session: 'a', sent_ms: 5_401_000 },
      5_400_000,
      1,
    ],
    [
      'same run, wall clock in 1970',
      { clock_session: 'a', elapsed_ms: 0, rated_at: '1970-01-01T00:00:00Z' },
      { clock_session: 'a', sent_ms: 60_000 },
      60_000,
      1,
    ],
    [
      'same run, tapped in the moment of sending',
      { clock_session: 'a', elapsed_ms: 7 },
      { clock_session: 'a', sent_ms: 7 },
      0,
      1,
    ],
    [
      'another run: by the wall',
      { clock_session: 'a', elapsed_ms: 1, rated_at: '2026-11-24T09:00:00+09:00' },
      { clock_session: 'b', sent_ms: 9, sent_at: '2026-11-24T01:00:00Z' },
      3_600_000,
      2,
    ],
    [
      'a run that ends before it began: by the wall',
      { clock_session: 'a', elapsed_ms: 9 },
      { clock_session: 'a', sent_ms: 1 },
      0,
      2,
    ],
    [
      'a run of years: by the wall',
      { clock_session: 'a', elapsed_ms: 0 },
      { clock_session: 'a', sent_ms: 401 * DAY },
      0,
      2,
    ],
    [
      'neither: the moment of arrival',
      { rated_at: '2090-01-01T00:00:00Z' },
      { sent_at: '2026-11-24T18:00:00+07:00' },
      0,
      3,
    ],
  ]
  for (const [what, item, envelope, ago, quality] of cases) {
    const one = rating(item)
    await server.tablet(token).post('/api/v1/ratings', batch([one], envelope))
    t.match(await stored(one.id as string), { corrected_at: new Date(NOW_MS - ago), time_quality: quality }, what)
  }
})

t.test('the day is the office’s day, to the millisecond, wherever the tablet believes to be', async (t) => {
  const days: [at: string, day: string][] = [
    ['2026-11-22T23:59:59.999+07:00', '2026-11-22'],
    ['2026-11-23T00:00:00.000+07:00', '2026-11-23'],
    ['2026-11-22T23:59:00+07:00', '2026-11-22'],
    ['2026-11-23T00:01:00+07:00', '2026-11-23'],
    ['2026-11-22T17:00:00Z', '2026-11-23'],
    ['2026-11-22T16:59:59Z', '2026-11-22'],
    ['2026-11-23T01:30:00+09:00', '2026-11-22'],
    ['2025-12-31T23:59:59+07:00', '2025-12-31'],
  ]
  for (const [at, day] of days) {
    const byPage = rating({ clock_session: 'a', elapsed_ms: 400 * DAY - (NOW_MS - Date.parse(at)) })
    const byWall = rating({ rated_at: at })
    const envelope = { clock_session: 'a', sent_ms: 400 * DAY, sent_at: NOW }
    await server.tablet(token).post('/api/v1/ratings', batch([byPage, byWall], envelope))
    t.match(await stored(byPage.id as string), { local_day: day, time_quality: 1 }, at)
    t.match(await stored(byWall.id as string), { local_day: day, time_quality: 2 }, `${at} by the wall`)
  }
})
