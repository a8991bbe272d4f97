/** Cases: who reads and answers which kind, two persons where two are needed, days that never move, and what was in time. */
import fc from 'fast-check'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { type Case, type CasePatch, caseKinds } from '../../server/contract/cases.ts'
import { type Scope, scopeOf } from '../../server/domain/access.ts'
import { type Trx, withScope } from '../../server/queries/database.ts'
import { type Caller, insertAccount, startTestApp } from '../support/app.ts'
import { assign, createOffice, type Office } from '../support/office.ts'
import { SEED } from '../support/property.ts'
import { refused } from '../support/refusals.ts'

t.setTimeout(120_000)
// Wednesday before Tết: Mon 16 to Fri 20 February 2026 are days off.
const WEDNESDAY = '2026-02-11'
const api = await startTestApp(t, { at: `${WEDNESDAY}T09:00:00+07:00` })
const at = (day: string, clock = '09:00') => api.clock.set(`${day}T${clock}:00+07:00`)

const explanation = { kind: 'explanation', from: '2026-02-02', to: '2026-02-06', words: 'Hôm đó mất điện hai buổi.' }
const review = { kind: 'review', from: '2026-01-01', to: '2026-01-31', words: 'Đề nghị xem lại số liệu tháng 1.' }
const matter = (unit_id: number) => ({ kind: 'matter', unit_id: String(unit_id), title: 'Kê thêm ghế ở khu chờ' })

interface Place {
  readonly office: Office
  readonly leader: Caller
  readonly clerk: Caller
  readonly officer: Caller
  readonly colleague: Caller
}

async function arrange(): Promise<Place> {
  at(WEDNESDAY)
  const office = await createOffice(api.db, { counters: 1, officers: 2 })
  const [one, two] = office.officers as [number, number]
  await assign(api.db, office.counters[0] as number, one, '2026-02-01T00:00:00+07:00')
  const reach = { unit_id: office.unit_id }
  return {
    office,
    leader: await api.staff('unit_leader', reach),
    clerk: await api.staff('unit_clerk', reach),
    officer: await api.staff('officer', { officer_id: one }),
    colleague: await api.staff('officer', { officer_id: two }),
  }
}

async function open(who: Caller, body: unknown): Promise<Case> {
  const { status, body: made } = await who.post('/api/v1/cases', body)
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(made)}`)
  return made
}
const patch = (who: Caller, { case_id }: Pick<Case, 'case_id'>, body: unknown) =>
  who.patch(`/api/v1/cases/${case_id}`, body)

/** One open case of every kind, each opened by whom it is of, through their own routes. */
async function openAll({ office, leader, officer }: Place): Promise<Record<Case['kind'], string>> {
  const unit_id = String(office.unit_id)
  const [explained, reviewed, taken] = [
    await open(officer, explanation),
    await open(officer, review),
    await open(leader, matter(office.unit_id)),
  ]
  const doubt = { counter_id: String(office.counters[0]), day: '2026-02-10', part: 'morning', note: 'Tôi đi họp' }
  const doubted = await officer.post('/api/v1/roster-doubts', doubt)
  await api.db.query(
    `insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version)
     values ($1, $2, $3, '2026-02-09', 'burst', 2, 2)`,
    [office.unit_id, office.counters[0], office.tablets[0]?.terminal_id],
  )
  const asked = { unit_id, local_day: '2026-02-09', rule: 'burst', wants: 'restore', reason: 'Lớp học đến thăm' }
  const proposed = await leader.post('/api/v1/proposals', asked)
  return {
    explanation: explained.case_id,
    review: reviewed.case_id,
    matter: taken.case_id,
    doubt: `d${doubted.body.doubt_id}`,
    proposal: `p${proposed.body.proposal_id}`,
  }
}

const digest = async () =>
  (
    await api.db.query<{ digest: string }>(
      `select md5(string_agg(r::text, '|' order by r::text)) as digest from (
         select c::text as r from cases c union all select d::text from roster_doubts d
         union all select p::text from episode_proposals p) rows`,
    )
  )[0]?.digest

t.test('no log-in, wrong role, foreign unit, bad bodies', async (t) => {
  const { office, leader, officer, clerk } = await arrange()
  const away = await createOffice(api.db)
  refused(t, await api.stranger.get('/api/v1/cases'), 401, 'login_required')
  for (const role of ['administrator', 'inspector'] as const) {
    refused(t, await (await api.staff(role)).get('/api/v1/cases'), 403, 'forbidden', role)
  }
  refused(t, await clerk.post('/api/v1/cases', explanation), 403, 'forbidden')
  refused(t, await leader.post('/api/v1/cases', explanation), 403, 'forbidden', 'who is no officer has no own figures')
  refused(t, await officer.post('/api/v1/cases', matter(office.unit_id)), 403, 'forbidden')
  refused(t, await leader.post('/api/v1/cases', matter(away.unit_id)), 404, 'not_found')
  refused(t, await leader.get(`/api/v1/cases?unit_id=${away.unit_id}`), 404, 'not_found')
  refused(t, await leader.get('/api/v1/cases?cursor=x'), 400, 'invalid_cursor')
  const foreign = Buffer.from(JSON.stringify(['2026-02-30x', 1])).toString('base64url')
  for (const state of ['open', 'answered']) {
    refused(t, await leader.get(`/api/v1/cases?state=${state}&cursor=${foreign}`), 400, 'invalid_cursor')
  }
  refused(t, await leader.get('/api/v1/cases?kind=complaint'), 400, 'invalid_query')
  const bodies: [unknown, string][] = [
    [{ ...explanation, to: '2026-02-12' }, 'invalid_range'],
    [{ ...explanation, from: '2026-02-30' }, 'invalid_range'],
    [{ ...explanation, from: '2026-02-07' }, 'invalid_range'],
    [{ ...explanation, from: '2025-02-05' }, 'invalid_range'],
    [{ ...explanation, words: ' \n ' }, 'invalid_body'],
    [{ ...explanation, words: 'x'.repeat(2001) }, 'invalid_body'],
    // Composed it is two characters: U+0958 has no composed form.
    [{ ...explanation, words: '\u0958'.repeat(1500) }, 'invalid_body'],
    [{ ...explanation, words: 'a\0b' }, 'invalid_body'],
    [{ ...explanation, kind: 'doubt' }, 'invalid_body'],
    [{ kind: 'explanation' }, 'invalid_body'],
  ]
  for (const [body, code] of bodies)
    refused(t, await officer.post('/api/v1/cases', body), 400, code, JSON.stringify(body))
  t.equal((await officer.post('/api/v1/cases', { ...explanation, officer_id: '1' })).status, 400, 'of nobody else')
  for (const title of ['', 'x'.repeat(201), '\u0958'.repeat(150)]) {
    refused(t, await leader.post('/api/v1/cases', { ...matter(office.unit_id), title }), 400, 'invalid_body')
  }
  t.same((await officer.get('/api/v1/cases')).body, { items: [], next_cursor: null, open: 0, overdue: 0, mine: 0 })
  const longest = await open(officer, { ...explanation, from: '2025-02-06', words: `  ${'ữ'.repeat(2000)}  `.trim() })
  t.same(longest.about, { from: '2025-02-06', to: '2026-02-06' }, '366 days, the last one counted')
  for (const id of ['c0', 'c', 'x1', '1', 'c1e3', 'c99999999999', 'C1', 'd999999', '%00']) {
    refused(t, await leader.get(`/api/v1/cases/${id}`), 404, 'not_found', id)
  }
  const [first] = [longest.case_id]
  for (const body of [
    { state: 'new' },
    { state: 'answered' },
    { outcome: 'noted' },
    { outcome: 'noted', answer: ' ' },
    { outcome: 'done', answer: 'Đã xong' },
    { outcome: 'noted', answer: 'x'.repeat(2001) },
    { advice: 'uphold' },
    { state: 'accepted', outcome: 'noted', answer: 'x' },
    {},
  ]) {
    const { status, body: told } = await patch(leader, { case_id: first as string }, body)
    t.equal(status, 400, JSON.stringify(body))
    t.match(told.error.code, /^(invalid_body|unknown_field)$/)
  }
  t.equal((await leader.get(`/api/v1/cases/${first}`)).body.state, 'new')
})

t.test(
  'every kind × every reader: what is read, what is counted, what may be done, and everything else is refused',
  async (t) => {
    const [home, other] = [await arrange(), await arrange()]
    const ids = await openAll(home)
    await openAll(other)
    const { unit_id, officers } = home.office
    const reach = { unit_id }
    const leads = { role: 'unit_leader', ...reach } as const
    const people: Record<string, [Caller, reads: string, mine: string]> = {
      officer: [home.officer, 'explanation review doubt', ''],
      colleague: [home.colleague, '', ''],
      leader: [home.leader, 'explanation review matter doubt proposal', 'explanation review matter doubt'],
      clerk: [home.clerk, 'matter doubt', 'doubt'],
      commission: [await api.staff('commission'), 'review matter doubt proposal', 'proposal'],
      monitor: [await api.staff('commission', reach), 'review matter doubt proposal', 'proposal'],
      monitorElsewhere: [await api.staff('commission', { unit_id: other.office.unit_id }), '', ''],
      leaderElsewhere: [other.leader, '', ''],
      officerElsewhere: [other.officer, '', ''],
      // Whoever belongs to the unit does not decide for the commission.
      insider: [
        await api.person([{ role: 'commission' }, { role: 'unit_clerk', ...reach }]),
        'review matter doubt proposal',
        'doubt',
      ],
      serving: [
        await api.person([leads, { role: 'officer', officer_id: officers[1] as number }]),
        'explanation review matter doubt proposal',
        'explanation review matter doubt',
      ],
      concerned: [
        await api.person([leads, { role: 'officer', officer_id: officers[0] as number }]),
        'explanation review matter doubt proposal',
        'matter',
      ],
      administrating: [
        await api.person([{ role: 'administrator' }, { role: 'unit_clerk', ...reach }]),
        'matter doubt',
        'doubt',
      ],
    }
    const deeds: CasePatch[] = [
      { state: 'accepted' },
      { state: 'in_hand' },
      { advice: 'uphold', text: 'Đúng là máy hỏng' },
      ...(['upheld', 'noted', 'done'] as const).map((outcome) => ({ outcome, answer: 'Đã rõ' })),
    ]
    const named = (body: CasePatch) =>
      'advice' in body ? 'advise' : 'outcome' in body ? 'answer' : body.state === 'accepted' ? 'accept' : 'take_in_hand'
    const before = await digest()
    let [read, refusals] = [0, 0]
    for (const [name, [who, reads, mine]] of Object.entries(people)) {
      const list = await who.get(`/api/v1/cases?limit=500&unit_id=${unit_id}`)
      const seen = list.status === 404 ? [] : (list.body.items as Case[])
      t.same(seen.map(({ kind }) => kind).sort(), reads.split(' ').filter(Boolean).sort(), `${name} reads`)
      t.same(
        seen
          .filter(({ may }) => may.length > 0)
          .map(({ kind }) => kind)
          .sort(),
        mine.split(' ').filter(Boolean).sort(),
        `what waits for ${name}`,
      )
      const all = (await who.get('/api/v1/cases?limit=500')).body
      t.same(
        { open: all.open, mine: all.mine, overdue: all.overdue },
        { open: all.items.length, mine: all.items.filter(({ may }: Case) => may.length > 0).length, overdue: 0 },
        `${name}: counts are those of the list`,
      )
      for (const kind of caseKinds) {
        const [shown, one] = [seen.find((it) => it.kind === kind), await who.get(`/api/v1/cases/${ids[kind]}`)]
        if (shown) t.same(one.body, shown, `${name}: ${kind} alone as in the list`)
        else refused(t, one, 404, 'not_found', `${name}: ${kind}`)
        read += shown ? 1 : 0
        const others = deeds.filter((body) => !shown?.may.includes(named(body)))
        const answers = await Promise.all(others.map((body) => patch(who, { case_id: ids[kind] }, body)))
        for (const [index, { status }] of answers.entries()) {
          t.ok([403, 404, 409].includes(status), `${name}, ${kind}, ${named(others[index] as CasePatch)}: ${status}`)
          refusals += 1
        }
      }
    }
    // 3 + 0 + 5 + 2 + 4 + 4 + 0 + 0 + 0 + 4 + 5 + 5 + 2 kinds are read, by the table of decision 44.
    t.equal(read, 34)
    t.ok(refusals > 300, `${refusals} refusals`)
    t.equal(await digest(), before, 'and nothing was changed by any of them')

    // And what somebody may do they can: each deed on the same case anew, of reviews before and after the first person.
    const renew = async (kind: string, advised: boolean): Promise<Pick<Case, 'case_id'>> => {
      const [row] = await api.db.query<{ case_id: number }>(
        `with gone as (delete from cases where unit_id = $1 and kind = $2 returning *)
         insert into cases (kind, unit_id, officer_id, title, words, about_from, about_to, opened_by, opened_at, due_on, advise_by)
           select kind, unit_id, officer_id, title, words, about_from, about_to, opened_by, opened_at, due_on, advise_by from gone
           returning case_id`,
        [unit_id, kind],
      )
      if (advised) {
        await api.db.query(
          `update cases set advice = 'uphold', advice_text = 'x', advised_at = opened_at,
                  advised_by = (select min(account_id) from accounts) where case_id = $1`,
          [row?.case_id],
        )
      }
      return { case_id: `c${row?.case_id}` }
    }
    const ends = { explanation: 'noted', review: 'upheld', matter: 'done' } as const
    const done: Record<string, number> = {}
    for (const [name, [who]] of Object.entries(people)) {
      for (const [kind, advised] of [
        ['explanation', false],
        ['review', false],
        ['review', true],
        ['matter', false],
      ] as const) {
        const first = await renew(kind, advised)
        const may: string[] = (await who.get(`/api/v1/cases/${first.case_id}`)).body.may ?? []
        const own = deeds.filter((body) => may.includes(named(body)))
        for (const body of own.filter((it) => !('outcome' in it) || it.outcome === ends[kind])) {
          const { status, body: after } = await patch(who, await renew(kind, advised), body)
          t.equal(status, 200, `${name} ${kind} ${named(body)}: ${JSON.stringify(after)}`)
          const told = 'state' in body ? after.state === body.state : 'advice' in body ? after.advice : after.outcome
          t.ok(told, `${name} ${kind} ${named(body)} is read back`)
          done[name] = (done[name] ?? 0) + 1
        }
      }
    }
    t.same(
      done,
      { leader: 9, commission: 1, monitor: 1, serving: 9, concerned: 3 },
      'three deeds of each kind, by whom it is; whoever decides after the advice has one left',
    )
  },
)

t.test(
  'an explanation: five working days over Tết, accepted, taken in hand, answered in time; the log has no words',
  async (t) => {
    const { office, leader, officer } = await arrange()
    const made = await open(officer, explanation)
    t.match(made, {
      kind: 'explanation',
      officer: { officer_id: String(office.officers[0]) },
      about: { from: '2026-02-02', to: '2026-02-06' },
      opened_on: WEDNESDAY,
      // Thu 12, Fri 13, Mon 23, Tue 24, Wed 25.
      due_on: '2026-02-25',
      days_left: 5,
      state: 'new',
      may: [],
      in_time: null,
    })
    refused(t, await officer.post('/api/v1/cases', explanation), 409, 'case_open')
    await api.db.query(`insert into holidays (unit_id, day, kind, name) values ($1, '2026-02-24', 'off', 'Ngày hội')`, [
      office.unit_id,
    ])
    t.match(
      (await officer.get(`/api/v1/cases/${made.case_id}`)).body,
      { due_on: '2026-02-25', days_left: 4 },
      'a promise does not move',
    )
    t.equal((await patch(leader, made, { state: 'accepted' })).body.state, 'accepted')
    refused(t, await patch(leader, made, { state: 'accepted' }), 409, 'changed_meanwhile')
    t.same((await patch(leader, made, { state: 'in_hand' })).body.may, ['answer'])
    refused(t, await patch(leader, made, { state: 'accepted' }), 409, 'changed_meanwhile', 'never back')
    at('2026-02-25', '23:59')
    t.equal((await leader.get(`/api/v1/cases/${made.case_id}`)).body.days_left, 0)
    const answered = await patch(leader, made, { outcome: 'noted', answer: 'Đã rõ: mất điện, không do cán bộ.' })
    t.match(answered.body, {
      state: 'answered',
      outcome: 'noted',
      answered_on: '2026-02-25',
      in_time: true,
      days_left: null,
    })
    refused(t, await patch(leader, made, { outcome: 'noted', answer: 'Khác' }), 409, 'already_decided')
    t.match((await officer.get('/api/v1/cases?state=answered')).body.items, [
      { answer: 'Đã rõ: mất điện, không do cán bộ.' },
    ])
    const late = await open(officer, explanation)
    t.equal(late.due_on, '2026-03-04', 'the unit’s holiday lies behind')
    at('2026-03-05', '00:00')
    t.match((await leader.get('/api/v1/cases')).body, { overdue: 1, items: [{ days_left: -1, in_time: null }] })
    t.equal((await patch(leader, late, { outcome: 'noted', answer: 'Xin lỗi vì chậm.' })).body.in_time, false)
    const log = await api.db.query(`select action, subject, detail from audit where unit_id = $1 order by audit_id`, [
      office.unit_id,
    ])
    const subject = { case_id: Number(made.case_id.slice(1)), officer_id: office.officers[0] }
    t.match(log, [
      { action: 'case.open', subject, detail: { kind: 'explanation', due_on: '2026-02-25', from: '2026-02-02' } },
      { action: 'case.state', subject, detail: { state: 'accepted' } },
      { action: 'case.state', subject, detail: { state: 'in_hand' } },
      { action: 'case.answer', subject, detail: { outcome: 'noted' } },
      { action: 'case.open' },
      { action: 'case.answer' },
    ])
    t.equal(log.length, 6, 'what was refused left no trace')
    t.notMatch(JSON.stringify(log), /mất điện|không do|Xin lỗi/)
  },
)

t.test(
  'a matter: ten working days, any leader of the unit, done or not; clerk and commission read how it went',
  async (t) => {
    const { office, leader, clerk } = await arrange()
    const commission = await api.staff('commission')
    const made = await open(leader, { ...matter(office.unit_id), title: '  Kê thêm ghế ' })
    t.match(made, {
      title: 'Kê thêm ghế',
      due_on: '2026-03-04',
      days_left: 10,
      officer: null,
      about: null,
      words: null,
    })
    t.equal((await patch(leader, made, { state: 'accepted' })).body.state, 'accepted')
    const beside = await api.staff('unit_leader', { unit_id: office.unit_id })
    t.equal((await patch(beside, made, { state: 'in_hand' })).body.state, 'in_hand')
    t.match((await clerk.get(`/api/v1/cases/${made.case_id}`)).body, { state: 'in_hand', may: [] })
    refused(t, await patch(leader, made, { outcome: 'noted', answer: 'Đã rõ' }), 400, 'invalid_body')
    const done = await patch(leader, made, { outcome: 'done', answer: ' Đã kê 12 ghế. ' })
    t.match(done, { status: 200, body: { state: 'answered', outcome: 'done', answer: 'Đã kê 12 ghế.', in_time: true } })
    t.same((await commission.get(`/api/v1/cases/${made.case_id}`)).body, done.body)
    refused(t, await patch(beside, made, { outcome: 'not_done', answer: 'Chưa' }), 409, 'already_decided')
    const serving = await api.person([
      { role: 'unit_leader', unit_id: office.unit_id },
      { role: 'officer', officer_id: office.officers[0] as number },
    ])
    const other = await open(serving, matter(office.unit_id))
    t.equal(
      (await patch(serving, other, { outcome: 'not_done', answer: 'Chưa có kinh phí.' })).body.outcome,
      'not_done',
    )
    const log = await api.db.query<{ action: string }>('select action from audit where unit_id = $1', [office.unit_id])
    t.equal(log.length, 6, 'each deed once, what was refused not at all')
  },
)

t.test('a review: the leader advises, another person decides; silence costs the officer nothing', async (t) => {
  const { office, leader, officer } = await arrange()
  const [one, two] = [await api.staff('commission'), await api.staff('commission', { unit_id: office.unit_id })]
  const made = await open(officer, review)
  refused(t, await patch(leader, made, { outcome: 'upheld', answer: 'Đúng' }), 403, 'forbidden')
  refused(t, await patch(one, made, { outcome: 'upheld', answer: 'Đúng' }), 409, 'advice_missing')
  refused(t, await patch(one, made, { advice: 'uphold', text: 'Đúng' }), 403, 'forbidden', 'the leader’s three days')
  const advised = await patch(leader, made, { advice: 'uphold', text: 'Máy hỏng cả tuần.' })
  t.match(advised.body.advice, { advice: 'uphold', text: 'Máy hỏng cả tuần.', on: WEDNESDAY, by: /^unit_leader/ })
  t.match(advised.body.advice, { role: 'unit_leader', officer: null }, 'by their office')
  t.match((await one.get(`/api/v1/cases/${made.case_id}`)).body, { state: 'in_hand', may: ['answer'] })
  for (const state of ['accepted', 'in_hand'] as const) {
    refused(t, await patch(one, made, { state }), 409, 'changed_meanwhile', 'it is in hand already')
  }
  t.match(
    (await officer.get(`/api/v1/cases/${made.case_id}`)).body.advice,
    advised.body.advice,
    'the officer reads who advised',
  )
  refused(t, await patch(leader, made, { advice: 'refuse', text: 'Đổi ý' }), 409, 'already_decided')
  refused(t, await patch(one, made, { outcome: 'noted', answer: 'x' }), 400, 'invalid_body')
  t.match(await patch(one, made, { outcome: 'upheld', answer: 'Đã tạm chưa tính.' }), {
    status: 200,
    body: { outcome: 'upheld' },
  })

  const silent = await open(officer, review)
  // Thu 12, Fri 13, Mon 23 February are the leader's.
  at('2026-02-23')
  refused(t, await patch(one, silent, { advice: 'refuse', text: 'x' }), 403, 'forbidden')
  at('2026-02-24', '00:00')
  const instead = await patch(one, silent, { advice: 'refuse', text: 'Không thấy sai.' })
  t.match(instead, { status: 200, body: { advice: { role: 'commission', officer: null } } })
  refused(t, await patch(one, silent, { outcome: 'refused', answer: 'x' }), 403, 'second_person_needed')
  t.equal((await patch(two, silent, { outcome: 'refused', answer: 'Số liệu đúng.' })).body.in_time, true)
})

t.test(
  'a leader who serves at a counter: the commission stands in, and reads what nobody else could answer',
  async (t) => {
    const office = await createOffice(api.db, { counters: 1, officers: 2 })
    const grants = [
      { role: 'unit_leader' as const, unit_id: office.unit_id },
      { role: 'officer' as const, officer_id: office.officers[0] as number },
    ]
    at(WEDNESDAY)
    const both = await api.person(grants)
    const [one, two] = [await api.staff('commission'), await api.staff('commission')]
    const [explained, reviewed] = [await open(both, explanation), await open(both, review)]
    for (const [made, body] of [
      [explained, { outcome: 'noted', answer: 'Tôi rõ' }],
      [reviewed, { advice: 'uphold', text: 'Tôi đúng' }],
      [explained, { state: 'accepted' }],
    ] as const) {
      refused(t, await patch(both, made, body), 403, 'second_person_needed')
    }
    t.same((await one.get(`/api/v1/cases/${explained.case_id}`)).body.words, explanation.words)
    t.equal((await patch(one, explained, { outcome: 'noted', answer: 'Đã rõ.' })).status, 200)
    t.equal((await patch(one, reviewed, { advice: 'uphold', text: 'Có lý.' })).status, 200, 'at once')
    t.equal((await patch(two, reviewed, { outcome: 'upheld', answer: 'Đồng ý.' })).status, 200)
    // On somebody else's they advise themself, and are told by name, also when they lead no longer.
    const colleague = await api.staff('officer', { officer_id: office.officers[1] as number })
    const theirs = await open(colleague, review)
    await patch(both, theirs, { advice: 'uphold', text: 'Đúng.' })
    await api.db.query(`update account_roles set ended_at = '2026-03-01' where unit_id = $1 and role = 'unit_leader'`, [
      office.unit_id,
    ])
    const { advice } = (await colleague.get(`/api/v1/cases/${theirs.case_id}`)).body
    const [person] = await api.db.query<{ name: string }>('select name from officers where officer_id = $1', [
      office.officers[0],
    ])
    t.match(advice, { role: 'unit_leader', officer: person?.name })
    await api.db.query('update account_roles set ended_at = null where unit_id = $1', [office.unit_id])
    // With another leader beside, it is that one's again, and the commission reads no explanation.
    const beside = await api.staff('unit_leader', { unit_id: office.unit_id })
    const second = await open(both, explanation)
    refused(t, await one.get(`/api/v1/cases/${second.case_id}`), 404, 'not_found')
    t.equal((await patch(beside, second, { outcome: 'noted', answer: 'Đã rõ.' })).status, 200)
    // Another account of the same person: the API asks the session, the database asks whose accounts they are.
    const other = await api.staff('officer', { officer_id: office.officers[0] as number })
    const third = await open(other, explanation)
    refused(t, await patch(both, third, { outcome: 'noted', answer: 'x' }), 403, 'second_person_needed')
    const mine = { counter_id: String(office.counters[0]), day: '2026-02-10', part: 'day' }
    await assign(api.db, office.counters[0] as number, office.officers[0] as number, '2026-02-01T00:00:00+07:00')
    const doubt = (await both.post('/api/v1/roster-doubts', mine)).body
    t.equal(doubt.due_on, '2026-02-25')
    refused(
      t,
      await both.patch(`/api/v1/roster-doubts/${doubt.doubt_id}`, { outcome: 'stands' }),
      403,
      'second_person_needed',
    )
    t.equal((await beside.patch(`/api/v1/roster-doubts/${doubt.doubt_id}`, { outcome: 'stands' })).status, 200)
  },
)

t.test('the database refuses by itself what one person may not do, and what was said stays said', async (t) => {
  const { office, officer } = await arrange()
  const [one, two] = office.officers as [number, number]
  const scoped = async (...grants: { role: Role; unit_id?: number; officer_id?: number }[]): Promise<Scope> =>
    scopeOf(
      await insertAccount(api.db, grants),
      grants.map(({ role, unit_id = null, officer_id = null }) => ({
        role,
        unit_id: officer_id === null ? unit_id : office.unit_id,
        officer_id,
      })),
    )
  const unit = { unit_id: office.unit_id }
  const leader = await scoped({ role: 'unit_leader', ...unit })
  const colleague = await scoped({ role: 'officer', officer_id: two })
  const member = await scoped({ role: 'commission' })
  const insider = await scoped({ role: 'commission' }, { role: 'unit_clerk', ...unit })
  const administrator = await scoped({ role: 'administrator' })
  const attempt = async (scope: Scope, statement: string) => {
    try {
      const work = (trx: Trx) => sql.raw(statement).execute(trx)
      return `${(await withScope(api.pools.app, scope, work)).numAffectedRows ?? 'read'}`
    } catch (error) {
      return (error as { constraint?: string; code: string }).constraint ?? (error as { code: string }).code
    }
  }
  const made = await open(officer, review)
  const id = Number(made.case_id.slice(1))
  const advise = (by: Scope, day = '2026-02-12') =>
    `update cases set advice = 'uphold', advice_text = 'x', advised_by = ${by.account_id}, advised_at = '${day} 09:00+07' where case_id = ${id}`
  const answer = (by: Scope) =>
    `update cases set state = 'answered', outcome = 'upheld', answer = 'x', answered_by = ${by.account_id}, answered_at = '2026-02-24 09:00+07' where case_id = ${id}`
  const insert = (values: string) =>
    `insert into cases (kind, unit_id, officer_id, words, about_from, about_to, opened_by, opened_at, due_on) values (${values})`
  const own = (officer_id: number, by: Scope, kind = 'explanation') =>
    insert(
      `'${kind}', ${office.unit_id}, ${officer_id}, 'x', '2026-02-02', '2026-02-02', ${by.account_id}, '2026-02-11', '2026-02-25'`,
    )
  const was = await scoped({ role: 'unit_leader', ...unit })
  await api.db.query(
    `insert into account_roles (account_id, role, unit_id, officer_id, ended_at) values ($1, 'officer', $2, $3, now())`,
    [was.account_id, office.unit_id, one],
  )
  const steps: [string, Scope, string, string][] = [
    ['opened for somebody else', colleague, own(one, colleague), '42501'],
    ['opened in another name', colleague, own(two, leader), '42501'],
    ['opened by a leader for an officer', leader, own(two, leader), '42501'],
    ['a review without a day for advice', colleague, own(two, colleague, 'review'), 'cases_kind'],
    [
      'said to be without a leader',
      colleague,
      own(two, colleague).replace('due_on)', 'due_on, without_leader)').replace(/\)$/, ', true)'),
      '42501',
    ],
    [
      'answered as it is opened',
      colleague,
      own(two, colleague).replace('due_on)', 'due_on, outcome)').replace(/\)$/, `, 'noted')`),
      '42501',
    ],
    ['decided without advice', member, answer(member), 'cases_advice_first'],
    ['advised by the commission on the leader’s days', member, advise(member), '42501'],
    ['advised in another name', leader, advise(member), '42501'],
    ['advised by whoever was that officer', was, advise(was), 'cases_two_people'],
    ['advised by the officer', colleague, advise(colleague), '0'],
    ['the day moved', leader, `update cases set due_on = '2026-12-31' where case_id = ${id}`, '42501'],
    ['deleted', member, `delete from cases where case_id = ${id}`, '42501'],
    ['read by an administrator', administrator, `update cases set state = 'accepted' where case_id = ${id}`, '0'],
    ['advised', leader, advise(leader), '1'],
    ['advised anew', leader, `update cases set advice = 'refuse' where case_id = ${id}`, '23514'],
    ['decided by the leader', leader, answer(leader), '42501'],
    ['decided by somebody of the unit', insider, answer(insider), '0'],
    ['decided in another name', member, answer(insider), '42501'],
    ['an outcome of another kind', member, answer(member).replace('upheld', 'done'), 'cases_outcome'],
    ['decided', member, answer(member), '1'],
    ['decided anew', member, answer(member).replace('upheld', 'refused'), '23514'],
    ['the answer changed', member, `update cases set answer = 'y' where case_id = ${id}`, '23514'],
  ]
  for (const [what, scope, statement, expected] of steps) t.equal(await attempt(scope, statement), expected, what)
  // The owner too, whom no policy stops.
  for (const change of [`answer = 'y'`, `words = 'y'`, `due_on = '2027-01-01'`, `state = 'new'`, 'outcome = null']) {
    await t.rejects(api.db.query(`update cases set ${change} where case_id = $1`, [id]), { code: '23514' }, change)
  }
  const bad = [
    `'matter', 1, null, 'x', null, null, 1, now(), now() + interval '9 days'`,
    `'explanation', ${office.unit_id}, ${two}, 'x', '2026-02-02', '2026-02-01', 1, '2026-02-11', '2026-02-25'`,
    `'explanation', ${office.unit_id}, ${two}, 'x', '2026-02-02', '2026-02-13', 1, '2026-02-11', '2026-02-25'`,
    `'explanation', ${office.unit_id}, ${two}, 'x', '2026-02-02', '2026-02-02', 1, '2026-02-11', '2026-02-11'`,
    `'explanation', ${office.unit_id}, ${two}, '', '2026-02-02', '2026-02-02', 1, '2026-02-11', '2026-02-25'`,
  ]
  for (const values of bad) await t.rejects(api.db.query(insert(values)), { code: '23514' }, values)
})

t.test('two at once: one answer, one advice, one open case; the others are told', async (t) => {
  const { office, leader, officer } = await arrange()
  const tally = (answers: { status: number; body: { error?: { code: string } } }[]) =>
    answers.map(({ status, body }) => body.error?.code ?? String(status)).sort()
  const opened = await Promise.all(Array.from({ length: 10 }, () => officer.post('/api/v1/cases', explanation)))
  t.same(tally(opened), ['201', ...Array(9).fill('case_open')])
  const made = opened.find(({ status }) => status === 201)?.body as Case
  const leaders = [leader, await api.staff('unit_leader', { unit_id: office.unit_id })]
  const both = (body: (n: number) => unknown) => Promise.all(leaders.map((who, n) => patch(who, made, body(n))))
  t.same(tally(await both((n) => ({ outcome: 'noted', answer: `Trả lời ${n}` }))), ['200', 'already_decided'])
  const reviewed = await open(officer, review)
  const advised = leaders.map((who) => patch(who, reviewed, { advice: 'uphold', text: 'Đúng' }))
  t.same(tally(await Promise.all(advised)), ['200', 'already_decided'])
  const deciders = await Promise.all([api.staff('commission'), api.staff('commission'), api.staff('commission')])
  const decided = deciders.map((who, n) => patch(who, reviewed, { outcome: n ? 'upheld' : 'refused', answer: `${n}` }))
  t.same(tally(await Promise.all(decided)), ['200', 'already_decided', 'already_decided'])
  const rows = await api.db.query<{ action: string; n: number }>(
    `select action, count(*)::int as n from audit where unit_id = $1 group by 1 order by 1`,
    [office.unit_id],
  )
  t.same(rows, [
    { action: 'case.advise', n: 1 },
    { action: 'case.answer', n: 2 },
    { action: 'case.open', n: 2 },
  ])
})

/** Any number of cases of each kind with any days of answer and of opening, put straight into the tables. */
async function strew(t: Test, office: Office, draws: readonly (readonly [number, number, number | null])[]) {
  const account = await insertAccount(api.db, [])
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)
  const told: { due: string; answered: string | null }[] = []
  for (const [index, [kind, due, answered]] of draws.entries()) {
    const [due_on, answered_on] = [day(due), answered === null ? null : day(answered)]
    // Five minutes before midnight, when it is still the evening before in Greenwich and the same day here.
    const moment = answered_on && `${answered_on} 23:55+07`
    const opened = `${day(-20)} 08:00+07`
    const by = answered_on && account
    if (kind === 0) {
      await api.db.query(
        `insert into cases (kind, unit_id, title, opened_by, opened_at, due_on, state, outcome, answer, answered_by, answered_at)
         values ('matter', $1, 'x', $2, $3, $4, $5, $6, $6, $7, $8)`,
        [office.unit_id, account, opened, due_on, moment ? 'answered' : 'in_hand', moment && 'done', by, moment],
      )
    } else if (kind === 1) {
      await api.db.query(
        `insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at, due_on, outcome, settled_at)
         values ($1, $2, $3, $4, 'day', $5, $6, $7, $8)`,
        [
          office.unit_id,
          office.officers[0],
          office.counters[0],
          day(index),
          opened,
          due_on,
          moment && 'stands',
          moment,
        ],
      )
    } else {
      await api.db.query(
        `insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at, due_on, outcome, decided_by, decided_at)
         values ($1, $2, 'burst', 'restore', 'x', (select min(account_id) from accounts), $3, $4, $5, $6, $7)`,
        [office.unit_id, day(index), opened, due_on, moment && 'refused', by, moment],
      )
    }
    told.push({ due: due_on, answered: answered_on })
  }
  t.equal(told.length, draws.length)
  return told
}

t.test('how many were due and in time, against a count by hand; numbers alone, for whom they are', async (t) => {
  const draw = fc.tuple(fc.nat(2), fc.nat(89), fc.option(fc.nat(99), { freq: 3 }))
  const [first, second] = fc.sample(fc.array(draw, { minLength: 90, maxLength: 90 }), { seed: SEED, numRuns: 2 })
  const [home, away] = [await arrange(), await arrange()]
  const told = [await strew(t, home.office, first ?? []), await strew(t, away.office, second ?? [])]
  const monitor = await api.staff('commission', { unit_id: home.office.unit_id })
  const administrator = await api.staff('administrator')
  const ranges = [
    ['2026-01-01', '2026-03-31'],
    ['2026-01-15', '2026-02-14'],
    ['2026-02-11', '2026-02-11'],
    ['2026-02-12', '2026-02-12'],
    ['2026-03-01', '2026-03-31'],
    ['2025-01-01', '2025-12-31'],
  ] as const
  let counted = 0
  for (const today of [WEDNESDAY, '2026-02-12', '2026-06-30']) {
    for (const [from, to] of ranges) {
      at(today)
      const byHand = (cases: (typeof told)[number] = []) => {
        const sums = { due: 0, in_time: 0, overdue: 0 }
        for (const { due, answered } of cases) {
          if (due < from || due > to) continue
          if (answered === null) {
            if (due < today) sums.overdue += 1
            if (due < today) sums.due += 1
          } else {
            sums.due += 1
            if (answered <= due) sums.in_time += 1
          }
        }
        return sums
      }
      const query = `?from=${from}&to=${to}`
      const place = async (who: Caller, { office }: Place) =>
        (await who.get(`/api/v1/reports/units/${office.unit_id}${query}`)).body.cases
      const { units } = (await administrator.get(`/api/v1/reports/units${query}`)).body
      const listed = ({ office }: Place) =>
        units.find(({ unit_id }: { unit_id: string }) => unit_id === String(office.unit_id)).cases
      const [here, there] = [byHand(told[0]), byHand(told[1])]
      counted += here.due + there.due
      t.same([listed(home), listed(away)], [here, there], `${today} ${from} ${to}`)
      const asked = [place(administrator, away), ...[monitor, home.leader, home.clerk].map((who) => place(who, home))]
      t.same(await Promise.all(asked), [there, here, here, null], 'alone as in the list; not for a clerk')
    }
  }
  t.ok(counted > 500, `${counted} cases`)
  const counter = home.office.counters[0]
  t.equal(
    (await home.leader.get(`/api/v1/reports/units/${home.office.unit_id}?counter_id=${counter}`)).body.cases,
    null,
  )
  const scope: Scope = scopeOf(1, [
    { role: 'officer', unit_id: home.office.unit_id, officer_id: home.office.officers[0] as number },
  ])
  const asked = await withScope(
    api.pools.app,
    scope,
    async (trx) =>
      (await sql`select * from cases_in_time(null, '2020-01-01', '2030-01-01', '2030-01-01')`.execute(trx)).rows,
  )
  t.same(asked, [], 'the database counts for nobody else')
})

t.test('pages: each case once and in order, whatever is opened and answered meanwhile', async (t) => {
  const { office, leader } = await arrange()
  const drawn = fc.sample(fc.tuple(fc.nat(2), fc.nat(40), fc.constant(null)), { seed: SEED, numRuns: 30 })
  await strew(t, office, drawn)
  await strew(
    t,
    office,
    drawn
      .slice(0, 12)
      .map(([kind, due], n) => [kind, due, n % 7] as const)
      .map(([kind, due, on]) => [kind, due + 1, on] as const),
  )
  const walk = async (state: 'open' | 'answered', between: () => Promise<unknown>) => {
    const seen: Case[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await leader.get(`/api/v1/cases?state=${state}&limit=4${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.items)
      cursor = body.next_cursor
      await between()
    }
    return seen
  }
  const whole: Case[] = (await leader.get('/api/v1/cases?limit=500')).body.items
  t.equal(whole.length, 30)
  t.same(
    whole.map(({ due_on }) => due_on),
    whole.map(({ due_on }) => due_on).sort(),
    'the one due first stands first',
  )
  const added: string[] = []
  const seen = await walk('open', async () => added.push((await open(leader, matter(office.unit_id))).case_id))
  const known = seen.map(({ case_id }) => case_id)
  t.equal(new Set(known).size, known.length, 'none twice')
  t.same(
    known.filter((id) => !added.includes(id)),
    whole.map(({ case_id }) => case_id),
    'none left out',
  )
  const answered = await walk('answered', async () =>
    t.equal(
      (await patch(leader, { case_id: added.pop() as string }, { outcome: 'done', answer: 'Đã kê' })).status,
      200,
    ),
  )
  t.equal(answered.length, 12, 'what is answered meanwhile is newer than all of them')
  const days = answered.map(({ answered_on }) => answered_on)
  t.same(days, [...days].sort().reverse(), 'the newest answer first')
  const one = await leader.get('/api/v1/cases?kind=matter&limit=500')
  t.ok(one.body.items.length > 5 && one.body.items.every(({ kind }: Case) => kind === 'matter'))
  t.equal(one.body.open, (await leader.get('/api/v1/cases')).body.open, 'counts are over all of them')
})

t.test(
  'a day of answer that lies ahead of a long holiday list, and doubts that migrated, agree with the rule',
  async (t) => {
    const { leader, office, officer } = await arrange()
    const ids = await openAll({ ...(await arrange()), office, leader, officer })
    const due = async (kind: Case['kind']) => (await leader.get(`/api/v1/cases/${ids[kind]}`)).body
    for (const kind of caseKinds) {
      // Ten for a matter: … Thu 26, Fri 27 February, Mon 2, Tue 3, Wed 4 March.
      t.match(await due(kind), { due_on: kind === 'matter' ? '2026-03-04' : '2026-02-25' }, kind)
    }
    const doubt = (await leader.get('/api/v1/roster-doubts')).body.items[0]
    t.match((await leader.get(`/api/v1/cases/d${doubt.doubt_id}`)).body, {
      words: 'Tôi đi họp',
      about: { from: '2026-02-10', to: '2026-02-10' },
      may: ['elsewhere'],
    })
    t.equal(doubt.due_on, '2026-02-25')
    refused(
      t,
      await patch(leader, { case_id: `d${doubt.doubt_id}` }, { outcome: 'upheld', answer: 'x' }),
      409,
      'answered_elsewhere',
    )
    await leader.patch(`/api/v1/roster-doubts/${doubt.doubt_id}`, { outcome: 'corrected', answer: 'Đã sửa' })
    t.match((await officer.get(`/api/v1/cases/d${doubt.doubt_id}`)).body, {
      state: 'answered',
      outcome: 'upheld',
      answer: 'Đã sửa',
      answered_on: WEDNESDAY,
      in_time: true,
    })
    const member = await api.staff('commission')
    refused(
      t,
      await patch(member, { case_id: ids.proposal }, { outcome: 'upheld', answer: 'x' }),
      409,
      'answered_elsewhere',
    )
    const proposal = ids.proposal.slice(1)
    t.equal(
      (await member.patch(`/api/v1/proposals/${proposal}`, { outcome: 'refused', answer: 'Đúng luật' })).body.due_on,
      '2026-02-25',
    )
    t.match((await leader.get(`/api/v1/cases/${ids.proposal}`)).body, {
      outcome: 'refused',
      answer: 'Đúng luật',
      officer: null,
    })
  },
)
