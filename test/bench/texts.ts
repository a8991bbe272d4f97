/** Does a text cost more than its length? The worst texts for `normalize` and for patterns, against plain ones of the same size. */
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { worstText } from '../support/normalised.ts'
import { rating } from '../support/office.ts'
import type { Bench, Row } from './report.ts'
import { seatReaders } from './staff.ts'
import { populateProvince, startBenchPostgres, startProduct, stopProcess } from './support.ts'

interface Call {
  path: string
  headers: Record<string, string>
  body?: unknown
}
interface Case {
  what: string
  worst: Call
  plain: Call
}

/** Milliseconds of one call, and the longest that `health/live` took to answer meanwhile. */
async function timeCall(url: string, { path, headers, body }: Call): Promise<{ ms: number; health: number }> {
  const text = body === undefined ? null : JSON.stringify(body)
  let under = true
  let health = 0
  const watch = (async () => {
    while (under) {
      const asked = performance.now()
      await (await fetch(`${url}/api/v1/health/live`)).arrayBuffer()
      health = Math.max(health, performance.now() - asked)
      await rest(1)
    }
  })()
  // So that one question at least is under way.
  await rest(5)
  const begun = performance.now()
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method: text === null ? 'GET' : 'POST',
    headers: { ...headers, ...(text !== null && { 'content-type': 'application/json', origin: new URL(url).origin }) },
    body: text,
  })
  await answer.arrayBuffer()
  const ms = performance.now() - begun
  under = false
  await watch
  if (answer.status >= 500 || answer.status === 413) throw new Error(`${path} was answered ${answer.status}`)
  return { ms, health }
}

function listCases(token: string, cookie: string): Case[] {
  const tablet = { authorization: `Bearer ${token}` }
  const staff = { cookie }
  const sent = (...comments: string[]): Call => ({
    path: 'ratings',
    headers: tablet,
    body: { sent_at: new Date().toISOString(), ratings: comments.map((comment) => rating({ comment })) },
  })
  const file = (content: string): Call => ({ path: 'imports', headers: staff, body: { file_name: 'x.csv', content } })
  const csv = (cell: string) =>
    file(Buffer.from(`unit;counter;day;visits\n${cell};${cell};1/1/2026;1\n`).toString('base64'))
  const asked = (coding: string): Call => ({ path: 'openapi.json', headers: { 'accept-encoding': coding } })
  // Two bytes each, like a mark.
  const letters = (units: number) => 'ơ'.repeat(units)
  // As many marks on each letter as may stay.
  const zalgo = (units: number) => `a${worstText(30)}`.repeat(units / 31)
  return [
    { what: 'a remark of 800 kB', worst: sent(worstText(400_000)), plain: sent(letters(400_000)) },
    {
      what: '80 remarks of 5,952 units',
      worst: sent(...Array.from({ length: 80 }, () => zalgo(5_952))),
      plain: sent(...Array.from({ length: 80 }, () => letters(5_952))),
    },
    {
      what: 'a name of 1 MB',
      worst: { path: 'counters', headers: staff, body: { unit_id: '1', name: worstText(500_000) } },
      plain: { path: 'counters', headers: staff, body: { unit_id: '1', name: letters(500_000) } },
    },
    { what: 'a file with two cells of 800 kB', worst: csv(worstText(400_000)), plain: csv(letters(400_000)) },
    {
      what: 'a file of 8 MB of padding',
      worst: file(`${'='.repeat(8_000_000)}A`),
      plain: file(`${'A'.repeat(8_000_000)}*`),
    },
    { what: 'a header of 15 kB of blanks', worst: asked(`a${' '.repeat(15_000)}b`), plain: asked('a'.repeat(15_000)) },
  ]
}

export const bench: Bench = {
  question: 'Does a text cost more than its length, and does the server go on answering meanwhile?',
  yardstick: 'a plain text of the same size in the same place, and `health/live` asked during it',
  async run({ rounds, log }) {
    const postgres = await startBenchPostgres()
    try {
      const [token = ''] = await populateProvince(postgres.ownerUrl, 1, 1)
      const { readers } = await seatReaders(postgres.ownerUrl)
      const { child, url } = await startProduct(postgres.ownerUrl, join(postgres.dir, 'texts'))
      try {
        const cookie = readers.find(({ role }) => role === 'administrator')?.cookie ?? ''
        const cases = listCases(token, cookie)
        // What is compiled and read on the first call belongs to neither.
        for (const { worst, plain } of cases) for (const call of [plain, worst]) await timeCall(url, call)
        const rows: Row[] = []
        for (const { what, worst, plain } of cases) {
          log(what)
          const ours: { ms: number; health: number }[] = []
          const yardstick: typeof ours = []
          for (let round = 0; round < rounds; round += 1) {
            ours.push(await timeCall(url, worst))
            yardstick.push(await timeCall(url, plain))
          }
          const row = (name: string, of: 'ms' | 'health'): Row => ({
            what: name,
            unit: 'ms',
            ours: ours.map((one) => one[of]),
            yardstick: yardstick.map((one) => one[of]),
            targets: [{ of: 'ratio', at_most: 5 }],
          })
          rows.push(row(what, 'ms'), row(`${what}: longest wait of health/live`, 'health'))
        }
        return rows
      } finally {
        await stopProcess(child)
      }
    } finally {
      await postgres.stop()
    }
  },
}
