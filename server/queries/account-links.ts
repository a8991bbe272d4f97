/** One-time links by which people set their own passwords, and what is stored when they do. */
import type { Trx } from './database.ts'

export type LinkKind = 'invitation' | 'reset'

export interface LinkRow {
  account_id: number
  username: string
  kind: LinkKind
  expires_at: Date
}

/** Makes a link and voids the account's earlier ones, so that one at most is good. */
export async function insertLink(
  trx: Trx,
  link: { token_hash: Buffer; account_id: number; kind: LinkKind; created_by: number | null; expires_at: Date },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('account_links')
    .set({ used_at: now })
    .where('account_id', '=', link.account_id)
    .where('used_at', 'is', null)
    .execute()
  await trx.insertInto('account_links').values(link).execute()
}

/** The link behind this token, while it can be used and its account may log in; else null. */
export async function findLink(trx: Trx, tokenHash: Buffer, now: Date): Promise<LinkRow | null> {
  const row = await trx
    .selectFrom('account_links as l')
    .innerJoin('accounts as a', 'a.account_id', 'l.account_id')
    .select(['l.account_id', 'a.username', 'l.kind', 'l.expires_at'])
    .where('l.token_hash', '=', tokenHash)
    .where('l.used_at', 'is', null)
    .where('l.expires_at', '>', now)
    .where('a.active', '=', true)
    .executeTakeFirst()
  return row ?? null
}

/** False when another request spent it first. */
export async function spendLink(trx: Trx, tokenHash: Buffer, now: Date): Promise<boolean> {
  const spent = await trx
    .updateTable('account_links')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return spent.numUpdatedRows > 0n
}

export async function setPassword(trx: Trx, accountId: number, passwordHash: string, now: Date): Promise<void> {
  await trx
    .updateTable('accounts')
    .set({ password_hash: passwordHash, password_changed_at: now })
    .where('account_id', '=', accountId)
    .execute()
}

export interface OwnAccountRow {
  password_hash: string | null
  password_changed_at: Date | null
  created_at: Date
}

export async function findOwnAccount(trx: Trx, accountId: number): Promise<OwnAccountRow | null> {
  const row = await trx
    .selectFrom('accounts')
    .select(['password_hash', 'password_changed_at', 'created_at'])
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row ?? null
}
