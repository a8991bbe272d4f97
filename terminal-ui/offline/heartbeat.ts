/** Tells the server every minute that the tablet lives and how much waits on it; the answer carries the server's state back. */
import { call } from './api.ts'
import { officeIso } from './clock.ts'
import { noteContact, refreshCounts, type Tablet, tabletVersion } from './tablet.ts'

interface Battery {
  level: number
  charging: boolean
}

/** Level and charger where the browser tells; null elsewhere. */
async function battery(): Promise<Battery | null> {
  const { getBattery } = navigator as { getBattery?: () => Promise<Battery> }
  return (await getBattery?.call(navigator).catch(() => null)) ?? null
}

/**
 * Sends one heartbeat. Returns the server's `api_revision`, or null when it did not answer.
 * Follows the server's epoch and drops kept copies that are old by the server's clock. Throws `StoreFailure`.
 */
export async function beat(tablet: Tablet): Promise<number | null> {
  const token = tablet.pairing.value?.token
  if (!token) return null
  await refreshCounts(tablet)
  const { counts, oldest, persisted } = tablet.link.value
  const power = await battery()
  const reply = await call({
    method: 'POST',
    path: 'terminal/heartbeat',
    token,
    body: {
      queue_length: counts.sealed,
      oldest_at: oldest === null ? null : officeIso(oldest),
      rejected_length: counts.rejected,
      storage_persisted: persisted,
      version: tabletVersion,
      battery: power?.level ?? null,
      charging: power?.charging ?? null,
      clock: officeIso(Date.now()),
    },
  })
  const answer = reply?.json as { epoch?: unknown; api_revision?: unknown; server_time?: unknown } | undefined
  if (reply?.status === 401 || reply?.status === 403) noteContact(tablet, reply.status, true)
  if (reply?.status !== 200 || typeof answer?.epoch !== 'string' || !answer.epoch) return null
  noteContact(tablet, 200, true)
  await tablet.store.follow(answer.epoch, null)
  const serverTime = Date.parse(String(answer.server_time))
  if (!Number.isNaN(serverTime)) await tablet.store.dropOldCopies(serverTime)
  return typeof answer.api_revision === 'number' ? answer.api_revision : null
}
