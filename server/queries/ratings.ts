/** SQL of the rating path: one statement stores a gathered write whole, a second looks up what was there before. */
import type pg from 'pg'

/** A rating ready to be stored. Moments are epoch milliseconds; `kept` and `broken` are bit masks by item_id. */
export interface RatingRow {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  local_day: string
  level: number
  kept: number
  broken: number
  catalogue_id: number | null
  time_quality: number
  shown: number
  voice_used: boolean | null
  language: string
  corrected_at: number
  received_at: number
  rated_at: number
  device_epoch: string | null
  sequence: number | null
  dwell_ms: number | null
  received_day: string
  content_mac: Buffer
  remark: string | null
  /** Commitments of the serious-matters card; empty for nearly every rating. */
  integrity: string[]
}

// One statement is one transaction and one round trip. Sorted by id, because two processes that insert the same ids in
// different orders deadlock (8 in 36 batches unsorted, none in 8,395 sorted). A remark beside accusations goes with them.
const insertText = `
  with input as (
    select * from unnest(
      $1::uuid[], $2::int[], $3::int[], $4::int[], $5::date[], $6::smallint[], $7::bigint[], $8::bigint[],
      $9::smallint[], $10::smallint[], $11::smallint[], $12::boolean[], $13::text[],
      $14::float8[], $15::float8[], $16::float8[], $17::text[], $18::bigint[], $19::bigint[], $20::date[],
      $21::bytea[], $22::text[], $23::text[]
    ) as t (
      rating_id, unit_id, counter_id, terminal_id, local_day, level, kept, broken,
      catalogue_id, time_quality, shown, voice_used, language,
      corrected_at, received_at, rated_at, device_epoch, sequence, dwell_ms, received_day,
      content_mac, remark, integrity
    )
  ), new as (
    insert into ratings (rating_id, kept, broken, unit_id, counter_id, terminal_id, local_day, level, catalogue_id,
                         time_quality, shown, voice_used, language)
    select rating_id, kept, broken, unit_id, counter_id, terminal_id, local_day, level, catalogue_id,
           time_quality, shown, voice_used, language
      from input order by rating_id
    on conflict (rating_id) do nothing
    returning rating_id
  ), stored as (
    select input.* from input join new using (rating_id)
  ), stored_moments as (
    insert into moments (rating_id, unit_id, counter_id, terminal_id, corrected_at, received_at, rated_at,
                         device_epoch, sequence, dwell_ms, received_day, content_mac)
    select rating_id, unit_id, counter_id, terminal_id, to_timestamp(corrected_at / 1000), to_timestamp(received_at / 1000),
           to_timestamp(rated_at / 1000), device_epoch, sequence, dwell_ms, received_day, content_mac
      from stored
  ), stored_inbox as (
    insert into inbox (rating_id) select rating_id from stored
  ), stored_remarks as (
    insert into remarks (rating_id, unit_id, counter_id, local_day, remark)
    select rating_id, unit_id, counter_id, local_day, remark from stored where remark is not null and integrity is null
  ), stored_reports as (
    insert into integrity_reports (rating_id, unit_id, counter_id, month, items, remark)
    select rating_id, unit_id, counter_id, date_trunc('month', local_day)::date, string_to_array(integrity, ','), remark
      from stored where integrity is not null
  )
  select rating_id from new`

/**
 * Stores rows in one transaction; a row whose id is already there is left alone.
 * Ids within one call must be distinct. Returns the ids that are new.
 */
export async function insertRatings(pool: pg.Pool, rows: readonly RatingRow[]): Promise<Set<string>> {
  const sorted = [...rows].sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  const column = <K extends keyof RatingRow>(key: K) => sorted.map((row) => row[key])
  const result = await pool.query<{ rating_id: string }>({
    // A name makes node-postgres prepare the statement once per connection.
    name: 'insert_ratings',
    text: insertText,
    values: [
      column('rating_id'),
      column('unit_id'),
      column('counter_id'),
      column('terminal_id'),
      column('local_day'),
      column('level'),
      column('kept'),
      column('broken'),
      column('catalogue_id'),
      column('time_quality'),
      column('shown'),
      column('voice_used'),
      column('language'),
      column('corrected_at'),
      column('received_at'),
      column('rated_at'),
      column('device_epoch'),
      column('sequence'),
      column('dwell_ms'),
      column('received_day'),
      column('content_mac'),
      column('remark'),
      sorted.map((row) => (row.integrity.length === 0 ? null : row.integrity.join(','))),
    ],
  })
  return new Set(result.rows.map((row) => row.rating_id))
}

/**
 * The content hashes of ids that were there before. An id that is stored but whose hash was destroyed (60 days) is
 * absent from the map; so must be an id that was never stored: ask only for ids known to be stored.
 * A statement of its own: the insert's snapshot cannot see what another process committed meanwhile.
 */
export async function findContentMacs(pool: pg.Pool, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const result = await pool.query<{ rating_id: string; content_mac: Buffer }>({
    name: 'find_content_macs',
    text: 'select rating_id, content_mac from moments where rating_id = any ($1::uuid[])',
    values: [ids],
  })
  return new Map(result.rows.map((row) => [row.rating_id, row.content_mac]))
}

/** Which of these ids are stored as ratings. */
export async function findStoredIds(pool: pg.Pool, ids: readonly string[]): Promise<Set<string>> {
  const result = await pool.query<{ rating_id: string }>(
    'select rating_id from ratings where rating_id = any ($1::uuid[])',
    [ids],
  )
  return new Set(result.rows.map((row) => row.rating_id))
}

export interface QuarantineRow {
  rating_id: string
  unit_id: number
  sent_by_terminal_id: number
  claimed_terminal_id: string | null
  reason: 'terminal_revoked' | 'unknown_terminal'
  received_at: number
  content_mac: Buffer
  body: unknown
}

/**
 * Keeps a rating that cannot be counted now. Returns the hash that stands under this id: its own, or an earlier one's
 * when the id was quarantined before.
 */
export async function insertQuarantine(pool: pg.Pool, row: QuarantineRow): Promise<Buffer> {
  await pool.query(
    `insert into quarantine (rating_id, unit_id, sent_by_terminal_id, claimed_terminal_id, reason, received_at, content_mac, body)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7, $8) on conflict (rating_id) do nothing`,
    [
      row.rating_id,
      row.unit_id,
      row.sent_by_terminal_id,
      row.claimed_terminal_id,
      row.reason,
      row.received_at,
      row.content_mac,
      JSON.stringify(row.body),
    ],
  )
  const kept = await pool.query<{ content_mac: Buffer }>('select content_mac from quarantine where rating_id = $1', [
    row.rating_id,
  ])
  return kept.rows[0]?.content_mac ?? row.content_mac
}

export interface UndatedRow {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  boot_id: string
  uptime_ms: number
  content_mac: Buffer
  envelope: unknown
  body: unknown
}

/** Keeps a rating that the server's clock cannot date. Returns whether it is new, and the hash that stands under its id. */
export async function insertUndated(pool: pg.Pool, row: UndatedRow): Promise<{ fresh: boolean; standing: Buffer }> {
  const inserted = await pool.query(
    `insert into undated_ratings (rating_id, unit_id, counter_id, terminal_id, boot_id, uptime_ms, content_mac, envelope, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (rating_id) do nothing`,
    [
      row.rating_id,
      row.unit_id,
      row.counter_id,
      row.terminal_id,
      row.boot_id,
      row.uptime_ms,
      row.content_mac,
      JSON.stringify(row.envelope),
      JSON.stringify(row.body),
    ],
  )
  if (inserted.rowCount === 1) return { fresh: true, standing: row.content_mac }
  const kept = await pool.query<{ content_mac: Buffer }>(
    'select content_mac from undated_ratings where rating_id = $1',
    [row.rating_id],
  )
  return { fresh: false, standing: kept.rows[0]?.content_mac ?? row.content_mac }
}

/** Ratings that wait for the clock, in the order of their random ids, behind `after` (null = from the first). */
export async function findUndated(pool: pg.Pool, after: string | null, limit: number): Promise<UndatedRow[]> {
  const { rows } = await pool.query<UndatedRow>(
    'select * from undated_ratings where $1::uuid is null or rating_id > $1 order by rating_id limit $2',
    [after, limit],
  )
  return rows
}

export async function deleteUndated(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query('delete from undated_ratings where rating_id = any ($1::uuid[])', [ids])
}

/** Tells the counting worker of any process that something waits. Sent after the commit; inside it cost 12 %. */
export async function notifyInbox(pool: pg.Pool): Promise<void> {
  await pool.query(`select pg_notify('hai_long_inbox', '')`)
}
