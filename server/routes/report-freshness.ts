/** What a page of figures says of its own age. */
import type { Trx } from '../queries/database.ts'
import { findFreshness, type UnitSource } from '../queries/reports.ts'
import type { Services } from '../services.ts'

/** A tablet that has not been heard of for a day counts as out of contact. */
export const SILENT_AFTER_MS = 86_400_000

/**
 * The newest arrival is the moment of one citizen's visit, so it is told by the minute to the province and by the hour to
 * whoever belongs to a unit and sees people come and go. `unitId` null = all in reach.
 */
export async function freshnessOf({ clock, directory }: Services, trx: Trx, source: UnitSource, unitId: number | null) {
  const found = await findFreshness(trx, unitId, new Date(clock.now() - SILENT_AFTER_MS))
  const grain = source === 'unit_tallies' ? 60_000 : 3_600_000
  const through = found.counted_through?.getTime() ?? null
  // Refreshes what the clock is compared with, when no tablet has asked lately.
  await directory.epoch()
  return {
    ...found,
    counted_through: through === null ? null : new Date(through - (through % grain)).toISOString(),
    clock_behind: directory.isClockBehind(),
  }
}
