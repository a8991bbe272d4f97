/** Seals what was committed to the audit log, within a second; one sealer per database, whatever the number of servers. */
import type pg from 'pg'
import { findChainEnd, insertSeals, takeAuditInbox, tryAuditLock } from '../queries/audit.ts'
import type { CountClient, Pools } from '../queries/database.ts'
import type { Log } from '../services.ts'
import { type Head, sealOf } from './chain.ts'

const LOOK_EVERY_MS = 500
const AFTER_ERROR_MS = 2000
const AT_ONCE = 500

export interface Sealer {
  /** Seals what is there and gives the lock back. */
  stop(): Promise<void>
}

/**
 * Seals up to 500 rows in one transaction: out of the inbox, into the chain. Rows are in the inbox only once they are
 * committed, so no number is left for one that is rolled back. Returns the new head; null when there was nothing.
 * Whoever calls it holds the lock; without it the second of two would fail on the number and roll back.
 */
export async function sealLot(client: CountClient, key: Buffer): Promise<Head | null> {
  await client.query('begin')
  try {
    const rows = await takeAuditInbox(client, AT_ONCE)
    const end = await findChainEnd(client)
    let before = end?.mac ?? null
    let number = end?.seal_number ?? 0
    const seals = rows.map(({ audit_id, content }) => {
      number += 1
      before = sealOf(key, number, before, content)
      return { seal_number: number, audit_id, mac: before }
    })
    if (seals.length > 0) await insertSeals(client, seals)
    await client.query('commit')
    return seals.length > 0 && before !== null ? { seals: number, mac: (before as Buffer).toString('hex') } : null
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Starts sealing. Any number of servers may: the one that holds the lock seals, the others stand by. */
export function startSealing(options: {
  pools: Pick<Pools, 'openCountClient'>
  key: Buffer
  log: Log
  /** Told of every new head, after its commit. */
  onSealed: (head: Head) => void
}): Sealer {
  const { pools, key, log, onSealed } = options
  let stopping = false
  let wake: () => void = () => {}
  let client: pg.Client | null = null

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function sealAll(connection: pg.Client): Promise<void> {
    for (let head = await sealLot(connection, key); head !== null; head = await sealLot(connection, key)) onSealed(head)
  }

  async function run(): Promise<void> {
    let holdsLock = false
    for (;;) {
      try {
        client ??= await pools.openCountClient()
        holdsLock ||= await tryAuditLock(client)
        if (holdsLock) await sealAll(client)
        if (stopping) break
        await rest(LOOK_EVERY_MS)
      } catch (error) {
        if (stopping) break
        log.warn({ err: error }, 'sealing the audit log stopped for a moment; it goes on by itself')
        holdsLock = false
        await client?.end().catch(() => {})
        client = null
        await rest(AFTER_ERROR_MS)
      }
    }
    await client?.end().catch(() => {})
  }

  const running = run()
  return {
    async stop() {
      stopping = true
      wake()
      await running
    },
  }
}
