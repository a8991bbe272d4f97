/** Every route × every kind of caller × own, foreign and impossible ids. A route without a line in `samples` fails the test. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Role, roles } from '../../server/contract/accounts.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import { type Answer, type Caller, startTestApp } from '../support/app.ts'
import { assign, batch, createOffice, type Office, pairTablet, rating } from '../support/office.ts'

/** What a route is called with. Where there is no id, own and foreign are the same and only the role decides. */
interface Sample {
  readonly url?: (ids: Ids) => string
  readonly query?: (ids: Ids) => string
  readonly body?: (ids: Ids) => unknown
  /** Codes other than success that a rightful caller may get for the sample, when success would need a story. */
  readonly refusals?: readonly string[]
}

interface Ids {
  unit: string
  counter: string
  officer: string
  assignment: string
  terminal: string
  account: string
  grant: string
  proposal: string
  issued: string
  change: string
  absence: string
  doubt: string
  holiday: string
  voice: string
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
const samples: Record<string, Sample> = {
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
  'POST /api/v1/roster-doubts': {
    body: ({ counter }) => ({ counter_id: counter, day: '2026-11-10', part: 'morning' }),
  },
  'PATCH /api/v1/roster-doubts/:id': { url: ({ doubt }) => doubt, body: () => ({ outcome: 'stands' }) },
  'GET /api/v1/units/:id/roster-gaps': { url: ({ unit }) => unit },
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
  'GET /api/v1/fleet': { query: ({ unit }) => `unit_id=${unit}` },
  'GET /api/v1/reports/units': {},
  'GET /api/v1/reports/units/:id': { url: ({ unit }) => unit },
  'GET /api/v1/reports/units/:id/series': { url: ({ unit }) => unit, query: () => 'grain=week' },
  'GET /api/v1/reports/units/:id/remarks': { url: ({ unit }) => unit },
  'GET /api/v1/reports/officers/:id': { url: ({ officer }) => officer },
  'GET /api/v1/reports/me': {},
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
  'GET /api/v1/issued-reports': { query: ({ unit }) => `unit_id=${unit}` },
  'POST /api/v1/issued-reports': {
    body: ({ unit }) => ({ unit_id: unit, from: '2026-01-01', to: '2026-01-31' }),
  },
  'GET /api/v1/issued-reports/draft': {
    query: ({ unit }) => `unit_id=${unit}&from=2026-01-01&to=2026-01-31&format=csv`,
  },
  'GET /api/v1/issued-reports/:id/file': { url: ({ issued }) => issued, query: () => 'format=docx' },
  'GET /api/v1/letterheads': { query: ({ unit }) => `unit_id=${unit}` },
  'PATCH /api/v1/letterheads': { query: ({ unit }) => `unit_id=${unit}`, body: () => ({ signer_name: 'Lò Văn B' }) },
  'GET /api/v1/integrity-reports': {},
  'GET /api/v1/health/live': {},
  'GET /api/v1/health/ready': {},
  'GET /api/v1/openapi.json': {},
  'GET /metrics': {},
  'GET /terminal': {},
  'GET /terminal/*': {},
  'GET /*': {},
}

const provinceRoles: readonly Role[] = ['administrator', 'commission', 'inspector']
const keyOf = ({ method, url }: DeclaredRoute) => `${method} ${url}`
const callFor = (route: DeclaredRoute, sample: Sample, ids: Ids) => {
  const path = route.url.replace(/:\w+/, sample.url?.(ids) ?? '').replace('*', '')
  return { url: sample.query ? `${path}?${sample.query(ids)}` : path, body: sample.body?.(ids) }
}

async function call(caller: Caller, route: DeclaredRoute, sample: Sample, ids: Ids): Promise<Answer> {
  const { url, body } = callFor(route, sample, ids)
  if (route.method === 'GET') return caller.get(url)
  if (route.method === 'POST') return caller.post(url, body)
  if (route.method === 'PATCH') return caller.patch(url, body)
  return caller.delete(url)
}

async function idsOf(office: Office): Promise<Ids> {
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
     insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at)
       values ($1, '2026-11-20', 'mash', 'restore', 'Lớp học', $4, now()) returning proposal_id`,
    [office.unit_id, counter, tablet?.terminal_id, row?.account_id],
  )
  const [issued] = await api.db.query<{ id: number }>(
    `insert into issued_reports (unit_id, year, number, from_day, to_day, language, cut_off, issued_by, document, docx, pdf, xlsx)
     values ($1, 2026, 1, '2026-01-01', '2026-01-31', 'vi', now(), $2, '{}', '\\x01', '\\x02', '\\x03') returning issued_report_id as id`,
    [office.unit_id, row?.account_id],
  )
  await api.db.query(
    `insert into quarantine (rating_id, unit_id, sent_by_terminal_id, reason, received_at, content_mac, body)
     values (gen_random_uuid(), $1, $2, 'terminal_revoked', now(), '\\x00', '{}')`,
    [office.unit_id, tablet?.terminal_id],
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
    clip: String(approved?.clip),
    issued: String(issued?.id),
    unit: String(office.unit_id),
    counter: String(counter),
    officer: String(officer),
    assignment: String(row?.assignment_id),
    terminal: String(tablet?.terminal_id),
    account: String(row?.account_id),
    grant: String(row?.grant_id),
    proposal: String(proposal?.proposal_id),
    ...(await rosterIdsOf(office)),
  }
}

/** A change, an absence, a doubt and a holiday of an office, each still to be undone, cancelled, settled or changed. */
async function rosterIdsOf({ unit_id, counters, officers }: Office) {
  const [row] = await api.db.query<{ change: number; absence: number; doubt: number; holiday: number }>(
    `with change as (insert into roster_changes (unit_id, kind, made_at, starts_at, places)
         values ($1, 'change', now(), now(), '[]') returning change_id),
       absence as (insert into absences (unit_id, officer_id, during)
         values ($1, $3, '[2027-01-01,2027-01-02)') returning absence_id),
       doubt as (insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at)
         values ($1, $3, $2, '2026-11-05', 'day', now()) returning doubt_id),
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

// One server and database for the whole file; each test has two offices of its own.
const api = await startTestApp(t)

async function arrange() {
  const [home, away] = [await createOffice(api.db), await createOffice(api.db)]
  const reach = (role: Role) =>
    provinceRoles.includes(role)
      ? {}
      : role === 'officer'
        ? { officer_id: home.officers[0] as number }
        : { unit_id: home.unit_id }
  return { own: await idsOf(home), foreign: await idsOf(away), home, away, reach }
}

t.test('every declared route has a sample, and every sample a route', async (t) => {
  t.same(api.app.declaredRoutes.map(keyOf).sort(), Object.keys(samples).sort())
})

t.test('nobody: 401 wherever a log-in or a pairing is needed, and only there', async (t) => {
  const { own } = await arrange()
  for (const route of api.app.declaredRoutes) {
    const sample = samples[keyOf(route)] ?? {}
    const { status, body } = await call(api.stranger, route, sample, own)
    if (route.access === 'public') {
      t.ok(status < 400 || status === 503 || sample.refusals?.includes(body?.error?.code), `${keyOf(route)}: ${status}`)
    } else {
      const code = route.access === 'terminal' ? 'terminal_token_invalid' : 'login_required'
      t.match({ status, code: body.error?.code }, { status: 401, code }, keyOf(route))
    }
  }
})

t.test('a tablet: its own calls, and 403 on every call of the staff', async (t) => {
  const { own, home } = await arrange()
  const tablet = api.tablet((await pairTablet(api.db, home.counters[0] as number)).token)
  for (const route of api.app.declaredRoutes) {
    if (route.access === 'public') continue
    const { status, body } = await call(tablet, route, samples[keyOf(route)] ?? {}, own)
    const mayCall = route.access === 'terminal' || route.access.terminals
    if (mayCall) t.equal(status, 200, `${keyOf(route)}: ${JSON.stringify(body)}`)
    else t.match({ status, code: body.error?.code }, { status: 403, code: 'forbidden' }, keyOf(route))
  }
})

for (const role of roles) {
  t.test(`${role}: own rows yes, foreign and impossible ones 404, other roles' calls 403`, async (t) => {
    const { own, foreign, reach } = await arrange()
    for (const route of api.app.declaredRoutes) {
      if (route.access === 'public') continue
      const name = keyOf(route)
      const sample = samples[name] ?? {}
      // A person of its own for each route: logging out is among the calls.
      const person = await api.staff(role, reach(role))
      const answer = await call(person, route, sample, own)
      if (route.access === 'terminal') {
        t.match(
          { status: answer.status, code: answer.body.error?.code },
          { status: 401, code: 'terminal_token_invalid' },
          name,
        )
        continue
      }
      if (!route.access.roles.includes(role)) {
        t.match({ status: answer.status, code: answer.body.error?.code }, { status: 403, code: 'forbidden' }, name)
        continue
      }
      const told = sample.refusals?.includes(answer.body?.error?.code)
      t.ok(answer.status < 300 || told, `${name} own: ${answer.status} ${JSON.stringify(answer.body?.error ?? '')}`)
      await refuseOthers(t, person, { route, sample, foreign, boundToUnit: !provinceRoles.includes(role) })
    }
  })
}

t.test(
  'several roles: every call is answered as the best of them, and no role lends its reach to another',
  async (t) => {
    const { own, foreign, home, away } = await arrange()
    const served = await createOffice(api.db)
    const people = new Map<string, Promise<Caller>>()
    const known = (grants: Parameters<typeof api.person>[0]) => {
      const key = JSON.stringify(grants)
      const person = people.get(key) ?? api.person(grants)
      people.set(key, person)
      return person
    }
    const asOfficer = { role: 'officer', officer_id: served.officers[0] as number } as const
    for (const pair of [
      [
        { role: 'unit_leader', unit_id: home.unit_id },
        { role: 'unit_clerk', unit_id: away.unit_id },
      ],
      [asOfficer, { role: 'unit_clerk', unit_id: home.unit_id }],
      [{ role: 'commission', unit_id: home.unit_id }, asOfficer],
      [{ role: 'inspector' }, { role: 'unit_leader', unit_id: home.unit_id }],
    ] as const) {
      for (const route of api.app.declaredRoutes) {
        if (route.access === 'public' || route.access === 'terminal') continue
        const name = `${pair.map(({ role }) => role).join(' + ')}: ${keyOf(route)}`
        const sample = samples[keyOf(route)] ?? {}
        for (const ids of [own, foreign]) {
          const answers: Answer[] = []
          for (const grants of [pair.slice(0, 1), pair.slice(1), pair]) {
            const person = route.url === '/api/v1/session' ? await api.person(grants) : await known(grants)
            answers.push(await call(person, route, sample, ids))
          }
          const [first = 0, second = 0, both = 0] = answers.map(({ status }) => status)
          const isEmpty = answers[2]?.body?.items?.length === 0
          // What one role may, the person may (409: the first one did it already). What neither may, the person may not:
          // an inspector knows the units by name, so a list of theirs may come, and then there is nothing on it.
          const isSame = [first, second].some((status) => status < 300 || status === 409)
            ? both < 300 || both === 409
            : both === 403 || both === 404 || (both === 200 && isEmpty)
          t.ok(isSame, `${name}: ${first}, ${second}, together ${both}`)
        }
      }
    }
  },
)

async function refuseOthers(
  t: Test,
  person: Caller,
  { route, sample, foreign, boundToUnit }: { route: DeclaredRoute; sample: Sample; foreign: Ids; boundToUnit: boolean },
): Promise<void> {
  const name = keyOf(route)
  const marked = (value: string): Ids => ({
    unit: value,
    counter: value,
    officer: value,
    assignment: value,
    terminal: value,
    account: value,
    voice: value,
    clip: value,
    grant: value,
    proposal: value,
    issued: value,
    change: value,
    absence: value,
    doubt: value,
    holiday: value,
  })
  const asked = JSON.stringify(callFor(route, sample, marked('@')))
  if (!asked.includes('@')) return
  if (boundToUnit) {
    const { status, body } = await call(person, route, sample, foreign)
    t.match({ status, code: body.error?.code }, { status: 404, code: 'not_found' }, `${name} foreign`)
  }
  const ids = ['2147483647', '0', '-1', '99999999999', 'abc', '1e3', "1'--", '%00']
  // All at once: this file asks a few thousand times.
  const asking = ids.map(async (impossible) => {
    // A NUL can only come encoded in an address; in a body it is an ordinary impossible id.
    const { status, body } = await call(person, route, sample, marked(impossible))
    t.match({ status, code: body.error?.code }, { status: 404, code: 'not_found' }, `${name} with id ${impossible}`)
  })
  await Promise.all(asking)
}
