/**
 * Cases as people meet them: an officer explains and asks for a review on a phone, the leader advises and answers, the commission
 * decides, the officer reads it; a matter from a remark to what was done; a line that breaks while words are being sent.
 */
import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { ANSWER_WITHIN } from '../../server/domain/cases.ts'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { launchBrowser, layoutShift } from '../support/browser.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { logIn, pageWords, plainBlanks, readText, say, settle } from '../support/staff-page.ts'
import { startStory } from '../support/story.ts'

t.setTimeout(120_000)
const vi = pageWords('vi')
const word = (key: string) => vi[key] as string
const site = await startSite(t, { at: '2026-11-24T09:00:00+07:00' })
const network = await startBadNetwork(t, site.origin)
const browser = await launchBrowser(t)
const { complaints, button, field, status, openWindow } = startStory(browser, site)

const UNIT = 'Phường Tô Hiệu'
const office = await createOffice(site.db, { officers: 1, name: UNIT })
const { unit_id } = office
const [officer_id = 0] = office.officers
const OFFICER = `${UNIT}: cán bộ 1`
await assign(site.db, office.counters[0] as number, officer_id, '2026-10-20T00:00:00+07:00')
await openAccount(site.pools, 'canbo', { role: 'officer', unit_id, officer_id })
await openAccount(site.pools, 'lanhdao', { role: 'unit_leader', unit_id })
await openAccount(site.pools, 'vanphong', { role: 'unit_clerk', unit_id })
await openAccount(site.pools, 'danvan', { role: 'commission' })
const said = ['08:10', '08:30', '08:50', '09:10', '09:30'].map((time) =>
  rating({ rated_at: `2026-11-23T${time}:00+07:00`, comment: 'Phòng chờ thiếu ghế' }),
)
await site.tablet(office.tablets[0]?.token as string).post('/api/v1/ratings', batch(said))
await site.count()

/** Through the network that can be spoilt. */
async function open(username: string, first: string, size = wide): Promise<Page> {
  const page = await openWindow(size)
  await logIn(page, network.origin, username, password, first)
  await settle(page, first)
  return page
}
async function see(page: Page, address: string, name: string): Promise<void> {
  await page.goto(network.origin + address)
  await settle(page, name)
}
/** Just opened: nothing moved while it came. */
async function still(t: Test, page: Page, name: string): Promise<void> {
  const { sum, moved } = await layoutShift(page)
  t.ok(sum < 0.01, `${name}: nothing moves by itself`, { found: moved })
}
/** Everybody can use it as it stands: at the size it is read at; all sizes, languages and themes are test/long/cases.test.ts. */
async function usable(t: Test, page: Page, name: string, sizes = [page.viewportSize() ?? wide]): Promise<void> {
  for (const size of sizes) t.strictSame(await faultsAt(page, size, 'vi'), [], `${name}, ${size.width}`)
}
const escaped = (key: string) => word(key).replace(/[()]/g, '\\$&')
const told = (one: Locator, text: string) => one.getByRole('status').filter({ hasText: text }).waitFor()
const written = (kind: string) =>
  site.db.query<{ words: string }>('select words from cases where kind = $1', [kind]).then((rows) => rows.length)
/** The browser hears of a network sooner than the page would try again. */
const online = (page: Page) => page.evaluate(() => dispatchEvent(new Event('online')))
const EXPLAINED = 'Tuần đó dịch vụ công trực tuyến bị lỗi nhiều lần.\nTôi đã báo kỹ thuật.'
const ASKED = 'Chiều thứ Ba tôi đi cơ sở, kết quả vẫn tính cho tôi.'
const from = (days: number) => {
  const day = new Date(Date.UTC(2026, 10, 24 + days))
  return `${day.getUTCDate()}/${day.getUTCMonth() + 1}/${day.getUTCFullYear()}`
}
// Five working days after Tuesday the 24th of November: the next Tuesday; ten: the one after.
const [WEEK, FORTNIGHT] = [from(7), from(14)]

t.test('an officer explains and asks for a review, while the line breaks', async (t) => {
  t.ok(say('rights.explanation_about').includes(`${ANSWER_WITHIN.explanation} ngày làm việc`))
  t.ok(say('rights.review_about').includes(`${ANSWER_WITHIN.review} ngày làm việc`))
  t.ok(say('matters.about').includes(`${ANSWER_WITHIN.matter} ngày làm việc`))
  const page = await open('canbo', 'officer', phone)
  await still(t, page, 'own page')
  const card = page.locator('#right')
  const right = (kind: string) => card.locator(`[data-right="${kind}"]`)
  // The first picture is drawn by the reader's clock, which here is days ahead of the server's.
  await page.locator('#right header', { hasText: '25/8' }).waitFor()
  t.match(await readText(page, '#right header'), '25/8–24/11/2026', 'about which days is said')

  await right('explanation').getByRole('button').click()
  const words = right('explanation').getByRole('textbox')
  await words.and(page.locator(':focus')).waitFor()
  await button(card, 'rights.explanation_send').click()
  await card
    .getByRole('alert')
    .filter({ hasText: word('form.required') })
    .waitFor()
  await words.fill('à'.repeat(2003))
  await button(card, 'rights.explanation_send').click()
  await card
    .getByRole('alert')
    .filter({ hasText: say('cases.too_long', { most: '2.000', k: 3 }) })
    .waitFor()
  t.equal((await words.inputValue()).length, 2003, 'refused, and still there')
  await usable(t, page, 'too long')

  // It arrives, and the answer does not: sent once all the same.
  await words.fill(EXPLAINED)
  let lost = 0
  await page.route('**/api/v1/cases', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    await route.abort()
  })
  await button(card, 'rights.explanation_send').click()
  await card.getByText(word('cases.sending_gone')).waitFor()
  t.equal(await words.inputValue(), EXPLAINED, 'what was written stays')
  await online(page)
  const sent = right('explanation').locator('[data-sent]')
  await sent.waitFor()
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-sent'))
  const about = say('cases.about_days', { dates: '25/8–24/11/2026' })
  const due = say('cases.due_left', { date: WEEK, n: 5 })
  t.match(await readText(page, '[data-right="explanation"] [data-sent]'), say('rights.waiting', { about, due }))
  t.equal(await written('explanation'), 1)

  // Nobody is there: it goes by itself as soon as somebody is.
  await right('review').getByRole('button').click()
  await right('review').getByRole('textbox').fill(ASKED)
  await network.goAway()
  await button(card, 'rights.review_send').click()
  await card.getByText(word('cases.sending_gone')).waitFor()
  t.equal(await right('review').getByRole('textbox').inputValue(), ASKED)
  t.equal(await written('review'), 0)
  await network.comeBack()
  await online(page)
  await right('review').locator('[data-sent]').waitFor()
  t.equal(await written('review'), 1, 'once')
  t.same(await card.locator('.case').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.kind)), [
    'explanation',
    'review',
  ])
  await usable(t, page, 'sent')
  await right('doubt').getByRole('link').click()
  t.equal(new URL(page.url()).hash, '#served', '“not me” leads to where it is said')
  await page.close()
})

t.test('the leader finds it in the day’s work and beside the figure, answers and advises', async (t) => {
  const page = await open('lanhdao', 'unit')
  const today = page.locator('#today [data-matter^="case"]')
  await today.first().waitFor()
  await still(t, page, 'unit')
  t.match(await today.allTextContents(), [
    new RegExp(`${word('cases.kind_explanation')}: ${OFFICER}`),
    new RegExp(`${word('cases.kind_review')}: ${OFFICER}`),
  ])
  t.match(plainBlanks((await today.first().textContent()) ?? ''), say('cases.due_left', { date: WEEK, n: 5 }))
  const beside = page.locator(`#officers li[data-officer-id="${officer_id}"] [data-explained]`)
  t.equal(await beside.textContent(), word('officers.explained'))
  t.equal(await page.getByText(EXPLAINED.slice(0, 20)).count(), 0, 'the words stand where they are answered')
  await beside.click()
  await settle(page, 'cases')
  t.equal(
    await readText(page, 'main h1'),
    `${say('cases.headline_mine', { n: 2 })} ${say('cases.open_in_time', { open: 2 })}`,
  )
  const explanation = page.locator('[data-kind="explanation"]')
  t.match(await explanation.locator('blockquote').textContent(), EXPLAINED)
  await button(explanation, 'cases.deed_accept').click()
  await told(explanation, word('cases.done_accept'))
  t.equal(await explanation.getAttribute('data-state'), 'accepted')
  await explanation.getByRole('button', { name: word('cases.deed_answer_explanation') }).click()
  await field(explanation, 'cases.text_explanation').fill('Kỹ thuật đã xác nhận.')
  await usable(t, page, 'a form open', [phone, wide])
  await button(explanation, 'cases.send_explanation').click()
  await told(explanation, word('cases.done_answer'))
  t.equal(await explanation.getAttribute('data-state'), 'answered', 'it stays in view, answered')
  t.equal(await explanation.getByRole('button').count(), 0)

  const review = page.locator('[data-kind="review"]')
  await review.getByRole('button', { name: word('cases.deed_advise') }).click()
  await field(review, 'cases.text_advice').fill('Đúng là hôm đó đi cơ sở.')
  await button(review, 'cases.send_advice').click()
  await review
    .getByRole('alert')
    .filter({ hasText: word('form.required') })
    .waitFor()
  await field(review, 'cases.choose_advice').selectOption('uphold')
  await button(review, 'cases.send_advice').click()
  await told(review, word('cases.done_advise'))
  t.equal(await review.getByRole('button').count(), 0, 'the leader has advised: another person decides')
  t.match(await review.textContent(), new RegExp(`${word('cases.state_in_hand')}.*${escaped('cases.waits_decision')}`))
  await page.locator('h1', { hasText: word('cases.headline_none') }).waitFor()
  await page.close()
})

t.test('the commission decides; the officer reads both answers', async (t) => {
  const page = await open('danvan', 'commission')
  const link = page.getByRole('navigation').getByRole('link', { name: word('nav.cases') })
  await link.locator('.count').waitFor()
  t.equal(await readText(page, '.bar .count'), '1', 'the number beside the name')
  await usable(t, page, 'commission')
  await link.click()
  await settle(page, 'cases')
  t.equal(await page.locator('[data-kind="explanation"]').count(), 0, 'an explanation is for the leader')
  const review = page.locator('[data-kind="review"]')
  t.match(
    await review.locator('[data-advice]').textContent(),
    /^Lãnh đạo đơn vị cho ý kiến .*nên chấp nhận.*Đúng là hôm đó đi cơ sở/,
  )
  t.match(await review.textContent(), word('cases.waits_decision_mine'), 'whoever must decide is told so')
  t.same(
    [await review.getAttribute('data-state'), await review.locator('.buttons').allTextContents()],
    ['in_hand', [word('cases.deed_answer_review')]],
    'it is in hand, and nobody is asked to take it',
  )
  await review.getByRole('button', { name: word('cases.deed_answer_review') }).click()
  await field(review, 'cases.choose_decision').selectOption('upheld')
  await field(review, 'cases.text_review').fill('Phân công đã được sửa.')
  await usable(t, page, 'deciding')
  await button(review, 'cases.send_review').click()
  await told(review, word('cases.done_answer'))
  await page.close()

  const own = await open('canbo', 'officer', phone)
  await still(t, own, 'own page with answers')
  const mine = own.locator('#right .case')
  await mine.nth(1).waitFor()
  t.same(await mine.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.state)), [
    'answered',
    'answered',
  ])
  const text = (kind: string) => own.locator(`#right .case[data-kind="${kind}"]`).textContent()
  t.match(await text('review'), /Chấp nhận.*Phân công đã được sửa/)
  t.match(await text('explanation'), /Đã ghi nhận.*Kỹ thuật đã xác nhận/)
  t.match(await text('explanation'), say('cases.answered_in_time', { date: from(0) }))
  await own.locator('[data-right="explanation"]').getByRole('button').waitFor()
  await usable(t, own, 'answered')
  await own.close()
})

t.test('a matter: from a remark to what was done, seen by clerk and commission; overdue said in words', async (t) => {
  let page = await open('lanhdao', 'unit')
  const remarks = page.locator('#remarks')
  await button(remarks, 'matters.take_up').click()
  await field(remarks, 'matters.name').fill('Kê thêm ghế ở phòng chờ')
  await button(remarks, 'matters.send').click()
  await status(page, say('cases.due_left', { date: FORTNIGHT, n: 10 }))
  await remarks.getByRole('link', { name: word('matters.see') }).click()
  await settle(page, 'cases')
  const matter = () => page.locator('[data-kind="matter"]')
  t.equal(await readText(page, '[data-kind="matter"] h3'), 'Kê thêm ghế ở phòng chờ')

  const clerk = await open('vanphong', 'week')
  await clerk.locator('#cases [data-matter]').waitFor()
  t.equal(await readText(clerk, '#cases [data-others]'), word('cases.waits_matter'), 'it is for the leader to answer')
  t.match(await readText(clerk, '#cases'), word('cases.headline_none'))
  t.notMatch(await readText(clerk, '#top'), say('week.of_cases', { n: 1 }), 'and not counted among the clerk’s own')
  await still(t, clerk, 'week')
  await usable(t, clerk, 'week')
  await see(clerk, '/cases', 'cases')
  await still(t, clerk, 'cases')
  t.equal(await clerk.locator('.case').count(), 1)
  t.equal(await clerk.locator('.case button').count(), 0, 'read, not done')
  await usable(t, clerk, 'clerk')
  await clerk.close()

  await button(matter(), 'cases.deed_take_in_hand').click()
  await told(matter(), word('cases.done_take_in_hand'))
  t.equal(await matter().getAttribute('data-state'), 'in_hand')
  site.clock.set(Date.parse('2026-12-10T09:00:00+07:00'))
  await page.close()
  page = await open('lanhdao', 'unit')
  await see(page, '/cases', 'cases')
  await still(t, page, 'cases, overdue')
  t.match(await readText(page, '[data-kind="matter"] [data-due]'), say('cases.due_over', { n: 2, date: FORTNIGHT }))
  t.match(await readText(page, '[data-kind="matter"] .case-states'), word('cases.overdue'))
  await usable(t, page, 'overdue')
  await matter()
    .getByRole('button', { name: word('cases.deed_answer_matter') })
    .click()
  await field(matter(), 'cases.choose_result').selectOption('done')
  await field(matter(), 'cases.text_matter').fill('Đã kê thêm 8 ghế.')
  await button(matter(), 'cases.send_matter').click()
  await told(matter(), word('cases.done_answer'))
  await see(page, '/cases', 'cases')
  t.equal(await readText(page, '.void h2'), word('cases.none_open'))
  await page.locator('[data-tool="state"]').selectOption('answered')
  await page.locator('.case').first().waitFor()
  t.equal(new URL(page.url()).search, '?state=answered')
  t.same(await page.locator('.case').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.kind)), [
    'matter',
    'review',
    'explanation',
  ])
  t.match(await readText(page, '.case [data-due]'), say('cases.answered_late', { date: '10/12/2026', due: FORTNIGHT }))
  await page.close()

  // Of three that were due, two were answered in time: by hand.
  const commission = await open('danvan', 'commission')
  const counted = [say('cases_told.in_time', { in_time: 2, due: 3 }), say('cases_told.late', { late: 1 })].join(', ')
  const text = `${say('running.cases')} ${counted}${say('cases_told.end')}`
  await commission.locator('#running', { hasText: text }).waitFor()
  t.match(await readText(commission, `#running tr[data-unit-id="${unit_id}"] td:last-child`), /^2\/3trả lời muộn 1$/)
  await see(commission, `/units/${unit_id}`, 'unit')
  t.match(await readText(commission, '#cases'), counted)
  await site.db.query(
    `insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at, due_on)
     select $1, '2026-12-08', 'burst', 'restore', 'Lớp học đến thăm', account_id, $2, '2026-12-16'
       from accounts where username = 'lanhdao'`,
    [unit_id, new Date(site.clock.now())],
  )
  await see(commission, '/cases', 'cases')
  const proposal = commission.locator('[data-kind="proposal"]')
  await proposal.waitFor()
  t.match(await proposal.textContent(), word('cases.waits_decision_mine'), 'as a review that waits for its decision')
  await proposal.locator('.button.main', { hasText: word('cases.to_proposal') }).click()
  await settle(commission, 'unit')
  t.equal(new URL(commission.url()).hash, '#episodes')
  await commission.close()
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
