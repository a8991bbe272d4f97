/** `manage audit-head`: where the chain over the audit log stands, to be kept where nobody of this machine can change it. */
import { headOf } from '../../audit/chain.ts'
import { findChainEnd } from '../../queries/audit.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Print the head of the audit log, to be kept elsewhere'
export const usage = 'audit-head  > FILE'
export const options: Command['options'] = {}
export const database: Command['database'] = 'current'

export async function run({ openPools, print }: CommandContext): Promise<void> {
  const client = await (await openPools()).openCountClient()
  try {
    print(JSON.stringify(headOf(await findChainEnd(client))))
  } finally {
    await client.end()
  }
}
