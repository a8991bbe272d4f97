/** What the staff pages must say around their figures, from counts made by hand and the messages of the pages. */
import {
  bandOf,
  type Counts,
  count,
  decimal,
  difference,
  type Ledger,
  print,
  type Range,
  satisfied,
  sum,
} from './by-hand.ts'
import type { Place } from './expected-pages.ts'
import { pageWords, say } from './staff-page.ts'

const vi = pageWords('vi')
const enough = (counts: Counts) => sum(counts.levels) >= 5
const points = (share: number) => decimal(Math.abs(share * 100))
const lowOf = ({ levels }: Counts) => sum(levels.slice(0, 3))

type Verdict = 'few' | 'unmatched' | 'lower' | 'higher' | 'usual'

export function verdictOf(own: Counts, before: Counts): Verdict {
  if (!enough(own)) return 'few'
  if (!enough(before)) return 'unmatched'
  const change = difference(own.levels, before.levels)
  if (!change.notable) return 'usual'
  return change.value < 0 ? 'lower' : 'higher'
}

/** The sentence on one unit, chance told apart from cause. `before`: how the time that it is compared with is called. */
export function unitSentence(own: Counts, earlier: Counts, before = 'kỳ trước'): string {
  const verdict = verdictOf(own, earlier)
  if (verdict === 'few') return say(sum(own.levels) === 0 ? 'unit.none' : 'unit.few')
  if (verdict === 'unmatched')
    return say('unit.unmatched', { before: before.charAt(0).toUpperCase() + before.slice(1) })
  const { lower, upper } = difference(own.levels, earlier.levels)
  // What a reader finds who subtracts the two printed percentages.
  const [now = 0, then = 0] = [own, earlier].map(({ levels }) =>
    Number(print(levels).satisfaction.replace(',', '.').replace('%', '')),
  )
  const value = decimal(Math.abs(now - then))
  const said = { before, value, from: points(lower), to: points(upper) }
  if (verdict === 'lower') return say('unit.lower', { ...said, from: said.to, to: said.from })
  if (verdict === 'higher') return say('unit.higher', said)
  if (value === '0,0') return say('unit.usual_same', said)
  return say(now < then ? 'unit.usual_less' : 'unit.usual_more', said)
}

const inUnit = (unit: Place) => (tap: { unit_id: number }) => tap.unit_id === Number(unit.unit_id)

/** The headline of the province, and each unit's sentence and low ratings by name. */
export function commissionSentences(
  ledger: Ledger,
  units: readonly Place[],
  range: Range,
  before: Range,
  period: string,
  called = 'kỳ trước',
) {
  const verdicts = { few: 0, unmatched: 0, lower: 0, higher: 0, usual: 0 }
  const rows: Record<string, string> = {}
  const low: string[] = []
  const look: string[] = []
  const aside: string[] = []
  const differ: string[] = []
  const sorted = [...units].sort((a, b) => a.name.localeCompare(b.name, 'vi', { numeric: true }))
  for (const unit of sorted) {
    const own = ledger.live(range, inUnit(unit))
    const then = ledger.live(before, inUnit(unit))
    const verdict = verdictOf(own, then)
    verdicts[verdict] += 1
    rows[unit.unit_id] = unitSentence(own, then, called)
    if (enough(own)) low.push(`${unit.name}: ${lowSentence(own)}`)
    if (verdict === 'lower' || verdict === 'higher') {
      const now = print(own.levels).satisfaction
      differ.push(say(`commission.which_${verdict}`, { unit: unit.name, before: called }))
      look.push(say('look.change', { unit: unit.name, now, earlier: print(then.levels).satisfaction, before: called }))
    }
    if (own.aside > 0) aside.push(say('look.set_aside', { unit: unit.name, n: count(own.aside) }))
  }
  const { few, usual } = verdicts
  const short = few > 0 ? say('commission.headline_few', { c: few }) : ''
  const which = [1, 2].includes(differ.length) ? ` (${differ.join('; ')})` : ''
  const headline = say('commission.headline', { period, a: differ.length, which, b: usual, few: short })
  const unmatched = verdicts.unmatched > 0 ? say('commission.unmatched', { d: verdicts.unmatched, before: called }) : ''
  return { headline: headline + unmatched, rows, low, look: [...look, ...aside] }
}

/** How many low ratings there are, and how many of them blame the queue alone. */
export function lowSentence(own: Counts): string {
  const low = lowOf(own)
  return low === 0 ? say('low.none', {}) : say('low.only', { low: count(low), k: count(own.service_only) })
}

/** What a bar of five levels tells a screen reader, and the shares it may print. */
export function levelBar(name: string, levels: readonly number[]) {
  const spoken = [5, 4, 3, 2, 1].map((level) =>
    say('levels.spoken', { level: vi[`level.${level}`] ?? '', count: count(levels[level - 1] ?? 0) }),
  )
  const shares = [5, 4, 3, 2, 1].map(
    (level) => `level-${level} ${decimal(((levels[level - 1] ?? 0) / sum(levels)) * 100)}%`,
  )
  return { spoken: `${name}: ${spoken.join(', ')}`, shares }
}

/** Where an officer stands against the unit, in words. */
export function bandSentence(theirs: Counts, unit: Counts): string {
  const n = sum(theirs.levels)
  if (n < 10) return say('band.too_few')
  return say(`band.${bandOf(satisfied(theirs.levels), n, satisfied(unit.levels) / sum(unit.levels))}`)
}

/** The first sentence of an officer's own page. */
export function officerHeadline(own: Counts, period: string): string {
  const n = sum(own.levels)
  if (n < 5) return say('me.few', { k: 5 - n })
  if (n < 10) return say('me.some', { n: count(n) })
  if (n < 30) {
    const { lower, upper } = print(own.levels)
    return say('me.some_bounds', { period, n: count(n), interval: `${lower}–${upper}%` })
  }
  return say('me.headline', { period, x: count(satisfied(own.levels)), n: count(n) })
}
