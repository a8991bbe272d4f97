/** The queue's records: every change of state is one function and one transaction here. */
import { createKey, type Sealed } from './crypto.ts'
import { Database, type WriteTransaction } from './database.ts'
import { ensureNumbers, keptMarker, type Marker, nextLife } from './marker.ts'
import { Records } from './records.ts'
import type { DeviceRecord, LossRecord, MetaRecord, PairingRecord } from './schema.ts'
import { acknowledge, isWished, reject } from './settle.ts'
import type { Rejection, Settlement } from './sync-policy.ts'

/** For how long a loss of the store is told. */
export const TELL_LOSS_MS = 14 * 86_400_000

export interface OpenRating extends Sealed {
  id: string
  created_at: number
  terminal_id: string
  catalogue: string
}

/** What a store made anew under a running page takes over. */
const inherited = new Set<MetaRecord['key']>(['pairing', 'config'])

export class Store {
  readonly #database = new Database()
  readonly records = new Records(this.#database)
  /** As last written: this page alone owns the store, and somebody stands there while it would be read again. */
  #device: DeviceRecord | null = null
  /** Visits that began on this page and are not sealed. */
  #begun = new Set<string>()
  #marker: Marker | null = null

  /** Opens the store, notes a loss of it, and returns the encryption key (made on first use). */
  async open(now: number): Promise<CryptoKey> {
    const fresh = await createKey()
    this.#marker = keptMarker.get()
    const key = await this.#database.write(['keys', 'meta'], 'strict', async (tx) => {
      const known = await tx.objectStore('keys').get('body')
      if (!known) await tx.objectStore('keys').put(fresh, 'body')
      await this.#numbers(tx, now)
      return known ?? fresh
    })
    this.#database.heirlooms.key = key
    this.#database.loss = null
    return key
  }

  /** The pairing the tablet had before its store was lost; null when it had none, or the store knows better. */
  spare(): { terminal_id: string; token: string } | null {
    const marker = this.#marker
    return marker?.token === undefined ? null : { terminal_id: marker.terminal_id, token: marker.token }
  }

  async meta<K extends MetaRecord['key']>(key: K): Promise<Extract<MetaRecord, { key: K }> | undefined> {
    const found = await this.#database.read(['meta'], (tx) => tx.objectStore('meta').get(key))
    if (found && inherited.has(key)) this.#database.heirlooms.meta.set(key, found)
    return found as Extract<MetaRecord, { key: K }> | undefined
  }

  async putMeta(record: MetaRecord): Promise<void> {
    await this.#database.write(['meta'], 'strict', (tx) => tx.objectStore('meta').put(record))
    if (inherited.has(record.key)) this.#database.heirlooms.meta.set(record.key, record)
  }

  /**
   * Keeps a new pairing; the configuration belonged to the old one and goes in the same transaction. Another pairing
   * begins another row of numbers: it may be in another unit, where half a row would look like a loss.
   */
  async keepPairing(record: PairingRecord, token: string): Promise<void> {
    const { terminal_id } = record
    const numbers = await this.#database.write(['meta'], 'strict', async (tx) => {
      const meta = tx.objectStore('meta')
      const left = (await meta.get('pairing')) as PairingRecord | undefined
      const device = (await meta.get('device')) as DeviceRecord | undefined
      await meta.put(record)
      await meta.delete('config')
      if (!device || !left || left.terminal_id === terminal_id) return device
      const anew = nextLife(device)
      await meta.put(anew)
      return anew
    })
    const { meta } = this.#database.heirlooms
    meta.set('pairing', record)
    meta.delete('config')
    this.#device = null
    this.#mark({ epoch: numbers?.epoch ?? '', next: numbers?.next_sequence ?? 1, terminal_id, token })
  }

  /** The numbers to go on with; undefined before the first tap. Notes it when the store was lost. */
  #numbers(tx: WriteTransaction, now: number): Promise<DeviceRecord | undefined> {
    return ensureNumbers(tx, { marker: this.#marker, said: this.#database.loss, now })
  }

  #mark(marker: Marker): void {
    this.#marker = marker
    keptMarker.set(marker)
  }

  /** A loss is told with each heartbeat for 14 days, then it is history. `now` is the server's clock. */
  async noteTold(loss: LossRecord, now: number): Promise<void> {
    if (loss.told_at === undefined) await this.putMeta({ ...loss, told_at: now })
    else if (now - loss.told_at > TELL_LOSS_MS) {
      await this.#database.write(['meta'], 'strict', (tx) => tx.objectStore('meta').delete('loss'))
    }
  }

  /** Writes and flushes a few bytes. Throws `StoreFailure` while the store is ill. */
  check(now: number): Promise<void> {
    return this.putMeta({ key: 'check', at: now })
  }

  /**
   * Writes the first tap, or amends it while it is open. Sequence and epoch are given in the same transaction as the
   * first tap, so a number is never spent without its record. Resolves on `oncomplete` of a strict transaction.
   * Throws `StoreFailure` when the store did not confirm, and when the record was sealed already.
   */
  async saveOpen(rating: OpenRating): Promise<void> {
    if (this.#begun.has(rating.id)) return this.#amend(rating)
    let next: DeviceRecord | null = null
    try {
      await this.#database.write(['ratings', 'meta'], 'strict', async (tx) => {
        const meta = tx.objectStore('meta')
        const { loss } = this.#database
        const device = this.#device ??
          (await this.#numbers(tx, rating.created_at)) ?? {
            key: 'device',
            epoch: crypto.randomUUID(),
            next_sequence: 1,
          }
        const { epoch, next_sequence: sequence } = device
        next = { ...device, next_sequence: sequence + 1 }
        await Promise.all([
          meta.put(next),
          tx.objectStore('ratings').put({ ...rating, schema: 1, state: 'open', epoch, sequence }),
          // Lost under this page, which knows its numbers: they go on, and what never comes is a gap in them.
          ...(loss && this.#device ? [meta.put({ key: 'loss', message: loss, noticed_at: rating.created_at })] : []),
        ])
      })
    } catch (error) {
      // Perhaps it was written after all: what comes next is read, not remembered.
      this.#device = null
      throw error
    }
    this.#device = next
    this.#begun.add(rating.id)
    this.#database.loss = null
    const { epoch, next_sequence } = next as unknown as DeviceRecord
    this.#mark({ ...this.#marker, epoch, next: next_sequence, terminal_id: rating.terminal_id })
  }

  #amend({ id, iv, body }: OpenRating): Promise<void> {
    return this.#database.write(['ratings'], 'strict', async (tx) => {
      const ratings = tx.objectStore('ratings')
      const known = await ratings.get(id)
      if (known?.state !== 'open') throw new Error('a sealed rating never changes')
      await ratings.put({ ...known, iv, body })
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
    this.#begun.delete(id)
  }

  /** Seals what a page that died left open, except the visit that is going on. Returns how many. */
  async sealLeftovers(current: string | null): Promise<number> {
    const open = await this.records.list('open')
    const left = open.filter((record) => record.id !== current)
    for (const record of left) await this.seal(record.id)
    return left.length
  }

  /**
   * Writes one answer down in one transaction: its own ids to `acked` or `rejected`. Only sealed records change, so an
   * answer that comes twice is harmless. If this write is lost in a power cut the records are merely sent again.
   */
  async settle(answer: Settlement): Promise<void> {
    await this.#database.write(['ratings'], 'default', async (tx) => {
      await acknowledge(tx, answer)
      await reject(tx, answer.rejected, answer.rejected_under)
    })
  }

  /** Puts sealed records into the visible list without an answer of the server: they failed alone, or cannot be read. */
  async setAside(rejected: Rejection[], under: string): Promise<void> {
    await this.#database.write(['ratings'], 'default', (tx) => reject(tx, rejected, under))
  }

  /**
   * Follows the server: kept copies that another epoch holds go back to the queue, and those it asks for with
   * `resendAfter`: a number means a sequence above it, a time means acknowledged then or later, and null nothing. The same
   * wish is obeyed once. The epoch is noted last: a page that dies meanwhile begins again.
   */
  async follow(epoch: string, resendAfter: number | string | null): Promise<void> {
    const known = await this.meta('server')
    const wish = resendAfter === null || known?.resend_after === resendAfter ? null : resendAfter
    if (known?.epoch === epoch && wish === null) return
    await this.records.rewrite('acked', (record) => {
      return record.server_epoch !== epoch || isWished(record, wish) ? { ...record, state: 'sealed' } : null
    })
    const obeyed = resendAfter ?? (known?.epoch === epoch ? known.resend_after : undefined)
    await this.putMeta({ key: 'server', epoch, ...(obeyed === undefined ? {} : { resend_after: obeyed }) })
  }

  /** Sends rejected records again once the server or the tablet is another one; with `passing`, also failures without a verdict. */
  retryRejected(under: string, passing: boolean): Promise<void> {
    return this.records.rewrite('rejected', (record) => {
      const again = record.rejected_under !== under || (passing && record.code?.startsWith('http_'))
      return again ? { ...record, state: 'sealed' } : null
    })
  }

  /**
   * Deletes the copies that a backup of this epoch holds: those acknowledged under a smaller generation. No clock has a
   * say in it. Copies of which the server did not say the generation stay.
   */
  async dropBackedUp(epoch: string, generation: number): Promise<void> {
    const server = await this.meta('server')
    if (server?.epoch !== epoch || server.backed_up_generation === generation) return
    await this.records.rewrite('acked', ({ server_epoch, backup_generation }) => {
      const inBackup = server_epoch === epoch && backup_generation !== undefined && backup_generation < generation
      return inBackup ? 'delete' : null
    })
    await this.putMeta({ ...server, backed_up_generation: generation })
  }

  /** Deletes the `count` oldest acknowledged copies: there is no room left. */
  async dropCopies(count: number): Promise<void> {
    const oldest = await this.records.list('acked', count)
    const ids = new Set(oldest.map(({ id }) => id))
    await this.records.rewrite('acked', ({ id }) => (ids.has(id) ? 'delete' : null))
  }

  /** The highest sequence of the present device epoch below which every record has an answer; null before the first tap. */
  async ackedThrough(): Promise<number | null> {
    const device = await this.meta('device')
    if (!device) return null
    const [open] = await this.records.list('open', 1)
    const [sealed] = await this.records.list('sealed', 1)
    return Math.min(open?.sequence ?? device.next_sequence, sealed?.sequence ?? device.next_sequence) - 1
  }
}
