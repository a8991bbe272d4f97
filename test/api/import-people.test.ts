/** What imports make of people and their places: matched by code, number and name; clashes, absences, the closed past, roles. */
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { apply, bring, bringAndApply, countsOf, csv, rowsOf, told } from '../support/import-files.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const administrator = await api.staff('administrator')
const list = async (noun: string, unit: string) =>
  (await administrator.get(`/api/v1/${noun}?unit_id=${unit}`)).body.items

t.test('officers and counters: changed by code and by number, renamed, closed; two of one name; in use', async (t) => {
  const office = await createOffice(api.db, { counters: 2, officers: 0, name: 'Xã Người' })
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const people = csv('officer_code;officer;title', 'A;Lò Thị Hoa;Công chức', 'B;Lò Thị Hoa;', ';Cà Văn Một;')
  t.match(await bringAndApply(leader, people), { state: 'applied' })
  t.same(countsOf((await bring(leader, people)).body), { officers: [0, 0, 3, 0] })
  const unclear = await bring(leader, csv('counter;officer;starts_at', 'Quầy 1;Lò Thị Hoa;01/12/2026'))
  t.same(told(unclear.body), ['2 officer officer_ambiguous'])
  t.match(unclear.body.problems.items[0].details, { value: 'Lò Thị Hoa', count: 2 })
  t.match(await bringAndApply(leader, csv('counter;officer_code;starts_at', 'Quầy 1;B;01/12/2026')), {
    state: 'applied',
  })
  const [hoa] = (await list('officers', String(office.unit_id))).filter(({ code }: { code: string }) => code === 'B')
  const renamed = csv('officer_id;officer;officer_code;signed_on', `${hoa.officer_id};Lò Thị Hòa;B2;15/08/2025`)
  const { body } = await bring(leader, renamed)
  t.match(await rowsOf(leader, body.import_id), [
    {
      outcome: 'changed',
      changes: [
        { column: 'officer_code', from: 'B', to: 'B2' },
        { column: 'officer', from: 'Lò Thị Hoa', to: 'Lò Thị Hòa' },
        { column: 'signed_on', from: null, to: '15/08/2025' },
      ],
    },
  ])
  t.match(await apply(leader, body), { state: 'applied' })
  const closing = await bring(leader, csv('counter;active', 'Quầy 1;không', 'Quầy 2;no'))
  t.same(told(closing.body), ['2 active in_use', '3 active in_use'])
  t.match(closing.body.problems.items[0].details, { tablets: 1, assignments: 1 })
})

t.test('two trade what must be unique, and a new one takes what another gives up', async (t) => {
  const [one, two] = [await createOffice(api.db, { counters: 2, officers: 2 }), await createOffice(api.db)]
  await api.db.query(`update units set code = 'TRADE-' || unit_id where unit_id in ($1, $2)`, [
    one.unit_id,
    two.unit_id,
  ])
  await api.db.query(`update officers set code = 'O-' || officer_id where unit_id = $1`, [one.unit_id])
  const [o1, o2] = one.officers as [number, number]
  const [c1, c2] = one.counters as [number, number]
  const units = csv(
    'unit_id;unit_code;unit;kind',
    `${one.unit_id};TRADE-${two.unit_id};Xã Đổi Một;Xã`,
    `${two.unit_id};TRADE-${one.unit_id};Xã Đổi Hai;Xã`,
  )
  t.match(await bringAndApply(administrator, units), { state: 'applied' })
  const codes = await api.db.query('select unit_id, code, version from units where unit_id in ($1, $2) order by 1', [
    one.unit_id,
    two.unit_id,
  ])
  t.match(codes, [{ code: `TRADE-${two.unit_id}` }, { code: `TRADE-${one.unit_id}` }])
  const given = csv(
    'unit_id;unit_code;unit;kind',
    `${one.unit_id};MOI-1;Xã Đổi Một;Xã`,
    `;TRADE-${two.unit_id};Xã Đổi Ba;Xã`,
  )
  const unclear = await bring(administrator, given)
  t.same(
    told(unclear.body),
    ['3 unit duplicate_row'],
    'in one step the code still is the other one’s: told, with its line',
  )
  t.match(unclear.body.problems.items[0].details, { line: 2 })

  const people = csv(
    'unit_code;officer_id;officer_code;officer',
    `TRADE-${two.unit_id};${o1};O-${o2};Lò Đổi`,
    `TRADE-${two.unit_id};${o2};O-${o1};Cà Đổi`,
  )
  t.match(await bringAndApply(administrator, people), { state: 'applied' })
  t.match(await api.db.query('select code from officers where unit_id = $1 order by officer_id', [one.unit_id]), [
    { code: `O-${o2}` },
    { code: `O-${o1}` },
  ])
  const desks = csv(
    'unit_code;counter_id;counter',
    `TRADE-${two.unit_id};${c1};Quầy 2`,
    `TRADE-${two.unit_id};${c2};Quầy 1`,
    `TRADE-${two.unit_id};;Quầy 3`,
  )
  t.match(await bringAndApply(administrator, desks), { state: 'applied' })
  t.match(
    await api.db.query('select name, active from counters where unit_id = $1 order by counter_id', [one.unit_id]),
    [
      { name: 'Quầy 2', active: true },
      { name: 'Quầy 1', active: true },
      { name: 'Quầy 3', active: true },
    ],
  )
})

t.test(
  'assignments: clashes named, absences, the closed past; ratings of a changed time are counted anew',
  async (t) => {
    const office = await createOffice(api.db, { counters: 1, officers: 2, name: 'Xã Ca' })
    const [counter, [one, two]] = [office.counters[0] as number, office.officers as [number, number]]
    const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
    await assign(api.db, counter, one, '2026-11-01T00:00:00+07:00', '2026-11-23T00:00:00+07:00')
    const taps = Array.from({ length: 6 }, (_, i) =>
      rating({ rated_at: `2026-11-24T0${8 + Math.floor(i / 3)}:${i % 3}0:00+07:00` }),
    )
    await api.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(taps))
    await api.count()
    const head = 'counter;officer;starts_at;ends_at'
    const [first, second] = ['Xã Ca: cán bộ 1', 'Xã Ca: cán bộ 2']
    const bad = await bring(
      clerk,
      csv(
        head,
        `Quầy 1;${second};20/11/2026;21/11/2026`,
        `Quầy 1;${second};1/12/2026;`,
        `Quầy 1;${first};2/12/2026;3/12/2026`,
        `Quầy 1;${first};5/12/2026;4/12/2026`,
      ),
    )
    t.same(told(bad.body), [
      '2 starts_at assignment_clash',
      '4 starts_at assignment_clash',
      '5 ends_at assignment_backwards',
    ])
    t.match(bad.body.problems.items[0].details, { officer: first, from: '01/11/2026 00:00', to: '23/11/2026 00:00' })
    t.match(bad.body.problems.items[1].details, { officer: second, line: 3 })
    // The first one's end moves, the second one follows: two rows that only fit together.
    const good = csv(head, `Quầy 1;${first};01/11/2026;22/11/2026`, `Quầy 1;${second};22/11/2026 00:00;`)
    t.match(await bringAndApply(clerk, good), { state: 'applied' })
    t.same(countsOf((await bring(clerk, good)).body), { assignments: [0, 0, 2, 0] })
    const whose = async () => {
      await api.count()
      return api.db.query(
        `select officer_id, count(*)::int as n from verdicts join ratings using (rating_id) where unit_id = $1 group by 1`,
        [office.unit_id],
      )
    }
    t.same(await whose(), [{ officer_id: two, n: 6 }], 'nobody’s ratings are somebody’s now')
    const other = csv(head, `Quầy 1;${first};22/11/2026;`)
    t.match(await bringAndApply(clerk, other), { state: 'applied' })
    t.same(await whose(), [{ officer_id: one, n: 6 }])
    t.same((await api.verify()).differences, [])

    await api.db.query(
      `insert into absences (unit_id, officer_id, during) values ($1, $2, '[2027-01-04 00:00+07,2027-01-06 00:00+07)')`,
      [office.unit_id, two],
    )
    const away = await bring(clerk, csv(head, `Quầy 1;${first};22/11/2026;01/01/2027`, `Quầy 1;${second};05/01/2027;`))
    t.same(told(away.body), ['3 starts_at officer_absent'])
    const paused = csv(head, `Quầy 1;${first};22/11/2026;01/01/2027`, `Quầy 1;${second};03/01/2027;10/01/2027`)
    t.match(await bringAndApply(clerk, paused), { state: 'applied' })
    t.same(countsOf((await bring(clerk, paused)).body), { assignments: [0, 0, 2, 0] }, 'a pause is no change')
    const closed = await bring(
      clerk,
      csv(head, `Quầy 1;${first};01/11/2026;02/11/2026`, `Quầy 1;${second};01/11/2026;`),
    )
    t.ok(told(closed.body).includes('3 starts_at duplicate_row'))
    await api.db.query(
      `update assignments set during = '[2026-01-01,2026-02-01)' where officer_id = $1 and upper(during) < '2026-12-01'`,
      [one],
    )
    const past = await bring(clerk, csv(head, `Quầy 1;${second};01/01/2026 07:00;01/02/2026 07:00`))
    t.same(told(past.body), ['2 officer past_closed'])
  },
)

t.test('accounts: roles in their places, locks, no password, never the last administrator', async (t) => {
  const office = await createOffice(api.db, { officers: 1, name: 'Xã Tài Khoản' })
  const { body } = await bring(
    administrator,
    csv(
      'username;role;unit;officer;active',
      'hoa.1;Cán bộ;Xã Tài Khoản;;',
      'hoa.2;Lãnh đạo đơn vị;;;',
      'hoa.3;Quản trị tỉnh;Xã Tài Khoản;;',
      'hoa.4;Ban Dân vận;;Xã Tài Khoản: cán bộ 1;',
      'h!;Ban Dân vận;;;',
      'hoa.5;;;;',
      'hoa.6;inspector;;;',
      'HOA.6;inspector;;;',
    ),
  )
  t.same(told(body), [
    '2 officer required',
    '3 unit required',
    '4 unit role_needs_scope',
    '5 officer role_needs_scope',
    '6 username bad_username',
    '7 role account_unknown',
    '9 username duplicate_row',
  ])
  const good = csv(
    'username;role;unit;officer',
    'hoa.7;Ban Dân vận;;',
    'hoa.8;Cán bộ;Xã Tài Khoản;Xã Tài Khoản: cán bộ 1',
  )
  t.match(await bringAndApply(administrator, good), { invitations: 2 })
  t.same(countsOf((await bring(administrator, good)).body), { accounts: [0, 0, 2, 0] })
  const more = await bring(administrator, csv('username;role;unit;active', 'hoa.8;unit_clerk;Xã Tài Khoản;không'))
  t.match(await rowsOf(administrator, more.body.import_id), [
    {
      outcome: 'changed',
      changes: [
        { column: 'active', from: 'có', to: 'không' },
        { column: 'role', to: 'Cán bộ đầu mối (Xã Tài Khoản)' },
      ],
    },
  ])
  await api.db.query(`insert into sessions (token_hash, account_id, created_at, last_seen_at)
    select '\\x99', account_id, now(), now() from accounts where username = 'hoa.8'`)
  t.match(await apply(administrator, more.body), { state: 'applied', invitations: 0 })
  t.equal(
    (await api.db.query(`select from sessions where token_hash = '\\x99'`)).length,
    0,
    'whose rights change logs in again',
  )
  const [admins] = await api.db.query<{ names: string[] }>(
    `select array_agg(username) as names from accounts join account_roles using (account_id) where role = 'administrator'`,
  )
  const all = await bring(
    administrator,
    csv('username;role;active', ...(admins?.names ?? []).map((name) => `${name};administrator;no`)),
  )
  t.ok(told(all.body).some((problem) => problem.endsWith('last_administrator')))
  t.equal(office.officers.length, 1)
})
