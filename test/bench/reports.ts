/** Does a report cost the same at twenty million ratings as at two? Every GET of every role's pages, warm and made anew, by turns. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHundredth, openProvince } from './cache.ts'
import { type Bench, median, percentile, type Row } from './report.ts'
import { listQuestions, seatReaders, timeAnswer } from './staff.ts'
import { type BenchPostgres, startProduct, stopProcess } from './support.ts'

async function openDoor(postgres: BenchPostgres, dataDir: string) {
  const product = await startProduct(postgres.ownerUrl, dataDir)
  const { readers, office } = await seatReaders(postgres.ownerUrl)
  const questions = listQuestions(office)
  const cookies = new Map(readers.map(({ role, cookie }) => [role, cookie]))
  return {
    questions,
    ask: (place: number, anew: boolean) => {
      const question = questions[place] as (typeof questions)[number]
      return timeAnswer(product.url, question.path, cookies.get(question.role) as string, anew)
    },
    async close() {
      await stopProcess(product.child)
      await postgres.stop()
    },
  }
}

export const bench: Bench = {
  question:
    'Does a report cost the same at twenty million ratings as at two? Each request that a page makes, 300 units, 6,000 officers, three years: as it is answered while nothing changes, and made anew for each request.',
  yardstick: 'the same request at two million ratings of the same province, by turns.',
  async run({ quick, rounds, log }) {
    const samples = quick ? 3 : 15
    const dir = mkdtempSync(join(tmpdir(), 'hai-long-bench-'))
    const door = async (ratings: number) =>
      openDoor(await (quick ? openHundredth(ratings) : openProvince(ratings, log)), join(dir, String(ratings)))
    const large = await door(20_000_000)
    const small = await door(2_000_000)
    const rows: Row[] = []
    const compare = async (place: number, anew: boolean) => {
      const [ours, yardstick, slowest] = [[] as number[], [] as number[], [] as number[]]
      for (let round = 0; round < rounds; round += 1) {
        const [mine, other]: [number[], number[]] = [[], []]
        for (let sample = 0; sample < samples; sample += 1) {
          mine.push(await large.ask(place, anew))
          other.push(await small.ask(place, anew))
        }
        ours.push(median(mine))
        yardstick.push(median(other))
        slowest.push(percentile(mine, 0.95))
      }
      return { ours, yardstick, slowest }
    }
    try {
      for (const [place, question] of large.questions.entries()) {
        const what = quick ? `${question.what}, a hundredth of both` : question.what
        for (const one of [large, small]) for (let warm = 0; warm < 3; warm += 1) await one.ask(place, true)
        const warm = await compare(place, false)
        rows.push({
          what,
          unit: 'ms',
          ours: warm.ours,
          yardstick: warm.yardstick,
          targets: [{ of: 'ours', at_most: 25 }],
        })
        rows.push({ what: `${what}, p95`, unit: 'ms', ours: warm.slowest, targets: [{ of: 'ours', at_most: 60 }] })
        const anew = await compare(place, true)
        rows.push({
          what: `${what}, made anew`,
          unit: 'ms',
          ours: anew.ours,
          yardstick: anew.yardstick,
          targets: [{ of: 'ratio', at_most: 1.3 }],
        })
      }
    } finally {
      await large.close()
      await small.close()
      rmSync(dir, { recursive: true, force: true })
    }
    return rows
  },
}
