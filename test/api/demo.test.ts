/** The demonstration as it is loaded: by the real path, to the last count, with ways in that work. */
import { pino } from 'pino'
import t from 'tap'
import { readConfig } from '../../server/config.ts'
import { offerTablets, openAccounts, type PrintedAccount } from '../../server/demo/accounts.ts'
import { planCases } from '../../server/demo/cases.ts'
import { loadSimulation } from '../../server/demo/load.ts'
import { planScenario } from '../../server/demo/scenario.ts'
import { simulate } from '../../server/demo/simulation.ts'
import { addDays } from '../../server/domain/time.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'
import { createTestClock, startTestApp, testKeys } from '../support/app.ts'
import { createTestDatabase } from '../support/database.ts'

const today = '2026-06-18'
const clock = createTestClock(`${today}T10:30:00+07:00`)

t.test('two months of three offices', async (t) => {
  const db = await createTestDatabase(t)
  await ensurePilotUnits(db.ownerUrl)
  const keys = testKeys()
  const parts = {
    config: readConfig({ LOG_LEVEL: 'silent' }),
    pools: db.pools,
    keys,
    clock,
    log: pino({ level: 'silent' }),
  }
  const simulation = simulate({ seed: 'test', months: 2, now: clock.now(), today })
  let accounts: PrintedAccount[] = []
  const office = await loadSimulation(simulation, parts, undefined, async (opened) => {
    accounts = await openAccounts(opened, {
      ...parts,
      clock: { now: () => Date.parse(`${simulation.from}T00:00+07:00`) },
    })
    return planCases(simulation, opened, parts)
  })
  const tablets = await offerTablets(office, parts)
  const server = await startTestApp(t, { db, keys, clock })
  const sent = simulation.deliveries.flatMap(({ unit, envelope }) =>
    envelope.ratings.map((rating) => ({ unit, ...rating })),
  )

  await t.test('every rating is counted or set aside, by unit and level', async (t) => {
    const byHand: Record<string, number[]> = {}
    for (const { unit, level } of sent) {
      const levels = byHand[unit] ?? [0, 0, 0, 0, 0]
      levels[level - 1] = (levels[level - 1] ?? 0) + 1
      byHand[unit] = levels
    }
    const rows = await db.query<{ name: string; levels: number[] }>(
      `select name, array[sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)]::int[] as levels
         from tallies join units using (unit_id) group by name`,
    )
    t.strictSame(Object.fromEntries(rows.map(({ name, levels }) => [name, levels])), byHand)
    t.equal(Object.keys(byHand).length, 3)
  })

  await t.test('marks of the catalogue add up, accusations are in no figure', async (t) => {
    const items = await db.query<{ item_id: number; commitment: string; kind: string }>(
      `select item_id, commitment, kind from catalogue_items join commitments using (item_id) order by item_id`,
    )
    const marks = sent.flatMap((rating) => rating.marks)
    const byHand = items.flatMap(({ commitment, kind }) =>
      [true, false].map((kept) =>
        kind === 'integrity' ? 0 : marks.filter((mark) => mark.commitment === commitment && mark.kept === kept).length,
      ),
    )
    const [row] = await db.query<{ marks: number[] }>(
      `select array_agg(coalesce(total, 0) order by place) as marks
         from generate_series(1, ${items.length * 2}) place
         left join (select place, sum(count)::int as total from tallies, unnest(marks) with ordinality m (count, place)
                     group by place) s using (place)`,
    )
    t.strictSame(row?.marks, byHand)
    const reports = await db.query<{ rating_id: null; items: string[] }>(
      `select rating_id, items, officer_id from integrity_reports`,
    )
    const accused = sent.filter(({ marks: own }) => own.some(({ commitment }) => commitment === 'no_abuse_of_power'))
    t.equal(reports.length, accused.length)
    t.ok(reports.length > 0 && reports.every(({ rating_id }) => rating_id === null))
  })

  await t.test(
    'cases of every kind and in every state, on working days, by two persons where two are needed',
    async (t) => {
      const leader = await server.staff('unit_leader', { unit_id: office.units.get('Thị trấn Mộc Châu') as number })
      const commission = await server.staff('commission')
      type Row = { kind: string; state: string; days_left: number | null; in_time: boolean | null; due_on: string }
      const list = async (who: typeof leader, state: string): Promise<Row[]> =>
        (await who.get(`/api/v1/cases?limit=500&state=${state}`)).body.items
      const waiting = await list(leader, 'open')
      t.same(
        waiting.map(({ kind, state, days_left }) => [kind, state, days_left]),
        [
          ['matter', 'in_hand', -3],
          ['explanation', 'new', 0],
          ['review', 'in_hand', 2],
          ['doubt', 'new', 3],
          ['proposal', 'new', 4],
          ['matter', 'accepted', 6],
        ],
      )
      const ended = await list(leader, 'answered')
      t.same(ended.map(({ kind, in_time }) => `${kind} ${in_time}`).sort(), [
        ...['doubt true', 'explanation true', 'matter false', 'matter true', 'proposal true', 'review true'],
      ])
      const answered = await list(commission, 'answered')
      t.same(
        answered
          .filter(({ kind }) => kind === 'review')
          .map(({ in_time }) => in_time)
          .sort(),
        [false, true],
      )
      const { units } = (await commission.get('/api/v1/reports/units?from=2026-04-19&to=2026-06-18')).body
      t.same(
        units.map(({ cases }: { cases: object }) => cases),
        [
          { due: 2, in_time: 1, overdue: 0 },
          { due: 7, in_time: 5, overdue: 1 },
          { due: 0, in_time: 0, overdue: 0 },
        ],
      )
    },
  )

  await t.test('what is told is true of the roster and of what the nights found, in the order of time', async (t) => {
    const log = await db.query<{ happened_at: Date; action: string }>(
      'select happened_at, action from audit order by audit_id',
    )
    const moments = log.map(({ happened_at }) => happened_at.getTime())
    t.strictSame(
      moments,
      [...moments].sort((one, other) => one - other),
      'the log is in the order of time',
    )
    t.ok(Math.max(...moments) <= clock.now(), 'and nothing of it is to come')
    t.ok(
      log.some(({ action }) => action === 'rule.set_aside') && log.some(({ action }) => action === 'proposal.create'),
    )
    const elsewhere = await db.query(
      `select case_id, d::date as day from cases c, generate_series(c.about_from, c.about_to, interval '1 day') d
        where c.officer_id is not null and not exists (select from assignments a
          where a.officer_id = c.officer_id and a.during @> (d::date + time '09:00') at time zone 'Asia/Ho_Chi_Minh')`,
    )
    t.strictSame(elsewhere, [], 'officers write of days on which they served')
    const invented = await db.query(
      `select proposal_id from episode_proposals p where not exists (select from episodes e
        where e.unit_id = p.unit_id and e.local_day = p.local_day and e.rule = p.rule
          and (p.episode_id is null or e.episode_id = p.episode_id))`,
    )
    t.strictSame(invented, [], 'leaders ask about what was found')
  })

  await t.test('verify finds no difference', async (t) => {
    const { ratings, inbox, differences } = await server.verify()
    t.strictSame({ ratings, inbox, differences }, { ratings: sent.length, inbox: 0, differences: [] })
  })

  await t.test('misused tablets are set aside, by each rule, and nothing else is', async (t) => {
    const rows = await db.query<{ place: string; rule: number; count: number }>(
      `select u.name || ', ' || c.name as place, set_aside as rule, count(*)::int as count
         from verdicts join ratings using (rating_id) join counters c using (counter_id) join units u on u.unit_id = c.unit_id
        where set_aside <> 0 group by 1, 2 order by 1, 2`,
    )
    const stuffed = planScenario(simulation.to).planned.filter(({ taps }) => taps.length === 9).length
    t.strictSame(rows, [
      { place: 'Thị trấn Mộc Châu, Quầy 1', rule: 1, count: 1 },
      { place: 'Thị trấn Mộc Châu, Quầy 1', rule: 3, count: 2 },
      { place: 'Thị trấn Mộc Châu, Quầy 3', rule: 2, count: 21 },
      { place: 'Xã Chiềng Khương, Quầy 2', rule: 2, count: 8 * stuffed },
    ])
  })

  await t.test('dated as they were tapped, though they came late, from tablets with wrong clocks', async (t) => {
    const days = await db.query<{ local_day: string; count: number }>(
      `select local_day, count(*)::int as count from ratings group by 1 order by 1`,
    )
    t.ok(days.every(({ local_day }) => local_day >= simulation.from && local_day <= today))
    const [late] = await db.query<{ count: number }>(
      `select count(*)::int as count from moments join ratings using (rating_id) where received_day > local_day`,
    )
    t.ok((late?.count ?? 0) > 0, 'the commune’s tablets waited for their network')
    const wrong = sent.filter(({ rated_at }) => rated_at < '2025')
    t.ok(wrong.length > 0, 'one tablet’s clock ran two years behind')
    const steps = await db.query<{ local_day: string }>('select distinct local_day from steps')
    t.ok(steps.length > 15, `steps lie on ${steps.length} days`)
  })

  await t.test('overtime and an empty roster are noted, not thrown away', async (t) => {
    const [row] = await db.query<{ outside: number; nobody: number }>(
      `select count(*) filter (where noted::int & 1 <> 0)::int as outside, count(*) filter (where noted::int & 2 <> 0)::int as nobody
         from verdicts where set_aside = 0`,
    )
    t.ok((row?.outside ?? 0) > 0 && (row?.nobody ?? 0) > 0, JSON.stringify(row))
  })

  await t.test('moments older than 35 days are destroyed, younger ones stand', async (t) => {
    const edge = addDays(today, -35)
    const [row] = await db.query<{ old: number; young: number }>(
      `select count(*) filter (where received_day < '${edge}' and corrected_at is not null)::int as old,
              count(*) filter (where received_day >= '${edge}' and corrected_at is not null)::int as young from moments`,
    )
    t.equal(row?.old, 0)
    t.ok((row?.young ?? 0) > 0)
  })

  await t.test('every printed account logs in as its role and reads its own page', async (t) => {
    for (const { username, password, role } of accounts) {
      const entered = await server.stranger.post('/api/v1/session', { username, password })
      t.equal(entered.status, 201, username)
      t.strictSame(entered.body.roles, [role])
    }
    t.strictSame([...new Set(accounts.map(({ role }) => role))].sort(), [
      'administrator',
      'commission',
      'inspector',
      'officer',
      'unit_clerk',
      'unit_leader',
    ])
  })

  await t.test('the two officers’ own pages: one in full, one of few ratings', async (t) => {
    const rungs = []
    for (const { username, password, role } of accounts) {
      if (role !== 'officer') continue
      const { headers } = await server.stranger.post('/api/v1/session', { username, password })
      const cookie = String(headers['set-cookie']).split(';')[0] as string
      const { body } = await server.stranger.get(`/api/v1/reports/me?from=${simulation.from}&to=${today}`, { cookie })
      rungs.push(body.figure.rung)
    }
    t.equal(rungs[0], 'full')
    t.ok(['count', 'band'].includes(rungs[1]), rungs[1])
  })

  await t.test('each printed code pairs a tablet once, in its own unit', async (t) => {
    t.equal(tablets.length, 3)
    for (const { unit, code } of tablets) {
      const paired = await server.stranger.post('/api/v1/terminals/pair', { pairing_code: code })
      t.equal(paired.status, 201, unit)
      t.equal(paired.body.unit.name, unit)
      const again = await server.stranger.post('/api/v1/terminals/pair', { pairing_code: code })
      t.not(again.status, 201)
      const shown = await server.tablet(paired.body.terminal_token).get('/api/v1/terminal')
      t.ok(shown.body.duty_leader.name && shown.body.hotline, 'leader on duty and hotline')
    }
  })
})
