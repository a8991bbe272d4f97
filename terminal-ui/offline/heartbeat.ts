/** Tells the server every minute that the tablet lives and how much waits on it; the answer carries the server's state back. */
import { cut } from '../../server/contract/text.ts'
import { type ApiReply, call, lastError } from './api.ts'
import { officeIso } from './clock.ts'
import type { LossRecord } from './schema.ts'
import { generationOf, instantOf } from './sync-policy.ts'
import { noteContact, refreshCounts, type Tablet, tabletVersion } from './tablet.ts'
import { browserSays } from './within.ts'

interface Battery {
  level: number
  charging: boolean
}

/** Level and charger where the browser tells; null elsewhere. */
function battery(): Promise<Battery | null> {
  const { getBattery } = navigator as { getBattery?: () => Promise<Battery> }
  return browserSays(getBattery?.call(navigator))
}

/** A server from before these fields refuses what it does not know; until the page starts anew it is told less. */
let oldServer = false

async function send(tablet: Tablet, token: string, loss: LossRecord | undefined): Promise<ApiReply | null> {
  const { counts, oldest, persisted, storage } = tablet.link.value
  const power = await battery()
  const told = {
    queue_length: counts.sealed,
    oldest_at: oldest === null ? null : officeIso(oldest),
    rejected_length: counts.rejected,
    storage_persisted: persisted,
    version: tabletVersion,
    battery: power?.level ?? null,
    charging: power?.charging ?? null,
    clock: officeIso(Date.now()),
  }
  const more = {
    storage_used: storage?.used ?? null,
    storage_quota: storage?.quota ?? null,
    voices: tablet.voices.value.map(({ language, version }) => ({ language, version })),
    last_error: lastError(),
    ...(loss ? { store_lost: { message: cut(loss.message, 200), stores: loss.stores ?? [] } } : {}),
  }
  const post = (body: object) => call({ method: 'POST', path: 'terminal/heartbeat', token, body })
  const reply = await post(oldServer ? told : { ...told, ...more })
  if (reply?.status !== 400 || oldServer) return reply
  oldServer = true
  return post(told)
}

/** The heartbeat that is under way. */
let beating: Promise<number | null> | null = null

/**
 * Sends one heartbeat, or joins the one that is under way. Returns the server's `api_revision`, or null when it did not
 * answer. Follows the server's epoch, and drops kept copies that are in a checked backup on another disk than the
 * server's. Throws `StoreFailure`.
 */
export function beat(tablet: Tablet): Promise<number | null> {
  beating ??= tell(tablet).finally(() => {
    beating = null
  })
  return beating
}

async function tell(tablet: Tablet): Promise<number | null> {
  const pairing = tablet.pairing.value
  if (!pairing) return null
  await refreshCounts(tablet)
  const loss = await tablet.store.meta('loss')
  const reply = await send(tablet, pairing.token, loss)
  // Paired anew meanwhile: what the server said of the old token is about another tablet, and the new one has not been heard.
  if (tablet.pairing.value !== pairing) return tell(tablet)
  const answer = reply?.json as
    | Record<'epoch' | 'api_revision' | 'server_time' | 'backed_up_generation', unknown>
    | undefined
  if (reply?.status === 401 || reply?.status === 403) noteContact(tablet, reply, true)
  if (reply?.status !== 200 || typeof answer?.epoch !== 'string' || !answer.epoch) return null
  noteContact(tablet, reply, true)
  await tablet.store.follow(answer.epoch, null)
  const serverTime = instantOf(answer.server_time)
  const backedUp = generationOf(answer.backed_up_generation)
  if (backedUp !== null) await tablet.store.dropBackedUp(answer.epoch, backedUp)
  if (loss && !Number.isNaN(serverTime)) await tablet.store.noteTold(loss, serverTime)
  return typeof answer.api_revision === 'number' ? answer.api_revision : null
}
