/**
 * `npm run bench [-- --quick] [-- --write] [NAME …]`: runs the benches one after another, each in a process of its own, and
 * tells their rows. A full run writes docs/benchmarks.md; a quick one only with --write.
 */
import { fork } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bench, cells, isMet, type Result, type Row, writeSection } from './report.ts'
import { postgresVersion } from './support.ts'

const here = import.meta.dirname
const page = join(here, '..', '..', 'docs', 'benchmarks.md')
const ROUNDS = 3

interface Order {
  name: string
  quick: boolean
}
interface Answer {
  rows: Row[]
  postgres: string | null
}

const load = async (name: string): Promise<Bench> => (await import(join(here, `${name}.ts`))).bench

/** Benches by their files' names: those whose source exports one. */
export function listBenches(): string[] {
  return readdirSync(here)
    .filter(
      (file) => file.endsWith('.ts') && readFileSync(join(here, file), 'utf8').includes('\nexport const bench: Bench'),
    )
    .map((file) => file.slice(0, -3))
    .sort()
}

/** In the child: runs one bench and hands its rows to the parent. */
async function answer({ name, quick }: Order): Promise<void> {
  const bench = await load(name)
  const rows = await bench.run({ quick, rounds: ROUNDS, log: (line) => console.log(`  ${line}`) })
  const message: Answer = { rows, postgres: postgresVersion() }
  await new Promise<void>((resolve) => process.send?.(message, () => resolve()))
  process.disconnect()
}

function runApart(order: Order): Promise<Answer> {
  const child = fork(import.meta.filename, ['--apart', JSON.stringify(order)], { execArgv: ['--import=tsx'] })
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null
    child.on('message', (message) => {
      answer = message as Answer
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (answer) resolve(answer)
      else reject(new Error(`the bench ${order.name} ended with ${code} before it had an answer`))
    })
  })
}

async function runBench(name: string, quick: boolean): Promise<Result> {
  const { question, yardstick } = await load(name)
  console.log(`\n${name}: ${question}`)
  const startedAt = new Date()
  const before = loadavg()[0] ?? 0
  const { rows, postgres } = await runApart({ name, quick })
  const seconds = (Date.now() - startedAt.getTime()) / 1000
  return { name, question, yardstick, rows, quick, startedAt, seconds, load: before, postgres }
}

function tell({ rows, seconds }: Result): void {
  const table = [['', 'ours', 'yardstick', 'ratio', 'target', ''], ...rows.map(cells)]
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  for (const row of table) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
  console.log(`  ${Math.round(seconds)} s`)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, apart: { type: 'string' } },
  })
  if (values.apart) return answer(JSON.parse(values.apart) as Order)
  const quick = values.quick ?? false
  const known = listBenches()
  for (const name of positionals) {
    if (!known.includes(name)) throw new Error(`there is no bench ${name}; there are ${known.join(', ')}`)
  }
  const names: string[] = []
  for (const name of known) {
    if (positionals.length > 0 ? positionals.includes(name) : !(await load(name)).byName) names.push(name)
  }
  let [met, missed, failed] = [0, 0, 0]
  for (const name of names) {
    try {
      const result = await runBench(name, quick)
      tell(result)
      met += result.rows.filter((row) => isMet(row) === true).length
      missed += result.rows.filter((row) => isMet(row) === false).length
      if (!quick || values.write) writeSection(page, result)
    } catch (error) {
      failed += 1
      console.error(error instanceof Error ? error.message : error)
    }
  }
  // A missed target is a finding; only a bench that could not answer is a failure.
  console.log(`\n${met} targets met, ${missed} missed`)
  console.log(`${names.length - failed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

await main()
