/** The three pilot offices at work: set up through the pages, rated through tablets, every tap also noted by hand. */
import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import type { CatalogueItem } from '../../server/contract/catalogue.ts'
import { createSetupLink } from '../../server/queries/setup.ts'
import { type Complaints, newContext } from './browser.ts'
import { Ledger } from './by-hand.ts'
import type { Place } from './expected-pages.ts'
import type { Site } from './site.ts'
import { ask, pageWords, settle } from './staff-page.ts'
import { type Level, TabletPage } from './tablet-page.ts'
import { goThrough, type Mark, type Said, type Tile, type Visit } from './visits.ts'

export const PASSWORD = 'ruộng bậc thang mùa nước đổ'
const vi = pageWords('vi')
const ROUND_MS = 90_000

export interface OpenTablet {
  tablet: TabletPage
  unit_id: string
  counter_id: string
  terminal_id: string
  /** How many visits it had. */
  visits: number
}

/** A tap that reaches the server from a tablet without a page. */
export interface PostedTap {
  at: string
  level: Level
  marks?: Mark[]
  comment?: string
  /** Accusations of the serious-matters card. */
  report?: string[]
}

export class Province {
  readonly ledger = new Ledger()
  readonly units: Place[] = []
  readonly tablets: OpenTablet[] = []
  /** What citizens wrote, by unit, and whether it belongs to the inspectors. */
  readonly written: { unit_id: string; counter_id: string; at: number; text: string; items: string[] }[] = []
  readonly complaints: Complaints[] = []
  /** Officer ids by name. */
  readonly officers = new Map<string, string>()
  admin!: Page
  #catalogue: { tiles: Tile[]; serious: Tile[] } | null = null
  readonly #tokens = new Map<string, { token: string; terminal_id: string; sequence: number; heard: number }>()

  constructor(
    readonly site: Site,
    readonly browser: Browser,
  ) {}

  /** A reader's own browser window. */
  async window(): Promise<Page> {
    const { context, complaints } = await newContext(this.browser, { viewport: { width: 1280, height: 800 } })
    this.complaints.push(complaints)
    return context.newPage()
  }

  /** Makes the first administrator from the one-time link, on the page. */
  async setUp(): Promise<void> {
    const link = await createSetupLink(this.site.pools, this.site.clock)
    this.admin = await this.window()
    await this.admin.goto(`${this.site.origin}/setup#${link?.token}`)
    await this.admin.getByLabel(vi['login.username'] as string, { exact: true }).fill('quantri')
    await this.admin.getByLabel(vi['login.password'] as string, { exact: true }).fill(PASSWORD)
    await this.admin.getByLabel(vi['password.again'] as string, { exact: true }).fill(PASSWORD)
    await this.admin.getByRole('button', { name: vi['setup.submit'] as string }).click()
    await settle(this.admin, 'admin')
    const { items: units } = (await ask(this.admin, 'GET', '/units')).body
    const { items: counters } = (await ask(this.admin, 'GET', '/counters')).body
    for (const { unit_id, name } of units) {
      const own = counters.filter((counter: { unit_id: string }) => counter.unit_id === unit_id)
      this.units.push({
        unit_id,
        name,
        counters: own.map(({ counter_id }: { counter_id: string }) => counter_id),
        officers: [],
        signed: 0,
      })
    }
    this.units.sort((a, b) => Number(a.unit_id) - Number(b.unit_id))
  }

  unit(place: number): Place {
    const unit = this.units[place]
    if (!unit) throw new Error(`no unit ${place}`)
    return unit
  }

  counter(unit: number, place: number): string {
    return this.unit(unit).counters[place - 1] as string
  }

  /** Creates through the administrator's session; fails the test when it is refused. */
  async create(noun: string, body: Record<string, unknown>) {
    const answer = await ask(this.admin, 'POST', `/${noun}`, body)
    if (answer.status !== 201) throw new Error(`${noun} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`)
    return answer.body
  }

  noteOfficer(unit: number, name: string, officerId: string): void {
    this.unit(unit).officers.push(officerId)
    this.officers.set(name, officerId)
  }

  /** `signedOn`: the day the commitments were signed; what lies ahead does not count yet. */
  async addOfficer(unit: number, name: string, signedOn: string | null = null): Promise<void> {
    const { unit_id } = this.unit(unit)
    const { officer_id } = await this.create('officers', { unit_id, name, signed_on: signedOn })
    this.noteOfficer(unit, name, officer_id)
    if (signedOn !== null && signedOn <= '2026-11-01') this.unit(unit).signed += 1
  }

  /** From a moment on, until changed. */
  async assign(unit: number, counter: number, officer: string, from: string): Promise<void> {
    const counter_id = this.counter(unit, counter)
    const officer_id = this.officers.get(officer)
    await this.create('assignments', { counter_id, officer_id, starts_at: from })
    this.ledger.roster.push({
      counter_id: Number(counter_id),
      officer_id: Number(officer_id),
      from: Date.parse(from),
      to: null,
    })
  }

  /** Asks for a code on the administrator's page, and types it on a tablet that has just been unpacked. */
  async pairTablet(unit: number, counter: number): Promise<OpenTablet> {
    const { unit_id } = this.unit(unit)
    const counter_id = this.counter(unit, counter)
    await this.admin.goto(`${this.site.origin}/admin/terminals?unit=${unit_id}`)
    await this.admin.getByLabel(vi['column.counter'] as string, { exact: true }).selectOption(counter_id)
    await this.admin.getByRole('button', { name: vi['pairing.create'] as string }).click()
    const code = await this.admin.locator('[data-pairing-code]').getAttribute('data-pairing-code')
    const { context, complaints } = await newContext(this.browser, { viewport: { width: 1280, height: 800 } })
    this.complaints.push(complaints)
    const tablet = await TabletPage.open(context, this.site.origin, { at: this.site.clock.now() })
    await tablet.pair(code as string)
    const { items } = (await ask(this.admin, 'GET', '/terminals')).body
    const paired = items.find((one: { counter_id: string; state: string }) => one.counter_id === counter_id)
    const open = { tablet, unit_id, counter_id, terminal_id: paired.terminal_id as string, visits: 0 }
    this.tablets.push(open)
    return open
  }

  /** The wall as this tablet's server describes it. */
  async catalogue() {
    if (!this.#catalogue) {
      const answer = await this.site.tablet((await this.#token(this.counter(0, 2))).token).get('/api/v1/terminal')
      const items = answer.body.catalogue.items as CatalogueItem[]
      const named = (integrity: boolean): Tile[] =>
        items
          .filter(({ kind }) => (kind === 'integrity') === integrity)
          .map(({ commitment, labels }) => ({
            commitment,
            kept: labels.vi?.kept ?? '',
            broken: labels.vi?.broken ?? '',
          }))
      this.#catalogue = { tiles: named(false), serious: named(true) }
    }
    return this.#catalogue
  }

  /** One visit at each tablet that has one, all at the same time; ends with the question on every screen, 90 s later. */
  async round(visits: readonly (Visit | null)[]): Promise<void> {
    const catalogue = await this.catalogue()
    const at = this.site.clock.now()
    await Promise.all(
      this.tablets.map(async (open, place) => {
        const visit = visits[place]
        if (!visit) return
        open.visits += 1
        this.#note(open, at, open.visits, ROUND_MS, await goThrough(open.tablet, visit, catalogue))
      }),
    )
    for (const half of [ROUND_MS / 2, ROUND_MS / 2]) {
      this.site.clock.advance(half)
      await Promise.all(this.tablets.map(({ tablet }) => tablet.later(half)))
      await Promise.all(this.tablets.map(({ tablet }) => tablet.shows('attract')))
    }
  }

  /** Moves every clock in the province to a moment. */
  async moveTo(moment: string): Promise<void> {
    const at = Date.parse(moment)
    this.site.clock.set(at)
    for (const { tablet } of this.tablets) await tablet.later(at - (await tablet.page.evaluate(() => Date.now())))
    await Promise.all(this.tablets.map(({ tablet }) => tablet.shows('attract')))
  }

  /** Lets a minute go by in which every tablet with a page tells that it is there. While time is jumped over, some are late. */
  async report(): Promise<void> {
    this.site.clock.advance(61_000)
    await Promise.all(
      this.tablets.map(async ({ tablet }) => {
        const told = tablet.page.waitForResponse((response) => response.url().endsWith('/heartbeat') && response.ok())
        await tablet.later(61_000)
        await told
      }),
    )
  }

  /** Sends taps of another tablet of this counter, as it would after some time without a network. */
  async post(unit: number, counter: number, taps: readonly PostedTap[]): Promise<void> {
    const counter_id = this.counter(unit, counter)
    const device = await this.#token(counter_id)
    const place = { unit_id: this.unit(unit).unit_id, counter_id, terminal_id: device.terminal_id }
    const ratings = taps.map(({ at, level, marks = [], comment, report = [] }) => {
      device.sequence += 1
      const said = { level, marks, report, ...(comment === undefined ? {} : { comment }) }
      this.#note(place, Date.parse(at), device.sequence, 4000, said)
      return {
        id: randomUUID(),
        scale: 'faces5',
        level,
        marks: [...marks, ...report.map((commitment) => ({ commitment, kept: false }))],
        language: 'vi',
        rated_at: at,
        device_epoch: `store of ${device.terminal_id}`,
        sequence: device.sequence,
        dwell_ms: 4000,
        ...(comment === undefined ? {} : { comment }),
      }
    })
    const answer = await this.site.tablet(device.token).post('/api/v1/ratings', {
      sent_at: new Date(this.site.clock.now()).toISOString(),
      ratings,
    })
    const refused = answer.body.results?.find(({ status }: { status: string }) => status !== 'stored')
    if (answer.status !== 200 || refused) throw new Error(JSON.stringify(refused ?? answer.body))
    // Posts are noted as a sign of life at most every half minute of real time, in which days go by here.
    await this.site.tablet(device.token).post('/api/v1/terminal/heartbeat', { queue_length: 0 })
    device.heard = this.site.clock.now()
  }

  #note(
    place: { unit_id: string; counter_id: string; terminal_id: string },
    at: number,
    sequence: number,
    dwell_ms: number,
    { level, marks, comment, report = [] }: Said,
  ): void {
    const { unit_id, counter_id, terminal_id } = place
    this.ledger.taps.push({
      id: `${terminal_id}/${sequence}`,
      unit_id: Number(unit_id),
      counter_id: Number(counter_id),
      terminal_id: Number(terminal_id),
      level,
      marks,
      at,
      sequence,
      dwell_ms,
      timed: true,
    })
    if (comment || report.length > 0) this.written.push({ unit_id, counter_id, at, text: comment ?? '', items: report })
  }

  /** Sets tablets up at these counters that only ever send, as long as the administrator's session lasts. */
  async prepare(places: readonly [unit: number, counter: number][]): Promise<void> {
    for (const [unit, counter] of places) await this.#token(this.counter(unit, counter))
  }

  async #token(counterId: string) {
    const known = this.#tokens.get(counterId)
    if (known) return known
    const { pairing_code, terminal_id } = await this.create('terminals', { counter_id: counterId, name: 'Máy thứ hai' })
    const { body } = await this.site.stranger.post('/api/v1/terminals/pair', { pairing_code })
    const heard = this.site.clock.now()
    const device = { token: body.terminal_token as string, terminal_id: terminal_id as string, sequence: 0, heard }
    this.#tokens.set(counterId, device)
    return device
  }

  /** How many tablets have not been heard of for a day; those with a page have just reported. */
  get silent(): number {
    const since = this.site.clock.now() - 24 * 3_600_000
    return [...this.#tokens.values()].filter(({ heard }) => heard < since).length
  }

  /** The same in one unit. */
  silentIn(unit: Place): number {
    const since = this.site.clock.now() - 24 * 3_600_000
    return [...this.#tokens].filter(([counter, { heard }]) => heard < since && unit.counters.includes(counter)).length
  }

  /** How many tablets there are in all, paired by page or not. */
  get paired(): number {
    return this.tablets.length + this.#tokens.size
  }
}
