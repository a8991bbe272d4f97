/** Is overload calm? Four times what can be sustained, readers beside it, and a database that goes away and comes back. */
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { type Bench, percentile, type Row } from './report.ts'
import { listQuestions, seatReaders, timeAnswer } from './staff.ts'
import {
  batchText,
  populateProvince,
  proportionalMb,
  startBenchPostgres,
  startProduct,
  stopProcess,
  withClient,
} from './support.ts'
import { sendRatings } from './tablets.ts'

/** Answers of one rating posted by hand. */
async function post(url: string, token: string): Promise<{ status: number; retryAfter: string | null; ms: number }> {
  const begun = performance.now()
  const answer = await fetch(`${url}/api/v1/ratings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: batchText(1),
  })
  await answer.arrayBuffer()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ms: performance.now() - begun }
}

/** As a tablet sends what it kept through an outage. */
const BATCH = 50

/** One number per round, and what was counted or was highest in all of them. */
interface Storms {
  accepted: number[]
  peak: number[]
  health: number[]
  recovery: number[]
  lost: number
  silent: number
  most: number
  refused: number
}

function tell(how: string, { accepted, peak, health, recovery, lost, silent, most }: Storms): Row[] {
  const none = [{ of: 'ours', at_most: 0 }] as const
  return [
    {
      what: `${how}: ratings accepted at four times the peak`,
      unit: '/s',
      ours: accepted,
      yardstick: peak,
      targets: [{ of: 'ratio', at_least: 0.8 }],
    },
    { what: `${how}: acknowledged and not stored`, unit: '', ours: [lost], targets: none },
    { what: `${how}: refused without Retry-After`, unit: '', ours: [silent], targets: none },
    { what: `${how}: slowest answer of health`, unit: 'ms', ours: health, targets: [{ of: 'ours', at_most: 1000 }] },
    { what: `${how}: memory`, unit: 'MB', ours: [most], targets: [{ of: 'ours', at_most: 250 }] },
    { what: `${how}: recovery`, unit: 's', ours: recovery, targets: [{ of: 'ours', at_most: 5 }] },
  ]
}

/** Milliseconds until the first 200 after `begun`. */
async function untilStored(url: string, token: string, begun: number): Promise<number> {
  for (;;) {
    const { status } = await post(url, token)
    if (status === 200) return performance.now() - begun
    await rest(50)
  }
}

export const bench: Bench = {
  question:
    'Is overload calm: at four times the sustainable rate, with readers beside it, and with the database gone and back?',
  yardstick:
    'the peak of the same server with 64 connections, by turns; for readers, the same requests with nobody sending.',
  async run({ quick, rounds, log }) {
    const seconds = quick ? 1.2 : 8
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'overload'), { LOG_LEVEL: 'fatal' })
    const { readers, office } = await seatReaders(postgres.ownerUrl)
    const questions = listQuestions(office).filter(({ what }) => /this month/.test(what))
    const token = tokens[0] as string
    const read = async (count: number): Promise<number[]> => {
      const times: number[] = []
      for (let place = 0; place < count; place += 1) {
        const { role, path } = questions[place % questions.length] as (typeof questions)[number]
        const cookie = readers.find((reader) => reader.role === role)?.cookie as string
        times.push(await timeAnswer(product.url, path, cookie))
      }
      return times
    }
    const stored = () =>
      withClient(postgres.ownerUrl, async (client) => {
        const { rows } = await client.query<{ n: number }>('select count(*)::int as n from ratings')
        return rows[0]?.n ?? 0
      })
    /** Four times what the server takes of batches of this size with 64 connections, by turns with that. */
    const storms = async (size: number): Promise<Storms> => {
      const found: Storms = {
        accepted: [],
        peak: [],
        health: [],
        recovery: [],
        lost: 0,
        silent: 0,
        most: 0,
        refused: 0,
      }
      const sent = { tokens, seconds, size, spread_days: size === 1 ? 0.3 : 60 }
      for (let round = 0; round < rounds; round += 1) {
        const calm = await sendRatings(product.url, { ...sent, connections: 64 })
        const rate = calm.ratings / calm.seconds
        found.peak.push(rate)
        const before = await stored()
        const storm = sendRatings(product.url, { ...sent, connections: 512, rate: Math.round((4 * rate) / size) })
        const until = performance.now() + (seconds - 0.5) * 1000
        const times: number[] = []
        while (performance.now() < until) {
          const begun = performance.now()
          const answer = await fetch(`${product.url}/api/v1/health/live`).catch(() => null)
          await answer?.arrayBuffer()
          times.push(answer?.status === 200 ? performance.now() - begun : Number.POSITIVE_INFINITY)
          found.most = Math.max(found.most, proportionalMb(product.child.pid as number))
          await rest(200)
        }
        const result = await storm
        const over = performance.now()
        found.accepted.push(result.ratings / result.seconds)
        found.health.push(Math.max(...times))
        found.recovery.push((await untilStored(product.url, token, over)) / 1000)
        // Answers that came after the last look do not count as lost: more may be stored than was acknowledged, never less.
        found.lost += Math.max(0, result.ratings - ((await stored()) - before))
        found.silent += result.refused_without_retry_after
        found.refused += Object.values(result.refused).reduce((sum, count) => sum + count, 0)
        log(`${size}: ${JSON.stringify(result.refused)} refused, ${result.broken} connections broke`)
      }
      return found
    }
    try {
      await sendRatings(product.url, { tokens, connections: 64, seconds: 1 })
      const singles = await storms(1)
      const readsIdle: number[] = []
      const readsBusy: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        readsIdle.push(percentile(await read(quick ? 20 : 60), 0.95))
        const load = sendRatings(product.url, { tokens, connections: 64, seconds: seconds + 1 })
        await rest(500)
        readsBusy.push(percentile(await read(quick ? 20 : 60), 0.95))
        await load
      }
      // Single ones of 512 connections wait for one another, and none has to be refused. Batches fill what may wait, and leave
      // counting a million behind.
      const batches = await storms(BATCH)
      const rows: Row[] = [
        ...tell('one by one', singles),
        ...tell(`batches of ${BATCH}`, batches),
        {
          what: 'refused, of the batches',
          unit: '',
          ours: [batches.refused],
          // Else the storm was none, and nothing was learnt.
          targets: [{ of: 'ours', at_least: 1 }],
        },
        {
          what: 'reports while receiving, p95',
          unit: 'ms',
          ours: readsBusy,
          yardstick: readsIdle,
          targets: [{ of: 'ratio', at_most: 3 }],
        },
      ]
      rows.push(...(await withoutDatabase(product.url, token, postgres.postmaster)))
      return rows
    } finally {
      await stopProcess(product.child)
      await postgres.stop()
    }
  },
}

/** Kills PostgreSQL, which its supervisor in this process starts again; meanwhile calls must be refused at once. */
async function withoutDatabase(url: string, token: string, postmaster: number): Promise<Row[]> {
  process.kill(postmaster, 'SIGSTOP')
  process.kill(postmaster, 'SIGQUIT')
  process.kill(postmaster, 'SIGCONT')
  const begun = performance.now()
  const refusals: { status: number; retryAfter: string | null; ms: number }[] = []
  for (;;) {
    const answer = await post(url, token)
    if (answer.status === 200 && refusals.length > 0) break
    if (answer.status !== 200) refusals.push(answer)
    if (performance.now() - begun > 30_000) throw new Error('no recovery within 30 s')
    await rest(10)
  }
  const back = (performance.now() - begun) / 1000
  const wrong = refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null).length
  return [
    {
      what: 'refusal without a database, slowest',
      unit: 'ms',
      ours: [Math.max(...refusals.map(({ ms }) => ms))],
      targets: [{ of: 'ours', at_most: 1000 }],
    },
    {
      what: 'refusals other than 503 with Retry-After',
      unit: '',
      ours: [wrong],
      targets: [{ of: 'ours', at_most: 0 }],
    },
    {
      what: 'storing again after PostgreSQL was killed',
      unit: 's',
      ours: [back],
      targets: [{ of: 'ours', at_most: 10 }],
    },
  ]
}
