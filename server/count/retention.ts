/** Destroys what must not be kept: exact moments and sequence after 35 days, content hashes after 60, ended log-ins. */
import { addDays, localDay } from '../domain/time.ts'
import { destroyMoments, sweepSessions } from '../queries/counting.ts'
import type { CountClient } from '../queries/database.ts'
import type { Log } from '../services.ts'

export const MOMENTS_DAYS = 35
export const HASHES_DAYS = 60
const DAY_MS = 86_400_000

const doneOn = new WeakMap<CountClient, string>()

/** Runs once per local day and connection; does nothing when it ran today. */
export async function destroyOldMoments(client: CountClient, now: number, log: Log): Promise<void> {
  const today = localDay(now)
  if (doneOn.get(client) === today) return
  const destroyed = await inTransaction(client, () =>
    destroyMoments(client, addDays(today, -MOMENTS_DAYS), addDays(today, -HASHES_DAYS)),
  )
  await sweepSessions(client, new Date(now - DAY_MS), new Date(now - DAY_MS))
  doneOn.set(client, today)
  log.info({ ...destroyed, day: today }, 'retention ran')
}

/** Moments and the order of rows go together or not at all: a crash in between would leave the order for ever. */
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
