/** Eight ways to play with a tablet, each at any intensity: what is added to an honest day, taken from it, or moved. */
import type { Chance } from '../demo/chance.ts'
import type { Day, DayTap } from './days.ts'

export const gamingKinds = [
  'officer_taps_happy',
  'taps_in_gaps',
  'withholds_tablet',
  'angry_person',
  'child_mashes',
  'leader_sets_aside',
  'anothers_desk',
  'helper',
] as const
export type GamingKind = (typeof gamingKinds)[number]

/** One kind as `test/fixtures/gaming.json` describes it. */
export interface GamingPlan {
  /** How much of it: taps, or the share of dissatisfied citizens it touches. */
  intensity: number
  /** What else is tried, to find where it is no longer seen. */
  ladder: number[]
  /** Seconds between taps. */
  gap_s?: [number, number]
  dwell_ms?: [number, number]
  /** True when the rules are to find it; false when nothing in the data can show it; null when it is no gaming. */
  seen: boolean | null
}

export type GamingPlans = Record<GamingKind, GamingPlan>

/** Throws when the file is not one plan per kind. */
export function readGamingPlans(text: string): GamingPlans {
  const plans = JSON.parse(text) as GamingPlans
  for (const kind of gamingKinds) {
    const plan = plans[kind]
    if (!plan || !(plan.intensity > 0) || !Array.isArray(plan.ladder)) throw new RangeError(`gaming.json: ${kind}`)
  }
  return plans
}

const between = (chance: Chance, [from, to]: readonly [number, number]) => from + (to - from) * chance.next()

function series(chance: Chance, plan: GamingPlan, count: number, level: (index: number) => number): DayTap[] {
  let minute = 460 + 540 * chance.next()
  return Array.from({ length: count }, (_, index) => {
    minute += between(chance, plan.gap_s ?? [8, 12]) / 60
    return {
      minute,
      level: level(index),
      dwell_ms: Math.round(between(chance, plan.dwell_ms ?? [800, 3000])),
      honest: false,
    }
  })
}

/** The day after somebody played with it. `other` is the tablet at the next desk, which some kinds use. */
export function play(
  kind: GamingKind,
  plan: GamingPlan,
  intensity: number,
  chance: Chance,
  day: Day,
): { here: DayTap[]; other: DayTap[] } {
  const bad = (tap: DayTap) => tap.level <= 3
  switch (kind) {
    case 'officer_taps_happy':
      return { here: [...day.taps, ...series(chance, plan, intensity, () => 5)], other: [] }
    case 'angry_person':
      return { here: [...day.taps, ...series(chance, plan, intensity, () => 1)], other: [] }
    case 'child_mashes':
      return { here: [...day.taps, ...series(chance, plan, intensity, () => chance.whole(1, 5))], other: [] }
    case 'taps_in_gaps': {
      const added = Array.from({ length: intensity }, () => ({
        minute: 450 + 560 * chance.next(),
        level: 5,
        dwell_ms: Math.round(between(chance, plan.dwell_ms ?? [900, 4000])),
        honest: false,
      }))
      return { here: [...day.taps, ...added], other: [] }
    }
    case 'withholds_tablet':
      return { here: day.taps.filter((tap) => !(bad(tap) && chance.happens(intensity))), other: [] }
    case 'anothers_desk': {
      const moved = new Set(day.taps.filter((tap) => bad(tap) && chance.happens(intensity)))
      return { here: day.taps.filter((tap) => !moved.has(tap)), other: [...moved] }
    }
    case 'leader_sets_aside':
      return { here: day.taps, other: [] }
    case 'helper': {
      // One helper, so many elders one after another: honest, and quick.
      let minute = 460 + 300 * chance.next()
      const added = Array.from({ length: intensity }, () => {
        minute += between(chance, plan.gap_s ?? [75, 240]) / 60
        return { minute, level: chance.happens(0.9) ? 5 : 2, dwell_ms: 650 + chance.whole(0, 900), honest: true }
      })
      return { here: [...day.taps, ...added], other: [] }
    }
  }
}

/** The intensity at which recall passes one half, between two rungs of the ladder; null when it never does. */
export function halfwayOf(curve: readonly { intensity: number; recall: number }[]): number | null {
  const sorted = [...curve].sort((a, b) => a.intensity - b.intensity)
  for (const [index, point] of sorted.entries()) {
    if (point.recall < 0.5) continue
    const before = sorted[index - 1]
    if (!before) return point.intensity
    const part = (0.5 - before.recall) / (point.recall - before.recall)
    return before.intensity + part * (point.intensity - before.intensity)
  }
  return null
}
