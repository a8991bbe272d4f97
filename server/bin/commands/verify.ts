/** `manage verify`: derives every verdict again, recounts every sum, and says what differs from what is shown. */
import { verifyFigures } from '../../count/verify.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Recount everything from raw ratings and compare with what is shown'
export const usage = 'verify'
export const options: Command['options'] = {}
export const database: Command['database'] = 'current'

export async function run({ openPools, print }: CommandContext): Promise<number> {
  const client = await (await openPools()).openCountClient()
  try {
    const { ratings, inbox, rederived, differences } = await verifyFigures(client)
    for (const { what, subject, shown, recounted } of differences) {
      print(`DIFFERENCE ${what}: ${subject}: shown [${shown}], recounted [${recounted}]`)
    }
    print(`${ratings} ratings, ${rederived} verdicts derived again, ${inbox} waiting to be counted.`)
    print(differences.length === 0 ? 'No difference.' : `${differences.length} differences.`)
    return differences.length === 0 ? 0 : 1
  } finally {
    await client.end()
  }
}
