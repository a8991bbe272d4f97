/** One rating, four, five, nine …, all of them happy or none: no page and no file says NaN, and nothing stands in order of score. */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { hashPassword } from '../../server/password-hashes.ts'
import { wide } from '../support/accessibility.ts'
import { type Complaints, launchBrowser, newContext } from '../support/browser.ts'
import { sheetsOf } from '../support/every-view.ts'
import { createOffice } from '../support/office.ts'
import { PASSWORD } from '../support/province.ts'
import { startSite } from '../support/site.ts'
import { fillSpans, publishDay } from '../support/spans.ts'
import { logIn, readText, settle } from '../support/staff-page.ts'

t.setTimeout(240_000)
const site = await startSite(t, { at: '2026-06-24T10:00:00+07:00' })
const { db } = site
// The pilot's own units would stand beside those of this test.
await db.query(`update units set valid_to = '2025-01-01'`)
const browser = await launchBrowser(t)
const complaints: Complaints[] = []

/** `−0` is no number a reader knows; a date's hyphen stands behind a digit. */
const odd = /NaN|Infinity|undefined|\bnull\b|\[object|(?<![\p{L}\d])[-−]0(?:[.,]0+)?(?![\d.,]*[1-9])/u
/** Ratings of one officer on one day of May, twice over so that a day can be compared with the one before. */
const numbers = [0, 1, 4, 5, 9, 10, 29, 30].flatMap((n) => [
  { n, levels: [0, 0, 0, 0, n] },
  { n, levels: [n, 0, 0, 0, 0] },
])
const dayOf = (place: number) => `2026-05-${String(place + 1).padStart(2, '0')}`
const home = await createOffice(db, { counters: 2, officers: numbers.length, name: 'Phường Tô Hiệu' })
// Families in another order than given names: a list by the one is not a list by the other.
const families = ['Vũ', 'Cầm', 'Tòng', 'Bạc', 'Quàng', 'Lò', 'Giàng', 'Hoàng', 'Đỗ', 'Mùa', 'Nguyễn', 'Cà', 'Lường']
const givenNames = ['Páo', 'An', 'Mai', 'Ơn', 'Chi', 'Dũng', 'Giang', 'Đức', 'Hà', 'Bình', 'Yến', 'Lan', 'Nga']
for (const [place, officer] of home.officers.entries()) {
  const name = `${families[place % families.length]} Thị ${givenNames[place % givenNames.length]}`
  await db.query('update officers set name = $2 where officer_id = $1', [officer, name])
}
for (const [officer, { n, levels }] of numbers.entries()) {
  if (n > 0) await publishDay(db, home, { counter: officer % 2, officer, day: dayOf(officer), levels })
}
await publishDay(db, home, { officer: 2, day: dayOf(2), levels: [0, 0, 0, 0, 6], aside: true })
await publishDay(db, home, { officer: 12, day: dayOf(20), levels: [0, 0, 0, 0, 40] })
await publishDay(db, home, { officer: 12, day: dayOf(21), levels: [0, 0, 0, 0, 40] })
for (const [place, { n, levels }] of numbers.entries()) {
  const office = await createOffice(db, { officers: 1, name: `Xã số ${String(place).padStart(2, '0')}` })
  if (n > 0) await publishDay(db, office, { day: dayOf(25), levels })
}
await fillSpans(db)
await db.query(
  `insert into visits (unit_id, counter_id, grain, day, visits) values ($1, $2, 'month', '2026-05-01', 0), ($1, $3, 'month', '2026-05-01', 500)`,
  [home.unit_id, ...home.counters],
)

const password_hash = await hashPassword(PASSWORD)
async function reader(role: Role, first: string, officer_id: number | null = null): Promise<Page> {
  const username = `doc.${role}.${complaints.length}`
  const [account] = await db.query<{ account_id: number }>(
    'insert into accounts (username, password_hash, second_factor_waived) values ($1, $2, true) returning account_id',
    [username, password_hash],
  )
  const unit = ['officer', 'unit_leader'].includes(role) ? home.unit_id : null
  await db.query('insert into account_roles (account_id, role, unit_id, officer_id) values ($1, $2, $3, $4)', [
    ...[account?.account_id, role, unit, officer_id],
  ])
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  const page = await opened.context.newPage()
  await logIn(page, site.origin, username, PASSWORD, first)
  return page
}

const byName = new Intl.Collator('vi', { numeric: true })
const given = (name: string) => name.replace(/.* /, '')
const byGivenName = (a: string, b: string) => byName.compare(given(a), given(b)) || byName.compare(a, b)
let [letters, lists] = [0, 0]

/** Opens everything that is closed, reads it, and looks at every list of units, counters and officers. */
async function walk(t: Test, page: Page, address: string, name: string): Promise<void> {
  await page.goto(site.origin + address)
  await settle(page, name)
  for (const details of await page.locator('main details').all())
    await details.evaluate((one) => one.setAttribute('open', ''))
  const text = await readText(page, 'main')
  letters += text.length
  t.notMatch(text, odd, address)
  t.equal(await page.locator('main th button, main [aria-sort]').count(), 0, `${address}: nothing sorts a column`)
  const found = await page.evaluate(() =>
    [...document.querySelectorAll('main tbody, main .rows, main ul, main ol')].flatMap((list) =>
      ['unit', 'officer', 'counter'].map((kind) => {
        const rows = [...list.children].filter((row) => row.hasAttribute(`data-${kind}-id`))
        return {
          people: kind === 'officer',
          shown: rows.map((row) => (row.querySelector('th, .row-name, b') ?? row).textContent?.trim() ?? ''),
        }
      }),
    ),
  )
  for (const { people, shown } of found.filter((one) => one.shown.length > 1)) {
    lists += 1
    t.strictSame(shown, [...shown].sort(people ? byGivenName : byName.compare), `${address}: in order of name`)
  }
}

t.test('every page of a leader, the commission and officers', async (t) => {
  const may = 'from=2026-05-01&to=2026-05-31'
  const [leader, commission] = [await reader('unit_leader', 'unit'), await reader('commission', 'commission')]
  const unit = `/units/${home.unit_id}`
  await walk(t, leader, `${unit}?${may}`, 'unit')
  await walk(t, commission, `/?${may}`, 'commission')
  await walk(t, commission, `${unit}?${may}`, 'unit')
  await walk(t, leader, `${unit}?from=${dayOf(21)}&to=${dayOf(21)}`, 'unit')
  for (const place of [2, 4, 6, 7, 12]) {
    const day = dayOf(place)
    await walk(t, place % 4 === 2 ? commission : leader, `${unit}?from=${day}&to=${day}`, 'unit')
  }
  for (const place of [3, 6, 11, 14]) {
    const officer = await reader('officer', 'officer', home.officers[place] as number)
    await walk(t, officer, `/me?${may}`, 'officer')
    await officer.close()
  }
  t.ok(letters > 20_000 && lists >= 10, `${letters} letters and ${lists} lists were read`)
})

t.test('every file', async (t) => {
  const [above, boss] = [await site.staff('commission'), await site.staff('administrator')]
  const drafts = ['', `&unit_id=${home.unit_id}`].flatMap((unit) =>
    ['vi', 'en'].flatMap((language) =>
      ['csv', 'docx', 'xlsx'].map((format) => `${unit}&language=${language}&format=${format}`),
    ),
  )
  for (const range of [`from=${dayOf(0)}&to=${dayOf(30)}`, `from=${dayOf(21)}&to=${dayOf(21)}`]) {
    for (const draft of drafts) {
      const { status, file } = await above.get(`/api/v1/issued-reports/draft?${range}${draft}`)
      t.equal(status, 200)
      const text = draft.endsWith('csv') ? file.toString('utf8') : sheetsOf(file)
      t.ok(text.length > 100 && !text.includes('autoFilter'))
      t.notMatch(words(text), odd, draft)
      if (!draft.endsWith('csv')) continue
      const shown = text.split('\r\n').flatMap((line) => /^(Xã|Quầy|Phường) [^;,]*/.exec(line)?.[0] ?? [])
      const whole = shown.filter((one) => draft.startsWith('&unit') === one.startsWith('Quầy'))
      t.strictSame(whole, [...whole].sort(byName.compare), `${draft}: in order of name`)
      t.ok(whole.length >= 2)
    }
  }
  for (const officer of home.officers) {
    const { status, file } = await boss.get(`/api/v1/officers/${officer}/data`)
    t.equal(status, 200)
    t.notMatch(words(sheetsOf(file)), odd, 'the officer’s workbook')
  }
})

/** What stands between the marks. */
const words = (text: string) => text.replaceAll(/<[^>]*>/g, ' ')

t.test('no page complained', async (t) =>
  t.same(
    complaints.flatMap((one) => Object.values(one).flat()),
    [],
  ),
)
