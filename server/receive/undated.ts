/** While the server's own clock is behind what it has seen: ratings are kept whole, and dated once the clock is set. */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import type { Rating, RatingBatch } from '../contract/ratings.ts'
import {
  deleteUndated,
  findContentMacs,
  findStoredIds,
  findUndated,
  insertUndated,
  type RatingRow,
  type UndatedRow,
} from '../queries/ratings.ts'
import type { Services } from '../services.ts'
import { ratingRow, type TapPlace } from './prepare.ts'
import type { Outcome } from './receiver.ts'

type Envelope = Pick<RatingBatch, 'sent_at' | 'clock_session' | 'sent_ms'>

const LOOK_EVERY_MS = 30_000
const LOT = 200

/** This run of the machine: its name, and milliseconds since it began. Neither goes back when the clock does. */
function machineTime(): { boot_id: string; uptime_ms: number } {
  let boot_id = 'unknown'
  try {
    boot_id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Not Linux: ratings then count as arrived when the clock is set.
  }
  return { boot_id, uptime_ms: uptime() * 1000 }
}

/** Keeps one rating durably without a date. Same rules as storing: same id and content `duplicate`, other content `conflict`. */
export async function keepUndated(
  row: RatingRow,
  rating: Rating,
  envelope: RatingBatch,
  services: Services,
): Promise<Outcome> {
  const pool = services.pools.ingest
  const id = row.rating_id
  if ((await findStoredIds(pool, [id])).has(id)) {
    const mac = (await findContentMacs(pool, [id])).get(id)
    return mac === undefined || mac.equals(row.content_mac) ? 'duplicate' : 'conflict'
  }
  const { sent_at, clock_session, sent_ms } = envelope
  const { fresh, standing } = await insertUndated(pool, {
    ...machineTime(),
    rating_id: id,
    unit_id: row.unit_id,
    counter_id: row.counter_id,
    terminal_id: row.terminal_id,
    content_mac: row.content_mac,
    envelope: { sent_at, clock_session, sent_ms },
    body: rating,
  })
  if (fresh) return 'stored'
  return standing.equals(row.content_mac) ? 'duplicate' : 'conflict'
}

/** A tablet that was moved meanwhile: its dated rating finds the counter by its moment, like any other. */
async function placeOf({ unit_id, counter_id, terminal_id }: UndatedRow, { directory }: Services): Promise<TapPlace> {
  return (await directory.terminalById(terminal_id)) ?? { unit_id, counter_id, terminal_id, moves: [] }
}

/** When it arrived, on today's right clock; now, when the machine has been started anew since. */
function arrivalOf(kept: UndatedRow, now: number): number {
  const machine = machineTime()
  const waited = machine.boot_id === kept.boot_id ? machine.uptime_ms - kept.uptime_ms : 0
  return now - Math.max(0, waited)
}

/**
 * Dates what was kept and stores it like any other rating; does nothing while the clock is still behind. May run in
 * several processes and be cut short anywhere: an id is stored once, and only then forgotten here. Returns how many.
 */
export async function dateUndated(services: Services): Promise<number> {
  const { directory, pools, receiver, keys } = services
  // Refreshes what the clock is compared with; without requests nobody else would.
  await directory.epoch()
  if (directory.isClockBehind()) return 0
  let dated = 0
  let after: string | null = null
  for (;;) {
    const kept: UndatedRow[] = await findUndated(pools.ingest, after, LOT)
    const last = kept.at(-1)
    if (!last) return dated
    after = last.rating_id
    const catalogue = await directory.catalogue()
    const now = directory.now()
    const places = await Promise.all(kept.map((entry) => placeOf(entry, services)))
    const outcomes = await receiver.receive(
      kept.map((entry, index) =>
        ratingRow(
          entry.body as Rating,
          places[index] as TapPlace,
          entry.envelope as Envelope,
          arrivalOf(entry, now),
          catalogue,
          keys.content,
        ),
      ),
    )
    const done = kept.filter((_, place) => outcomes[place] === 'stored' || outcomes[place] === 'duplicate')
    await deleteUndated(
      pools.ingest,
      done.map((entry) => entry.rating_id),
    )
    dated += done.length
    // Another rating took the id meanwhile: what was acknowledged is never thrown away, a person has to look.
    if (done.length < kept.length) {
      services.log.error(
        { kept: kept.length - done.length },
        'undated ratings whose id is taken by other content stay kept',
      )
    }
  }
}

/** Looks each half minute whether the clock has been set. Returns the function that ends it. */
export function startDating(services: Services): () => void {
  const timer = setInterval(() => {
    dateUndated(services).then(
      (dated) =>
        dated > 0 && services.log.warn({ dated }, 'the clock is right again: ratings that waited for it are dated'),
      (error: unknown) => services.log.warn({ err: error }, 'undated ratings not looked at'),
    )
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
