/** How many bytes does a rating take, with its keys, its verdict and every sum it is part of? And does the inbox stay small? */
import { setTimeout as rest } from 'node:timers/promises'
import type pg from 'pg'
import { localDay } from '../../server/domain/time.ts'
import { generate } from './generate.ts'
import type { Bench, Row } from './report.ts'
import { batchText, populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'

/** Everything a rating leaves behind for good. */
const lasting = `'ratings', 'verdicts', 'tallies', 'unit_tallies', 'unit_tally_spans', 'waiting', 'steps', 'step_months',
  'unit_steps', 'unit_step_spans', 'terminal_days', 'counter_activity', 'device_sequences', 'episodes', 'episode_ratings'`

interface TableSize {
  name: string
  heap: number
  indexes: number
}

async function measureTables(client: pg.Client): Promise<{ ratings: number; tables: TableSize[] }> {
  const { rows: tables } = await client.query<TableSize>(
    `select relname as name, pg_table_size(oid)::float8 as heap, pg_indexes_size(oid)::float8 as indexes
       from pg_class where relname in (${lasting}) and relnamespace = 'public'::regnamespace order by pg_total_relation_size(oid) desc`,
  )
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from ratings')
  return { ratings: rows[0]?.n ?? 0, tables }
}

/** Three ratings per officer and working day, 1.5 marks each, moments past their time. */
async function perRating(quick: boolean, log: (line: string) => void): Promise<Row[]> {
  const postgres = await startBenchPostgres(['shared_buffers=512MB', 'max_wal_size=4GB'])
  try {
    return await withClient(postgres.ownerUrl, async (client) => {
      const days = quick ? 130 : 540
      const workdays = Math.round((days * 5) / 7)
      const size = { units: 60, officers: 20, days, until: localDay(Date.now()) }
      await generate(client, { ...size, ratings: 3 * workdays * size.units * size.officers })
      await client.query('delete from moments; delete from terminal_days')
      for (const work of ['full moments', 'full terminal_days', 'analyze']) await client.query(`vacuum ${work}`)
      const { ratings, tables } = await measureTables(client)
      log(`${ratings} ratings`)
      const rows: Row[] = tables
        .filter(({ heap, indexes }) => (heap + indexes) / ratings >= 0.1)
        .flatMap(({ name, heap, indexes }) => [
          { what: `${name}, rows`, unit: 'bytes', ours: [heap / ratings] },
          { what: `${name}, indexes`, unit: 'bytes', ours: [indexes / ratings] },
        ])
      const all = tables.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0) / ratings
      rows.push({ what: 'a rating, all in', unit: 'bytes', ours: [all], targets: [{ of: 'ours', at_most: 280 }] })
      return rows
    })
  } finally {
    await postgres.stop()
  }
}

/** Receives and counts for a while; what is left of the inbox once everything is counted and vacuumed. */
async function inboxAfterwards(quick: boolean): Promise<Row[]> {
  const postgres = await startBenchPostgres(['autovacuum_naptime=1s'])
  const tokens = await populateProvince(postgres.ownerUrl, 60)
  const product = await startProduct(postgres.ownerUrl, `${postgres.dir}/space`)
  try {
    const until = performance.now() + (quick ? 3000 : 20_000)
    let sent = 0
    const send = async (token: string) => {
      while (performance.now() < until) {
        const answer = await fetch(`${product.url}/api/v1/ratings`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: batchText(50),
        })
        await answer.arrayBuffer()
        if (answer.ok) sent += 50
      }
    }
    await Promise.all(tokens.slice(0, 16).map(send))
    return await withClient(postgres.ownerUrl, async (client) => {
      const ask = async (text: string) => (await client.query<{ n: number }>(text)).rows[0]?.n ?? 0
      while ((await ask('select count(*)::int as n from inbox')) > 0) await rest(200)
      // Autovacuum looks in by itself; half a minute is long for it here.
      let bytes = Number.POSITIVE_INFINITY
      for (let second = 0; second < 30 && bytes > 2e6; second += 1) {
        bytes = await ask(`select pg_total_relation_size('inbox')::float8 as n`)
        await rest(1000)
      }
      return [
        { what: `inbox after ${sent} ratings`, unit: 'MB', ours: [bytes / 1e6], targets: [{ of: 'ours', at_most: 8 }] },
      ]
    })
  } finally {
    await stopProcess(product.child)
    await postgres.stop()
  }
}

export const bench: Bench = {
  question:
    'How many bytes does a rating take, keys, verdict and every sum included, at three ratings per officer and day and 1.5 marks each, moments past their time? Does the inbox stay small?',
  yardstick: 'none; bytes on the disk per rating, remarks apart.',
  async run({ quick, log }) {
    return [...(await perRating(quick, log)), ...(await inboxAfterwards(quick))]
  },
}
