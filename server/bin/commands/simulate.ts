/** `manage simulate`: what the figures conclude against what is true, by Monte Carlo and through the real API. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type GamingPlans, readGamingPlans } from '../../simulate/gaming.ts'
import { runGaming } from '../../simulate/gaming-lane.ts'
import { runLinkage } from '../../simulate/linkage.ts'
import { runQuarter } from '../../simulate/quarter-lane.ts'
import { putReport, staleParts, writeReport } from '../../simulate/report.ts'
import { judgeTargets, quick, type Results, runPure, whole } from '../../simulate/targets.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'
import { inThrowAwayWorld } from '../throw-away.ts'

export const summary = 'Simulate citizens, officers and gaming; print what is concluded against what is true'
export const usage = 'simulate [--quick] [--seed TEXT] [--gaming FILE] [--write FILE] [--check FILE]'
export const options: Command['options'] = {
  quick: { type: 'boolean', about: 'A minute instead of many: too little to quote' },
  seed: { type: 'string', value: 'TEXT', about: 'Same seed, same chance (default: hai-long)' },
  gaming: { type: 'string', value: 'FILE', about: 'Intensities (default: test/fixtures/gaming.json)' },
  write: { type: 'string', value: 'FILE', about: 'Put the tables between the markers of this page' },
  check: { type: 'string', value: 'FILE', about: 'Fail when this page carries other tables (but for the thief’s)' },
}
export const database: Command['database'] = 'none'

/** Any Monday: the simulation's own calendar begins here. */
const BEGIN = Date.parse('2026-03-02T06:00:00+07:00')
/** One copy while the moments are there, and copies after they were destroyed and after the month was closed. */
const AGES = [5, 40, 75]

/** Returns 1 when a promise is missed, or when the page of `--check` is stale. Never touches the database of the settings. */
export async function run({ config, log, values, print }: CommandContext): Promise<number> {
  const seed = String(values.seed ?? 'hai-long')
  const size = values.quick ? quick : whole
  const plans = readPlans(String(values.gaming ?? 'test/fixtures/gaming.json'))
  const told = (text: string) => console.error(text)
  told('Monte Carlo over officers …')
  const pure = runPure(seed, size)
  // What the lanes try on purpose and are refused is no warning to the operator.
  const quiet = log.child({}, { level: 'fatal' })
  const world = <T>(work: Parameters<typeof inThrowAwayWorld<T>>[3]) => inThrowAwayWorld(config, quiet, BEGIN, work)
  told('Gaming through the API …')
  const gaming = await world((one) => runGaming(one, plans, seed, size.gaming_repeats))
  told('A quarter through the API …')
  const quarter = await world((one) => runQuarter(one, seed, size.weeks))
  told('A thief with a copy of the database …')
  const linkage = await world((one) => runLinkage(one, seed, size.theft_days, AGES, quiet))
  const results: Results = { pure, plans, gaming, quarter, linkage }
  const report = writeReport(results, seed)
  print(report)
  if (values.write !== undefined) writePage(String(values.write), report)
  const missed = judgeTargets(results).filter(({ met }) => !met)
  for (const { name, wanted, found } of missed) told(`MISSED: ${name}: ${found}, promised ${wanted}`)
  const stale = values.check === undefined ? [] : checkPage(String(values.check), report)
  for (const heading of stale) told(`STALE: ${values.check} says otherwise under "${heading}"`)
  return missed.length + stale.length > 0 ? 1 : 0
}

function readPlans(file: string): GamingPlans {
  try {
    return readGamingPlans(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new OperatorError(`--gaming: ${file} cannot be used: ${(error as Error).message}`)
  }
}

function writePage(file: string, report: string): void {
  try {
    writeFileSync(file, putReport(readFileSync(file, 'utf8'), report))
  } catch (error) {
    throw new OperatorError(`--write: ${file} cannot be used: ${(error as Error).message}`)
  }
}

function checkPage(file: string, report: string): string[] {
  try {
    return staleParts(readFileSync(file, 'utf8'), report)
  } catch (error) {
    throw new OperatorError(`--check: ${file} cannot be used: ${(error as Error).message}`)
  }
}
