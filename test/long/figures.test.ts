/** The figures' pages: every number beside a count by hand, chance told apart from cause, nothing in order of score, never NaN. */
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { type Complaints, launchBrowser, newContext } from '../support/browser.ts'
import { print } from '../support/by-hand.ts'
import { assign, createOffice, type Office } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { fillSpans, publishDay } from '../support/spans.ts'
import { logIn, opener, pageWords, readText, say } from '../support/staff-page.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const site = await startSite(t, { at: '2026-11-24T10:00:00+07:00' })
const { db } = site
// The pilot's own units would stand beside those of this test.
await db.query(`update units set valid_to = '2025-01-01'`)
const OCTOBER = '?from=2026-10-01&to=2026-10-31'
const browser = await launchBrowser(t)
const complaints: Complaints[] = []

const publish = (office: Office, counter: number, officer: number, day: string, levels: number[], aside = false) =>
  publishDay(db, office, { counter, officer, day, levels, aside })

const home = await createOffice(db, { counters: 2, officers: 6, name: 'Phường Tô Hiệu' })
for (const [place, service] of ['Hộ tịch', 'Đất đai'].entries()) {
  await db.query('update counters set service = $2 where counter_id = $1', [home.counters[place], service])
}
// The first officer, at the land counter: two good weeks and one that chance does not explain.
await publish(home, 1, 0, '2026-10-06', [1, 0, 0, 9, 20])
await publish(home, 1, 0, '2026-10-13', [0, 1, 0, 9, 20])
await publish(home, 1, 0, '2026-10-20', [8, 4, 0, 8, 20])
await publish(home, 0, 1, '2026-10-07', [0, 1, 1, 8, 30])
await publish(home, 0, 2, '2026-10-14', [0, 0, 1, 4, 15])
await publish(home, 0, 3, '2026-10-15', [0, 0, 0, 2, 10])
await publish(home, 0, 4, '2026-10-16', [0, 0, 0, 2, 5])
await publish(home, 0, 1, '2026-10-20', [0, 0, 0, 0, 7], true)
await publish(home, 0, 1, '2026-09-09', [0, 1, 2, 10, 37])
const others: Office[] = []
for (let index = 0; index < 11; index += 1) {
  const office = await createOffice(db, { officers: 1, name: `Xã ${String.fromCharCode(65 + index)}` })
  others.push(office)
  const satisfied = index === 10 ? 62 : 90 + (index % 3)
  await publish(office, 0, 0, '2026-10-12', [100 - satisfied, 0, 0, 0, satisfied])
}
// Thirteen officers of a unit that has ended: eleven with fifty ratings and more (one of them apart), one with 35, one with 12.
const large = await createOffice(db, { officers: 13, name: 'Xã Mường Bon' })
await db.query(`update units set valid_to = '2026-08-31' where unit_id = $1`, [large.unit_id])
for (let place = 0; place < 13; place += 1) {
  const n = [60, 72, 55, 90, 80, 64, 51, 110, 58, 95, 77, 35, 12][place] as number
  const satisfied = place === 4 ? 40 : Math.round(n * 0.9) + (place % 3) - 1
  await publish(large, 0, place, '2026-07-10', [n - satisfied, 0, 0, 0, satisfied])
}
await publish(large, 0, 0, '2026-07-10', [0, 0, 0, 0, 6], true)
await fillSpans(db)
for (const [place, visits] of [200, 150].entries()) {
  await db.query(
    `insert into visits (unit_id, counter_id, grain, day, visits) values ($1, $2, 'month', '2026-10-01', $3)`,
    [home.unit_id, home.counters[place], visits],
  )
}
for (const [rule, n, day] of [
  ['burst', 7, '2026-10-20'],
  ['too_soon', 1, '2026-10-21'],
] as const) {
  await db.query(
    `insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version) values ($1, $2, $3, $4, $5, $6, 2)`,
    [home.unit_id, home.counters[0], home.tablets[0]?.terminal_id, day, rule, n],
  )
}

async function reader(role: Role, first: string, reach: { unit_id?: number; officer_id?: number } = {}): Promise<Page> {
  const username = `doc.${role}.${complaints.length}`
  const unit_id = reach.officer_id ? home.unit_id : (reach.unit_id ?? null)
  await openAccount(site.pools, username, { role, unit_id, officer_id: reach.officer_id ?? null })
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  const page = await opened.context.newPage()
  await logIn(page, site.origin, username, password, first)
  return page
}

const open = opener(site.origin)
const figure = (page: Page, place: string, name: string) => readText(page, `${place} [data-figure="${name}"]`)
const names = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((nodes) => nodes.map((node) => node.textContent?.trim() ?? ''))
const inOrder = (t: Test, shown: string[], least: number, what: string) => {
  t.ok(shown.length >= least, `${what}: ${shown.length} of ${least}`)
  t.same(shown, [...shown].sort(new Intl.Collator('vi', { numeric: true }).compare), `${what} in order of name`)
}
async function picture(page: Page, name: string) {
  const folder = process.env.PICTURES
  if (!folder) return
  for (const size of [wide, middle, phone]) {
    await page.setViewportSize(size)
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForTimeout(800)
    await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true })
  }
  await page.setViewportSize(wide)
}
async function usable(t: Test, page: Page, what: string) {
  for (const language of ['vi', 'en'] as const) {
    for (const size of [wide, middle, phone]) t.same(await faultsAt(page, size, language), [], `${what}, ${language}`)
    await page.setViewportSize(wide)
    await page.locator('[data-tool="language"]').click()
    await page.locator(`html[lang="${language === 'vi' ? 'en' : 'vi'}"]`).waitFor()
  }
}

const leader = await reader('unit_leader', 'unit', { unit_id: home.unit_id })

t.test('a unit: one headline, the rest behind one disclosure, every total in its three parts', async (t) => {
  await open(leader, `/units/${home.unit_id}${OCTOBER}`, 'unit')
  const whole = print([9, 6, 2, 42, 120])
  t.equal(await figure(leader, '#top', 'satisfaction'), whole.satisfaction, '162 of 179')
  t.same([await figure(leader, '#top', 'lower'), await figure(leader, '#top', 'upper')], [whole.lower, whole.upper])
  t.ok((await readText(leader, '#top p')).includes('Trong mức dao động thông thường'), 'against September: chance')
  for (const [name, wanted] of [
    ['received', '186'],
    ['set_aside', '7'],
    ['n', '179'],
  ] as const) {
    t.equal(await figure(leader, '#annex', name), wanted, name)
  }
  const details = leader.locator('#annex details')
  t.equal(await details.getAttribute('open'), null, 'the rest is closed')
  await details.locator('summary').click()
  t.equal(await figure(leader, '#annex', 'response_rate'), '51,1%', '179 of 350')
  t.equal(await figure(leader, '#annex', 'bounds'), '46,3–95,1%', '162 and 162 + 171 of 350')
  // 76 of 79 for civil status, 86 of 100 for land; 200 and 150 came.
  t.equal(await figure(leader, '#annex', 'poststratified'), '91,8%', '(200 × 76/79 + 150 × 0,86) / 350')
  t.same(await names(leader, '#counters [data-figure="response_rate"]'), ['39,5%', '66,7%'])
  for (const [name, wanted] of [
    ['received', ['86', '100']],
    ['set_aside', ['7', '0']],
    ['n', ['79', '100']],
  ] as const) {
    t.same(await names(leader, `#counters [data-figure="${name}"]`), wanted, `counters: ${name}`)
  }
  t.equal(
    (await readText(leader, '#weeks > p')).replace(/\s+/g, ' '),
    say('series.outside_week', { names: '19/10' }),
    'one week of four is no chance',
  )
  t.same(
    await leader
      .locator('#officers [data-rung]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-rung'))),
    ['full', 'full', 'band', 'band', 'none', 'none'],
  )
  inOrder(t, await names(leader, '#officers [data-rung] > span:first-child b'), 6, 'officers')
  inOrder(t, await names(leader, '#counters tbody th'), 2, 'counters')
  const rule = vi['rule.not_sole_basis'] as string
  for (const place of ['#officers', '#annex']) t.ok((await readText(leader, place)).includes(rule), place)
  t.ok((await readText(leader, '#items')).includes(say('low.only', { low: 17, k: 4 })), 'four of seventeen low ones')
  await picture(leader, 'unit')
  await usable(t, leader, 'unit')
})

t.test('thirteen officers: a funnel with one name in it, and a table that says the same', async (t) => {
  const page = await reader('unit_leader', 'unit', { unit_id: large.unit_id })
  await open(page, `/units/${large.unit_id}?from=2026-07-01&to=2026-07-31`, 'unit')
  const funnel = page.locator('#officer-funnel')
  await funnel.scrollIntoViewIfNeeded()
  await funnel.locator('svg').waitFor()
  t.equal(await funnel.locator('.funnel-dot').count(), 12, 'a dot for everybody from thirty ratings')
  t.same(
    await names(page, '#officer-funnel .funnel-dot.below'),
    ['50,0%, 80 lượt'],
    'the dot bears no name for the pointer',
  )
  t.equal(await funnel.locator('.funnel-dot.above').count(), 0)
  const apart = 'Xã Mường Bon: cán bộ 5'
  t.same(
    (await names(page, '#officer-funnel svg text')).filter((text) => text.includes('cán bộ')),
    [apart],
    'forty of eighty bears its name',
  )
  t.ok((await readText(page, '#officer-funnel')).includes(say('funnel.officers_outside', { names: apart })))
  await page.locator('#officers details summary').click()
  const rows = page.locator('#officers tbody tr')
  inOrder(t, await names(page, '#officers tbody th'), 13, 'the table of officers')
  const cells = async (officer: number) =>
    (await names(page, `#officers tbody tr[data-officer-id="${large.officers[officer]}"] [data-figure]`)).join(' ')
  t.equal(await rows.count(), 13)
  const { lower, upper } = print([7, 0, 0, 0, 53])
  t.match(await cells(0), new RegExp(`^66 6 60 88,3% ${lower} ${upper} 88,3 `), 'received, set aside, counted')
  t.same(await names(page, '#officers tbody [data-side="below"]'), [vi['series.notable'] as string])
  t.equal(await page.locator('#officers tbody [data-side="usual"]').count(), 10)
  t.ok((await readText(page, '#officers')).includes(vi['rule.not_sole_basis'] as string))
  await picture(page, 'officers')
  await usable(t, page, 'a unit with a funnel')
  await page.close()
})

t.test('a leader asks, the commission decides, both on their page', async (t) => {
  await open(leader, `/units/${home.unit_id}${OCTOBER}`, 'unit')
  const rows = leader.locator('#episodes tbody tr')
  await rows.first().waitFor()
  t.match(await readText(leader, '#episodes tr[data-rule="burst"]'), /Từ 5 lượt.*Quầy 1/)
  const small = await readText(leader, '#episodes tr[data-rule="too_soon"]')
  t.match(small, /Dưới 5 lượt/)
  t.notMatch(small, /Quầy/, 'below five no place')
  await leader.locator('#episodes tr[data-rule="burst"] button').click()
  await leader
    .locator('#episodes')
    .getByLabel(vi['episodes.reason'] as string)
    .fill('Lớp học đến thăm')
  await picture(leader, 'episodes')
  await leader.getByRole('button', { name: vi['episodes.send'] as string, exact: true }).click()
  await leader.locator('#episodes tr[data-rule="burst"]', { hasText: 'Lớp học đến thăm' }).waitFor()

  const commission = await reader('commission', 'commission')
  await open(commission, `/${OCTOBER}`, 'commission')
  const waiting = commission.locator('#proposals [data-proposal]')
  await waiting.waitFor()
  t.match(await waiting.textContent(), /Phường Tô Hiệu.*Dồn dập.*Lớp học đến thăm/)
  await waiting.getByRole('button').click()
  await waiting.getByLabel(vi['episodes.decision'] as string).selectOption('accepted')
  await waiting.getByLabel(vi['episodes.reason'] as string).fill('Đã xem sổ trực')
  await picture(commission, 'commission')
  await waiting.getByRole('button', { name: vi['episodes.send'] as string, exact: true }).click()
  await commission.locator('#proposals', { hasText: vi['proposals.none'] as string }).waitFor()
  t.same(await db.query('select outcome, answer from episode_proposals'), [
    { outcome: 'accepted', answer: 'Đã xem sổ trực' },
  ])

  t.equal(await figure(commission, '#top', 'received'), '1.286')
  t.equal(await figure(commission, '#top', 'set_aside'), '7')
  t.equal(await commission.locator('#funnel .funnel-dot').count(), 12, 'twelve units in the funnel')
  t.ok((await readText(commission, '#funnel')).includes(say('funnel.outside', { names: 'Xã K' })))
  t.match(await readText(commission, '#funnel .named-officers'), /^Xã K: cán bộ 1 \(Xã K\): thấp hơn .*62,0%/)
  inOrder(t, await names(commission, '#units .rows .row-name'), 12, 'units')
  inOrder(t, await names(commission, '#units tbody th'), 12, 'the table of units')
  await usable(t, commission, 'commission')

  await open(commission, '/?from=2026-09-01&to=2026-09-30', 'commission')
  t.equal(await commission.locator('#funnel svg').count(), 0)
  t.ok((await readText(commission, '#funnel')).includes(vi['funnel.few'] as string), 'below ten: one sentence')
  t.equal(await commission.locator('#units tbody tr').count(), 12, 'and the table with intervals')
  const csv = (await (await site.staff('commission')).get(`/api/v1/issued-reports/draft${OCTOBER}&format=csv`)).file
  const listed = csv
    .toString('utf8')
    .split('\r\n')
    .map((line) => line.split(/[;,]/)[0] ?? '')
    .filter((name) => /^(Xã|Phường) /.test(name))
  inOrder(t, listed, 12, 'the file')
  await commission.close()
})

t.test('an officer: as far as the number goes, and how far it is to the next rung', async (t) => {
  const [counter, own, other] = [home.counters[0], home.officers[2], home.officers[3]] as [number, number, number]
  await assign(db, counter, own, '2026-11-02T07:00:00+07:00', '2026-11-16T07:00:00+07:00')
  await assign(db, counter, other, '2026-11-16T07:00:00+07:00')
  const few = await reader('officer', 'officer', { officer_id: home.officers[2] as number })
  await open(few, `/me${OCTOBER}`, 'officer')
  t.match(await readText(few, '#mine .progress'), /20 trên 30 lượt.*còn 10 lượt nữa/)
  t.equal(await few.locator('#mine > .axis-row ~ p [data-figure="satisfaction"]').count(), 0, 'no share below thirty')
  const { lower, upper } = print([0, 0, 1, 4, 15])
  t.same([await figure(few, '#mine', 'lower'), await figure(few, '#mine', 'upper')], [lower, upper])
  t.ok((await readText(few, 'main')).includes(vi['rule.not_sole_basis'] as string))
  t.equal(await few.locator('#annex details[open]').count(), 0)
  await few.locator('#annex summary').click()
  await few.locator('[data-desk] summary').click()
  t.same(
    (await names(few, '[data-desk] li')).map((text) => text.replace(/\s+/g, ' ')),
    [
      'Quầy 1từ 2/11/2026 07:00 đến 16/11/2026 07:00Phường Tô Hiệu: cán bộ 3 (tôi)',
      'Quầy 1từ 16/11/2026 07:00 đến nayPhường Tô Hiệu: cán bộ 4',
    ],
    'who was credited with the desk',
  )
  await picture(few, 'officer')
  await usable(t, few, 'officer')
  await few.close()
})

t.test('nothing said at all: dashes and words on every page and in every file, never NaN', async (t) => {
  const empty = '?from=2026-02-01&to=2026-02-28'
  const odd = /NaN|Infinity|undefined|\bnull\b|\[object/
  const officer = await reader('officer', 'officer', { officer_id: home.officers[5] as number })
  const commission = await reader('commission', 'commission')
  let seen = 0
  for (const [page, address, name] of [
    [leader, `/units/${home.unit_id}${empty}`, 'unit'],
    [officer, `/me${empty}`, 'officer'],
    [commission, `/${empty}`, 'commission'],
    [commission, `/units/${home.unit_id}${empty}`, 'unit'],
    [commission, `/units/${others[0]?.unit_id}?from=2026-10-01&to=2026-10-02`, 'unit'],
    [leader, `/reports${empty}`, 'reports'],
  ] as const) {
    await open(page, address, name)
    for (const details of await page.locator('main details').all())
      await details.evaluate((one) => one.setAttribute('open', ''))
    const text = await readText(page, 'main')
    seen += text.length
    t.notMatch(text, odd, `${name} ${address}`)
    // This server knows no mail server.
    if (name === 'reports') t.match(text, /không có thư nào được gửi.*SMTP_URL và MAIL_FROM/)
    const told = (figure: string) => names(page, `main [data-figure="${figure}"]`)
    for (const figure of [
      'satisfaction',
      'lower',
      'upper',
      'interval',
      'index',
      'response_rate',
      'limits95',
      'limits998',
    ])
      t.same(
        (await told(figure)).filter((one) => one !== '–'),
        [],
        `${name}: ${figure}`,
      )
    for (const figure of ['n', 'received', 'set_aside'])
      t.same(
        (await told(figure)).filter((one) => one !== '–' && one !== '0'),
        [],
        `${name}: ${figure}`,
      )
  }
  t.ok(seen > 5_000, `${seen} letters read`)
  await picture(leader, 'unit-empty')

  const above = await site.staff('commission')
  let files = 0
  for (const unit of ['', `&unit_id=${home.unit_id}`]) {
    for (const language of ['vi', 'en']) {
      for (const format of ['csv', 'docx', 'xlsx', 'pdf'] as const) {
        const url = `/api/v1/issued-reports/draft${empty}${unit}&language=${language}&format=${format}`
        const { status, file } = await above.get(url)
        t.equal(status, 200, url)
        files += 1
        // Drawn from the same words and tables as the others.
        if (format === 'pdf') continue
        const text = textOf(file, format)
        t.ok(text.length > 100, `${format} holds words`)
        t.notMatch(text, odd, url)
      }
    }
  }
  const boss = await site.staff('administrator')
  for (const language of ['vi', 'en']) {
    const { status, file } = await boss.get(`/api/v1/officers/${home.officers[5]}/data?language=${language}`)
    t.equal(status, 200)
    t.notMatch(textOf(file, 'xlsx'), odd, 'the officer’s workbook')
    files += 1
  }
  t.equal(files, 18)
})

/** The words of a file; zipped documents part by part. */
function textOf(file: Buffer, format: 'csv' | 'docx' | 'xlsx'): string {
  if (format === 'csv') return file.toString('utf8')
  return Object.entries(unzipSync(file))
    .filter(([name]) => /(document|sharedStrings|sheet\d+)\.xml$/.test(name))
    .map(([, bytes]) => Buffer.from(bytes).toString('utf8'))
    .join('\n')
}

t.test('no page complained', async (t) =>
  t.same(
    complaints.flatMap((one) => Object.values(one).flat()),
    [],
  ),
)
