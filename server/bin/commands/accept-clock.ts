/** `manage accept-clock`: after a clock that had run ahead was set right, takes the present time as the newest. */
import { withdrawBackups } from '../../queries/backups.ts'
import { openOwnerPool } from '../../queries/database.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Take the clock of this machine as right, after it had run ahead and was set back'
export const usage = 'accept-clock --yes'
export const options: Command['options'] = {
  yes: { type: 'boolean', about: 'The clock was checked against another one', required: true },
}
export const database: Command['database'] = 'current'

export async function run({ ownerUrl, print }: CommandContext): Promise<void> {
  const pool = openOwnerPool(ownerUrl)
  try {
    const { rows } = await pool.query<{ before: Date | null }>(
      'with old as (select counted_through as before from counting_state) update counting_state set counted_through = now() from old where old.before > now() returning before',
    )
    const before = rows[0]?.before
    print(
      before
        ? `Arrivals seemed to reach ${before.toISOString()}; new ratings are now dated from ${new Date().toISOString()}.`
        : 'The clock is not behind anything that was counted.',
    )
    // Made while nobody knew the time: their files are whole, but no copy is given up for them any more.
    const withdrawn = await withdrawBackups(pool)
    if (withdrawn > 0) print('Tablets keep their copies until the next backup on another disk: make one now.')
  } finally {
    await pool.end()
  }
}
