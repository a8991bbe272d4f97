/** SQL of the rating path: one statement stores a gathered write whole, a second looks up what was there before. */
import type pg from 'pg'
import { bools, bytes, dates, instants, int2s, int4s, int8s, texts, uuids } from '../binary-arrays.ts'

/** A rating ready to be stored. Moments are epoch milliseconds; `marks` as `packMarks` writes them. */
export interface RatingRow {
  rating_id: string
  unit_id: number
  counter_id: number
  terminal_id: number
  local_day: string
  level: number
  marks: Buffer
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

/**
 * One statement is one transaction and one round trip. Sorted by id, because two processes that insert the same ids in
 * different orders deadlock (8 in 36 batches unsorted, none in 8,395 sorted). It answers with the ids that are new, or with
 * nothing when all are: nearly always, and reading 256 ids costs as much as checking 50 ratings.
 */
const insertText = (withWords: boolean) => `
  with input as (
    select * from unnest(
      $1::uuid[], $2::int[], $3::int[], $4::int[], $5::date[], $6::smallint[], $7::bytea[],
      $8::smallint[], $9::smallint[], $10::smallint[], $11::boolean[], $12::text[],
      $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::text[], $17::bigint[], $18::bigint[], $19::date[],
      $20::bytea[]${withWords ? ', $22::text[], $23::text[]' : ''}
    ) as t (
      rating_id, unit_id, counter_id, terminal_id, local_day, level, marks,
      catalogue_id, time_quality, shown, voice_used, language,
      corrected_at, received_at, rated_at, device_epoch, sequence, dwell_ms, received_day,
      content_mac${withWords ? ', remark, integrity' : ''}
    )
  ), new as (
    insert into ratings (rating_id, unit_id, counter_id, terminal_id, local_day, level, catalogue_id, time_quality, shown,
                         voice_used, language, marks)
    select rating_id, unit_id, counter_id, terminal_id, local_day, level, catalogue_id, time_quality, shown,
           voice_used, language, marks
      from input
    on conflict (rating_id) do nothing
    returning rating_id
  ), stored as (
    select input.* from input join new using (rating_id)
  ), stored_moments as (
    insert into moments (rating_id, unit_id, counter_id, terminal_id, corrected_at, received_at, rated_at,
                         device_epoch, sequence, dwell_ms, received_day, content_mac)
    select rating_id, unit_id, counter_id, terminal_id, corrected_at, received_at, rated_at,
           device_epoch, sequence, dwell_ms, received_day, content_mac
      from stored
  ), stored_inbox as (
    insert into inbox (rating_id) select rating_id from stored
  )${withWords ? words : ''}
  select case when (select count(*) from new) < $21::int then (select coalesce(array_agg(rating_id), '{}') from new) end as new_ids`

/** A remark beside accusations goes with them. Apart, because opening these tables costs every write that has neither. */
const words = `, stored_remarks as (
    insert into remarks (rating_id, unit_id, counter_id, local_day, remark)
    select rating_id, unit_id, counter_id, local_day, remark from stored where remark is not null and integrity is null
  ), stored_reports as (
    insert into integrity_reports (rating_id, unit_id, counter_id, month, items, remark)
    select rating_id, unit_id, counter_id, date_trunc('month', local_day)::date, string_to_array(integrity, ','), remark
      from stored where integrity is not null
  )`

// A name makes node-postgres prepare the statement once per connection.
const insertPlain = { name: 'insert_ratings', text: insertText(false) }
const insertWithWords = { name: 'insert_ratings_with_words', text: insertText(true) }

/**
 * Stores rows in one transaction; a row whose id is already there is left alone.
 * Ids within one call must be distinct. Returns the ids that are new; null = all of them.
 */
export async function insertRatings(pool: pg.Pool, rows: readonly RatingRow[]): Promise<Set<string> | null> {
  const sorted = [...rows].sort((a, b) => (a.rating_id < b.rating_id ? -1 : 1))
  const column = <K extends keyof RatingRow>(key: K) => sorted.map((row) => row[key])
  const values: unknown[] = [
    uuids(column('rating_id')),
    int4s(column('unit_id')),
    int4s(column('counter_id')),
    int4s(column('terminal_id')),
    dates(column('local_day')),
    int2s(column('level')),
    bytes(column('marks')),
    int2s(column('catalogue_id')),
    int2s(column('time_quality')),
    int2s(column('shown')),
    bools(column('voice_used')),
    texts(column('language')),
    instants(column('corrected_at')),
    instants(column('received_at')),
    instants(column('rated_at')),
    texts(column('device_epoch')),
    int8s(column('sequence')),
    int8s(column('dwell_ms')),
    dates(column('received_day')),
    bytes(column('content_mac')),
    sorted.length,
  ]
  const withWords = sorted.some((row) => row.remark !== null || row.integrity.length > 0)
  if (withWords) {
    values.push(
      texts(column('remark')),
      texts(sorted.map((row) => (row.integrity.length === 0 ? null : row.integrity.join(',')))),
    )
  }
  const { rows: answer } = await pool.query<{ new_ids: string[] | null }>({
    ...(withWords ? insertWithWords : insertPlain),
    values,
  })
  const ids = answer[0]?.new_ids
  return ids ? new Set(ids) : null
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
  /** The day of the tap. */
  local_day: string
  content_mac: Buffer
  body: unknown
}

/**
 * Keeps a rating that cannot be counted now. Returns the hash that stands under this id: its own, or an earlier one's
 * when the id was quarantined before.
 */
export async function insertQuarantine(pool: pg.Pool, row: QuarantineRow): Promise<Buffer> {
  await pool.query(
    `insert into quarantine (rating_id, unit_id, sent_by_terminal_id, claimed_terminal_id, reason, received_at, content_mac, body, local_day)
     values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000), $7, $8, $9) on conflict (rating_id) do nothing`,
    [
      row.rating_id,
      row.unit_id,
      row.sent_by_terminal_id,
      row.claimed_terminal_id,
      row.reason,
      row.received_at,
      row.content_mac,
      JSON.stringify(row.body),
      row.local_day,
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
