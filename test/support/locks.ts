/** Holds a table, so that whoever writes to it waits: the only way to stop a server in the middle of a write. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Test } from 'tap'
import type { TestDatabase } from './database.ts'

export interface HeldTable {
  /** Resolves as soon as a connection of this database waits for a lock. */
  untilSomebodyWaits(): Promise<void>
  release(): Promise<void>
}

/** Reading stays free; inserting waits until `release`. */
export async function holdTable(t: Test, db: TestDatabase, table: string): Promise<HeldTable> {
  const client = new pg.Client({ connectionString: db.ownerUrl })
  await client.connect()
  await client.query(`begin; lock table ${table} in share row exclusive mode`)
  let held = true
  const release = async () => {
    if (!held) return
    held = false
    await client.query('rollback')
    await client.end()
  }
  t.teardown(release)
  return {
    async untilSomebodyWaits() {
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      while ((await db.query(waiting)).length === 0) await wait(5)
    },
    release,
  }
}
