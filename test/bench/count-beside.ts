/** Does counting keep up while ratings arrive, and how far are the figures behind? */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { databaseUrl } from './inserts.ts'
import { type Bench, median, percentile } from './report.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'
import { holdCounting, sendRatings } from './tablets.ts'

/** A province: 300 units, and 6,000 counters with an officer and a tablet each. */
const [UNITS, COUNTERS] = [300, 20]
/**
 * Three taps a day of each tablet, day after day, as visits come; each part of the bench goes on days of its own. Taps drawn from
 * all days by lot would make each day fuller with every second, and a day is loaded whole by whoever counts one more tap of it.
 */
const TAPS = 3
const SINCE = { before: 59, peak: 56, busy: 45, calm: 10 }
/** Ratings a second in the busiest hour of it, ten times over: 300 units of 20 visits in that hour are 2. */
const ORDINARY = 20

/** Samples how many ratings are stored and counted, four times a second until `done`. */
async function watch(
  client: pg.Client,
  done: () => boolean,
): Promise<{ at: number; stored: number; waiting: number }[]> {
  const samples: { at: number; stored: number; waiting: number }[] = []
  const text = `select (select count(*)::int from inbox) as waiting,
                       (select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int from unit_tallies) as counted`
  while (!done()) {
    const at = performance.now()
    const { rows } = await client.query<{ waiting: number; counted: number }>({ name: 'watch', text })
    const { waiting = 0, counted = 0 } = rows[0] ?? {}
    samples.push({ at, stored: waiting + counted, waiting })
    await wait(250)
  }
  return samples
}

/** For each moment, how long ago as many were stored as are counted by now; seconds. */
function lags(samples: readonly { at: number; stored: number; waiting: number }[]): number[] {
  return samples.map(({ at, stored, waiting }) => {
    if (waiting === 0) return 0
    const since = samples.find((earlier) => earlier.stored > stored - waiting)
    return since ? (at - since.at) / 1000 : 0
  })
}

interface Found {
  half: number
  sent: number
  first: number
  last: number
  behindBusy: number
  behindCalm: number
}

/** One round, in a database of its own: taps of a second round on the same days would make each of them fuller. */
async function measure(quick: boolean, log: (line: string) => void): Promise<Found> {
  // Long enough that the seconds in which a backlog begins weigh little in the first third.
  const seconds = quick ? 6 : 60
  const postgres = await startBenchPostgres()
  const tokens = await populateProvince(postgres.ownerUrl, UNITS, COUNTERS)
  const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
  try {
    return await withClient(databaseUrl(postgres), async (client) => {
      const release = await holdCounting(postgres)
      const visits = (part: keyof typeof SINCE) => ({
        tokens,
        in_turn: true,
        spread_days: 0,
        day_by_day: { taps: TAPS, since_days: SINCE[part] },
      })
      await sendRatings(product.url, { ...visits('before'), seconds: 2 })
      const peak = await sendRatings(product.url, { ...visits('peak'), seconds: quick ? 2 : 6 })
      await release()
      const waiting = async () => (await client.query<{ n: number }>('select count(*)::int as n from inbox')).rows[0]?.n
      while ((await waiting()) !== 0) await wait(100)

      const half = peak.ratings / peak.seconds / 2
      const under = async (part: 'busy' | 'calm', rate: number, lasting: number, connections: number) => {
        let over = false
        const load = sendRatings(product.url, { ...visits(part), seconds: lasting, rate, connections })
        const samples = watch(client, () => over)
        const result = await load
        over = true
        return { sent: result.ratings / result.seconds, samples: await samples }
      }
      const busy = await under('busy', half, seconds, 64)
      log(`half the peak is ${half.toFixed(0)}/s, ${busy.sent.toFixed(0)}/s were sent`)
      const [from, to] = [busy.samples[0]?.at ?? 0, busy.samples.at(-1)?.at ?? 0]
      const third = (which: number) =>
        busy.samples
          .filter(({ at }) => Math.floor(((at - from) / (to - from)) * 2.999) === which)
          .map((sample) => sample.waiting)
      while ((await waiting()) !== 0) await wait(100)
      const calm = await under('calm', ORDINARY, quick ? 4 : 20, 16)
      return {
        ...{ half, sent: busy.sent, first: median(third(0)), last: median(third(2)) },
        ...{ behindBusy: percentile(lags(busy.samples), 0.95), behindCalm: percentile(lags(calm.samples), 0.95) },
      }
    })
  } finally {
    await stopProcess(product.child)
    await postgres.stop()
  }
}

export const bench: Bench = {
  question:
    'With ratings of 6,000 tablets in turn, three of each tablet and day, day after day, arriving at half the rate that the server reaches alone: does the backlog grow? At an ordinary load: how far behind are the figures?',
  yardstick: 'the first third of the time, for the backlog.',
  async run({ quick, rounds, log }) {
    const found: Found[] = []
    for (let round = 0; round < (quick ? 1 : rounds); round += 1) found.push(await measure(quick, log))
    const each = (name: keyof Found) => found.map((one) => one[name])
    return [
      { what: 'sent of half the peak', unit: '/s', ours: each('sent'), yardstick: each('half') },
      {
        what: 'backlog, last third against first',
        unit: '',
        ours: each('last'),
        yardstick: each('first'),
        targets: [{ of: 'ratio', at_most: 1.25 }],
      },
      { what: 'figures behind at half the peak, p95', unit: 's', ours: each('behindBusy') },
      {
        what: `figures behind at ${ORDINARY} ratings/s, p95`,
        unit: 's',
        ours: each('behindCalm'),
        targets: [{ of: 'ours', at_most: 2 }],
      },
    ]
  },
}
