/** Judges closed days once more, as a whole: differences go through counting again, then the day's episodes are written. */
import { findEpisodes, findSameHour, HABIT_RULES, moreThanVisits } from '../domain/episodes.ts'
import { MISUSE_VERSION, unpackNotes, unpackRule } from '../domain/misuse.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import {
  findRatedVisits,
  findRecentMoments,
  findUnjudgedDays,
  putIntoInbox,
  reopenCrowded,
  reopenOlderVersions,
  saveEpisodes,
  saveJudged,
} from '../queries/closed-days.ts'
import { findClosedThrough, findTerminalDays, lockRoster } from '../queries/counting.ts'
import type { CountClient } from '../queries/database.ts'
import { type JudgedRating, judgeRatings } from './judge.ts'
import { loadJudgeContext } from './judge-context.ts'

/** Days of tablets in one transaction: a unit's whole backlog, and still a fraction of a second. */
const DAYS_AT_ONCE = 100
/** Connections on which older versions were looked for: the rules cannot change while a process runs. */
const reopened = new WeakSet<CountClient>()

export interface NightRun {
  /** Days looked at; 0 = nothing is left to judge. */
  days: number
  /** Ratings whose verdict came out differently and which were put back through counting; their days are judged later. */
  requeued: number
}

/**
 * Judges up to 100 days of tablets that are over at `now` and have changed since they were last judged, or were judged by
 * an older version of the rules. Call it while the inbox is empty, until it finds nothing. A day whose moments may be
 * destroyed keeps what it has.
 */
export async function judgeClosedDays(client: CountClient, now: number): Promise<NightRun> {
  await client.query('begin')
  try {
    const run = await judgeInTransaction(client, localDay(now))
    await client.query('commit')
    return run
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function judgeInTransaction(client: CountClient, today: string): Promise<NightRun> {
  const closed = await findClosedThrough(client)
  if (!reopened.has(client)) await reopenOlderVersions(client, closed, MISUSE_VERSION)
  reopened.add(client)
  const days = await findUnjudgedDays(client, today, closed, DAYS_AT_ONCE)
  if (days.length === 0) return { days: 0, requeued: 0 }
  await lockRoster(client)
  const ratings = await findTerminalDays(
    client,
    days.map(({ terminal_id, local_day }) => ({
      terminal_id,
      starts: startOfDay(local_day),
      ends: startOfDay(addDays(local_day, 1)),
    })),
  )
  const verdicts = judgeRatings(ratings, await loadJudgeContext(client, ratings))
  const stored = new Map(ratings.map((rating) => [rating.rating_id, rating]))
  const byDay = new Map<string, JudgedRating[]>()
  const different: string[] = []
  for (const verdict of verdicts) {
    const rating = stored.get(verdict.rating_id)
    if (!rating) continue
    const key = `${rating.terminal_id}/${rating.local_day}`
    const own = byDay.get(key)
    if (own) own.push(verdict)
    else byDay.set(key, [verdict])
    if (
      !rating.judged ||
      rating.officer_id !== verdict.officer_id ||
      rating.set_aside !== verdict.set_aside ||
      rating.noted !== verdict.noted
    ) {
      different.push(verdict.rating_id)
    }
  }
  // Counted again first; the next run finds these days as they then are.
  await putIntoInbox(client, different)
  const unsettled = new Set(
    different.map((id) => stored.get(id)).map((rating) => `${rating?.terminal_id}/${rating?.local_day}`),
  )
  const settled = days.filter(({ terminal_id, local_day }) => !unsettled.has(`${terminal_id}/${local_day}`))
  const crowds = await findCrowds(client, ratings)
  for (const day of settled) {
    const own = byDay.get(`${day.terminal_id}/${day.local_day}`) ?? []
    const crowded = new Set(crowds.filter((one) => one.local_day === day.local_day).map((one) => one.counter_id))
    const recent = await findRecentMoments(client, day, HABIT_RULES.of_days)
    const episodes = findEpisodes(
      own.map(({ rating_id, found, noted }) => ({
        rating_id,
        counter_id: stored.get(rating_id)?.counter_id ?? 0,
        rule: unpackRule(found),
        noted: unpackNotes(noted),
      })),
      { sameHour: findSameHour(day.local_day, recent), crowded },
    )
    await saveEpisodes(client, day, episodes, MISUSE_VERSION)
  }
  await saveJudged(client, settled, MISUSE_VERSION)
  await reopenCrowded(client, crowds)
  return { days: days.length, requeued: different.length }
}

/** Counters and days of these ratings on which more was counted, at all tablets together, than people came. */
async function findCrowds(client: CountClient, ratings: readonly { counter_id: number; local_day: string }[]) {
  const places = new Map(
    ratings.map(({ counter_id, local_day }) => [`${counter_id}/${local_day}`, { counter_id, local_day }]),
  )
  const told = await findRatedVisits(client, [...places.values()])
  return told.filter(({ counted, visits }) => moreThanVisits(counted, visits))
}
