/** What do open pages cost the server's memory? Three hundred of them, each followed and asking again at each change. */
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { type Bench, median } from './report.ts'
import { listQuestions, type Office, type Reader, seatReaders, timeAnswer } from './staff.ts'
import {
  batchText,
  populateProvince,
  proportionalMb,
  startBenchPostgres,
  startProduct,
  stopProcess,
} from './support.ts'

const PAGES = 300
const ASK_EVERY_MS = 3000

/** A page in front: its stream, and one of its questions again at most every three seconds when something is new. */
async function openPage(url: string, { role, cookie }: Reader, office: Office, nth: number) {
  const paths = listQuestions(office).filter((question) => question.role === role)
  const path = paths[nth % paths.length]?.path as string
  const told = { changes: 0, answers: 0 }
  let askedAt = Number.NEGATIVE_INFINITY
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}/api/v1/changes`, { headers: { cookie }, agent: false }, resolve).on('error', reject).end()
  })
  if (stream.statusCode !== 200) throw new Error(`/changes: ${stream.statusCode}`)
  stream.on('error', () => {})
  stream.on('data', (data: Buffer) => {
    if (!data.includes('event: change')) return
    told.changes += 1
    if (performance.now() - askedAt < ASK_EVERY_MS) return
    askedAt = performance.now()
    timeAnswer(url, path, cookie).then(
      () => {
        told.answers += 1
      },
      () => {},
    )
  })
  return { told, close: () => stream.destroy() }
}

export const bench: Bench = {
  question: `How much memory do ${PAGES} open pages take above the server at work without them, and does each hear of changes?`,
  yardstick: 'the same server with the same ratings coming in, before the pages are opened.',
  async run({ quick, rounds, log }) {
    const lasts = quick ? 5000 : 30_000
    const postgres = await startBenchPostgres()
    const tokens = await populateProvince(postgres.ownerUrl, 300)
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'pages'))
    const pid = product.child.pid as number
    const seats: { readers: Reader[]; office: Office }[] = []
    while (seats.length * 6 < PAGES) seats.push(await seatReaders(postgres.ownerUrl))
    let running = true
    /** Fifty tablets, a rating every two seconds each: a province at its busiest. */
    const tablets = tokens.slice(0, 50).map(async (token) => {
      while (running) {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
        await (
          await fetch(`${product.url}/api/v1/ratings`, { method: 'POST', headers, body: batchText(1) })
        ).arrayBuffer()
        await rest(2000)
      }
    })
    async function watch(): Promise<number> {
      const mb: number[] = []
      for (const until = performance.now() + lasts; performance.now() < until; await rest(500))
        mb.push(proportionalMb(pid))
      return median(mb.slice(Math.floor(mb.length / 2)))
    }
    const [ours, yardstick, above, heard] = [[] as number[], [] as number[], [] as number[], [] as number[]]
    try {
      await watch()
      for (let round = 0; round < (quick ? 1 : rounds); round += 1) {
        const without = await watch()
        const readers = seats.flatMap((seat) => seat.readers.map((reader) => ({ reader, office: seat.office })))
        const pages = await Promise.all(
          readers.slice(0, PAGES).map(({ reader, office }, nth) => openPage(product.url, reader, office, nth)),
        )
        const within = await watch()
        log(`${without.toFixed(0)} MB without, ${within.toFixed(0)} MB with ${pages.length} pages`)
        yardstick.push(without)
        ours.push(within)
        above.push(within - without)
        heard.push((pages.filter(({ told }) => told.changes > 0 && told.answers > 0).length / pages.length) * 100)
        for (const page of pages) page.close()
        await rest(2000)
      }
    } finally {
      running = false
      await Promise.allSettled(tablets)
      await stopProcess(product.child)
      await postgres.stop()
    }
    return [
      { what: 'proportional set size', unit: 'MB', ours, yardstick },
      {
        what: `${PAGES} pages above the server without them`,
        unit: 'MB',
        ours: above,
        targets: [{ of: 'ours', at_most: 100 }],
      },
      { what: 'pages that heard of a change and were answered', unit: '%', ours: heard },
    ]
  },
}
