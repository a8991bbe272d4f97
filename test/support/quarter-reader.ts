/** Everything that each role can read of one unit on one day, and what of it is a sum of which steps. */
import { unzipSync } from 'fflate'
import type { Board } from '../../server/contract/boards.ts'
import type { Figure } from '../../server/contract/figures.ts'
import type { OfficerReport, SeriesReport, UnitReport } from '../../server/contract/reports.ts'
import type { Caller, TestApp } from './app.ts'
import type { Office } from './office.ts'
import { OwnRemarks } from './own-remarks.ts'
import { type Known, type Publications, plus } from './publications.ts'

export const FIRST = '2026-09-01'
export const LAST = '2026-11-29'
const HOUR = 3_600_000
/** How many quarters are lived through. */
export const QUARTERS = Number(process.env.QUARTERS ?? 1)
/** More is read of each, and more often: `npm run test:disclosure`. The mutants do without. */
export const THOROUGH = process.env.THOROUGH === '1'
/** Ends of the ranges that are asked for: a whole month, parts of months, the quarter, single days. */
const EDGES = THOROUGH ? [FIRST, '2026-09-18', '2026-10-01', '2026-10-31', LAST] : [FIRST, '2026-09-18', LAST]

type Span = { from: string; to: string }
const RANGES: Span[] = EDGES.flatMap((from, index) => EDGES.slice(index).map((to) => ({ from, to })))
const query = ({ from, to }: Span) => `from=${from}&to=${to}`
export const dayOf = (at: number) => new Date(at + 7 * HOUR).toISOString().slice(0, 10)

/** Something read, and whether a number stood there. */
type Shown = Known & { shown: boolean }

// biome-ignore lint/suspicious/noExplicitAny: whatever came back is compared
type Ask = (who: Caller, name: string, url: string) => Promise<any>

export interface People {
  leader: Caller
  clerk: Caller
  commission: Caller
  administrator: Caller
  inspector: Caller
  officers: Caller[]
}

/** Reads on one day what can be read: `known` are its sums of steps, `bodies` every answer as it came. */
export class Reader {
  readonly known: Known[] = []
  readonly wrong: string[] = []
  /** Workbooks about officers that told something. */
  takenOut = 0
  #looks = 0
  /** Months that the public board gave a number of, as it gave them. */
  readonly #board = new Map<string, string>()
  months = 0
  /** Remarks in lists of officers that were read. */
  remarks = 0
  readonly own: OwnRemarks
  readonly #server: TestApp
  readonly #office: Office
  readonly #people: People
  readonly #published: Publications

  constructor(server: TestApp, office: Office, people: People, published: Publications) {
    this.#server = server
    this.#office = office
    this.#people = people
    this.#published = published
    this.own = new OwnRemarks(server.db, office.unit_id, published)
  }

  async read(): Promise<Map<string, string>> {
    const bodies = new Map<string, string>()
    const today = dayOf(this.#server.clock.now())
    const unit = String(this.#office.unit_id)
    const { officers, leader, clerk, commission, administrator, inspector } = this.#people
    const ask = async (who: Caller, name: string, url: string) => {
      const { status, body } = await who.get(url)
      if (status !== 200) throw new Error(`${name} ${url}: ${status} ${JSON.stringify(body)}`)
      bodies.set(`${name} ${url}`, JSON.stringify(withoutLive(body)))
      return body
    }
    for (const range of RANGES) {
      const asked = `/api/v1/reports/units/${unit}?${query(range)}`
      const inside = (await ask(leader, 'leader', `${asked}&compare=previous`)) as UnitReport
      this.#learnUnit(`leader ${today}`, range, inside)
      const { previous } = inside
      if (previous) this.#learn(`leader ${today} before`, previous.figure, previous, () => true)
      const seen = await ask(clerk, 'clerk', `/api/v1/reports/units/${unit}?${query(range)}`)
      if (JSON.stringify(seen.figure) !== JSON.stringify(inside.figure))
        this.wrong.push(`clerk ${today}: another figure`)
      // Below the unit the province sees the same steps; its unit total is live, and everything at once is its right.
      const above = (await ask(commission, 'commission', `/api/v1/reports/units/${unit}?${query(range)}`)) as UnitReport
      for (const part of ['officers', 'counters', 'unattributed', 'response'] as const) {
        if (JSON.stringify(above[part]) !== JSON.stringify(inside[part]))
          this.wrong.push(`commission ${today}: ${part}`)
      }
      if (!THOROUGH && range.to !== LAST) continue
      for (const [place, counter] of this.#office.counters.entries()) await this.#readPart(ask, range, place, counter)
      for (const [place, officer] of this.#office.officers.entries()) {
        const own = await ask(officers[place] as Caller, `officer ${officer}`, `/api/v1/reports/me?${query(range)}`)
        this.#learnOfficer(`officer ${officer} ${today}`, officer, range, own as OfficerReport)
      }
    }
    const whole = { from: FIRST, to: LAST }
    for (const officer of this.#office.officers) {
      for (const who of [leader, administrator]) {
        const report = await ask(who, 'above', `/api/v1/reports/officers/${officer}?${query(whole)}`)
        this.#learnOfficer(`above ${today}`, officer, whole, report as OfficerReport)
      }
    }
    for (const [name, who] of [
      ['leader', leader],
      ['clerk', clerk],
    ] as const) {
      await ask(who, name, `/api/v1/reports/units?${query(whole)}&compare=previous`)
      for (const grain of ['week', 'month']) {
        const series = await ask(who, name, `/api/v1/reports/units/${unit}/series?grain=${grain}&${query(whole)}`)
        for (const { from, to, figure } of (series as SeriesReport).points)
          this.#learn(`${name} ${today} ${grain}`, figure, { from, to }, () => true)
      }
      await ask(who, name, `/api/v1/visits?unit_id=${unit}&${query(whole)}`)
      await ask(who, name, `/api/v1/units/${unit}/roster-gaps?from=2026-11-01&to=${LAST}`)
    }
    await ask(inspector, 'inspector', '/api/v1/integrity-reports')
    for (const [place, officer] of this.#office.officers.entries()) {
      const url = `/api/v1/reports/me/remarks?${query(whole)}`
      const { items } = await ask(officers[place] as Caller, `officer ${officer}`, url)
      this.remarks += items.length
      if (JSON.stringify(items) !== JSON.stringify(await this.own.expected(officer, today)))
        this.wrong.push(`officer ${officer} ${today}: other remarks than their steps bring`)
    }
    for (const who of [leader, commission]) {
      await ask(who, 'episodes', `/api/v1/reports/units/${unit}/episodes?${query(whole)}`)
      await ask(who, 'proposals', '/api/v1/proposals')
      await ask(who, 'remarks', `/api/v1/reports/units/${unit}/remarks?${query(whole)}`)
    }
    if (today > FIRST) await this.#download(today, unit)
    if (this.#looks % 6 === 5) for (const officer of this.#office.officers) await this.#takeOut(today, officer)
    this.#looks += 1
    return bodies
  }

  /** One counter, asked for by itself or by its service: figure, days, the time before, weeks; the province sees the same. */
  async #readPart(ask: Ask, range: Span, place: number, counter: number): Promise<void> {
    const today = dayOf(this.#server.clock.now())
    const url = `/api/v1/reports/units/${this.#office.unit_id}`
    // The one by its number, the other by its service, each time the same: answers are compared with those of the last look.
    const part = place === 0 ? `counter_id=${counter}` : `service=${encodeURIComponent('Đất đai')}`
    const asked = `${query(range)}&${part}`
    const own = (at: number) => at === counter
    const inside = (await ask(this.#people.leader, 'leader', `${url}?${asked}&compare=previous`)) as UnitReport
    const what = `leader ${today} only counter ${counter}`
    this.#learn(what, inside.figure, range, own)
    if (inside.previous) this.#learn(`${what} before`, inside.previous.figure, inside.previous, own)
    for (const { date, figure } of inside.steps) this.#learn(`${what} day`, figure, { from: date, to: date }, own)
    const above = (await ask(this.#people.commission, 'commission', `${url}?${asked}`)) as UnitReport
    if (JSON.stringify(above.figure) !== JSON.stringify(inside.figure)) this.wrong.push(`commission ${what}`)
    const series = (await ask(this.#people.leader, 'leader', `${url}/series?grain=week&${asked}`)) as SeriesReport
    for (const { from, to, figure } of series.points) this.#learn(`${what} week`, figure, { from, to }, own)
  }

  /** A file holds what the page holds: counters line by line, as text and as a spreadsheet. */
  async #download(today: string, unit: string): Promise<void> {
    const range = { from: FIRST, to: today }
    const draft = (format: string) =>
      this.#people.leader.get(`/api/v1/issued-reports/draft?${query(range)}&unit_id=${unit}&format=${format}`)
    const csv = (await draft('csv')).file.toString('utf8')
    const book = unzipSync((await draft('xlsx')).file)
    const cells = Object.entries(book).flatMap(([name, bytes]) =>
      name.endsWith('.xml') ? [Buffer.from(bytes).toString('utf8')] : [],
    )
    for (const [place, counter] of this.#office.counters.entries()) {
      const steps = this.#of((piece) => piece.counter === counter && !piece.aside, range)
      const n = this.#count(steps.pieces)
      const line = csv.split('\r\n').find((row) => row.startsWith(`Quầy ${place + 1}`)) ?? ''
      const told = line.split(/[;,]/)[3] ?? ''
      if (told !== (n === 0 || n >= 5 ? String(n) : '')) this.wrong.push(`csv ${today}: ${line}, steps say ${n}`)
      if (n >= 5 && !cells.some((xml) => xml.includes(`<v>${n}</v>`))) this.wrong.push(`xlsx ${today}: no ${n}`)
      this.known.push({ ...steps, what: `csv ${today} counter ${counter}` })
    }
  }

  /** What anybody may read: a month as it is when it is frozen, and the same ever after. */
  async readBoard(): Promise<void> {
    const { status, body } = await this.#server.stranger.get(`/api/v1/boards/${this.#office.unit_id}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    const { month } = body as Board
    if (month === null) return
    const [before, now] = [this.#board.get(month.month), JSON.stringify(month)]
    this.#board.set(month.month, now)
    if (before !== undefined) {
      if (before !== now) this.wrong.push(`board ${month.month}: ${before} became ${now}`)
      return
    }
    if (month.n !== null && month.n > 0) this.months += 1
    const to = dayOf(Date.parse(`${month.month}T07:00:00+07:00`) + 31 * 24 * HOUR).slice(0, 8)
    const range = { from: month.month, to: dayOf(Date.parse(`${to}01T07:00:00+07:00`) - 24 * HOUR) }
    this.#learn('board', { n: month.n, levels: null, set_aside: month.set_aside }, range, () => true)
  }

  /** What is held about an officer: the sheet of figures says what their page says. */
  async #takeOut(today: string, officer: number): Promise<void> {
    const { file } = await this.#people.administrator.get(`/api/v1/officers/${officer}/data`)
    const sheet = Buffer.from(unzipSync(file)['xl/worksheets/sheet7.xml'] ?? []).toString('utf8')
    const cell = (column: string) => new RegExp(`<c r="${column}2"[^>]*><v>(\\d+)</v>`).exec(sheet)?.[1]
    const number = (column: string) => (cell(column) === undefined ? null : Number(cell(column)))
    const figure = { n: number('E'), levels: null, set_aside: number('D') }
    // The database made these officers today, so that for those who never served there is no time to tell of.
    if (sheet.includes('r="A2"')) this.takenOut += 1
    else return
    this.#learn(`data of ${officer} ${today}`, figure, { from: FIRST, to: today }, (_, of) => of === officer)
  }

  #of(wanted: (piece: Publications['pieces'][number]) => boolean, { from, to }: Span): Known {
    const pieces = new Map<number, number>()
    for (const [index, piece] of this.#published.pieces.entries()) {
      if (from <= piece.day && piece.day <= to && wanted(piece)) pieces.set(index, 1)
    }
    return { what: '', kind: 'figure', pieces }
  }

  #count(pieces: ReadonlyMap<number, number>): number {
    let n = 0
    for (const index of pieces.keys()) for (const level of this.#published.pieces[index]?.levels ?? []) n += level
    return n
  }

  /** Notes what a figure is a sum of, and that it says nothing else. What is withheld may be worked out, so it is known too. */
  #learn(
    what: string,
    figure: Pick<Figure, 'n' | 'levels' | 'set_aside'>,
    range: Span,
    of: (counter: number, officer: number | null) => boolean,
  ): Shown {
    const counted = this.#of((piece) => !piece.aside && of(piece.counter, piece.officer), range)
    const aside = this.#of((piece) => piece.aside && of(piece.counter, piece.officer), range)
    const levels = [0, 0, 0, 0, 0]
    for (const index of counted.pieces.keys()) {
      for (const [place, count] of (this.#published.pieces[index]?.levels ?? []).entries())
        levels[place] = (levels[place] ?? 0) + count
    }
    const n = this.#count(counted.pieces)
    const cut = levels.some((count) => count < 0)
    const name = `${what} ${range.from}..${range.to}`
    if (figure.n !== null && (cut || figure.n !== n)) this.wrong.push(`${name}: ${figure.n}, steps say ${n}`)
    if (figure.n !== null && figure.n > 0 && figure.n < 5) this.wrong.push(`${name}: ${figure.n} is told`)
    if (figure.levels !== null && JSON.stringify(figure.levels) !== JSON.stringify(levels))
      this.wrong.push(`${name}: levels`)
    if (figure.set_aside !== null && figure.set_aside !== this.#count(aside.pieces))
      this.wrong.push(`${name}: set aside`)
    const [known, beside] = [
      { ...counted, what: name, shown: figure.n !== null },
      { ...aside, kind: 'set aside' as const, what: `${name} set aside`, shown: figure.set_aside !== null },
    ]
    // What is withheld is not known; whoever can work it out of what is shown does so below.
    for (const one of [known, beside]) if (one.shown) this.known.push(one)
    // Both together say how many came, which everybody there sees; a number without levels tells nothing of what they said.
    return known
  }

  #learnUnit(who: string, range: Span, report: UnitReport): void {
    const unit = this.#learn(`${who} unit`, report.figure, range, () => true)
    const nobody = { n: report.unattributed, levels: null, set_aside: null }
    const officers = [
      this.#learn(`${who} nobody`, nobody, range, (_, officer) => officer === null),
      ...report.officers.map(({ officer_id, figure }) =>
        this.#learn(`${who} officer ${officer_id}`, figure, range, (_, officer) => officer === Number(officer_id)),
      ),
    ]
    const counters = report.counters.map(({ counter_id, figure }) =>
      this.#learn(`${who} counter ${counter_id}`, figure, range, (counter) => counter === Number(counter_id)),
    )
    const parts = [...officers, ...counters].filter(({ shown }) => shown)
    // Whatever is left of the unit without its parts, of one part without another, and of two together.
    for (const [index, one] of parts.entries()) {
      if (unit.shown) this.known.push(plus(unit, one, -1))
      for (const other of parts.slice(0, index)) this.known.push(plus(one, other, -1), plus(one, other, 1))
    }
    for (const all of [officers, counters]) {
      const shown = all.filter((part) => part.shown)
      if (unit.shown) this.known.push(shown.reduce<Known>((rest, part) => plus(rest, part, -1), unit))
    }
    for (const { date, figure } of report.steps) this.#learn(`${who} day`, figure, { from: date, to: date }, () => true)
  }

  #learnOfficer(who: string, id: number, range: Span, report: OfficerReport): void {
    this.#learn(`${who} officer`, report.figure, range, (_, officer) => officer === id)
    for (const { date, figure } of report.steps) {
      this.#learn(`${who} day`, figure, { from: date, to: date }, (_, officer) => officer === id)
    }
  }
}

/** What changes with every rating or contact and tells nothing of what was said: how many came today, up to when figures reach. */
function withoutLive(body: Record<string, unknown>): unknown {
  const { freshness: _f, received_today: _r, silent_at: _a, units, ...rest } = body
  if (!Array.isArray(units)) return rest
  return { ...rest, units: units.map(({ silent_terminals: _s, ...unit }) => unit) }
}
