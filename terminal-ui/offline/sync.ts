/** Sends the queue: in order, in batches, again and again, until every id has come back. */
import { call } from './api.ts'
import { clockSession, elapsedMs, officeIso } from './clock.ts'
import { decrypt } from './crypto.ts'
import type { StoredRating } from './schema.ts'
import { BATCH, judge, retryDelay, type Sent, sendHalving } from './sync-policy.ts'
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

  constructor(tablet: Tablet) {
    this.#tablet = tablet
  }

  /** Tries now, or right after the round that is going on. */
  kick(): void {
    if (this.#running) this.#again = true
    else void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    clearTimeout(this.#timer)
    let delay: number | null
    do {
      this.#again = false
      // A store that fails while sending loses nothing: the records are where they were.
      delay = await this.#round().catch(() => retryDelay(++this.#failures, Math.random()))
    } while (this.#again && delay === null)
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
    const alone: { id: string; code: string }[] = []
    let [settled, stopped, after] = [false, false, -1]
    while (!stopped) {
      const records = await store.sealed(BATCH, after)
      const last = records.at(-1)
      if (!last) break
      after = last.sequence
      const items = await this.#read(records, under)
      if (!items.length) continue
      const half = await sendHalving(items, (part) => this.#send(part), 2 ** (Math.min(this.#failures, 10) + 1))
      for (const { item, code } of half.alone) alone.push({ id: item.id, code })
      settled ||= half.settled
      stopped = half.stopped
    }
    // Only where others got through is a record that failed alone the culprit; else the server is.
    if (settled && alone.length) await store.setAside(alone, under)
    await refreshCounts(this.#tablet)
    return this.#next(settled && !stopped)
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
    return patience === null ? delay : Math.max(delay, patience * 1000 * (1 + Math.random() / 4))
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
    const { store, pairing } = this.#tablet
    const acked_through = await store.ackedThrough()
    const reply = await call({
      method: 'POST',
      path: 'ratings',
      token: pairing.value?.token ?? '',
      body: {
        sent_at: officeIso(Date.now()),
        clock_session: clockSession(),
        sent_ms: elapsedMs(),
        ...(acked_through === null ? {} : { acked_through }),
        ratings: items.map((item) => item.rating),
      },
    })
    const verdict = judge(reply, new Set(items.map((item) => item.id)))
    if (reply && (verdict.kind === 'answered' || verdict.kind === 'unpaired')) {
      noteContact(this.#tablet, reply, false)
    }
    if (verdict.kind === 'halve') return { halve: verdict.code }
    if (verdict.kind === 'wait') this.#patience = verdict.seconds
    if (verdict.kind !== 'answered') return 'stop'
    const at = reply?.date ?? null
    const { epoch, acked, rejected, resend_after } = verdict
    await store.settle({ epoch, acked, rejected, at, rejected_under: rejectedUnder(this.#tablet) })
    await store.follow(epoch, resend_after)
    return 'settled'
  }
}
