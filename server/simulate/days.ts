/** A tablet's day: citizens who come, look and answer, or do not; families and helpers among them; and who plays with it. */
import type { Chance } from '../demo/chance.ts'

/** One tap as it happens, minutes into the day with fractions. */
export interface DayTap {
  minute: number
  level: number
  dwell_ms: number
  /** False when no citizen meant it: what the rules should set aside or note. */
  honest: boolean
}

export interface Citizens {
  /** Visits of a day on average. */
  visits: number
  /** True share of satisfied citizens of this officer and service. */
  satisfied: number
  /** Of those dissatisfied who answer, how many give a good face out of politeness. */
  politeness: number
  /** How many of the satisfied and of the dissatisfied answer at all. */
  response: { satisfied: number; dissatisfied: number }
  /** Share of visits where a family answers together, and where a helper presses for somebody who cannot. */
  family: number
  helper: number
}

export interface Day {
  visits: number
  /** Citizens truly satisfied among the visits, whether they answered or not. */
  satisfied: number
  taps: DayTap[]
}

/** Between two visits at one counter. */
const SHORTEST_VISIT = 1.8
const reading = (chance: Chance) => Math.max(700, Math.round(4200 * Math.exp(0.55 * chance.normal())))

function drawLevel(chance: Chance, satisfied: boolean): number {
  if (satisfied) return chance.happens(0.58) ? 5 : 4
  return chance.weighted([
    [3, 52],
    [2, 29],
    [1, 19],
  ] as const)
}

/** An honest day, in order. */
export function drawDay(chance: Chance, citizens: Citizens): Day {
  const count = chance.count(citizens.visits)
  const moments = Array.from({ length: count }, () =>
    chance.happens(0.6) ? 450 + 240 * chance.next() : 810 + 210 * chance.next(),
  ).sort((a, b) => a - b)
  const day: Day = { visits: count, satisfied: 0, taps: [] }
  let free = 0
  for (const moment of moments) {
    const minute = Math.max(moment, free)
    free = minute + SHORTEST_VISIT
    const satisfied = chance.happens(citizens.satisfied)
    if (satisfied) day.satisfied += 1
    if (!chance.happens(satisfied ? citizens.response.satisfied : citizens.response.dissatisfied)) continue
    const shown = satisfied || chance.happens(citizens.politeness)
    day.taps.push({ minute, level: drawLevel(chance, shown), dwell_ms: reading(chance), honest: true })
    // The rest of the family was served with them and mostly feels the same.
    const more = chance.happens(citizens.family)
      ? chance.weighted([
          [1, 70],
          [2, 26],
          [3, 4],
        ] as const)
      : 0
    let at = minute
    for (let member = 0; member < more; member += 1) {
      at += (12 + 28 * chance.next()) / 60
      const same = chance.happens(0.85) ? shown : !shown
      day.taps.push({ minute: at, level: drawLevel(chance, same), dwell_ms: reading(chance), honest: true })
    }
    free = Math.max(free, at + 1)
    if (more === 0 && chance.happens(citizens.helper)) {
      // The helper knows the screen: no reading, one press, and again for the next elder once that one was served.
      const elders = chance.whole(1, 3)
      for (let elder = 0; elder < elders; elder += 1) {
        at += 1 + 2 * chance.next()
        day.taps.push({
          minute: at,
          level: drawLevel(chance, shown),
          dwell_ms: 650 + chance.whole(0, 900),
          honest: true,
        })
      }
      free = Math.max(free, at + 1)
    }
  }
  return day
}
