/** Cases: days of answer over Tết and days worked in exchange, who may do what, and what is in time; all by hand. */
import t from 'tap'
import type { CaseDeed, CaseKind } from '../../server/contract/cases.ts'
import { type Grant, mayCountCases, mayReadCase, scopeOf } from '../../server/domain/access.ts'
import {
  ANSWER_WITHIN,
  adviseBy,
  daysLeft,
  deedsOf,
  dueOn,
  refusalOf,
  type Standing,
  stateOf,
  wasInTime,
} from '../../server/domain/cases.ts'
import { workingCalendar } from '../../server/domain/working-days.ts'

const off = (day: string) => ({ unit_id: null, day, kind: 'off' as const })
// Tết of 2026: Mon 16 to Fri 20 February off; Sat 28 February worked in exchange for Mon 2 March.
const tet = workingCalendar(
  [
    ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-03-02'].map(off),
    { unit_id: null, day: '2026-02-28', kind: 'working' },
    { unit_id: 7, day: '2026-02-23', kind: 'off' },
  ],
  1,
)

t.test('the day of answer: five working days, ten for a matter, none of them the day of opening', async (t) => {
  t.same(ANSWER_WITHIN, { explanation: 5, review: 5, matter: 10, doubt: 5, proposal: 5 })
  // Wed 11 Feb: Thu 12, Fri 13, then Mon 23, Tue 24, Wed 25.
  for (const kind of ['explanation', 'review', 'doubt', 'proposal'] as const) {
    t.equal(dueOn(kind, '2026-02-11', tet), '2026-02-25', kind)
  }
  // … Thu 26, Fri 27, Sat 28 (worked), Tue 3 March, Wed 4.
  t.equal(dueOn('matter', '2026-02-11', tet), '2026-03-04')
  t.equal(dueOn('explanation', '2026-02-15', tet), '2026-02-27', 'written on a Sunday before Tết')
  t.equal(dueOn('explanation', '2026-02-23', tet), '2026-02-28', 'due on a Saturday that is worked')
  t.equal(adviseBy('review', '2026-02-11', tet), '2026-02-23', 'the third working day')
  t.equal(adviseBy('explanation', '2026-02-11', tet), null)
  const elsewhere = workingCalendar([off('2026-02-24')], 7)
  t.equal(dueOn('review', '2026-02-20', elsewhere), '2026-03-02')
})

t.test('days left: 0 on the day itself alone, holidays and weekends not counted', async (t) => {
  const left = (due: string, today: string) => daysLeft(due, today, tet)
  t.equal(left('2026-02-25', '2026-02-25'), 0)
  t.equal(left('2026-02-25', '2026-02-24'), 1)
  t.equal(left('2026-02-25', '2026-02-13'), 3)
  t.equal(left('2026-02-25', '2026-02-18'), 3, 'on a day off')
  t.equal(left('2026-02-27', '2026-02-28'), -1, 'a Saturday that is worked')
  t.equal(left('2026-02-13', '2026-02-14'), -1, 'overdue from the Saturday on, though no working day has passed')
  t.equal(left('2026-02-13', '2026-02-24'), -2)
  t.equal(left('2026-02-28', '2026-03-03'), -1)
  t.equal(left('2026-02-18', '2026-02-17'), 1, 'a day of answer that became a holiday is still to come')
})

t.test('in time: by the end of its day; nothing is said of an open one', async (t) => {
  const answered = (answered_on: string | null) => wasInTime({ due_on: '2026-02-25', answered_on })
  t.same(['2026-02-11', '2026-02-25', '2026-02-26', null].map(answered), [true, true, false, null])
})

const grant = (role: Grant['role'], unit_id: number | null, officer_id: number | null = null): Grant => ({
  role,
  unit_id,
  officer_id,
})
let accounts = 100
const person = (...grants: Grant[]) => scopeOf(++accounts, grants)
const leader = person(grant('unit_leader', 1))
const otherLeader = person(grant('unit_leader', 2))
const clerk = person(grant('unit_clerk', 1))
const officer = person(grant('officer', 1, 11))
const colleague = person(grant('officer', 1, 12))
const commission = person(grant('commission', null))
const monitor = person(grant('commission', 1))
const otherMonitor = person(grant('commission', 2))
const administrator = person(grant('administrator', null))
const inspector = person(grant('inspector', null))
/** Somebody of the unit who also holds a role of the province, and a leader who serves at a counter. */
const insider = person(grant('commission', null), grant('unit_clerk', 1))
const serving = person(grant('unit_leader', 1), grant('officer', 1, 11))
const people = {
  ...{ leader, otherLeader, clerk, officer, colleague, commission, monitor, otherMonitor, administrator, inspector },
  ...{ insider, serving },
}
const standing = (kind: CaseKind, more: Partial<Standing> = {}): Standing => ({
  kind,
  unit_id: 1,
  officer_id: kind === 'matter' || kind === 'proposal' ? null : 11,
  opened_by:
    kind === 'doubt' ? null : kind === 'matter' || kind === 'proposal' ? leader.account_id : officer.account_id,
  state: 'new',
  advise_by: kind === 'review' ? '2026-02-23' : null,
  without_leader: false,
  advised_by: null,
  ...more,
})
const those = (may: (scope: typeof leader) => boolean) =>
  Object.entries(people)
    .filter(([, scope]) => may(scope))
    .map(([name]) => name)
const able = (it: Standing, deed: CaseDeed, today = '2026-02-12') =>
  those((scope) => deedsOf(scope, it, today).includes(deed))

t.test('who reads what', async (t) => {
  const readers = (kind: CaseKind, without_leader = false) =>
    those((scope) => mayReadCase(scope, standing(kind, { without_leader })))
  t.same(readers('explanation'), ['leader', 'officer', 'serving'])
  t.same(readers('explanation', true), ['leader', 'officer', 'commission', 'monitor', 'insider', 'serving'])
  t.same(readers('review'), ['leader', 'officer', 'commission', 'monitor', 'insider', 'serving'])
  t.same(readers('matter'), ['leader', 'clerk', 'commission', 'monitor', 'insider', 'serving'])
  t.same(readers('doubt'), ['leader', 'clerk', 'officer', 'commission', 'monitor', 'insider', 'serving'])
  t.same(readers('proposal'), ['leader', 'commission', 'monitor', 'insider', 'serving'])
  const counters = those((scope) => mayCountCases(scope, 1))
  t.same(counters, ['leader', 'commission', 'monitor', 'administrator', 'insider', 'serving'])
})

t.test('who does what: nobody about a case of their own, a review in two persons', async (t) => {
  t.same(able(standing('explanation'), 'answer'), ['leader'])
  t.same(able(standing('explanation', { without_leader: true }), 'answer'), ['leader', 'commission', 'monitor'])
  t.same(able(standing('matter'), 'answer'), ['leader', 'serving'])
  const review = standing('review')
  t.same(able(review, 'answer'), [], 'no decision without advice')
  t.same(able(review, 'advise', '2026-02-23'), ['leader'], 'the leader alone until the third working day is over')
  t.same(able(review, 'advise', '2026-02-24'), ['leader', 'commission', 'monitor'])
  t.same(able(standing('review', { without_leader: true }), 'advise'), ['leader', 'commission', 'monitor'])
  const advised = standing('review', { advised_by: leader.account_id, state: 'in_hand' })
  t.same(able(advised, 'advise'), [])
  t.same(able(advised, 'answer'), ['commission', 'monitor'])
  const byCommission = standing('review', { advised_by: commission.account_id })
  t.same(able(byCommission, 'answer'), ['monitor'], 'another member than the one who advised')
  t.same(able(standing('doubt'), 'elsewhere'), ['leader', 'clerk', 'administrator', 'insider'])
  t.same(able(standing('proposal'), 'elsewhere'), ['commission', 'monitor'])
  for (const kind of Object.keys(ANSWER_WITHIN) as CaseKind[]) {
    const answered = standing(kind, { state: 'answered' })
    t.same(
      those((scope) => deedsOf(scope, answered, '2026-02-12').length > 0),
      [],
      `${kind}: an answer stands`,
    )
  }
})

t.test('accepting and taking in hand go forward alone, and are of whoever has something to say next', async (t) => {
  t.same(deedsOf(leader, standing('matter'), '2026-02-12'), ['accept', 'take_in_hand', 'answer'])
  t.same(deedsOf(leader, standing('matter', { state: 'accepted' }), '2026-02-12'), ['take_in_hand', 'answer'])
  t.same(deedsOf(leader, standing('matter', { state: 'in_hand' }), '2026-02-12'), ['answer'])
  t.same(deedsOf(leader, standing('review', { advised_by: leader.account_id }), '2026-02-12'), [])
  for (const state of ['new', 'accepted', 'in_hand'] as const) {
    const advised = standing('review', { advised_by: leader.account_id, state })
    t.equal(stateOf(advised), 'in_hand', `${state}, and the first person has spoken`)
    t.same(deedsOf(commission, advised, '2026-02-12'), ['answer'], 'what is left is to decide')
    t.equal(refusalOf(commission, advised, 'accept', '2026-02-12'), 'changed_meanwhile')
    t.equal(stateOf(standing('review', { state })), state, `${state}, before that`)
  }
  t.equal(stateOf(standing('review', { advised_by: leader.account_id, state: 'answered' })), 'answered')
})

t.test('why not: each refusal says what stands in the way', async (t) => {
  const why = (who: typeof leader, it: Standing, deed: Exclude<CaseDeed, 'elsewhere'>, today = '2026-02-12') =>
    refusalOf(who, it, deed, today)
  t.equal(why(leader, standing('explanation'), 'answer'), null)
  t.equal(why(leader, standing('doubt'), 'answer'), 'answered_elsewhere')
  t.equal(why(commission, standing('proposal'), 'answer'), 'answered_elsewhere')
  t.equal(why(serving, standing('explanation'), 'answer'), 'second_person_needed')
  t.equal(
    why(serving, standing('review', { officer_id: 12, opened_by: serving.account_id }), 'advise'),
    'second_person_needed',
  )
  t.equal(why(commission, standing('review'), 'answer'), 'advice_missing')
  t.equal(why(commission, standing('review'), 'advise'), 'forbidden', 'it is still the leader’s to advise')
  t.equal(why(leader, standing('review', { advised_by: 1 }), 'advise'), 'already_decided')
  t.equal(why(leader, standing('review', { advised_by: 1 }), 'answer'), 'forbidden')
  t.equal(why(insider, standing('review', { advised_by: 1 }), 'answer'), 'forbidden')
  t.equal(why(commission, standing('review', { advised_by: commission.account_id }), 'answer'), 'second_person_needed')
  t.equal(why(commission, standing('matter'), 'answer'), 'forbidden')
  t.equal(why(leader, standing('matter'), 'advise'), 'forbidden')
  t.equal(why(leader, standing('matter', { state: 'answered' }), 'answer'), 'already_decided')
  t.equal(why(leader, standing('matter', { state: 'in_hand' }), 'accept'), 'changed_meanwhile')
})
