/** 75 communes out of one file, through the page: a wrong file is told by row and column, the mended one is written and listed. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { arrived, faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { launchBrowser, newContext } from '../support/browser.ts'
import { communesFile } from '../support/communes.ts'
import { startSite } from '../support/site.ts'
import { logIn, pageWords, say, settle } from '../support/staff-page.ts'

t.setTimeout(180_000)
const vi = pageWords('vi')
const site = await startSite(t)
const browser = await launchBrowser(t)
await openAccount(site.pools, 'quantri', { role: 'administrator' })

/** With PICTURES=FOLDER each state is also kept as a picture, at three sizes. */
async function usable(t: Test, page: Page, name: string): Promise<void> {
  for (const [size, view] of Object.entries({ wide, middle, phone })) {
    t.strictSame(await faultsAt(page, view, 'vi'), [], `${name}, ${size}`)
    const folder = process.env.PICTURES
    if (!folder) continue
    mkdirSync(folder, { recursive: true })
    await arrived(page)
    await page.screenshot({ path: join(folder, `${name}-${size}.png`), fullPage: true })
  }
  await page.setViewportSize(wide)
}

const file = (kind: string, hidden: number[] = []) => communesFile({ kind, hidden, accounts: true })

t.test('75 communes: looked at, mended, written, listed; invitations taken once', async (t) => {
  const { context } = await newContext(browser, { viewport: wide, acceptDownloads: true })
  const page = await context.newPage()
  await logIn(page, site.origin, 'quantri', password, 'admin')
  await page.getByRole('link', { name: vi['nav.imports'] as string, exact: true }).click()
  await settle(page, 'imports')
  await usable(t, page, 'imports-empty')
  const choose = page.locator('#choose input[type=file]')

  await choose.setInputFiles({ name: 'cũ.xls', mimeType: 'x', buffer: Buffer.from('d0cf11e0a1b11ae1', 'hex') })
  await page.getByText(vi['imports.flaw.old_excel'] as string).waitFor()
  await choose.setInputFiles(file('Huyện', [9]))
  await page.locator('[data-table="problems"] tbody tr').first().waitFor()
  const row = await page.locator('[data-table="problems"] tbody tr').allInnerTexts()
  t.equal(row.length, 1)
  t.match(row[0], /^8\s+Đơn vị\s+Loại\s+“Huyện” không có trong danh sách/)
  t.equal(await page.getByRole('button', { name: vi['imports.apply'] as string }).count(), 0)
  await usable(t, page, 'imports-wrong')

  await page.getByRole('button', { name: vi['imports.choose_again'] as string }).click()
  await choose.setInputFiles(file('Xã', [9]))
  await page.getByRole('heading', { name: say('imports.shown_headline', { made: 225, changed: 0 }) }).waitFor()
  await page.getByText(say('imports.hidden_rows', { sheet: 'Đơn vị', n: 1 })).waitFor()
  await page.locator('#rows-new tbody tr').nth(24).waitFor()
  await usable(t, page, 'imports-shown')
  await page.reload()
  await page.getByRole('button', { name: vi['imports.apply'] as string, exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: say('imports.applied_headline', { made: 225, changed: 0 }) }).waitFor()
  await usable(t, page, 'imports-applied')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: vi['imports.invitations_make'] as string }).click()
  const chunks: Buffer[] = []
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer)
  const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n')
  t.equal(lines.length, 76)
  t.match(
    lines[1],
    new RegExp(`^"lanhdao\\.0";"Xã Thứ 01";"";"${site.origin}/invitation#[\\w-]{43}";"\\d\\d/\\d\\d/\\d{4}"$`),
  )

  await page.goto(`${site.origin}/admin/units`)
  await settle(page, 'admin')
  await page.getByText('Xã Thứ 75', { exact: true }).first().waitFor()
})

t.test('a long table tells how far it has come, and can be stopped', async (t) => {
  const [counter] = await site.db.query<{ unit_id: number; counter_id: number }>(
    `insert into counters (unit_id, name) select min(unit_id), 'Quầy dài' from units returning unit_id, counter_id`,
  )
  await site.db.query(
    `insert into visits (unit_id, counter_id, grain, day, procedure_group, visits)
     select $1, $2, 'day', '2026-11-01', 'Nhóm ' || n, n from generate_series(1, 30000) n`,
    [counter?.unit_id, counter?.counter_id],
  )
  const { context } = await newContext(browser, { viewport: wide, acceptDownloads: true })
  const page = await context.newPage()
  await logIn(page, site.origin, 'quantri', password, 'admin')
  await page.goto(`${site.origin}/imports`)
  await settle(page, 'imports')
  await page.locator('#export-noun').selectOption('visits')
  const slow = await context.newCDPSession(page)
  const at = (downloadThroughput: number) =>
    slow.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput,
      uploadThroughput: -1,
    })
  const card = page.locator('#exports')
  const label = vi['imports.export_csv'] as string
  const start = card.getByRole('button', { name: `${label}, ${vi['imports.noun.visits']}`, exact: true })
  const progress = card.locator('progress')

  // So slow that it cannot be through before it is stopped.
  await at(30_000)
  await start.click()
  await progress.waitFor()
  t.equal(await progress.getAttribute('max'), '30000')
  const told = card.getByText(/^[\d.]+ trên 30\.000 dòng$/)
  const first = (await told.textContent()) ?? ''
  await page.waitForFunction(
    ([selector, text]) => document.querySelector(selector as string)?.textContent !== text,
    ['#exports .made-so-far', first],
  )
  t.strictSame(await faultsAt(page, phone, 'vi'), [])
  await page.setViewportSize(wide)
  await card.getByRole('button', { name: say('reports.stop', { label }) }).click()
  await progress.waitFor({ state: 'detached' })
  t.equal(await card.getByRole('alert').count(), 0)

  await at(-1)
  const download = page.waitForEvent('download')
  await start.click()
  let lines = 0
  for await (const chunk of await (await download).createReadStream()) lines += String(chunk).split('\n').length - 1
  t.equal(lines, 30_002)
})
