/** What does a citizen's lone rating wait for? One request at a time on an idle server, against one INSERT. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { databaseUrl } from './inserts.ts'
import { type Bench, median } from './report.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess } from './support.ts'
import { sendRatings } from './tablets.ts'

export const bench: Bench = {
  question: 'How long does a lone rating take from request to answer, nothing else going on but counting?',
  yardstick: 'one INSERT of one row by a connection of its own, committed, a moment before.',
  async run({ quick, rounds }) {
    const seconds = quick ? 1 : 3
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
    const client = new pg.Client(databaseUrl(postgres))
    await client.connect()
    await client.query('create table one_insert (id uuid primary key, unit_id int, level smallint, at timestamptz)')
    const [ours, inserts] = [[] as number[], [] as number[]]
    const insert = () =>
      client.query({ name: 'one', text: 'insert into one_insert values ($1, 7, 5, now())', values: [randomUUID()] })
    try {
      await sendRatings(product.url, { tokens, connections: 16, seconds: 2 })
      for (let round = 0; round < rounds; round += 1) {
        const rows: number[] = []
        const end = performance.now() + seconds * 1000
        while (performance.now() < end) {
          const begun = performance.now()
          await insert()
          rows.push(performance.now() - begun)
        }
        inserts.push(median(rows))
        ours.push((await sendRatings(product.url, { tokens, connections: 1, seconds })).p50)
      }
    } finally {
      await client.end()
      await stopProcess(product.child)
      await postgres.stop()
    }
    return [
      { what: 'median', unit: 'ms', ours, yardstick: inserts },
      {
        what: 'median above one INSERT',
        unit: 'ms',
        ours: ours.map((value, round) => value - (inserts[round] as number)),
        targets: [{ of: 'ours', at_most: 2 }],
      },
    ]
  },
}
