/** How fast is a backlog counted? A million ratings that nobody counted yet, and a server that begins. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { storeBacklog } from './backlog.ts'
import { databaseUrl } from './inserts.ts'
import type { Bench } from './report.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'
import { holdCounting, sendRatings } from './tablets.ts'

/** Counted by one look at a small table: the inbox itself would cost a scan of a million rows. */
const counted = 'select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int as n from unit_tallies'

/** In a database of its own, because counted days cost more: ratings a second received, and the seconds that `size` wait for. */
async function measure(size: number, days: number, seconds: number): Promise<{ received: number; waited: number }> {
  const postgres = await startBenchPostgres()
  const tokens = await populateProvince(postgres.ownerUrl, 300)
  const dataDir = join(postgres.dir, 'bench')
  let product = await startProduct(postgres.ownerUrl, dataDir, { LOG_LEVEL: 'fatal' })
  try {
    const release = await holdCounting(postgres)
    await sendRatings(product.url, { tokens, seconds })
    const load = await sendRatings(product.url, { tokens, seconds })
    await stopProcess(product.child)
    await withClient(databaseUrl(postgres), (client) =>
      client.query('truncate ratings, moments, inbox, remarks, integrity_reports'),
    )
    await storeBacklog(postgres, size, days)
    await withClient(databaseUrl(postgres), (client) => client.query('checkpoint'))
    await release()
    product = await startProduct(postgres.ownerUrl, dataDir, { LOG_LEVEL: 'fatal' })
    const begun = performance.now()
    await withClient(databaseUrl(postgres), async (client) => {
      for (;;) {
        const { rows } = await client.query<{ n: number }>(counted)
        if ((rows[0]?.n ?? 0) >= size) return
        if (performance.now() - begun > 300_000) throw new Error(`only ${rows[0]?.n} counted in five minutes`)
        await wait(100)
      }
    })
    return { received: load.ratings / load.seconds, waited: (performance.now() - begun) / 1000 }
  } finally {
    await stopProcess(product.child)
    await postgres.stop()
  }
}

export const bench: Bench = {
  question: 'How fast does one worker count what waits, 600 tablets, 60 days, alone?',
  yardstick:
    'the ratings a second that the same server received a moment before, one in a request, 64 connections, while nobody counted.',
  async run({ quick, rounds, log }) {
    const [size, days, seconds] = quick ? [60_000, 4, 1] : [1_000_000, 60, 6]
    const [received, waited] = [[] as number[], [] as number[]]
    for (let round = 0; round < (quick ? 1 : rounds); round += 1) {
      const found = await measure(size, days, seconds)
      received.push(found.received)
      waited.push(found.waited)
      log(`${size} ratings that waited were counted in ${found.waited.toFixed(1)} s`)
    }
    return [
      {
        what: 'ratings counted',
        unit: '/s',
        ours: waited.map((seconds) => size / seconds),
        yardstick: received,
        targets: [{ of: 'ratio', at_least: 2 }],
      },
      {
        what: `${size.toLocaleString('en')} ratings that wait are counted in`,
        unit: 's',
        ours: waited,
        targets: quick ? [] : [{ of: 'ours', at_most: 40 }],
      },
    ]
  },
}
