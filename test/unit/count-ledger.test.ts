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
  Ledger,
  unitDayKey,
} from '../../server/count/ledger.ts'
import { breaksOnly, countMarks, MAX_ITEM, packMarks, placesOf } from '../../server/domain/marks.ts'
import { property } from '../support/property.ts'

const service = new Set([14, 15, 16])
const marked = (kept: readonly number[], broken: readonly number[]) =>
  packMarks([
    ...kept.map((item_id) => ({ item_id, kept: true })),
    ...broken.map((item_id) => ({ item_id, kept: false })),
  ])
const marks = fc.uniqueArray(fc.record({ item_id: fc.integer({ min: 1, max: MAX_ITEM }), kept: fc.boolean() }), {
  selector: ({ item_id }) => item_id,
  maxLength: 8,
})
const contents: fc.Arbitrary<CountedContent> = fc
  .record({ level: fc.integer({ min: 1, max: 5 }), marks })
  .map(({ level, marks }) => ({ level, marks: packMarks(marks) }))

/** Zeros at the end of marks mean nothing. */
const trimmed = (marks: readonly number[]) => marks.slice(0, marks.findLastIndex((count) => count !== 0) + 1)

t.test('marks are a byte each, in the order of the items and not of the tapping', async (t) => {
  t.same(packMarks([]), Buffer.alloc(0))
  const tapped = [
    { item_id: 14, kept: false },
    { item_id: 127, kept: false },
    { item_id: 1, kept: true },
  ]
  t.same(packMarks(tapped), Buffer.from([1, 142, 255]))
  t.same(packMarks([...tapped].reverse()), packMarks(tapped))
  t.same(placesOf(packMarks(tapped)), [0, 27, 253])
  t.equal(breaksOnly(packMarks(tapped), new Set([14, 127])), true)
  t.equal(breaksOnly(packMarks(tapped), new Set([1, 14])), false, 'another one too')
  t.equal(breaksOnly(packMarks([]), new Set([1])), false, 'nothing')
  t.same(countMarks(packMarks(tapped)), { kept: 1, broken: 2 })
  for (const item_id of [0, 128, -1, 1.5, Number.NaN]) {
    t.throws(() => packMarks([{ item_id, kept: true }]), RangeError, String(item_id))
  }
  await property(t, 'and come back as they went in', marks, (chosen) => {
    const sorted = chosen.map((mark) => ({ ...mark })).sort((a, b) => a.item_id - b.item_id)
    assert.deepEqual(
      placesOf(packMarks(chosen)),
      sorted.map(({ item_id, kept }) => 2 * item_id - (kept ? 2 : 1)),
    )
    const broken = sorted.filter(({ kept }) => !kept).map(({ item_id }) => item_id)
    assert.equal(breaksOnly(packMarks(chosen), new Set(broken)), broken.length > 0)
    for (const item of broken) {
      assert.equal(breaksOnly(packMarks(chosen), new Set(broken.filter((other) => other !== item))), false)
    }
    assert.deepEqual(countMarks(packMarks(chosen)), {
      kept: sorted.filter(({ kept }) => kept).length,
      broken: sorted.filter(({ kept }) => !kept).length,
    })
  })
})

t.test('a low rating that names only service tiles is not about the officer', async (t) => {
  const cases: [what: string, content: CountedContent, want: boolean][] = [
    ['level 1 and a slow procedure', { level: 1, marks: marked([], [14]) }, true],
    ['level 3 and all three tiles', { level: 3, marks: marked([], [14, 15, 16]) }, true],
    ['level 4 is not low', { level: 4, marks: marked([], [14]) }, false],
    ['nothing named', { level: 1, marks: marked([], []) }, false],
    ['a commitment beside it', { level: 1, marks: marked([], [5, 14]) }, false],
    ['good words do not change it', { level: 2, marks: marked([5], [16]) }, true],
    ['a kept service tile names nothing to be better', { level: 2, marks: marked([14], []) }, false],
  ]
  for (const [what, content, want] of cases) t.equal(isServiceOnly(content, service), want, what)
})

t.test('a rating counts in one level, and each mark in its own place', async (t) => {
  const delta = emptyDelta()
  addRating(delta, { level: 2, marks: marked([1], [3, 14]) }, 1, service)
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
  addRating(delta, { level: 3, marks: marked([], [14]) }, 1, service)
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
