/** What does a rating cost at arrival? The product with everything on, against a route that does nothing, in turns. */
import { join } from 'node:path'
import pg from 'pg'
import { startTestPostgres } from '../support/postgres.ts'
import { childrenCpuSeconds, cpuSeconds, load, populateProvince, startProcess, stopProcess } from './support.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 1 : 3
const seconds = quick ? 4 : 10
const root = join(import.meta.dirname, '..', '..')

const postgres = await startTestPostgres()
const ownerUrl = postgres.env.TEST_OWNER_URL as string
const tokens = await populateProvince(ownerUrl, 300)
const client = new pg.Client(postgres.env.TEST_SUPERUSER_URL)
await client.connect()
const { rows } = await client.query<{ pid: number }>(
  `select pg_postmaster_start_time(), (regexp_split_to_array(pg_read_file('postmaster.pid'), '\\n'))[1]::int as pid`,
)
const postmaster = rows[0]?.pid as number
const product = await startProcess(
  [join(root, 'dist/server/start.js')],
  { DATABASE_URL: ownerUrl, DATA_DIR: join(postgres.dir, 'bench'), PORT: '0', LOG_LEVEL: 'warn' },
  /Dashboards\s+(\S+)\//,
)
const noop = await startProcess(['--import=tsx', join(import.meta.dirname, 'noop-server.ts')], {}, /^(\d+)$/)
const noopUrl = `http://127.0.0.1:${noop.match}`

for (const [connections, size] of [
  [16, 1],
  [64, 1],
  [256, 1],
  [64, 50],
] as const) {
  for (let round = 0; round < rounds; round += 1) {
    const bare0 = cpuSeconds(noop.child.pid as number)
    const bare = await load(noopUrl, tokens, connections, seconds, size)
    const bareCpu = cpuSeconds(noop.child.pid as number) - bare0
    const node0 = cpuSeconds(product.child.pid as number)
    const pg0 = childrenCpuSeconds(postmaster)
    const ours = await load(product.match, tokens, connections, seconds, size)
    const nodeCpu = cpuSeconds(product.child.pid as number) - node0
    const pgCpu = childrenCpuSeconds(postmaster) - pg0
    const us = (cpu: number, n: number) => ((cpu / n) * 1e6).toFixed(0)
    console.log(
      `${connections}×${size}: no-op ${bare.rate.toFixed(0)}/s ${us(bareCpu, bare.total)} µs p99 ${bare.p99} | ours ${ours.rate.toFixed(0)}/s, refused ${ours.refused}, node ${us(nodeCpu, ours.total)} µs pg ${us(pgCpu, ours.total)} µs p50 ${ours.p50} p99 ${ours.p99} | ratio ${(ours.rate / bare.rate).toFixed(2)}`,
    )
  }
}
await client.end()
await stopProcess(product.child)
await stopProcess(noop.child)
await postgres.stop()
