/** Terminals as staff keep them: list, find, make, rename, revoke, new code. Token hashes are out of this role's reach. */
import { sql } from 'kysely'
import type { Counted, Trx } from './database.ts'

export interface TerminalRow {
  terminal_id: number
  unit_id: number
  counter_id: number
  name: string
  paired_at: Date | null
  revoked_at: Date | null
  last_contact_at: Date | null
  queue_length: number | null
  version: string | null
}

const selected = sql`
  select t.terminal_id, t.unit_id, t.counter_id, t.name, t.paired_at, t.revoked_at,
         c.last_contact_at, c.queue_length, c.version
    from terminals t left join terminal_contacts c using (terminal_id)`

/** Terminals in scope by name, then id, behind `after`; up to `limit` and one more. */
export async function listTerminals(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: { unit_id: number | null; counter_id: number | null },
): Promise<TerminalRow[]> {
  const { after } = page
  const { rows } = await sql<TerminalRow>`
    ${selected}
     where ${filter.unit_id === null ? sql`true` : sql`t.unit_id = ${filter.unit_id}`}
       and ${filter.counter_id === null ? sql`true` : sql`t.counter_id = ${filter.counter_id}`}
       and ${after === null ? sql`true` : sql`(t.name, t.terminal_id) > (${after.key}, ${after.id}::integer)`}
     order by t.name, t.terminal_id
     limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** How many there are, and how many of those are not paired: not yet, or no longer. */
export async function countTerminals(
  trx: Trx,
  filter: { unit_id: number | null; counter_id: number | null },
): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select count(*)::integer as total,
           count(*) filter (where paired_at is null or revoked_at is not null)::integer as ended
      from terminals where ${filter.unit_id === null ? sql`true` : sql`unit_id = ${filter.unit_id}`}
       and ${filter.counter_id === null ? sql`true` : sql`counter_id = ${filter.counter_id}`}`.execute(trx)
  return rows[0] as Counted
}

/** The terminal, when it is in scope; else null. */
export async function findTerminal(trx: Trx, terminalId: number): Promise<TerminalRow | null> {
  const { rows } = await sql<TerminalRow>`${selected} where t.terminal_id = ${terminalId}`.execute(trx)
  return rows[0] ?? null
}

/** Returns the new terminal's id. */
export async function insertTerminal(
  trx: Trx,
  values: { unit_id: number; counter_id: number; name: string; codeHash: Buffer; codeExpiresAt: Date },
): Promise<number> {
  const row = await trx
    .insertInto('terminals')
    .values({
      unit_id: values.unit_id,
      counter_id: values.counter_id,
      name: values.name,
      pairing_code_hash: values.codeHash,
      pairing_code_expires_at: values.codeExpiresAt,
    })
    .returning('terminal_id')
    .executeTakeFirstOrThrow()
  return row.terminal_id
}

/** Gives another code; whatever code there was is worth nothing from now on, the token stays until the new one is used. */
export async function setPairingCode(trx: Trx, terminalId: number, codeHash: Buffer, expiresAt: Date): Promise<void> {
  await trx
    .updateTable('terminals')
    .set({ pairing_code_hash: codeHash, pairing_code_expires_at: expiresAt })
    .where('terminal_id', '=', terminalId)
    .execute()
}

export async function renameTerminal(trx: Trx, terminalId: number, name: string): Promise<void> {
  await trx.updateTable('terminals').set({ name }).where('terminal_id', '=', terminalId).execute()
}

/** Moves the terminal from now on; what was tapped before `at` still counts at the counter it leaves. */
export async function moveTerminal(
  trx: Trx,
  { terminal_id, unit_id, counter_id }: Pick<TerminalRow, 'terminal_id' | 'unit_id' | 'counter_id'>,
  counterId: number,
  at: Date,
): Promise<void> {
  await trx
    .insertInto('terminal_placements')
    .values({ terminal_id, unit_id, counter_id, until_at: at })
    // Moved twice in one moment: it was never at the counter in between.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await trx.updateTable('terminals').set({ counter_id: counterId }).where('terminal_id', '=', terminal_id).execute()
}

/** Ends the pairing and its unused code. The token's hash stays, so that what the tablet still sends is recognised. */
export async function revokeTerminal(trx: Trx, terminalId: number, at: Date): Promise<void> {
  await trx
    .updateTable('terminals')
    .set({ revoked_at: at, pairing_code_hash: null, pairing_code_expires_at: null })
    .where('terminal_id', '=', terminalId)
    .where('revoked_at', 'is', null)
    .execute()
}
