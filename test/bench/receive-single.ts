/** What does a rating cost at arrival, one in a request? The product with everything on, by turns with two yardsticks. */
import { join } from 'node:path'
import { oneInsertEach } from './inserts.ts'
import type { Bench, Row } from './report.ts'
import { cpuSeconds, populateProvince, startBenchPostgres, startNoop, startProduct, stopProcess } from './support.ts'
import { familyCpuSeconds, holdCounting, sendRatings } from './tablets.ts'

/** Least shares of the no-op route and of single-row inserts. */
const cases = [
  { connections: 16, ofNoop: 0.3, ofInserts: 0.6 },
  { connections: 64, ofNoop: 0.5, ofInserts: 1.2 },
  { connections: 256, ofNoop: 0.55, ofInserts: 1.2 },
] as const

const pairs = () => ({ ours: [] as number[], yardstick: [] as number[] })

export const bench: Bench = {
  question:
    'What does a rating cost at arrival, one in a request, 300 units, a token for each connection? Counting is held by another server, as on every server but one; the last row has it beside.',
  yardstick:
    'a Fastify route with the same body schema that does nothing; for "inserts", single-row INSERTs at the same number of connections (pgbench, or a client in Node where that is missing; the row says which).',
  async run({ quick, rounds, log }) {
    const seconds = quick ? 0.7 : 4
    const postgres = await startBenchPostgres(['max_connections=400'])
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'), { LOG_LEVEL: 'fatal' })
    const release = await holdCounting(postgres)
    const noop = await startNoop()
    const [productPid, noopPid] = [product.child.pid as number, noop.child.pid as number]
    const spent = () => cpuSeconds(productPid) + familyCpuSeconds(postgres.postmaster)
    const rows: Row[] = []
    try {
      // The compiler of Node and the caches of PostgreSQL come to rest first.
      for (const url of [product.url, noop.url])
        await sendRatings(url, { tokens, connections: 64, seconds: quick ? 2 : 5 })
      for (const { connections, ofNoop, ofInserts } of cases) {
        const [rate, inserts, cpu, p99] = [pairs(), pairs(), pairs(), pairs()]
        let program = ''
        for (let round = 0; round < rounds; round += 1) {
          const noop0 = cpuSeconds(noopPid)
          const bare = await sendRatings(noop.url, { tokens, connections, seconds })
          cpu.yardstick.push(((cpuSeconds(noopPid) - noop0) / bare.ratings) * 1e6)
          const ours0 = spent()
          const ours = await sendRatings(product.url, { tokens, connections, seconds })
          cpu.ours.push(((spent() - ours0) / ours.ratings) * 1e6)
          const single = await oneInsertEach(postgres, connections, seconds)
          program = single.program
          rate.ours.push(ours.ratings / ours.seconds)
          rate.yardstick.push(bare.ratings / bare.seconds)
          inserts.ours.push(ours.ratings / ours.seconds)
          inserts.yardstick.push(single.rate)
          p99.ours.push(ours.p99)
          p99.yardstick.push(bare.p99)
          const refused = Object.values(ours.refused).reduce((sum, n) => sum + n, ours.broken)
          if (refused > 0) log(`${refused} requests were refused`)
        }
        const name = `${connections} connections`
        rows.push(
          { what: `${name}: ratings`, unit: '/s', ...rate, targets: [{ of: 'ratio', at_least: ofNoop }] },
          {
            what: `${name}: against inserts (${program})`,
            unit: '/s',
            ...inserts,
            targets: [{ of: 'ratio', at_least: ofInserts }],
          },
          {
            what: `${name}: CPU per rating, Node and PostgreSQL`,
            unit: 'µs',
            ...cpu,
            targets: [{ of: 'ratio', at_most: 2.5 }],
          },
          { what: `${name}: p99`, unit: 'ms', ...p99, targets: [{ of: 'ratio', at_most: 10 }] },
        )
      }
      await release()
      const beside = pairs()
      for (let round = 0; round < rounds; round += 1) {
        const bare = await sendRatings(noop.url, { tokens, connections: 64, seconds })
        const ours = await sendRatings(product.url, { tokens, connections: 64, seconds })
        beside.ours.push(ours.ratings / ours.seconds)
        beside.yardstick.push(bare.ratings / bare.seconds)
      }
      rows.push({ what: '64 connections, counting beside: ratings', unit: '/s', ...beside })
    } finally {
      await stopProcess(product.child)
      await stopProcess(noop.child)
      await postgres.stop()
    }
    return rows
  },
}
