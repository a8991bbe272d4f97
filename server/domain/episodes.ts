/** What a closed day of a tablet shows: an episode per rule, and habits that no single rating has. Judged at night. */
import { wholeFives } from './disclosure.ts'
import { poissonUpperTail } from './distributions.ts'
import { type AsideRule, asideRules, type Note, notes } from './misuse.ts'
import { localDay, startOfDay } from './time.ts'

/** Noted for a whole day of a tablet, never set aside by itself: nothing says which rating would be the wrong one. */
export const dayNotes = ['more_than_visits', 'same_hour'] as const
export type DayNote = (typeof dayNotes)[number]
/** What an episode may be of. `decided` is no finding but an answer to one. */
export const episodeRules = [...asideRules.filter((rule) => rule !== 'decided'), ...notes, ...dayNotes] as (
  | Exclude<AsideRule, 'decided'>
  | Note
  | DayNote
)[]
export type EpisodeRule = (typeof episodeRules)[number]

/** Rules whose ratings are set aside until somebody decides otherwise. */
export const setsAside = (rule: EpisodeRule): boolean => (asideRules as readonly string[]).includes(rule)

/** The thresholds of habits. */
export type HabitRules = {
  /** Taps of a tablet within so many minutes, at about the same time of day, */
  window_minutes: number
  /** more than chance would bring so often at twice the day's own mean rate (mornings are busy), */
  chance: number
  /** on so many of the last `of_days` days on which the tablet was used. */
  days: number
  of_days: number
}

export const HABIT_RULES: Readonly<HabitRules> = { window_minutes: 15, chance: 0.01, days: 4, of_days: 5 }

/** Length of an office day in minutes: what a day's mean rate is taken over. */
const OFFICE_MINUTES = 480

/** One cluster of a day: minutes of the day of its first and last tap, and the taps in it. */
type Cluster = { from: number; to: number; ids: string[] }

export type Moment = { rating_id: string; at: number }

function clustersOf(day: string, moments: readonly Moment[], rules: HabitRules): Cluster[] {
  const sorted = [...moments].sort((a, b) => a.at - b.at || (a.rating_id < b.rating_id ? -1 : 1))
  const minutes = sorted.map(({ at }) => (at - startOfDay(day)) / 60_000)
  const mean = (sorted.length / OFFICE_MINUTES) * rules.window_minutes
  const found: Cluster[] = []
  for (let first = 0, last = 0; first < sorted.length; first += 1) {
    last = Math.max(last, first)
    while (last + 1 < sorted.length && (minutes[last + 1] ?? 0) - (minutes[first] ?? 0) < rules.window_minutes)
      last += 1
    const count = last - first + 1
    // Two together are no habit, however quiet the day.
    if (count < 3 || poissonUpperTail(count, 2 * mean) >= rules.chance) continue
    const ids = sorted.slice(first, last + 1).map(({ rating_id }) => rating_id)
    found.push({ from: minutes[first] ?? 0, to: minutes[last] ?? 0, ids })
  }
  return found
}

/**
 * Ratings of `day` that lie in a cluster which comes back at the same time of day (`same_hour`): on 4 of the tablet's last
 * 5 days of use a cluster begins within a window's length of it. `moments` are the tablet's counted ratings of the days up
 * to and including `day`; earlier days may be missing. Empty when the habit is not there.
 */
export function findSameHour(day: string, moments: readonly Moment[], rules: HabitRules = HABIT_RULES): string[] {
  const days = new Map<string, Moment[]>()
  for (const moment of moments) {
    const of = localDay(moment.at)
    days.set(of, [...(days.get(of) ?? []), moment])
  }
  const used = [...days.keys()]
    .filter((of) => of <= day)
    .sort()
    .slice(-rules.of_days)
  if (used.at(-1) !== day) return []
  const clusters = used.map((of) => clustersOf(of, days.get(of) ?? [], rules))
  const members = new Set<string>()
  for (const own of clusters.at(-1) ?? []) {
    const met = clusters.filter((others) => others.some((one) => Math.abs(one.from - own.from) <= rules.window_minutes))
    if (met.length >= rules.days) for (const id of own.ids) members.add(id)
  }
  return [...members]
}

/**
 * Whether a counter counted more ratings of a day than people came. In whole fives: the visits are typed by people of the
 * unit, who could otherwise find the exact number by typing one after another. Up to four too many go unnoticed.
 */
export function moreThanVisits(counted: number, visits: number): boolean {
  return (wholeFives(counted) ?? 0) > visits
}

/** One rating of a closed day with its verdict. */
export type Judged = { rating_id: string; counter_id: number; rule: AsideRule | null; noted: readonly Note[] }

export type Episode = { counter_id: number; rule: EpisodeRule; rating_ids: string[] }

/**
 * The episodes of one tablet's closed day, one per counter and rule. `sameHour`: ids of `findSameHour`; `crowded`: counters
 * for which `moreThanVisits` holds, with the ratings of their other tablets: noted for all that count. Overtime and an
 * empty roster are notes like any other: they ask for a look at the roster, not at a person.
 */
export function findEpisodes(
  judged: readonly Judged[],
  context: { sameHour: readonly string[]; crowded: ReadonlySet<number> },
): Episode[] {
  const found = new Map<string, Episode>()
  const add = (counter_id: number, rule: EpisodeRule, rating_id: string) => {
    const key = `${counter_id}/${rule}`
    const episode = found.get(key) ?? { counter_id, rule, rating_ids: [] }
    episode.rating_ids.push(rating_id)
    found.set(key, episode)
  }
  const sameHour = new Set(context.sameHour)
  for (const { rating_id, counter_id, rule, noted } of judged) {
    if (rule !== null && rule !== 'decided') add(counter_id, rule, rating_id)
    for (const note of noted) add(counter_id, note, rating_id)
    if (sameHour.has(rating_id)) add(counter_id, 'same_hour', rating_id)
    if (rule === null && context.crowded.has(counter_id)) add(counter_id, 'more_than_visits', rating_id)
  }
  return [...found.values()]
}

/** What was decided about a rating: it counts again, or it is set aside. */
export type Outcome = 'restored' | 'set_aside'

/** The verdict after a decision; what the rules find is kept apart from it. */
export function ruleAfter(rule: AsideRule | null, outcome: Outcome | undefined): AsideRule | null {
  if (outcome === 'restored') return null
  return outcome === 'set_aside' ? (rule ?? 'decided') : rule
}
