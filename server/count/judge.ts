/** From ratings and rosters to verdicts: whose each rating is and whether it counts. Pure; the same code counts first and again. */
import { attributeRating, type Spans } from '../domain/attribution.ts'
import { type Outcome, ruleAfter } from '../domain/episodes.ts'
import { countMarks } from '../domain/marks.ts'
import { judgeDay, type OpeningHours, packNotes, packRule, unpackRule, type Verdict } from '../domain/misuse.ts'
import { timeQualityCode } from '../domain/time.ts'
import type { VerdictRow } from '../queries/counting.ts'
import type { RatingToJudge } from '../queries/database.ts'

export interface JudgeContext {
  spans: Spans
  hoursOf(unitId: number): OpeningHours | null
  /** The last day of which moments may have been destroyed; null = none was. */
  closedThrough: string | null
  /** What was decided about single ratings, whatever the rules find. */
  outcomes: ReadonlyMap<string, Outcome>
}

/** A verdict, and beside it the rule that was found before anybody decided anything (packed; 0 = none). */
export interface JudgedRating extends VerdictRow {
  found: number
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Hours as the contract writes them ("07:30") in the minutes the rules use; null when there are none. */
export function openingHours(stored: unknown): OpeningHours | null {
  if (stored === null || stored === undefined) return null
  const { days, intervals } = stored as { days: number[]; intervals: { from: string; to: string }[] }
  return { days, intervals: intervals.map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) })) }
}

/**
 * Judges ratings, given every rating of each terminal-day that occurs among them. A rating whose moment was destroyed
 * keeps the verdict it had: after 35 days the past is closed. One that never had either counts for nobody. On a closed
 * day a tablet's ratings may be known in part only, so those judged before follow the roster but are not judged anew.
 */
export function judgeRatings(ratings: readonly RatingToJudge[], context: JudgeContext): JudgedRating[] {
  const verdicts: JudgedRating[] = []
  const decide = (rating_id: string, found: number): number =>
    packRule(ruleAfter(unpackRule(found), context.outcomes.get(rating_id)))
  const days = new Map<string, RatingToJudge[]>()
  for (const rating of ratings) {
    if (rating.at === null) {
      const found = rating.set_aside ?? 0
      verdicts.push({
        rating_id: rating.rating_id,
        officer_id: rating.officer_id,
        set_aside: decide(rating.rating_id, found),
        noted: rating.noted ?? 0,
        found,
      })
      continue
    }
    const key = `${rating.terminal_id}/${rating.local_day}`
    const day = days.get(key)
    if (day) day.push(rating)
    else days.set(key, [rating])
  }
  for (const day of days.values()) {
    const officers = new Map<string, number | null>()
    for (const rating of day) {
      officers.set(rating.rating_id, attributeRating(rating.counter_id, rating.at as number, context.spans))
    }
    const unassigned = new Set(day.map(({ rating_id }) => rating_id).filter((id) => officers.get(id) === null))
    const judged = judgeDay(
      day.map((rating) => ({
        rating_id: rating.rating_id,
        at: rating.at as number,
        sequence: rating.sequence,
        level: rating.level,
        dwell_ms: rating.dwell_ms,
        ...countMarks(rating.marks),
        timed: rating.time_quality !== timeQualityCode.received,
      })),
      { hours: context.hoursOf((day[0] as RatingToJudge).unit_id), unassigned },
    )
    for (const rating of day) {
      const { rating_id } = rating
      const { set_aside, noted } = judged.get(rating_id) as Verdict
      const stands = rating.judged && context.closedThrough !== null && rating.local_day <= context.closedThrough
      const found = stands ? (rating.set_aside ?? 0) : packRule(set_aside)
      verdicts.push({
        rating_id,
        officer_id: officers.get(rating_id) ?? null,
        set_aside: decide(rating_id, found),
        noted: packNotes(noted),
        found,
      })
    }
  }
  return verdicts
}
