/** Writes closed months anew in order of id, so that neither the order of rows nor their transactions tell who came when. */
import { addDays, firstOfMonth, localDay } from '../domain/time.ts'
import { insertRuleAudit } from '../queries/audit.ts'
import type { CountClient } from '../queries/database.ts'
import { findMonthsToRewrite, rewriteMonth, saveRewrite } from '../queries/retention.ts'

/** Ratings in one transaction: their numbers then tell the order of ids and nothing else. */
const AT_ONCE = 5000

/**
 * Every month that ended `days` days before `now` (epoch ms) or earlier, batch by batch, each with its progress in one transaction: a
 * kill loses one batch and the next run goes on behind the last one that was committed. Returns how many ratings moved.
 */
export async function rewriteClosedMonths(
  client: CountClient,
  now: number,
  days: number,
  size = AT_ONCE,
): Promise<number> {
  const today = localDay(now)
  let moved = 0
  for (const month of await findMonthsToRewrite(client, firstOfMonth(addDays(today, -days)))) {
    let through = month.through
    for (let more = true; more; ) {
      await client.query('begin')
      try {
        const batch = await rewriteMonth(client, month.month, through, size)
        moved += batch.moved
        more = batch.moved === size
        through = batch.last_id ?? through
        await saveRewrite(client, { ...month, through: more ? through : null }, more ? null : today)
        if (!more) {
          await insertRuleAudit(client, now, {
            action: 'retention.rewrite',
            subject: { month: month.month },
            detail: { ratings: month.ratings },
          })
        }
        await client.query('commit')
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      }
    }
  }
  return moved
}
