/** Figures worked out by hand from the taps a test made: nothing here is shared with the server or its pages. */
import {
  addTap,
  dayAt,
  groupOf,
  judgeAll,
  type Moved,
  moved as move,
  publish,
  type Shift,
  Shown,
  type Sum,
  type Tap,
  type Verdict,
} from './recount.ts'

export interface Range {
  from: string
  to: string
}

/** Counts of a subject in a range; `aside` = taps that were not counted. */
export interface Counts extends Sum {
  aside: number
}

interface Step {
  tap: Tap
  sign: number
  /** The day the step it appeared in is dated with. */
  day: string
  verdict: Verdict
}

export const sum = (levels: readonly number[]): number => levels.reduce((all, count) => all + count, 0)
export const satisfied = (levels: readonly number[]): number => (levels[3] ?? 0) + (levels[4] ?? 0)
const within = (day: string, { from, to }: Range) => day >= from && day <= to

/** What the tablets were told, and what of it has appeared. Lots are counted when the test says so, as the server does. */
export class Ledger {
  readonly taps: Tap[] = []
  readonly roster: Shift[] = []
  readonly steps: Step[] = []
  #waiting = new Map<string, Moved[]>()
  #counted = new Set<string>()

  get verdicts(): Map<string, Verdict> {
    return judgeAll(this.taps, this.roster)
  }

  /** One lot of the counting: everything tapped since the last one; groups of five or more appear at the ends of days. */
  count(): void {
    const { verdicts } = this
    const fresh = this.taps.filter(({ id }) => !this.#counted.has(id))
    const moved = new Set<string>()
    for (const tap of fresh) {
      this.#counted.add(tap.id)
      const group = groupOf(tap, verdicts.get(tap.id) as Verdict)
      this.#waiting.set(group, [...(this.#waiting.get(group) ?? []), move(tap, 1)])
      moved.add(group)
    }
    for (const group of moved) {
      const { steps, waiting } = publish(this.#waiting.get(group) ?? [], new Shown())
      this.#waiting.set(group, waiting)
      for (const { day, changes } of steps) {
        for (const { tap, sign } of changes) {
          this.steps.push({ tap, sign, day, verdict: verdicts.get(tap.id) as Verdict })
        }
      }
    }
  }

  /** Sums of what the province sees at once. */
  live(range: Range, of: (tap: Tap) => boolean): Counts {
    const { verdicts } = this
    return add(
      this.taps
        .filter((tap) => of(tap) && within(dayAt(tap.at), range))
        .map((tap) => ({ tap, sign: 1, aside: (verdicts.get(tap.id) as Verdict).set_aside !== 0 })),
    )
  }

  /** Sums of steps, by the day of the step. */
  published(range: Range, of: (tap: Tap, verdict: Verdict) => boolean): Counts {
    return add(
      this.steps
        .filter(({ tap, day, verdict }) => of(tap, verdict) && within(day, range))
        .map(({ tap, sign, verdict }) => ({ tap, sign, aside: verdict.set_aside !== 0 })),
    )
  }

  /** The days on which steps of these taps appeared. */
  days(range: Range, of: (tap: Tap, verdict: Verdict) => boolean): string[] {
    const days = this.steps.filter(({ tap, day, verdict }) => of(tap, verdict) && within(day, range))
    return [...new Set(days.map(({ day }) => day))].sort()
  }
}

function add(parts: readonly { tap: Tap; sign: number; aside: boolean }[]): Counts {
  const sums = new Map<string, Sum>()
  let aside = 0
  for (const part of parts) {
    if (part.aside) aside += part.sign
    else addTap(sums, 'all', part.tap, part.sign)
  }
  return { ...(sums.get('all') ?? { levels: [0, 0, 0, 0, 0], service_only: 0, marks: {} }), aside }
}

// ── Numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Bounds of the score interval as the roots of (p̂ − p)² = z² p (1 − p) / n: the definition, not the textbook's formula. */
export function bounds(k: number, n: number): [lower: number, upper: number] {
  const z2 = 1.959963984540054 ** 2
  const [a, b, c] = [1 + z2 / n, -(2 * (k / n) + z2 / n), (k / n) ** 2]
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c))
  return [k === 0 ? 0 : (-b - root) / (2 * a), k === n ? 1 : (-b + root) / (2 * a)]
}

/** Difference of two shares, now minus before, with the square-and-add interval. */
export function difference(now: readonly number[], before: readonly number[]) {
  const [k1, n1, k2, n2] = [satisfied(now), sum(now), satisfied(before), sum(before)]
  const [l1, u1] = bounds(k1, n1)
  const [l2, u2] = bounds(k2, n2)
  const value = k1 / n1 - k2 / n2
  const lower = value - Math.sqrt((k1 / n1 - l1) ** 2 + (u2 - k2 / n2) ** 2)
  const upper = value + Math.sqrt((u1 - k1 / n1) ** 2 + (k2 / n2 - l2) ** 2)
  return { value, lower, upper, notable: lower > 0 || upper < 0 }
}

/** Probability of exactly j of n when each is satisfied with probability p, by multiplying out. */
function chanceOf(j: number, n: number, p: number): number {
  let chance = 1
  for (let i = 0; i < j; i++) chance *= ((n - i) / (j - i)) * p
  return chance * (1 - p) ** (n - j)
}

/** Where a count lies against chance around the unit's share, 2.5 % each side. */
export function bandOf(k: number, n: number, share: number): 'below' | 'usual' | 'above' {
  const tail = (from: number, to: number) => {
    let all = 0
    for (let j = from; j <= to; j++) all += chanceOf(j, n, share)
    return all
  }
  if (tail(0, k) < 0.025) return 'below'
  return tail(k, n) < 0.025 ? 'above' : 'usual'
}

// ── As Vietnamese readers write them ───────────────────────────────────────────────────────────────────────────────

/** 1000 → 1.000 */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '.')

/** One decimal, half up: 91.66 → 91,7 */
export const decimal = (value: number): string => {
  const tenths = Math.round(value * 10 + 1e-9)
  return `${Math.floor(tenths / 10)},${tenths % 10}`
}

export interface Printed {
  n: string
  satisfaction: string
  lower: string
  upper: string
  index: string
}

/** A whole figure of at least one rating. */
export function print(levels: readonly number[]): Printed {
  const [k, n] = [satisfied(levels), sum(levels)]
  const [lower, upper] = bounds(k, n)
  return {
    n: count(n),
    satisfaction: `${decimal((k / n) * 100)}%`,
    lower: decimal(lower * 100),
    upper: decimal(upper * 100),
    index: decimal(levels.reduce((all, part, place) => all + part * place * 25, 0) / n),
  }
}
