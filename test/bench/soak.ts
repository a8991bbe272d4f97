/** Does memory stay flat? Half an hour of tablets and readers at half the machine's pace; only when named. */
import { join } from 'node:path'
import { setTimeout as rest } from 'node:timers/promises'
import { generate, province } from './generate.ts'
import { type Bench, median } from './report.ts'
import { listQuestions, seatReaders, timeAnswer } from './staff.ts'
import { pairTablets, proportionalMb, startBenchPostgres, startProduct, stopProcess, withClient } from './support.ts'
import { sendRatings } from './tablets.ts'

const TABLETS = 600
const RATE = 130
/**
 * So many a day of each tablet, day after day: as many as fill the days in half an hour. Taps drawn from all days by lot would
 * make each day fuller with every minute, and a day is loaded whole by whoever counts one more tap of it.
 */
const DAY_BY_DAY = { taps: 7, since_days: 59 }
/** Three years behind: in an empty database every answer to a reader would grow with each rating that comes. */
const BEHIND = 500_000

/** MB an hour by least squares; both lists of one length, seconds and MB. */
export function slopePerHour(seconds: readonly number[], mb: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
  const [middle, level] = [mean(seconds), mean(mb)]
  const over = seconds.reduce((sum, at, place) => sum + (at - middle) * ((mb[place] ?? level) - level), 0)
  return (over / seconds.reduce((sum, at) => sum + (at - middle) ** 2, 0)) * 3600
}

export const bench: Bench = {
  question:
    'Does the memory of the server stay flat over half an hour of 600 tablets (130 ratings a second, seven of each tablet and day, day after day) and readers at work, in a province with three years and half a million ratings behind it?',
  yardstick: 'none; proportional set size from smaps_rollup, each second, the first third left out of the slope.',
  byName: true,
  async run({ quick, log }) {
    const lasts = (quick ? 60 : 1800) * 1000
    const postgres = await startBenchPostgres()
    const tokens = await withClient(postgres.ownerUrl, async (client) => {
      await generate(client, province(BEHIND))
      await client.query('vacuum analyze')
      return pairTablets(client, TABLETS)
    })
    const product = await startProduct(postgres.ownerUrl, join(postgres.dir, 'soak'))
    const { readers, office } = await seatReaders(postgres.ownerUrl)
    const questions = listQuestions(office)
    const begun = performance.now()
    const running = () => performance.now() - begun < lasts
    async function reader(start: number): Promise<void> {
      for (let place = start; running(); place += 1) {
        const question = questions[place % questions.length] as (typeof questions)[number]
        const cookie = readers.find(({ role }) => role === question.role)?.cookie as string
        await timeAnswer(product.url, question.path, cookie)
        await rest(100)
      }
    }
    const seconds: number[] = []
    const mb: number[] = []
    async function watch(): Promise<void> {
      while (running()) {
        seconds.push((performance.now() - begun) / 1000)
        mb.push(proportionalMb(product.child.pid as number))
        if (seconds.length % 60 === 0) log(`${Math.round(seconds.at(-1) ?? 0)} s, ${Math.round(mb.at(-1) ?? 0)} MB`)
        await rest(1000)
      }
    }
    try {
      const load = {
        rate: RATE,
        seconds: lasts / 1000,
        connections: 16,
        in_turn: true,
        spread_days: 0,
        day_by_day: DAY_BY_DAY,
      }
      const [{ ratings }] = await Promise.all([
        sendRatings(product.url, { tokens, ...load }),
        reader(0),
        reader(20),
        watch(),
      ])
      const settled = Math.floor(seconds.length / 3)
      return [
        {
          what: `slope after ${ratings} ratings`,
          unit: 'MB/h',
          ours: [slopePerHour(seconds.slice(settled), mb.slice(settled))],
          targets: [{ of: 'ours', at_most: 1 }],
        },
        { what: 'proportional set size, median', unit: 'MB', ours: [median(mb.slice(settled))] },
        {
          what: 'proportional set size, most',
          unit: 'MB',
          ours: [Math.max(...mb)],
          targets: [{ of: 'ours', at_most: 250 }],
        },
      ]
    } finally {
      await stopProcess(product.child)
      await postgres.stop()
    }
  },
}
