/** What is held about an officer: theirs and the administrator's alone, written down, whole, and no more than the pages show. */
import t from 'tap'
import { deedText } from '../../server/documents/deed-words.ts'
import { startTestApp } from '../support/app.ts'
import { readSheets } from '../support/import-files.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'
import { pageWords } from '../support/staff-page.ts'

const api = await startTestApp(t, { at: '2026-11-24T10:00:00+07:00' })
const office = await createOffice(api.db, { counters: 1, officers: 2, name: 'Xã Riêng' })
const [one, two] = office.officers as [number, number]
await assign(api.db, office.counters[0] as number, one, '2026-11-02T07:30:00+07:00', '2026-11-24T09:00:00+07:00')
await assign(api.db, office.counters[0] as number, two, '2026-11-24T09:00:00+07:00')
const officer = await api.staff('officer', { officer_id: one })
const administrator = await api.staff('administrator')
const path = (id: number | string) => `/api/v1/officers/${id}/data`

t.test('no log-in, wrong role, somebody else', async (t) => {
  refused(t, await api.stranger.get(path(one)), 401, 'login_required')
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  refused(t, await leader.get(path(one)), 403, 'forbidden')
  refused(t, await officer.get(path(two)), 404, 'not_found')
  refused(t, await administrator.get(path(999_999)), 404, 'not_found')
})

t.test('everything of one officer, figures by steps alone, nothing of the other one', async (t) => {
  const rate = (count: number, time: string, comment?: string) =>
    api.tablet(office.tablets[0]?.token as string).post(
      '/api/v1/ratings',
      batch(
        Array.from({ length: count }, (_, i) =>
          rating({
            rated_at: `2026-11-${10 + i}T${time}:00+07:00`,
            marks: [{ commitment: 'always_smile', kept: true }],
            ...(comment ? { comment } : {}),
          }),
        ),
      ),
    )
  await rate(7, '08:00', 'Cán bộ rất tốt')
  await api.count()
  await api.db.query(
    `insert into absences (unit_id, officer_id, during) values ($1, $2, '[2026-12-01 00:00+07,2026-12-02 00:00+07)')`,
    [office.unit_id, one],
  )
  const doubt = {
    counter_id: String(office.counters[0]),
    day: '2026-11-10',
    part: 'morning',
    note: 'Hôm đó tôi đi họp',
  }
  const raised = await officer.post('/api/v1/roster-doubts', doubt)
  t.equal(raised.status, 201)
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const stands = { outcome: 'stands', answer: 'Đã đối chiếu' }
  t.equal((await leader.patch(`/api/v1/roster-doubts/${raised.body.doubt_id}`, stands)).status, 200)
  const days = { from: '2026-11-10', to: '2026-11-11', words: '=Máy hỏng' }
  const explained = await officer.post('/api/v1/cases', { kind: 'explanation', ...days })
  const ended = { outcome: 'noted', answer: 'Đã rõ' }
  t.equal((await leader.patch(`/api/v1/cases/${explained.body.case_id}`, ended)).status, 200)
  const reviewed = await officer.post('/api/v1/cases', { kind: 'review', ...days, words: 'Xem lại giúp' })
  const advice = { advice: 'uphold', text: 'Đúng vậy' }
  t.equal((await leader.patch(`/api/v1/cases/${reviewed.body.case_id}`, advice)).status, 200)
  t.equal((await administrator.patch(`/api/v1/officers/${one}`, { title: '=cmd' })).status, 200)
  // A role that ended, a device that is trusted, a deed of their own that is about nobody.
  await api.db.query(
    `with own as (select account_id from account_roles where officer_id = $1),
       role as (insert into account_roles (account_id, role, unit_id, granted_at, ended_at)
         select account_id, 'unit_clerk', $2, '2026-01-01 00:00+07', '2026-06-01 00:00+07' from own),
       device as (insert into trusted_devices (token_hash, account_id, created_at, expires_at)
         select '\\x01', account_id, '2026-11-01 00:00+07', '2026-12-01 00:00+07' from own)
     insert into audit (happened_at, account_id, action, subject, detail)
       select '2026-11-23 09:00+07', account_id, 'report.export', '{}', '{}' from own`,
    [one, office.unit_id],
  )

  const answer = await officer.get(path(one))
  t.equal(answer.status, 200)
  const sheets = new Map((await readSheets(answer.file)).map(({ sheet, data }) => [sheet, data]))
  t.equal(sheets.size, 15)
  t.match(sheets.get('Cán bộ')?.[1], ['Xã Riêng', null, 'Xã Riêng: cán bộ 1', "'=cmd"])
  t.same(sheets.get('Phân công')?.slice(1), [['Quầy 1', '02/11/2026 07:30', '24/11/2026 09:00']])
  t.same(sheets.get('Vắng mặt')?.[1]?.slice(0, 2), ['01/12/2026 00:00', '02/12/2026 00:00'])
  t.same(sheets.get('Không phải tôi')?.[1]?.slice(2), [
    ...['sáng', 'Hôm đó tôi đi họp', '24/11/2026 10:00', '01/12/2026'],
    ...['giữ nguyên', 'Đã đối chiếu', '24/11/2026 10:00'],
  ])
  const asked = ['10/11/2026', '11/11/2026']
  t.same(sheets.get('Giải trình, xem xét lại')?.slice(1), [
    [
      ...['ý kiến giải trình', ...asked, "'=Máy hỏng", '24/11/2026 10:00', '01/12/2026', null, null, null],
      ...['đã ghi nhận', 'Đã rõ', '24/11/2026 10:00'],
    ],
    [
      ...['đề nghị xem xét lại', ...asked, 'Xem lại giúp', '24/11/2026 10:00', '01/12/2026'],
      ...['đề nghị chấp nhận', 'Đúng vậy', '24/11/2026 10:00', null, null, null],
    ],
  ])
  const [username] = sheets.get('Tài khoản')?.[1] ?? []
  t.match(sheets.get('Vai trò')?.slice(1), [
    [username, 'Cán bộ', 'Xã Riêng', String, 'cho đến khi đổi'],
    [username, 'Cán bộ đầu mối', 'Xã Riêng', '01/01/2026 00:00', '01/06/2026 00:00'],
  ])
  t.same(sheets.get('Thiết bị tin cậy')?.slice(1), [[username, '01/11/2026 00:00', '01/12/2026 00:00']])
  t.equal(sheets.get('Phiên đăng nhập')?.length, 2)
  const deeds = (sheets.get('Nhật ký') ?? []).map((row) => String(row[1]))
  t.same(
    deeds.filter((deed) => deed !== 'Phân công: thêm').sort(),
    [
      ...['“Không phải tôi”: thêm', '“Không phải tôi”: xử lý', 'Báo cáo: xuất', 'Cán bộ: sửa', 'Việc'],
      ...['Việc cần xử lý: cho ý kiến', 'Việc cần xử lý: gửi', 'Việc cần xử lý: gửi', 'Việc cần xử lý: trả lời'],
    ].sort(),
    'what was done about them and by them, each once, in words',
  )

  const shown = (await officer.get('/api/v1/reports/me?from=2024-01-01&to=2026-11-24')).body
  const steps = (sheets.get('Theo đợt') ?? []).slice(1).map((row) => row[1])
  t.same(
    steps,
    shown.steps.map(({ figure }: { figure: { n: number } }) => figure.n),
    'the steps of the page',
  )
  t.same(sheets.get('Số liệu')?.[1]?.slice(4, 10), [5, 0, 0, 0, 0, 5], 'the levels of the page')
  const sums = (sheets.get('Số liệu') ?? []).map((row) => row.slice(2, 5))
  t.same(sums[0], ['Đã nhận', 'Tạm chưa tính', 'Được tính'])
  t.same(
    sums.slice(1).map(([received, aside, counted]) => Number(received) - Number(aside) - Number(counted)),
    sums.slice(1).map(() => 0),
    'every total in its three parts',
  )
  t.ok(shown.steps.length > 0 && steps.every((n) => typeof n === 'number' && n >= 5))
  const everything = JSON.stringify([...sheets])
  t.same(
    sheets.get('Góp ý')?.slice(1),
    (await officer.get('/api/v1/reports/me/remarks?from=2026-11-01&to=2026-11-24')).body.items.map(
      ({ text }: { text: string }) => ['11/2026', text],
    ),
    'the remarks of the page',
  )
  t.equal(sheets.get('Góp ý')?.length, 1 + 5, 'those of a whole step')
  t.notMatch(everything, 'cán bộ 2', 'nobody else')

  const [audited] = await api.db.query<{ n: number }>(
    `select count(*)::int as n from audit where action = 'export.officer' and subject ->> 'officer_id' = $1`,
    [String(one)],
  )
  t.equal(audited?.n, 1)
  const english = await readSheets((await administrator.get(`${path(one)}?language=en`)).file)
  t.equal(english[0]?.sheet, 'About')
  const hidden = english.find(({ sheet }) => sheet === 'Explanations, reviews')
  t.equal(hidden?.data.length, 1, 'an administrator takes the words of none')
  t.equal(english.at(-1)?.sheet, 'Remarks')
  t.notMatch(JSON.stringify(english), 'Cán bộ rất tốt', 'an administrator gets no remark')
})

t.test('a deed is called in the file as on the page of the log', async (t) => {
  for (const language of ['vi', 'en'] as const) {
    const words = pageWords(language)
    const named = (kind: string) =>
      Object.keys(words).flatMap((key) => (key.startsWith(`${kind}.`) ? [key.slice(kind.length + 1)] : []))
    const differs = named('audit_kind').flatMap((noun) =>
      named('audit_verb').filter((verb) => {
        const said = `${words[`audit_kind.${noun}`]}: ${words[`audit_verb.${verb}`]}`
        return deedText(`${noun}.${verb}`, language) !== said.replace(/\{n\|([^|}]*)\|[^}]*\}/g, '$1')
      }),
    )
    t.same(differs, [], language)
    t.ok(named('audit_kind').length > 20 && named('audit_verb').length > 40)
    t.equal(deedText('nothing.known', language), 'nothing.known')
  }
})
