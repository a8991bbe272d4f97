/** How a bench's numbers are told: a target is met or missed by the median, and only the bench's own section is rewritten. */
import t from 'tap'
import { cells, isMet, median, percentile, ratios, replaceSection, roundsOf, shown } from '../bench/report.ts'

t.test('medians, percentiles and ratios are those of a count by hand', async (t) => {
  t.equal(median([9, 1, 5]), 5)
  t.equal(median([4, 1, 2, 3]), 2.5)
  t.ok(Number.isNaN(median([])))
  const hundred = Array.from({ length: 100 }, (_, place) => 100 - place)
  t.equal(percentile(hundred, 0.95), 95)
  t.equal(percentile(hundred, 0.99), 99)
  t.equal(percentile([7], 0.5), 7)
  t.same(ratios({ what: '', unit: '', ours: [1, 6], yardstick: [2, 3] }), [0.5, 2])
  t.throws(() => ratios({ what: '', unit: '', ours: [1, 2], yardstick: [1] }), 'rounds must be pairs')
})

t.test('a target is held against the median, and every target of a row counts', async (t) => {
  const row = { what: 'requests', unit: '/s', ours: [40, 50, 90], yardstick: [100, 100, 100] }
  t.equal(isMet(row), null)
  t.equal(isMet({ ...row, targets: [{ of: 'ratio', at_least: 0.5 }] }), true)
  t.equal(isMet({ ...row, targets: [{ of: 'ratio', at_least: 0.51 }] }), false)
  t.equal(isMet({ ...row, targets: [{ of: 'ours', at_most: 49 }] }), false)
  const both = [
    { of: 'ratio' as const, at_least: 0.5 },
    { of: 'ours' as const, at_most: 49 },
  ]
  t.equal(isMet({ ...row, targets: both }), false)
  t.equal(isMet({ ...row, ours: [Number.NaN], yardstick: [1], targets: [both[0] as never] }), false, 'not measured')
})

t.test('a row tells its spread and names a miss', async (t) => {
  const row = { what: 'p95', unit: 'ms', ours: [61.24, 58, 70], targets: [{ of: 'ours' as const, at_most: 60 }] }
  t.same(cells(row), ['p95', '61.2 ms (58–70)', '–', '–', '≤ 60 ms', '**missed**'])
  t.equal(shown(12_345.6), '12,346')
  t.equal(shown(0.304), '0.30')
})

t.test('so many rounds are told as there are numbers', async (t) => {
  const row = { what: 'p95', unit: 'ms' }
  t.equal(
    roundsOf([
      { ...row, ours: [1, 2, 3] },
      { ...row, ours: [0] },
    ]),
    '3 rounds',
  )
  t.equal(
    roundsOf([
      { ...row, ours: [1] },
      { ...row, ours: [2] },
    ]),
    'measured once',
  )
  t.equal(roundsOf([]), '0 rounds')
})

t.test('a section is replaced between its markers or added at the end; what is written by hand stays', async (t) => {
  const page = 'By hand.\n\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n\nAlso by hand.\n'
  t.equal(replaceSection(page, 'a', 'new'), page.replace('old', 'new'))
  t.equal(replaceSection(page, 'b', 'new'), `${page}\n<!-- bench:b -->\nnew\n<!-- /bench:b -->\n`)
  t.throws(() => replaceSection('<!-- bench:a -->\nold', 'a', 'new'), /no <!-- \/bench:a -->/)
})
