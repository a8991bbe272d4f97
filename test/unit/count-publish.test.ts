/** Steps: five changes or more, cut at the ends of days, nothing lost on the way and nothing published twice. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Group } from '../../server/count/ledger.ts'
import { type Blocks, type Change, compareWaiting, cutSteps, mergeChanges } from '../../server/count/publish.ts'
import { property } from '../support/property.ts'

const group: Group = { unit_id: 1, counter_id: 2, officer_id: 3, set_aside: false }
const change = (rating_id: string, local_day: string, sign: 1 | -1 = 1, shown = false): Change => ({
  rating_id,
  local_day,
  sign,
  shown,
  level: 5,
  marks: Buffer.alloc(0),
})
const many = (count: number, day: string, from = 0) =>
  Array.from({ length: count }, (_, index) => change(`${day}-${from + index}`, day))
const sizes = (changes: readonly Change[], blocks: Blocks = new Map()) => {
  const { steps, rest } = cutSteps(group, changes, blocks)
  return { steps: steps.map((step) => [step.local_day, step.changes.length]), rest: rest.length }
}

t.test('four wait, five appear together', async (t) => {
  t.same(sizes([]), { steps: [], rest: 0 })
  t.same(sizes(many(4, '2026-11-24')), { steps: [], rest: 4 })
  t.same(sizes(many(5, '2026-11-24')), { steps: [['2026-11-24', 5]], rest: 0 })
  t.same(sizes(many(9, '2026-11-24')), { steps: [['2026-11-24', 9]], rest: 0 }, 'a day is never cut inside')
  t.same(cutSteps(group, many(5, '2026-11-24'), new Map()).steps[0]?.officer_id, 3, 'the step belongs to the group')
})

t.test('a step bears the day of its newest rating, and a backlog of weeks many days', async (t) => {
  const days = [...many(2, '2026-11-05'), ...many(2, '2026-11-03'), ...many(3, '2026-11-04'), ...many(4, '2026-11-06')]
  t.same(sizes(days), {
    steps: [
      ['2026-11-04', 5],
      ['2026-11-06', 6],
    ],
    rest: 0,
  })
  t.same(sizes([...many(4, '2026-12-31'), ...many(1, '2027-01-01')]), { steps: [['2027-01-01', 5]], rest: 0 })
})

const day = '2026-11-24'
/** These ratings of the day appeared together. */
const together = (count: number): Blocks => {
  const block = { id: 'a block', size: count }
  return new Map(many(count, day).map(({ rating_id }) => [rating_id, block]))
}
const leaving = (count: number, from = 0) =>
  many(count, day, from).map((one) => ({ ...one, sign: -1, shown: true }) as const)

t.test('a correction appears beside five new ratings, not in the place of one', async (t) => {
  const left = change('left', day, -1, true)
  t.same(sizes([left, ...many(4, day)]), { steps: [], rest: 5 })
  t.same(sizes([left, ...many(5, day)]), { steps: [[day, 6]], rest: 0 })
  t.same(sizes([left, ...many(5, '2026-11-23')]), { steps: [['2026-11-23', 5]], rest: 1 }, 'of a later day: not yet')
  t.same(sizes(leaving(30)), { steps: [], rest: 30 }, 'however many, when nobody knows with whom they appeared')
})

t.test('what appeared together moves together, or in parts of five and more', async (t) => {
  t.same(sizes(leaving(6), together(6)), { steps: [[day, 6]], rest: 0 })
  t.same(sizes(leaving(5), together(6)), { steps: [], rest: 5 }, 'one would be left alone')
  t.same(sizes(leaving(4), together(12)), { steps: [], rest: 4 }, 'four would be moved')
  const blocks = together(12)
  const { splits, steps } = cutSteps(group, leaving(7), blocks)
  t.equal(steps.length, 1)
  t.match(splits, [{ from: 'a block', to: { size: 7 }, rating_ids: { length: 7 } }])
  t.same(sizes(leaving(7), blocks), { steps: [[day, 7]], rest: 0 }, 'the part is a block of its own')
  t.same(sizes(leaving(5, 7), blocks), { steps: [[day, 5]], rest: 0 }, 'and so is what stayed')
  t.same(sizes(leaving(7, 5), blocks), { steps: [[day, 5]], rest: 2 }, 'not two of the one with all of the other')
})

t.test('only a step without corrections begins a block, of all that is in it', async (t) => {
  const begun = (changes: Change[]) => cutSteps(group, changes, new Map()).begun.map(({ block }) => block.size)
  t.same(begun(many(6, day)), [6])
  t.same(begun([change('left', day, -1, true), ...many(5, day)]), [])
})

t.test('thousands of one day are parted, none under the floor', async (t) => {
  t.same(sizes(many(10_001, day)), {
    steps: [
      [day, 3334],
      [day, 3334],
      [day, 3333],
    ],
    rest: 0,
  })
  const moved = many(6000, day, 20_000).map((one) => ({ ...one, shown: true }))
  t.same(sizes([...moved, ...many(5, day)]), { steps: [[day, 5005]], rest: 1000 })
})

t.test('who left and came back before anybody saw it has never moved', async (t) => {
  const [came, left] = [change('a', '2026-11-24', 1), change('a', '2026-11-24', -1)]
  t.same(mergeChanges([came], [left]), [])
  t.same(mergeChanges([left], [came]), [])
  t.same(mergeChanges([], [came]), [came])
  t.same(mergeChanges([came], []), [came])
  t.same(mergeChanges([came], [change('b', '2026-11-24')]).length, 2)
})

const changes = fc
  .uniqueArray(
    fc.record({
      rating_id: fc.integer({ min: 1, max: 40 }).map(String),
      day: fc.integer({ min: 1, max: 9 }),
      sign: fc.constantFrom<1 | -1>(1, -1),
      shown: fc.boolean(),
    }),
    { maxLength: 30, selector: (entry) => entry.rating_id },
  )
  .map((entries) => entries.map(({ rating_id, day, sign, shown }) => change(rating_id, `2026-11-0${day}`, sign, shown)))

t.test('whatever changes come', async (t) => {
  await property(t, 'each is published once or waits on, in steps of five and more', changes, (all) => {
    const { steps, rest } = cutSteps(group, all, new Map())
    const out = [...steps.flatMap((step) => step.changes), ...rest]
    assert.deepEqual(out.map((entry) => entry.rating_id).sort(), all.map((entry) => entry.rating_id).sort())
    assert.ok(rest.filter(({ shown }) => !shown).length < 5, 'fewer than five new ones wait')
    for (const step of steps) {
      assert.ok(step.changes.filter(({ shown }) => !shown).length >= 5)
      assert.equal(
        step.local_day,
        step.changes
          .map((entry) => entry.local_day)
          .sort()
          .at(-1),
      )
    }
    const days = steps.map((step) => step.local_day)
    assert.deepEqual(days, [...new Set(days)].sort(), 'oldest first, one a day')
  })
  await property(t, 'the order of arrival does not matter', fc.tuple(changes, fc.integer()), ([all, salt]) => {
    const shuffled = [...all].sort((a, b) => hash(a.rating_id, salt) - hash(b.rating_id, salt))
    assert.deepEqual(sizes(shuffled), sizes(all))
  })
  await property(
    t,
    'the waiting room holds what waits, and what stays in it is left alone',
    fc.tuple(changes, changes),
    ([waited, rest]) => {
      const name = ({ rating_id, sign, shown }: Change) => `${rating_id} ${sign} ${shown}`
      const { come, gone } = compareWaiting(waited, rest)
      const room = new Set(waited.map(name))
      for (const change of gone) assert.ok(room.delete(name(change)), 'only what waited leaves')
      for (const change of come) assert.ok(!room.has(name(change)) && room.add(name(change)), 'nobody comes twice')
      assert.deepEqual([...room].sort(), rest.map(name).sort())
      const stayed = waited.filter((change) => rest.some((other) => name(other) === name(change)))
      assert.equal(gone.length, waited.length - stayed.length)
    },
  )
  await property(
    t,
    'merging keeps one change for each rating that moved',
    fc.tuple(changes, changes),
    ([before, fresh]) => {
      const signs = new Map<string, number>()
      for (const entry of before) signs.set(entry.rating_id, entry.sign)
      // A rating that waits with a sign can only move the other way next.
      const possible = fresh.filter((entry) => signs.get(entry.rating_id) !== entry.sign)
      for (const entry of possible) signs.set(entry.rating_id, (signs.get(entry.rating_id) ?? 0) + entry.sign)
      const merged = mergeChanges(before, possible)
      assert.deepEqual(
        merged.map((entry) => [entry.rating_id, entry.sign]).sort(),
        [...signs].filter(([, sign]) => sign !== 0).sort(),
      )
    },
  )
})

function hash(text: string, salt: number): number {
  let sum = salt | 0
  for (const sign of text) sum = Math.imul(sum ^ sign.charCodeAt(0), 0x01000193)
  return sum
}
