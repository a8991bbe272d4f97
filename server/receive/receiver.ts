/** Gathers ratings for a moment and stores them together; each caller learns the fate of its own, after the commit. */
import type pg from 'pg'
import { findContentMacs, insertRatings, notifyInbox, type RatingRow } from '../queries/ratings.ts'

/** `conflict`: the id is taken by other content, and the first stands. `refused`: the database would not take this row. */
export type Outcome = 'stored' | 'duplicate' | 'conflict' | 'refused'

/** Thrown when what waits already would take too long; nothing of the call was stored. */
export class OverloadedError extends Error {}

export interface Receiver {
  /** Resolves after the commit. Rejects when the outcome is unknown; the same rows may then be sent again. */
  receive(rows: RatingRow[]): Promise<Outcome[]>
  /** Rows waiting to be written. */
  backlog(): number
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

interface Waiting {
  row: RatingRow
  settle: (outcome: Outcome) => void
  fail: (error: unknown) => void
}

// Measured: 256 rows, two writes in flight cost 0.27 of the CPU of one INSERT per request; more gains nothing.
const MAX_ROWS = 256
const MAX_IN_FLIGHT = 2
/** About a second of writing at the measured rate: beyond it an honest 503 is better than a slow answer. */
const MAX_BACKLOG = 10_000
const NOTIFY_EVERY_MS = 1000

/** SQLSTATE classes that blame the data of a row, not the connection: 22 data exception, 23 integrity constraint. */
function blamesData(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && (code.startsWith('22') || code.startsWith('23'))
}

export function createReceiver(
  pool: pg.Pool,
  options: { onStored?: () => void; onError: (error: unknown) => void },
): Receiver {
  const waiting: Waiting[] = []
  const idle = new Set<() => void>()
  let inFlight = 0
  let scheduled = false
  let notifiedAt = 0
  let notifyTimer: NodeJS.Timeout | null = null

  function notifySoon(): void {
    options.onStored?.()
    if (notifyTimer) return
    const delay = Math.max(0, notifiedAt + NOTIFY_EVERY_MS - performance.now())
    notifyTimer = setTimeout(() => {
      notifyTimer = null
      notifiedAt = performance.now()
      // Losing a notification costs a second: the worker also looks by itself.
      notifyInbox(pool).catch(options.onError)
    }, delay)
    notifyTimer.unref()
  }

  async function store(rows: RatingRow[]): Promise<Map<string, Outcome>> {
    const outcomes = new Map<string, Outcome>()
    let fresh: Set<string>
    try {
      fresh = await insertRatings(pool, rows)
    } catch (error) {
      if (!blamesData(error)) throw error
      options.onError(error)
      const [only] = rows
      if (rows.length === 1 && only) return new Map([[only.rating_id, 'refused']])
      // One bad row must fail alone: halve until it stands by itself.
      const middle = rows.length >> 1
      const left = await store(rows.slice(0, middle))
      const right = await store(rows.slice(middle))
      return new Map([...left, ...right])
    }
    const known = rows.filter((row) => !fresh.has(row.rating_id))
    for (const id of fresh) outcomes.set(id, 'stored')
    if (known.length > 0) {
      const macs = await findContentMacs(
        pool,
        known.map((row) => row.rating_id),
      )
      for (const row of known) {
        const mac = macs.get(row.rating_id)
        outcomes.set(row.rating_id, mac === undefined || mac.equals(row.content_mac) ? 'duplicate' : 'conflict')
      }
    }
    if (fresh.size > 0) notifySoon()
    return outcomes
  }

  async function write(batch: Waiting[]): Promise<void> {
    // The same id may be gathered twice; the first of them is written, the others are compared with it.
    const first = new Map<string, Waiting>()
    for (const entry of batch) if (!first.has(entry.row.rating_id)) first.set(entry.row.rating_id, entry)
    try {
      const outcomes = await store([...first.values()].map((entry) => entry.row))
      for (const entry of batch) {
        const leader = first.get(entry.row.rating_id) as Waiting
        const outcome = outcomes.get(entry.row.rating_id) as Outcome
        if (entry === leader || outcome === 'refused') entry.settle(outcome)
        else if (outcome === 'conflict') {
          // Neither equals what is stored through the leader; compare with the store itself.
          entry.settle(await compareWithStored(entry.row))
        } else entry.settle(entry.row.content_mac.equals(leader.row.content_mac) ? 'duplicate' : 'conflict')
      }
    } catch (error) {
      for (const entry of batch) entry.fail(error)
    }
  }

  async function compareWithStored(row: RatingRow): Promise<Outcome> {
    const mac = (await findContentMacs(pool, [row.rating_id])).get(row.rating_id)
    return mac === undefined || mac.equals(row.content_mac) ? 'duplicate' : 'conflict'
  }

  function pump(): void {
    scheduled = false
    while (waiting.length > 0 && inFlight < MAX_IN_FLIGHT) {
      inFlight += 1
      void write(waiting.splice(0, MAX_ROWS)).finally(() => {
        inFlight -= 1
        if (waiting.length > 0) pump()
        else if (inFlight === 0) {
          for (const resolve of idle) resolve()
          idle.clear()
        }
      })
    }
  }

  return {
    receive(rows) {
      if (waiting.length + rows.length > MAX_BACKLOG) return Promise.reject(new OverloadedError())
      const outcomes = rows.map((row) => new Promise<Outcome>((settle, fail) => waiting.push({ row, settle, fail })))
      if (!scheduled && inFlight < MAX_IN_FLIGHT) {
        scheduled = true
        // After the requests already read from the sockets, so that they share a write.
        setImmediate(pump)
      }
      return Promise.all(outcomes)
    },
    backlog: () => waiting.length,
    drain: () =>
      waiting.length === 0 && inFlight === 0 ? Promise.resolve() : new Promise((resolve) => idle.add(resolve)),
  }
}
