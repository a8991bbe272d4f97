/** The queue's records by their state: read in order, counted, and changed by the hundred. */
import type { Database } from './database.ts'
import type { RatingState, StoredRating } from './schema.ts'

export type Counts = Record<RatingState, number>
/** What a record becomes; null = it stays as it is. */
type Change = (record: StoredRating) => StoredRating | 'delete' | null

const states: RatingState[] = ['open', 'sealed', 'acked', 'rejected']
const REWRITE_STEP = 200
/** Everything in one state, in order of sequence. Arrays sort after numbers, so `[]` is the upper end. */
const all = (state: RatingState) => IDBKeyRange.bound([state], [state, []] as never, true, true) as IDBKeyRange

/** Every method throws `StoreFailure` when the store does not answer. */
export class Records {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Up to `limit` records in a state, without it all, in order. */
  list(state: RatingState, limit?: number): Promise<StoredRating[]> {
    return this.#database.read(['ratings'], (tx) =>
      tx.objectStore('ratings').index('state_sequence').getAll(all(state), limit),
    )
  }

  /** Ids of all records in a state, in order. Two lives of a store give the same numbers, so only ids tell records apart. */
  ids(state: RatingState): Promise<string[]> {
    return this.#database.read(['ratings'], (tx) =>
      tx.objectStore('ratings').index('state_sequence').getAllKeys(all(state)),
    )
  }

  /** Those of `ids` that are still in a state. */
  async of(ids: readonly string[], state: RatingState): Promise<StoredRating[]> {
    const found = await this.#database.read(['ratings'], (tx) =>
      Promise.all(ids.map((id) => tx.objectStore('ratings').get(id))),
    )
    return found.filter((record) => record?.state === state) as StoredRating[]
  }

  counts(): Promise<Counts> {
    return this.#database.read(['ratings'], async (tx) => {
      const index = tx.objectStore('ratings').index('state_sequence')
      const numbers = await Promise.all(states.map((state) => index.count(all(state))))
      return Object.fromEntries(states.map((state, i) => [state, numbers[i] ?? 0])) as Counts
    })
  }

  /** How many records were rejected, by code. */
  async rejectedCodes(): Promise<Record<string, number>> {
    const codes: Record<string, number> = {}
    for (const { code = 'unknown' } of await this.list('rejected')) codes[code] = (codes[code] ?? 0) + 1
    return codes
  }

  /**
   * Changes or deletes records of one state in small transactions: thousands in one would outlast the watchdog on a
   * slow disk, fail, and be tried again for ever.
   */
  async rewrite(state: RatingState, change: Change): Promise<void> {
    const ids = await this.ids(state)
    for (let from = 0; from < ids.length; from += REWRITE_STEP) {
      const page = await this.of(ids.slice(from, from + REWRITE_STEP), state)
      const concerned = page.filter(change).map(({ id }) => id)
      if (concerned.length === 0) continue
      await this.#database.write(['ratings'], 'default', async (tx) => {
        const ratings = tx.objectStore('ratings')
        for (const id of concerned) {
          // A sync round may have moved it on meanwhile.
          const record = await ratings.get(id)
          const changed = record?.state === state ? change(record) : null
          if (changed === 'delete') await ratings.delete(id)
          else if (changed) await ratings.put(changed)
        }
      })
    }
  }
}
