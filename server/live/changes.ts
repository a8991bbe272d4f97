/**
 * Whose pages have something new, pushed to whoever follows. One connection listens per server, whatever the number of
 * pages; when it is lost, everybody is told to look once it is back.
 */
import type pg from 'pg'
import { listenForChanges, readChanges, tellChanges } from '../queries/changes.ts'
import type { Pools } from '../queries/database.ts'

/** A follower hears of changes at once, then at most this often. */
const PUSH_EVERY_MS = 1000
const RECONNECT_AFTER_MS = [500, 1000, 2000, 5000]

export interface Follower {
  /** The units it may hear of. */
  readonly units: 'all' | ReadonlySet<number>
  /** `units` null = any of its own may have changed. */
  readonly push: (units: readonly number[] | null) => void
}

export interface Changes {
  /** Something of the unit has changed that no deed in the log tells of; passed on to all servers, once a second at most. */
  note(unit_id: number): void
  /** Returns how to stop. */
  follow(follower: Follower): () => void
  close(): Promise<void>
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
  const heard = { all: false, units: new Set<number>() }
  let pushTimer: NodeJS.Timeout | null = null
  let pushedAt = Number.NEGATIVE_INFINITY

  let listening: Promise<void> | null = null
  let client: pg.Client | null = null
  let failures = 0
  let retry: NodeJS.Timeout | null = null

  function hear(units: readonly number[] | null): void {
    if (units === null) heard.all = true
    else for (const unit of units) heard.units.add(unit)
    pushTimer ??= setTimeout(push, Math.max(0, PUSH_EVERY_MS - (performance.now() - pushedAt)))
  }

  function push(): void {
    pushTimer = null
    pushedAt = performance.now()
    const [all, units] = [heard.all, [...heard.units]]
    heard.all = false
    heard.units.clear()
    for (const follower of followers) {
      const { units: own } = follower
      const concerned = own === 'all' ? units : units.filter((unit) => own.has(unit))
      if (all || concerned.length > 0) follower.push(all ? null : concerned)
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
        tellChanges(pools.ingest, units).catch(onError)
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
