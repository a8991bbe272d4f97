/** SQL of closed days: which are to be judged, by what they are judged, and the episodes that come of it. */
import { dates, int4s, uuids } from '../binary-arrays.ts'
import type { CountClient } from './database.ts'

interface TerminalDay {
  terminal_id: number
  local_day: string
}

/** Ratings of these tablets' days came or moved: each is judged again once it is over. */
export async function reopenTerminalDays(client: CountClient, ratings: readonly TerminalDay[]): Promise<void> {
  const days = new Map(ratings.map((rating) => [`${rating.terminal_id}/${rating.local_day}`, rating]))
  const sorted = [...days.values()].sort(
    (a, b) => a.terminal_id - b.terminal_id || (a.local_day < b.local_day ? -1 : 1),
  )
  await client.query({
    name: 'reopen_terminal_days',
    text: `insert into terminal_days (terminal_id, local_day) select * from unnest($1::int[], $2::date[])
           on conflict (terminal_id, local_day) do update set judged_version = null
             where terminal_days.judged_version is not null`,
    values: [int4s(sorted.map((day) => day.terminal_id)), dates(sorted.map((day) => day.local_day))],
  })
}

/** Days judged by an older version of the rules are to be judged anew, as far as their moments are there. */
export async function reopenOlderVersions(client: CountClient, after: string | null, version: number): Promise<void> {
  await client.query(
    `update terminal_days set judged_version = null where judged_version < $2 and ($1::date is null or local_day > $1)`,
    [after, version],
  )
}

/**
 * Days before `today` that no night has judged yet, oldest first; after `after`, because moments of days up to it may be
 * gone. `after` null = none is.
 */
export async function findUnjudgedDays(
  client: CountClient,
  today: string,
  after: string | null,
  limit: number,
): Promise<TerminalDay[]> {
  const { rows } = await client.query<TerminalDay>({
    name: 'find_unjudged_days',
    text: `select terminal_id, local_day from terminal_days
            where judged_version is null and local_day < $1 and ($2::date is null or local_day > $2)
            order by local_day, terminal_id limit $3`,
    values: [today, after, limit],
  })
  return rows
}

export async function saveJudged(client: CountClient, days: readonly TerminalDay[], version: number): Promise<void> {
  await client.query(
    `update terminal_days t set judged_version = $3 from unnest($1::int[], $2::date[]) d (terminal_id, local_day)
      where t.terminal_id = d.terminal_id and t.local_day = d.local_day`,
    [days.map((day) => day.terminal_id), days.map((day) => day.local_day), version],
  )
}

/** Puts ratings back through counting. */
export async function putIntoInbox(client: CountClient, ratingIds: readonly string[]): Promise<void> {
  await client.query('insert into inbox (rating_id) select * from unnest($1::uuid[])', [ratingIds])
}

/** Counted ratings of a tablet by moment, on its last days of use up to and including `local_day`. */
export async function findRecentMoments(
  client: CountClient,
  { terminal_id, local_day }: TerminalDay,
  days: number,
): Promise<{ rating_id: string; at: number }[]> {
  const { rows } = await client.query<{ rating_id: string; at: number }>({
    name: 'find_recent_moments',
    text: `with used as (select local_day from terminal_days where terminal_id = $1 and local_day <= $2
                          order by local_day desc limit $3)
           select m.rating_id, (extract(epoch from m.corrected_at) * 1000)::float8 as at
             from moments m join verdicts v using (rating_id)
            where m.terminal_id = $1 and v.set_aside = 0
              and m.corrected_at >= (select min(local_day) from used)::timestamp at time zone 'Asia/Ho_Chi_Minh'
              and m.corrected_at < ($2::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'`,
    values: [terminal_id, local_day, days],
  })
  return rows
}

interface CounterDay {
  counter_id: number
  local_day: string
}

/**
 * Visits of these counters' days where they are told, and how many ratings counted there, at whatever tablet. Of a day only
 * its month is told of, the month's visits are the most it can have had.
 */
export async function findRatedVisits(
  client: CountClient,
  places: readonly CounterDay[],
): Promise<(CounterDay & { visits: number; counted: number })[]> {
  const { rows } = await client.query<CounterDay & { visits: number; counted: number }>({
    name: 'find_rated_visits',
    text: `with told as (
             select a.counter_id, a.local_day, v.grain,
                    coalesce(max(v.visits) filter (where procedure_group = ''), sum(v.visits)) as n
               from unnest($1::int[], $2::date[]) a (counter_id, local_day)
               join visits v on v.counter_id = a.counter_id
                and v.day = case v.grain when 'day' then a.local_day else date_trunc('month', a.local_day)::date end
              group by 1, 2, 3),
           known as (select counter_id, local_day, (array_agg(n order by grain))[1]::int as visits from told group by 1, 2)
           select k.*, (select count(*)
                          from (select terminal_id from terminals where counter_id = k.counter_id
                                 union select terminal_id from terminal_placements where counter_id = k.counter_id) t
                          join moments m on m.terminal_id = t.terminal_id and m.counter_id = k.counter_id
                           and m.corrected_at >= k.local_day::timestamp at time zone 'Asia/Ho_Chi_Minh'
                           and m.corrected_at < (k.local_day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh'
                          join verdicts v on v.rating_id = m.rating_id and v.set_aside = 0)::int as counted
             from known k`,
    values: [places.map((place) => place.counter_id), places.map((place) => place.local_day)],
  })
  return rows
}

/** Other tablets of these counters' days were judged before it was known that more was counted there than people came. */
export async function reopenCrowded(client: CountClient, places: readonly CounterDay[]): Promise<void> {
  if (places.length === 0) return
  await client.query({
    name: 'reopen_crowded',
    text: `update terminal_days d set judged_version = null
             from unnest($1::int[], $2::date[]) a (counter_id, local_day)
            where d.local_day = a.local_day and d.judged_version is not null
              and exists (select from moments m join verdicts v on v.rating_id = m.rating_id and v.set_aside = 0
                           where m.terminal_id = d.terminal_id and m.counter_id = a.counter_id
                             and m.corrected_at >= a.local_day::timestamp at time zone 'Asia/Ho_Chi_Minh'
                             and m.corrected_at < (a.local_day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
              and not exists (select from episodes e
                               where e.terminal_id = d.terminal_id and e.local_day = d.local_day
                                 and e.counter_id = a.counter_id and e.rule = 'more_than_visits' and e.n > 0)`,
    values: [places.map((place) => place.counter_id), places.map((place) => place.local_day)],
  })
}

export interface EpisodeToSave {
  counter_id: number
  rule: string
  rating_ids: readonly string[]
}

/**
 * The episodes of a tablet's day as found now. What was decided about a rating stays with it, also when the rule no longer
 * finds it; an episode that lost its last rating goes.
 */
export async function saveEpisodes(
  client: CountClient,
  { terminal_id, local_day }: TerminalDay,
  episodes: readonly EpisodeToSave[],
  version: number,
): Promise<void> {
  const values = [terminal_id, local_day]
  await client.query(
    `delete from episode_ratings r using episodes e
      where e.episode_id = r.episode_id and e.terminal_id = $1 and e.local_day = $2 and r.outcome is null`,
    values,
  )
  await client.query('update episodes set n = 0 where terminal_id = $1 and local_day = $2', values)
  for (const { counter_id, rule, rating_ids } of episodes) {
    const { rows } = await client.query<{ episode_id: number }>(
      `insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version)
       select unit_id, counter_id, $1, $2, $4, $5, $6 from counters where counter_id = $3
       on conflict on constraint episodes_once do update set n = excluded.n, rules_version = excluded.rules_version
       returning episode_id`,
      [...values, counter_id, rule, rating_ids.length, version],
    )
    // In the order of the random ids: the order of taps must not survive.
    await client.query(
      `insert into episode_ratings (episode_id, rating_id) select $1, id from unnest($2::uuid[]) id order by id
       on conflict do nothing`,
      [rows[0]?.episode_id, rating_ids],
    )
  }
  await client.query(
    `delete from episodes e where terminal_id = $1 and local_day = $2 and n = 0
        and not exists (select from episode_ratings r where r.episode_id = e.episode_id)`,
    values,
  )
}

/** What was decided about any of these ratings. Set aside by one decision and restored by another: set aside. */
export async function findOutcomes(
  client: CountClient,
  ratingIds: readonly string[],
): Promise<Map<string, 'restored' | 'set_aside'>> {
  const { rows } = await client.query<{ rating_id: string; outcome: number }>({
    name: 'find_outcomes',
    text: `select rating_id, max(outcome) as outcome from episode_ratings
            where outcome is not null and rating_id = any ($1::uuid[]) group by 1`,
    values: [uuids(ratingIds)],
  })
  return new Map(rows.map(({ rating_id, outcome }) => [rating_id, outcome === 0 ? 'restored' : 'set_aside']))
}
