/** The queue's records: every change of state is one function and one transaction here. */
import type { RatingStatus } from '../../server/contract/ratings.ts'
import { createKey, type Sealed } from './crypto.ts'
import { Database, type WriteTransaction } from './database.ts'
import type { DeviceRecord, MetaRecord, PairingRecord, RatingState, StoredRating } from './schema.ts'

/** Kept copies are the second copy of a restored server; after this the server's own backups must have them. */
export const KEEP_ACKED_MS = 14 * 86_400_000
const REWRITE_STEP = 200

export interface OpenRating extends Sealed {
  id: string
  created_at: number
  terminal_id: string
  catalogue: string
}
export interface Acknowledgement {
  id: string
  status: Exclude<RatingStatus, 'rejected'>
}
export interface Rejection {
  id: string
  code: string
}
/** One answer of the server, as it is written down. `at` is the server's clock in milliseconds since 1970. */
export interface Settlement {
  epoch: string
  at: number
  acked: Acknowledgement[]
  rejected: Rejection[]
  rejected_under: string
}
export type Counts = Record<RatingState, number>

const states: RatingState[] = ['open', 'sealed', 'acked', 'rejected']
/** Everything in one state, in order of sequence. Arrays sort after numbers, so `[]` is the upper end. */
const all = (state: RatingState, after = -1) =>
  IDBKeyRange.bound([state, after], [state, []] as never, true, true) as IDBKeyRange

export class Store {
  #database = new Database()

  /** Opens the store, notes a loss the browser admits to, and returns the encryption key (made on first use). */
  async open(now: number): Promise<CryptoKey> {
    const fresh = await createKey()
    return this.#database.write(['keys', 'meta'], 'strict', async (tx) => {
      const { loss } = this.#database
      if (loss) await tx.objectStore('meta').put({ key: 'loss', message: loss, noticed_at: now })
      const known = await tx.objectStore('keys').get('body')
      if (!known) await tx.objectStore('keys').put(fresh, 'body')
      return known ?? fresh
    })
  }

  async meta<K extends MetaRecord['key']>(key: K): Promise<Extract<MetaRecord, { key: K }> | undefined> {
    const found = await this.#database.read(['meta'], (tx) => tx.objectStore('meta').get(key))
    return found as Extract<MetaRecord, { key: K }> | undefined
  }

  async putMeta(record: MetaRecord): Promise<void> {
    await this.#database.write(['meta'], 'strict', (tx) => tx.objectStore('meta').put(record))
  }

  /** Keeps a new pairing; the configuration belonged to the old one and goes in the same transaction. */
  async keepPairing(record: PairingRecord): Promise<void> {
    await this.#database.write(['meta'], 'strict', async (tx) => {
      const meta = tx.objectStore('meta')
      await meta.put(record)
      await meta.delete('config')
    })
  }

  /** Writes and flushes a few bytes. Throws `StoreFailure` while the store is ill. */
  async check(now: number): Promise<void> {
    await this.putMeta({ key: 'check', at: now })
  }

  /**
   * Writes the first tap, or amends it while it is open. Sequence and epoch are given in the same transaction as the
   * first tap, so a number is never spent without its record. Resolves on `oncomplete` of a strict transaction.
   * Throws `StoreFailure` when the store did not confirm, and when the record was sealed already.
   */
  async saveOpen(rating: OpenRating): Promise<void> {
    await this.#database.write(['ratings', 'meta'], 'strict', async (tx) => {
      const ratings = tx.objectStore('ratings')
      const known = await ratings.get(rating.id)
      if (known && known.state !== 'open') throw new Error('a sealed rating never changes')
      if (known) {
        await ratings.put({ ...known, iv: rating.iv, body: rating.body })
        return
      }
      const meta = tx.objectStore('meta')
      const device = ((await meta.get('device')) as DeviceRecord | undefined) ?? {
        key: 'device',
        epoch: crypto.randomUUID(),
        next_sequence: 1,
      }
      await ratings.put({ ...rating, schema: 1, state: 'open', epoch: device.epoch, sequence: device.next_sequence })
      await meta.put({ ...device, next_sequence: device.next_sequence + 1 })
    })
  }

  /** Ends the visit of `id`: from here on the record never changes. */
  async seal(id: string): Promise<void> {
    await this.#database.write(['ratings'], 'strict', async (tx) => {
      const ratings = tx.objectStore('ratings')
      const record = await ratings.get(id)
      if (!record) throw new Error('the rating to seal is not there')
      if (record.state === 'open') await ratings.put({ ...record, state: 'sealed' })
    })
  }

  /** Seals what a page that died left open, except the visit that is going on. Returns how many. */
  async sealLeftovers(current: string | null): Promise<number> {
    const open = await this.#list('open')
    const left = open.filter((record) => record.id !== current)
    for (const record of left) await this.seal(record.id)
    return left.length
  }

  /** Up to `limit` sealed records with a sequence above `after`, in order. */
  sealed(limit: number, after = -1): Promise<StoredRating[]> {
    return this.#list('sealed', limit, after)
  }

  #list(state: RatingState, limit?: number, after = -1): Promise<StoredRating[]> {
    return this.#database.read(['ratings'], (tx) =>
      tx.objectStore('ratings').index('state_sequence').getAll(all(state, after), limit),
    )
  }

  /**
   * Writes one answer down in one transaction: its own ids to `acked` or `rejected`. Only sealed records change, so an
   * answer that comes twice is harmless. If this write is lost in a power cut the records are merely sent again.
   */
  async settle(answer: Settlement): Promise<void> {
    await this.#database.write(['ratings'], 'default', async (tx) => {
      const ratings = tx.objectStore('ratings')
      for (const { id, status } of answer.acked) {
        const record = await ratings.get(id)
        if (record?.state !== 'sealed') continue
        const { code: _code, rejected_under: _under, ...rest } = record
        await ratings.put({
          ...rest,
          state: 'acked',
          ack_status: status,
          acked_at: answer.at,
          server_epoch: answer.epoch,
        })
      }
      await reject(tx, answer.rejected, answer.rejected_under)
    })
  }

  /** Puts sealed records into the visible list without an answer of the server: they failed alone, or cannot be read. */
  async setAside(rejected: Rejection[], under: string): Promise<void> {
    await this.#database.write(['ratings'], 'default', (tx) => reject(tx, rejected, under))
  }

  /**
   * Follows the server: kept copies that another epoch holds go back to the queue, and those with a sequence above
   * `resendAfter` when it asks for them (null = it does not; the same wish is obeyed once). The epoch is noted last:
   * a page that dies meanwhile begins again.
   */
  async follow(epoch: string, resendAfter: number | null): Promise<void> {
    const known = await this.meta('server')
    const wish = resendAfter === null || known?.resend_after === resendAfter ? Number.POSITIVE_INFINITY : resendAfter
    if (known?.epoch === epoch && wish === Number.POSITIVE_INFINITY) return
    await this.#rewrite('acked', (record) => {
      return record.server_epoch !== epoch || record.sequence > wish ? { ...record, state: 'sealed' } : null
    })
    const obeyed = resendAfter ?? (known?.epoch === epoch ? known.resend_after : undefined)
    await this.putMeta({ key: 'server', epoch, ...(obeyed === undefined ? {} : { resend_after: obeyed }) })
  }

  /** Sends rejected records again once the server or the tablet is another one; with `passing`, also failures without a verdict. */
  retryRejected(under: string, passing: boolean): Promise<void> {
    return this.#rewrite('rejected', (record) => {
      const again = record.rejected_under !== under || (passing && record.code?.startsWith('http_'))
      return again ? { ...record, state: 'sealed' } : null
    })
  }

  /** Deletes copies acknowledged more than fourteen days before `now` (the server's clock). */
  dropOldCopies(now: number): Promise<void> {
    return this.#rewrite('acked', ({ acked_at = now }) => (now - acked_at > KEEP_ACKED_MS ? 'delete' : null))
  }

  /**
   * Changes or deletes records of one state in small transactions: thousands in one would outlast the watchdog on a
   * slow disk, fail, and be tried again for ever. `change` returns null for what stays.
   */
  async #rewrite(state: RatingState, change: (record: StoredRating) => StoredRating | 'delete' | null): Promise<void> {
    for (let after = -1; ; ) {
      const page = await this.#list(state, REWRITE_STEP, after)
      const last = page.at(-1)
      if (!last) return
      after = last.sequence
      const ids = page.filter(change).map((record) => record.id)
      if (!ids.length) continue
      await this.#database.write(['ratings'], 'default', async (tx) => {
        const ratings = tx.objectStore('ratings')
        for (const id of ids) {
          // Read again: a sync round may have moved it on.
          const record = await ratings.get(id)
          const changed = record?.state === state ? change(record) : null
          if (changed === 'delete') await ratings.delete(id)
          else if (changed) await ratings.put(changed)
        }
      })
    }
  }

  async counts(): Promise<Counts> {
    return this.#database.read(['ratings'], async (tx) => {
      const index = tx.objectStore('ratings').index('state_sequence')
      const numbers = await Promise.all(states.map((state) => index.count(all(state))))
      return Object.fromEntries(states.map((state, i) => [state, numbers[i] ?? 0])) as Counts
    })
  }

  /** How many records were rejected, by code. */
  async rejectedCodes(): Promise<Record<string, number>> {
    const codes: Record<string, number> = {}
    for (const { code = 'unknown' } of await this.#list('rejected')) codes[code] = (codes[code] ?? 0) + 1
    return codes
  }

  /** The highest sequence of the present device epoch below which every record has an answer; null before the first tap. */
  async ackedThrough(): Promise<number | null> {
    const device = await this.meta('device')
    if (!device) return null
    const [open] = await this.#list('open', 1)
    const [sealed] = await this.#list('sealed', 1)
    return Math.min(open?.sequence ?? device.next_sequence, sealed?.sequence ?? device.next_sequence) - 1
  }
}

async function reject(tx: WriteTransaction, rejected: Rejection[], under: string): Promise<void> {
  const ratings = tx.objectStore('ratings')
  for (const { id, code } of rejected) {
    const record = await ratings.get(id)
    if (record?.state === 'sealed') await ratings.put({ ...record, state: 'rejected', code, rejected_under: under })
  }
}
