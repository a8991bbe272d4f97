/** The public board as people read it: a wall and a telephone, every number counted by hand, and what it says when something is wrong. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Page } from 'playwright-core'
import t from 'tap'
import { readConfig } from '../../server/config.ts'
import { qrModules } from '../../server/contract/qr.ts'
import { closeMonths } from '../../server/count/boards.ts'
import { openAccounts } from '../../server/demo/accounts.ts'
import { loadSimulation } from '../../server/demo/load.ts'
import { simulate } from '../../server/demo/simulation.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'
import { faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { createTestClock, testKeys } from '../support/app.ts'
import { type Complaints, eventually, launchBrowser, newContext } from '../support/browser.ts'
import { createTestDatabase } from '../support/database.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { logIn, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(360_000)
const vi = pageWords('vi')
const en = pageWords('en')
const today = '2026-06-18'
const wall = { width: 1920, height: 1080 }
const clock = createTestClock(`${today}T10:30:00+07:00`)
const db = await createTestDatabase(t)
await ensurePilotUnits(db.ownerUrl)
const keys = testKeys()
const parts = { config: readConfig({}), pools: db.pools, keys, clock, log: pino({ level: 'silent' }) }
const office = await loadSimulation(simulate({ seed: 'board', months: 4, now: clock.now(), today }), parts)
const accounts = await openAccounts(office, parts)
const site = await startSite(t, { db, keys, clock })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const unit = office.units.get('Thị trấn Mộc Châu')
const address = `/board/${unit}`
const procedures = 'https://dichvucong.gov.vn/p/home/dvc-trang-chu.html'

async function openWindow(size: { width: number; height: number }, options = {}): Promise<Page> {
  const opened = await newContext(browser, { viewport: size, ...options })
  complaints.push(opened.complaints)
  return opened.context.newPage()
}

/** `PICTURES=folder` keeps what the test looked at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

const ready = (page: Page) =>
  page.locator('main[data-page="board"] h1, main[data-page="board"] .month').first().waitFor()
const figure = (page: Page, name: string) => readText(page, `[data-figure="${name}"]`)

/** True when everything is in sight: a wall does not scroll. */
const fits = (page: Page) =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement
    const panels = [...document.querySelectorAll('.panel')].filter(
      (panel) => panel.scrollHeight > panel.clientHeight + 1,
    )
    return { down: scrollHeight - clientHeight, sideways: scrollWidth - clientWidth, cut: panels.length }
  })
const whole = { down: 0, sideways: 0, cut: 0 }

t.test(
  'closed: the same page as for a unit that is not there; it opens by itself once the leader opens it',
  async (t) => {
    for (const path of [address, '/board/999999', '/board/x']) {
      const page = await openWindow(phone)
      await page.goto(site.origin + path)
      await page.getByRole('heading', { name: vi['board.closed'] as string }).waitFor()
      t.same(await faultsAt(page, phone, 'vi'), [], path)
      await page.context().close()
    }
  },
)

t.test('a leader opens it, names who is on duty, and writes what was changed', async (t) => {
  const account = accounts.find(({ username }) => username === 'lanhdao.mc')
  if (!account) throw new Error('no leader')
  const page = await openWindow(wide)
  await logIn(page, site.origin, account.username, account.password, 'unit')
  await page.getByRole('link', { name: vi['nav.board'] as string }).click()
  await settle(page, 'public-board')
  t.equal(await readText(page, 'main h1'), say('board_form.is_closed'))
  t.same(await faultsAt(page, wide, 'vi'), [], 'closed')
  await picture(page, 'form-closed-1280')
  await page.getByRole('button', { name: vi['board_form.open'] as string }).click()
  await page.getByRole('heading', { name: say('board_form.is_open') }).waitFor()

  const field = (key: string) => page.getByLabel(vi[key] as string, { exact: true })
  await field('board.duty_leader').fill('Hoàng Văn Pản')
  await field('board_form.duty_leader_phone').fill('0212 3000 202')
  await field('board_form.procedures_url').fill('dichvucong.gov.vn')
  await page.getByRole('button', { name: vi['form.save'] as string }).click()
  await page.getByText(vi['form.bad_field'] as string).waitFor()
  await field('board_form.procedures_url').fill(procedures)
  await page.getByRole('button', { name: vi['form.save'] as string }).click()
  await page.getByText(vi['board_form.saved'] as string).waitFor()
  for (const [asked, done] of [
    ['Tờ khai khó hiểu', 'Có mẫu điền sẵn, có người hướng dẫn'],
    ['Không biết còn bao lâu tới lượt', 'Đã treo bảng số thứ tự từ 2/5'],
    ['Phòng chờ thiếu ghế cho người già', 'Đã kê thêm 8 ghế có tựa, gần Quầy 1'],
  ] as const) {
    await field('board_form.asked').fill(asked)
    await field('board_form.done').fill(done)
    await page.getByRole('button', { name: vi['board_form.add'] as string }).click()
    await page.getByRole('rowheader', { name: asked }).waitFor()
  }
  for (const [name, size] of Object.entries({ 1280: wide, 800: middle, 390: phone })) {
    t.same(await faultsAt(page, size, 'vi'), [], name)
    await picture(page, `form-open-${name}`)
  }
  await page.context().close()
})

t.test('on the wall: every number is the one counted by hand, the code is right, nothing scrolls', async (t) => {
  // By hand: what was published of May up to now. The share as in the formula's own test.
  const [may] = await db.query<{ n: number; satisfied: number }>(
    `select sum(n1 + n2 + n3 + n4 + n5)::int as n, sum(n4 + n5)::int as satisfied from steps
      where unit_id = $1 and not set_aside and local_day between '2026-05-01' and '2026-05-31'`,
    [unit],
  )
  const { n, satisfied } = may as { n: number; satisfied: number }
  t.ok(n >= 20, `${n} ratings in May`)
  const page = await openWindow(wall)
  await page.goto(site.origin + address)
  await ready(page)
  const percent = `${((satisfied / n) * 100).toFixed(1).replace('.', ',')}%`
  t.equal(await figure(page, 'satisfaction'), percent)
  const [visits] = await db.query<{ visits: number | null }>('select visits from board_months where unit_id = $1', [
    unit,
  ])
  const told = visits?.visits ?? null
  const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, '.')
  t.equal(
    await figure(page, 'n'),
    told === null
      ? say('board.of_n', { n: grouped(n) })
      : say('board.of_visits', { n: grouped(n), visits: grouped(told) }),
  )
  const [apart] = await db.query<{ n: number }>(
    `select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0)::int as n from steps
      where unit_id = $1 and set_aside and local_day between '2026-05-01' and '2026-05-31'`,
    [unit],
  )
  const aside = apart?.n ?? 0
  const parts = say('board.parts', { received: grouped(n + aside), set_aside: grouped(aside) })
  if (aside === 0 || aside >= 5) t.equal(await figure(page, 'parts'), parts)
  else t.equal(await page.locator('[data-figure="parts"]').count(), 0, 'too few to be told')
  t.equal(await readText(page, '.time time'), '10:30')
  t.match(await readText(page, '.time small'), /^thứ năm, 18\/6\/2026$/i)
  // Lines end after commas alone: other spaces are of the kind that no line ends at.
  const vows = (await page.locator('.vow li').allTextContents()).map((vow) => vow.replaceAll('\u00a0', ' '))
  t.same(vows, [
    ...['Xin chào', 'Xin lỗi', 'Xin cảm ơn', 'Xin phép'],
    ...['Luôn mỉm cười', 'Luôn nhẹ nhàng', 'Luôn lắng nghe', 'Luôn giúp đỡ'],
    'Không cửa quyền, hách dịch, gây khó khăn, phiền hà',
    'Không quan liêu, vô cảm, vô trách nhiệm',
    'Không tham nhũng, lãng phí, lợi ích nhóm',
    'Không xu nịnh, chạy chọt, gian dối',
    'Không lợi dụng chức vụ, quyền hạn trong thực thi công vụ',
  ])
  const foot = await readText(page, '.foot')
  t.match(foot, /Hoàng Văn Pản, 0212 3000 202/)
  t.match(foot, /Giờ làm việc, thứ Hai đến thứ Sáu/)
  t.equal(await page.locator('.qr').getAttribute('href'), procedures)
  const dark = (await page.locator('.qr path').getAttribute('d'))?.match(/M\d+ \d+/g)
  t.equal(dark?.length, qrModules(procedures)?.flat().filter(Boolean).length, 'every dark module is drawn')
  const shown = await readText(page, '#app')
  for (const { name } of await db.query<{ name: string }>('select name from officers'))
    t.notOk(shown.includes(name), name)
  t.same(await fits(page), whole)
  t.same(await faultsAt(page, wall, 'vi'), [])
  await picture(page, 'board-1920')
  await page.setViewportSize({ width: 1366, height: 768 })
  t.same(await fits(page), whole, 'a small television')
  await picture(page, 'board-1366')
  await page.emulateMedia({ colorScheme: 'dark' })
  t.same(await faultsAt(page, wall, 'vi'), [], 'dark')
  await picture(page, 'board-1920-dark')
  await page.context().close()
})

t.test(
  'an address with Vietnamese letters is drawn as browsers send it, or as it is where that is too long',
  async (t) => {
    const drawn = async (address: string) => {
      await db.query('update boards set procedures_url = $2 where unit_id = $1', [unit, address])
      const page = await openWindow(wall)
      await page.goto(`${site.origin}/board/${unit}`)
      await ready(page)
      const d = await page.locator('.qr path').getAttribute('d')
      await page.context().close()
      return new Set(d?.match(/M\d+ \d+/g))
    }
    const code = (text: string) =>
      new Set(qrModules(text)?.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}`] : []))))
    const short = 'https://dichvucong.gov.vn/thủ-tục?tên=hộ+tịch'
    t.same(
      await drawn(short),
      code('https://dichvucong.gov.vn/th%E1%BB%A7-t%E1%BB%A5c?t%C3%AAn=h%E1%BB%99+t%E1%BB%8Bch'),
    )
    const long = `https://dichvucong.gov.vn/${'ủ'.repeat(50)}`
    t.same(await drawn(long), code(long))
    await db.query('update boards set procedures_url = $2 where unit_id = $1', [unit, procedures])
  },
)

t.test('on a telephone, in English, and at the size between', async (t) => {
  const page = await openWindow(phone)
  await page.goto(`${site.origin}${address}?lang=en`)
  await ready(page)
  t.match(await readText(page, '.foot'), new RegExp(en['board.duty_leader'] as string))
  t.match(await readText(page, '.foot'), /Opening hours, Monday to Friday/)
  t.match(await page.title(), /Thị trấn Mộc Châu · Public board/)
  t.same(await faultsAt(page, phone, 'en'), [])
  await picture(page, 'board-390-en')
  await page.locator('[data-tool="language"]').click()
  await page.locator('html[lang="vi"]').waitFor()
  t.same(await faultsAt(page, phone, 'vi'), [])
  await picture(page, 'board-390')
  t.same(await faultsAt(page, middle, 'vi'), [])
  await picture(page, 'board-800')
  const html = await (await fetch(site.origin + address)).text()
  t.match(html, /<meta\s+name="description"/)
  t.notMatch(html, /noindex/)
  await page.context().close()
})

t.test('with the longest texts a leader can write the wall still shows everything', async (t) => {
  await db.query(
    `insert into board_answers (unit_id, asked, done, written_on)
     select $1, left(repeat('Phòng chờ thiếu ghế cho người già ', 9), 90), left(repeat('Đã kê thêm ghế có tựa gần quầy ', 9), 120), '2026-06-18'
       from generate_series(1, 3)`,
    [unit],
  )
  const [before] = await db.query('select duty_leader_name, duty_leader_phone, hotline from units where unit_id = $1', [
    unit,
  ])
  const contact = 'duty_leader_name = $2, duty_leader_phone = $3, hotline = $4'
  const office = 'Phó Chủ tịch Ủy ban nhân dân kiêm Giám đốc Trung tâm Phục vụ hành chính công '
  await db.query(`update units set ${contact} where unit_id = $1`, [
    ...[unit, office.repeat(3).slice(0, 200), '0'.repeat(40), '1'.repeat(40)],
  ])
  const page = await openWindow(wall)
  await page.goto(site.origin + address)
  await ready(page)
  t.same(await fits(page), whole)
  await picture(page, 'board-1920-long')
  await page.setViewportSize(phone)
  t.equal((await fits(page)).sideways, 0, 'nor does a telephone go sideways')
  await db.query(`update units set ${contact} where unit_id = $1`, [unit, ...Object.values(before as object)])
  await page.context().close()
  await db.query(`update board_answers set shown = false where length(asked) = 90`)
})

t.test('a screen whose clock is years off shows the office time; months without a figure say why', async (t) => {
  const page = await openWindow(wall)
  await page.clock.install({ time: new Date('2019-01-01T00:00:00+07:00') })
  await page.goto(site.origin + address)
  await ready(page)
  t.equal(await readText(page, '.time time'), '10:30')
  t.match(await readText(page, '.time small'), /18\/6\/2026/)
  await page.context().close()
  for (const [key, n] of [
    ['board.too_few', null],
    ['board.none_rated', 0],
  ] as const) {
    await db.query('update board_months set n = $2, satisfied = $2, visits = null where unit_id = $1', [unit, n])
    const other = await openWindow(wall)
    await other.goto(site.origin + address)
    await ready(other)
    t.equal(await readText(other, '.month h2'), say(key, { month: '5/2026' }))
    t.same(await fits(other), whole)
    t.same(await faultsAt(other, wall, 'vi'), [], key)
    await picture(other, key)
    await other.context().close()
  }
})

t.test('open over midnight: the next day is told, and on the sixth the month that has closed', async (t) => {
  const page = await openWindow(wall)
  const began = clock.now()
  t.teardown(() => clock.set(began))
  const night = async () => {
    const client = await db.pools.openCountClient()
    await closeMonths(client, clock.now()).finally(() => client.end())
  }
  clock.set('2026-07-05T23:59:40+07:00')
  await page.clock.install({ time: new Date(clock.now()) })
  await night()
  await page.goto(site.origin + address)
  await ready(page)
  t.match([await readText(page, '.time'), await readText(page, '.month')], [/^23:59.*5\/7\/2026$/, /5\/2026/])
  clock.set('2026-07-06T00:05:00+07:00')
  await night()
  await page.clock.runFor(30_000)
  t.match(await readText(page, '.time'), /^00:00.*thứ hai, 6\/7\/2026$/i, 'by its own clock between two questions')
  await page.clock.runFor('05:00')
  await page.locator('.month', { hasText: '6/2026' }).waitFor()
  await page.context().close()
  await db.query(`delete from board_months where month = '2026-06-01'`)
})

t.test('the server goes away: the last content stays and says of when it is; it comes back by itself', async (t) => {
  const network = await startBadNetwork(t, site.origin)
  const page = await openWindow(wall)
  await page.clock.install({ time: new Date(clock.now()) })
  await page.goto(network.origin + address)
  await ready(page)
  await network.goAway()
  await page.clock.fastForward('06:00')
  await page.locator('.stale').waitFor()
  t.equal(await readText(page, '.stale'), say('board.as_of', { time: '10:30' }))
  t.ok(await page.locator('.month').isVisible())
  await network.comeBack()
  await page.clock.fastForward('00:30')
  await page.locator('.stale').waitFor({ state: 'detached' })
  await page.context().close()
})

t.test('no page complained', async (t) => {
  t.same(complaints.flat(), [])
  await eventually('the month is frozen once', async () => (await db.query('select * from board_months')).length === 1)
})
