/** What happened in the simulated months besides ordinary days; everything is dated back from the end. */
import { addDays } from '../domain/time.ts'
import { instantAt, mondayOf, officeDayBack } from './calendar.ts'

/** Nobody in the roster of a counter, from a day to a day, both included. */
export interface Gap {
  unit: string
  counter: string
  from: string
  to: string
}

/** No network, so ratings wait on the tablets. `counter` null = the whole unit; `until` null = it is still away. */
export interface Silence {
  unit: string
  counter: string | null
  from: number
  until: number | null
}

/** Taps that are no citizen's rating, or one that is more than a rating; beside the ordinary ones of that day. */
export interface PlannedTaps {
  unit: string
  counter: string
  day: string
  taps: readonly PlannedTap[]
}

export interface PlannedTap {
  at: number
  level: number
  dwell_ms: number
  /** Accusations of the serious-matters card. */
  accused?: readonly string[]
  comment?: string
}

export interface Scenario {
  /** Days on which a unit had too few people: satisfaction falls in everything. */
  crowded: { unit: string; days: ReadonlySet<string> }
  /** Days on which the province's service portal was down: low ratings that name only time and equipment. */
  portalDown: ReadonlySet<string>
  gaps: readonly Gap[]
  silences: readonly Silence[]
  planned: readonly PlannedTaps[]
  /** A tablet whose clock ran years behind until someone set it. */
  wrongClock: { unit: string; counter: string; before: string; by_ms: number }
}

const ward = 'Phường Quyết Thắng'
const commune = 'Xã Chiềng Khương'
const township = 'Thị trấn Mộc Châu'

/** The story of the months that end with day `to`. */
export function planScenario(to: string): Scenario {
  const crowdedMonday = addDays(mondayOf(to), -8 * 7)
  const gapMonday = addDays(mondayOf(to), -6 * 7)
  const outageMonday = addDays(mondayOf(to), -4 * 7)
  return {
    crowded: { unit: township, days: new Set(Array.from({ length: 5 }, (_, index) => addDays(crowdedMonday, index))) },
    portalDown: new Set([1, 2, 3].map((count) => addDays(outageMonday, count))),
    gaps: [
      { unit: commune, counter: 'Quầy 2', from: gapMonday, to: addDays(gapMonday, 6) },
      { unit: township, counter: 'Quầy 4', from: officeDayBack(to, 16), to: officeDayBack(to, 14) },
      { unit: ward, counter: 'Quầy 3', from: addDays(gapMonday, -84), to: addDays(gapMonday, -71) },
    ],
    silences: [
      // Two days without power in the commune: everything arrives on the third morning.
      {
        unit: commune,
        counter: null,
        from: instantAt(officeDayBack(to, 8), 560),
        until: instantAt(officeDayBack(to, 6), 478),
      },
      {
        unit: commune,
        counter: null,
        from: instantAt(officeDayBack(to, 97), 640),
        until: instantAt(officeDayBack(to, 96), 485),
      },
      // And one tablet that has not been heard of for days.
      { unit: commune, counter: 'Quầy 3', from: instantAt(officeDayBack(to, 2), 1000), until: null },
    ],
    planned: [
      playedWith(officeDayBack(to, 9)),
      ...[20, 19, 18, 17].map((count) => stuffed(officeDayBack(to, count))),
      hurried(officeDayBack(to, 12)),
      accused(
        ward,
        'Quầy 2',
        officeDayBack(to, 118),
        ['no_corruption'],
        'Có người ở cổng bảo đưa thêm tiền thì được làm nhanh.',
      ),
      accused(
        township,
        'Quầy 2',
        officeDayBack(to, 45),
        ['no_abuse_of_power'],
        'Hồ sơ đất của người nhà được làm trước, đề nghị kiểm tra.',
      ),
      accused(commune, 'Quầy 1', officeDayBack(to, 13), ['no_flattery', 'no_abuse_of_power'], undefined),
    ],
    wrongClock: { unit: ward, counter: 'Quầy 4', before: addDays(to, -30), by_ms: -2 * 365 * 86_400_000 },
  }
}

/** A child at the tablet while the parents wait: every face in turn, faster than anybody reads. */
function playedWith(day: string): PlannedTaps {
  const start = instantAt(day, 575)
  const taps = Array.from({ length: 22 }, (_, index) => ({
    at: start + index * 2600 + (index % 3) * 450,
    level: [5, 1, 3, 2, 4, 1][index % 6] ?? 3,
    dwell_ms: 180 + (index % 5) * 90,
  }))
  return { unit: township, counter: 'Quầy 3', day, taps }
}

/** Somebody taps the best face again and again at the end of a day. */
function stuffed(day: string): PlannedTaps {
  const start = instantAt(day, 1008)
  const taps = Array.from({ length: 9 }, (_, index) => ({
    at: start + index * 7300,
    level: 5,
    dwell_ms: 320 + (index % 4) * 60,
  }))
  return { unit: commune, counter: 'Quầy 2', day, taps }
}

/** Two hands at once, and later three taps that come without a look at the screen. */
function hurried(day: string): PlannedTaps {
  const start = instantAt(day, 905)
  const later = instantAt(day, 962)
  return {
    unit: township,
    counter: 'Quầy 1',
    day,
    taps: [
      { at: start, level: 4, dwell_ms: 3100 },
      { at: start + 2800, level: 5, dwell_ms: 900 },
      { at: later, level: 2, dwell_ms: 210 },
      { at: later + 26_000, level: 2, dwell_ms: 190 },
      { at: later + 52_000, level: 2, dwell_ms: 230 },
    ],
  }
}

function accused(
  unit: string,
  counter: string,
  day: string,
  items: readonly string[],
  comment: string | undefined,
): PlannedTaps {
  const tap = { at: instantAt(day, 612), level: 1, dwell_ms: 6400, accused: items }
  return { unit, counter, day, taps: [comment === undefined ? tap : { ...tap, comment }] }
}
