/** Does a correction cost by the ratings it touches, or by those that are there? */
import { setTimeout as rest } from 'node:timers/promises'
import { countLot } from '../../server/count/lot.ts'
import { requeueCounter } from '../../server/queries/assignments.ts'
import { type DbScope, openPools, type Pools, withScope } from '../../server/queries/database.ts'
import { storeBacklog } from './backlog.ts'
import type { Bench } from './report.ts'
import { populateProvince, startBenchPostgres, withClient } from './support.ts'

const keeper: DbScope = {
  account_id: 1,
  roles: ['administrator'],
  units: 'all',
  officer_id: null,
}

/** Gives one counter's last `days` days to the other officer of its unit and counts; ms, and how many ratings it touched. */
async function correct(pools: Pools, ownerUrl: string, counter: number, days: number) {
  await withClient(ownerUrl, (client) =>
    client.query(
      `update assignments a set officer_id = o.officer_id from officers o
        where a.counter_id = $1 and o.unit_id = a.unit_id and o.officer_id <> a.officer_id`,
      [counter],
    ),
  )
  const client = await pools.openCountClient()
  try {
    const begun = performance.now()
    const touched = await withScope(pools.app, keeper, (trx) =>
      requeueCounter(trx, counter, new Date(Date.now() - days * 86_400_000), null),
    )
    while ((await countLot(client, Date.now())) > 0);
    return { ms: performance.now() - begun, touched }
  } finally {
    await client.end()
  }
}

/** After a backlog the inbox is full of rows that are gone; autovacuum looks in within a minute, and that is when work goes on. */
async function inboxSwept(ownerUrl: string): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ dead: number }>(
        `select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'inbox'`,
      )
      if ((rows[0]?.dead ?? 0) < 6000) return
      await rest(1000)
    }
  })
}

export const bench: Bench = {
  question: 'A roster of one counter is corrected for ten days back: what does it cost per rating that moves?',
  yardstick: 'the same correction while the database holds a tenth of the ratings.',
  async run({ quick, rounds, log }) {
    const [few, many] = quick ? [12_000, 60_000] : [60_000, 600_000]
    const postgres = await startBenchPostgres()
    await populateProvince(postgres.ownerUrl, 300)
    const pools = await openPools({ ownerUrl: postgres.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
    const costs = async (first: number) => {
      const found: number[] = []
      for (let round = 0; round <= rounds; round += 1) {
        const { ms, touched } = await correct(pools, postgres.ownerUrl, first + round, 10)
        if (touched === 0) throw new Error('the correction touched no rating')
        // The first of them plans its statements.
        if (round > 0) found.push((ms / touched) * 1000)
        else log(`a correction touches ${touched} ratings`)
      }
      return found
    }
    const countAll = async () => {
      const client = await pools.openCountClient()
      while ((await countLot(client, Date.now())) > 0);
      await client.end()
    }
    try {
      // The same number of ratings a day for each tablet, so that a correction touches as many.
      await storeBacklog(postgres, few, 12)
      await countAll()
      await inboxSwept(postgres.ownerUrl)
      const yardstick = await costs(101)
      await storeBacklog(postgres, many - few, (12 * (many - few)) / few, 12)
      await countAll()
      await inboxSwept(postgres.ownerUrl)
      return [
        {
          what: `per rating moved, ${many.toLocaleString('en')} in the database against ${few.toLocaleString('en')}`,
          unit: 'µs',
          ours: await costs(301),
          yardstick,
          targets: [{ of: 'ratio', at_most: 1.5 }],
        },
      ]
    } finally {
      await pools.close()
      await postgres.stop()
    }
  },
}
