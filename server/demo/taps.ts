/** The ordinary taps of one counter on one day: when, which face, which tiles, which words. */
import { addDays, countDays, weekday } from '../domain/time.ts'
import { instantAt, isHoliday } from './calendar.ts'
import type { Chance } from './chance.ts'
import type { Tenure, UnitPlan } from './people.ts'
import type { RemarkTopic } from './remarks.ts'

export interface Tap {
  /** Epoch ms of the first tap. */
  at: number
  level: number
  dwell_ms: number
  shown: 'face' | 'marks'
  marks: { commitment: string; kept: boolean }[]
  language: string
  voice_used: boolean
  /** What a remark would be about; null = the citizen writes nothing. */
  topic: RemarkTopic | null
}

/** What colours a day beyond the officer. */
export interface Mood {
  crowded: boolean
  portalDown: boolean
  /** Where in the simulation the day lies: 0 at its first day, 1 at its last. */
  progress: number
}

const OFFICE_DAYS_PER_MONTH = 21
/** Monday to Sunday; the five days of the office sum up to 5. */
const weekdayShare = [1.25, 1.05, 0.95, 0.95, 0.8, 0.07, 0]
/** Less than this between two citizens at one counter does not happen. */
const SHORTEST_VISIT_MS = 110_000

/** Minutes of the day with how many of a hundred visits end in them. Outside opening hours: work until it is done. */
const hours: readonly (readonly [readonly [number, number], number])[] = [
  [[452, 510], 11],
  [[510, 570], 19],
  [[570, 630], 18],
  [[630, 688], 11],
  [[692, 704], 1],
  [[812, 870], 12],
  [[870, 930], 15],
  [[930, 1018], 11],
  [[1023, 1095], 2],
]
const saturdayHours = [[[470, 660], 1]] as const

/** How many tiles a citizen touches who stays for the second screen. */
const manyMarks = [
  [0, 9],
  [1, 26],
  [2, 31],
  [3, 21],
  [4, 10],
  [5, 3],
] as const
const kept = [
  ...([
    ['always_smile', 16],
    ['please_hello', 14],
    ['always_help', 13],
    ['always_listen', 12],
  ] as const),
  ...([
    ['always_gentle', 11],
    ['service_time', 10],
    ['no_bureaucracy', 9],
    ['please_thank_you', 9],
  ] as const),
  ...([
    ['service_guidance', 9],
    ['no_arrogance', 6],
    ['service_place', 5],
    ['please_sorry', 4],
  ] as const),
  ...([['please_permission', 3]] as const),
] as const
const brokenConduct = [
  ...([
    ['always_listen', 18],
    ['always_help', 14],
    ['no_bureaucracy', 13],
    ['always_gentle', 12],
  ] as const),
  ...([
    ['always_smile', 12],
    ['please_sorry', 11],
    ['please_hello', 8],
    ['no_arrogance', 7],
  ] as const),
  ...([
    ['please_permission', 4],
    ['please_thank_you', 3],
  ] as const),
] as const
const brokenService = [
  ['service_time', 45],
  ['service_guidance', 35],
  ['service_place', 20],
] as const
const brokenByOutage = [
  ['service_time', 60],
  ['service_place', 40],
] as const

/** How many ratings a counter sees on a day on average; `officers` = how many take turns at it. */
export function expectedTaps(plan: UnitPlan, officers: number, day: string): number {
  const ordinary = (plan.ratings_per_month * officers) / OFFICE_DAYS_PER_MONTH
  return isHoliday(day) ? 0 : ordinary * (weekdayShare[weekday(day) - 1] ?? 0)
}

/** The taps of a counter on a day, in order; `officer` serves there, whether or not the roster says so. */
export function drawTaps(
  chance: Chance,
  plan: UnitPlan,
  officers: number,
  officer: Tenure,
  day: string,
  mood: Mood,
): Tap[] {
  const count = chance.count(expectedTaps(plan, officers, day))
  const moments = Array.from({ length: count }, () => drawMoment(chance, day)).sort((a, b) => a - b)
  return spread(moments).map((at) => drawTap(chance, plan, officer, at, mood))
}

function drawMoment(chance: Chance, day: string): number {
  const [first, last] = chance.weighted(weekday(day) === 6 ? saturdayHours : hours)
  return instantAt(day, first) + Math.floor(chance.next() * (last - first) * 60_000)
}

function spread(moments: readonly number[]): number[] {
  let before = Number.NEGATIVE_INFINITY
  return moments.map((at) => {
    before = Math.max(at, before + SHORTEST_VISIT_MS)
    return before
  })
}

function drawTap(chance: Chance, plan: UnitPlan, officer: Tenure, at: number, mood: Mood): Tap {
  const dwell_ms = Math.max(700, Math.round(4200 * Math.exp(0.55 * chance.normal())))
  const common = {
    at,
    dwell_ms,
    language: chance.happens(0.015) ? 'en' : 'vi',
    voice_used: chance.happens(0.02),
  }
  const shown = chance.happens(0.74) ? 'marks' : 'face'
  const crowded = mood.crowded && !officer.calm
  if (mood.portalDown && !officer.calm && chance.happens(0.36)) {
    const level = chance.weighted([
      [3, 45],
      [2, 35],
      [1, 20],
    ] as const)
    // Who is angry at the portal says so, and means nobody at the counter.
    const marks = choose(chance, brokenByOutage, chance.whole(1, 2)).map((commitment) => ({ commitment, kept: false }))
    return { ...common, level, shown: 'marks', marks, topic: chance.happens(0.2) ? 'outage' : null }
  }
  const share = (officer.satisfied - plan.climbs * (1 - mood.progress)) * (crowded ? 0.56 : 1)
  if (chance.happens(share)) {
    const level = chance.happens(0.58) ? 5 : 4
    const marks = shown === 'face' ? [] : drawPraise(chance, level)
    return { ...common, level, shown, marks, topic: shown === 'marks' && chance.happens(0.03) ? 'good' : null }
  }
  const level = chance.weighted([
    [3, 52],
    [2, 29],
    [1, 19],
  ] as const)
  const aboutConduct = chance.happens(crowded ? 0.35 : officer.conduct)
  const marks = shown === 'face' ? [] : drawBlame(chance, aboutConduct)
  const topic = crowded ? 'crowded' : aboutConduct ? 'conduct' : 'service'
  return { ...common, level, shown, marks, topic: shown === 'marks' && chance.happens(0.14) ? topic : null }
}

function drawPraise(chance: Chance, level: number): Tap['marks'] {
  const marks = choose(chance, kept, chance.weighted(manyMarks)).map((commitment) => ({ commitment, kept: true }))
  if (level === 5 || !chance.happens(0.14)) return marks
  return withOther(marks, { commitment: chance.weighted(brokenService), kept: false })
}

function drawBlame(chance: Chance, aboutConduct: boolean): Tap['marks'] {
  const wanted = chance.weighted(manyMarks)
  const named = aboutConduct
    ? choose(chance, brokenConduct, wanted)
    : choose(chance, brokenService, Math.min(wanted, 3))
  const marks = named.map((commitment) => ({ commitment, kept: false }))
  if (aboutConduct && chance.happens(0.3)) {
    return withOther(marks, { commitment: chance.weighted(brokenService), kept: false })
  }
  return chance.happens(0.12) ? withOther(marks, { commitment: chance.weighted(kept), kept: true }) : marks
}

function withOther(marks: Tap['marks'], other: Tap['marks'][number]): Tap['marks'] {
  return marks.some(({ commitment }) => commitment === other.commitment) ? marks : [...marks, other]
}

/** Up to `count` different choices. */
function choose(chance: Chance, choices: readonly (readonly [string, number])[], count: number): string[] {
  const left = [...choices]
  const chosen: string[] = []
  while (chosen.length < count && left.length > 0) {
    const name = chance.weighted(left)
    chosen.push(name)
    left.splice(
      left.findIndex(([other]) => other === name),
      1,
    )
  }
  return chosen
}

/** The mood of a day: `from` and `to` are the first and last day of the simulation. */
export function progressOf(day: string, from: string, to: string): number {
  return Math.min(1, (countDays(from, day) - 1) / Math.max(1, countDays(from, addDays(to, -1))))
}
