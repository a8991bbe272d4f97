/** Reads the pages of the pilot week and holds everything on them against the count by hand. */
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { type Counts, type Range, sum } from '../support/by-hand.ts'
import { commissionLines, officerLines, type Place, rungOf, unitLines } from '../support/expected-pages.ts'
import {
  bandSentence,
  commissionSentences,
  levelBar,
  lowSentence,
  officerHeadline,
  unitSentence,
} from '../support/expected-sentences.ts'
import { TODAY } from '../support/pilot-week.ts'
import type { Province } from '../support/province.ts'
import { ServerProcess } from '../support/server-process.ts'
import { figuresWithin, plainBlanks, readLevelBars, readText, say, settle } from '../support/staff-page.ts'

/** The periods the pages choose by themselves on that day, and those before them. */
export const quarter = { from: '2026-09-15', to: '2026-12-14' }
export const quarterBefore = { from: '2026-06-15', to: '2026-09-14' }
export const twelveWeeks = { from: '2026-09-07', to: TODAY }
export const twelveWeeksBefore = { from: '2026-06-20', to: '2026-09-06' }
export const threeMonths = { from: '2026-08-25', to: TODAY }

const isoDay = (...date: [year: number, month: number, day: number]) =>
  new Date(Date.UTC(...date)).toISOString().slice(0, 10)
const months: Range[] = Array.from({ length: 12 }, (_, place) => ({
  from: isoDay(2025, 11 + place, 1),
  to: isoDay(2025, 12 + place, 0),
}))
const weeks: Range[] = Array.from({ length: 12 }, (_, place) => {
  const [to = TODAY] = [isoDay(2026, 8, 13 + place * 7), TODAY].sort()
  return { from: isoDay(2026, 8, 7 + place * 7), to }
})

const inUnit = (unit: Place) => (tap: { unit_id: number }) => tap.unit_id === Number(unit.unit_id)

export class Reading {
  /** Remarks on the pages of officers. */
  ownRemarks = 0
  constructor(readonly province: Province) {}

  /** The figures of a page come true by themselves; a new rating is given five seconds. */
  async figuresAre(t: Test, page: Page, name: string, expected: string[], timeoutMs = 10_000): Promise<void> {
    t.strictSame(await figuresWithin(page, expected, timeoutMs), expected, `${name}: ${expected.length} figures`)
  }

  commissionLines(range: Range = quarter, before: Range = quarterBefore): string[] {
    const { province } = this
    const units = province.units.map((unit) => ({ ...unit, silent: province.silentIn(unit) }))
    return commissionLines(province.ledger, units, { range, before, parts: months })
  }

  unitLines(unit: Place, reader: 'commission' | 'leader'): string[] {
    const periods = { range: twelveWeeks, before: twelveWeeksBefore, parts: weeks }
    return unitLines(this.province.ledger, unit, periods, { reader, today: TODAY })
  }

  /** What has appeared of a unit in the twelve weeks. */
  published(unit: Place, range: Range = twelveWeeks): Counts {
    return this.province.ledger.published(range, inUnit(unit))
  }

  publishedOf(officerId: string, range: Range): Counts {
    return this.province.ledger.published(range, (_tap, { officer_id }) => officer_id === Number(officerId))
  }

  live(unit: Place, range: Range): Counts {
    return this.province.ledger.live(range, inUnit(unit))
  }

  /** The page of the whole province: figures, sentences, bars. */
  async commission(t: Test, page: Page, range: Range, before: Range, period: string): Promise<void> {
    const { province } = this
    await settle(page, 'commission')
    await this.figuresAre(t, page, `province, ${period}`, this.commissionLines(range, before))
    // Of a quarter that still runs it is said up to which day figures reach.
    const named = range.to < TODAY ? period : say('commission.so_far', { period, date: '24/11' })
    const said = commissionSentences(province.ledger, province.units, range, before, named)
    t.equal(await readText(page, '#top h1'), said.headline, 'the headline')
    for (const [unit, sentence] of Object.entries(said.rows)) {
      t.equal(await readText(page, `#units li[data-unit-id="${unit}"] .row-words`), sentence, sentence)
    }
    const low = await page.locator('#items .notes li').allTextContents()
    t.strictSame(low.map(plainBlanks), said.low, 'low ratings and their reasons')
    const { silent } = province
    t.strictSame(
      await page.locator('#look li b').allTextContents(),
      [...said.look, ...this.#silentUnits()],
      'what to look at',
    )
    const fresh = say('fresh.late', { time: '24/11/2026 TIME', k: silent }).replace('TIME', '\\d\\d:\\d\\d')
    t.match(await readText(page, '.fresh'), new RegExp(`^${fresh}$`), 'up to when')
    const bars = [...province.units]
      .sort((a, b) => a.name.localeCompare(b.name, 'vi'))
      .map((unit) => ({ name: unit.name, levels: this.live(unit, range).levels }))
    await this.#bars(
      t,
      page,
      bars.filter(({ levels }) => sum(levels) >= 5),
    )
  }

  /** One line for each unit that has tablets out of contact. */
  #silentUnits(): string[] {
    const { province } = this
    return [...province.units]
      .sort((a, b) => a.name.localeCompare(b.name, 'vi'))
      .map((unit) => ({ unit: unit.name, k: province.silentIn(unit) }))
      .filter(({ k }) => k > 0)
      .map((said) => say('look.silent', said))
  }

  /** A unit as the province sees it. */
  async unit(t: Test, page: Page, unit: Place): Promise<void> {
    await settle(page, 'unit')
    await this.figuresAre(t, page, unit.name, this.unitLines(unit, 'commission'))
    t.equal(await readText(page, '#counters > .hint'), say('counters.apart'), 'whoever adds up is told why it differs')
    await this.remarks(t, page, unit)
  }

  /** A unit as its leader sees it: steps alone, officers by rung. Returns the rungs that were there. */
  async leader(t: Test, page: Page, unit: Place): Promise<string[]> {
    await settle(page, 'unit')
    await this.figuresAre(t, page, `leader of ${unit.name}`, this.unitLines(unit, 'leader'))
    const notes = async (card: string) =>
      (await page.locator(`${card} > .hint`).allTextContents()).map((text) => plainBlanks(text).trim())
    t.equal((await notes('#apart')).at(-1), say('series.in_steps'), 'set-aside ratings wait for steps of theirs')
    const ofCounters = await notes('#counters')
    t.equal(ofCounters[0], say('narrowed.in_steps'), 'counters come in steps, and steps add up to the whole')
    t.notOk(ofCounters.includes(say('counters.apart')))
    const own = this.published(unit)
    const sentence = unitSentence(own, this.published(unit, twelveWeeksBefore))
    t.equal(await readText(page, '#top p'), `${sentence} ${say('unit.levels_later')}`, sentence)
    t.equal(await readText(page, '#items .hint'), lowSentence(own), 'low ratings and their reasons')
    await this.#bars(t, page, [{ name: unit.name, levels: own.levels }])
    const rungs = new Set<string>()
    for (const officer of unit.officers) {
      const theirs = this.publishedOf(officer, twelveWeeks)
      const row = `#officers li[data-officer-id="${officer}"]`
      const rung = rungOf(sum(theirs.levels), false)
      rungs.add(rung)
      t.equal(await page.locator(row).getAttribute('data-rung'), rung, `an officer with ${rung}`)
      t.equal(await readText(page, `${row} .row-words`), bandSentence(theirs, own), 'and where they stand')
    }
    await this.remarks(t, page, unit)
    return [...rungs].sort()
  }

  /** The same unit as its clerk sees it: its own figure, what citizens named, tablets and cases of today; nobody in it. */
  async clerk(t: Test, page: Page, unit: Place): Promise<void> {
    await settle(page, 'unit')
    const own = /^(top|weeks|levels|items|today) /
    const expected = this.unitLines(unit, 'leader').filter((told) => own.test(told))
    await this.figuresAre(t, page, `clerk of ${unit.name}`, expected)
    const shown = await page.locator('main').innerHTML()
    t.notMatch(shown, /data-(officer|counter)-id|<blockquote|id="(officers|counters|apart|annex|episodes|remarks)"/)
    t.ok(await page.locator('#today [data-figure="tablets"]').count(), 'tablets')
  }

  /** An officer's own page. */
  async officer(t: Test, page: Page, officerId: string): Promise<void> {
    const own = this.publishedOf(officerId, threeMonths)
    await settle(page, 'officer')
    const expected = officerLines(this.province.ledger, officerId, threeMonths)
    await this.figuresAre(t, page, `officer with ${rungOf(sum(own.levels))}`, expected)
    const [name] = [...this.province.officers].find(([, id]) => id === officerId) ?? []
    const headline = officerHeadline(own, say('period.three_months'))
    t.equal(await readText(page, '#top h1'), `${name} ${headline}`, 'whose page it is, and the first sentence')
    await this.#ownRemarks(t, page, officerId)
  }

  /** What citizens of this officer wrote whose ratings are in a step of the days before. */
  async #ownRemarks(t: Test, page: Page, officerId: string): Promise<void> {
    const { ledger, written } = this.province
    const told = ledger.steps.filter(
      ({ verdict, day }) => verdict.officer_id === Number(officerId) && verdict.set_aside === 0 && day < TODAY,
    )
    const expected = written.filter(
      ({ counter_id, at, items }) =>
        items.length === 0 && told.some(({ tap }) => String(tap.counter_id) === counter_id && tap.at === at),
    )
    await page.locator('#remarks > :is(ul, p)').first().waitFor()
    const more = page.locator('#remarks button')
    if ((await more.count()) > 0) await more.click()
    t.strictSame(
      (await page.locator('#remarks blockquote').allTextContents()).sort(),
      expected.map(({ text }) => text).sort(),
      `${expected.length} remarks`,
    )
    this.ownRemarks += expected.length
  }

  async #bars(t: Test, page: Page, bars: { name: string; levels: number[] }[]): Promise<void> {
    const shown = await readLevelBars(page)
    const expected = bars.map(({ name, levels }) => levelBar(name, levels))
    t.strictSame(
      shown.map(({ spoken }) => spoken),
      expected.map(({ spoken }) => spoken),
      'what each bar of five levels says',
    )
    for (const [place, { printed }] of shown.entries()) {
      for (const share of printed) t.ok(expected[place]?.shares.includes(share), share)
    }
  }

  /** Remarks of the days before, for the next working day has come for them; none of today, and no accusation. */
  async remarks(t: Test, page: Page, unit: Place): Promise<void> {
    // The list has a request of its own, which may come after the figures.
    await page.locator('#remarks blockquote').first().waitFor()
    const more = page.locator('#remarks button')
    if ((await more.count()) > 0) await more.click()
    const midnight = Date.parse(`${TODAY}T00:00:00+07:00`)
    const expected = this.province.written.filter(
      ({ unit_id, at, items }) => unit_id === unit.unit_id && items.length === 0 && at < midnight,
    )
    t.ok(expected.length > 0, 'citizens wrote')
    t.strictSame(
      (await page.locator('#remarks blockquote').allTextContents()).sort(),
      expected.map(({ text }) => text).sort(),
      `${expected.length} remarks of ${unit.name}, as text`,
    )
  }

  /** What each tablet keeps is what the database has of it, and `manage verify` finds no difference. */
  async tabletsAndDatabase(t: Test): Promise<void> {
    const { province } = this
    const { db } = province.site
    await province.report()
    for (const { tablet, terminal_id, visits } of province.tablets) {
      const kept = await tablet.allAcked(visits, 60_000)
      const rows = await db.query<{ rating_id: string }>('select rating_id from ratings where terminal_id = $1', [
        terminal_id,
      ])
      t.strictSame(
        rows.map((row) => row.rating_id).sort(),
        kept.map(({ id }) => id).sort(),
        `tablet ${terminal_id}: ${visits} visits, as many kept copies, the same ${visits} rows`,
      )
    }
    const verify = new ServerProcess('manage', ['verify'], { DATABASE_URL: db.ownerUrl }, 0)
    t.equal(await verify.exit(), 0, 'verify')
    t.match(
      verify.output,
      `${province.ledger.taps.length} ratings`,
      `${province.ledger.taps.length} ratings by hand, and as many recounted`,
    )
    t.match(verify.output, 'No difference.', verify.output.trim().split('\n').join('; '))
  }
}
