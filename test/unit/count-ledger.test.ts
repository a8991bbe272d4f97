/** The ledger: what a rating adds it also takes away, and sums do not depend on the order of the adding. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  addDelta,
  addRating,
  type Cell,
  type CountedContent,
  cellKey,
  emptyDelta,
  groupKey,
  isServiceOnly,
  itemsOf,
  Ledger,
  unitDayKey,
} from '../../server/count/ledger.ts'
import { property } from '../support/property.ts'

const service = new Set([14, 15, 16])
const bit = (item: number) => 2 ** (item - 1)
const mask = (items: readonly number[]) => items.reduce((sum, item) => sum + bit(item), 0)
const items = fc.uniqueArray(fc.integer({ min: 1, max: 52 }), { maxLength: 8 })
const contents: fc.Arbitrary<CountedContent> = fc
  .record({ level: fc.integer({ min: 1, max: 5 }), kept: items, broken: items })
  .map(({ level, kept, broken }) => ({ level, kept: mask(kept), broken: mask(broken) }))

/** Zeros at the end of marks mean nothing. */
const trimmed = (marks: readonly number[]) => marks.slice(0, marks.findLastIndex((count) => count !== 0) + 1)

t.test('a mask holds items 1 to 52, beyond what bit operators know', async (t) => {
  t.same(itemsOf(0), [])
  t.same(itemsOf(1), [1])
  t.same(itemsOf(bit(13) + bit(33) + bit(52)), [13, 33, 52])
  t.same(
    itemsOf(2 ** 52 - 1),
    Array.from({ length: 52 }, (_, index) => index + 1),
  )
  await property(t, 'items come back in order', items, (chosen) => {
    assert.deepEqual(
      itemsOf(mask(chosen)),
      [...chosen].sort((a, b) => a - b),
    )
  })
})

t.test('a low rating that names only service tiles is not about the officer', async (t) => {
  const cases: [what: string, content: CountedContent, want: boolean][] = [
    ['level 1 and a slow procedure', { level: 1, kept: 0, broken: bit(14) }, true],
    ['level 3 and all three tiles', { level: 3, kept: 0, broken: mask([14, 15, 16]) }, true],
    ['level 4 is not low', { level: 4, kept: 0, broken: bit(14) }, false],
    ['nothing named', { level: 1, kept: 0, broken: 0 }, false],
    ['a commitment beside it', { level: 1, kept: 0, broken: mask([5, 14]) }, false],
    ['good words do not change it', { level: 2, kept: bit(5), broken: bit(16) }, true],
    ['a kept service tile names nothing to be better', { level: 2, kept: bit(14), broken: 0 }, false],
  ]
  for (const [what, content, want] of cases) t.equal(isServiceOnly(content, service), want, what)
})

t.test('a rating counts in one level, and each mark in its own place', async (t) => {
  const delta = emptyDelta()
  addRating(delta, { level: 2, kept: bit(1), broken: mask([3, 14]) }, 1, service)
  t.same(delta.levels, [0, 1, 0, 0, 0])
  // kept of item i at 2i - 1, broken at 2i, both counted from 1
  t.equal(delta.marks[0], 1, 'item 1 kept')
  t.equal(delta.marks[5], 1, 'item 3 broken')
  t.equal(delta.marks[27], 1, 'item 14 broken')
  t.equal(
    delta.marks.reduce((sum, count) => sum + count, 0),
    3,
  )
  t.equal(delta.service_only, 0)
  addRating(delta, { level: 3, kept: 0, broken: bit(14) }, 1, service)
  t.equal(delta.service_only, 1)
})

t.test('sums', async (t) => {
  await property(t, 'added and taken away is nothing', fc.array(contents, { maxLength: 12 }), (ratings) => {
    const delta = emptyDelta()
    for (const content of ratings) addRating(delta, content, 1, service)
    for (const content of [...ratings].reverse()) addRating(delta, content, -1, service)
    assert.deepEqual({ ...delta, marks: trimmed(delta.marks) }, emptyDelta())
  })
  await property(
    t,
    'two sums added are the sum of all, in any order',
    fc.tuple(fc.array(contents, { maxLength: 8 }), fc.array(contents, { maxLength: 8 })),
    ([left, right]) => {
      const [one, other, all] = [emptyDelta(), emptyDelta(), emptyDelta()]
      for (const content of left) addRating(one, content, 1, service)
      for (const content of right) addRating(other, content, -1, service)
      for (const content of [...right].reverse()) addRating(all, content, -1, service)
      for (const content of left) addRating(all, content, 1, service)
      addDelta(one, other)
      assert.deepEqual({ ...one, marks: trimmed(one.marks) }, { ...all, marks: trimmed(all.marks) })
      const n = one.levels.reduce((sum, count) => sum + count, 0)
      assert.equal(n, left.length - right.length)
    },
  )
})

t.test('different cells never share a key', async (t) => {
  const officers = fc.option(fc.integer({ min: 1, max: 12 }))
  const cells: fc.Arbitrary<Cell> = fc.record({
    unit_id: fc.integer({ min: 1, max: 12 }),
    counter_id: fc.integer({ min: 1, max: 12 }),
    officer_id: officers,
    set_aside: fc.boolean(),
    local_day: fc.constantFrom('2026-11-24', '2026-11-25'),
  })
  const same = (a: Cell, b: Cell, ...fields: (keyof Cell)[]) => fields.every((field) => a[field] === b[field])
  await property(t, 'keys', fc.tuple(cells, cells), ([a, b]) => {
    // A counter belongs to one unit for good, so the unit need not be in the key.
    assert.equal(groupKey(a) === groupKey(b), same(a, b, 'counter_id', 'officer_id', 'set_aside'))
    assert.equal(cellKey(a) === cellKey(b), same(a, b, 'counter_id', 'officer_id', 'set_aside', 'local_day'))
    assert.equal(unitDayKey(a) === unitDayKey(b), same(a, b, 'unit_id', 'local_day', 'set_aside'))
  })
  const ledger = new Ledger<string>()
  ledger.at('a', 'A').service_only += 1
  ledger.at('a', 'A').service_only += 1
  t.equal(ledger.entries.get('a')?.delta.service_only, 2, 'one key, one sum')
})
