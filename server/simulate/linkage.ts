/** A thief with a copy of the database and the day's visit list: how often the right visit is put to a rating. */

import { destroyOldMoments } from '../count/retention.ts'
import { chanceOf } from '../demo/chance.ts'
import { addDays, startOfDay, weekday } from '../domain/time.ts'
import type { Log } from '../services.ts'
import { logIn, openUnit, sendTaps, settle, type World } from './world.ts'

export interface Linkage {
  /** How old the copy is, in days after the ratings. */
  age: number
  ratings: number
  /** Share put to the right visit by the best of the thief's ways, and by guessing. */
  linked: number
  chance: number
  /** The way that worked best. */
  way: string
}

interface Truth {
  counter_id: number
  local_day: string
  /** Place of the visit in the day's list, and how many visits the list has. */
  visit: number
  visits: number
}

/** Four, so that within 35 days, while the moments are kept, there are ratings enough to tell five points from chance. */
const DESKS = 4

/** Each order in which a thief may believe the ratings of a counter and day were given. */
const ways: Record<string, string> = {
  'the moments themselves': 'm.corrected_at nulls last, r.rating_id',
  'rows of ratings as they lie on the disk': 'r.ctid',
  'rows of verdicts as they lie on the disk': 'v.ctid nulls last, r.rating_id',
  'rows of moments as they lie on the disk': 'm.ctid nulls last, r.rating_id',
  'what appeared together as it lies on the disk': 's.ctid nulls last, r.rating_id',
  'what waits as it lies on the disk': 'w.ctid nulls last, r.rating_id',
  'transactions that wrote the ratings': 'r.xmin::text::bigint, r.rating_id',
  'sequence of the tablet': 'm.sequence nulls last, r.rating_id',
  'the ids': 'r.rating_id',
}

/**
 * Days of a few counters where seven of ten visitors rate, each rating sent as it is given; then the copy, `ages` days later.
 * The thief knows each day's visits in their order and lays the ratings on them, evenly and in the order a way gives.
 */
export async function runLinkage(
  world: World,
  seed: string,
  days: number,
  ages: readonly number[],
  log: Log,
): Promise<Linkage[]> {
  const chance = chanceOf(`${seed}/linkage`)
  const admin = await logIn(world, 'administrator')
  const { desks } = await openUnit(world, admin, 'Xã kẻ trộm', DESKS, ['Hộ tịch'])
  const truth = new Map<string, Truth>()
  let day = addDays(new Date(world.clock.now() + 7 * 3_600_000).toISOString().slice(0, 10), 1)
  for (let done = 0; done < days; day = addDays(day, 1)) {
    if (weekday(day) > 5) continue
    done += 1
    for (const desk of desks) {
      const visits = 8 + chance.whole(0, 8)
      for (let visit = 0; visit < visits; visit += 1) {
        if (!chance.happens(0.7)) continue
        const at = startOfDay(day) + (455 + (540 * visit) / visits) * 60_000
        world.clock.set(Math.max(world.clock.now(), at + 2000))
        const [id] = await sendTaps(world, desk, [{ at, level: 1 + chance.whole(0, 4), dwell_ms: 3000 }])
        truth.set(id as string, { counter_id: Number(desk.counter_id), local_day: day, visit, visits })
        // Counting runs all the time, so what it writes is written in this order too.
        if (chance.happens(0.5)) await settle(world)
      }
    }
    await settle(world)
  }
  const results: Linkage[] = []
  for (const age of ages) {
    world.clock.set(Math.max(world.clock.now(), startOfDay(addDays(day, age)) + 3_600_000))
    await settle(world)
    await destroyOldMoments({ query: world.client.query.bind(world.client) } as World['client'], world.clock.now(), log)
    results.push(await steal(world, truth, age))
  }
  return results
}

async function steal(world: World, truth: ReadonlyMap<string, Truth>, age: number): Promise<Linkage> {
  let best: { linked: number; way: string } = { linked: -1, way: '' }
  for (const [way, order] of Object.entries(ways)) {
    const rows = await world.asThief<{ rating_id: string; counter_id: number; local_day: string }>(
      `select r.rating_id, r.counter_id, r.local_day::text from ratings r
         left join moments m using (rating_id) left join verdicts v using (rating_id)
         left join blocks s on s.counter_id = r.counter_id and r.rating_id = any (s.rating_ids)
         left join waiting w on w.rating_id = r.rating_id and w.sign = 1
        where r.rating_id = any ($1::uuid[]) order by r.counter_id, r.local_day, ${order}`,
      [[...truth.keys()]],
    )
    const groups = new Map<string, string[]>()
    for (const { rating_id, counter_id, local_day } of rows) {
      const key = `${counter_id}/${local_day}`
      groups.set(key, [...(groups.get(key) ?? []), rating_id])
    }
    let right = 0
    for (const ids of groups.values()) {
      const visits = truth.get(ids[0] as string)?.visits ?? 1
      for (const [place, id] of ids.entries()) {
        const guess = Math.min(visits - 1, Math.floor(((place + 0.5) / ids.length) * visits))
        if (truth.get(id)?.visit === guess) right += 1
      }
    }
    if (right / rows.length > best.linked) best = { linked: right / rows.length, way }
  }
  const all = [...truth.values()]
  const chance = all.reduce((sum, { visits }) => sum + 1 / visits, 0) / all.length
  return { age, ratings: all.length, linked: best.linked, chance, way: best.way }
}
