/** What an officer reads of what was written at their service: beside five ratings, by month, and never one citizen's alone. */
import { sql } from 'kysely'
import t from 'tap'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { withScope } from '../../server/queries/database.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { assign, batch, createOffice, type Office, rating } from '../support/office.ts'
import { OwnRemarks } from '../support/own-remarks.ts'
import { Publications } from '../support/publications.ts'
import { refused } from '../support/refusals.ts'
import { dice } from '../support/weeks.ts'

const URL = '/api/v1/reports/me/remarks'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const YEAR = 'from=2026-01-01&to=2026-12-31'
const dayOf = (at: number) => new Date(at + 7 * HOUR).toISOString().slice(0, 10)

// A Monday.
const server = await startTestApp(t, { at: '2026-10-26T17:00:00+07:00' })

async function open(name: string, officers = 2) {
  const office = await createOffice(server.db, { counters: 1, officers, name })
  await assign(server.db, office.counters[0] as number, office.officers[0] as number, '2026-10-01T00:00:00+07:00')
  const people = await Promise.all(office.officers.map((officer_id) => server.staff('officer', { officer_id })))
  return { office, people }
}

/** Hands in ratings of these moments (ISO without seconds), each with a remark or none; half an hour apart is up to the caller. */
async function say(
  on: TestApp,
  office: Office,
  said: readonly [at: string, comment?: string | undefined, parts?: Record<string, unknown>][],
  counter = 0,
) {
  const items = said.map(([at, comment, parts]) =>
    rating({ rated_at: `${at}:00+07:00`, dwell_ms: 2000, ...(comment ? { comment } : {}), ...parts }),
  )
  const { body } = await on
    .tablet(office.tablets[counter]?.token as string)
    .post('/api/v1/ratings', batch(items, { sent_at: new Date(on.clock.now()).toISOString() }))
  for (const { status } of body.results) if (status !== 'stored') throw new Error(JSON.stringify(body))
  await on.count()
}
const read = async (who: Caller, asked = YEAR) =>
  (await who.get(`${URL}?${asked}`)).body.items as { month: string; text: string }[]

/** From a moment to another somebody else sat there; counted again. */
async function correct(on: TestApp, office: Office, counter: number, officer: number, from: number, to: number) {
  const [counterId, officerId] = [office.counters[counter] as number, office.officers[officer] as number]
  const [starts, ends] = [new Date(from).toISOString(), new Date(to).toISOString()]
  const touched = await on.db.query<{ officer_id: number; starts: string; ends: string | null }>(
    `delete from assignments where counter_id = $1 and during && tstzrange($2, $3)
     returning officer_id, lower(during)::text as starts, upper(during)::text as ends`,
    [counterId, starts, ends],
  )
  for (const one of touched) {
    if (Date.parse(one.starts) < from) await assign(on.db, counterId, one.officer_id, one.starts, starts)
    if (one.ends === null || Date.parse(one.ends) > to) {
      await assign(on.db, counterId, one.officer_id, ends, one.ends)
    }
  }
  await assign(on.db, counterId, officerId, starts, ends)
  const scope = { account_id: null, roles: ['unit_leader'], units: [office.unit_id], officer_id: null }
  await withScope(on.pools.app, scope, (trx) => requeueCounter(trx, counterId, new Date(from), new Date(to)))
  await on.count()
}

t.test('no log-in, wrong role, impossible range; who reads the unit’s remarks has no list of their own', async (t) => {
  const { office, people } = await open('Xã A')
  refused(t, await server.stranger.get(URL), 401, 'login_required')
  for (const role of ['administrator', 'commission', 'inspector'] as const) {
    refused(t, await (await server.staff(role)).get(URL), 403, 'forbidden', role)
  }
  for (const role of ['unit_leader', 'unit_clerk'] as const) {
    refused(t, await (await server.staff(role, { unit_id: office.unit_id })).get(URL), 403, 'forbidden', role)
  }
  refused(t, await (people[0] as Caller).get(`${URL}?from=2026-12-01&to=2026-11-01`), 400, 'invalid_range')
  const officer = { role: 'officer', officer_id: office.officers[0] as number } as const
  for (const beside of [{ role: 'unit_leader', unit_id: office.unit_id }, { role: 'commission' }] as const) {
    const both = await server.person([officer, beside])
    refused(t, await both.get(URL), 403, 'forbidden', `${beside.role} who serves`)
  }
  const elsewhere = await createOffice(server.db, {})
  const leadsThere = await server.person([officer, { role: 'unit_leader', unit_id: elsewhere.unit_id }])
  t.equal((await leadsThere.get(URL)).status, 200, 'leading another unit tells nothing of this one')
})

t.test(
  'four ratings and none; five and all of their remarks at once, on the next working day after the step',
  async (t) => {
    const { office, people } = await open('Xã B')
    const [own, colleague] = people as [Caller, Caller]
    // Two days of October, then one of November: the step is November's.
    server.clock.set('2026-10-30T17:00:00+07:00')
    await say(server, office, [
      ['2026-10-29T08:00', 'Viết hôm thứ Năm'],
      ['2026-10-29T09:00'],
      ['2026-10-30T08:00', 'Ầm ĩ'],
      ['2026-10-30T09:00'],
    ])
    server.clock.set('2026-11-02T17:00:00+07:00')
    t.same(await read(own), [], 'four ratings, all days ago: nothing')
    await say(server, office, [['2026-11-02T08:00', 'Anh Tùng gọi 0912345678']])
    t.same(await read(own), [], 'on the day of the step nothing yet')
    const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
    const ofUnit = `/api/v1/reports/units/${office.unit_id}/remarks?${YEAR}`
    t.same((await leader.get(ofUnit)).body.items, [], 'the leader waits for five in the month itself')
    server.clock.set('2026-11-03T08:00:00+07:00')
    const november = [
      { month: '2026-11', text: 'Anh Tùng gọi [số điện thoại]' },
      { month: '2026-11', text: 'Ầm ĩ' },
      { month: '2026-11', text: 'Viết hôm thứ Năm' },
    ]
    t.same(await read(own), november, 'all three under the month of their step: October would point at four citizens')
    t.same(await read(colleague), [])
    t.same(await read(own, 'from=2026-10-01&to=2026-10-31'), [])
    for (const day of ['2026-11-01', '2026-11-02', '2026-11-17']) {
      t.same(await read(own, `from=${day}&to=${day}`), november, `${day}: whole months alone`)
    }
    t.match((await own.get(`${URL}?from=2026-11-10&to=2026-11-12`)).body, { from: '2026-11-01', to: '2026-11-30' })
    t.same(Object.keys((await read(own))[0] ?? {}).sort(), ['month', 'text'])
    // A Friday's step is read on Monday.
    server.clock.set('2026-11-06T17:00:00+07:00')
    await say(
      server,
      office,
      [8, 9, 10, 11, 14].map((hour) => [
        `2026-11-06T${String(hour).padStart(2, '0')}:00`,
        hour === 9 ? 'Cuối tuần' : undefined,
      ]),
    )
    for (const [at, n] of [
      ['2026-11-06T23:00', 3],
      ['2026-11-08T23:59', 3],
      ['2026-11-09T00:01', 4],
    ] as const) {
      server.clock.set(`${at}:00+07:00`)
      t.equal((await read(own)).length, n, at)
    }
    const accused = { marks: [{ commitment: 'no_corruption', kept: false }] }
    server.clock.set('2026-11-10T17:00:00+07:00')
    await say(
      server,
      office,
      [8, 9, 10, 11, 14].map((hour) => [`2026-11-10T${String(hour).padStart(2, '0')}:00`, 'Đòi phong bì', accused]),
    )
    server.clock.set('2026-11-12T17:00:00+07:00')
    t.equal((await read(own)).length, 4, 'a remark beside an accusation is the inspectors’ alone')
  },
)

t.test('one hour moved to a colleague moves no remark; a whole day of five and more takes its own along', async (t) => {
  const { office, people } = await open('Xã C')
  const [own, colleague] = people as [Caller, Caller]
  server.clock.set('2026-11-16T17:00:00+07:00')
  const day = (on: string, names: string): [string, string][] =>
    [8, 9, 10, 13, 14, 15].map((hour) => [`${on}T${String(hour).padStart(2, '0')}:00`, `${names} ${hour}`])
  await say(server, office, day('2026-11-16', 'Thứ Hai'))
  server.clock.set('2026-11-17T17:00:00+07:00')
  const monday = await read(own)
  t.equal(monday.length, 6)
  // One citizen's hour: would the remark follow, it would name its writer.
  const hour = Date.parse('2026-11-16T08:30:00+07:00')
  await correct(server, office, 0, 1, hour, hour + HOUR)
  t.same(await read(own), monday)
  server.clock.set('2026-11-18T17:00:00+07:00')
  await say(server, office, day('2026-11-17', 'Thứ Ba').slice(0, 5))
  server.clock.set('2026-11-19T17:00:00+07:00')
  t.same(
    (await read(own)).filter(({ text }) => text.startsWith('Thứ Hai')),
    monday,
    'beside new ones neither',
  )
  t.same(await read(colleague), [])
  await correct(server, office, 0, 1, hour, hour + HOUR)
  await correct(server, office, 0, 1, Date.parse('2026-11-17T00:00:00+07:00'), Date.parse('2026-11-18T00:00:00+07:00'))
  const texts = async (who: Caller) => (await read(who)).map(({ text }) => text.slice(0, 7))
  // Tuesday’s five appeared beside a correction, so that they belong to no block and stay, too.
  t.same(await texts(own), [...Array(5).fill('Thứ Ba '), ...Array(6).fill('Thứ Hai')])
  const next = await open('Xã C hai')
  server.clock.set('2026-11-20T17:00:00+07:00')
  await say(server, next.office, day('2026-11-20', 'Thứ Sáu').slice(0, 5))
  server.clock.set('2026-11-23T17:00:00+07:00')
  const [mine, theirs] = next.people as [Caller, Caller]
  t.same(await texts(mine), Array(5).fill('Thứ Sáu'))
  await correct(
    server,
    next.office,
    0,
    1,
    Date.parse('2026-11-20T00:00:00+07:00'),
    Date.parse('2026-11-21T00:00:00+07:00'),
  )
  t.same(await texts(theirs), Array(5).fill('Thứ Sáu'), 'a whole step is moved, and its remarks with it')
  t.same(await texts(mine), [])
  t.same((await server.verify()).differences, [])
})

t.test('the database refuses as well: only as that officer, and neither rating, day nor raw words', async (t) => {
  const { office, people } = await open('Xã D')
  server.clock.set('2026-11-24T17:00:00+07:00')
  await say(
    server,
    office,
    [8, 9, 10, 11, 14].map((hour) => [`2026-11-24T${String(hour).padStart(2, '0')}:00`, `Giờ ${hour}`]),
  )
  server.clock.set('2026-11-25T17:00:00+07:00')
  t.equal((await read(people[0] as Caller)).length, 5)
  const [own, other] = office.officers as [number, number]
  const count = (roles: string[], officer_id: number | null, grants: { role: string; unit_id: number | null }[]) =>
    withScope(
      server.pools.app,
      { account_id: null, roles, units: [office.unit_id], officer_id, grants },
      async (trx) => {
        const rows = await sql<{
          remark: string
        }>`select * from remarks_of_officer('2000-01-01', '2100-01-01')`.execute(trx)
        return rows.rows.length
      },
    )
  const served = { role: 'officer', unit_id: office.unit_id }
  t.equal(await count(['officer'], own, [served]), 5)
  t.equal(await count(['officer'], other, [served]), 0, 'a colleague')
  t.equal(await count(['officer'], null, [served]), 0)
  t.equal(await count(['unit_clerk'], own, [{ role: 'unit_clerk', unit_id: office.unit_id }]), 0, 'without the role')
  for (const beside of [
    { role: 'unit_leader', unit_id: office.unit_id },
    { role: 'commission', unit_id: null },
  ]) {
    t.equal(await count(['officer', beside.role], own, [served, beside]), 0, `${beside.role} who serves`)
  }
  const scope = { account_id: null, roles: ['officer'], units: [office.unit_id], officer_id: own }
  const rows = await withScope(server.pools.app, scope, (trx) => trx.selectFrom('remarks').select('masked').execute())
  t.same(rows, [], 'the table itself stays closed to officers')
})

t.test(
  'a season of chance: every list on every day is the one worked by hand, and no remark is one of fewer than five',
  async (t) => {
    const busy = await startTestApp(t, { at: '2026-09-07T07:00:00+07:00' })
    const office = await createOffice(busy.db, { counters: 2, officers: 4, name: 'Phường Đông' })
    for (const place of [0, 1]) {
      await assign(
        busy.db,
        office.counters[place] as number,
        office.officers[place] as number,
        '2026-09-01T00:00:00+07:00',
      )
    }
    const people = await Promise.all(office.officers.map((officer_id) => busy.staff('officer', { officer_id })))
    const published = new Publications(busy.db, office.unit_id)
    const hand = new OwnRemarks(busy.db, office.unit_id, published)
    const roll = dice(5)
    let [lists, remarks, corrected, written] = [0, 0, 0, 0]
    const look = async () => {
      const today = dayOf(busy.clock.now())
      for (const [place, officer] of office.officers.entries()) {
        const shown = await read(people[place] as Caller)
        lists += 1
        remarks = Math.max(remarks, shown.length)
        t.same(shown, await hand.expected(officer, today), `officer ${place + 1} on ${today}`)
      }
    }
    for (let day = 0; day < 40; day += 1) {
      const midnight = Date.parse('2026-09-07T00:00:00+07:00') + day * DAY
      busy.clock.set(midnight + 17 * HOUR)
      for (const counter of [0, 1]) {
        // Now and then what a tablet kept for days; now and then one hand four times within a minute, which is set aside.
        const back = roll(6) === 0 ? 1 + roll(4) : 0
        const gap = roll(7) === 0 ? 1 / 6 : 50
        const said = Array.from({ length: 1 + roll(counter === 0 ? 6 : 4) }, (_, index) => {
          written += 1
          const at = new Date(midnight - back * DAY + 8 * HOUR + index * gap * 60_000 + 7 * HOUR)
          return [at.toISOString().slice(0, 19), roll(3) > 0 ? `Góp ý ${written}` : undefined] as const
        })
        await say(
          busy,
          office,
          said.map(([at, comment]) => [at.slice(0, 16), comment, { rated_at: `${at}+07:00` }]),
          counter,
        )
        await published.follow()
      }
      if (roll(4) === 0) {
        // An hour, a day or a week under another name, and sometimes nobody knows better.
        const length = [HOUR * 2, DAY, 7 * DAY][roll(3)] as number
        const from = midnight - roll(12) * DAY + (length < DAY ? (8 + roll(8)) * HOUR : 0)
        const place = roll(2)
        await correct(
          busy,
          office,
          place,
          place + (roll(3) === 0 ? 0 : 2),
          from,
          Math.min(from + length, midnight + DAY),
        )
        corrected += 1
        await published.follow()
        await look()
      }
      if (day % 4 === 0) await look()
    }
    await look()
    t.same(published.surprises, [], 'the steps of the database are those cut by hand')
    t.ok(hand.fewestAlike() >= 5, `${hand.fewestAlike()} ratings at least share whatever a remark ever did`)
    t.ok(
      lists > 60 && remarks > 15 && corrected >= 6 && hand.moved >= 5,
      `${lists} lists, ${remarks} remarks, ${corrected} corrections, ${hand.moved} moved`,
    )
    t.same((await busy.verify()).differences, [])
  },
)
