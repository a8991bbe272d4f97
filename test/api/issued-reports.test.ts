/** Official reports: what the files say equals a count by hand; an issued one never changes; nobody gets another's. */
import { strFromU8, unzipSync } from 'fflate'
import { sql } from 'kysely'
import t from 'tap'
import { parseHead } from '../../server/audit/head-file.ts'
import { sealLot } from '../../server/audit/sealer.ts'
import { withScope } from '../../server/queries/database.ts'
import { takeNumber } from '../../server/queries/issued-reports.ts'
import { type Caller, startTestApp, type TestApp } from '../support/app.ts'
import { count, satisfied, wilson } from '../support/formulas.ts'
import { batch, type Office, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'
import { arrangeWeeks, NOW } from '../support/weeks.ts'

const reports = '/api/v1/issued-reports'
const span = { from: '2026-09-15', to: '2026-11-14' }
const covers = (more: object = {}) => `${reports}/draft?${new URLSearchParams({ ...span, ...more })}`

let server: TestApp
let weeks: Awaited<ReturnType<typeof arrangeWeeks>>
let home: Office
let away: Office
const who: Record<string, Caller> = {}
const as = (name: string) => who[name] as Caller

t.before(async () => {
  server = await startTestApp(t, { at: NOW })
  weeks = await arrangeWeeks(server)
  home = weeks.home
  away = weeks.away
  who.commission = await server.staff('commission')
  who.monitor = await server.staff('commission', { unit_id: home.unit_id })
  who.administrator = await server.staff('administrator')
  who.inspector = await server.staff('inspector')
  who.leader = await server.staff('unit_leader', { unit_id: home.unit_id })
  who.clerk = await server.staff('unit_clerk', { unit_id: home.unit_id })
})

const download = (name: string, url: string) => as(name).get(url)

/** Levels of the published steps of a unit in the span, by hand. */
function byHand(unit: Office) {
  const levels = weeks.published(span, (step) => unit.counters.includes(step.counter))
  return { levels, n: count(levels) }
}

const percent = (share: number) => `${(share * 100).toFixed(1).replace('.', ',')}`
const text = (docx: Uint8Array) =>
  strFromU8(unzipSync(docx)['word/document.xml'] as Uint8Array)
    .replaceAll(/<\/w:p>/g, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

t.test('no log-in, wrong role, foreign unit', async (t) => {
  for (const url of [reports, covers({ format: 'docx' }), `${reports}/1/file?format=pdf`, '/api/v1/letterheads']) {
    refused(t, await server.stranger.get(url), 401, 'login_required')
    for (const name of ['inspector', 'clerk']) refused(t, await as(name).get(url), 403, 'forbidden', `${name} ${url}`)
  }
  refused(t, await as('administrator').post(reports, span), 403, 'forbidden', 'an administrator signs nothing')
  const foreign = String(away.unit_id)
  for (const name of ['leader', 'monitor']) {
    refused(t, await as(name).post(reports, span), 403, 'forbidden', `${name}: the province`)
    refused(t, await as(name).get(covers({ format: 'docx' })), 403, 'forbidden')
    refused(t, await as(name).get('/api/v1/letterheads'), 403, 'forbidden')
    refused(t, await as(name).post(reports, { ...span, unit_id: foreign }), 404, 'not_found')
    refused(t, await as(name).get(covers({ format: 'csv', unit_id: foreign })), 404, 'not_found')
    refused(t, await as(name).get(`${reports}?unit_id=${foreign}`), 404, 'not_found')
    refused(t, await as(name).get(`/api/v1/letterheads?unit_id=${foreign}`), 404, 'not_found')
    refused(t, await as(name).patch(`/api/v1/letterheads?unit_id=${foreign}`, { place: 'X' }), 404, 'not_found')
  }
  refused(t, await as('commission').post(reports, { ...span, unit_id: '2147483647' }), 404, 'not_found')
})

t.test('days that cannot be reported on are refused by name', async (t) => {
  for (const bad of [
    { from: '2026-11-14', to: '2026-09-15' },
    { from: '2026-02-30', to: '2026-03-14' },
    { from: '2026-11-15', to: '2026-12-14' },
    { from: '2020-01-01', to: '2026-01-01' },
  ]) {
    refused(t, await as('commission').post(reports, bad), 400, 'invalid_range', JSON.stringify(bad))
    refused(
      t,
      await as('commission').get(`${reports}/draft?${new URLSearchParams({ ...bad, format: 'pdf' })}`),
      400,
      'invalid_range',
    )
  }
  refused(t, await as('commission').post(reports, { from: '2026-11-01' }), 400, 'invalid_body')
  refused(t, await as('commission').post(reports, { ...span, number: 7 }), 400, 'unknown_field')
  refused(t, await as('commission').get(covers({ format: 'odt' })), 400, 'invalid_query')
  refused(t, await as('commission').get(covers({ format: 'csv', table: 'counters' })), 400, 'invalid_query')
  refused(t, await as('commission').patch('/api/v1/letterheads', { form: 'army' }), 400, 'invalid_body')
})

t.test('a draft: the words and tables of the period, from published steps, by hand', async (t) => {
  const { status, file, headers } = await download('commission', covers({ format: 'docx' }))
  t.equal(status, 200)
  t.match(headers['content-type'], /wordprocessingml/)
  t.match(headers['content-disposition'], /attachment; filename="toan-tinh-2026-09-15-2026-11-14-du-thao\.docx"/)
  const words = text(file)
  for (const part of [
    'ĐẢNG CỘNG SẢN VIỆT NAM',
    'BAN DÂN VẬN',
    'DỰ THẢO',
    'I. TÌNH HÌNH TRIỂN KHAI',
    'II. KẾT QUẢ',
    'III. HẠN CHẾ',
    'IV. NHIỆM VỤ',
    'PHỤ LỤC',
  ]) {
    t.ok(words.includes(part), part)
  }
  t.ok(words.includes('từ 15/9/2026 đến 14/11/2026') || words.includes('Từ 15/9/2026 đến 14/11/2026'))
  t.ok(words.includes('Không dùng số liệu này làm căn cứ duy nhất'))
  const here = byHand(home)
  const there = byHand(away)
  const n = here.n + there.n
  const all = satisfied(here.levels) + satisfied(there.levels)
  const { lower, upper } = wilson(all, n)
  t.ok(words.includes(`Tỷ lệ hài lòng là ${percent(all / n)} %`), `${percent(all / n)} in ${words.slice(0, 2000)}`)
  t.ok(words.includes(`${percent(lower)}–${percent(upper)} %`))
  t.notMatch(words, /NaN|undefined|null|Infinity/)
  t.ok(words.indexOf('Phường Quyết Thắng') < words.indexOf('Xã Chiềng Khương'), 'in order of name')
})

t.test('a draft: visits and dossiers as they were told, and where nobody told any', async (t) => {
  const [first, second, third] = home.counters
  const here = async (from: string, to: string, more: object = { unit_id: String(home.unit_id) }) =>
    text(
      (await download('commission', `${reports}/draft?${new URLSearchParams({ from, to, format: 'docx', ...more })}`))
        .file,
    )
  const september = ['2026-09-15', '2026-10-14'] as const
  t.match(
    await here(...september),
    /Chưa có số lượt phục vụ nên không tính được tỷ lệ tham gia đánh giá\. Im lặng không/,
  )
  t.notMatch(await here(...september), /hồ sơ: .* trả trong ngày|phiếu giấy/)

  const tell = async (noun: string, body: object) =>
    t.match(await as('clerk').post(`/api/v1/${noun}`, body), { status: noun === 'visits' ? 200 : 201 })
  const october = ['2026-10-01', '2026-10-31'] as const
  const month = { from: october[0], to: october[1] }
  const ofFirst = count(weeks.published(month, ({ counter }) => counter === first))
  const ofAll = weeks.published(month, ({ counter }) => home.counters.includes(counter))
  await tell('visits', { entries: [{ counter_id: String(first), month: '2026-10', visits: 1000 }] })
  await tell('dossiers', {
    unit_id: String(home.unit_id),
    month: '2026-10',
    same_day: 800,
    early: 150,
    on_time: 48,
    overdue: 2,
  })
  const slips = (day: string, n: number) => ({ counter_id: String(first), day, slips: n })
  const told = { entries: [slips('2026-10-05', 4), slips('2026-10-31', 3), slips('2026-11-01', 90)] }
  t.equal((await as('clerk').post('/api/v1/paper-slips', told)).status, 200)
  const one = await here(...october)
  t.match(one, /Ngoài ra có 7 phiếu giấy được chuyển đi khi chưa mở; phiếu giấy không nằm trong/)
  const rate = (n: number) =>
    `${n} lượt đánh giá trên 1.000 lượt phục vụ (tỷ lệ tham gia đánh giá ${percent(n / 1000)} %)`
  t.ok(one.includes(`Nơi có số lượt phục vụ: ${rate(ofFirst)}`), rate(ofFirst))
  t.notMatch(one, /Manski/, 'no worst case from the visits of one counter alone')
  t.ok(
    one.includes(
      'Đã trả 1.000 hồ sơ: 800 (80,0 %) trả trong ngày, 150 (15,0 %) trước hạn, 48 (4,8 %) đúng hạn, 2 (0,2 %) quá hạn.',
    ),
    'dossiers by hand',
  )
  const province = await here(...october, {})
  t.ok(province.includes(`Tại 1 đơn vị có số lượt phục vụ: ${rate(ofFirst)}`), 'of how many units')
  t.match(province, /Ngoài ra có 7 phiếu giấy/)
  t.ok(province.includes('1 đơn vị có số liệu đã trả 1.000 hồ sơ'))
  const csv = (await download('commission', `${reports}/draft?${new URLSearchParams({ ...month, format: 'csv' })}`))
    .file
  const row = csv
    .toString('utf8')
    .split('\r\n')
    .find((line) => line.startsWith('Phường Quyết Thắng'))
  const cells = row?.split(';') ?? []
  t.equal(cells[4], '1000', 'visits in the table')
  t.equal(Number(cells[1]), Number(cells[2]) + Number(cells[3]), 'received, set aside, counted')
  t.ok(Number(cells[3]) >= 5)

  const visits = [
    { counter_id: String(second), month: '2026-10', visits: 500 },
    { counter_id: String(third), month: '2026-10', visits: 0 },
  ]
  await tell('visits', { entries: visits })
  const whole = await here(...october)
  const bounds = [satisfied(ofAll) / 1500, (satisfied(ofAll) + 1500 - count(ofAll)) / 1500].map(percent)
  t.ok(whole.includes(`nằm giữa ${bounds[0]} % `) && whole.includes(` và ${bounds[1]} % `), `${bounds}`)
  await tell('visits', {
    entries: [
      { counter_id: String(first), month: '2026-10', visits: 1 },
      { counter_id: String(second), month: '2026-10', visits: 1 },
    ],
  })
  t.match(await here(...october), /\(2\) ít hơn số lượt đánh giá \(\d+\) nên không tính tỷ lệ tham gia đánh giá/)
  const entries = [first, second, third].map((id) => ({ counter_id: String(id), month: '2026-10', visits: null }))
  await tell('visits', { entries })
})

t.test('a draft: cases due and answered in time, by hand; none due, none told', async (t) => {
  const october = { from: '2026-10-01', to: '2026-10-31' }
  const draft = async (more: object) =>
    (await download('commission', `${reports}/draft?${new URLSearchParams({ ...october, ...more })}`)).file
  t.notMatch(text(await draft({ format: 'docx' })), /việc cần xử lý/)
  t.notMatch((await draft({ format: 'csv' })).toString('utf8'), /Việc đến hạn/)
  const matter = (unit: Office, due: string, answered: string | null) =>
    server.db.query(
      `insert into cases (kind, unit_id, title, opened_by, opened_at, due_on, state, outcome, answer, answered_by, answered_at)
       select 'matter', $1, 'x', account_id, '2026-09-01', $2, $3, $4, $4, case when $4 = 'done' then account_id end, $5
         from (select min(account_id) as account_id from accounts) one`,
      [unit.unit_id, due, answered ? 'answered' : 'new', answered && 'done', answered && `${answered} 16:00+07`],
    )
  await matter(home, '2026-10-05', '2026-09-30')
  await matter(home, '2026-10-12', '2026-10-12')
  await matter(home, '2026-10-20', '2026-10-21')
  await matter(home, '2026-10-30', null)
  await matter(home, '2026-11-02', null)
  await matter(away, '2026-10-31', '2026-10-30')
  const one = text(await draft({ format: 'docx', unit_id: String(home.unit_id) }))
  t.ok(
    one.includes(
      'Trong kỳ có 4 việc cần xử lý đến hạn: 2 (50,0 %) được trả lời đúng hạn, 1 trả lời muộn, 1 quá hạn chưa trả lời.',
    ),
  )
  const all = text(await draft({ format: 'docx', language: 'en' }))
  t.ok(all.includes('5 cases were due in the period: 3 (60.0%) answered in time, 1 answered late, 1 overdue'), all)
  const lines = (await draft({ format: 'csv' })).toString('utf8').split('\r\n')
  const cells = (start: string) =>
    lines
      .find((line) => line.startsWith(start))
      ?.split(';')
      .slice(-2)
  t.match(lines[0], /;Việc đến hạn;Đúng hạn$/)
  t.same(
    [cells('Phường Quyết Thắng'), cells('Xã Chiềng Khương')],
    [
      ['4', '2'],
      ['1', '1'],
    ],
  )
  await server.db.query('delete from cases')
})

t.test('tables as CSV and XLSX carry the same numbers, as numbers', async (t) => {
  const here = byHand(home)
  const { file, headers } = await download('commission', covers({ format: 'csv' }))
  t.match(headers['content-type'], /text\/csv; charset=utf-8/)
  const csv = file.toString('utf8')
  t.equal(csv.charCodeAt(0), 0xfeff, 'Excel needs the mark')
  const row = csv.split('\r\n').find((line) => line.startsWith('Phường Quyết Thắng')) ?? ''
  t.equal(row.split(';')[3], String(here.n))
  t.equal(Number(row.split(';')[4]?.replace(',', '.')), Math.round((satisfied(here.levels) / here.n) * 1e6) / 1e4)
  const english = (await download('commission', covers({ format: 'csv', language: 'en' }))).file.toString('utf8')
  t.ok(
    english
      .split('\r\n')
      .some((line) => line.startsWith('Phường Quyết Thắng,') && line.split(',')[3] === String(here.n)),
  )
  const book = unzipSync((await download('commission', covers({ format: 'xlsx' }))).file)
  const sheet = strFromU8(book['xl/worksheets/sheet1.xml'] as Uint8Array)
  t.ok(sheet.includes(`<v>${here.n}</v>`), 'a number cell')
  t.ok(sheet.includes(`<v>${satisfied(here.levels) / here.n}</v>`), 'the share unrounded')
  t.notOk(sheet.includes('autoFilter'), 'nothing to sort scores with')
})

t.test('too few ratings: no figure, and no commitment beside it', async (t) => {
  const rows = async (unit: Office) => {
    const asked = covers({ format: 'csv', table: 'commitments', unit_id: String(unit.unit_id) })
    return (await download('commission', asked)).file.toString('utf8').trim().split('\r\n').slice(1)
  }
  t.equal(byHand(away).n, 0, 'three ratings wait')
  // What corrections leave of a step may be fewer than five.
  await server.db.query(
    `insert into steps (unit_id, counter_id, set_aside, local_day, changes, n5, marks)
     select $1, $2, false, '2026-11-03', 7, 3, marks from steps where unit_id = $3 and cardinality(marks) > 0 limit 1`,
    [away.unit_id, away.counters[0], home.unit_id],
  )
  t.same(await rows(away), [])
  t.ok((await rows(home)).length > 5)
  await server.db.query('delete from steps where unit_id = $1', [away.unit_id])
})

t.test('a name that Excel would take for a formula is a text', async (t) => {
  await server.db.query(`update counters set name = '=HYPERLINK("http://x")' where counter_id = $1`, [home.counters[1]])
  const asked = covers({ format: 'csv', unit_id: String(home.unit_id) })
  const csv = (await download('leader', asked)).file.toString('utf8')
  t.ok(csv.includes(`"'=HYPERLINK(""http://x"")"`))
  const book = unzipSync((await download('leader', asked.replace('csv', 'xlsx'))).file)
  const all = Object.entries(book)
    .filter(([name]) => name.endsWith('.xml'))
    .map(([, xml]) => strFromU8(xml))
    .join('')
  t.notOk(all.includes('<f>'), 'no formula cell')
  await server.db.query(`update counters set name = 'Quầy 2' where counter_id = $1`, [home.counters[1]])
})

t.test('an issued report is frozen: number, cut-off and bytes stay, whatever comes later', async (t) => {
  const before = byHand(home)
  const { status, body } = await as('leader').post(reports, { ...span, unit_id: String(home.unit_id) })
  t.equal(status, 201)
  t.match(body, { number: 1, year: 2026, ...span, language: 'vi', unit: { name: 'Phường Quyết Thắng' } })
  t.equal(body.cut_off, new Date(NOW).toISOString())
  const url = `${reports}/${body.issued_report_id}/file?format=`
  const files = await Promise.all(['docx', 'pdf', 'xlsx'].map((format) => download('leader', `${url}${format}`)))
  t.ok(text(files[0]?.file as Buffer).includes('Số: 1/BC-UBND'))
  t.ok(text(files[0]?.file as Buffer).includes(`tính trên ${before.n} lượt đánh giá`))
  const pdf = files[1]?.file.toString('latin1') ?? ''
  t.ok(pdf.startsWith('%PDF-') && pdf.includes('/FontFile2') && (pdf.match(/\/Type \/Page\b/g) ?? []).length >= 2)

  // Ten more ratings of that period arrive late and are published.
  const late = Array.from({ length: 10 }, (_, minute) =>
    rating({ level: 1, rated_at: `2026-10-20T15:${10 + minute}:00+07:00` }),
  )
  const sent = await server.tablet(home.tablets[0]?.token as string).post('/api/v1/ratings', batch(late))
  t.same(
    sent.body.results.map(({ status: each }: { status: string }) => each),
    late.map(() => 'stored'),
  )
  await server.count()
  const draft = text((await download('leader', covers({ format: 'docx', unit_id: String(home.unit_id) }))).file)
  t.notOk(draft.includes(`tính trên ${before.n} lượt đánh giá`), 'a draft moves on')
  for (const [place, format] of ['docx', 'pdf', 'xlsx'].entries()) {
    const again = await download('leader', `${url}${format}`)
    t.ok(again.file.equals(files[place]?.file as Buffer), `${format}: the same bytes`)
  }
  for (const role of ['hai_long_app', 'hai_long_count', 'hai_long_ingest']) {
    const [may] = await server.db.query<{ any: boolean }>(
      `select has_table_privilege($1, 'issued_reports', 'update') or has_table_privilege($1, 'issued_reports', 'delete') as any`,
      [role],
    )
    t.equal(may?.any, false, role)
  }
})

t.test('numbers count by scope and year without a gap, also when two are issued at once', async (t) => {
  const made = await Promise.all(Array.from({ length: 3 }, () => as('commission').post(reports, span)))
  t.same(made.map(({ body }) => body.number).sort(), [1, 2, 3])
  server.clock.set('2027-01-04T09:00:00+07:00')
  const next = await as('commission').post(reports, { from: '2026-10-15', to: '2026-12-31', language: 'en' })
  t.match(next.body, { number: 1, year: 2027, language: 'en', unit: null })
  server.clock.set(NOW)
  const list = await as('commission').get(`${reports}?limit=2`)
  t.equal(list.body.items.length, 2)
  const rest = await as('commission').get(`${reports}?limit=100&cursor=${list.body.next_cursor}`)
  t.equal(rest.body.items.length, 3)
  const own = await as('leader').get(reports)
  t.same(
    own.body.items.map(({ unit }: { unit: { unit_id: string } }) => unit.unit_id),
    [String(home.unit_id)],
  )
  refused(t, await as('leader').get(`${reports}/${next.body.issued_report_id}/file?format=pdf`), 404, 'not_found')
})

t.test('many who issue at once wait their turn, and nobody else waits for them', async (t) => {
  const unit_id = String(home.unit_id)
  const issuing = Array.from({ length: 14 }, () => as('leader').post(reports, { ...span, unit_id }))
  await Promise.race(issuing)
  const app = server.pools.sizes().find(({ pool }) => pool === 'app')
  t.ok(app && app.busy <= 2 && app.wanted === 0, `${JSON.stringify(app)}: who waits holds no connection`)
  const made = await Promise.all(issuing)
  t.same(
    made.map(({ status }) => status),
    made.map(() => 201),
    'more than there are connections',
  )
  t.equal(new Set(made.map(({ body }) => body.number)).size, 14)
})

t.test('files that a slow box draws for minutes do not lose their transaction', async (t) => {
  const scope = { account_id: null, roles: ['commission'], units: 'all', officer_id: null } as const
  const rests = await withScope(server.pools.app, scope, async (trx) => {
    await takeNumber(trx, null, 2030)
    const { rows } = await sql<{
      rest: string
    }>`select current_setting('idle_in_transaction_session_timeout') as rest`.execute(trx)
    return rows[0]?.rest
  })
  t.equal(rests, '10min')
})

t.test('tablets that are silent are those of the units it speaks of', async (t) => {
  const words = async (more: object = {}) =>
    text((await download('commission', covers({ format: 'docx', ...more }))).file)
  const contact = (unit: Office, at: string) =>
    server.db.query(
      `insert into terminal_contacts (terminal_id, unit_id, last_contact_at) select terminal_id, unit_id, $2 from terminals where unit_id = $1
       on conflict (terminal_id) do update set last_contact_at = excluded.last_contact_at`,
      [unit.unit_id, at],
    )
  await contact(home, NOW)
  await contact(away, '2026-01-02T09:00:00+07:00')
  t.match(await words(), /máy không liên lạc quá 24 giờ lúc chốt số liệu/)
  await server.db.query(`update units set valid_to = '2026-07-01' where unit_id = $1`, [away.unit_id])
  t.match(await words(), /Toàn tỉnh có 1 đơn vị .*máy tính bảng đánh giá đều có liên lạc trong 24 giờ/s)
  const closed = await words({ unit_id: String(away.unit_id) })
  t.match(closed, /không liên lạc quá 24 giờ/, 'of the closed unit itself all that is there')
  t.notMatch(closed, /bố trí 0 quầy/)
  await server.db.query('update units set valid_to = null where unit_id = $1', [away.unit_id])
})

t.test('a name pasted out of a document is drawn and issued like any other', async (t) => {
  await server.db.query('update counters set name = $2 where counter_id = $1', [
    home.counters[0],
    'Quầy\u000bmột\uFFFE',
  ])
  const unit_id = String(home.unit_id)
  t.ok(text((await download('leader', covers({ format: 'docx', unit_id }))).file).includes('Quầy một'))
  t.equal((await as('leader').post(reports, { ...span, unit_id })).status, 201)
  await server.db.query(`update counters set name = 'Quầy 1' where counter_id = $1`, [home.counters[0]])
})

t.test('letterheads are kept by those who write under them; releases and exports are in the audit log', async (t) => {
  const url = `/api/v1/letterheads?unit_id=${home.unit_id}`
  t.match((await as('leader').get(url)).body, { form: 'state', superior: '', code: 'BC-UBND' })
  const { body } = (await as('leader').get(url)).body
  t.equal(
    body.replaceAll('\u00a0', ' '),
    'ỦY BAN NHÂN DÂN PHƯỜNG QUYẾT THẮNG',
    'a committee and its place, under nobody',
  )
  const changed = await as('leader').patch(url, { signer_name: 'Cầm Thị Ánh', recipients: [' Lưu VP ', ''] })
  t.match(changed.body, { form: 'state', signer_name: 'Cầm Thị Ánh', recipients: ['Lưu VP'] })
  const words = text((await download('leader', covers({ format: 'docx', unit_id: String(home.unit_id) }))).file)
  t.ok(words.includes('Cầm Thị Ánh') && words.includes('- Lưu VP'))
  const actions = await server.db.query<{ action: string; n: number }>(
    `select action, count(*)::int as n from audit where action ~ '^(report|letterhead)' group by 1 order by 1`,
  )
  t.same(
    actions.map(({ action }) => action),
    ['letterhead.change', 'report.download', 'report.export', 'report.issue'],
  )
  t.equal(actions.find(({ action }) => action === 'report.issue')?.n, 20)
})

t.test('the foot names the cut-off and the sealed head of the log, and an issued report keeps it', async (t) => {
  const foot = (words: string) => /Mã niêm phong nhật ký: (\d+-[0-9a-f]{64})/.exec(words)?.[1]
  const asked = covers({ format: 'docx', unit_id: String(home.unit_id) })
  const client = await server.pools.openCountClient()
  t.teardown(() => client.end())
  const head = await sealLot(client, server.keys.audit)
  t.ok((head?.seals ?? 0) > 0)
  const all = (file: Buffer) =>
    Object.entries(unzipSync(file))
      .map(([, xml]) => strFromU8(xml))
      .join('')
  const printed = foot(all((await download('leader', asked)).file))
  t.same(parseHead(printed ?? ''), head)
  const { body } = await as('leader').post(reports, {
    from: '2026-10-01',
    to: '2026-10-31',
    unit_id: String(home.unit_id),
  })
  t.equal(body.audit_head, printed)
  t.not((await sealLot(client, server.keys.audit))?.seals, head?.seals, 'the log has moved on')
  const kept = await download('leader', `${reports}/${body.issued_report_id}/file?format=docx`)
  t.equal(foot(all(kept.file)), printed)
})
