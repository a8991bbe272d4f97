/** The counting worker: one per database whatever the number of servers, woken by NOTIFY or each second. */
import type pg from 'pg'
import { tellChanges } from '../queries/changes.ts'
import { findCountedThrough, findInbox, tryCountingLock } from '../queries/counting.ts'
import type { Pools } from '../queries/database.ts'
import type { Clock, Log } from '../services.ts'
import { closeMonths } from './boards.ts'
import { createClockTrust } from './clock-trust.ts'
import { countPlanned, LOT_SIZE } from './lot.ts'
import { maskNewRemarks } from './masking.ts'
import { judgeClosedDays } from './night.ts'
import { planLots } from './plan.ts'
import { destroyOldMoments } from './retention.ts'

export interface CountingWorker {
  /** Looks at once instead of within a second. */
  wake(): void
  /** Finishes the lot under way and gives the lock back. */
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 1000
/** A lot may hold many turns of a shared day, but a step within 5 s is the promise; after an error, wait a little longer. */
const AFTER_ERROR_MS = 2000
const TELL_EVERY_MS = 1000
/** A plan holds a few bytes for each rating that waits and an object for each terminal-day; what exceeds it waits for the next. */
const PLAN_ROWS = 1_000_000
const PLAN_DAYS = 50_000

/**
 * Starts counting. Any number of servers may: the one that holds the advisory lock counts, the others stand by and take
 * over when its connection ends. Counting happens on the connection that holds the lock, so a lost lock and a running
 * transaction end together, and two workers can never both commit.
 */
export function startCounting(options: {
  pools: Pick<Pools, 'openCountClient'>
  clock: Clock
  log: Log
}): CountingWorker {
  const { pools, clock, log } = options
  const trust = createClockTrust()
  let newestAtStart: { at: number | null } | null = null
  let stopping = false
  let wakeUp: () => void = () => {}
  let awake = false
  const published = new Set<number>()
  const arrived = new Set<number>()
  let toldAt = Number.NEGATIVE_INFINITY
  let client: pg.Client | null = null

  function wake(): void {
    awake = true
    wakeUp()
  }

  /** Resolves after `ms` or at the next wake, whichever comes first. */
  function rest(ms: number): Promise<void> {
    if (awake || stopping) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function connect(): Promise<pg.Client> {
    const opened = await pools.openCountClient()
    opened.on('notification', wake)
    opened.on('error', () => {})
    await opened.query('listen hai_long_inbox')
    return opened
  }

  /** Counts what waits now, lot by lot; stops between two lots when asked to. Returns how many rows it took. */
  async function countWaiting(on: pg.Client): Promise<number> {
    let taken = 0
    for (const lot of planLots(await findInbox(on, PLAN_ROWS, PLAN_DAYS), LOT_SIZE)) {
      if (stopping) break
      const counted = await countPlanned(on, lot, clock.now())
      for (const unit of counted.published) published.add(unit)
      for (const unit of counted.arrived) arrived.add(unit)
      taken += lot.size
      await tellMoved(on)
    }
    return taken
  }

  /** Open pages hear of it at once, but under a steady stream of ratings once a second. */
  async function tellMoved(on: pg.Client): Promise<void> {
    if (performance.now() - toldAt < TELL_EVERY_MS || published.size + arrived.size === 0) return
    toldAt = performance.now()
    const [units, live] = [[...published], [...arrived]]
    published.clear()
    arrived.clear()
    await tellChanges(on, units, live)
  }

  async function run(): Promise<void> {
    let holdsLock = false
    while (!stopping) {
      try {
        client ??= await connect()
        if (!holdsLock) holdsLock = await tryCountingLock(client)
        awake = false
        if (holdsLock) {
          const taken = await countWaiting(client)
          await tellMoved(client)
          newestAtStart ??= { at: await findCountedThrough(client) }
          const trusted = trust.mayDestroy(clock.now(), performance.now(), newestAtStart.at)
          if (trusted) await destroyOldMoments(client, clock.now(), log)
          // While it was counted, more has come; a bare moment's worth may wait for the next look.
          if (taken >= LOT_SIZE) continue
          if (taken === 0 && (await maskNewRemarks(client)) > 0) continue
          if (taken === 0 && (await judgeClosedDays(client, clock.now())).days > 0) continue
          if (taken === 0 && trusted) await closeMonths(client, clock.now())
        }
        await rest(LOOK_EVERY_MS)
      } catch (error) {
        if (stopping) break
        log.warn({ err: error }, 'counting stopped for a moment; it goes on by itself')
        holdsLock = false
        await client?.end().catch(() => {})
        client = null
        awake = false
        await rest(AFTER_ERROR_MS)
      }
    }
    await client?.end().catch(() => {})
  }

  const running = run()
  return {
    wake,
    async stop() {
      stopping = true
      wake()
      await running
    },
  }
}
