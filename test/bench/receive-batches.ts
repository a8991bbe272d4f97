/** How much faster do batches arrive than single ratings? Ten at once, as a tablet sends what it kept through an outage. */
import { join } from 'node:path'
import { BATCH } from '../../terminal-ui/offline/sync-policy.ts'
import type { Bench } from './report.ts'
import { populateProvince, startBenchPostgres, startNoop, startProduct, stopProcess } from './support.ts'
import { holdCounting, sendRatings } from './tablets.ts'

export const bench: Bench = {
  question:
    'How many ratings a second arrive in batches of 10, padded to 64 kB as tablets pad them, taps of 60 days, 64 connections? Counting is held by another server.',
  yardstick:
    'the same server with one rating in a request; in the second row the route that does nothing, with the same batches.',
  async run({ quick, rounds }) {
    const seconds = quick ? 1.2 : 4
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
    await holdCounting(postgres)
    const noop = await startNoop()
    const [batches, singles, bare] = [[] as number[], [] as number[], [] as number[]]
    try {
      await sendRatings(product.url, { tokens, connections: 64, seconds: 2 })
      for (let round = 0; round < rounds; round += 1) {
        const many = await sendRatings(product.url, { tokens, connections: 64, seconds, size: BATCH, spread_days: 60 })
        const one = await sendRatings(product.url, { tokens, connections: 64, seconds })
        const none = await sendRatings(noop.url, { tokens, connections: 64, seconds, size: BATCH, spread_days: 60 })
        batches.push(many.ratings / many.seconds)
        singles.push(one.ratings / one.seconds)
        bare.push(none.ratings / none.seconds)
      }
    } finally {
      await stopProcess(product.child)
      await stopProcess(noop.child)
      await postgres.stop()
    }
    return [
      {
        what: 'ratings in batches against single ones',
        unit: '/s',
        ours: batches,
        yardstick: singles,
        targets: [{ of: 'ratio', at_least: 4 }],
      },
      { what: 'ratings in batches against doing nothing', unit: '/s', ours: batches, yardstick: bare },
    ]
  },
}
