/** SQL of the counting worker: the inbox, what is to be judged, verdicts, and the destruction of moments. */
import { int2s, int4s, uuids } from '../binary-arrays.ts'
import { type CountClient, type RatingToJudge, rosterLock } from './database.ts'

/** What the inbox holds of one tablet's day. */
export interface InboxDay {
  terminal_id: number
  local_day: string
  /** How many rows, and their inbox_ids as PostgreSQL writes an array: a million of them would not fit as objects. */
  n: number
  inbox_ids: string
}

/** An inbox row without a day to judge: its moment was destroyed, or its id is no rating. */
export interface InboxLeftover {
  inbox_id: number
  rating_id: string
}

/** The whole of what waits, days in the order in which their oldest rows came. */
export interface InboxContent {
  days: InboxDay[]
  leftovers: InboxLeftover[]
}

const officeDay = `(m.corrected_at at time zone 'Asia/Ho_Chi_Minh')::date`

/** The oldest `limit` rows of the inbox, and of those at most `maxDays` terminal-days and `maxDays` leftovers. */
export async function findInbox(client: CountClient, limit: number, maxDays: number): Promise<InboxContent> {
  const oldest =
    '(select inbox_id, rating_id from inbox order by inbox_id limit $1) i left join moments m using (rating_id)'
  const { rows } = await client.query<InboxDay & { local_day: string | null }>({
    name: 'find_inbox_days',
    text: `select m.terminal_id, ${officeDay} as local_day, count(*) as n, array_agg(i.inbox_id)::text as inbox_ids
             from ${oldest} group by 1, 2 order by min(i.inbox_id) limit $2`,
    values: [limit, maxDays],
  })
  const days = rows.filter((row) => row.local_day !== null)
  if (days.length === rows.length) return { days, leftovers: [] }
  const leftovers = await client.query<InboxLeftover>({
    name: 'find_inbox_leftovers',
    text: `select i.inbox_id, i.rating_id from ${oldest} where m.corrected_at is null order by i.inbox_id limit $2`,
    values: [limit, maxDays],
  })
  return { days, leftovers: leftovers.rows }
}

/** Waits for roster changes under way and holds off new ones until the lot's transaction ends. */
export async function lockRoster(client: CountClient): Promise<void> {
  await client.query({ name: 'lock_roster', text: rosterLock })
}

/** `inboxIds` as PostgreSQL writes an array. */
export async function removeFromInbox(client: CountClient, inboxIds: string): Promise<void> {
  await client.query({
    name: 'remove_from_inbox',
    text: 'delete from inbox where inbox_id = any ($1::bigint[])',
    values: [inboxIds],
  })
}

// date_part, not extract: that one calculates in numeric, which took a tenth of counting.
const judgeColumns = `r.rating_id, r.unit_id, r.counter_id, r.terminal_id, r.local_day, r.level, r.marks,
  round(date_part('epoch', m.corrected_at) * 1000) as at, round(date_part('epoch', m.received_at) * 1000) as received_at,
  m.device_epoch, m.sequence, m.dwell_ms,
  r.time_quality, v.rating_id is not null as judged, v.officer_id, v.set_aside, v.noted::int as noted`

/** Every rating with a moment of these terminals' days; days as half-open spans of epoch ms. */
export async function findTerminalDays(
  client: CountClient,
  days: readonly { terminal_id: number; starts: number; ends: number }[],
): Promise<RatingToJudge[]> {
  const { rows } = await client.query<RatingToJudge>({
    name: 'find_terminal_days',
    text: `select ${judgeColumns}
             from unnest($1::int[], $2::float8[], $3::float8[]) d (terminal_id, starts, ends)
             join moments m on m.terminal_id = d.terminal_id
              and m.corrected_at >= to_timestamp(d.starts / 1000) and m.corrected_at < to_timestamp(d.ends / 1000)
             join ratings r on r.rating_id = m.rating_id
             left join verdicts v on v.rating_id = r.rating_id`,
    values: [days.map((day) => day.terminal_id), days.map((day) => day.starts), days.map((day) => day.ends)],
  })
  return rows
}

/** These ratings with whatever moment and verdict they have. */
export async function findRatingsToJudge(client: CountClient, ids: readonly string[]): Promise<RatingToJudge[]> {
  const { rows } = await client.query<RatingToJudge>(
    `select ${judgeColumns} from ratings r left join moments m using (rating_id) left join verdicts v using (rating_id)
      where r.rating_id = any ($1::uuid[])`,
    [ids],
  )
  return rows
}

/** Assignments of these counters that touch the span of epoch ms. */
export async function findSpans(
  client: CountClient,
  counterIds: readonly number[],
  from: number,
  to: number,
): Promise<{ counter_id: number; officer_id: number; starts: number; ends: number | null }[]> {
  const { rows } = await client.query({
    name: 'find_spans',
    text: `select counter_id, officer_id, (extract(epoch from lower(during)) * 1000)::float8 as starts,
                  case when upper_inf(during) then null else (extract(epoch from upper(during)) * 1000)::float8 end as ends
             from assignments
            where counter_id = any ($1::int[])
              and during && tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), '[]')`,
    values: [counterIds, from, to],
  })
  return rows
}

/** Opening hours by unit (null = the province's) and the province's own. */
export async function findHours(client: CountClient): Promise<{ province: unknown; units: Map<number, unknown> }> {
  const { rows } = await client.query<{ unit_id: number | null; hours: unknown }>(
    `select null::int as unit_id, value as hours from settings where key = 'hours'
      union all select unit_id, hours from units where hours is not null`,
  )
  return {
    province: rows.find((row) => row.unit_id === null)?.hours ?? null,
    units: new Map(rows.filter((row) => row.unit_id !== null).map((row) => [row.unit_id as number, row.hours])),
  }
}

/** The last day whose arrivals have lost their moments; null = none has. */
export async function findClosedThrough(client: CountClient): Promise<string | null> {
  const { rows } = await client.query<{ day: string | null }>(
    'select moments_destroyed_through as day from counting_state',
  )
  return rows[0]?.day ?? null
}

/** item_ids of commitments that are not about the officer. */
export async function findServiceItems(client: CountClient): Promise<Set<number>> {
  const { rows } = await client.query<{ item_id: number }>(
    `select distinct item_id from catalogue_items where kind = 'service'`,
  )
  return new Set(rows.map((row) => row.item_id))
}

export interface VerdictRow {
  rating_id: string
  officer_id: number | null
  set_aside: number
  noted: number
}

export async function saveVerdicts(client: CountClient, rows: readonly VerdictRow[], version: number): Promise<void> {
  await client.query({
    name: 'save_verdicts',
    text: `insert into verdicts (rating_id, officer_id, set_aside, noted, rules_version)
           select rating_id, officer_id, set_aside, noted::"char", $5::int::"char"
             from unnest($1::uuid[], $2::int[], $3::smallint[], $4::int[]) as t (rating_id, officer_id, set_aside, noted)
            order by rating_id
           on conflict (rating_id) do update set officer_id = excluded.officer_id, set_aside = excluded.set_aside,
             noted = excluded.noted, rules_version = excluded.rules_version`,
    values: [
      uuids(rows.map((row) => row.rating_id)),
      int4s(rows.map((row) => row.officer_id)),
      int2s(rows.map((row) => row.set_aside)),
      int4s(rows.map((row) => row.noted)),
      version,
    ],
  })
}

/** Gives integrity reports their officer and cuts the thread back to the rating. */
export async function closeIntegrityReports(client: CountClient, rows: readonly VerdictRow[]): Promise<void> {
  await client.query({
    name: 'close_integrity_reports',
    text: `update integrity_reports i set officer_id = t.officer_id, rating_id = null
             from unnest($1::uuid[], $2::int[]) as t (rating_id, officer_id) where i.rating_id = t.rating_id`,
    values: [uuids(rows.map((row) => row.rating_id)), int4s(rows.map((row) => row.officer_id))],
  })
}

/** Notes how far counting has come; never moves back. */
export async function saveCountedThrough(client: CountClient, through: Date): Promise<void> {
  await client.query({
    name: 'save_counted_through',
    text: 'update counting_state set counted_through = greatest(counted_through, $1::timestamptz)',
    values: [through],
  })
}

/** The newest arrival counted, epoch ms; null = none yet. */
export async function findCountedThrough(client: CountClient): Promise<number | null> {
  const { rows } = await client.query<{ counted_through: Date | null }>('select counted_through from counting_state')
  return rows[0]?.counted_through?.getTime() ?? null
}

/** Tries to become the one counting worker of this database; the lock lives as long as the connection. */
export async function tryCountingLock(client: CountClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtext('hai_long_count')) as locked`,
  )
  return rows[0]?.locked === true
}

export async function countInbox(client: CountClient): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*) as n from inbox')
  return rows[0]?.n ?? 0
}

/**
 * Destroys exact moments and sequence of ratings received before `momentsBefore`, and the content hashes of those
 * received before `hashesBefore`; ratings still to be counted are left for the next run. Rows whose moments go are laid
 * down anew in the order of their ids. Run it in a transaction.
 */
export async function destroyMoments(
  client: CountClient,
  momentsBefore: string,
  hashesBefore: string,
): Promise<{ moments: number; hashes: number }> {
  const moments = await client.query<{ rating_id: string }>(
    `update moments m set corrected_at = null, received_at = null, rated_at = null, device_epoch = null,
                          sequence = null, dwell_ms = null
      where received_day < $1 and corrected_at is not null
        and not exists (select from inbox i where i.rating_id = m.rating_id) returning rating_id`,
    [momentsBefore],
  )
  // The order of rows on the disk was the order of visits.
  const gone = moments.rows.map((row) => row.rating_id)
  await client.query('select scatter_rows($1::uuid[])', [gone])
  // All of a block: what was left of it would tell that the others came before.
  await client.query(
    `delete from blocks where block in (
       select b.block from blocks b, unnest(b.rating_ids) r (rating_id) join unnest($1::uuid[]) g (rating_id) using (rating_id))`,
    [gone],
  )
  const hashes = await client.query('delete from moments where received_day < $1 and corrected_at is null', [
    hashesBefore,
  ])
  await client.query('delete from terminal_days where local_day < $1', [momentsBefore])
  await client.query('update counting_state set moments_destroyed_through = ($1::date - 1)', [momentsBefore])
  return { moments: moments.rowCount ?? 0, hashes: hashes.rowCount ?? 0 }
}

/** What has run out and is kept for a day at most; the answer says of each how many went. */
const passing = {
  sessions: 'created_at',
  login_failures: 'failed_at',
  account_links: 'expires_at',
  trusted_devices: 'expires_at',
  imports: 'made_at',
} as const

export async function sweepSessions(client: CountClient, before: Date): Promise<Record<keyof typeof passing, number>> {
  const gone = { sessions: 0, login_failures: 0, account_links: 0, trusted_devices: 0, imports: 0 }
  for (const table of Object.keys(passing) as (keyof typeof passing)[]) {
    const { rowCount } = await client.query(`delete from ${table} where ${passing[table]} < $1`, [before])
    gone[table] = rowCount ?? 0
  }
  return gone
}
