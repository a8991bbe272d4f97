/** Every staff page of every role, in both languages and at both sizes: usable by everybody, and honest when something is wrong. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { Page, Request } from 'playwright-core'
import t, { type Test } from 'tap'
import { readConfig } from '../../server/config.ts'
import type { Role, Session } from '../../server/contract/accounts.ts'
import { openAccounts } from '../../server/demo/accounts.ts'
import { loadSimulation } from '../../server/demo/load.ts'
import { simulate } from '../../server/demo/simulation.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'
import { arrived, faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { createTestClock, testKeys } from '../support/app.ts'
import { type Complaints, launchBrowser, layoutShift, newContext, shiftClock } from '../support/browser.ts'
import { createTestDatabase } from '../support/database.ts'
import { startSite } from '../support/site.ts'
import { fillLogIn, logIn, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(360_000)
const vi = pageWords('vi')
const today = '2026-06-18'
const clock = createTestClock(`${today}T10:30:00+07:00`)
const db = await createTestDatabase(t)
await ensurePilotUnits(db.ownerUrl)
const keys = testKeys()
const parts = { config: readConfig({}), pools: db.pools, keys, clock, log: pino({ level: 'silent' }) }
const office = await loadSimulation(simulate({ seed: 'pages', months: 4, now: clock.now(), today }), parts)
const accounts = await openAccounts(office, parts)
// Nobody answers there: what is sent, and how, is test/api/mail.test.ts.
const mail = { host: '127.0.0.1', port: 9, security: 'none', login: null, from: 'hai-long@bdv.example' } as const
const site = await startSite(t, { db, keys, clock, config: { mail } })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const township = office.units.get('Thị trấn Mộc Châu')

/** Readers' clocks are right, that is the test's: what a wrong one shows is in test/fault/states.test.ts. */
async function openWindow(): Promise<Page> {
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  await shiftClock(opened.context, clock.now() - Date.now())
  return opened.context.newPage()
}

/** A reader of this role, on their first page. `place` tells which account where there are several. */
async function reader(role: Role, first: string, place = 0): Promise<Page> {
  const account = accounts.filter((one) => one.role === role)[place]
  if (!account) throw new Error(`no account ${role}`)
  const page = await openWindow()
  await logIn(page, site.origin, account.username, account.password, first)
  return page
}

/**
 * Vietnamese wide and narrow, a `main` page also in the dark and at the size between. English has the same elements and
 * colours: what may go wrong are its longer words, looked at on `main` pages; pictures of every page are taken in both.
 */
async function usable(t: Test, page: Page, name: string, { main = false } = {}): Promise<void> {
  for (const language of main ? (['vi', 'en'] as const) : (['vi'] as const)) {
    t.strictSame(await faultsAt(page, wide, language), [], `${name}, ${language}, wide`)
    if (main && language === 'vi') {
      await page.emulateMedia({ colorScheme: 'dark' })
      t.strictSame(await faultsAt(page, wide, language), [], `${name}, ${language}, wide, dark`)
      await page.emulateMedia({ colorScheme: 'light' })
      t.strictSame(await faultsAt(page, middle, language), [], `${name}, ${language}, middle`)
    }
    t.strictSame(await faultsAt(page, phone, language), [], `${name}, ${language}, narrow`)
    await page.setViewportSize(wide)
    if (!main) return
    const other = language === 'vi' ? 'en' : 'vi'
    await page.locator('[data-tool="language"]').click()
    await page.locator(`html[lang="${other}"]`).waitFor()
  }
}

async function visit(t: Test, page: Page, address: string, name: string, options: { main?: boolean } = {}) {
  await page.goto(site.origin + address)
  await settle(page, name)
  const { sum, moved } = await layoutShift(page)
  t.ok(sum < 0.01, `${address}: nothing moves while it loads`, { found: moved })
  const bare = await page.locator('main .card:has(canvas):not(:has(tbody tr))').count()
  t.equal(bare, 0, `${address}: the numbers of each picture stand in a table beside it`)
  t.strictSame(await cutButtons(page), [], `${address}: no button is cut off at the edge of its table`)
  await usable(t, page, address, options)
}

/**
 * On a telephone no row of figures runs out of its card, in either language: a share is never seen without its interval.
 * What citizens named is counts, and of up to twelve units side by side.
 */
async function isWholeOnPhones(t: Test, page: Page, address: string, cards: string[]) {
  await page.goto(site.origin + address)
  await page.setViewportSize(phone)
  for (const card of cards) await page.locator(`#${card} .scroll table`).first().waitFor({ state: 'attached' })
  for (const language of ['vi', 'en'] as const) {
    const cut = await page.evaluate(() => {
      for (const details of document.querySelectorAll('main details')) details.setAttribute('open', '')
      const regions = [...document.querySelectorAll('main .scroll:not(:has(.several))')]
      const wider = regions.filter((region) => region.scrollWidth > region.clientWidth)
      return wider.map((region) => `${region.closest('.card')?.id}: ${region.scrollWidth}`)
    })
    t.strictSame(cut, [], `${address}, ${language}`)
    await page.locator('[data-tool="language"]').click()
    await page.locator(`html[lang="${language === 'vi' ? 'en' : 'vi'}"]`).waitFor()
  }
  await page.setViewportSize(wide)
}

/** Cards are numbered as they are read, row by row, and none of them leaves a hole beside it. */
async function readsInOrder(t: Test, page: Page) {
  await page.setViewportSize(wide)
  const { places, filled } = await page.locator('.week-grid').evaluate((grid) => {
    const boxes = [...grid.children].map((card) => card.getBoundingClientRect())
    const area = (box: DOMRect) => box.width * box.height
    const filled = boxes.reduce((sum, box) => sum + area(box), 0) / area(grid.getBoundingClientRect())
    return { places: boxes.map(({ top, left }) => Math.round(top) * 10_000 + Math.round(left)), filled }
  })
  t.same(
    places,
    places.toSorted((one, other) => one - other),
    'the order of the page is the order of its numbers',
  )
  t.ok(places.length > 5 && filled > 0.85, `cards fill ${filled} of their place`)
}

/** On a telephone the roster's week is pushed to today, also where the page became narrow after it was drawn. */
async function showsToday(t: Test, page: Page) {
  await page.goto(`${site.origin}/roster`)
  await settle(page, 'roster')
  for (const size of [phone, wide, phone]) {
    await page.setViewportSize(size)
    await arrived(page)
    const { names, now, end } = await page.locator('#week .scroll').evaluate((frame) => ({
      names: frame.querySelector('tbody th')?.getBoundingClientRect().right ?? 0,
      now: frame.querySelector('thead [aria-current]')?.getBoundingClientRect() ?? new DOMRect(),
      end: frame.getBoundingClientRect().right,
    }))
    t.ok(now.width > 0 && now.left >= names - 1 && now.right <= end + 1, `today is in sight at ${size.width}`, {
      found: { names, now, end },
    })
  }
  await page.setViewportSize(wide)
}

/** Where no finger pushes a table sideways, every button of its rows is in sight. */
async function cutButtons(page: Page): Promise<string[]> {
  const cut: string[] = []
  for (const size of [middle, wide]) {
    await page.setViewportSize(size)
    const names = await page.evaluate(() =>
      [...document.querySelectorAll('main .scroll:has(td .button)')]
        .filter((region) => region.scrollWidth > region.clientWidth)
        .map((region) => `${region.ariaLabel}: ${region.scrollWidth} of ${region.clientWidth}`),
    )
    cut.push(...names.map((name) => `${size.width}, ${name}`))
  }
  return cut
}

/** However late each answer comes, and in whatever order: what is read already stays where it is, and no word was not so. */
async function comesLate(t: Test, page: Page, address: string, none: string) {
  // Everything is in sight.
  await page.setViewportSize({ width: wide.width, height: 6000 })
  const asked: string[] = []
  const answered = (url: URL) => url.pathname.startsWith('/api/v1/') && !url.pathname.endsWith('/changes')
  for (const first of [true, false]) {
    await page.route(answered, async (route) => {
      const url = route.request().url()
      if (first) asked.push(url)
      else await new Promise((resolve) => setTimeout(resolve, 150 * (asked.length - asked.indexOf(url))))
      await route.continue()
    })
    await page.goto(site.origin + address)
    if (!first) t.equal(await page.locator(none).count(), 0, 'what is not known yet is not called none')
    await page.waitForLoadState('networkidle')
    await page.unrouteAll({ behavior: 'wait' })
    const { sum, moved } = await layoutShift(page)
    t.ok(sum < 0.0005, `${address}, answers ${first ? 'as they come' : 'one after the other'}: nothing moves`, {
      found: [sum, ...moved],
    })
  }
  t.ok(asked.length > 3)
  await page.locator(none).first().waitFor()
  await page.setViewportSize(wide)
}

/** What citizens named: numbers end where the heads above them do; between phone and desk no number leaves its card. */
async function standsInColumns(t: Test, page: Page): Promise<void> {
  const ends = await page.locator('#items .items').evaluate((table) => {
    const endsOf = (cell: Element | undefined, selector: string) =>
      [...(cell?.querySelectorAll(selector) ?? [])].map((node) => {
        const text = document.createRange()
        text.selectNodeContents(node)
        return Math.round(text.getBoundingClientRect().right)
      })
    const heads = table.querySelectorAll('thead th')
    const told = [...table.querySelectorAll('tbody:nth-of-type(1) > tr:nth-child(2) > *')].flatMap((cell, place) =>
      cell.querySelector('.butterfly') ? [{ cell, head: heads[place] }] : [],
    )
    return {
      heads: told.flatMap(({ head }) => endsOf(head, '.sides span')),
      numbers: told.flatMap(({ cell }) => endsOf(cell, '.butterfly > b, [data-figure="broken"]')),
    }
  })
  t.ok(ends.heads.length >= 2)
  t.same(ends.numbers, ends.heads, 'numbers end where their heads do')
  await page.setViewportSize(middle)
  const over = await page.locator('#items .scroll').evaluate((one) => one.scrollWidth - one.clientWidth)
  t.equal(over, 0, 'the whole table is in its card')
  await page.setViewportSize(wide)
}

/** What the tabulator key never reaches, and what does not show that it has the focus. */
async function byKeyboard(page: Page): Promise<string[]> {
  const places = await page.evaluate(() => {
    const named = (node: Element) => node.outerHTML.slice(0, 80)
    const seen = new Set<Element>()
    const faults: string[] = []
    const wanted = [
      ...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'),
    ].filter(
      // A closed disclosure hides what is in it, and of a group of choices one is reached.
      (node) => node.checkVisibility() && !node.matches('input[type="radio"]:not(:checked)'),
    )
    document.addEventListener('focusin', ({ target }) => {
      const node = target as Element
      const { outlineStyle, boxShadow } = getComputedStyle(node)
      if (!seen.has(node) && outlineStyle === 'none' && boxShadow === 'none') faults.push(`no ring: ${named(node)}`)
      seen.add(node)
    })
    ;(document.activeElement as HTMLElement).blur()
    Object.assign(window, {
      missed: () => [
        ...faults,
        ...wanted.filter((node) => !seen.has(node)).map((node) => `never reached: ${named(node)}`),
      ],
    })
    return wanted.length
  })
  for (let nth = 0; nth < places + 3; nth += 1) await page.keyboard.press('Tab')
  return page.evaluate(() => (window as unknown as { missed(): string[] }).missed())
}

t.test('nobody: log-in, a wrong password, set-up', async (t) => {
  const page = await openWindow()
  await page.goto(`${site.origin}/login`)
  await settle(page, 'login')
  await usable(t, page, 'log-in', { main: true })
  await fillLogIn(page, 'danvan', 'không phải mật khẩu này')
  await page.getByRole('alert').waitFor()
  t.equal(await readText(page, '[role="alert"]'), vi['error.login_failed'])
  await usable(t, page, 'wrong password')
  await visit(t, page, '/setup#token', 'setup')
  await page.close()
})

t.test('a typeface that comes late changes no text that is being read', async (t) => {
  const page = await openWindow()
  let come = () => {}
  const family = () => page.evaluate(() => getComputedStyle(document.body).fontFamily.split(',')[0])
  /** Opens the address while the fonts are held back, then lets them come; returns the typeface before and after. */
  const open = async (address: string, drawn: string): Promise<(string | undefined)[]> => {
    const held = new Promise<void>((resolve) => {
      come = resolve
    })
    await page.route('**/*.woff2', (route) => held.then(() => route.continue()))
    await page.goto(site.origin + address, { waitUntil: 'commit' })
    await page.locator(drawn).first().waitFor()
    const before = await family()
    come()
    await page.waitForFunction(() =>
      ['400', '600'].every((weight) => document.fonts.check(`${weight} 16px "Be Vietnam Pro"`, 'aắ')),
    )
    await arrived(page)
    await page.unrouteAll({ behavior: 'wait' })
    const { sum, moved } = await layoutShift(page)
    t.equal(sum, 0, `${address}: nothing moves`, { found: moved })
    return [before, await family()]
  }
  const [fallback] = await open(`/board/${township}`, 'main h1')
  t.not(fallback, '"Be Vietnam Pro"')
  t.same(await open('/login', 'main h1'), [fallback, fallback])
  const { username, password } = accounts.find(({ role }) => role === 'commission') ?? { username: '', password: '' }
  await fillLogIn(page, username, password)
  await settle(page, 'commission')
  t.equal(await family(), '"Be Vietnam Pro"', 'the next page has it')
  t.same(await open('/', 'main[data-page="commission"] h1'), [fallback, fallback])
  await page.locator('.bar nav a:not([aria-current])').first().click()
  await page.locator('main:not([data-page="commission"]):not([data-page="notice"]) h1').first().waitFor()
  t.equal(await family(), '"Be Vietnam Pro"')
  await page.close()
})

t.test('commission', async (t) => {
  const page = await reader('commission', 'commission')
  await visit(t, page, '/', 'commission', { main: true })
  await standsInColumns(t, page)
  await page.locator('[data-tool="theme"]').dblclick()
  await page.locator('html[data-theme="dark"]').waitFor()
  await page.emulateMedia({ media: 'print' })
  const paper = await page.evaluate(() => ({
    ink: getComputedStyle(document.querySelector('#units h2') as Element).color,
    hidden: [...document.querySelectorAll('.bar, nav, .filters')].filter((one) => one.getClientRects().length > 0)
      .length,
    cut: [...document.querySelectorAll('.scroll')].filter((one) => getComputedStyle(one).overflowX !== 'visible')
      .length,
  }))
  t.same(paper, { ink: 'rgb(27, 26, 34)', hidden: 0, cut: 0 }, 'on paper: dark letters, whole tables, nothing to click')
  t.equal(await page.locator('main :is(.button, summary):visible').count(), 0, 'nor a button, nor what nobody opened')
  await page.emulateMedia({ media: 'screen' })
  await page.locator('[data-tool="theme"]').click()
  await standsForcedColors(t, page)
  await page.locator('[data-tool="period"]').click()
  await usable(t, page, '/ with the choice of periods')
  t.equal(await page.locator('.fresh.late').count(), 1, 'a tablet is out of contact')
  await visit(t, page, '/?from=2020-01-01&to=2020-03-31', 'commission')
  t.equal(await page.locator('.fresh.late').count(), 0, 'which brings nothing more of days long over')
  await visit(t, page, `/units/${township}`, 'unit')
  t.equal(
    await page.locator('.bar nav [aria-current]').getAttribute('href'),
    '/',
    'the page that led here stays marked',
  )
  await comesLate(t, page, `/units/${township}`, '#episodes p')
  await comesLate(t, page, '/', '#proposals p')
  await isWholeOnPhones(t, page, `/units/${township}`, ['weeks', 'officers', 'counters'])
  await isWholeOnPhones(t, page, '/', ['units', 'levels', 'running'])
  await asksFirst(t, page, { address: '/', path: '/reports/units', name: 'commission' })
  const ofUnit = { path: `/reports/units/${township}`, name: 'unit' }
  await asksFirst(t, page, { address: `/units/${township}`, ...ofUnit })
  await visit(t, page, '/nowhere', 'notice')
  await keepsItsWords(t, page)
  await page.close()
})

t.test('reports: a draft as a file, one issued under the next number, a letterhead kept', async (t) => {
  const page = await reader('commission', 'commission')
  await page.goto(`${site.origin}/reports`)
  await settle(page, 'reports')
  const { sum, moved } = await layoutShift(page)
  t.ok(sum < 0.01, 'nothing moves while it loads', { found: moved })
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Word', exact: true }).first().click(),
  ])
  t.match(file.suggestedFilename(), /^toan-tinh-2026-05-15-2026-06-14-du-thao\.docx$/)
  t.equal(
    readFileSync(await file.path())
      .subarray(0, 2)
      .toString(),
    'PK',
  )
  await page.getByLabel(vi['reports.signer_name'] as string).fill('Lò Thị Ánh')
  await page.getByRole('button', { name: vi['reports.save'] as string }).click()
  await page.getByText(vi['reports.saved'] as string).waitFor()
  await keepsFocus(t, page)
  const issue = page.getByRole('button', { name: vi['reports.issue'] as string })
  await issue.click()
  await issue.click()
  const row = page.locator('[data-issued]')
  await row.waitFor()
  t.equal((await row.locator('th').textContent())?.trim(), '1/2026')
  const [issued] = await Promise.all([page.waitForEvent('download'), row.getByRole('button', { name: /PDF/ }).click()])
  t.match(issued.suggestedFilename(), /^bao-cao-1-2026\.pdf$/)
  t.equal(
    readFileSync(await issued.path())
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  )
  const address = page.getByLabel(vi['mail.address'] as string)
  await address.fill('vanthu sonla')
  await page.getByRole('button', { name: vi['mail.save'] as string }).click()
  await page.getByText(vi['error.mail_address_refused'] as string).waitFor()
  await page.locator('[data-tool="language"]').click()
  await page.getByText(pageWords('en')['error.mail_address_refused'] as string).waitFor()
  await page.locator('[data-tool="language"]').click()
  await page.getByText(vi['error.mail_address_refused'] as string).waitFor()
  t.equal(await address.inputValue(), 'vanthu sonla', 'nothing typed is lost, and the refusal follows the language')
  await address.fill('vanthu@sonla.example')
  await page.getByRole('button', { name: vi['mail.save'] as string }).click()
  await page.getByText(vi['mail.saved'] as string).waitFor()
  const scheduled = page.locator('[data-schedule]')
  await scheduled.waitFor()
  t.match(
    await readText(page, '[data-schedule]'),
    /vanthu@sonla\.example.*Tháng, kỳ từ ngày 15 đến ngày 14.*14\/7\/2026.17:00.*15\/6.*14\/7\/2026/s,
  )
  await db.query(
    `insert into report_mails (schedule_id, from_day, to_day, issued_report_id, state, problem, next_try_at, changed_at)
     select schedule_id, '2026-05-15', '2026-06-14', issued_report_id, 'uncertain', 'lost', $1, $1
       from report_schedules, issued_reports`,
    [new Date(clock.now())],
  )
  await page.reload()
  await scheduled.getByText(vi['mail.problem_lost'] as string).waitFor()
  await usable(t, page, 'reports', { main: true })
  const again = scheduled.getByRole('button', { name: vi['mail.resend'] as string })
  await again.click()
  await scheduled.getByText(vi['mail.resend_uncertain'] as string).waitFor()
  await again.click()
  await scheduled.getByText(vi['mail.state_waiting'] as string).waitFor()
  const end = scheduled.getByRole('button', { name: vi['mail.end'] as string })
  await end.click()
  await end.click()
  await page.getByText(say('mail.none', { name: 'toàn tỉnh' })).waitFor()
  await page.goto(`${site.origin}/reports?from=2026-06-15&to=2026-07-14`)
  await page.getByText(vi['reports.not_over'] as string).waitFor()
  await page.close()
})

t.test('leader', async (t) => {
  const page = await reader('unit_leader', 'unit')
  const own = await page.locator('[data-unit-id]').first().getAttribute('data-unit-id')
  await asksFirst(t, page, { address: '/', path: `/reports/units/${own}`, name: 'unit' })
  await visit(t, page, new URL(page.url()).pathname, 'unit', { main: true })
  await standsInColumns(t, page)
  t.strictSame(await byKeyboard(page), [], 'the whole page by keyboard')
  await page.getByRole('button', { name: vi['matters.take_up'] as string }).focus()
  await page.keyboard.press('Enter')
  await page.locator('[data-form="matter"] input:focus').waitFor()
  await page
    .locator('[data-form="matter"]')
    .getByRole('button', { name: vi['form.cancel'] as string })
    .press('Enter')
  await page.locator('.take-up button:focus').waitFor()
  await printsLight(t, page)
  await page.locator('#officers header a').click()
  await settle(page, 'figures')
  t.ok((await readText(page, '#rungs')).includes('từ 30'), 'the explanation of the figures on that card')
  await usable(t, page, 'how the figures are read', { main: true })
  await page.goBack()
  await settle(page, 'unit')
  for (const name of ['roster', 'terminals', 'public-board', 'voices']) await visit(t, page, `/${name}`, name)
  await showsToday(t, page)
  await page.close()
})

/** While another comparison is on its way, the dimmed figures keep the words they came with. */
async function keepsItsWords(t: Test, page: Page): Promise<void> {
  const says = (key: string) =>
    page.locator('#units').evaluate((node, word) => node.textContent?.includes(word) ?? false, vi[key] as string)
  const questions = '**/api/v1/reports/units?**'
  await page.goto(`${site.origin}/`)
  await settle(page, 'commission')
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route(questions, async (route) => {
    await held
    await route.continue()
  })
  await page.locator('[data-tool="compare"]').selectOption('last_year')
  await page.locator('main .stale').waitFor()
  t.same([await says('compare.previous'), await says('compare.last_year')], [true, false], 'old figures, old words')
  answer()
  await page.locator('main .stale').waitFor({ state: 'detached' })
  t.same([await says('compare.previous'), await says('compare.last_year')], [false, true], 'new ones, new words')
  await page.unroute(questions)
}

/** Where the system chooses the colours: the focus is seen, pictures keep their grounds, what is chosen is told from the rest. */
async function standsForcedColors(t: Test, page: Page): Promise<void> {
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto(`${site.origin}/`)
  await settle(page, 'commission')
  await page.keyboard.press('Tab')
  const ring = await page.evaluate(() => {
    const { outlineStyle, outlineColor } = getComputedStyle(document.activeElement as Element)
    return outlineStyle === 'solid' && !/, 0\)$/.test(outlineColor)
  })
  t.ok(ring, 'the focus has an outline')
  const grounds = async (selector: string) => {
    // What stands below the first cards is drawn after them.
    await page.locator(selector).first().waitFor({ state: 'attached' })
    return page
      .locator(selector)
      .evaluateAll((parts) => new Set(parts.map((part) => getComputedStyle(part).backgroundColor)).size)
  }
  t.equal(await grounds('#levels .legend .swatch'), 5, 'five levels, five grounds')
  t.equal(await grounds('#units .range-bar, #units .range'), 3, 'intervals of both periods on their ground')
  await page.locator('[data-tool="period"]').click()
  t.equal(await grounds('.picker-grid button'), 2, 'the chosen period is told from the others')
  await page.keyboard.press('Escape')
  await page.emulateMedia({ forcedColors: 'none' })
}

/** By keyboard: the focus goes with what makes room for something else, and comes back. */
async function keepsFocus(t: Test, page: Page): Promise<void> {
  const focused = () =>
    page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent?.trim() ?? '')
  const issue = page.getByRole('button', { name: vi['reports.issue'] as string })
  await issue.focus()
  await page.keyboard.press('Enter')
  t.equal(await focused(), vi['reports.issue_confirm'], 'a question that stands where the button stood')
  await page.keyboard.press('Escape')
  await page.waitForFunction((name) => document.activeElement?.textContent === name, vi['reports.issue'] as string)
  t.equal(await focused(), vi['reports.issue'], 'and the button again')
}

/** Drawn in the dark, printed light: pixel by pixel what the light page shows. */
async function printsLight(t: Test, page: Page): Promise<void> {
  const picture = () =>
    page
      .locator('main canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const event = (name: string) => page.evaluate((told) => dispatchEvent(new Event(told)), name)
  await page.locator('main canvas').first().scrollIntoViewIfNeeded()
  const light = await picture()
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.waitForFunction(
    (before) => document.querySelector<HTMLCanvasElement>('main canvas')?.toDataURL() !== before,
    light,
  )
  const dark = await picture()
  await event('beforeprint')
  t.ok((await picture()) === light, 'paper is light')
  await event('afterprint')
  t.ok((await picture()) === dark, 'and the screen dark again')
  await page.emulateMedia({ colorScheme: 'light' })
}

interface Early {
  address: string
  /** Path of the question, below /api/v1; with what it asks for, where that tells it from another one. */
  path: string
  /** `data-page` of the page. */
  name: string
}

/** The page's code is held back until what it will show has been asked for; and what came is what is shown. */
async function asksFirst(t: Test, page: Page, early: Early): Promise<void> {
  t.equal(await openHeldBack(page, early), 1, `${early.address}: the page takes up that answer`)
}

async function openHeldBack(page: Page, { address, path, name }: Early): Promise<number> {
  // A question that knows no answer yet; one that asks whether there is something new brings the answer's tag.
  const asked: string[] = []
  const pathOf = (request: Request) => {
    const { pathname, search } = new URL(request.url())
    return (path.includes('?') ? pathname + search : pathname).replace('/api/v1', '')
  }
  const note = (request: Request) => {
    if (!request.headers()['if-none-match']) asked.push(pathOf(request))
  }
  page.on('request', note)
  const entry = /\/assets\/index-[\w-]+\.js$/
  const question = page.waitForRequest((request) => pathOf(request) === path)
  await page.route(entry, async (route) => {
    await question
    await route.continue()
  })
  await page.goto(site.origin + address)
  await settle(page, name)
  page.off('request', note)
  await page.unroute(entry)
  return asked.filter((one) => one === path).length
}

t.test('officers: with many ratings and with few', async (t) => {
  for (const place of [0, 1]) {
    const page = await reader('officer', 'officer', place)
    if (place === 0) await asksFirst(t, page, { address: '/me', path: '/reports/me', name: 'officer' })
    await visit(t, page, '/me', 'officer', { main: place === 0 })
    await page.close()
  }
})

t.test('clerk, with a pairing code on the screen; and where a clerk may not go', async (t) => {
  const page = await reader('unit_clerk', 'week')
  const { account } = (await (await page.request.get(`${site.origin}/api/v1/session`)).json()) as Session
  const own = account.unit?.unit_id
  await asksFirst(t, page, { address: '/roster', path: `/assignments?unit_id=${own}&limit=500`, name: 'roster' })
  await visit(t, page, '/week', 'week', { main: true })
  await readsInOrder(t, page)
  for (const name of ['people', 'account', 'holidays']) await visit(t, page, `/${name}`, name)
  // The unit's own day: added, taken out, put back; the province's days are only read.
  await page.getByLabel(vi['holidays.name'] as string, { exact: true }).fill('Ngày hội của xã')
  await page.getByLabel(vi['holidays.day'] as string, { exact: true }).fill('2026-12-24')
  t.equal(await page.locator('#form .day-held').textContent(), 'Thứ Năm, 24/12/2026', 'the day in words')
  await page.getByRole('button', { name: vi['form.add'] as string, exact: true }).click()
  const day = page.locator('tr[data-holiday-id]', { hasText: 'Ngày hội của xã' })
  await day.getByRole('button', { name: vi['holidays.remove'] as string }).click()
  await day.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: vi['now.undo'] as string, exact: true }).click()
  await day.getByRole('button', { name: vi['holidays.remove'] as string }).waitFor()
  const others = page.locator('tr[data-holiday-id]').filter({ hasText: vi['holidays.everywhere'] as string })
  t.ok((await others.count()) > 5, "the province's days are there")
  t.equal(await others.getByRole('button').count(), 0, 'and a clerk cannot touch them')
  await page.goto(`${site.origin}/terminals`)
  await settle(page, 'terminals')
  await page.locator('select[name="counter_id"]').selectOption({ index: 1 })
  await page.getByRole('button', { name: vi['pairing.create'] as string }).click()
  await page.locator('[data-pairing-code]').waitFor()
  const waiting = page.locator('[data-terminal-id][data-state="waiting"]')
  await waiting
    .locator('.who', { hasText: vi['terminals.new'] as string })
    .first()
    .waitFor()
  const said = say('terminals.some_waiting', { k: await waiting.count() })
  t.ok((await readText(page, 'main .told-on')).endsWith(said), 'whoever counts the cards finds every tablet above them')
  await usable(t, page, 'terminals with a code', { main: true })
  await page.setViewportSize(wide)
  const rows = await page.locator('article.tablet').evaluateAll((cards) => {
    const top = (node: Element | null) => Math.round(node?.getBoundingClientRect().top ?? 0)
    return cards.map((card) => `${top(card)}: ${top(card.querySelector('.who'))}`)
  })
  const beside = new Set(rows.map((row) => row.split(':')[0])).size
  t.equal(new Set(rows).size, beside, `a title of one line leaves its card's rows level with the neighbour's: ${rows}`)
  await visit(t, page, `/units/${township}`, 'unit', { main: true })
  await page.goto(`${site.origin}/public-board`)
  await settle(page, 'notice')
  t.equal(await readText(page, 'main h1'), vi['error.forbidden'])
  await usable(t, page, 'forbidden')
  await page.close()
})

t.test('inspector', async (t) => {
  const page = await reader('inspector', 'integrity')
  await visit(t, page, '/integrity', 'integrity', { main: true })
  await visit(t, page, '/audit', 'audit')
  await page.close()
})

t.test('administrator', async (t) => {
  const page = await reader('administrator', 'admin')
  await asksFirst(t, page, { address: '/admin/units', path: '/units?limit=500', name: 'admin' })
  await visit(t, page, '/admin', 'admin', { main: true })
  for (const section of ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts']) {
    await visit(t, page, `/admin/${section}`, 'admin')
  }
  await page.goto(`${site.origin}/admin/terminals?q=moc%20chau`)
  await settle(page, 'admin')
  const places = await page.locator('article[data-terminal-id] h3').allTextContents()
  t.ok(places.length > 0 && places.every((place) => place.includes('Mộc Châu')), 'tablets are searched')
  await page.locator('select[name="tools_unit"]').selectOption(String(township))
  await page.locator('#pair select[name="counter_id"]').waitFor()
  await page.locator('#service-pin [data-pin]').waitFor()
  await page.locator('[data-tool="show"]').selectOption('hand')
  await page.waitForURL(/show=hand/)
  await visit(t, page, '/holidays', 'holidays')
  t.same(
    await page.locator('#form .day-held').allTextContents(),
    ['Thứ Năm, 18/6/2026'],
    'the day that is offered, in words',
  )
  for (const { width } of [wide, phone, middle]) {
    await page.setViewportSize({ width, height: 800 })
    const row = page.locator('.sub')
    // Seen by an observer of the row's width, before the next picture.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    const { left, right, more } = await row.evaluate((nav) => {
      const { left, right } = nav.querySelector('[aria-current]')?.getBoundingClientRect() ?? { left: -1, right: 9999 }
      return { left, right, more: nav.getAttribute('data-more') }
    })
    t.ok(left >= 0 && right <= width, `the present page is in sight at ${width}`, { found: { left, right } })
    t.equal(more !== '', await row.evaluate((nav) => nav.scrollWidth > nav.clientWidth + 1), `edges fade at ${width}`)
  }
  await page.setViewportSize(wide)
  await page.goto(`${site.origin}/admin/counters`)
  await settle(page, 'admin')
  const units = await page.locator('tr[data-counter-id] td:nth-child(2)').allTextContents()
  t.same([...new Set(units)].length, units.filter((unit, row) => unit !== units[row - 1]).length, 'unit by unit')
  t.equal(await page.locator('select[name="unit_id"]').inputValue(), '', 'no unit is chosen beforehand')
  await page.close()
})

/** Answers with headers and the beginning of a body, and never goes on. */
async function startStalledServer(t: Test): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

for (const place of ['before an answer', 'in the middle of an answer']) {
  t.test(`a network that died without a word ${place} is told like a server that is gone`, async (t) => {
    const page = await reader('commission', 'commission')
    // Before the page begins, so that every one of its waits is of this clock; whatever began earlier would last as long as it says.
    await page.clock.install()
    await page.reload()
    await settle(page, 'commission')
    const before = await readText(page, '#units')
    const stalled = place === 'before an answer' ? null : await startStalledServer(t)
    let asked = 0
    const caught = () => {
      asked++
    }
    await page.route('**/api/v1/reports/**', (route) =>
      stalled === null ? caught() : route.continue({ url: stalled }),
    )
    if (stalled !== null) page.on('response', caught)
    while (asked === 0) await page.clock.runFor(61_000)
    // An answer that was already on its way may still come, and then the page waits another round.
    const gone = page.locator('.gone')
    for (let round = 0; round < 10 && !(await gone.isVisible()); round += 1) await page.clock.runFor(31_000)
    t.ok(await gone.isVisible(), 'the page says so')
    t.equal(await readText(page, '#units'), before, 'the last figures stay')
    await page.unroute('**/api/v1/reports/**')
    // Ends a try that was caught by the dead network; until then no other one begins.
    await page.clock.runFor(31_000)
    // The next try of its own may be faster than a click.
    await gone
      .locator('button')
      .click({ timeout: 2000 })
      .catch(() => {})
    await gone.waitFor({ state: 'detached' })
    t.equal(await readText(page, '#units'), before)
    await page.close()
  })
}

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
