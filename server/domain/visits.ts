/** Response and dossiers of a range: what may be said of numbers that people typed. Pure. */
import { countShown } from './disclosure.ts'
import { manski } from './scoring.ts'
import { poststratify, type Stratum } from './standardisation.ts'
import { lastOfMonth, type Range } from './time.ts'

/** `rate` is null without visits, and where the visits were counted wrongly. */
export interface Response {
  readonly visits: number
  readonly ratings: number
  readonly rate: number | null
  readonly implausible: boolean
}

/**
 * The share of visits that were rated. Null without visits. `ratings` and `visits` must be of the same counters and times.
 * More ratings than visits: the rate is null and `implausible`, because the visits were counted wrongly.
 */
export function responseOf(known: { visits: number; ratings: number } | undefined): Response | null {
  if (!known) return null
  const { visits, ratings } = known
  // Ratings come in steps of five; fewer, or none at all below zero, is a correction cut off from its origin.
  if (countShown(ratings) === null) return null
  const implausible = ratings > visits
  return { visits, ratings, rate: visits === 0 || implausible ? null : ratings / visits, implausible }
}

/** Visits of one counter and the published ratings of the same times, satisfied ones among them. */
export interface Visited {
  readonly service: string | null
  readonly procedure_group: string | null
  readonly visits: number
  readonly ratings: number
  readonly positive: number
}

/**
 * What the silent could change, of the counters and times whose visits are known. `bounds`: Manski's, over all those visits.
 * `poststratified`: each kind of work weighted by its visits; the kind is the counter's service, else the one group of
 * procedures its visits name, because a rating itself names none. Both null with fewer than five ratings or more ratings
 * than visits; the second also where a kind is told of with fewer than five ratings, or where there is only one kind.
 */
export function silenceOf(visited: readonly Visited[]) {
  const kinds = new Map<string | null, Stratum>()
  for (const { service, procedure_group, visits, ratings, positive } of visited) {
    const kind = service ?? procedure_group
    const { visits: v, n, positive: p } = kinds.get(kind) ?? { visits: 0, n: 0, positive: 0 }
    kinds.set(kind, { visits: v + visits, n: n + ratings, positive: p + positive })
  }
  const strata = [...kinds.values()]
  const sum = (of: (stratum: Stratum) => number) => strata.reduce((all, stratum) => all + of(stratum), 0)
  const [visits, n, positive] = [sum((one) => one.visits), sum((one) => one.n), sum((one) => one.positive)]
  const sound = (one: Stratum) => one.n >= 5 && one.positive >= 0 && one.positive <= one.n && one.n <= one.visits
  return {
    bounds: sound({ visits, n, positive }) ? manski(positive, n, visits) : null,
    poststratified: strata.length > 1 && strata.every(sound) ? poststratify(strata) : null,
  }
}

interface Told {
  grain: 'day' | 'month'
  day: string
  procedure_group: string
  same_day: number
  early: number
  on_time: number
  overdue: number
}

/**
 * Dossiers of a range out of what was told of days and months: a month's total stands for a month that lies in the range
 * as a whole, days otherwise; a total stands before its groups. Null when nothing was told.
 */
export function sumDossiers(told: readonly Told[], range: Range) {
  const within = told.filter(({ grain, day }) =>
    grain === 'day' ? day >= range.from && day <= range.to : day >= range.from && lastOfMonth(day) <= range.to,
  )
  const months = new Set(within.filter(({ grain }) => grain === 'month').map(({ day }) => day.slice(0, 7)))
  const counted = within.filter(({ grain, day }) => grain === 'month' || !months.has(day.slice(0, 7)))
  const totals = new Set(
    counted.filter(({ procedure_group }) => procedure_group === '').map(({ grain, day }) => `${grain}${day}`),
  )
  const used = counted.filter(
    ({ grain, day, procedure_group }) => procedure_group === '' || !totals.has(`${grain}${day}`),
  )
  if (used.length === 0) return null
  const sum = { same_day: 0, early: 0, on_time: 0, overdue: 0 }
  for (const row of used) for (const key of ['same_day', 'early', 'on_time', 'overdue'] as const) sum[key] += row[key]
  return sum
}
