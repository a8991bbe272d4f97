/** One sample call for each route, and two offices whose ids it is called with; what the access tests share. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '../../server/contract/accounts.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import type { Answer, Caller, TestApp } from './app.ts'
import { assign, batch, createOffice, type Office, rating } from './office.ts'

/** What a route is called with. Where there is no id, own and foreign are the same and only the role decides. */
export interface Sample {
  readonly url?: (ids: Ids) => string
  readonly query?: (ids: Ids) => string
  readonly body?: (ids: Ids) => unknown
  /** Codes other than success that a rightful caller may get for the sample, when success would need a story. */
  readonly refusals?: readonly string[]
}

export interface Ids {
  unit: string
  counter: string
  officer: string
  assignment: string
  terminal: string
  account: string
  grant: string
  session: string
  proposal: string
  issued: string
  case: string
  schedule: string
  change: string
  absence: string
  doubt: string
  holiday: string
  voice: string
  answer: string
  clip: string
}

const sound = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'sounds', 'opus.webm')).toString('base64')
const at = '2026-11-20T08:00:00+07:00'
let made = 0
const fresh = (word: string) => {
  made += 1
  return `${word} ${made}`
}

/** One line per route; keys are compared with the routes the server declares, both ways. */
export const samples: Record<string, Sample> = {
  'POST /api/v1/ratings': { body: () => batch([rating()]) },
  'POST /api/v1/terminals/pair': { body: () => ({ pairing_code: '00000000' }), refusals: ['pairing_code_refused'] },
  'GET /api/v1/terminal': {},
  'POST /api/v1/terminal/heartbeat': { body: () => ({ queue_length: 0 }) },
  'POST /api/v1/session': { body: () => ({ username: 'nobody', password: 'x' }), refusals: ['login_failed'] },
  'GET /api/v1/session': {},
  'DELETE /api/v1/session': {},
  'POST /api/v1/setup': {
    body: () => ({ token: 'x', username: 'someone', password: 'y' }),
    refusals: ['setup_link_refused'],
  },
  'GET /api/v1/accounts': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/accounts': {
    body: ({ unit }) => ({
      username: fresh('name').replace(' ', '.'),
      password: 'bốn con mèo đen ngủ',
      role: 'unit_clerk',
      unit_id: unit,
    }),
  },
  'PATCH /api/v1/accounts/:id': { url: ({ account }) => account, body: () => ({ active: true }) },
  'POST /api/v1/grants': { body: ({ account, unit }) => ({ account_id: account, role: 'unit_leader', unit_id: unit }) },
  'PATCH /api/v1/grants/:id': { url: ({ grant }) => grant, body: () => ({ active: false }) },
  'GET /api/v1/account': {},
  'PATCH /api/v1/account': {
    body: () => ({ password: 'x', new_password: 'bốn con mèo đen ngủ' }),
    refusals: ['password_wrong'],
  },
  'POST /api/v1/account/second-factor': { body: () => ({ password: 'x' }), refusals: ['password_wrong'] },
  'PATCH /api/v1/account/second-factor': { body: () => ({ code: '000000' }), refusals: ['in_use'] },
  'POST /api/v1/account/recovery-codes': { body: () => ({ password: 'x' }), refusals: ['password_wrong'] },
  'DELETE /api/v1/account/devices': {},
  'GET /api/v1/account/sessions': {},
  'DELETE /api/v1/account/sessions': {},
  'DELETE /api/v1/account/sessions/:id': { url: ({ session }) => session, refusals: ['not_found'] },
  'DELETE /api/v1/accounts/:id/sessions': { url: ({ account }) => account },
  'POST /api/v1/accounts/:id/link': { url: ({ account }) => account },
  'POST /api/v1/account-links/look': { body: () => ({ token: 'x' }), refusals: ['account_link_refused'] },
  'POST /api/v1/account-links/use': {
    body: () => ({ token: 'x', password: 'bốn con mèo đen ngủ' }),
    refusals: ['account_link_refused'],
  },
  'GET /api/v1/audit': { query: ({ unit }) => `unit_id=${unit}` },
  'GET /api/v1/audit/head': {},
  'GET /api/v1/units': {},
  'POST /api/v1/units': { body: () => ({ name: fresh('Xã'), kind: 'commune' }) },
  'PATCH /api/v1/units/:id': { url: ({ unit }) => unit, body: () => ({ hotline: '1900' }) },
  'GET /api/v1/counters': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/counters': { body: ({ unit }) => ({ unit_id: unit, name: fresh('Quầy mới') }) },
  'PATCH /api/v1/counters/:id': { url: ({ counter }) => counter, body: () => ({ service: 'Đất đai' }) },
  'GET /api/v1/officers': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/officers': { body: ({ unit }) => ({ unit_id: unit, name: 'Lò Văn A' }) },
  'PATCH /api/v1/officers/:id': { url: ({ officer }) => officer, body: () => ({ title: 'Công chức' }) },
  'GET /api/v1/assignments': { query: ({ counter }) => `counter_id=${counter}` },
  'POST /api/v1/assignments': {
    body: ({ counter, officer }) => ({ counter_id: counter, officer_id: officer, starts_at: at, replace: true }),
  },
  'PATCH /api/v1/assignments/:id': { url: ({ assignment }) => assignment, body: () => ({ ends_at: at }) },
  'GET /api/v1/roster-changes': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/roster-changes': {
    body: ({ counter, officer }) => ({
      places: [{ counter_id: counter, officer_id: officer }],
      starts_at: '2026-10-26T08:00:00+07:00',
      ends_at: '2026-10-27T08:00:00+07:00',
    }),
    // Whoever asks after another one finds the roster as they want it.
    refusals: ['changed_meanwhile'],
  },
  'POST /api/v1/roster-changes/:id/undo': { url: ({ change }) => change },
  'POST /api/v1/roster-weeks': {
    body: ({ unit }) => ({ unit_id: unit, from: '2026-11-02', to: '2026-10-26' }),
    refusals: ['changed_meanwhile'],
  },
  'GET /api/v1/absences': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/absences': {
    body: ({ officer }) => ({
      officer_id: officer,
      starts_at: `20${30 + (made % 60)}-01-01T00:00:00Z`,
      ends_at: `20${30 + (made++ % 60)}-01-02T00:00:00Z`,
    }),
  },
  'PATCH /api/v1/absences/:id': { url: ({ absence }) => absence, body: () => ({ cancelled: true }) },
  'GET /api/v1/roster-doubts': { query: ({ unit }) => `unit_id=${unit}` },
  'GET /api/v1/roster-doubts/desk': {},
  'POST /api/v1/roster-doubts': {
    body: ({ counter }) => ({ counter_id: counter, day: '2026-11-10', part: 'morning' }),
  },
  'PATCH /api/v1/roster-doubts/:id': { url: ({ doubt }) => doubt, body: () => ({ outcome: 'stands' }) },
  'GET /api/v1/units/:id/roster-gaps': { url: ({ unit }) => unit },
  'GET /api/v1/visits': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/visits': {
    body: ({ counter }) => ({ entries: [{ counter_id: counter, day: '2026-11-20', visits: 31 }] }),
  },
  'GET /api/v1/paper-slips': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/paper-slips': {
    body: ({ counter }) => ({ entries: [{ counter_id: counter, day: '2026-11-20', slips: 2 }] }),
  },
  'GET /api/v1/dossiers': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/dossiers': {
    body: ({ unit }) => ({ unit_id: unit, month: '2026-10', same_day: 8, early: 20, on_time: 11, overdue: 1 }),
  },
  'GET /api/v1/officers/:id/data': { url: ({ officer }) => officer },
  'GET /api/v1/import-templates': { query: () => 'noun=visits&format=csv' },
  'GET /api/v1/exports': { query: ({ unit }) => `noun=counters&format=csv&unit_id=${unit}` },
  'POST /api/v1/imports': {
    body: () => ({ file_name: 'x.csv', content: Buffer.from('counter;visits\n').toString('base64') }),
  },
  // Its maker's alone: that of the unit's own clerk is nobody else's here.
  'GET /api/v1/imports/:id': { url: () => '2147483000', refusals: ['not_found'] },
  'GET /api/v1/imports/:id/rows': { url: () => '2147483000', refusals: ['not_found'] },
  'POST /api/v1/imports/:id/apply': { url: () => '2147483000', body: () => ({ plan: '' }), refusals: ['not_found'] },
  'POST /api/v1/imports/:id/links': { url: () => '2147483000', refusals: ['not_found'] },
  'DELETE /api/v1/imports/:id': { url: () => '2147483000', refusals: ['not_found'] },
  'GET /api/v1/holidays': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/holidays': {
    body: ({ unit }) => ({ unit_id: unit, day: `20${30 + (made++ % 60)}-05-19`, name: 'Ngày hội của xã' }),
  },
  'PATCH /api/v1/holidays/:id': { url: ({ holiday }) => holiday, body: () => ({ provisional: true }) },
  'GET /api/v1/terminals': { query: ({ counter }) => `counter_id=${counter}` },
  'POST /api/v1/terminals': { body: ({ counter }) => ({ counter_id: counter }) },
  'POST /api/v1/terminals/:id/pairing-code': { url: ({ terminal }) => terminal },
  'PATCH /api/v1/terminals/:id': { url: ({ terminal }) => terminal, body: () => ({ name: 'Máy 1' }) },
  'POST /api/v1/units/:id/service-pin': { url: ({ unit }) => unit, body: () => ({ pin: '482915' }) },
  'GET /api/v1/voice-sets': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/voice-sets': {
    body: ({ unit }) => ({ unit_id: unit, language: fresh('x-t').replace(' ', ''), name: 'Thái' }),
  },
  'POST /api/v1/voice-sets/:id/clips': {
    url: ({ voice }) => voice,
    body: () => ({ clip: 'question', content: sound }),
  },
  'PATCH /api/v1/voice-sets/:id': { url: ({ voice }) => voice, body: () => ({ state: 'withdrawn' }) },
  'GET /api/v1/clips/:sha256': { url: ({ clip }) => clip },
  'GET /api/v1/quarantine': {},
  'POST /api/v1/quarantine/decisions': {
    body: ({ terminal }) => ({
      terminal_id: terminal,
      claimed_terminal_id: null,
      decision: 'refused',
      reason: 'Máy mượn',
    }),
  },
  'GET /api/v1/changes': {},
  'GET /api/v1/fleet': { query: ({ unit }) => `unit_id=${unit}` },
  'GET /api/v1/reports/units': {},
  'GET /api/v1/reports/units/:id': { url: ({ unit }) => unit },
  'GET /api/v1/reports/units/:id/series': { url: ({ unit }) => unit, query: () => 'grain=week' },
  'GET /api/v1/reports/units/:id/remarks': { url: ({ unit }) => unit },
  'GET /api/v1/reports/officers/:id': { url: ({ officer }) => officer },
  'GET /api/v1/reports/me': {},
  'GET /api/v1/reports/me/remarks': {},
  'GET /api/v1/reports/units/:id/episodes': { url: ({ unit }) => unit },
  'GET /api/v1/proposals': {},
  'POST /api/v1/proposals': {
    body: ({ unit }) => ({
      unit_id: unit,
      local_day: '2026-11-20',
      rule: 'burst',
      wants: 'restore',
      reason: 'Lớp học',
    }),
  },
  'PATCH /api/v1/proposals/:id': {
    url: ({ proposal }) => proposal,
    body: () => ({ outcome: 'accepted', answer: 'Đồng ý' }),
  },
  'GET /api/v1/cases': { query: ({ unit }) => `unit_id=${unit}` },
  // A matter, which an officer does not read and the commission does not answer.
  'GET /api/v1/cases/:id': { url: ({ case: id }) => id, refusals: ['not_found'] },
  'POST /api/v1/cases': {
    body: ({ unit }) => ({ kind: 'matter', unit_id: unit, title: 'Kê thêm ghế ở khu chờ' }),
    refusals: ['forbidden'],
  },
  'PATCH /api/v1/cases/:id': {
    url: ({ case: id }) => id,
    body: () => ({ state: 'accepted' }),
    refusals: ['forbidden'],
  },
  'GET /api/v1/issued-reports': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/issued-reports': {
    body: ({ unit }) => ({ unit_id: unit, from: '2026-01-01', to: '2026-01-31' }),
  },
  'GET /api/v1/issued-reports/draft': {
    query: ({ unit }) => `unit_id=${unit}&from=2026-01-01&to=2026-01-31&format=csv`,
  },
  'GET /api/v1/issued-reports/:id/file': { url: ({ issued }) => issued, query: () => 'format=docx' },
  'GET /api/v1/report-schedules': { query: ({ unit }) => `unit_id=${unit}` },
  // No mail server: what one answers is the mails' own test.
  'POST /api/v1/report-schedules': {
    body: ({ unit }) => ({ unit_id: unit, calendar: 'calendar', span: 'month', days_after: 1, address: 'a@b.example' }),
    refusals: ['mail_not_set_up'],
  },
  'PATCH /api/v1/report-schedules/:id': {
    url: ({ schedule }) => schedule,
    body: () => ({ ended: true }),
    // Each role ends the same one.
    refusals: ['already_settled'],
  },
  'POST /api/v1/report-schedules/:id/resend': { url: ({ schedule }) => schedule, refusals: ['mail_not_set_up'] },
  'GET /api/v1/letterheads': { query: ({ unit }) => `unit_id=${unit}` },
  'PATCH /api/v1/letterheads': { query: ({ unit }) => `unit_id=${unit}`, body: () => ({ signer_name: 'Lò Văn B' }) },
  // Closed: what an open one answers is the board's own test.
  'GET /api/v1/boards/:id': { url: ({ unit }) => unit, refusals: ['not_found'] },
  'GET /api/v1/units/:id/board': { url: ({ unit }) => unit },
  'PATCH /api/v1/units/:id/board': { url: ({ unit }) => unit, body: () => ({ open: false }) },
  'POST /api/v1/board-answers': { body: ({ unit }) => ({ unit_id: unit, asked: 'Thiếu ghế', done: 'Đã kê thêm' }) },
  'PATCH /api/v1/board-answers/:id': { url: ({ answer }) => answer, body: () => ({ shown: false }) },
  'GET /api/v1/integrity-reports': {},
  'GET /api/v1/health/live': {},
  'GET /api/v1/health/ready': {},
  'GET /api/v1/openapi.json': {},
  'GET /metrics': { refusals: ['not_found'] },
  'GET /terminal': {},
  'GET /terminal/*': {},
  'GET /board': {},
  'GET /board/*': {},
  'GET /*': {},
}

export const provinceRoles: readonly Role[] = ['administrator', 'commission', 'inspector']
export const keyOf = ({ method, url }: DeclaredRoute) => `${method} ${url}`
export const callFor = (route: DeclaredRoute, sample: Sample, ids: Ids) => {
  const path = route.url.replace(/:\w+/, sample.url?.(ids) ?? '').replace('*', '')
  return { url: sample.query ? `${path}?${sample.query(ids)}` : path, body: sample.body?.(ids) }
}

export async function call(caller: Caller, route: DeclaredRoute, sample: Sample, ids: Ids): Promise<Answer> {
  const { url, body } = callFor(route, sample, ids)
  if (route.method === 'GET') return caller.get(url)
  if (route.method === 'POST') return caller.post(url, body)
  if (route.method === 'PATCH') return caller.patch(url, body)
  return caller.delete(url)
}

async function idsOf(api: TestApp, office: Office): Promise<Ids> {
  const [counter, officer, tablet] = [office.counters[0], office.officers[0], office.tablets[0]]
  await assign(api.db, counter as number, officer as number, '2026-11-01T08:00:00+07:00')
  const [row] = await api.db.query<{ assignment_id: number; account_id: number; grant_id: number }>(
    `with account as (insert into accounts (username, password_hash) values ($2, 'none') returning account_id),
          held as (insert into account_roles (account_id, role, unit_id) select account_id, 'unit_clerk', $3 from account
                   returning grant_id)
     select assignment_id, account_id, grant_id from assignments, account, held where counter_id = $1`,
    [counter, fresh('account'), office.unit_id],
  )
  const [proposal] = await api.db.query<{ proposal_id: number }>(
    `with episode as (insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version)
       select $1, $2, $3, '2026-11-20', rule, 2, 2 from unnest(array['burst', 'mash']) rule)
     insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at, due_on)
       values ($1, '2026-11-20', 'mash', 'restore', 'Lớp học', $4, now(), '2026-12-01') returning proposal_id`,
    [office.unit_id, counter, tablet?.terminal_id, row?.account_id],
  )
  const [matter] = await api.db.query<{ id: number }>(
    `insert into cases (kind, unit_id, title, opened_by, opened_at, due_on)
     values ('matter', $1, 'Kê thêm ghế', $2, '2026-11-20', '2026-12-04') returning case_id as id`,
    [office.unit_id, row?.account_id],
  )
  const [issued] = await api.db.query<{ id: number }>(
    `insert into issued_reports (unit_id, year, number, from_day, to_day, language, cut_off, issued_by, document, docx, pdf, xlsx)
     values ($1, 2026, 1, '2026-01-01', '2026-01-31', 'vi', now(), $2, '{}', '\\x01', '\\x02', '\\x03') returning issued_report_id as id`,
    [office.unit_id, row?.account_id],
  )
  const [schedule] = await api.db.query<{ id: number }>(
    `with made as (insert into report_schedules (unit_id, calendar, span, days_after, language, address, made_by, made_at)
       values ($1, 'calendar', 'month', 1, 'vi', 'vanthu@xa.example', $2, now()) returning schedule_id)
     insert into report_mails (schedule_id, unit_id, from_day, to_day, issued_report_id, state, problem, next_try_at, changed_at)
       select schedule_id, $1, '2026-01-01', '2026-01-31', $3, 'uncertain', 'lost', now(), now() from made
       returning schedule_id as id`,
    [office.unit_id, row?.account_id, issued?.id],
  )
  await api.db.query(
    `insert into quarantine (rating_id, unit_id, sent_by_terminal_id, reason, received_at, content_mac, body)
     values (gen_random_uuid(), $1, $2, 'terminal_revoked', now(), '\\x00', '{}')`,
    [office.unit_id, tablet?.terminal_id],
  )
  const [answer] = await api.db.query<{ id: number }>(
    `insert into board_answers (unit_id, asked, done, written_on) values ($1, 'x', 'y', '2026-11-01') returning answer_id as id`,
    [office.unit_id],
  )
  const [voice] = await api.db.query<{ draft: number; clip: string }>(
    `with set as (insert into voice_sets (unit_id, language, name, created_at, changed_at)
       select $1, language, language, now(), now() from unnest(array['tai', 'hmn']) language returning voice_set_id, language)
     insert into voice_clips select voice_set_id, clip, sha256(convert_to(clip || language || $1::text, 'UTF8')), 'audio/webm', 1,
         convert_to(clip || language || $1::text, 'UTF8'), $2, now()
       from set, unnest(array['question', 'level_1', 'level_2', 'level_3', 'level_4', 'level_5', 'recorded', 'language']) clip
     returning voice_set_id as draft, encode(sha256, 'hex') as clip`,
    [office.unit_id, row?.account_id],
  )
  const [approved] = await api.db.query<{ clip: string }>(
    `with approver as (insert into accounts (username, password_hash) values ($2, 'none') returning account_id),
          done as (update voice_sets s set state = 'approved', approved_at = now(), approved_by = approver.account_id
                     from approver where s.unit_id = $1 and s.language = 'hmn' returning s.voice_set_id)
     select encode(sha256, 'hex') as clip from voice_clips join done using (voice_set_id) where clip = 'recorded'`,
    [office.unit_id, fresh('approver')],
  )
  return {
    voice: String(voice?.draft),
    answer: String(answer?.id),
    clip: String(approved?.clip),
    issued: String(issued?.id),
    case: `c${matter?.id}`,
    schedule: String(schedule?.id),
    unit: String(office.unit_id),
    counter: String(counter),
    officer: String(officer),
    assignment: String(row?.assignment_id),
    terminal: String(tablet?.terminal_id),
    account: String(row?.account_id),
    grant: String(row?.grant_id),
    // Somebody else's: that one's own session has a number nobody else can name.
    session: '1',
    proposal: String(proposal?.proposal_id),
    ...(await rosterIdsOf(api, office)),
  }
}

/** A change, an absence, a doubt and a holiday of an office, each still to be undone, cancelled, settled or changed. */
async function rosterIdsOf(api: TestApp, { unit_id, counters, officers }: Office) {
  const [row] = await api.db.query<{ change: number; absence: number; doubt: number; holiday: number }>(
    `with change as (insert into roster_changes (unit_id, kind, made_at, starts_at, places)
         values ($1, 'change', now(), now(), '[]') returning change_id),
       absence as (insert into absences (unit_id, officer_id, during)
         values ($1, $3, '[2027-01-01,2027-01-02)') returning absence_id),
       doubt as (insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at, due_on)
         values ($1, $3, $2, '2026-11-05', 'day', now(), '2026-12-01') returning doubt_id),
       holiday as (insert into holidays (unit_id, day, kind, name) values ($1, '2026-12-31', 'off', 'x') returning holiday_id)
     select change_id as change, absence_id as absence, doubt_id as doubt, holiday_id as holiday
       from change, absence, doubt, holiday`,
    [unit_id, counters[0], officers[0]],
  )
  const text = (id: number | undefined) => String(id)
  return {
    change: text(row?.change),
    absence: text(row?.absence),
    doubt: text(row?.doubt),
    holiday: text(row?.holiday),
  }
}

/** Two offices of their own, and where somebody of the first one stands. */
export async function arrange(api: TestApp) {
  const [home, away] = [await createOffice(api.db), await createOffice(api.db)]
  const reach = (role: Role) =>
    provinceRoles.includes(role)
      ? {}
      : role === 'officer'
        ? { officer_id: home.officers[0] as number }
        : { unit_id: home.unit_id }
  return { own: await idsOf(api, home), foreign: await idsOf(api, away), home, away, reach }
}
