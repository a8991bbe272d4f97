/** What is said about a tablet follows from what it told: each advice has its case, and the case beside it that has none. */
import t from 'tap'
import { type FleetAdvice, fleetAdvice } from '../../server/contract/fleet.ts'
import { adviseTablet, isRenewalDue, stateOf, type TabletFacts, workingDaysBefore } from '../../server/domain/fleet.ts'
import { workingCalendar } from '../../server/domain/working-days.ts'

const open = (weekdays: number[]) => workingCalendar([], 1, weekdays)

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A Tuesday. */
const now = Date.parse('2026-11-24T10:00:00+07:00')
const moment = (text: string) => Date.parse(`${text}+07:00`)

/** A tablet that fares well: paired long ago, heard of a moment ago, rated yesterday. */
const well: TabletFacts = {
  paired_ms: moment('2026-10-01T08:00:00'),
  code_expires_ms: null,
  last_contact_ms: now - 30_000,
  queue_length: 0,
  rejected_length: 0,
  oldest_ms: null,
  storage_persisted: true,
  storage_used: 20_000_000,
  storage_quota: 5_000_000_000,
  battery: 0.9,
  charging: true,
  clock_offset_s: 1,
  missing: 0,
  cloned: false,
  store_lost: false,
  last_rated_day: '2026-11-23',
  newest: true,
  newest_since_ms: moment('2026-11-20T08:00:00'),
  staffed: [{ from_ms: moment('2026-10-01T08:00:00'), to_ms: null }],
  calendar: open([1, 2, 3, 4, 5]),
}
const advise = (facts: Partial<TabletFacts>) => adviseTablet({ ...well, ...facts }, now)
const silent = { last_contact_ms: now - 10 * MINUTE - 1 }

t.test('a tablet that fares well needs nothing', async (t) => {
  t.same(advise({}), [])
  const quiet = { storage_persisted: null, battery: null, charging: null, clock_offset_s: null, newest: null }
  t.same(advise({ ...quiet, queue_length: null, rejected_length: null }), [], 'what it does not tell is no trouble')
})

t.test('state: ten minutes, and pairing is a sign of life', async (t) => {
  t.same(stateOf(well, now), { state: 'online', silent_since_ms: null })
  t.equal(stateOf({ ...well, last_contact_ms: now - 10 * MINUTE }, now).state, 'online')
  t.same(stateOf({ ...well, ...silent }, now), { state: 'silent', silent_since_ms: silent.last_contact_ms })
  t.equal(stateOf({ paired_ms: now, last_contact_ms: null }, now).state, 'online')
  const never = { paired_ms: now - HOUR, last_contact_ms: null }
  t.same(stateOf(never, now), { state: 'silent', silent_since_ms: now - HOUR })
  t.same(stateOf({ paired_ms: null, last_contact_ms: null }, now), { state: 'waiting', silent_since_ms: null })
})

/** [facts, what is said]; each code of the contract stands here. */
const cases: [string, Partial<TabletFacts>, FleetAdvice[]][] = [
  ['a code that is good', { paired_ms: null, code_expires_ms: now + 1 }, ['type_code']],
  ['a code that ran out', { paired_ms: null, code_expires_ms: now }, ['pair_again']],
  ['no code at all', { paired_ms: null }, ['pair_again']],
  ['silence', silent, ['check_power_and_network']],
  ['an image on two tablets', { cloned: true }, ['cloned']],
  ['a store that was lost', { store_lost: true }, ['store_lost']],
  ['a queue for an hour', { queue_length: 3, oldest_ms: now - HOUR - 1 }, ['answers_waiting_long']],
  ['a queue for less', { queue_length: 3, oldest_ms: now - HOUR, clock_offset_s: 0 }, []],
  ['silence with a queue', { ...silent, queue_length: 3, oldest_ms: now - 9 * HOUR }, ['check_power_and_network']],
  [
    'a fresh queue by a clock in 1970',
    { queue_length: 1, oldest_ms: 90_000, clock_offset_s: (100_000 - now) / 1000 },
    ['clock_wrong'],
  ],
  ['numbers that never came', { missing: 1 }, ['ratings_missing']],
  ['numbers it still holds', { missing: 3, queue_length: 3 }, []],
  ['refused ones are not lost', { missing: 2, rejected_length: 2 }, ['rejected_waiting']],
  ['a battery that empties', { battery: 0.19, charging: false }, ['battery_low']],
  ['a battery that fills', { battery: 0.05, charging: true }, []],
  ['a store that may go', { storage_persisted: false }, ['storage_not_kept']],
  ['a clock that runs ahead', { clock_offset_s: 301 }, ['clock_wrong']],
  ['a clock that is behind', { clock_offset_s: -301 }, ['clock_wrong']],
  ['a clock that is about right', { clock_offset_s: -300 }, []],
  ['an old page after a day', { newest: false }, ['update_stuck']],
  ['an old page after a week', { newest: false, newest_since_ms: now - 7 * 24 * HOUR - 1 }, ['update_overdue']],
  ['an old page within the week', { newest: false, newest_since_ms: now - 7 * 24 * HOUR }, ['update_stuck']],
  [
    'an old page for a week, and silent',
    { newest: false, newest_since_ms: now - 8 * 24 * HOUR, ...silent },
    ['check_power_and_network', 'update_overdue'],
  ],
  ['nine tenths of the room used', { storage_used: 4_500_000_000 }, ['storage_nearly_full']],
  ['less than that', { storage_used: 4_499_999_999 }, []],
  ['little left of little', { storage_used: 40_000_000, storage_quota: 80_000_000 }, ['storage_nearly_full']],
  ['a browser that does not tell', { storage_used: 40_000_000, storage_quota: null }, []],
  ['a browser that tells nonsense', { storage_used: 40_000_000, storage_quota: 0 }, []],
  ['an old page on the day itself', { newest: false, newest_since_ms: now - 24 * HOUR }, []],
  ['an old page on a silent tablet', { newest: false, ...silent }, ['check_power_and_network']],
  ['nobody rated for two working days', { last_rated_day: '2026-11-19' }, ['unused_while_staffed']],
  ['nobody ever rated', { last_rated_day: null }, ['unused_while_staffed']],
  ['Friday counts', { last_rated_day: '2026-11-20' }, []],
  [
    'open on Sundays: Friday does not',
    { last_rated_day: '2026-11-20', calendar: open([1, 7]) },
    ['unused_while_staffed'],
  ],
  ['a queue may hold the ratings', { last_rated_day: null, queue_length: 2 }, []],
  ['out of touch, nobody can tell', { last_rated_day: null, ...silent }, ['check_power_and_network']],
  ['nobody assigned', { last_rated_day: null, staffed: [] }, []],
  ['open on no day', { last_rated_day: null, calendar: open([]) }, []],
  ['paired on the first of the two days', { last_rated_day: null, paired_ms: moment('2026-11-20T00:00:00') }, []],
  [
    'shifts on both days',
    {
      last_rated_day: null,
      staffed: [
        { from_ms: moment('2026-11-20T13:30:00'), to_ms: moment('2026-11-20T17:00:00') },
        { from_ms: moment('2026-11-23T07:30:00'), to_ms: moment('2026-11-23T11:30:00') },
      ],
    },
    ['unused_while_staffed'],
  ],
  [
    'a shift on one of them',
    {
      last_rated_day: null,
      staffed: [{ from_ms: moment('2026-11-23T00:00:00'), to_ms: null }],
    },
    [],
  ],
  [
    'a shift that ended as the day began',
    { last_rated_day: null, staffed: [{ from_ms: 0, to_ms: moment('2026-11-23T00:00:00') }] },
    [],
  ],
]
for (const [name, facts, said] of cases) t.test(name, async (t) => t.same(advise(facts), said))

t.test('every advice has its case, and many at once come in the order of the list', async (t) => {
  t.same([...new Set(cases.flatMap(([, , said]) => said))].sort(), [...fleetAdvice].sort())
  const worst = advise({
    cloned: true,
    store_lost: true,
    queue_length: 1,
    oldest_ms: 0,
    missing: 9,
    rejected_length: 1,
    battery: 0,
    charging: false,
    storage_used: 4_990_000_000,
    storage_persisted: false,
    clock_offset_s: -999,
    newest: false,
  })
  const expected = fleetAdvice.filter(
    (code) =>
      !['type_code', 'pair_again', 'check_power_and_network', 'unused_while_staffed', 'update_overdue'].includes(code),
  )
  t.same(worst, expected)
})

t.test('working days before a day, over weekends, and no further than the look-back', async (t) => {
  t.same(workingDaysBefore('2026-11-24', open([1, 2, 3, 4, 5]), 2), ['2026-11-23', '2026-11-20'])
  t.same(workingDaysBefore('2026-11-24', open([2]), 5), ['2026-11-17', '2026-11-10'])
  const rest = workingCalendar([{ unit_id: null, day: '2026-11-23', kind: 'off' }], 1)
  t.same(workingDaysBefore('2026-11-24', rest, 2), ['2026-11-20', '2026-11-19'], 'over a holiday')
})

t.test('a certificate is to be renewed in the last third of its life, and in its last 30 days', async (t) => {
  const day = 24 * HOUR
  const due = (life: number, left: number) =>
    isRenewalDue({ from_ms: now - (life - left) * day, to_ms: now + left * day }, now)
  t.notOk(due(397, 31))
  t.ok(due(397, 29))
  t.notOk(due(45, 16), 'one of 45 days')
  t.ok(due(45, 14))
  t.ok(due(397, -1), 'run out')
})
