/** Opens the tablet's database and runs writes under a watchdog: a hanging write is reopened and tried again, never forgotten. */
import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { openDatabase } from './promised.ts'
import { DATABASE, type MetaRecord, type TabletDatabase, VERSION } from './schema.ts'
import { Stalled, within } from './within.ts'

/** A write on healthy flash takes milliseconds; sleep and frozen tabs are known to leave one hanging for ever. */
export const WRITE_TIMEOUT_MS = 3000
const OPEN_TIMEOUT_MS = 5000
const ATTEMPTS = 2

type Names = StoreNames<TabletDatabase>[]
export type WriteTransaction = IDBPTransaction<TabletDatabase, Names, 'readwrite'>
type ReadTransaction = IDBPTransaction<TabletDatabase, Names, 'readonly'>

/** The store did not confirm a write: whatever the cause, the citizen must be told that nothing was recorded. */
export class StoreFailure extends Error {
  override name = 'StoreFailure'
}
export class Database {
  #connection: Promise<IDBPDatabase<TabletDatabase>> | null = null
  /** What the browser said when it had to throw the old data away; null = nothing lost. */
  loss: string | null = null
  /**
   * What a running page knows and a store made anew under it must hold from its first moment: without the key that the
   * page encrypts with, nobody could read what it writes from now on.
   */
  readonly heirlooms: { key: CryptoKey | null; meta: Map<string, MetaRecord> } = { key: null, meta: new Map() }

  #open(): Promise<IDBPDatabase<TabletDatabase>> {
    const opening = openDatabase<TabletDatabase>(DATABASE, VERSION, {
      upgrade: (db, tx, event) => {
        // Chromium says here, and only here, that a corrupted store was replaced by an empty one.
        const { dataLoss, dataLossMessage } = event as IDBVersionChangeEvent & {
          dataLoss?: string
          dataLossMessage?: string
        }
        if (dataLoss && dataLoss !== 'none') this.loss = `${dataLoss}: ${dataLossMessage ?? ''}`
        db.createObjectStore('ratings', { keyPath: 'id' }).createIndex('state_sequence', ['state', 'sequence'])
        db.createObjectStore('meta', { keyPath: 'key' })
        db.createObjectStore('keys')
        const { key, meta } = this.heirlooms
        if (!key) return
        this.loss ??= 'the store was gone'
        tx.objectStore('keys')
          .put(key, 'body')
          .catch(() => {})
        for (const record of meta.values())
          tx.objectStore('meta')
            .put(record)
            .catch(() => {})
      },
      // Somebody else wants to delete or upgrade: holding on would block them for ever.
      blocking: () => this.drop(),
      terminated: () => this.drop(),
    })
    const guarded = within(OPEN_TIMEOUT_MS, opening)
    // A queued opener gets no `blocked` event, so the timer decides; one that comes after all must not stay open.
    guarded.catch(() => opening.then((db) => db.close()).catch(() => {}))
    return guarded
  }

  #connect(): Promise<IDBPDatabase<TabletDatabase>> {
    if (!this.#connection) {
      const fresh = this.#open()
      this.#connection = fresh
      fresh.catch(() => {
        if (this.#connection === fresh) this.#connection = null
      })
    }
    return this.#connection
  }

  /** Closes the connection; the next call opens another. */
  drop(): void {
    const old = this.#connection
    this.#connection = null
    old?.then((db) => db.close()).catch(() => {})
  }

  /**
   * Runs `work` in one read-write transaction and resolves after `oncomplete`, so with `strict` after the bytes were
   * flushed to the disk. After a stall or on a dead connection it reopens and runs `work` once more: `work` must be
   * idempotent. Throws `StoreFailure` when the transaction aborts or both attempts fail.
   */
  async write<T>(
    stores: Names,
    durability: IDBTransactionDurability,
    work: (tx: WriteTransaction) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let tx: WriteTransaction | undefined
      try {
        const db = await this.#connect()
        tx = db.transaction(stores, 'readwrite', { durability })
        return await within(WRITE_TIMEOUT_MS, complete(tx, work))
      } catch (error) {
        abort(tx)
        this.drop()
        const dead = tx === undefined || error instanceof Stalled
        if (!dead || attempt === ATTEMPTS) throw new StoreFailure(String(error), { cause: error })
      }
    }
  }

  /** Runs `work` in one read-only transaction. Throws `StoreFailure`. */
  async read<T>(stores: Names, work: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    try {
      const db = await this.#connect()
      return await within(WRITE_TIMEOUT_MS, work(db.transaction(stores, 'readonly')))
    } catch (error) {
      this.drop()
      throw new StoreFailure(String(error), { cause: error })
    }
  }
}

async function complete<T>(tx: WriteTransaction, work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
  // A failing request rejects both `work` and `done`: the second must not surface as an unhandled rejection.
  tx.done.catch(() => {})
  const value = await work(tx)
  tx.commit()
  await tx.done
  return value
}

function abort(tx: WriteTransaction | undefined): void {
  try {
    tx?.abort()
  } catch {
    // Already finished or aborted: nothing is left to undo.
  }
}
