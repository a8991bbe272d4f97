/** `npm start`: serves what the settings say, and shows the way in while there is no administrator. */
import { readConfig } from '../config.ts'
import { withScope } from '../queries/database.ts'
import { administratorExists, createSetupLink, setupScope } from '../queries/setup.ts'
import { setupAddress } from './addresses.ts'
import { explain } from './operator-error.ts'
import { type Prepared, serve } from './serve.ts'

/**
 * A set-up link is shown on a terminal only: in a log file it would lie about for whoever reads logs.
 * Returns nothing once an administrator exists.
 */
async function describeSetup({ pools }: Prepared): Promise<(addresses: readonly string[]) => readonly string[]> {
  if (await withScope(pools.app, setupScope, administratorExists)) return () => []
  const link = process.stdout.isTTY ? await createSetupLink(pools, { now: Date.now }) : null
  if (link === null) return () => ['There is no administrator yet: npm run manage -- setup-link']
  return ([address]) => [
    'There is no administrator yet. This link makes the first one; it works once, for 60 minutes:',
    setupAddress(address ?? '', link.token),
  ]
}

try {
  await serve(readConfig(), { prepare: describeSetup })
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
