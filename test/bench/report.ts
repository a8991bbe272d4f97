/**
 * What a bench is and how its result is told.
 *
 * A bench answers one question. Its file lies in test/bench/ and ends with
 *
 *   export const bench: Bench = { question, yardstick, run }
 *
 * `npm run bench` finds it by that export, runs it in a process of its own, prints its rows and writes them into its
 * section of docs/benchmarks.md (`<!-- bench:NAME -->` … `<!-- /bench:NAME -->`, NAME being the file's; a new section is
 * put at the end). What stands outside the markers is written by hand and stays.
 *
 * `run({ quick, rounds, log })` returns rows. A row is one thing measured `rounds` times, ours and the yardstick by turns
 * (ours, yardstick, ours, yardstick, …), so that a busy minute hits both: `ours` and `yardstick` hold one number per round, in
 * `unit`. Shown are the median with the smallest and largest round, and the same of the ratio ours / yardstick of each
 * round. Targets are held against the medians: `{ of: 'ours', at_most: 25 }`, `{ of: 'ratio', at_least: 0.5 }`. Something
 * counted once (bytes on the disk, lost ratings) is a row with one number. `log(line)` tells the person who waits.
 *
 * `--quick` must answer in a few seconds a bench (all of them: 3 minutes): fewer seconds, still 3 rounds, but
 * where a round is a database of its own, one.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

export interface Target {
  of: 'ours' | 'ratio'
  at_least?: number
  at_most?: number
}

export interface Row {
  what: string
  /** 'ms', '/s', 'µs', 'MB', 'bytes', …; '' for plain numbers. */
  unit: string
  /** One number per round. */
  ours: readonly number[]
  /** One number per round, by turns with `ours`. */
  yardstick?: readonly number[]
  targets?: readonly Target[]
}

export interface BenchOptions {
  quick: boolean
  /** How often each row is measured. */
  rounds: number
  log(line: string): void
}

export interface Bench {
  question: string
  /** What the numbers are held against, in one sentence. */
  yardstick: string
  /** Runs only when it is named: it takes too long for the whole. */
  byName?: boolean
  run(options: BenchOptions): Promise<Row[]>
}

/** A finished run, as it is told. */
export interface Result {
  name: string
  question: string
  yardstick: string
  rows: readonly Row[]
  quick: boolean
  startedAt: Date
  seconds: number
  /** Load average of the minute before it began: what else the machine was doing. */
  load: number
  /** Of the database it ran on; null when it needed none. */
  postgres: string | null
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The number below which a share `p` (0 to 1) of the numbers lies; NaN for none. */
export function percentile(numbers: readonly number[], p: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

/** Ours / yardstick of each round; empty without a yardstick. */
export function ratios({ ours, yardstick }: Row): number[] {
  if (yardstick === undefined) return []
  if (yardstick.length !== ours.length) throw new RangeError('ours and yardstick have different numbers of rounds')
  return ours.map((value, round) => value / (yardstick[round] as number))
}

function reached(row: Row, target: Target): boolean {
  const value = median(target.of === 'ours' ? row.ours : ratios(row))
  return value >= (target.at_least ?? Number.NEGATIVE_INFINITY) && value <= (target.at_most ?? Number.POSITIVE_INFINITY)
}

/** Null when the row has no target. A number that could not be measured (NaN) misses every target. */
export function isMet(row: Row): boolean | null {
  return row.targets?.length ? row.targets.every((target) => reached(row, target)) : null
}

/** Three digits that count, thousands apart. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function spread(numbers: readonly number[], unit: string): string {
  if (numbers.length === 0) return '–'
  const middle = `${shown(median(numbers))}${unit && ` ${unit}`}`
  if (numbers.length === 1) return middle
  return `${middle} (${shown(Math.min(...numbers))}–${shown(Math.max(...numbers))})`
}

function describe({ of, at_least, at_most }: Target, unit: string): string {
  const bound = at_least === undefined ? `≤ ${shown(at_most ?? Number.NaN)}` : `≥ ${shown(at_least)}`
  return of === 'ratio' ? `${bound} ×` : `${bound}${unit && ` ${unit}`}`
}

/** The cells of a row: what, ours, yardstick, ratio, target, verdict. */
export function cells(row: Row): string[] {
  const met = isMet(row)
  return [
    row.what,
    spread(row.ours, row.unit),
    spread(row.yardstick ?? [], row.unit),
    spread(ratios(row), ''),
    row.targets?.map((target) => describe(target, row.unit)).join(', ') || '–',
    met === null ? '–' : met ? 'met' : '**missed**',
  ]
}

/** The machine in one line. */
export function machine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GB, Linux ${release()}, Node ${process.version}`
}

/** As many as there are numbers, not as many as were asked for; what is counted once stands beside them. */
export function roundsOf(rows: readonly Row[]): string {
  const most = Math.max(0, ...rows.map(({ ours }) => ours.length))
  return most === 1 ? 'measured once' : `${most} rounds`
}

/** A bench's section of the page, without its markers. */
export function section(result: Result): string {
  const { name, question, yardstick, rows, quick, startedAt, seconds, load, postgres } = result
  const when = startedAt.toISOString().slice(0, 16).replace('T', ' ')
  const table = [
    ['what', 'ours', 'yardstick', 'ratio', 'target', ''],
    ['---', '---', '---', '---', '---', '---'],
    ...rows.map(cells),
  ]
  return [
    `## ${name}`,
    '',
    question,
    '',
    `Yardstick: ${yardstick}`,
    '',
    ...table.map((row) => `| ${row.join(' | ')} |`),
    '',
    `${quick ? 'Quick run' : 'Full run'} of ${when} UTC, ${roundsOf(rows)}, ${Math.round(seconds)} s; load average before it ${load.toFixed(2)}; ` +
      `${machine()}${postgres === null ? '' : `, PostgreSQL ${postgres}`}.`,
  ].join('\n')
}

/** The page with one bench's section replaced, or put at the end. */
export function replaceSection(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const block = `${open}\n${text}\n${close}`
  const [start, end] = [page.indexOf(open), page.indexOf(close)]
  if (start === -1) return `${page.trimEnd()}\n\n${block}\n`
  if (end < start) throw new Error(`docs/benchmarks.md has no ${close} behind ${open}`)
  return page.slice(0, start) + block + page.slice(end + close.length)
}

export function writeSection(path: string, result: Result): void {
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), result.name, section(result)))
}
