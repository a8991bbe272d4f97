/** What citizens wrote is masked before it is read and destroyed in time; a closed month tells nobody who came after whom. */
import { pino } from 'pino'
import t from 'tap'
import { destroyOldMoments, REMARKS_DAYS } from '../../server/count/retention.ts'
import { rewriteClosedMonths } from '../../server/count/rewrite.ts'
import { maskRemark, officerPattern } from '../../server/domain/masking.ts'
import { rewriteMonth } from '../../server/queries/retention.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'

const quiet = pino({ level: 'silent' })
const noon = (day: string) => Date.parse(`${day}T12:00:00+07:00`)

t.test('masking: what names or finds a person goes, everything else stays', async (t) => {
  const officers = officerPattern(['Lò Thị Thảo', 'Cầm Văn Đức', 'Nguyễn Thị Hoa', 'Vừ A Dế'])
  const cases: [string, string][] = [
    ['Gọi cho tôi số 0912 345 678 nhé', 'Gọi cho tôi số [số điện thoại] nhé'],
    ['+84.912.345.678', '[số điện thoại]'],
    ['0212.3852.123', '[số điện thoại]'],
    ['０９１２３４５６７８', '[số điện thoại]'],
    ['CCCD 014203004567, CMND 050 123 456', 'CCCD [số giấy tờ], CMND [số giấy tờ]'],
    ['xe 26A-123.45, 26-B1 234.56, 26b1-2345', 'xe [biển số], [biển số], [biển số]'],
    ['thư a.b+c@xa.sonla.gov.vn.', 'thư [thư điện tử].'],
    ['Chị Thảo nhẹ nhàng', '[tên cán bộ] nhẹ nhàng'],
    ['chi thao nhe nhang', '[tên cán bộ] nhe nhang'],
    ['CHỊ THẢO', '[tên cán bộ]'],
    ['Lo Thi Thao và cầm văn đức', '[tên cán bộ] và [tên cán bộ]'],
    ['đồng chí Văn Đức 🙂 ông Dế', '[tên cán bộ] 🙂 [tên cán bộ]'],
    ['Vu\u031B\u0300 A De\u0302\u0301 (tổ hợp)', '[tên cán bộ] (tổ hợp)'],
    ['Hoa ở quầy đẹp, cô Hoa thì không', 'Hoa ở quầy đẹp, [tên cán bộ] thì không'],
    ['người đức độ, thảo dân, chị Thảolan', 'người đức độ, thảo dân, chị Thảolan'],
    [
      'chờ 30 phút, 2 lần, 120 000 đồng, ngày 20/11/2026 lúc 8h30',
      'chờ 30 phút, 2 lần, 120 000 đồng, ngày 20/11/2026 lúc 8h30',
    ],
    ['quầy 1 nhanh', 'quầy 1 nhanh'],
    ['máy bàn (0212) 3852 123 hoặc (0212)3852123', 'máy bàn [số điện thoại] hoặc [số điện thoại]'],
    ['0912/345/678, 0912_345_678, 0912,345,678', '[số điện thoại], [số điện thoại], [số điện thoại]'],
    ['hộ chiếu B1234567, C12345678', 'hộ chiếu [số giấy tờ], [số giấy tờ]'],
    ['thư a@b.vn_c@d.vn, e@f', 'thư [thư điện tử][thư điện tử], e@f'],
    ['thư a.b @ gmail.com', 'thư [thư điện tử]'],
    ['hẹn 20-11-2026, rồi 5.12.2026 lúc 8 giờ', 'hẹn 20-11-2026, rồi 5.12.2026 lúc 8 giờ'],
    [
      'cán bộ tên Thảo, tên là Thảo, chị-Thảo, Mr. Đức',
      'cán bộ [tên cán bộ], [tên cán bộ], [tên cán bộ], [tên cán bộ]',
    ],
    ['Lò Thảo và ông Cầm Đức', '[tên cán bộ] và [tên cán bộ]'],
  ]
  for (const [text, masked] of cases) t.equal(maskRemark(text, officers), masked.normalize('NFC'), text)
  t.equal(maskRemark('chị Thảo', null), 'chị Thảo', 'a unit without officers')
  t.equal(officerPattern([]), null)
  const started = performance.now()
  maskRemark('chị '.repeat(250), officerPattern(Array.from({ length: 300 }, (_, n) => `Lò Thị Thảo${n}`)))
  maskRemark('0 '.repeat(500), null)
  maskRemark(`${'a.'.repeat(499)}@`, null)
  // 6,000 letters once composed.
  maskRemark('㌖'.repeat(1000), null)
  t.ok(performance.now() - started < 5000, 'nothing that a citizen types makes it run for long')
})

async function office(api: TestApp) {
  const made = await createOffice(api.db, { name: 'Xã Chiềng Ơn' })
  await api.db.query('update officers set name = $1 where officer_id = $2', ['Lò Thị Thảo', made.officers[0]])
  await assign(api.db, made.counters[0] as number, made.officers[0] as number, '2026-01-01T00:00:00+07:00')
  return made
}

t.test('a remark is masked when it is counted, and nobody reads it before', async (t) => {
  const api = await startTestApp(t)
  const { unit_id, tablets } = await office(api)
  const words = Array.from({ length: 5 }, (_, n) => `chi thao so ${n}, goi 091234567${n}`)
  await api
    .tablet(tablets[0]?.token as string)
    .post(
      '/api/v1/ratings',
      batch(words.map((comment, n) => rating({ comment, rated_at: `2026-11-23T1${n}:00:00+07:00` }))),
    )
  const leader = await api.staff('unit_leader', { unit_id })
  const read = async () => (await leader.get(`/api/v1/reports/units/${unit_id}/remarks`)).body.items
  t.same(await read(), [])
  await api.count()
  const shown = await read()
  t.equal(shown.length, 5)
  t.match(shown[0].text, /^\[tên cán bộ\] so \d, goi \[số điện thoại\]$/)
})

t.test(
  'raw words go after 90 days, masked once more with the names known by then; the run is in the log',
  async (t) => {
    const api = await startTestApp(t)
    const { unit_id, counters, tablets } = await office(api)
    const tablet = api.tablet(tablets[0]?.token as string)
    await tablet.post(
      '/api/v1/ratings',
      batch([rating({ comment: 'anh Sùng thu tiền, 0912345678', rated_at: '2026-11-23T10:00:00+07:00' })]),
    )
    await api.db.query(
      `insert into quarantine (rating_id, unit_id, sent_by_terminal_id, reason, received_at, content_mac, body)
       values (gen_random_uuid(), $1, 1, 'terminal_revoked', '2026-11-23T12:00:00+07:00', '\\x00',
               '{"rating": {"level": 5, "comment": "trong hàng chờ"}}')`,
      [unit_id],
    )
    await api.count()
    const rows = () => api.db.query<{ remark: string | null; masked: string }>('select remark, masked from remarks')
    t.match(await rows(), [{ remark: /Sùng/, masked: 'anh Sùng thu tiền, [số điện thoại]' }])
    await api.db.query(`insert into officers (unit_id, name) values ($1, 'Vừ A Sùng')`, [unit_id])
    const client = await api.pools.openCountClient()
    t.teardown(() => client.end())
    const retain = (day: number) => destroyOldMoments(client, noon('2026-11-23') + day * 86_400_000 + 1000, quiet)
    t.equal((await (await api.staff('unit_leader', { unit_id })).get('/api/v1/units')).status, 200)
    await retain(REMARKS_DAYS)
    t.match(await rows(), [{ remark: /Sùng/ }], 'the ninetieth day')
    await retain(REMARKS_DAYS + 1)
    t.same(await rows(), [{ remark: null, masked: '[tên cán bộ] thu tiền, [số điện thoại]' }])
    await retain(REMARKS_DAYS + 2)
    const [waiting] = await api.db.query<{ body: object }>('select body from quarantine')
    t.notOk(JSON.stringify(waiting).includes('hàng chờ'), 'nor do they stay in quarantine')
    t.match(JSON.stringify(waiting), /"level"/, 'the rating itself does')
    const log = await api.db.query<{ happened_at: Date; detail: object }>(
      `select happened_at, detail from audit where action = 'retention.run' order by audit_id`,
    )
    t.same(
      log.map(({ happened_at }) => happened_at.getTime()),
      [0, 1, 2].map((more) => noon('2026-11-23') + (REMARKS_DAYS + more) * 86_400_000),
      'by the clock of whoever destroys, and of that the hour',
    )
    t.match(log, [{ detail: { remarks: 0 } }, { detail: { remarks: 1, quarantined: 1 } }, { detail: { remarks: 0 } }])
    // The leader's session of the first day, and what else is kept for a day: each run says how many went.
    const passing = { login_failures: 0, account_links: 0, trusted_devices: 0, imports: 0 }
    t.match(log, [
      { detail: { sessions: 1, ...passing } },
      { detail: { sessions: 0, ...passing } },
      { detail: passing },
    ])
    t.ok(counters.length > 0)
  },
)

/** Ratings of a month in an order that is not that of their ids, each in a transaction of its own. */
async function fillMonth(api: TestApp, month: string, n: number, closed = true): Promise<void> {
  for (let item = 0; item < n; item += 1) {
    await api.db.query(
      `with r as (insert into ratings (rating_id, unit_id, counter_id, terminal_id, local_day, level, time_quality, language)
         values (gen_random_uuid(), 1, 1, 1, $1, 1 + $2::integer % 5, 2, 'vi') returning rating_id),
       m as (insert into moments (rating_id, unit_id, counter_id, terminal_id, corrected_at, received_day, content_mac)
         select rating_id, 1, 1, 1, case when $3 then null else now() end, $1, '\\x00' from r),
       v as (insert into verdicts (rating_id, officer_id, rules_version) select rating_id, 1, 1::"char" from r)
       insert into remarks (rating_id, unit_id, counter_id, local_day, remark, masked) select rating_id, 1, 1, $1, 'x', 'x' from r`,
      [`${month}-1${item % 9}`, item, closed],
    )
  }
}
const tables = ['ratings', 'verdicts', 'remarks', 'moments']
const traces = (api: TestApp, table: string, month: string) =>
  api.db.query<{ rating_id: string; written_by: string }>(
    `select rating_id, t.xmin::text as written_by from ${table} t
      where rating_id in (select rating_id from ratings where to_char(local_day, 'YYYY-MM') = $1) order by t.ctid`,
    [month],
  )
const content = async (api: TestApp) =>
  Promise.all(
    tables.map((table) =>
      api.db.query(`select md5(string_agg(t::text, '|' order by t::text)) as digest from ${table} t`),
    ),
  )

t.test(
  'a closed month is written anew in order of id: neither place nor transaction of a row tells when it came',
  async (t) => {
    const api = await startTestApp(t)
    await fillMonth(api, '2026-08', 30)
    await fillMonth(api, '2026-10', 12)
    const ids = (rows: { rating_id: string }[]) => rows.map(({ rating_id }) => rating_id)
    const before = await traces(api, 'ratings', '2026-08')
    t.notSame(ids(before), ids(before).sort(), 'they lie as they came')
    t.equal(new Set(before.map(({ written_by }) => written_by)).size, 30, 'and each bears its own transaction')
    const all = await content(api)
    const client = await api.pools.openCountClient()
    t.teardown(() => client.end())
    t.equal(await rewriteClosedMonths(client, noon('2026-11-24'), 35), 30, 'October is not closed yet')
    t.same(await content(api), all, 'not a bit of what was said is another')
    for (const table of tables) {
      const after = await traces(api, table, '2026-08')
      t.same(ids(after), ids(after).sort(), `${table}: in order of id`)
      t.equal(new Set(after.map(({ written_by }) => written_by)).size, 1, `${table}: one transaction`)
    }
    t.equal(await rewriteClosedMonths(client, noon('2026-11-24'), 35), 0, 'once is enough')

    await fillMonth(api, '2026-08', 1)
    t.equal(await rewriteClosedMonths(client, noon('2026-11-25'), 35), 31, 'a late one is written in among the others')
    t.equal(new Set((await traces(api, 'ratings', '2026-08')).map(({ written_by }) => written_by)).size, 1)
    await fillMonth(api, '2026-08', 1, false)
    t.equal(await rewriteClosedMonths(client, noon('2026-11-26'), 35), 0, 'not while its moment is known')
    await t.rejects(rewriteMonth(client, '2026-08-01', null, 100), { code: '55000' }, 'the database refuses as well')
    t.match(
      await api.db.query(`select subject, detail from audit where action = 'retention.rewrite' order by audit_id`),
      [
        { subject: { month: '2026-08-01' }, detail: { ratings: 30 } },
        { subject: { month: '2026-08-01' }, detail: { ratings: 31 } },
      ],
    )
  },
)

t.test('batch by batch; one that fails leaves everything as it was, and the next run goes on', async (t) => {
  const api = await startTestApp(t)
  await fillMonth(api, '2026-08', 25)
  const all = await content(api)
  const client = await api.pools.openCountClient()
  t.teardown(() => client.end())
  await client.query('begin')
  t.match(await rewriteMonth(client, '2026-08-01', null, 10), { moved: 10 })
  await client.query('rollback')
  t.same(await content(api), all)
  // The run is cut off after its first batch: the second one meets a moment that is known again.
  const sorted = await api.db.query<{ rating_id: string }>('select rating_id from ratings order by rating_id')
  await api.db.query('update moments set corrected_at = now() where rating_id = $1', [sorted[15]?.rating_id])
  await api.db.query(`insert into month_rewrites values ('2026-08-01', 25, $1, null)`, [sorted[9]?.rating_id])
  await t.rejects(rewriteMonth(client, '2026-08-01', sorted[9]?.rating_id ?? null, 10), { code: '55000' })
  await api.db.query('update moments set corrected_at = null')
  t.equal(await rewriteClosedMonths(client, noon('2026-11-24'), 35, 10), 15, 'what is left, in two batches')
  t.same((await content(api))[0], all[0])
  t.match(await api.db.query('select * from month_rewrites'), [{ through: null, finished_on: '2026-11-24' }])
})

t.test(
  'no role of the server changes or deletes what a citizen said; the function puts back the same rows and no others',
  async (t) => {
    const api = await startTestApp(t)
    await fillMonth(api, '2026-08', 3)
    const { app, count, ingest } = api.pools
    for (const role of [count, ingest]) {
      for (const deed of [
        'update ratings set level = 5',
        'delete from ratings',
        'truncate ratings',
        `update ratings set local_day = '2026-01-01'`,
        'delete from remarks',
        `update remarks set unit_id = 2`,
        'alter table ratings disable row level security',
      ]) {
        await t.rejects(role.query(deed), { code: '42501' }, deed)
      }
    }
    const { sql } = await import('kysely')
    for (const deed of [
      'update ratings set level = 5',
      'delete from ratings',
      `select rewrite_month('2026-08-01', null, 10)`,
    ]) {
      await t.rejects(sql.raw(deed).execute(app), { code: '42501' }, `staff: ${deed}`)
    }
    await t.rejects(ingest.query(`select rewrite_month('2026-08-01', null, 10)`), { code: '42501' })
    await t.rejects(ingest.query(`update remarks set remark = 'x'`), { code: '42501' })
  },
)
