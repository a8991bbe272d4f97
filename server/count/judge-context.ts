/** Loads what judging needs besides the ratings: assignments around their moments, and opening hours. */
import { arrangeSpans } from '../domain/attribution.ts'
import { findOutcomes } from '../queries/closed-days.ts'
import { findClosedThrough, findHours, findSpans } from '../queries/counting.ts'
import type { CountClient, RatingToJudge } from '../queries/database.ts'
import { type JudgeContext, openingHours } from './judge.ts'

export async function loadJudgeContext(client: CountClient, ratings: readonly RatingToJudge[]): Promise<JudgeContext> {
  const moments = ratings.map((rating) => rating.at).filter((at) => at !== null)
  const counters = [...new Set(ratings.map((rating) => rating.counter_id))]
  const first = moments.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const last = moments.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const spans = moments.length === 0 ? [] : await findSpans(client, counters, first, last)
  const hours = await findHours(client)
  const province = openingHours(hours.province)
  const units = new Map([...hours.units].map(([unit, own]) => [unit, openingHours(own)]))
  return {
    spans: arrangeSpans(spans),
    hoursOf: (unitId) => units.get(unitId) ?? province,
    closedThrough: await findClosedThrough(client),
    outcomes: await findOutcomes(
      client,
      ratings.map((rating) => rating.rating_id),
    ),
  }
}
