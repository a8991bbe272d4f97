/** The audit log: one row per deed, written in the transaction of the deed, never changed. */
import type { Trx } from './database.ts'

export interface Deed {
  /** Who; null for the server's own command line and for the set-up link. */
  account_id: number | null
  /** `noun.verb`, such as `assignment.create`. */
  action: string
  unit_id: number | null
  /** Ids of what was changed. */
  subject: Record<string, unknown>
  /** What was changed about it; never a password, a code or a token. */
  detail?: Record<string, unknown>
  at: Date
}

export async function insertAudit(trx: Trx, deed: Deed): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      happened_at: deed.at,
      account_id: deed.account_id,
      action: deed.action,
      unit_id: deed.unit_id,
      subject: JSON.stringify(deed.subject),
      detail: JSON.stringify(deed.detail ?? {}),
    })
    .execute()
}
