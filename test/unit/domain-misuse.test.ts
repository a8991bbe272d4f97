/** Misuse: the worked days, each rule alone and together, and what must hold for any day in any order. */
import fc from 'fast-check'
import t from 'tap'
import { poissonUpperTail } from '../../server/domain/distributions.ts'
import {
  asideRules,
  type DayContext,
  findBursts,
  judgeDay,
  MISUSE_RULES,
  MISUSE_VERSION,
  noteBits,
  notes,
  packNotes,
  packRule,
  ruleCodes,
  type Tap,
  unpackNotes,
  unpackRule,
} from '../../server/domain/misuse.ts'
import { oracles, property } from './oracles.ts'

/** 2026-11-24 08:00 in the office, a Tuesday. */
const EIGHT = Date.parse('2026-11-24T08:00:00+07:00')
const anytime: DayContext = { hours: null, unassigned: new Set() }
const tap = (seconds: number, more: Partial<Tap> = {}): Tap => ({
  rating_id: String(seconds),
  at: EIGHT + Math.round(seconds * 1000),
  sequence: null,
  level: 5,
  dwell_ms: 3000,
  ...more,
})
const asides = (taps: Tap[], rules = MISUSE_RULES) =>
  Object.fromEntries([...judgeDay(taps, anytime, rules)].map(([id, { set_aside }]) => [id, set_aside]))
const never = Number.POSITIVE_INFINITY

t.test('the worked burst', async (t) => {
  const { taps, window_s, k, in_burst, set_aside } = oracles.burst
  t.equal(MISUSE_RULES.burst_window_ms, window_s * 1000)
  t.equal(MISUSE_RULES.burst_taps, k)
  const bursts = findBursts(taps, window_s, k)
  t.same(
    bursts.map(([first, last]) => taps.slice(first, last + 1)),
    [in_burst],
  )
  const verdicts = asides(taps.map((seconds) => tap(seconds)))
  t.same(
    taps.filter((seconds) => verdicts[String(seconds)] !== null),
    set_aside,
  )
  t.same(new Set(set_aside.map((seconds) => verdicts[String(seconds)])), new Set(['burst']))
})

t.test('the worked interval', async (t) => {
  const { taps, seconds, accepted } = oracles.min_interval
  t.equal(MISUSE_RULES.min_interval_ms, seconds * 1000)
  const verdicts = asides(
    taps.map((at) => tap(at)),
    { ...MISUSE_RULES, burst_taps: never },
  )
  t.same(
    taps.filter((at) => verdicts[String(at)] === null),
    accepted,
  )
  t.same(new Set(Object.values(verdicts)), new Set([null, 'too_soon']))
})

t.test('why four taps and not three make a burst', async (t) => {
  const perMinute = 0.2
  t.ok(1 / poissonUpperTail(3, perMinute) < 900, 'three in a minute: chance brings that every other day')
  t.ok(1 / poissonUpperTail(4, perMinute) > 17_000, 'four: hardly once in a month')
})

t.test('a window is half-open', async (t) => {
  t.same(asides([tap(0), tap(20), tap(40), tap(60)]), { 0: null, 20: null, 40: null, 60: null }, '60 s apart: no burst')
  t.same(asides([tap(0), tap(20), tap(40), tap(59.999)]), { 0: null, 20: 'burst', 40: 'burst', 59.999: 'burst' })
})

t.test('windows that share a tap are one burst, others are two', async (t) => {
  const long = Array.from({ length: 40 }, (_, index) => tap(index * 15))
  t.equal(Object.values(asides(long)).filter((rule) => rule === null).length, 1, 'ten minutes of tapping count once')
  const two = [0, 5, 10, 15, 70, 75, 80, 85].map((seconds) => tap(seconds))
  t.same(
    Object.entries(asides(two))
      .filter(([, rule]) => rule === null)
      .map(([id]) => id),
    ['0', '70'],
  )
})

t.test('windows that share a single tap are one burst', async (t) => {
  t.same(findBursts([0, 1, 2, 50, 100, 101, 102], 60, 4), [[0, 6]])
  t.same(findBursts([0, 1, 2, 50, 62, 101, 102, 109], 60, 4).length, 1)
  t.same(findBursts([0, 1, 2, 3, 64, 65, 66, 67], 60, 4), [
    [0, 3],
    [4, 7],
  ])
  t.same(findBursts([0, 1, 2], 60, 4), [])
})

t.test('equal moments are told apart by sequence, then by id', async (t) => {
  const both = (a: Partial<Tap>, b: Partial<Tap>) => {
    const taps = [tap(0, { rating_id: 'a', ...a }), tap(0, { rating_id: 'b', ...b })]
    const [there, back] = [asides(taps), asides([...taps].reverse())]
    t.same(there, back)
    return there
  }
  t.same(both({}, {}), { a: null, b: 'too_soon' })
  t.same(both({ sequence: 8 }, { sequence: 7 }), { a: 'too_soon', b: null })
  t.same(both({ sequence: null }, { sequence: 7 }), { a: 'too_soon', b: null }, 'one that does not count comes last')
})

t.test('a child at play: quick taps from the second on', async (t) => {
  const quick = { dwell_ms: 399 }
  t.same(asides([tap(0, quick), tap(90, quick), tap(180, quick)]), { 0: null, 90: 'mash', 180: 'mash' })
  t.same(asides([tap(0, quick), tap(90), tap(180, quick)]), { 0: null, 90: null, 180: null }, 'not in a row')
  t.same(asides([tap(0, quick), tap(90, { dwell_ms: null }), tap(180, quick)]), { 0: null, 90: null, 180: null })
  t.same(
    asides([tap(0, { dwell_ms: 400 }), tap(90, { dwell_ms: 400 })]),
    { 0: null, 90: null },
    '400 ms is slow enough',
  )
})

t.test('rules together', async (t) => {
  t.same(
    asides([tap(0), tap(4), tap(62), tap(63), tap(63.5)]),
    { 0: null, 4: 'too_soon', 62: null, 63: 'burst', 63.5: 'burst' },
    'a burst whose first tap came too soon counts with its next',
  )
  const quick = { dwell_ms: 100 }
  t.same(
    asides([tap(0, quick), tap(100, quick), tap(110), tap(120), tap(130)]),
    { 0: null, 100: 'mash', 110: null, 120: 'burst', 130: 'burst' },
    'so does one whose first tap was mashed',
  )
  t.same(
    asides([tap(0), tap(3, quick), tap(100, quick)]),
    { 0: null, 3: 'too_soon', 100: 'mash' },
    'a tap set aside still ends or carries a run',
  )
  t.same(asides([tap(0), tap(4), tap(8)]), { 0: null, 4: 'too_soon', 8: null }, 'counted from the last accepted tap')
})

t.test('a batch that knows only its arrival is no burst', async (t) => {
  const untimed = Array.from({ length: 20 }, (_, index) =>
    tap(index / 1e6, { timed: false, rating_id: `late-${index}` }),
  )
  t.same(new Set(Object.values(asides(untimed))), new Set([null]))
  const between = [tap(0), tap(1, { timed: false }), tap(6), tap(20), tap(40)]
  t.same(asides(between), { 0: null, 1: null, 6: 'burst', 20: 'burst', 40: 'burst' }, 'nor does it hide or make one')
  const hours = { days: [7], intervals: [] }
  const verdicts = judgeDay([tap(0, { timed: false })], { hours, unassigned: new Set() })
  t.same(verdicts.get('0'), { set_aside: null, noted: [] }, 'nor is it outside hours')
})

t.test('notes, which set nothing aside', async (t) => {
  const context: DayContext = {
    hours: {
      days: [1, 2, 3, 4, 5],
      intervals: [
        { from: 450, to: 690 },
        { from: 810, to: 1020 },
      ],
    },
    unassigned: new Set(['early', 'noon']),
  }
  const at = (rating_id: string, local: string): Tap => tap(0, { rating_id, at: Date.parse(`${local}+07:00`) })
  const verdicts = judgeDay(
    [
      at('early', '2026-11-24T07:29:50'),
      at('opening', '2026-11-24T07:30:00'),
      at('closing', '2026-11-24T11:30:00'),
      at('noon', '2026-11-24T14:00:00'),
      at('evening', '2026-11-24T23:59:59'),
    ],
    context,
  )
  t.same(Object.fromEntries(verdicts), {
    early: { set_aside: null, noted: ['outside_hours', 'nobody_assigned'] },
    opening: { set_aside: null, noted: [] },
    closing: { set_aside: null, noted: ['outside_hours'] },
    noon: { set_aside: null, noted: ['nobody_assigned'] },
    evening: { set_aside: null, noted: ['outside_hours'] },
  })
  const saturday = judgeDay([at('saturday', '2026-11-28T08:00:00')], context)
  t.same(saturday.get('saturday')?.noted, ['outside_hours'])
})

t.test('any day, in any order', async () => {
  const day = fc
    .array(
      fc.record({
        gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 9000, max: 200_000 })),
        sequence: fc.option(fc.integer({ min: 0, max: 9 })),
        level: fc.integer({ min: 1, max: 5 }),
        dwell_ms: fc.option(fc.integer({ min: 0, max: 1000 })),
        timed: fc.boolean().map((no) => !no),
        late: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    .map((rows) => {
      let at = EIGHT
      return rows.map(({ gap, late, ...row }, index): Tap => {
        at += gap
        return { ...row, timed: late ? row.timed : true, at, rating_id: `r${(index * 7919) % 1000}` }
      })
    })
  fc.assert(
    fc.property(day, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (taps, chance) => {
      const verdicts = judgeDay(taps, anytime)
      const shuffled = taps
        .map((each) => ({ each, key: chance.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each)
      const same = judgeDay(shuffled, anytime)

      if (verdicts.size !== taps.length) return false
      const judged = (map: typeof verdicts) => taps.map((each) => JSON.stringify(map.get(each.rating_id))).join()
      if (judged(same) !== judged(verdicts) || judged(verdicts).includes('undefined')) return false
      const rule = (each: Tap) => verdicts.get(each.rating_id)?.set_aside ?? null
      const timed = taps.filter((each) => each.timed)
      const accepted = timed.filter((each) => rule(each) === null).map((each) => each.at)
      const tight = accepted.some((at, index) => index > 0 && at - (accepted[index - 1] ?? 0) < 5000)
      if (tight) return false
      const first = [...timed].sort((a, b) => a.at - b.at)[0]
      // The first of the day comes after nothing: only a run of untimed quick taps before it could set it aside.
      if (first && timed.length === taps.length && accepted[0] !== first.at) return false
      const bursts = findBursts(
        timed.map((each) => each.at),
        60_000,
        4,
      )
      const inBurst = bursts.flatMap(([from, to]) => timed.slice(from, to + 1))
      if (timed.some((each) => rule(each) === 'burst' && !inBurst.some((other) => other.at === each.at))) return false
      return bursts.every(([from, to]) => {
        const moments = timed.slice(from, to + 1).map((each) => each.at)
        const inside = accepted.filter(
          (at) => moments[0] !== undefined && at >= moments[0] && at <= (moments.at(-1) ?? 0),
        )
        return inside.length <= 1
      })
    }),
    { ...property, numRuns: 200 },
  )
})

t.test('the first of any burst is accepted when nothing came shortly before it', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 19_000 }), { minLength: 3, maxLength: 30 })
  fc.assert(
    fc.property(gaps, (steps) => {
      let at = EIGHT
      const taps = [0, ...steps].map((step, index) => {
        at += step
        return tap(0, { at, sequence: index, rating_id: `r${index}` })
      })
      const verdicts = judgeDay(taps, anytime)
      return [...verdicts].every(([id, { set_aside }]) => (id === 'r0' ? set_aside === null : set_aside === 'burst'))
    }),
    property,
  )
})

t.test('a day of 20,000 taps is one burst', async (t) => {
  const many = Array.from({ length: 20_000 }, (_, index) => tap(index * 3, { rating_id: `r${index}` }))
  t.equal(Object.values(asides(many)).filter((rule) => rule === null).length, 1)
})

t.test('stored numbers', async (t) => {
  t.equal(MISUSE_VERSION, 2)
  t.same(ruleCodes, { too_soon: 1, burst: 2, mash: 3, decided: 4 }, 'never renumbered')
  t.same(noteBits, { outside_hours: 1, nobody_assigned: 2, straight_lining: 4 }, 'never renumbered')
  for (const rule of [null, ...asideRules]) t.equal(unpackRule(packRule(rule)), rule)
  t.throws(() => unpackRule(99), RangeError)
  for (const noted of [[], ['outside_hours'], ['nobody_assigned'], [...notes]] as const) {
    t.same(unpackNotes(packNotes(noted)), noted)
  }
  t.same(unpackNotes(8), [], 'a bit of a later version')
})
