/** What must not be kept goes by itself: exact moments after 35 days, content hashes after 60, raw remarks after 90. And what is done with is made small. */
import { addDays, localDay } from '../domain/time.ts'
import { insertRuleAudit } from '../queries/audit.ts'
import { destroyMoments, sweepSessions } from '../queries/counting.ts'
import type { CountClient } from '../queries/database.ts'
import { mergeSteps } from '../queries/tallies.ts'
import type { Log } from '../services.ts'
import { destroyRawRemarks } from './masking.ts'
import { rewriteClosedMonths } from './rewrite.ts'

export const MOMENTS_DAYS = 35
export const HASHES_DAYS = 60
export const REMARKS_DAYS = 90
/** Tablets come back after weeks; what arrives later still lies beside its day's row. */
const MERGE_DAYS = 70
const DAY_MS = 86_400_000

const doneOn = new WeakMap<CountClient, string>()

/** Runs once per local day and connection; does nothing when it ran today. Each run stands in the sealed audit log. */
export async function destroyOldMoments(client: CountClient, now: number, log: Log): Promise<void> {
  const today = localDay(now)
  if (doneOn.get(client) === today) return
  const destroyed = await inTransaction(client, async () => {
    const moments = await destroyMoments(client, addDays(today, -MOMENTS_DAYS), addDays(today, -HASHES_DAYS))
    const words = await destroyRawRemarks(client, addDays(today, -REMARKS_DAYS))
    const passing = await sweepSessions(client, new Date(now - DAY_MS))
    const detail = { ...moments, ...words, ...passing }
    await insertRuleAudit(client, now, { action: 'retention.run', subject: { day: today }, detail })
    return detail
  })
  const rewritten = await rewriteClosedMonths(client, now, MOMENTS_DAYS)
  const merged = await mergeSteps(client, addDays(today, -MERGE_DAYS), today)
  doneOn.set(client, today)
  log.info({ ...destroyed, rewritten, merged, day: today }, 'retention ran')
}

async function inTransaction<T>(client: CountClient, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
