/** What the tablets send: each tap as the rating its page would make of it, in the batch its page would send. */
import type { Rating, RatingBatch } from '../contract/ratings.ts'
import { MAX_BATCH } from '../contract/ratings.ts'
import { localDay } from '../domain/time.ts'
import { instantAt } from './calendar.ts'
import { type Chance, chanceOf } from './chance.ts'
import type { Scenario } from './scenario.ts'
import type { Tap } from './taps.ts'

/** A batch and the moment it reaches the server, epoch ms. */
export interface Delivery {
  unit: string
  counter: string
  received_at: number
  envelope: Omit<RatingBatch, 'ratings'> & { ratings: Rating[] }
}

export type TapAt = Omit<Tap, 'topic'> & { comment?: string }

interface Tablet {
  seed: string
  unit: string
  counter: string
  scenario: Scenario
}

/** One run of the tablet's page: it starts anew each morning. */
interface PageRun {
  clock_session: string
  startedAt: number
}

const CATALOGUE = 'son-la-1'
/** Minute of the day at which the page starts; somebody who comes earlier finds yesterday's. */
const PAGE_STARTS = 400

/** Everything a tablet delivers of its taps (sorted) until `now`; what waits for a network then is not among it. */
export function deliver(tablet: Tablet, taps: readonly TapAt[], now: number): Delivery[] {
  const { seed, unit, counter, scenario } = tablet
  const name = `${seed}/${unit}/${counter}/tablet`
  const device_epoch = chanceOf(name).uuid()
  const batches = new Map<number, Rating[]>()
  for (const [index, tap] of taps.entries()) {
    const chance = chanceOf(`${name}/${tap.at}/${tap.dwell_ms}`)
    const sequence = index + 1
    const run = pageRun(name, localDay(tap.at))
    const error = clockError(scenario, unit, counter, tap.at)
    // Sealed when the visit ends: after the second screen, or when the thanks fade.
    const sealedAt = tap.at + (tap.shown === 'marks' ? chance.whole(14_000, 41_000) : chance.whole(8000, 12_000))
    const sentAt = whenOnline(scenario, unit, counter, sealedAt)
    if (sentAt === null) continue
    const { at, ...content } = tap
    const rating: Rating = {
      id: chance.uuid(),
      scale: 'faces5',
      ...content,
      rated_at: new Date(at + error).toISOString(),
      device_epoch,
      sequence,
      catalogue: CATALOGUE,
      clock_session: run.clock_session,
      elapsed_ms: at - run.startedAt,
    }
    batches.set(sentAt, [...(batches.get(sentAt) ?? []), rating])
  }
  const deliveries: Delivery[] = []
  for (const [sentAt, ratings] of batches) {
    for (let first = 0; first < ratings.length; first += MAX_BATCH) {
      const part = ratings.slice(first, first + MAX_BATCH)
      const delivery = writeDelivery(tablet, name, sentAt + first, part)
      if (delivery.received_at <= now) deliveries.push(delivery)
    }
  }
  return deliveries
}

function writeDelivery({ unit, counter, scenario }: Tablet, name: string, sentAt: number, ratings: Rating[]): Delivery {
  const run = pageRun(name, localDay(sentAt))
  const error = clockError(scenario, unit, counter, sentAt)
  return {
    unit,
    counter,
    received_at: sentAt + chanceOf(`${name}/${sentAt}`).whole(40, 400),
    envelope: {
      sent_at: new Date(sentAt + error).toISOString(),
      clock_session: run.clock_session,
      sent_ms: sentAt - run.startedAt,
      acked_through: (ratings[0]?.sequence ?? 1) - 1,
      ratings,
    },
  }
}

function pageRun(name: string, day: string): PageRun {
  const chance: Chance = chanceOf(`${name}/${day}`)
  return { clock_session: chance.uuid(), startedAt: instantAt(day, PAGE_STARTS) + chance.whole(0, 300_000) }
}

/** The first moment from `at` on at which the tablet has a network; null = it has none until the end. */
function whenOnline({ silences }: Scenario, unit: string, counter: string, at: number): number | null {
  const silent = silences.find(
    (silence) =>
      silence.unit === unit &&
      (silence.counter ?? counter) === counter &&
      silence.from <= at &&
      (silence.until === null || at < silence.until),
  )
  return silent === undefined ? at : silent.until
}

function clockError({ wrongClock }: Scenario, unit: string, counter: string, at: number): number {
  const wrong = unit === wrongClock.unit && counter === wrongClock.counter && localDay(at) < wrongClock.before
  return wrong ? wrongClock.by_ms : 0
}
