/** Filters in the address: every choice is in it, gives the numbers counted by hand, and opens as the same page elsewhere; a bad one says so. */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { type Complaints, launchBrowser, newContext } from '../support/browser.ts'
import { count, print } from '../support/by-hand.ts'
import { levelBar, unitSentence } from '../support/expected-sentences.ts'
import { createOffice, type Office } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { fillSpans, publishDay } from '../support/spans.ts'
import { logIn, opener, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const site = await startSite(t, { at: '2026-11-24T10:00:00+07:00' })
const { db } = site
// The pilot's own units would stand beside those of this test.
await db.query(`update units set valid_to = '2024-01-01'`)
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const OCTOBER = 'from=2026-10-01&to=2026-10-31'

const LAND = 'Đất đai, xây dựng'
const CIVIL = 'Hộ tịch'
const offices: Office[] = []
/** Levels 1 to 5: at the land counter and at the civil status counter in October, in September at the latter, and a year ago. */
const said = [
  { name: 'Phường Tô Hiệu', area: 'Thành phố', land: [6, 2, 1, 10, 21], civil: [0, 1, 2, 12, 35] },
  { name: 'Xã Chiềng Mung', area: 'Mai Sơn', land: [0, 0, 1, 4, 15], civil: [1, 0, 0, 3, 8] },
  { name: 'Xã Hát Lót', area: 'Mai Sơn', land: [0, 0, 0, 0, 0], civil: [0, 0, 1, 5, 9] },
] as const
const september = [0, 1, 1, 10, 28]
const lastYear = [9, 3, 2, 8, 18]
for (const { name, area, land, civil } of said) {
  const office = await createOffice(db, { counters: 2, officers: 2, name })
  offices.push(office)
  await db.query('update units set area = $2 where unit_id = $1', [office.unit_id, area])
  for (const [place, service] of [LAND, CIVIL].entries()) {
    await db.query('update counters set service = $2 where counter_id = $1', [office.counters[place], service])
  }
  if (sum(land) > 0) await publishDay(db, office, { counter: 0, officer: 0, day: '2026-10-07', levels: land })
  await publishDay(db, office, { counter: 1, officer: 1, day: '2026-10-14', levels: civil })
}
const [home] = offices as [Office]
await publishDay(db, home, { counter: 1, officer: 1, day: '2026-09-09', levels: september })
await publishDay(db, home, { counter: 1, officer: 1, day: '2025-10-09', levels: lastYear })
await publishDay(db, home, { counter: 1, officer: 1, day: '2026-11-17', levels: [0, 0, 0, 2, 5] })
await fillSpans(db)
await db.query(
  `insert into dossiers (unit_id, grain, day, procedure_group, same_day, early, on_time, overdue)
   values ($1, 'month', '2026-10-01', '', 400, 300, 290, 10), ($2, 'month', '2026-10-01', '', 0, 5, 30, 15)`,
  [home.unit_id, offices[1]?.unit_id],
)
await db.query(`update officers set signed_on = '2026-05-04' where officer_id = any($1)`, [
  [...home.officers, offices[1]?.officers[0]],
])
// A tablet that was paired long ago and has not been heard of.
await db.query(`update terminals set paired_at = '2026-11-01' where terminal_id = $1`, [home.tablets[0]?.terminal_id])
await db.query(
  `insert into visits (unit_id, counter_id, grain, day, visits) values ($1, $2, 'month', '2026-10-01', 200)`,
  [home.unit_id, home.counters[1]],
)

function sum(levels: readonly number[]) {
  return levels.reduce((all, n) => all + n, 0)
}
const plus = (...all: (readonly number[])[]) => [0, 1, 2, 3, 4].map((place) => sum(all.map((one) => one[place] ?? 0)))
const counts = (levels: readonly number[]) => ({ levels: [...levels], service_only: 0, marks: {}, aside: 0 })

async function reader(role: Role, first: string, unit_id: number | null = null, officer_id: number | null = null) {
  const username = `loc.${complaints.length}`
  await openAccount(site.pools, username, { role, unit_id, officer_id })
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  const page = await opened.context.newPage()
  await logIn(page, site.origin, username, password, first)
  return page
}
const open = opener(site.origin)
const query = (page: Page) => decodeURIComponent(new URL(page.url()).search).replaceAll('+', ' ')
/** Waits until the page shows the figures that the address asks for. */
const until = (page: Page, selector: string, text: string) =>
  page.waitForFunction(
    ([selector, text]) =>
      document.querySelector('main .stale') === null &&
      document
        .querySelector(selector as string)
        ?.textContent?.replaceAll('\u2060', '')
        .replaceAll('\u00a0', ' ') === text,
    [selector, text],
  )
const rows = (page: Page) => page.locator('#units .rows .row-name').allTextContents()
const total = '#top [data-figure="total"]'
async function picture(page: Page, name: string) {
  const folder = process.env.PICTURES
  if (!folder) return
  for (const size of [wide, middle, phone]) {
    await page.setViewportSize(size)
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForTimeout(800)
    await page.evaluate(() => scrollTo(0, 0))
    await page.waitForTimeout(700)
    await page.screenshot({ path: `${folder}/${name}-${size.width}-top.png` })
    const clip = { x: 0, y: 0, width: size.width, height: 2600 }
    await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true, clip })
  }
  await page.setViewportSize(wide)
}

const commission = await reader('commission', 'commission')
const everything = plus(...said.flatMap(({ land, civil }) => [land, civil]))

t.test('an area: in the address, counted by hand, the same in another browser, and back', async (t) => {
  await open(commission, `/?${OCTOBER}`, 'commission')
  t.equal(await readText(commission, total), count(sum(everything)))
  t.same(await commission.locator('[data-tool="area"] option').allTextContents(), ['Cả tỉnh', 'Mai Sơn', 'Thành phố'])
  await commission.locator('[data-tool="area"]').selectOption('Mai Sơn')
  const narrowed = count(sum(plus(said[1].land, said[1].civil, said[2].civil)))
  await until(commission, total, narrowed)
  t.equal(query(commission), `?${OCTOBER}&area=Mai Sơn`)
  t.same(await rows(commission), ['Xã Chiềng Mung', 'Xã Hát Lót'])
  const told = say('commission.narrowed', { shown: 2, of: 3, narrowed: say('narrowed.area', { area: 'Mai Sơn' }) })
  t.ok((await readText(commission, '#top p')).startsWith(told), told)
  await picture(commission, 'area')

  const other = await reader('commission', 'commission')
  await other.goto(commission.url())
  await settle(other, 'commission')
  for (const place of ['#top', '#units', '#levels', '#running']) {
    t.equal(await readText(other, place), await readText(commission, place), `${place} in another browser`)
  }
  await other.close()
  await commission.emulateMedia({ media: 'print' })
  t.ok(await commission.getByText(told).isVisible(), 'on paper too it says of which area it speaks')
  await commission.emulateMedia({ media: 'screen' })

  await commission.goBack()
  await until(commission, total, count(sum(everything)))
  t.equal((await rows(commission)).length, 3)
  await commission.goForward()
  await until(commission, total, narrowed)
  await commission.getByRole('link', { name: vi['narrowed.all'] as string }).click()
  await until(commission, total, count(sum(everything)))
  t.equal(query(commission), `?${OCTOBER}`)
})

t.test('units by who watches them; whoever watches one sees that one', async (t) => {
  const watcher = await reader('commission', 'commission', home.unit_id)
  const name = `loc.${complaints.length - 1}`
  await open(watcher, `/?${OCTOBER}`, 'commission')
  t.same(await rows(watcher), ['Phường Tô Hiệu'])
  await watcher.close()
  await open(commission, `/?${OCTOBER}`, 'commission')
  t.match(
    await readText(commission, `#units li[data-unit-id="${home.unit_id}"]`),
    say('narrowed.monitor', { monitor: name }),
  )
  await commission.locator('[data-tool="monitor"]').selectOption(name)
  await until(commission, total, count(sum(plus(said[0].land, said[0].civil))))
  t.equal(query(commission), `?${OCTOBER}&monitor=${name}`)
  t.same(await rows(commission), ['Phường Tô Hiệu'])
})

t.test('compared with the month before, with a year ago, with nothing', async (t) => {
  await open(commission, `/?${OCTOBER}`, 'commission')
  const words = `#units li[data-unit-id="${home.unit_id}"] .row-words`
  const own = plus(said[0].land, said[0].civil)
  t.equal(await readText(commission, words), unitSentence(counts(own), counts(september)))
  await commission.locator('[data-tool="compare"]').selectOption('last_year')
  const yearAgo = unitSentence(counts(own), counts(lastYear), 'cùng kỳ năm trước')
  await until(commission, words, yearAgo)
  t.match(yearAgo, 'Cao hơn cùng kỳ năm trước')
  t.equal(query(commission), `?${OCTOBER}&compare=last_year`)
  const before = commission.locator(`#units tr[data-unit-id="${home.unit_id}"] [data-period="previous"]`)
  const { satisfaction, lower, upper, n } = print(lastYear)
  t.same(await before.locator('[data-figure]').allTextContents(), [satisfaction, lower, upper, n])
  t.match(await readText(commission, '#look'), say('compare.last_year'))
  t.match(
    await readText(commission, `#units li[data-unit-id="${offices[1]?.unit_id}"] .row-words`),
    /^Cùng kỳ năm trước chưa đủ số lượt để so sánh\.$/,
  )
  await commission.locator('[data-tool="compare"]').selectOption('none')
  await until(commission, words, '')
  t.equal(await commission.locator('#units [data-period="previous"]').count(), 0)
  await open(commission, `/units/${home.unit_id}?${OCTOBER}&compare=last_year`, 'unit')
  t.ok((await readText(commission, '#top p')).startsWith(yearAgo), 'the unit’s own page compares with the same')
})

t.test('a service across units, and down to the unit with it', async (t) => {
  await open(commission, `/?${OCTOBER}`, 'commission')
  await commission.locator('[data-tool="service"]').selectOption(LAND)
  await until(commission, total, count(sum(plus(...said.map(({ land }) => land)))))
  const shown = commission.locator(`#units li[data-unit-id="${home.unit_id}"] .row-figures [data-figure]`)
  const { satisfaction, lower, upper, n } = print(said[0].land)
  t.same(await shown.allTextContents(), [satisfaction, lower, upper, n])
  t.match(await readText(commission, '#top'), vi['narrowed.in_steps'] as string)
  for (const absent of ['#dossiers', '#running', '#proposals', '.named-officers']) {
    t.equal(await commission.locator(absent).count(), 0, `${absent} is of whole units`)
  }
  await commission.locator('#months [data-unit-id]').first().scrollIntoViewIfNeeded()
  const month = `#months [data-unit-id="${home.unit_id}"] tr[data-from="2026-10-01"] [data-figure="n"]`
  await commission.locator(month).waitFor({ state: 'attached' })
  t.equal(await readText(commission, month), n, 'the months are of that service as well')
  await picture(commission, 'service')
  await commission.locator('#units .row-name', { hasText: 'Tô Hiệu' }).click()
  await settle(commission, 'unit')
  t.equal(query(commission), `?${OCTOBER}&service=${LAND}`)
  t.equal(await readText(commission, '#top [data-figure="satisfaction"]'), satisfaction)
  await commission.locator('a.up').click()
  await settle(commission, 'commission')
  t.equal(query(commission), `?${OCTOBER}&service=${LAND}`, 'and up again to the same choice')
})

t.test('one counter of a unit: its own sentence, weeks and items, nothing of the whole unit', async (t) => {
  const leader = await reader('unit_leader', 'unit', home.unit_id)
  await open(leader, `/units/${home.unit_id}?${OCTOBER}`, 'unit')
  t.equal(await readText(leader, '#levels [data-figure="response_rate"]'), '25,0%', '50 of 200 who came')
  await leader.locator('#counters').getByRole('link', { name: 'Quầy 2', exact: true }).click()
  const { satisfaction, lower, upper, n } = print(said[0].civil)
  await until(leader, '#top [data-figure="n"]', n)
  t.equal(query(leader), `?${OCTOBER}&counter=${home.counters[1]}`)
  t.equal(
    await readText(leader, '#top h1'),
    `${said[0].name} ${say('part.period', {
      name: 'Quầy 2',
      period: say('period.month', { month: vi['month.10'] as string, year: '2026' }),
      p: satisfaction,
      interval: `${lower}–${upper}%`,
      n,
    })}`,
  )
  t.ok((await readText(leader, '#top p')).startsWith(unitSentence(counts(said[0].civil), counts(september))))
  t.equal(await readText(leader, '#weeks table tr[data-from="2026-10-12"] [data-figure="n"]'), n)
  t.equal(await leader.locator('#counters tbody tr').count(), 1)
  for (const absent of ['#officers', '#apart', '#annex', '#remarks', '#dossiers', '#episodes']) {
    t.equal(await leader.locator(absent).count(), 0, `${absent} is of the whole unit`)
  }
  t.same(await faultsAt(leader, phone, 'vi'), [], 'usable')
  await leader.setViewportSize(wide)
  await picture(leader, 'counter')
  await leader.locator('[data-tool="counter"]').selectOption('')
  await leader.locator('#officers').waitFor()
  t.equal(query(leader), `?${OCTOBER}`)
  await leader.close()
})

t.test('a week, by a button and by the arrows beside it', async (t) => {
  await open(commission, '/', 'commission')
  await commission.locator('[data-tool="period"]').click()
  await commission.getByRole('button', { name: vi['period.last_week'] as string, exact: true }).click()
  await until(commission, total, '7')
  t.equal(query(commission), '?from=2026-11-16&to=2026-11-22')
  t.equal(
    await readText(commission, '[data-tool="period"] > span'),
    `${say('period.week', { week: 47, year: 2026 })}, 16–22/11/2026`,
  )
  await commission
    .getByRole('link', { name: vi['period.before'] as string, exact: true })
    .first()
    .click()
  await commission.waitForURL('**/?from=2026-11-09&to=2026-11-15')
  await commission.locator('.void').waitFor()
})

t.test('dossiers, signatures and response, unit by unit and together', async (t) => {
  await open(commission, `/?${OCTOBER}`, 'commission')
  // What lies below the first cards comes after their paint.
  for (const id of ['dossiers', 'running']) await commission.locator(`#${id} > p [data-figure]`).first().waitFor()
  const card = (selector: string) => commission.locator(selector).allTextContents()
  t.same(await card('#dossiers > p [data-figure]'), ['25', '1.050'], '10 and 15 of 1,000 and 50')
  t.match(await readText(commission, '#dossiers > p'), /\(2,4%\)\. 1 đơn vị chưa có số liệu trong kỳ\.$/)
  t.same(await card(`#dossiers [data-unit-id="${home.unit_id}"] [data-figure]`), ['400', '300', '290', '10'])
  t.same(await card('#running > p [data-figure]'), ['3', '6'])
  t.match(await readText(commission, '#running > p'), /\(50,0%\)/)
  t.same(await card(`#running tr[data-unit-id="${home.unit_id}"] [data-figure]`), ['2', '2', '25,0%', '1'])
  t.match(
    await readText(commission, '#top'),
    say('commission.responded', { k: 1, ratings: 50, visits: 200, rate: '25,0%' }),
  )
  await picture(commission, 'whole')
  await open(commission, '/?from=2026-09-15&to=2026-10-14', 'commission')
  await commission.locator('#dossiers > p').first().waitFor()
  t.equal(await readText(commission, '#dossiers > p'), vi['dossiers.none'], 'told by months of which none lies in it')
})

t.test('a bad address says what is wrong and leads to a good one', async (t) => {
  const officer = await reader('officer', 'officer', home.unit_id, home.officers[1] as number)
  const unit = `/units/${home.unit_id}`
  const bad: [page: Page, path: string, wrong: string, text: string][] = [
    [commission, '/', 'from=2026-02-30&to=2026-03-01', vi['error.invalid_range'] as string],
    [commission, '/', 'from=2026-10-31&to=2026-10-01', vi['error.invalid_range'] as string],
    [commission, '/', `${OCTOBER}&compare=best`, say('address.compare', { value: 'best' })],
    [commission, '/', `${OCTOBER}&area=<img src=x>`, say('address.area', { value: '<img src=x>' })],
    [commission, '/', `${OCTOBER}&monitor=x`, say('address.monitor', { value: 'x' })],
    [commission, '/', `${OCTOBER}&service=Không`, say('address.service', { value: 'Không' })],
    [commission, '/', 'from=1800-01-01&to=1800-01-31', vi['error.invalid_range'] as string],
    [commission, '/', 'from=2025-01-01&to=2026-10-31&compare=last_year', vi['address.overlap'] as string],
    [commission, '/', `${OCTOBER}&compare=none&compare=last_year`, vi['address.twice'] as string],
    [commission, '/', `${OCTOBER}&service=${'x'.repeat(201)}`, say('address.service', { value: 'x'.repeat(201) })],
    [
      commission,
      unit,
      `${OCTOBER}&service=${LAND}&counter=${home.counters[1]}`,
      say('address.part', { counter: String(home.counters[1]), service: LAND }),
    ],
    [commission, unit, `${OCTOBER}&counter=1 or 1=1`, say('address.counter', { value: '1 or 1=1' })],
    [commission, unit, `${OCTOBER}&service=x`, say('address.service', { value: 'x' })],
    [officer, '/me', 'from=2026-10-01', vi['error.invalid_range'] as string],
  ]
  for (const [page, path, wrong, text] of bad) {
    await page.goto(`${site.origin}${path}?${wrong}`)
    await page.getByRole('heading', { name: vi['error.invalid_query'] as string }).waitFor()
    t.ok((await readText(page, '.void p')).includes(text), text)
    await page.getByRole('link', { name: vi['address.mend'] as string }).click()
    await page.locator('main #top').waitFor()
    t.equal(new URL(page.url()).pathname, path, 'the same page, without it')
    t.notMatch(query(page), wrong.split('&').at(-1) as string)
  }
  await picture(officer, 'me')
  await officer.close()
  const leader = await reader('unit_leader', 'unit', home.unit_id)
  for (const page of [commission, leader]) {
    await page.goto(`${site.origin}/reports?${OCTOBER}&unit=${page === leader ? offices[1]?.unit_id : 99_999}`)
    await page.getByRole('link', { name: vi['address.mend'] as string }).click()
    await page.locator('#draft').waitFor()
    t.equal(query(page), `?${OCTOBER}`, 'reports of a unit that is not there, or not theirs')
  }
  await leader.close()
})

t.test('an address that was sent: whoever reads it is led on to their own page, in the period it names', async (t) => {
  const leader = await reader('unit_leader', 'unit', home.unit_id)
  const sent = `/?${OCTOBER}&service=${LAND}&compare=last_year`
  await leader.goto(site.origin + sent)
  const { satisfaction, n } = print(said[0].land)
  await until(leader, '#top [data-figure="n"]', n)
  t.equal(new URL(leader.url()).pathname, `/units/${home.unit_id}`)
  t.equal(query(leader), decodeURIComponent(sent.slice(1)))
  t.equal(await readText(leader, '#top [data-figure="satisfaction"]'), satisfaction)
  // Another service leaves the counter of the first one behind, and only its own counters are offered.
  await leader.locator('[data-tool="counter"]').selectOption(String(home.counters[0]))
  await leader.waitForURL(`**&counter=${home.counters[0]}`)
  t.equal(await leader.locator('[data-tool="counter"] option').count(), 2)
  await leader.locator('[data-tool="service"]').selectOption(CIVIL)
  await until(leader, '#top [data-figure="n"]', print(said[0].civil).n)
  t.notMatch(query(leader), 'counter=')
  await leader.close()
  const officer = await reader('officer', 'officer', home.unit_id, home.officers[1] as number)
  await officer.goto(`${site.origin}/?${OCTOBER}`)
  await officer.locator('#mine').waitFor()
  t.equal(new URL(officer.url()).pathname + query(officer), `/me?${OCTOBER}`)
  await officer.close()
})

t.test('a service of closed counters is still found where it was', async (t) => {
  await db.query(`update counters set active = false where service = $1`, [LAND])
  await open(commission, `/?${OCTOBER}&service=${LAND}`, 'commission')
  await until(commission, total, count(sum(plus(...said.map(({ land }) => land)))))
  t.equal(await commission.locator('[data-tool="service"]').inputValue(), LAND)
  await db.query(`update counters set active = true where service = $1`, [LAND])
})

t.test('on paper: which October it is, and what it is compared with', async (t) => {
  await commission.emulateMedia({ media: 'print' })
  const paper = commission.locator('.on-paper')
  const stands = async (address: string, name: string, words: string) => {
    await open(commission, address, name)
    t.ok(await paper.isVisible())
    t.equal((await readText(commission, '.on-paper')).trim(), words)
    t.notOk(await commission.locator('.filters').isVisible())
  }
  await stands(`/?${OCTOBER}`, 'commission', 'Kỳ báo cáo: Tháng 10/2026, 1–31/10/2026. So với kỳ trước: 1–30/9/2026.')
  await stands(
    `/units/${home.unit_id}?from=2026-09-15&to=2026-10-14&compare=last_year`,
    'unit',
    'Kỳ báo cáo: Tháng 10/2026, 15/9–14/10/2026. So với cùng kỳ năm trước: 15/9–14/10/2025.',
  )
  await stands('/?from=2026-10-01&to=2026-10-09&compare=none', 'commission', 'Kỳ báo cáo: 1–9/10/2026.')
  await commission.emulateMedia({ media: 'screen' })
  t.notOk(await paper.isVisible())
})

t.test('whoever prints finds every picture drawn, also those nobody has scrolled to', async (t) => {
  const page = await reader('commission', 'commission')
  await page.goto(`${site.origin}/?${OCTOBER}`)
  const drawn = () => {
    const isPainted = (canvas: HTMLCanvasElement) => {
      const { width, height } = canvas
      const blank = Object.assign(document.createElement('canvas'), { width, height })
      return canvas.toDataURL() !== blank.toDataURL()
    }
    const pictures = [...document.querySelectorAll<HTMLCanvasElement>('#months canvas')]
    return scrollY === 0 && pictures.length === 3 && pictures.every(isPainted)
  }
  t.ok(await page.waitForFunction(drawn, null, { timeout: 15_000 }))
  const top = (await page.locator('#months').boundingBox())?.y ?? 0
  t.ok(top > (page.viewportSize()?.height ?? 0) + 400, 'and they are far below the screen')
  await page.close()
})

t.test('four hundred units: found by a few letters, drawn as they come near, compared in one sum', async (t: Test) => {
  await db.query(
    `with made as (
       insert into units (name, kind, area) select 'Xã số ' || i, 'commune', 'Huyện ' || i % 12
         from generate_series(1, 400) i returning unit_id, name)
     insert into unit_tallies (unit_id, local_day, set_aside, n1, n2, n3, n4, n5, service_only)
     select unit_id, '2026-10-05', false, 1, 1, 0, 8, 10 + substr(name, 7)::int % 7, 0 from made`,
  )
  await db.query(
    `insert into units (name, kind, area) select 'Xã lặng ' || i, 'commune', 'Huyện 1' from generate_series(1, 30) i`,
  )
  await fillSpans(db)
  await open(commission, `/?${OCTOBER}`, 'commission')
  const many = Array.from({ length: 400 }, (_, place) => 20 + ((place + 1) % 7))
  t.equal(await readText(commission, total), count(sum(everything) + sum(many)))
  const drawn = await commission.locator('#units .rows > li[data-unit-id]').count()
  t.ok(drawn < 150, `${drawn} of 403 rows are drawn at first`)
  t.equal(await commission.locator('#items table thead th').count(), 2, 'one column for all')
  t.same(
    await commission
      .locator('#levels .levels')
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label'))),
    [levelBar(vi['items.all_units'] as string, plus(everything, ...many.map((n) => [1, 1, 0, 8, n - 10]))).spoken],
    'one bar for all',
  )
  t.match(await readText(commission, '#items'), say('items.together_area', { k: 403, few: 12 }))
  await commission.locator('#units').evaluate((card) => card.scrollIntoView({ block: 'end' }))
  await commission.locator('#units .row-name', { hasText: 'Xã số 400' }).waitFor()
  t.ok((await rows(commission)).length < 403, 'what was passed over is not drawn either')
  t.equal(
    (await commission.locator('#units .rows > .axis:first-child:not(.when-stacked)').count()) > 0,
    true,
    'the scale stands above',
  )
  t.equal(await commission.locator('#units .rows', { hasText: 'Xã lặng' }).count(), 0, 'no row that says nothing')
  await commission.getByText(say('commission.unrated', { k: 30 })).click()
  const quiet = commission.locator('#units .unrated a', { hasText: 'Xã lặng' })
  await quiet.first().waitFor()
  t.equal(await quiet.count(), 30, 'but a way to each')
  t.same(
    await commission.locator('.contents a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    await commission.locator('main [id]:is(.answer, .card)').evaluateAll((cards) => cards.map((card) => `#${card.id}`)),
    'the contents in the order of the page',
  )
  await picture(commission, 'many')
  await commission.locator('[data-tool="search"]').fill('to hieu')
  await until(commission, total, count(sum(plus(said[0].land, said[0].civil))))
  t.same(await rows(commission), ['Phường Tô Hiệu'])
  t.equal(query(commission), `?${OCTOBER}&q=to hieu`)
  await commission.locator('[data-tool="search"]').fill('không đâu')
  await commission.getByText(say('list.not_found', { text: 'không đâu' })).waitFor()
  t.same(await faultsAt(commission, phone, 'vi'), [], 'usable with nothing found')
  await commission.setViewportSize(wide)
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
