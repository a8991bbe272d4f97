/** Once a day each open board gets the month that is due; a month that was shown never changes. */
import { boardMonth } from '../domain/boards.ts'
import { localDay } from '../domain/time.ts'
import { closeBoardMonths } from '../queries/boards.ts'
import type { CountClient } from '../queries/database.ts'

const doneOn = new WeakMap<CountClient, string>()

/** Call it while nothing waits to be counted or judged, by a clock that is trusted. Does nothing when it ran today. */
export async function closeMonths(client: CountClient, now: number): Promise<void> {
  const today = localDay(now)
  if (doneOn.get(client) === today) return
  await closeBoardMonths(client, boardMonth(today), today)
  doneOn.set(client, today)
}
