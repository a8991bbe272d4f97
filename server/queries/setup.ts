/** The one-time set-up link: the only way to the first administrator, and only while there is none. */
import { sql } from 'kysely'
import { hashToken, newToken } from '../secrets.ts'
import { type DbScope, type Pools, type Trx, withScope } from './database.ts'

const LINK_MINUTES = 60

/** Set-up acts as the first administrator, who does not exist yet. */
export const setupScope: DbScope = {
  account_id: null,
  roles: ['administrator'],
  units: 'all',
  officer_id: null,
  purpose: 'setup',
}

/**
 * Makes a link's token, good once within 60 minutes; links made before stay good for theirs. Only its hash is stored.
 * Null when an administrator exists, and then no link is good any more.
 */
export async function createSetupLink(
  pools: Pick<Pools, 'app'>,
  clock: { now(): number },
): Promise<{ token: string; expiresAt: Date } | null> {
  const token = newToken()
  const expiresAt = new Date(clock.now() + LINK_MINUTES * 60_000)
  return withScope(pools.app, setupScope, async (trx) => {
    if (await administratorExists(trx)) return null
    await trx
      .insertInto('setup_links')
      .values({ token_hash: hashToken(token), expires_at: expiresAt })
      .execute()
    return { token, expiresAt }
  })
}

export async function administratorExists(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select administrator_exists() as found`.execute(trx)
  return rows[0]?.found ?? false
}

/** Whether the link could be used now; spends nothing. */
export async function isSetupLinkGood(trx: Trx, token: string, now: Date): Promise<boolean> {
  const link = await trx
    .selectFrom('setup_links')
    .select('token_hash')
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return link !== undefined && !(await administratorExists(trx))
}

/** Spends the link. False when it is not good, or another one was spent first: set-ups wait for each other here. */
export async function spendSetupLink(trx: Trx, token: string, now: Date): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended('hai-long setup', 0))`.execute(trx)
  if (await administratorExists(trx)) return false
  const spent = await trx
    .updateTable('setup_links')
    .set({ used_at: now })
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('token_hash')
    .executeTakeFirst()
  return spent !== undefined
}
