/** Sends the queue: in order, in batches, again and again, until every id has come back. */
import { call } from './api.ts'
import { clockSession, elapsedMs, officeIso } from './clock.ts'
import { decrypt } from './crypto.ts'
import { padBatch } from './padding.ts'
import type { StoredRating } from './schema.ts'
import { type Alone, BATCH, judge, retryDelay, type Sent, sendHalving, sentAs, stillAlone } from './sync-policy.ts'
import { noteContact, refreshCounts, rejectedUnder, type Tablet } from './tablet.ts'

interface Item {
  id: string
  rating: Record<string, unknown>
}

export class Sync {
  readonly #tablet: Tablet
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #running = false
  #again = false
  /** A new page gives records that failed without a verdict another chance. */
  #first = true
  /** Seconds the server asked to be left alone for; read once after a round. */
  #patience: number | null = null
  /** Monotonic moment before which nothing is sent, whoever asks: the server's own wish. */
  #quietUntil = 0
  /** Rounds in a row that ended without an answer although the server answered other calls since the one before. */
  #silentRounds = 0
  #contact: number | null = null
  /** The last round got through: what was sealed meanwhile need not wait. */
  #well = false

  constructor(tablet: Tablet) {
    this.#tablet = tablet
  }

  /** Tries now, or right after the round that is going on, or when the time the server asked for is over. */
  kick(): void {
    if (this.#running) this.#again = true
    else if (elapsedMs() >= this.#quietUntil) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    clearTimeout(this.#timer)
    let delay: number | null
    do {
      this.#again = false
      // A store that fails while sending loses nothing: the records are where they were.
      this.#well = false
      delay = await this.#round().catch(() => retryDelay(++this.#failures, Math.random()))
    } while (this.#again && (delay === null || this.#well))
    this.#running = false
    if (delay !== null) this.#timer = setTimeout(() => this.kick(), delay)
  }

  /** One pass over the queue. Returns the milliseconds to the next try; null = nothing is left to send. */
  async #round(): Promise<number | null> {
    const { store, pairing, current } = this.#tablet
    if (!pairing.value) return null
    await store.sealLeftovers(current.id)
    const under = rejectedUnder(this.#tablet)
    if (this.#first) await store.retryRejected(under, true)
    this.#first = false
    const alone: Alone<Item>[] = []
    const send = (part: Item[]) => this.#send(part)
    let [settled, stopped] = [false, false]
    const ids = await store.records.ids('sealed')
    for (let from = 0; from < ids.length && !stopped; from += BATCH) {
      const items = await this.#read(await store.records.of(ids.slice(from, from + BATCH), 'sealed'), under)
      if (!items.length) continue
      const half = await sendHalving(items, send, 2 ** (Math.min(this.#failures, 10) + 1))
      alone.push(...half.alone)
      settled ||= half.settled
      stopped = half.stopped
    }
    // Only where others got through is a record that failed alone the culprit; else the server is.
    const culprits = settled ? await stillAlone(alone, send) : []
    if (culprits.length) {
      const codes = culprits.map(({ item, code }) => ({ id: item.id, code }))
      await store.setAside(codes, under)
    }
    await refreshCounts(this.#tablet)
    this.#noteSilence(settled)
    this.#well = settled && !stopped
    return this.#next(this.#well)
  }

  /** A server that is gone altogether is no sign against the batch: only rounds with a contact in between count. */
  #noteSilence(settled: boolean): void {
    const contact = this.#tablet.link.value.last_contact
    if (settled) this.#silentRounds = 0
    else if (contact !== null && contact !== this.#contact) this.#silentRounds++
    this.#contact = contact
  }

  #next(well: boolean): number | null {
    const patience = this.#patience
    this.#patience = null
    if (this.#tablet.link.value.counts.sealed === 0) {
      this.#failures = 0
      return null
    }
    if (well) this.#failures = 0
    const delay = retryDelay(this.#failures++, Math.random())
    if (patience === null) return delay
    this.#quietUntil = elapsedMs() + patience * 1000
    return Math.max(delay, patience * 1000 * (1 + Math.random() / 4))
  }

  async #read(records: StoredRating[], under: string): Promise<Item[]> {
    const items: Item[] = []
    for (const record of records) {
      try {
        const body = (await decrypt(this.#tablet.key, record.id, record)) as Record<string, unknown>
        // Epoch and sequence were given inside the transaction of the first tap, after the body was encrypted.
        items.push({ id: record.id, rating: { ...body, device_epoch: record.epoch, sequence: record.sequence } })
      } catch {
        await this.#tablet.store.setAside([{ id: record.id, code: 'unreadable' }], under)
      }
    }
    return items
  }

  async #send(items: Item[]): Promise<Sent> {
    const { store } = this.#tablet
    const pairing = this.#tablet.pairing.value
    const acked_through = await store.ackedThrough()
    const batch = {
      sent_at: officeIso(Date.now()),
      clock_session: clockSession(),
      sent_ms: elapsedMs(),
      ...(acked_through === null ? {} : { acked_through }),
      ratings: items.map((item) => item.rating),
    }
    const body = padBatch(batch, this.#tablet.config.value?.api_revision)
    const reply = await call({ method: 'POST', path: 'ratings', token: pairing?.token ?? '', body })
    const verdict = judge(reply, new Set(items.map((item) => item.id)))
    const ours = verdict.kind === 'answered' || verdict.kind === 'unpaired'
    // What is said of a token that was replaced meanwhile does not end the new pairing.
    if (reply && ours && this.#tablet.pairing.value === pairing) noteContact(this.#tablet, reply, false)
    if (verdict.kind === 'wait') this.#patience = verdict.seconds
    if (verdict.kind !== 'answered') return sentAs(verdict, this.#silentRounds)
    const at = reply?.date ?? null
    const { epoch, acked, rejected, resend_after, backup_generation } = verdict
    const rejected_under = rejectedUnder(this.#tablet)
    await store.settle({ epoch, acked, rejected, at, backup_generation, rejected_under })
    await store.follow(epoch, resend_after)
    return 'settled'
  }
}
