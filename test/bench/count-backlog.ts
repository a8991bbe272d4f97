/** How fast is a backlog counted? A million ratings that nobody counted yet, and a server that begins. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { storeBacklog } from './backlog.ts'
import { databaseUrl } from './inserts.ts'
import { type Bench, median } from './report.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'
import { holdCounting, sendRatings } from './tablets.ts'

/** Counted by one look at a small table: the inbox itself would cost a scan of a million rows. */
const counted = 'select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int as n from unit_tallies'

export const bench: Bench = {
  question: 'How fast does one worker count what waits, 600 tablets, 60 days, alone?',
  yardstick:
    'the ratings a second that the same server receives, one in a request, 64 connections, while nobody counts.',
  async run({ quick, log }) {
    const size = quick ? 60_000 : 1_000_000
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    let product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
    try {
      const release = await holdCounting(postgres)
      const received: number[] = []
      for (let round = 0; round < 4; round += 1) {
        const { ratings, seconds } = await sendRatings(product.url, { tokens, seconds: quick ? 1 : 6 })
        if (round > 0) received.push(ratings / seconds)
      }
      await stopProcess(product.child)
      await withClient(databaseUrl(postgres), (client) =>
        client.query('truncate ratings, moments, inbox, remarks, integrity_reports'),
      )
      await storeBacklog(postgres, size, quick ? 4 : 60)
      await withClient(databaseUrl(postgres), (client) => client.query('checkpoint'))
      await release()
      log(`${size} ratings wait`)
      product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
      const begun = performance.now()
      await withClient(databaseUrl(postgres), async (client) => {
        for (;;) {
          const { rows } = await client.query<{ n: number }>(counted)
          if ((rows[0]?.n ?? 0) >= size) return
          if (performance.now() - begun > 300_000) throw new Error(`only ${rows[0]?.n} counted in five minutes`)
          await wait(100)
        }
      })
      const seconds = (performance.now() - begun) / 1000
      return [
        {
          what: 'ratings counted',
          unit: '/s',
          ours: [size / seconds],
          yardstick: [median(received)],
          targets: [{ of: 'ratio', at_least: 2 }],
        },
        {
          what: `${size.toLocaleString('en')} ratings that wait are counted in`,
          unit: 's',
          ours: [seconds],
          targets: quick ? [] : [{ of: 'ours', at_most: 40 }],
        },
      ]
    } finally {
      await stopProcess(product.child)
      await postgres.stop()
    }
  },
}
