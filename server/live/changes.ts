/**
 * Whose pages have something new, pushed to whoever follows. One connection listens per server, whatever the number of
 * pages; when it is lost, everybody is told to look once it is back.
 */
import type pg from 'pg'
import { listenForChanges, readChanges, type Told, tellChanges } from '../queries/changes.ts'
import type { Pools } from '../queries/database.ts'

/** A follower hears of changes at once, then at most once a second, also where one push is a little late and the next is not. */
const PUSH_EVERY_MS = 1100
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
  /**
   * A number that grows with whatever a follower of these units would hear of, by which one who keeps an answer sees whether
   * it still stands; null while nobody listens: what changed since, nobody here knows.
   */
  heard(by: Pick<Follower, 'units' | 'live'>): number | null
  /** Begins to listen, and listens again whenever the connection is lost. Called once, when the server is ready. */
  listen(): void
  /** Returns how to stop. */
  follow(follower: Follower): () => void
  close(): Promise<void>
}

const within = (own: Units, units: ReadonlySet<number>) => [...units].filter((unit) => own === 'all' || own.has(unit))

/** How often each unit was named. */
function createTally() {
  const counts = new Map<number, number>()
  let total = 0
  return {
    add(named: readonly number[]): void {
      for (const unit of named) counts.set(unit, (counts.get(unit) ?? 0) + 1)
      total += named.length
    },
    of(units: Units): number {
      return units === 'all' ? total : [...units].reduce((sum, unit) => sum + (counts.get(unit) ?? 0), 0)
    },
  }
}

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

  const tallied = { all: 0, units: createTally(), live: createTally() }
  let hearing = false
  let listening: Promise<void> | null = null
  let client: pg.Client | null = null
  let failures = 0
  let retry: NodeJS.Timeout | null = null

  function hear(told: Told | null): void {
    if (told === null) tallied.all += 1
    tallied.units.add(told?.units ?? [])
    tallied.live.add(told?.live ?? [])
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
    hearing = true
    // What was told meanwhile, nobody here heard.
    if (failures > 0) hear(null)
    failures = 0
  }

  function lost(which: pg.Client): void {
    if (client !== which) return
    client = null
    hearing = false
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
    listen: start,
    heard({ units, live }) {
      return hearing ? tallied.all + tallied.units.of(units) + tallied.live.of(live) : null
    },
    follow(follower) {
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
