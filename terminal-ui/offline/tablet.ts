/** What every part of the tablet shares: the store, the pairing, the configuration, and how the link to the server fares. */
import { type Signal, signal } from '@preact/signals'
import type { TerminalConfig } from '../../server/contract/terminals.ts'
import type { TerminalVoice } from '../../server/contract/voices.ts'
import { decrypt, encrypt } from './crypto.ts'
import { Queue } from './queue.ts'
import type { Counts } from './records.ts'
import { type Room, roomOf } from './room.ts'
import { Store } from './store.ts'
import type { Reply } from './sync-policy.ts'
import { browserSays } from './within.ts'

/** Version of this build, `<package version>+<hash of its sources>`; set by the build. */
declare const __TABLET_VERSION__: string
export const tabletVersion = typeof __TABLET_VERSION__ === 'string' ? __TABLET_VERSION__ : 'dev'

export interface Pairing {
  terminal_id: string
  token: string
}

/** For the service corner: counts and codes only, never an answer. */
export interface Link {
  /** False after 401 or 403: everything is kept, the tablet waits to be paired again. */
  paired: boolean
  /** The tablet's clock at the last answer of our server, milliseconds since 1970; null = none since the page started. */
  last_contact: number | null
  counts: Counts
  rejected: Record<string, number>
  /** The tablet's clock at the first tap of the oldest rating not sent yet; null = nothing waits. */
  oldest: number | null
  persisted: boolean | null
  /** What the browser says of the place there is; null = it does not say. */
  storage: { used: number; quota: number } | null
  /** True while no new rating may be begun: the citizen is asked for the paper slip before anything is lost. */
  full: boolean
  /** Seconds by which the tablet's clock is ahead of the server's; null = no contact yet. */
  clock_ahead: number | null
  /** What the browser said when it had to replace a corrupted store. */
  loss: string | null
}

export interface Tablet {
  store: Store
  key: CryptoKey
  queue: Queue
  pairing: Signal<Pairing | null>
  config: Signal<TerminalConfig | null>
  link: Signal<Link>
  /** Recorded voices of which all clips are on the tablet. */
  voices: Signal<TerminalVoice[]>
  /** Id of the visit that is going on, or is just being written; null = nobody is at the screen. */
  current: { id: string | null }
}

const noCounts: Counts = { open: 0, sealed: 0, acked: 0, rejected: 0 }

/**
 * Opens the store, seals what a dead page left open, and reads pairing and configuration: all without the network.
 * Throws `StoreFailure` when the store cannot be opened or written.
 */
export async function openTablet(): Promise<Tablet> {
  const store = new Store()
  const key = await store.open(Date.now())
  await store.sealLeftovers(null)
  const [saved, config, loss, voices] = await Promise.all([
    store.meta('pairing'),
    store.meta('config'),
    store.meta('loss'),
    store.meta('voices'),
  ])
  const link = signal<Link>({
    paired: true,
    last_contact: null,
    counts: noCounts,
    rejected: {},
    oldest: null,
    persisted: null,
    storage: null,
    full: false,
    clock_ahead: null,
    loss: loss?.message ?? null,
  })
  const tablet: Tablet = {
    store,
    key,
    queue: new Queue(store, key),
    pairing: signal(null),
    config: signal(config?.config ?? null),
    link,
    voices: signal(voices?.voices ?? []),
    current: { id: null },
  }
  if (saved) {
    // An unreadable token is no pairing: the queue stays, the tablet asks to be paired again.
    const token = await decrypt(key, 'pairing', saved).catch(() => null)
    if (typeof token === 'string') tablet.pairing.value = { terminal_id: saved.terminal_id, token }
  }
  // The store or its key was lost: the tablet goes on under the pairing it had, and tells.
  const spare = tablet.pairing.value ? null : store.spare()
  if (spare) {
    // What the counter shows stays: there may be no network to ask for it again.
    await store.putMeta({
      key: 'pairing',
      terminal_id: spare.terminal_id,
      ...(await encrypt(key, 'pairing', spare.token)),
    })
    tablet.pairing.value = spare
  }
  await refreshCounts(tablet)
  return tablet
}

/** Keeps a new pairing and forgets what the old counter showed; ratings keep the pairing they were tapped under. Throws `StoreFailure`. */
export async function keepPairing(tablet: Tablet, pairing: Pairing): Promise<void> {
  const sealed = await encrypt(tablet.key, 'pairing', pairing.token)
  await tablet.store.keepPairing({ key: 'pairing', terminal_id: pairing.terminal_id, ...sealed }, pairing.token)
  tablet.pairing.value = pairing
  tablet.config.value = null
  tablet.link.value = { ...tablet.link.value, paired: true }
}

/** What the browser says of the place it gives to this address; null = nothing. */
async function estimate(): Promise<Link['storage']> {
  const { usage, quota } = (await browserSays(navigator.storage?.estimate?.())) ?? {}
  return usage === undefined || quota === undefined ? null : { used: usage, quota }
}

/**
 * Reads the numbers of the service corner and the heartbeat again, and makes room where it gets tight: acknowledged
 * copies go first, what the server does not have never. Throws `StoreFailure`.
 */
export async function refreshCounts(tablet: Tablet): Promise<void> {
  const { store } = tablet
  let [counts, storage] = await Promise.all([store.records.counts(), estimate()])
  let room: Room = roomOf(counts, storage)
  if (room.drop > 0) {
    await store.dropCopies(room.drop)
    ;[counts, storage] = await Promise.all([store.records.counts(), estimate()])
    room = roomOf(counts, storage)
  }
  const [rejected, oldest] = await Promise.all([store.records.rejectedCodes(), store.records.list('sealed', 1)])
  const { full } = room
  tablet.link.value = { ...tablet.link.value, counts, rejected, storage, full, oldest: oldest[0]?.created_at ?? null }
}

/**
 * Notes that our server answered. 401 and 403 end the pairing. Only an answer to the tablet's own calls (`confirms`)
 * makes it good again: the server also takes ratings of a revoked tablet, to keep them apart.
 */
export function noteContact(tablet: Tablet, { status, date }: Reply, confirms: boolean): void {
  const refused = status === 401 || status === 403
  const before = tablet.link.value
  const now = Date.now()
  tablet.link.value = {
    ...before,
    paired: !refused && (confirms || before.paired),
    last_contact: now,
    clock_ahead: date === null ? before.clock_ahead : Math.round((now - date) / 1000),
  }
}

/** What a rejection depends on: it is tried again when the server's revision or the tablet's own version changes. */
export const rejectedUnder = (tablet: Tablet): string => `${tablet.config.value?.api_revision ?? 0} ${tabletVersion}`
