/** The durable queue as the screens use it: save, amend, seal. A promise that resolves means: it is on the disk. */
import { encrypt } from './crypto.ts'
import type { Draft } from './queue-policy.ts'
import type { Store } from './store.ts'

export class Queue {
  readonly #store: Store
  readonly #key: CryptoKey
  /** Writes of one visit follow one another: an amendment must never overtake the tap it amends. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: Store, key: CryptoKey) {
    this.#store = store
    this.#key = key
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work)
    this.#last = next.catch(() => {})
    return next
  }

  /** Writes the first tap of a visit, or amends it under the same id. Throws `StoreFailure`: then nothing is recorded. */
  save(draft: Draft, now: number): Promise<void> {
    return this.#next(async () => {
      // Encrypted before the transaction opens: IndexedDB would commit while the cipher is awaited.
      const sealed = await encrypt(this.#key, draft.id, draft)
      const { id, terminal_id = '', catalogue = '' } = draft
      await this.#store.saveOpen({ ...sealed, id, terminal_id, catalogue, created_at: now })
    })
  }

  /** Ends the visit. Waits for its amendments. Throws `StoreFailure`; the record is then sealed at the next start. */
  seal(id: string): Promise<void> {
    return this.#next(() => this.#store.seal(id))
  }
}
