/** What does a rating cost at arrival? The product with everything on, against a route that does nothing, in turns. */
import { join } from 'node:path'
import type { Bench, Row } from './report.ts'
import {
  childrenCpuSeconds,
  cpuSeconds,
  load,
  populateProvince,
  startBenchPostgres,
  startNoop,
  startProduct,
  stopProcess,
} from './support.ts'

/** Connections, ratings in a request, least share of the no-op's requests per second. */
const cases = [
  { connections: 16, size: 1, share: 0.3 },
  { connections: 64, size: 1, share: 0.5 },
  { connections: 256, size: 1, share: 0.55 },
  { connections: 64, size: 50, share: null },
] as const

export const bench: Bench = {
  question: 'What does a rating cost at arrival: one in a request, and fifty as a tablet sends them after an outage?',
  yardstick: 'a Fastify route with the same body schema that does nothing, on the same machine, by turns.',
  async run({ quick, rounds, log }) {
    const seconds = quick ? 1 : 8
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'bench'))
    const noop = await startNoop()
    const productPid = product.child.pid as number
    const noopPid = noop.child.pid as number
    const rows: Row[] = []
    try {
      for (const { connections, size, share } of cases) {
        const rate = { ours: [] as number[], yardstick: [] as number[] }
        const cpu = { ours: [] as number[], yardstick: [] as number[] }
        const p99 = { ours: [] as number[], yardstick: [] as number[] }
        for (let round = 0; round < rounds; round += 1) {
          const bare0 = cpuSeconds(noopPid)
          const bare = await load(noop.url, tokens, connections, seconds, size)
          cpu.yardstick.push(((cpuSeconds(noopPid) - bare0) / bare.total / size) * 1e6)
          const ours0 = cpuSeconds(productPid) + childrenCpuSeconds(postgres.postmaster)
          const ours = await load(product.url, tokens, connections, seconds, size)
          const spent = cpuSeconds(productPid) + childrenCpuSeconds(postgres.postmaster) - ours0
          cpu.ours.push((spent / ours.total / size) * 1e6)
          rate.ours.push(ours.rate)
          rate.yardstick.push(bare.rate)
          p99.ours.push(ours.p99)
          p99.yardstick.push(Math.max(1, bare.p99))
          if (ours.refused > 0) log(`${ours.refused} requests were refused`)
        }
        const name = `${connections} connections × ${size}`
        rows.push(
          {
            what: `${name}: requests`,
            unit: '/s',
            ...rate,
            ...(share && { targets: [{ of: 'ratio', at_least: share }] }),
          },
          {
            what: `${name}: CPU per rating`,
            unit: 'µs',
            ...cpu,
            ...(share && { targets: [{ of: 'ratio', at_most: 2.5 }] }),
          },
          { what: `${name}: p99`, unit: 'ms', ...p99, ...(share && { targets: [{ of: 'ratio', at_most: 10 }] }) },
        )
      }
    } finally {
      await stopProcess(product.child)
      await stopProcess(noop.child)
      await postgres.stop()
    }
    return rows
  },
}
