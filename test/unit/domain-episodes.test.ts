/** Episodes and habits of a closed day: each kind, its edges, and what an ordinary week must not show. */
import fc from 'fast-check'
import t from 'tap'
import { episodeRuleNames } from '../../server/contract/episodes.ts'
import { chanceOf } from '../../server/demo/chance.ts'
import { wholeFives } from '../../server/domain/disclosure.ts'
import {
  episodeRules,
  findEpisodes,
  findSameHour,
  moreThanVisits,
  ruleAfter,
  setsAside,
} from '../../server/domain/episodes.ts'
import { judgeDay } from '../../server/domain/misuse.ts'
import { property } from './oracles.ts'

const at = (day: number, clock: string) => Date.parse(`2026-11-${String(day).padStart(2, '0')}T${clock}+07:00`)
const moment = (day: number, clock: string) => ({ rating_id: `${day} ${clock}`, at: at(day, clock) })
/** Three within four minutes, and two elsewhere. */
const habit = (day: number, hour = '16') => [
  ...['01', '03', '05'].map((minute) => moment(day, `${hour}:${minute}:00`)),
  moment(day, '08:40:00'),
  moment(day, '10:10:00'),
]

t.test('the contract names every rule, and no rule is forgotten', async (t) => {
  t.same([...episodeRuleNames].sort(), [...episodeRules].sort())
  t.same(episodeRules.filter(setsAside), ['too_soon', 'burst', 'mash'], 'these alone set aside')
})

t.test('the same hour each day: four of the last five days of use', async (t) => {
  const week = [16, 17, 18, 19, 20].flatMap((day) => habit(day))
  t.same(findSameHour('2026-11-20', week).sort(), ['20 16:01:00', '20 16:03:00', '20 16:05:00'], 'the cluster alone')
  t.same(
    findSameHour(
      '2026-11-20',
      [18, 19, 20].flatMap((day) => habit(day)),
    ),
    [],
    'three days are no habit yet',
  )
  const broken = [16, 17, 18, 19, 20].flatMap((day) => habit(day, day % 2 === 0 ? '16' : '09'))
  t.same(findSameHour('2026-11-20', broken), [], 'at another hour every second day')
  t.equal(
    findSameHour(
      '2026-11-20',
      week.filter(({ rating_id }) => !rating_id.startsWith('18 ')),
    ).length,
    3,
    'a day off',
  )
  t.same(findSameHour('2026-11-21', week), [], 'a day without ratings has none')
  const weeks = [2, 3, 4, 5, 6].flatMap((day) => habit(day))
  t.same(findSameHour('2026-11-20', [...weeks, moment(20, '16:02:00')]), [], 'one tap is no cluster')
})

t.test('ordinary weeks, busy mornings included, show it on under one day in a hundred', async (t) => {
  const chance = chanceOf('ordinary weeks')
  let [found, days] = [0, 0]
  for (let week = 0; week < 400; week += 1) {
    const perDay = chance.pick([3, 8, 20, 40])
    const moments = [16, 17, 18, 19, 20].flatMap((day) =>
      Array.from({ length: chance.count(perDay) }, (_, index) => {
        // Half of all citizens come between eight and ten.
        const minute = chance.happens(0.5) ? chance.whole(480, 599) : chance.whole(450, 1019)
        return { rating_id: `${day}-${index}`, at: at(day, '00:00:00') + minute * 60_000 + chance.whole(0, 59_999) }
      }),
    )
    days += 1
    if (findSameHour('2026-11-20', moments).length > 0) found += 1
  }
  t.ok(found / days < 0.01, `${found} of ${days}`)
})

const judged = (rating_id: string, more = {}) => ({ rating_id, counter_id: 1, rule: null, noted: [], ...more })

t.test('one episode per counter and rule; a rating may be in several', async (t) => {
  const none = { sameHour: [], crowded: new Set<number>() }
  t.same(findEpisodes([judged('a')], none), [])
  t.same(
    findEpisodes(
      [
        judged('a', { rule: 'burst', noted: ['outside_hours'] }),
        judged('b', { rule: 'burst', counter_id: 2 }),
        judged('c', { noted: ['outside_hours'] }),
        judged('d', { rule: 'decided' }),
      ],
      none,
    ),
    [
      { counter_id: 1, rule: 'burst', rating_ids: ['a'] },
      { counter_id: 1, rule: 'outside_hours', rating_ids: ['a', 'c'] },
      { counter_id: 2, rule: 'burst', rating_ids: ['b'] },
    ],
    'a decision is no finding',
  )
})

t.test('more ratings than visits: noted for the counter, what is set aside not among them', async (t) => {
  const taps = ['a', 'b', 'c'].map((id) => judged(id))
  const found = (crowded: number[], more = {}) =>
    findEpisodes([...taps, judged('d', more)], { sameHour: [], crowded: new Set(crowded) }).map(
      ({ rule, rating_ids }) => [rule, rating_ids],
    )
  t.same(found([1]), [['more_than_visits', ['a', 'b', 'c', 'd']]])
  t.same(found([1], { rule: 'burst' }), [
    ['more_than_visits', ['a', 'b', 'c']],
    ['burst', ['d']],
  ])
  t.same(found([1], { rule: 'decided' }), [['more_than_visits', ['a', 'b', 'c']]])
  t.same(found([2]), [], 'another counter')
})

t.test('more than came, in whole fives: typing one number after another finds no exact count', async (t) => {
  for (const [counted, visits, more] of [
    [0, 0, false],
    [4, 0, false],
    [5, 4, true],
    [5, 5, false],
    [9, 5, false],
    [9, 4, true],
    [10, 9, true],
    [11, 10, false],
  ] as const) {
    t.equal(moreThanVisits(counted, visits), more, `${counted} counted, ${visits} came`)
  }
  for (let visits = 0; visits < 40; visits += 1) {
    const answers = [20, 21, 22, 23, 24].map((counted) => moreThanVisits(counted, visits))
    t.equal(new Set(answers).size, 1, `twenty to twenty-four are told alike at ${visits}`)
  }
})

t.test('straight-lining: eight tiles, all to one side', async (t) => {
  const noted = (kept: number, broken: number) =>
    judgeDay([{ rating_id: 'a', at: at(20, '09:00:00'), sequence: null, level: 3, dwell_ms: 3000, kept, broken }], {
      hours: null,
      unassigned: new Set(),
    }).get('a')
  t.same(noted(8, 0), { set_aside: null, noted: ['straight_lining'] })
  t.same(noted(0, 13), { set_aside: null, noted: ['straight_lining'] })
  t.same(noted(7, 0)?.noted, [])
  t.same(noted(8, 1)?.noted, [])
})

t.test('a decision outweighs the rule, and only where there is one', async (t) => {
  t.equal(ruleAfter('burst', 'restored'), null)
  t.equal(ruleAfter('burst', 'set_aside'), 'burst')
  t.equal(ruleAfter(null, 'set_aside'), 'decided')
  t.equal(ruleAfter('mash', undefined), 'mash')
  t.equal(ruleAfter(null, undefined), null)
})

t.test('an episode is told in whole fives: any two such numbers differ by none or five at least', async (t) => {
  t.same([0, 4, 5, 9, 10, 14].map(wholeFives), [null, null, 5, 5, 10, 10])
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (a, b) => {
      const [x, y] = [wholeFives(a) ?? 0, wholeFives(b) ?? 0]
      return x === y || Math.abs(x - y) >= 5
    }),
    property,
  )
})
