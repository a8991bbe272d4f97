/** Gathers ratings for a moment and stores them together; each caller learns the fate of its own, after the commit. */
import type pg from 'pg'
import { findContentMacs, insertRatings, notifyInbox, type RatingRow } from '../queries/ratings.ts'

/** `conflict`: the id is taken by other content, and the first stands. `refused`: the database would not take this row. */
export type Outcome = 'stored' | 'duplicate' | 'conflict' | 'refused'

/** Thrown when what waits already would take too long; nothing of the call was stored. */
export class OverloadedError extends Error {}

export interface Receiver {
  /** Resolves after the commit. Rejects when the outcome is unknown; the same rows may then be sent again. */
  receive(rows: readonly RatingRow[]): Promise<Outcome[]>
  /** False when so many rows more would wait too long: whoever brings them may be refused before anything is done for them. */
  hasRoom(rows: number): boolean
  /** Rows waiting to be written. */
  backlog(): number
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

/** One call of `receive`: answered when the last of its rows has its outcome. */
interface Call {
  outcomes: Outcome[]
  left: number
  resolve: (outcomes: Outcome[]) => void
  reject: (error: unknown) => void
}

interface Waiting {
  row: RatingRow
  call: Call
  place: number
}

/** Measured: half of it gains nothing over twice of it, and a write of it takes a few milliseconds. */
const MAX_ROWS = 512
/**
 * A second write begins beside the first when this many wait, or when the first is slow. Sooner it would only split what one
 * statement stores for little more: the fixed cost of a write is that of twenty ratings.
 */
const SECOND_WRITE_ROWS = 24
const SLOW_WRITE_MS = 20
const MAX_IN_FLIGHT = 2
/** About a second of writing at the measured rate: beyond it an honest 503 is better than a slow answer. */
const MAX_BACKLOG = 10_000
const NOTIFY_EVERY_MS = 1000

/** SQLSTATE classes that blame the data of a row, not the connection: 22 data exception, 23 integrity constraint. */
function blamesData(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && (code.startsWith('22') || code.startsWith('23') || code === 'ERR_OUT_OF_RANGE')
}

export function createReceiver(
  pool: pg.Pool,
  options: { onStored?: () => void; onError: (error: unknown) => void },
): Receiver {
  let waiting: Waiting[] = []
  const idle = new Set<() => void>()
  let inFlight = 0
  let writingSince = 0
  let scheduled = false
  let notifiedAt = Number.NEGATIVE_INFINITY
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

  /** Outcomes by id; ids of `rows` are distinct. */
  async function store(rows: readonly RatingRow[]): Promise<Map<string, Outcome>> {
    let fresh: Set<string> | null
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
    if (fresh === null || fresh.size > 0) notifySoon()
    const outcomes = new Map<string, Outcome>()
    const known: RatingRow[] = []
    for (const row of rows) {
      if (fresh === null || fresh.has(row.rating_id)) outcomes.set(row.rating_id, 'stored')
      else known.push(row)
    }
    if (known.length > 0) {
      const macs = await findContentMacs(
        pool,
        known.map((row) => row.rating_id),
      )
      for (const row of known) outcomes.set(row.rating_id, compare(row, macs.get(row.rating_id)))
    }
    return outcomes
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    // The same id may be gathered twice; the first of them is written, the others are compared with it.
    const first = new Map<string, Waiting>()
    for (const entry of batch) if (!first.has(entry.row.rating_id)) first.set(entry.row.rating_id, entry)
    const rows: RatingRow[] = []
    for (const entry of first.values()) rows.push(entry.row)
    try {
      const outcomes = await store(rows)
      for (const entry of batch) {
        const leader = first.get(entry.row.rating_id) as Waiting
        const outcome = outcomes.get(entry.row.rating_id) as Outcome
        if (entry === leader || outcome === 'refused') settle(entry, outcome)
        else if (outcome === 'conflict') {
          // Neither equals what is stored through the leader; compare with the store itself.
          const macs = await findContentMacs(pool, [entry.row.rating_id])
          settle(entry, compare(entry.row, macs.get(entry.row.rating_id)))
        } else settle(entry, compare(entry.row, leader.row.content_mac))
      }
    } catch (error) {
      for (const { call } of batch) call.reject(error)
    }
  }

  function pump(): void {
    scheduled = false
    while (waiting.length > 0 && mayWrite()) {
      const batch = waiting.length <= MAX_ROWS ? waiting : waiting.slice(0, MAX_ROWS)
      waiting = waiting.length <= MAX_ROWS ? [] : waiting.slice(MAX_ROWS)
      inFlight += 1
      writingSince = performance.now()
      void write(batch).finally(() => {
        inFlight -= 1
        if (waiting.length > 0) schedule()
        else if (inFlight === 0) {
          for (const resolve of idle) resolve()
          idle.clear()
        }
      })
    }
  }

  function mayWrite(): boolean {
    if (inFlight === 0) return true
    const worthIt = waiting.length >= SECOND_WRITE_ROWS || performance.now() - writingSince > SLOW_WRITE_MS
    return inFlight < MAX_IN_FLIGHT && worthIt
  }

  function hasRoom(rows: number): boolean {
    return waiting.length + rows <= MAX_BACKLOG
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    // After the requests already read from the sockets, so that they share a write.
    setImmediate(pump)
  }

  return {
    receive(rows) {
      if (!hasRoom(rows.length)) return Promise.reject(new OverloadedError())
      return new Promise((resolve, reject) => {
        const call: Call = { outcomes: new Array(rows.length), left: rows.length, resolve, reject }
        for (const [place, row] of rows.entries()) waiting.push({ row, call, place })
        if (mayWrite()) schedule()
      })
    },
    hasRoom,
    backlog: () => waiting.length,
    async drain() {
      if (waiting.length > 0 || inFlight > 0) await new Promise<void>((resolve) => idle.add(resolve))
      if (notifyTimer) clearTimeout(notifyTimer)
    },
  }
}

/** `standing` = the hash stored under the same id; undefined once it was destroyed: the same id is then the same rating. */
function compare(row: RatingRow, standing: Buffer | undefined): Outcome {
  return standing === undefined || standing.equals(row.content_mac) ? 'duplicate' : 'conflict'
}

function settle({ call, place }: Waiting, outcome: Outcome): void {
  call.outcomes[place] = outcome
  call.left -= 1
  if (call.left === 0) call.resolve(call.outcomes)
}
