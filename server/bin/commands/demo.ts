/** `npm run demo`: the whole product on a throw-away database with eighteen months of simulated ratings. */

import type { Config } from '../../config.ts'
import { offerTablets, openAccounts, type PrintedAccount, type WaitingTablet } from '../../demo/accounts.ts'
import { instantAt } from '../../demo/calendar.ts'
import { planCases } from '../../demo/cases.ts'
import { keepInTouch, loadSimulation } from '../../demo/load.ts'
import { type Simulation, simulate } from '../../demo/simulation.ts'
import { localDay } from '../../domain/time.ts'
import type { Command, CommandContext } from '../command.ts'
import { clearLeftovers, makeDemoFolder, removeDemoFolder } from '../demo-folder.ts'
import { serve } from '../serve.ts'

export const summary = 'Serve a demonstration on a throw-away database (also: npm run demo)'
export const usage = 'demo'
export const options: Command['options'] = {}
export const database: Command['database'] = 'none'

const SEED = 'hai-long'
const MONTHS = 18

/** Returns once it serves; a signal ends the process. Never touches the database of the settings. */
export async function run({ config: own, print }: CommandContext): Promise<void> {
  await clearLeftovers()
  const dataDir = makeDemoFolder()
  const config: Config = {
    ...own,
    dataDir,
    databaseUrl: null,
    databaseAppUrl: null,
    databaseIngestUrl: null,
    // The lines for visitors must not drown among those for operators.
    logLevel: own.logLevel === 'info' ? 'warn' : own.logLevel,
  }
  await serve(config, {
    async prepare({ pools, keys, log, stopping }) {
      const startedAt = Date.now()
      print(`Making ${MONTHS} months of ratings …`)
      const parts = { config, pools, keys, log, clock: { now: Date.now } }
      const simulation = simulate({ seed: SEED, months: MONTHS, now: startedAt, today: localDay(startedAt) })
      let accounts: PrintedAccount[] = []
      const office = await loadSimulation(simulation, parts, stopping, async (opened) => {
        // People had their accounts before the first day, and the log is in the order of time.
        const before = { pools, clock: { now: () => instantAt(simulation.from, 0) } }
        accounts = await openAccounts(opened, before)
        return planCases(simulation, opened, parts)
      })
      keepInTouch(simulation, office, parts)
      const tablets = await offerTablets(office, parts)
      print(
        `${describeSimulation(simulation)}, received and counted in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`,
      )
      return ([address = '']) => describe(address, accounts, tablets, dataDir)
    },
    cleanUp: () => removeDemoFolder(dataDir),
  })
}

function describeSimulation({ from, to, deliveries }: Simulation): string {
  const ratings = deliveries.reduce((sum, { envelope }) => sum + envelope.ratings.length, 0)
  return `${ratings} ratings from ${from} to ${to} and of today`
}

function describe(
  address: string,
  accounts: readonly PrintedAccount[],
  tablets: readonly WaitingTablet[],
  dataDir: string,
): string[] {
  return [
    'THIS IS A DEMONSTRATION: people and ratings are invented, and everything is thrown away when it stops.',
    '',
    'A tablet at a counter (opens paired; the code alone does it too, on any tablet):',
    ...tablets.map(({ unit, code }) => `${unit.padEnd(20)}${address}/terminal/#pair=${code}   ${code}`),
    '',
    `Log in at ${address}/ as`,
    '',
    `${'user name'.padEnd(13)}${'password'.padEnd(29)}${'role'.padEnd(15)}what to look at`,
    ...accounts.map(
      ({ username, password, role, unit, officer, look_at }) =>
        `${username.padEnd(13)}${password.padEnd(29)}${role.padEnd(15)}${[officer ?? unit, look_at].filter(Boolean).join(': ')}`,
    ),
    '',
    `Recount everything:  DATA_DIR=${dataDir} npm run manage -- verify`,
  ]
}
