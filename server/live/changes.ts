/**
 * Whose pages have something new, pushed to whoever follows. One connection listens per server, whatever the number of
 * pages; when it is lost, everybody is told to look once it is back.
 */
import type pg from 'pg'
import { listenForChanges, readChanges, type Told, tellChanges } from '../queries/changes.ts'
import type { Pools } from '../queries/database.ts'

/** A follower hears of changes at once, then at most this often. */
const PUSH_EVERY_MS = 1000
const RECONNECT_AFTER_MS = [500, 1000, 2000, 5000]

export type Units = 'all' | ReadonlySet<number>

export interface Follower {
  /** The units it may hear of. */
  readonly units: Units
  /** Those of them of which it is told live what comes in. */
  readonly live: Units
  /** `units` null = any of its own may have changed. */
  readonly push: (units: readonly number[] | null) => void
}

export interface Changes {
  /**
   * Something of the unit's tablets has changed that no deed in the log tells of; for those who see live what comes in, passed
   * on to all servers, once a second at most.
   */
  note(unit_id: number): void
  /** Returns how to stop. */
  follow(follower: Follower): () => void
  close(): Promise<void>
}

const within = (own: Units, units: ReadonlySet<number>) => [...units].filter((unit) => own === 'all' || own.has(unit))

export function createChanges(
  pools: Pick<Pools, 'openCountClient' | 'ingest'>,
  onError: (error: unknown) => void,
): Changes {
  const followers = new Set<Follower>()
  let closed = false

  // What this server noted itself, on its way to the others.
  const noted = new Set<number>()
  let noteTimer: NodeJS.Timeout | null = null

  // What was heard and not yet pushed; `all` outweighs the names.
  const heard = { all: false, units: new Set<number>(), live: new Set<number>() }
  let pushTimer: NodeJS.Timeout | null = null
  let pushedAt = Number.NEGATIVE_INFINITY

  let listening: Promise<void> | null = null
  let client: pg.Client | null = null
  let failures = 0
  let retry: NodeJS.Timeout | null = null

  function hear(told: Told | null): void {
    if (told === null) heard.all = true
    for (const unit of told?.units ?? []) heard.units.add(unit)
    for (const unit of told?.live ?? []) heard.live.add(unit)
    pushTimer ??= setTimeout(push, Math.max(0, PUSH_EVERY_MS - (performance.now() - pushedAt)))
  }

  function push(): void {
    pushTimer = null
    pushedAt = performance.now()
    const { all, units, live } = { ...heard }
    Object.assign(heard, { all: false, units: new Set(), live: new Set() })
    for (const follower of followers) {
      const concerned = new Set([...within(follower.units, units), ...within(follower.live, live)])
      if (all || concerned.size > 0) follower.push(all ? null : [...concerned])
    }
  }

  async function listen(): Promise<void> {
    const opened = await pools.openCountClient()
    opened.on('notification', ({ payload }) => hear(readChanges(payload)))
    opened.once('end', () => lost(opened))
    client = opened
    await listenForChanges(opened)
    // What was told meanwhile, nobody here heard.
    if (failures > 0) hear(null)
    failures = 0
  }

  function lost(which: pg.Client): void {
    if (client !== which) return
    client = null
    again()
  }

  function again(): void {
    if (closed || retry) return
    retry = setTimeout(
      () => {
        retry = null
        start()
      },
      RECONNECT_AFTER_MS[Math.min(failures, RECONNECT_AFTER_MS.length - 1)],
    )
    failures += 1
  }

  function start(): void {
    listening = listen().catch((error) => {
      if (closed) return
      onError(error)
      client?.end().catch(() => {})
      client = null
      again()
    })
  }

  return {
    note(unit_id) {
      noted.add(unit_id)
      noteTimer ??= setTimeout(() => {
        noteTimer = null
        const units = [...noted]
        noted.clear()
        tellChanges(pools.ingest, [], units).catch(onError)
      }, PUSH_EVERY_MS)
      noteTimer.unref()
    },
    follow(follower) {
      if (!listening) start()
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    async close() {
      closed = true
      for (const timer of [noteTimer, pushTimer, retry]) if (timer) clearTimeout(timer)
      followers.clear()
      await listening
      const last = client
      client = null
      await last?.end().catch(() => {})
    },
  }
}
