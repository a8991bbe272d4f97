/** Do two server processes that are sent the same ratings at the same moment lock each other out, or lose any? */
import { join } from 'node:path'
import { databaseUrl } from './inserts.ts'
import type { Bench } from './report.ts'
import { batchText, populateProvince, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'

const SENDERS = 8
const SIZE = 20

export const bench: Bench = {
  question:
    'Two server processes on one database, each sent the same batches of 20 in opposite orders at the same moment, and every third batch mixed of two others: how many deadlocks, losses, doubles?',
  yardstick: 'none: these are counted, and must be none.',
  async run({ quick, log }) {
    const batches = quick ? 1500 : 10_000
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const servers = await Promise.all(
      ['one', 'two'].map(() => startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })),
    )
    const acknowledged = new Map<string, { stored: number; other: number }>()
    let [refused, sent] = [0, 0]
    const post = async (url: string, token: string, sent_at: string, ratings: unknown[]) => {
      sent += 1
      const answer = await fetch(`${url}/api/v1/ratings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ sent_at, ratings }),
      })
      const body = (await answer.json()) as { results?: { id: string; status: string }[] }
      if (answer.status !== 200) refused += 1
      for (const { id, status } of body.results ?? []) {
        const entry = acknowledged.get(id) ?? { stored: 0, other: 0 }
        if (status === 'stored') entry.stored += 1
        else if (status !== 'duplicate') entry.other += 1
        acknowledged.set(id, entry)
      }
    }
    const sender = async (place: number) => {
      const token = tokens[place] as string
      let before: unknown[] = []
      while (sent < batches) {
        const { sent_at, ratings } = JSON.parse(batchText(SIZE)) as { sent_at: string; ratings: unknown[] }
        const mixed = [...ratings.slice(0, SIZE / 2), ...before.slice(0, SIZE / 2)]
        await Promise.all([
          post(servers[0]?.url as string, token, sent_at, ratings),
          post(servers[1]?.url as string, token, sent_at, [...ratings].reverse()),
          ...(sent % 3 === 0 ? [post(servers[1]?.url as string, token, sent_at, mixed.reverse())] : []),
        ])
        before = ratings
      }
    }
    try {
      await Promise.all(Array.from({ length: SENDERS }, (_, place) => sender(place)))
      log(`${sent} batches, ${acknowledged.size} ratings`)
      return await withClient(databaseUrl(postgres), async (client) => {
        const { rows } = await client.query<{ rating_id: string }>('select rating_id from ratings')
        const there = new Set(rows.map((row) => row.rating_id))
        const { rows: seen } = await client.query<{ deadlocks: number }>(
          'select deadlocks from pg_stat_database where datname = current_database()',
        )
        const entries = [...acknowledged]
        const none = [{ of: 'ours', at_most: 0 }] as const
        return [
          { what: 'batches sent', unit: '', ours: [sent], targets: quick ? [] : [{ of: 'ours', at_least: 10_000 }] },
          { what: 'deadlocks', unit: '', ours: [Number(seen[0]?.deadlocks)], targets: [...none] },
          { what: 'requests without an answer of 200', unit: '', ours: [refused], targets: [...none] },
          {
            what: 'acknowledged and not in the database',
            unit: '',
            ours: [entries.filter(([id]) => !there.has(id)).length],
            targets: [...none],
          },
          {
            what: 'called stored by both, by neither, or refused',
            unit: '',
            ours: [entries.filter(([, { stored, other }]) => stored !== 1 || other > 0).length],
            targets: [...none],
          },
        ]
      })
    } finally {
      for (const { child } of servers) await stopProcess(child)
      await postgres.stop()
    }
  },
}
