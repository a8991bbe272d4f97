/**
 * `npm run test:thousand`: more than a thousand ratings tapped on tablet pages over three days; then tablets, database,
 * `manage verify` and every page must tell the same numbers as the count by hand. Prints what it compared.
 */
import t from 'tap'
import { launchBrowser } from '../support/browser.ts'
import { FRIDAY, hire, MONDAY, officersAccounts, openAccounts, rounds, TODAY, WARD } from '../support/pilot-week.ts'
import { startTestPostgres } from '../support/postgres.ts'
import { PASSWORD, Province } from '../support/province.ts'
import { startSite } from '../support/site.ts'
import { logIn, say } from '../support/staff-page.ts'
import { quarter, quarterBefore, Reading } from './reading.ts'

/** Visits of each of the three tablets on each morning: 1,002 in all. 120 rounds of 90 s last from eight to eleven. */
const mornings = [
  [FRIDAY, 120],
  [MONDAY, 120],
  [TODAY, 94],
] as const

const startedAt = Date.now()
const tell = (line: string) => console.log(`# ${Math.round((Date.now() - startedAt) / 1000)} s: ${line}`)

t.setTimeout(0)
const postgres = await startTestPostgres()
t.teardown(() => postgres.stop())
Object.assign(process.env, postgres.env)

const site = await startSite(t, { at: `${FRIDAY}T07:30:00+07:00` })
const province = new Province(site, await launchBrowser(t))
const { ledger } = province
const reading = new Reading(province)

t.test('a thousand visits at three tablets', async (t) => {
  await province.setUp()
  await hire(province)
  await openAccounts(province)
  for (const unit of province.units.keys()) await province.pairTablet(unit, 1)
  tell('three tablets are paired')
  for (const [day, visits] of mornings) {
    await province.moveTo(`${day}T08:00:00+07:00`)
    await rounds(
      province,
      province.tablets.map(() => visits),
    )
    await site.stored(ledger.taps.length)
    await site.count()
    ledger.count()
    tell(`${day}: ${ledger.taps.length} ratings tapped`)
  }
  await site.counted(ledger.taps.length)
  t.ok(ledger.taps.length >= 1000, `${ledger.taps.length} ratings through the pages`)
})

t.test('tablets, database and verify', (t) => reading.tabletsAndDatabase(t))

t.test('every page', async (t) => {
  const page = await province.window()
  await logIn(page, site.origin, 'danvan', PASSWORD, 'commission')
  const name = say('period.quarter', { quarter: 'IV', number: 4, year: '2026' })
  await reading.commission(t, page, quarter, quarterBefore, name)
  for (const unit of province.units) {
    await page.goto(`${site.origin}/units/${unit.unit_id}`)
    await reading.unit(t, page, unit)
  }
  const leader = await province.window()
  await logIn(leader, site.origin, 'lanhdao', PASSWORD, 'unit')
  await reading.leader(t, leader, province.unit(WARD))
  for (const [username, officer] of officersAccounts) {
    const own = await province.window()
    await logIn(own, site.origin, username, PASSWORD, 'officer')
    await reading.officer(t, own, province.officers.get(officer) as string)
  }
  const levels = ledger.taps.reduce((all, { level }) => all.with(level - 1, (all[level - 1] ?? 0) + 1), [0, 0, 0, 0, 0])
  tell(`levels 1 to 5: ${levels.join(', ')}`)
})

t.test('no page complained', async (t) => {
  t.strictSame(province.complaints.flat(), [])
})
