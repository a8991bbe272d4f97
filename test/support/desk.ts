/** A counter with a tablet, a network that can be spoilt, and a ledger of what was said: where trials of faults take place. */
import type { Browser, BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import type { FleetTablet } from '../../server/contract/fleet.ts'
import type { Caller } from './app.ts'
import { type Complaints, eventually, newContext } from './browser.ts'
import { Ledger } from './ledger.ts'
import { createOffice, type Office } from './office.ts'
import { type BadNetwork, startBadNetwork } from './proxy.ts'
import type { Site } from './site.ts'
import { type Kept, type Level, TabletPage } from './tablet-page.ts'

export interface Desk {
  site: Site
  office: Office
  unit_id: number
  network: BadNetwork
  ledger: Ledger
  terminal_id: string
  code: string
  administrator: Caller
}

/** A unit of its own with `counters` counters, and a pairing code for a tablet at the first. */
export async function openDesk(
  t: Test,
  site: Site,
  { counters = 1, ...network }: { counters?: number } & Parameters<typeof startBadNetwork>[2] = {},
): Promise<Desk> {
  const office = await createOffice(site.db, { counters })
  const administrator = await site.staff('administrator')
  const { body } = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })
  const spoilt = await startBadNetwork(t, site.origin, network)
  return {
    site,
    office,
    administrator,
    unit_id: office.unit_id,
    network: spoilt,
    ledger: new Ledger(spoilt),
    terminal_id: body.terminal_id,
    code: body.pairing_code,
  }
}

/** A page of this tablet in a context; the ledger watches it. `at` (epoch ms): its clock, moved by `later()`. */
export async function openPage(context: BrowserContext, desk: Desk, at?: number): Promise<TabletPage> {
  await desk.ledger.watch(context)
  return TabletPage.open(context, desk.network.origin, at === undefined ? {} : { at })
}

interface PairedTablet {
  /** Epoch ms at which the page's clocks begin. */
  at: number
  /** Where its complaints are gathered. */
  complaints: Complaints[]
  /** Runs before the page's own script. */
  script?: () => void
  /** PIN of the service corner. */
  pin?: string
}

/** A tablet paired at a counter of its own, behind a network of its own, in a context of its own. */
export async function openPairedTablet(
  t: Test,
  site: Site,
  browser: Browser,
  { at, complaints, script, pin }: PairedTablet,
): Promise<{ tablet: TabletPage; desk: Desk }> {
  const desk = await openDesk(t, site)
  if (pin) {
    const set = await desk.administrator.post(`/api/v1/units/${desk.unit_id}/service-pin`, { pin })
    t.ok(set.status < 300, `the PIN is set: ${set.status}`)
  }
  const opened = await newContext(browser, { viewport: { width: 1280, height: 800 } })
  t.teardown(() => opened.context.close())
  complaints.push(opened.complaints)
  if (script) await opened.context.addInitScript(script)
  const tablet = await openPage(opened.context, desk, at)
  await tablet.pair(desk.code)
  return { tablet, desk }
}

/** A whole visit in as little time as a test can: the thanks go by, and what waits to be sent is tried again. */
export async function visit(tablet: TabletPage, level: Level): Promise<void> {
  await tablet.pick(level)
  await tablet.done()
  await tablet.later(4000)
  await tablet.shows('attract')
}

export async function visits(tablet: TabletPage, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) await visit(tablet, ((number % 5) + 1) as Level)
}

/** Lets the pauses between two tries go by until nothing waits any more; returns what the tablet keeps. */
export async function sendEverything(tablet: TabletPage, timeoutMs = 60_000): Promise<Kept[]> {
  let last: Kept[] = []
  return eventually(
    'nothing waits to be sent',
    async () => {
      await tablet.later(61_000)
      last = await tablet.queue()
      return last.every(({ state }) => state === 'acked' || state === 'rejected') && last
    },
    timeoutMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(last.map(({ state }) => state))}`)
  })
}

/** Checks all rules on the desk's unit; returns how many ratings they were checked on. */
export async function settle(t: Test, desk: Desk, queues: readonly Kept[], drained = true): Promise<number> {
  await desk.ledger.check(t, desk.site.db.query, desk.unit_id, queues, { drained })
  return desk.ledger.shown.size
}

/** What the fleet page says of the desk's tablet, after everything was counted. */
export async function fleetOf(desk: Desk): Promise<FleetTablet | undefined> {
  await desk.site.count()
  const { body } = await desk.administrator.get(`/api/v1/fleet?unit_id=${desk.unit_id}`)
  return (body.items as FleetTablet[]).find(({ terminal_id }) => terminal_id === desk.terminal_id)
}
