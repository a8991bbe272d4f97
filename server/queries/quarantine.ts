/** Quarantine: what staff see of it and decide about it, and what receiving then does with what was accepted. */
import { sql } from 'kysely'
import type pg from 'pg'
import type { Trx } from './database.ts'

export interface QuarantineGroupRow {
  unit_id: number
  sent_by: number
  sent_by_name: string
  claimed: string | null
  reason: 'terminal_revoked' | 'unknown_terminal'
  waiting: number
  accepted: number
  refused: number
  /** Days of the taps; null for what came before days were noted. */
  first_day: string | null
  last_day: string | null
  counts_in: number
  counts_in_name: string
  counts_at: string
}

/** What is kept aside in scope, by the pairing that sent it, the one it names and the reason. Counts and days alone. */
export async function listQuarantine(trx: Trx): Promise<QuarantineGroupRow[]> {
  const { rows } = await sql<QuarantineGroupRow>`
    select * from quarantine_groups() order by counts_in_name, counts_at, sent_by, claimed, reason`.execute(trx)
  return rows
}

/** Notes a decision about all that waits of a group. Returns how many ratings it concerns. */
export async function decideQuarantine(
  trx: Trx,
  group: { sent_by: number; claimed: string | null },
  decision: 'accepted' | 'refused',
  at: Date,
): Promise<number> {
  const { rows } = await sql<{ touched: number }>`
    select decide_quarantine(${group.sent_by}, ${group.claimed}, ${decision}, ${at}) as touched`.execute(trx)
  return rows[0]?.touched ?? 0
}

export interface AcceptedRow {
  rating_id: string
  sent_by_terminal_id: number
  claimed_terminal_id: string | null
  received_at: Date
  body: unknown
}

/** Accepted ratings that are not stored yet, in the order of their random ids, behind `after` (null = from the first). */
export async function findAccepted(pool: pg.Pool, after: string | null, limit: number): Promise<AcceptedRow[]> {
  const { rows } = await pool.query<AcceptedRow>(
    `select rating_id, sent_by_terminal_id, claimed_terminal_id, received_at, body from quarantine
      where decision = 'accepted' and ($1::uuid is null or rating_id > $1) order by rating_id limit $2`,
    [after, limit],
  )
  return rows
}

/** Forgets what is stored as a rating by now, with the very same content. No other row of quarantine is ever deleted. */
export async function forgetStored(pool: pg.Pool): Promise<void> {
  await pool.query('select forget_stored_quarantine()')
}

/** Of these ids those that a person refused, with their content's hash and why they were kept aside. */
export async function findRefused(
  pool: pg.Pool,
  ids: readonly string[],
): Promise<Map<string, { content_mac: Buffer; reason: 'terminal_revoked' | 'unknown_terminal' }>> {
  const { rows } = await pool.query<{
    rating_id: string
    content_mac: Buffer
    reason: 'terminal_revoked' | 'unknown_terminal'
  }>(
    `select rating_id, content_mac, reason from quarantine where decision = 'refused' and rating_id = any ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map(({ rating_id, ...row }) => [rating_id, row]))
}
