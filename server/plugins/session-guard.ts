/**
 * Stops a request of staff when its session ends. A request is identified once, when its head has arrived. Its body may
 * follow 30 s later, its work may wait in a queue, and an export is read as slowly as its client reads. So a transaction
 * that begins later checks the session first, and one that may write checks it again before it commits. A change of rights
 * ends the account's sessions: it waits for commits under way (milliseconds), and nothing is written under old rights after it.
 */
import { fail } from '../errors.ts'
import type { Trx } from '../queries/database.ts'
import { holdsSession } from '../queries/sessions.ts'
import type { SessionGuard } from '../services.ts'

/** A transaction that begins within this time of the identification relies on it. */
const IDENTIFIED_MS = 500

/** `changes`: the request may write. All of it throws `login_required` once the session is over. */
export function guardSession(tokenHash: Buffer, changes: boolean): SessionGuard {
  const identifiedAt = performance.now()
  let released = false
  const check = async (trx: Trx, lock: Parameters<typeof holdsSession>[2]) => {
    if (!(await holdsSession(trx, tokenHash, lock))) fail('login_required')
  }
  return {
    async begin(trx) {
      if (!released && performance.now() - identifiedAt > IDENTIFIED_MS) await check(trx, 'none')
    },
    async commit(trx) {
      if (changes && !released) await check(trx, 'keep')
    },
    async release(trx) {
      await check(trx, 'change')
      released = true
    },
  }
}
