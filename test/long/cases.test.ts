/**
 * Cases when something goes wrong, on a real server: killed while an answer is on its way, the session over, two people at one case,
 * words that are markup, addresses that ask for what there is not; thousands of them page by page; in English and in the dark.
 */
import type { Page } from 'playwright-core'
import t from 'tap'
import { faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { OpenPages } from '../support/open-pages.ts'
import { ask, pageWords, readText, say, settle } from '../support/staff-page.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const en = pageWords('en')
const word = (key: string) => vi[key] as string
const pages = new OpenPages(t, await launchBrowser(t))
await pages.open()
const HOSTILE = '<img src=x onerror="window.ran = true"><b>đậm</b>\n\nhai dòng'

const go = async (page: Page, address: string, name = 'cases') => {
  await page.goto(pages.first.origin + address)
  await settle(page, name)
}
const matter = async (page: Page, title: string): Promise<string> => {
  const { status, body } = await ask(page, 'POST', '/cases', { kind: 'matter', unit_id: String(pages.unit_id), title })
  t.equal(status, 201)
  return body.case_id
}
/** Opens the form for the answer of a case and fills it in. */
async function write(page: Page, caseId: string, answer: string) {
  const one = page.locator(`[data-case-id="${caseId}"]`)
  await one.locator('[aria-expanded]').first().click()
  const choice = one.locator('select')
  if ((await choice.count()) > 0) await choice.selectOption({ index: 1 })
  await one.locator('textarea').fill(answer)
  return { one, words: one.locator('textarea'), send: one.locator('form .button.main') }
}
const answers = (answer: string) =>
  pages.place
    .query<{ n: number }>('select count(*)::int as n from cases where answer = $1', [answer])
    .then(([row]) => row?.n)

t.test('the server killed while an answer is being sent: the words stay, and are there once', async (t) => {
  const page = await pages.reader('lanhdao', 'unit')
  const [before, after] = [await matter(page, 'Trước khi đến'), await matter(page, 'Sau khi đến')]
  await go(page, '/cases')
  for (const [caseId, answer, arrives] of [
    [before, 'Câu trả lời chưa đến nơi.', false],
    [after, 'Câu trả lời đã đến nơi.', true],
  ] as const) {
    const { one, words, send } = await write(page, caseId, answer)
    let tries = 0
    await page.route(`**/api/v1/cases/${caseId}`, async (route) => {
      if (route.request().method() !== 'PATCH') return route.fallback()
      tries += 1
      if (tries > 1) return route.fallback()
      if (arrives) await route.fetch()
      await pages.first.kill('SIGKILL')
      await route.abort()
    })
    await send.click()
    await one.getByText(word('cases.sending_gone')).waitFor()
    t.equal(await words.inputValue(), answer, 'what was written stays')
    t.equal(await words.evaluate((node) => (node as HTMLTextAreaElement).readOnly), true, 'as it is being sent')
    t.strictSame(await faultsAt(page, phone, 'vi'), [], 'waiting to be sent')
    await page.setViewportSize(wide)
    await pages.restart()
    await one
      .getByRole('status')
      .filter({ hasText: word('cases.done_answer') })
      .waitFor({ timeout: 30_000 })
    t.equal(await answers(answer), 1)
    t.equal(tries, arrives ? 1 : 2, arrives ? 'it was asked whether it is there' : 'it was sent once more')
    await page.unroute(`**/api/v1/cases/${caseId}`)
  }
  await page.close()
})

t.test('stopped while it waits: it can be changed, and the changed words go', async (t) => {
  const page = await pages.reader('lanhdao', 'unit')
  const caseId = await matter(page, 'Sửa trước khi gửi')
  await go(page, '/cases')
  const { one, words, send } = await write(page, caseId, 'Viết vội')
  await page.route(`**/api/v1/cases/${caseId}`, (route) => route.abort(), { times: 1 })
  await send.click()
  await one.getByRole('button', { name: word('cases.sending_stop') }).click()
  await words.fill('Viết lại cho rõ')
  await send.click()
  await one
    .getByRole('status')
    .filter({ hasText: word('cases.done_answer') })
    .waitFor()
  t.equal(await answers('Viết vội'), 0)
  t.equal(await answers('Viết lại cho rõ'), 1)
  await page.close()
})

t.test(
  'the session over while it is sent: logged in again, it goes; somebody else in its place, it does not',
  async (t) => {
    const page = await pages.reader('lanhdao', 'unit')
    const [own, others] = [await matter(page, 'Phiên hết'), await matter(page, 'Người khác')]
    const end = () =>
      page.context().request.delete(`${pages.first.origin}/api/v1/session`, { headers: { origin: pages.first.origin } })
    await go(page, '/cases')
    const first = await write(page, own, 'Gửi sau khi đăng nhập lại')
    await end()
    await first.send.click()
    await page.locator('dialog[open]').waitFor()
    t.equal(await first.words.inputValue(), 'Gửi sau khi đăng nhập lại')
    await pages.logInAgain(page, 'lanhdao')
    await first.one
      .getByRole('status')
      .filter({ hasText: word('cases.done_answer') })
      .waitFor()
    t.equal(await answers('Gửi sau khi đăng nhập lại'), 1)

    const second = await write(page, others, 'Không gửi thay')
    await end()
    await second.send.click()
    const dialog = page.locator('dialog[open]')
    await dialog.getByLabel(word('login.username'), { exact: true }).fill('lanhdao.2')
    await dialog.getByLabel(word('login.password'), { exact: true }).fill('ruộng bậc thang mùa nước đổ')
    await dialog.getByRole('button', { name: word('login.submit'), exact: true }).click()
    await page.locator('main[data-page="unit"] h1').first().waitFor()
    await page.waitForTimeout(1000)
    t.equal(await answers('Không gửi thay'), 0, 'never in the name of somebody else')
    await page.close()
  },
)

t.test('two leaders at one case: the second is told, and keeps what was written', async (t) => {
  const [first, second] = [await pages.reader('lanhdao', 'unit'), await pages.reader('lanhdao.2', 'unit')]
  const caseId = await matter(first, 'Hai người cùng trả lời')
  await go(first, '/cases')
  await go(second, '/cases')
  const [one, other] = [await write(first, caseId, 'Tôi trả lời trước'), await write(second, caseId, 'Tôi trả lời sau')]
  await one.send.click()
  await one.one.getByRole('status').waitFor()
  // The open list no longer has it; who is writing still does.
  await second.evaluate(() => dispatchEvent(new Event('online')))
  await second.waitForTimeout(1000)
  t.equal(await other.words.inputValue(), 'Tôi trả lời sau')
  await other.send.click()
  await other.one
    .getByRole('alert')
    .filter({ hasText: word('error.already_decided') })
    .waitFor()
  t.equal(await other.words.inputValue(), 'Tôi trả lời sau', 'to be copied somewhere else')
  t.equal(await answers('Tôi trả lời trước'), 1)
  await first.close()
  await second.close()
})

t.test('words are text and only text; in both languages, at every size, in the dark', async (t) => {
  const officer = await pages.reader('duyen', 'officer')
  await officer.locator('[data-right="explanation"] button').click()
  await officer.locator('[data-right="explanation"] textarea').fill(HOSTILE)
  await officer.locator('[data-right="explanation"] form .button.main').click()
  await officer.locator('[data-sent]').waitFor()
  t.match(await officer.locator('#right blockquote').first().textContent(), HOSTILE)
  const leader = await pages.reader('lanhdao', 'unit')
  await go(leader, '/cases?kind=explanation')
  t.equal(await leader.locator('.case').count(), 1)
  await leader.locator('.case [aria-expanded]').first().click()
  const clerkless = await pages.reader('danvan', 'commission')
  await go(clerkless, '/cases?state=answered')
  for (const [page, name] of [
    [officer, 'officer'],
    [leader, 'leader'],
    [clerkless, 'commission'],
  ] as const) {
    t.equal(await page.locator('.case img, .case b:text("đậm")').count(), 0)
    t.equal(await page.evaluate(() => (window as { ran?: boolean }).ran), undefined)
    for (const language of ['vi', 'en'] as const) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        for (const size of [wide, middle, phone]) {
          t.strictSame(await faultsAt(page, size, language), [], `${name}, ${language}, ${colorScheme}, ${size.width}`)
        }
      }
      const other = language === 'vi' ? 'en' : 'vi'
      await page.setViewportSize(wide)
      await page.locator('[data-tool="language"]').click()
      await page.locator(`html[lang="${other}"]`).waitFor()
    }
  }
  t.match(en['cases.due_left'], '{n}')
  await officer.close()
  await leader.close()
  await clerkless.close()
})

t.test('3,300 of them: a hundred at a time, narrowed by the address; one that cannot be is mended', async (t) => {
  await pages.place.query(
    `insert into units (name, kind) select 'Xã Thứ ' || i, 'commune' from generate_series(1, 3300) i`,
  )
  await pages.place.query(
    `insert into cases (kind, unit_id, title, opened_by, opened_at, due_on)
     select 'matter', unit_id, 'Việc của ' || name, (select min(account_id) from accounts), now() - interval '40 days',
            current_date - 20 + (unit_id % 40)::int
       from units where name like 'Xã Thứ %'`,
  )
  const [last] = await pages.place.query<{ id: number }>(`select max(case_id) as id from cases`)
  const page = await pages.reader('danvan', 'commission')
  await go(page, `/cases?kind=review#case-c${last?.id}`)
  t.equal(
    await page.locator('.case.meant').getAttribute('data-case-id'),
    `c${last?.id}`,
    'the one a link names, wherever it is',
  )
  await go(page, '/cases?kind=review#case-c999999')
  await page.locator('.void').waitFor()
  const began = Date.now()
  await go(page, '/cases')
  t.comment(`opened over 3,300 cases in ${Date.now() - began} ms`)
  const shown = page.locator('.case')
  t.equal(await shown.count(), 100)
  const days = await shown.evaluateAll((all) => all.map((one) => one.querySelector('[data-due]')?.textContent ?? ''))
  t.ok(
    days.every((text) => text.startsWith(word('cases.due_over').split(' {')[0] as string)),
    'what is overdue stands first, and is said to be',
  )
  await page.getByRole('button', { name: word('list.more'), exact: true }).click()
  await shown.nth(199).waitFor()
  t.equal(new Set(await shown.evaluateAll((all) => all.map((one) => one.id))).size, 200, 'each once')
  // Typed into as soon as it is known that there are thousands.
  const unit = page.locator('input[data-tool="unit"]')
  await unit.fill('Xã Thứ 42')
  await unit.press('Tab')
  await page.waitForFunction(() => document.querySelectorAll('.case').length === 1)
  t.equal(await readText(page, '.case h3'), 'Việc của Xã Thứ 42')
  t.match(new URL(page.url()).search, /unit=\d+/)
  await page.locator('[data-tool="kind"]').selectOption('review')
  await page.locator('.void').waitFor()
  await page.getByRole('link', { name: word('cases.show_all') }).click()
  await shown.nth(99).waitFor()
  for (const [address, text] of [
    ['/cases?kind=gossip', say('address.kind', { value: 'gossip' })],
    ['/cases?state=lost', say('address.state', { value: 'lost' })],
  ] as const) {
    await go(page, address)
    t.match(await readText(page, '.void'), text)
    await page.getByRole('link', { name: word('address.mend') }).click()
    await shown.first().waitFor()
  }
  t.strictSame(await faultsAt(page, phone, 'vi'), [])
  await page.close()
})

t.test('no page complained', async (t) => {
  t.strictSame(pages.complaints.flat(), [])
})
