/** Second factors: sealed secrets, recovery codes, devices that are trusted for a month. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

export interface SecondFactorRow {
  secret: Buffer
  confirmed_at: Date | null
  last_step: number
}

/** The second factor of an account, confirmed or begun; null = none. */
export async function findSecondFactor(trx: Trx, accountId: number): Promise<SecondFactorRow | null> {
  const row = await trx
    .selectFrom('second_factors')
    .select(['secret', 'confirmed_at', 'last_step'])
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row ?? null
}

/** Begins a new one. False when a confirmed one stands in the way. */
export async function putSecret(trx: Trx, accountId: number, secret: Buffer): Promise<boolean> {
  const { rows } = await sql`
    insert into second_factors as f (account_id, secret) values (${accountId}, ${secret})
    on conflict (account_id) do update set secret = excluded.secret, last_step = 0 where f.confirmed_at is null
    returning account_id`.execute(trx)
  return rows.length > 0
}

export async function confirmSecondFactor(trx: Trx, accountId: number, now: Date): Promise<void> {
  await trx.updateTable('second_factors').set({ confirmed_at: now }).where('account_id', '=', accountId).execute()
}

/** Uses up a code and all before it. False when it, or a newer one, was used before: also by a request of the same moment. */
export async function spendStep(trx: Trx, accountId: number, step: number): Promise<boolean> {
  const spent = await trx
    .updateTable('second_factors')
    .set({ last_step: step })
    .where('account_id', '=', accountId)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return spent.numUpdatedRows > 0n
}

/** Replaces whatever codes there were. */
export async function replaceRecoveryCodes(trx: Trx, accountId: number, hashes: readonly Buffer[]): Promise<void> {
  await trx.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute()
  await trx
    .insertInto('recovery_codes')
    .values(hashes.map((code_hash) => ({ account_id: accountId, code_hash })))
    .execute()
}

/** False when there is no such code, or it was used. */
export async function spendRecoveryCode(trx: Trx, accountId: number, hash: Buffer, now: Date): Promise<boolean> {
  const spent = await trx
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('account_id', '=', accountId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return spent.numUpdatedRows > 0n
}

export async function countRecoveryCodes(trx: Trx, accountId: number): Promise<number> {
  const { n } = await trx
    .selectFrom('recovery_codes')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return n
}

/** Takes the second factor away, with its codes and the devices that stood for it. */
export async function deleteSecondFactor(trx: Trx, accountId: number): Promise<void> {
  for (const table of ['recovery_codes', 'trusted_devices', 'second_factors'] as const) {
    await trx.deleteFrom(table).where('account_id', '=', accountId).execute()
  }
}

export async function insertTrustedDevice(
  trx: Trx,
  device: { token_hash: Buffer; account_id: number; created_at: Date; expires_at: Date },
): Promise<void> {
  await trx.insertInto('trusted_devices').values(device).execute()
}

export async function isTrustedDevice(trx: Trx, accountId: number, tokenHash: Buffer, now: Date): Promise<boolean> {
  const device = await trx
    .selectFrom('trusted_devices')
    .select('account_id')
    .where('token_hash', '=', tokenHash)
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return device !== undefined
}

export async function countTrustedDevices(trx: Trx, accountId: number, now: Date): Promise<number> {
  const { n } = await trx
    .selectFrom('trusted_devices')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return n
}

export async function deleteTrustedDevices(trx: Trx, accountId: number): Promise<void> {
  await trx.deleteFrom('trusted_devices').where('account_id', '=', accountId).execute()
}
