/** SQL of closed days and their episodes: what the night finds, and what people ask and decide about it. */
import { sql } from 'kysely'
import type { CountClient, Trx } from './database.ts'

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
    values: [sorted.map((day) => day.terminal_id), sorted.map((day) => day.local_day)],
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
    values: [ratingIds],
  })
  return new Map(rows.map(({ rating_id, outcome }) => [rating_id, outcome === 0 ? 'restored' : 'set_aside']))
}

export interface EpisodeRow {
  episode_id: number
  counter_id: number
  counter_name: string
  terminal_id: number
  terminal_name: string
  local_day: string
  rule: string
  n: number
}

/** Episodes of a unit, newest day first; only days before `today`, for the running one is not judged. */
export async function listEpisodes(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<EpisodeRow[]> {
  return trx
    .selectFrom('episodes as e')
    .innerJoin('counters as c', 'c.counter_id', 'e.counter_id')
    .innerJoin('terminals as t', 't.terminal_id', 'e.terminal_id')
    .select(['episode_id', 'e.counter_id', 'c.name as counter_name', 'e.terminal_id', 't.name as terminal_name'])
    .select(['local_day', 'rule', 'n'])
    .where('e.unit_id', '=', unitId)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .where('n', '>', 0)
    .orderBy('local_day', 'desc')
    .orderBy('rule')
    .orderBy('c.name')
    .execute()
}

export interface ProposalRow {
  proposal_id: number
  unit_id: number
  unit_name: string
  local_day: string
  rule: string
  episode_id: number | null
  wants: 'restore' | 'set_aside'
  reason: string
  proposed_by: number
  proposed_at: Date
  outcome: 'accepted' | 'refused' | null
  answer: string | null
  decided_at: Date | null
}

const proposalColumns = sql.raw(`p.proposal_id, p.unit_id, u.name as unit_name, p.local_day, p.rule, p.episode_id,
  p.wants, p.reason, p.proposed_by, p.proposed_at, p.outcome, p.answer, p.decided_at`)

/** Requests of one unit about days of the range; newest first. */
export async function listUnitProposals(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where p.unit_id = ${unitId} and p.local_day between ${range.from} and ${range.to}
     order by p.proposal_id desc`.execute(trx)
  return rows
}

/** Requests of all visible units, those without an answer first, older than `before`; newest first. */
export async function listProposals(trx: Trx, before: number | null, limit: number): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where ${before}::int is null or p.proposal_id < ${before}
     order by p.proposal_id desc limit ${limit}`.execute(trx)
  return rows
}

/** The request, locked until the transaction ends; undefined when there is none or the reader may not know. */
export async function lockProposal(trx: Trx, proposalId: number): Promise<ProposalRow | undefined> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where p.proposal_id = ${proposalId} for update of p`.execute(trx)
  return rows[0]
}

/** Episodes that a request about this day and rule would touch; `episodeId` null = those too small to be told apart. */
export async function countTouched(
  trx: Trx,
  { unit_id, local_day, rule }: { unit_id: number; local_day: string; rule: string },
  episodeId: number | null,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from episodes
     where unit_id = ${unit_id} and local_day = ${local_day} and rule = ${rule} and n > 0
       and (episode_id = ${episodeId}::int and n >= 5 or ${episodeId}::int is null and n < 5)`.execute(trx)
  return rows[0]?.n ?? 0
}

export async function insertProposal(
  trx: Trx,
  row: Pick<ProposalRow, 'unit_id' | 'local_day' | 'rule' | 'episode_id' | 'wants' | 'reason' | 'proposed_by'> & {
    proposed_at: Date
  },
): Promise<number> {
  const { proposal_id } = await trx
    .insertInto('episode_proposals')
    .values(row)
    .returning('proposal_id')
    .executeTakeFirstOrThrow()
  return proposal_id
}

export async function decideProposal(
  trx: Trx,
  proposalId: number,
  decision: { outcome: 'accepted' | 'refused'; answer: string; decided_by: number; decided_at: Date },
): Promise<void> {
  await trx.updateTable('episode_proposals').set(decision).where('proposal_id', '=', proposalId).execute()
}

/** Puts the ratings of an accepted request back through counting with what was decided; how many there are. */
export async function applyProposal(trx: Trx, proposalId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select apply_proposal(${proposalId}) as n`.execute(trx)
  return rows[0]?.n ?? 0
}
