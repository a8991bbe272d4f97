/** `manage setup-link`: the one-time way to the first administrator, for starts that have no terminal to print it on. */
import { createSetupLink } from '../../queries/setup.ts'
import { listAddresses, setupAddress } from '../addresses.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Print a link that makes the first administrator: once, within 60 minutes'
export const usage = 'setup-link'
export const options: Command['options'] = {}
export const database: Command['database'] = 'ensured'

export async function run(context: CommandContext): Promise<void> {
  const link = await createSetupLink(await context.openPools(), { now: Date.now })
  if (link === null) {
    throw new OperatorError('There is an administrator already; accounts are made by them, or with create-account.')
  }
  const [configured = ''] = listAddresses(context.config, context.config.port)
  context.print(setupAddress(context.servedAt ?? configured, link.token))
}
