/** What was said, kept and answered, gathered outside of the code under test, and the rules that must hold between the sets. */
import type { BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import type { BadNetwork } from './proxy.ts'
import type { Kept } from './tablet-page.ts'

type Query = <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>

/** C, A and what was sent; D and X are read from the database, Q from the tablets, when the rules are checked. */
export class Ledger {
  /** C: ids whose "recorded" was on the screen. */
  readonly shown = new Set<string>()
  /** Ids for which a server answered `stored`, `duplicate` or `quarantined`, whether or not the answer arrived. */
  readonly answered = new Set<string>()
  /** A: those of them whose answer was handed to the tablet whole. */
  readonly acknowledged = new Set<string>()
  /** Ids in a body that left a tablet. */
  readonly sent = new Set<string>()
  readonly statuses: Record<string, number> = {}
  readonly #seen = new Set<string>()
  readonly #listeners: ((id: string) => void)[] = []
  readonly #watched = new WeakSet<BrowserContext>()

  constructor(network?: BadNetwork) {
    network?.watch(({ path, asked, status, answered, delivered }) => {
      if (!path.startsWith('/api/v1/ratings')) return
      const { ratings } = JSON.parse(asked) as { ratings: { id: string }[] }
      for (const { id } of ratings) this.sent.add(id)
      if (status !== 200) return
      const { results } = JSON.parse(answered) as { results: { id: string; status: string }[] }
      for (const { id, status: said } of results) {
        this.statuses[said] = (this.statuses[said] ?? 0) + 1
        if (said === 'rejected') continue
        this.answered.add(id)
        if (delivered) this.acknowledged.add(id)
      }
    })
  }

  /**
   * Watches the pages of a context: the id of the last record that was put, when the second screen or the thanks appear.
   * Call it before the first page of the context opens; once more does nothing.
   */
  async watch(context: BrowserContext): Promise<void> {
    if (this.#watched.has(context)) return
    this.#watched.add(context)
    await context.exposeBinding('__recorded', (_source, id: string) => {
      this.shown.add(id)
      for (const listener of this.#listeners) listener(id)
    })
    await context.addInitScript(() => {
      let last = ''
      let before = ''
      const put = IDBObjectStore.prototype.put
      IDBObjectStore.prototype.put = function (value, key) {
        if (this.name === 'ratings' && value?.state === 'open') last = value.id
        return put.call(this, value, key)
      }
      new MutationObserver(() => {
        const screen = document.querySelector('main')?.dataset.screen ?? ''
        if (screen === before) return
        before = screen
        const told = (globalThis as unknown as { __recorded: (id: string) => void }).__recorded
        if (last && (screen === 'marks' || screen === 'thanks')) told(last)
      }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-screen'] })
    })
  }

  /** Called at the very moment an id is shown as recorded: where faults strike. */
  onShown(listener: (id: string) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Checks every rule for one unit. `queues` are what the tablets keep now, kept copies and the visible list included.
   * Returns how many ratings the rules were checked on.
   */
  async check(
    t: Test,
    query: Query,
    unitId: number,
    queues: readonly Kept[],
    { drained = false } = {},
  ): Promise<{ rows: number; quarantined: number }> {
    const select = async (text: string) =>
      (await query<{ rating_id: string }>(text, [unitId])).map(({ rating_id }) => rating_id)
    const rows = await select('select rating_id from ratings where unit_id = $1')
    rows.push(...(await select('select rating_id from undated_ratings where unit_id = $1')))
    const quarantine = await select('select rating_id from quarantine where unit_id = $1')
    const stored = new Set([...rows, ...quarantine])
    const kept = new Set(queues.map(({ id }) => id))
    for (const id of [...kept, ...this.shown]) this.#seen.add(id)
    const outside = (ids: Iterable<string>, ...sets: ReadonlySet<string>[]) =>
      [...ids].filter((id) => !sets.some((set) => set.has(id)))
    t.same(outside(this.answered, stored), [], 'what was acknowledged is stored')
    t.same(outside(this.shown, stored, kept), [], 'what was shown as recorded is stored or still on a tablet')
    t.equal(rows.length, new Set(rows).size, 'one row for each id')
    t.same(outside(rows, this.sent), [], 'nothing is stored that nobody sent')
    t.same(outside(this.#seen, kept, this.acknowledged), [], 'nothing left a tablet unless its own id came back')
    if (drained) t.same(outside(this.shown, stored), [], 'everything arrived')
    return { rows: rows.length, quarantined: quarantine.length }
  }
}
