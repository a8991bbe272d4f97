/**
 * Which ratings of a terminal's day are set aside or noted: versioned rules, the same verdict whatever order they arrived in.
 * What only a closed day shows (episodes, habits over days) is in `episodes.ts`.
 */
import { localDay, localMinute, weekday } from './time.ts'

/** Raised whenever a verdict could come out differently; stored with each verdict. Closed days are then judged again. */
export const MISUSE_VERSION = 2

/** The thresholds of a version. */
export type MisuseRules = {
  /** A tap sooner than this after the last accepted one is a slip or the same hand. */
  min_interval_ms: number
  /**
   * `burst_taps` or more within any half-open window of `burst_window_ms` are one burst. With one citizen in five minutes
   * chance brings three or more into a minute once in 900 minutes, and four or more once in 17,000.
   */
  burst_window_ms: number
  burst_taps: number
  /** Nobody reads five faces this fast; twice in a row it is a hand at play. */
  mash_dwell_ms: number
  /** So many tiles named, all of them kept or all of them broken, is one answer given many times. Noted only. */
  straight_marks: number
}

export const MISUSE_RULES: Readonly<MisuseRules> = {
  min_interval_ms: 5_000,
  burst_window_ms: 60_000,
  burst_taps: 4,
  mash_dwell_ms: 400,
  straight_marks: 8,
}

/** What sets a rating aside: three rules, and `decided`, a person's decision about an episode that was only noted. */
export const asideRules = ['too_soon', 'burst', 'mash', 'decided'] as const
export type AsideRule = (typeof asideRules)[number]

/** What is noted with a single rating. It never sets aside by itself. */
export const notes = ['outside_hours', 'nobody_assigned', 'straight_lining'] as const
export type Note = (typeof notes)[number]

/** One rating as the rules see it. */
export type Tap = {
  rating_id: string
  /** Corrected epoch ms. */
  at: number
  /** The tablet's own counting; breaks ties between equal moments. */
  sequence: number | null
  level: number
  /** Milliseconds from the screen being ready to the tap; null = not told. */
  dwell_ms: number | null
  /** How many tiles were named as kept and as broken; absent = none. */
  kept?: number
  broken?: number
  /**
   * False when `at` is only the moment of arrival (time quality `received`). A tablet whose clock died hands in a week at
   * once: judged by time that week would be one burst, so such taps stand outside the rules of time. Default true.
   */
  timed?: boolean
}

/** Opening hours: ISO weekdays (1 = Monday) and half-open intervals in minutes of the day. */
export type OpeningHours = { days: readonly number[]; intervals: readonly { from: number; to: number }[] }

export type DayContext = {
  /** Null = not known: nothing is noted as outside them. */
  hours: OpeningHours | null
  /** Ratings at whose moment nobody was assigned to their counter. */
  unassigned: ReadonlySet<string>
}

export type Verdict = { set_aside: AsideRule | null; noted: Note[] }

function inOrder(taps: readonly Tap[]): Tap[] {
  const rank = (tap: Tap): number => tap.sequence ?? Number.POSITIVE_INFINITY
  return [...taps].sort((a, b) => {
    if (a.at !== b.at) return a.at - b.at
    if (rank(a) !== rank(b)) return rank(a) - rank(b)
    return a.rating_id < b.rating_id ? -1 : 1
  })
}

/**
 * Bursts among moments sorted ascending: [first index, last index] of each. Windows that share a tap are one burst; two that
 * only follow closely are two.
 */
export function findBursts(moments: readonly number[], window_ms: number, taps: number): [number, number][] {
  const bursts: [number, number][] = []
  for (let last = taps - 1; last < moments.length; last += 1) {
    const first = last - taps + 1
    if ((moments[last] ?? 0) - (moments[first] ?? 0) >= window_ms) continue
    const open = bursts.at(-1)
    if (open && first <= open[1]) open[1] = last
    else bursts.push([first, last])
  }
  return bursts
}

/** Ids from the second quick tap of each run on. A tap that does not tell its dwell ends a run. */
function findMashed(ordered: readonly Tap[], mash_dwell_ms: number): Set<string> {
  const mashed = new Set<string>()
  let before = false
  for (const tap of ordered) {
    const quick = tap.dwell_ms !== null && tap.dwell_ms < mash_dwell_ms
    if (quick && before) mashed.add(tap.rating_id)
    before = quick
  }
  return mashed
}

function isOutside(at: number, hours: OpeningHours): boolean {
  if (!hours.days.includes(weekday(localDay(at)))) return true
  const minute = localMinute(at)
  return !hours.intervals.some(({ from, to }) => from <= minute && minute < to)
}

function isStraight({ kept = 0, broken = 0 }: Tap, straight_marks: number): boolean {
  return Math.max(kept, broken) >= straight_marks && Math.min(kept, broken) === 0
}

/**
 * Judges all ratings of one terminal with one local day; one verdict for each. Give the whole day: a late tap may change
 * the verdict of an earlier-counted one. Taps of the day before play no part.
 *
 * In the order of (moment, sequence, id) the first rule that applies names the verdict:
 * `burst`: its burst already has its one accepted tap (the first that no other rule sets aside);
 * `too_soon`: under 5 s after the last accepted tap;
 * `mash`: dwell under 400 ms, and that of the tap before it too.
 * Otherwise it is accepted. Accepted taps are therefore 5 s or more apart, and a burst counts once at most.
 * Notes never set aside: work outside opening hours is the model's best behaviour.
 */
export function judgeDay(
  taps: readonly Tap[],
  context: DayContext,
  rules: Readonly<MisuseRules> = MISUSE_RULES,
): Map<string, Verdict> {
  const ordered = inOrder(taps)
  const timed = ordered.filter((tap) => tap.timed !== false)
  const burstOf = new Map<string, number>()
  const bursts = findBursts(
    timed.map((tap) => tap.at),
    rules.burst_window_ms,
    rules.burst_taps,
  )
  for (const [burst, [first, last]] of bursts.entries()) {
    for (const tap of timed.slice(first, last + 1)) burstOf.set(tap.rating_id, burst)
  }
  const mashed = findMashed(ordered, rules.mash_dwell_ms)

  const counted = new Set<number>()
  let accepted = Number.NEGATIVE_INFINITY
  const judge = (tap: Tap): AsideRule | null => {
    const burst = burstOf.get(tap.rating_id)
    if (burst !== undefined && counted.has(burst)) return 'burst'
    if (tap.timed !== false && tap.at - accepted < rules.min_interval_ms) return 'too_soon'
    if (mashed.has(tap.rating_id)) return 'mash'
    if (burst !== undefined) counted.add(burst)
    if (tap.timed !== false) accepted = tap.at
    return null
  }

  const verdicts = new Map<string, Verdict>()
  for (const tap of ordered) {
    const noted: Note[] = []
    if (context.hours && tap.timed !== false && isOutside(tap.at, context.hours)) noted.push('outside_hours')
    if (context.unassigned.has(tap.rating_id)) noted.push('nobody_assigned')
    if (isStraight(tap, rules.straight_marks)) noted.push('straight_lining')
    verdicts.set(tap.rating_id, { set_aside: judge(tap), noted })
  }
  return verdicts
}

/** As stored, 0 = not set aside; never renumbered. */
export const ruleCodes: Readonly<Record<AsideRule, number>> = { too_soon: 1, burst: 2, mash: 3, decided: 4 }

/** As stored, one bit each; never renumbered. */
export const noteBits: Readonly<Record<Note, number>> = { outside_hours: 1, nobody_assigned: 2, straight_lining: 4 }

export function packRule(rule: AsideRule | null): number {
  return rule === null ? 0 : ruleCodes[rule]
}

/** Throws RangeError for a code no version has used. */
export function unpackRule(code: number): AsideRule | null {
  if (code === 0) return null
  const rule = asideRules.find((name) => ruleCodes[name] === code)
  if (!rule) throw new RangeError(`rule code ${code}`)
  return rule
}

export function packNotes(noted: readonly Note[]): number {
  return noted.reduce((bits, note) => bits | noteBits[note], 0)
}

/** The notes of a stored number; bits of later versions are passed over. */
export function unpackNotes(bits: number): Note[] {
  return notes.filter((note) => (bits & noteBits[note]) !== 0)
}
