/** What every part of the tablet shares: the store, the pairing, the configuration, and how the link to the server fares. */
import { type Signal, signal } from '@preact/signals'
import type { TerminalConfig } from '../../server/contract/terminals.ts'
import { decrypt, encrypt } from './crypto.ts'
import { Queue } from './queue.ts'
import { type Counts, Store } from './store.ts'

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
  const [saved, config, loss] = await Promise.all([store.meta('pairing'), store.meta('config'), store.meta('loss')])
  const link = signal<Link>({
    paired: true,
    last_contact: null,
    counts: noCounts,
    rejected: {},
    oldest: null,
    persisted: null,
    loss: loss?.message ?? null,
  })
  const tablet: Tablet = {
    store,
    key,
    queue: new Queue(store, key),
    pairing: signal(null),
    config: signal(config?.config ?? null),
    link,
    current: { id: null },
  }
  if (saved) {
    // An unreadable token is no pairing: the queue stays, the tablet asks to be paired again.
    const token = await decrypt(key, 'pairing', saved).catch(() => null)
    if (typeof token === 'string') tablet.pairing.value = { terminal_id: saved.terminal_id, token }
  }
  await refreshCounts(tablet)
  return tablet
}

/** Keeps a new pairing and forgets what the old counter showed; ratings keep the pairing they were tapped under. Throws `StoreFailure`. */
export async function keepPairing(tablet: Tablet, pairing: Pairing): Promise<void> {
  const sealed = await encrypt(tablet.key, 'pairing', pairing.token)
  await tablet.store.keepPairing({ key: 'pairing', terminal_id: pairing.terminal_id, ...sealed })
  tablet.pairing.value = pairing
  tablet.config.value = null
  tablet.link.value = { ...tablet.link.value, paired: true }
}

/** Reads the numbers of the service corner and the heartbeat again. Throws `StoreFailure`. */
export async function refreshCounts(tablet: Tablet): Promise<void> {
  const [counts, rejected, oldest] = await Promise.all([
    tablet.store.counts(),
    tablet.store.rejectedCodes(),
    tablet.store.sealed(1),
  ])
  tablet.link.value = { ...tablet.link.value, counts, rejected, oldest: oldest[0]?.created_at ?? null }
}

/**
 * Notes that our server answered. 401 and 403 end the pairing. Only an answer to the tablet's own calls (`confirms`)
 * makes it good again: the server also takes ratings of a revoked tablet, to keep them apart.
 */
export function noteContact(tablet: Tablet, status: number, confirms: boolean): void {
  const refused = status === 401 || status === 403
  const paired = !refused && (confirms || tablet.link.value.paired)
  tablet.link.value = { ...tablet.link.value, paired, last_contact: Date.now() }
}

/** What a rejection depends on: it is tried again when the server's revision or the tablet's own version changes. */
export const rejectedUnder = (tablet: Tablet): string => `${tablet.config.value?.api_revision ?? 0} ${tabletVersion}`
