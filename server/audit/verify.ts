/** Holds the audit log against its chain and against heads that were kept elsewhere. Reads only. */
import { countAuditInbox, listChain, listUnsealed } from '../queries/audit.ts'
import type { CountClient } from '../queries/database.ts'
import { ChainWalk, type Head, type Problem } from './chain.ts'

const AT_ONCE = 2000

export interface AuditVerification {
  seals: number
  /** Rows committed and not sealed yet. */
  waiting: number
  problems: Problem[]
}

/** In one snapshot, so that a log that grows meanwhile is no problem. */
export async function verifyAudit(
  client: CountClient,
  key: Buffer,
  heads: readonly Head[],
): Promise<AuditVerification> {
  await client.query('begin isolation level repeatable read read only')
  try {
    const walk = new ChainWalk(key, heads)
    for (let after = 0; ; ) {
      const links = await listChain(client, after, AT_ONCE)
      for (const link of links) walk.step(link)
      const last = links.at(-1)
      if (last === undefined) break
      after = last.seal_number
    }
    const seals = walk.end()
    const unsealed = (await listUnsealed(client)).map((at): Problem => ({ flaw: 'unsealed', at }))
    return { seals, waiting: await countAuditInbox(client), problems: [...walk.problems, ...unsealed] }
  } finally {
    await client.query('rollback')
  }
}
