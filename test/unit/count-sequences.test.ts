/** Numbers of a tablet's store: what never came shows as missing, two tablets of one image as cloned, in any order of arrival. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type Numbered, readSequences, type SequenceSums, sumSequences } from '../../server/count/sequences.ts'
import { property } from '../support/property.ts'

const one = (sequence: number | null, parts: Partial<Numbered> = {}): Numbered => ({
  ...{ unit_id: 1, terminal_id: 7, device_epoch: 'store', judged: false, sequence },
  ...parts,
})

/** Adds sums as the database does. */
function add(into: Map<string, SequenceSums>, sums: readonly SequenceSums[]): void {
  for (const sum of sums) {
    const key = `${sum.unit_id} ${sum.device_epoch}`
    const before = into.get(key)
    into.set(key, {
      ...sum,
      highest: Math.max(before?.highest ?? 0, sum.highest),
      received: (before?.received ?? 0) + sum.received,
      repeated: (before?.repeated ?? 0) + sum.repeated,
    })
  }
}

t.test('sums of what is counted for the first time', async (t) => {
  t.same(sumSequences([]), [])
  t.match(sumSequences([one(3), one(1)]), [{ highest: 3, received: 2, repeated: 0, terminal_id: 7 }])
  t.same(
    sumSequences([one(null), one(4, { device_epoch: null }), one(0)]),
    [],
    'who gives no number is not counted by it',
  )
  t.same(sumSequences([one(1, { judged: true })]), [], 'what was counted before is in the sums already')
  t.match(sumSequences([one(1, { judged: true }), one(1)]), [{ received: 1, repeated: 1 }], 'the newcomer repeats')
  t.match(
    sumSequences([one(1), one(1, { judged: true })]),
    [{ received: 1, repeated: 1 }],
    'in whatever order they lie',
  )
  t.equal(sumSequences([one(1), one(1, { device_epoch: 'other' }), one(1, { unit_id: 2 })]).length, 3, 'stores apart')
  t.match(
    sumSequences([one(2, { terminal_id: 8 }), one(5, { terminal_id: 9 })]),
    [{ terminal_id: 9 }],
    'the newest pairing',
  )
})

t.test('what the sums say', async (t) => {
  t.same(readSequences({ highest: 5, received: 5, repeated: 0 }, 0), { missing: 0, cloned: false })
  t.same(readSequences({ highest: 5, received: 3, repeated: 0 }, 0), { missing: 2, cloned: false })
  t.same(
    readSequences({ highest: 5, received: 3, repeated: 0 }, 2),
    { missing: 0, cloned: false },
    'quarantined is not missing',
  )
  t.same(readSequences({ highest: 5, received: 6, repeated: 1 }, 0), { missing: 0, cloned: true })
  t.same(
    readSequences({ highest: 5, received: 7, repeated: 0 }, 0),
    { missing: 0, cloned: true },
    'more numbers than there are',
  )
})

t.test('whatever is lost and however it arrives', async (t) => {
  const arrivals = fc
    .record({
      made: fc.integer({ min: 1, max: 40 }),
      lost: fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
      order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      lots: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 40, maxLength: 40 }),
    })
    .map(({ made, lost, order, lots }) => {
      const numbers = Array.from({ length: made }, (_, index) => index + 1).filter((number) => !lost.includes(number))
      const shuffled = [...numbers].sort((a, b) => (order[a - 1] ?? 0) - (order[b - 1] ?? 0))
      return { numbers, shuffled, lots }
    })
  await property(
    t,
    'lots of any size: exactly the gaps below the highest are missing',
    arrivals,
    ({ numbers, shuffled, lots }) => {
      const sums = new Map<string, SequenceSums>()
      const counted: Numbered[] = []
      let from = 0
      for (const size of lots) {
        const lot = shuffled.slice(from, from + size).map((number) => one(number))
        from += size
        // A lot comes with everything its day held before.
        add(sums, sumSequences([...counted.map((rating) => ({ ...rating, judged: true })), ...lot]))
        counted.push(...lot)
      }
      const [sum] = sums.values()
      if (numbers.length === 0) return assert.equal(sum, undefined)
      assert.ok(sum)
      const highest = Math.max(...numbers)
      assert.deepEqual(readSequences(sum, 0), { missing: highest - numbers.length, cloned: false })
    },
  )
})
