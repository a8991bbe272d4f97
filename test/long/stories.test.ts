/**
 * Two stories told through the pages alone: an administrator's first hour, from the set-up link to a rating that moves when the
 * roster is corrected; and a clerk's week, every click of it counted.
 */
import type { Page } from 'playwright-core'
import t from 'tap'
import { sealLot } from '../../server/audit/sealer.ts'
import { verifyAudit } from '../../server/audit/verify.ts'
import { createSetupLink } from '../../server/queries/setup.ts'
import { phone, wide } from '../support/accessibility.ts'
import { launchBrowser, newContext } from '../support/browser.ts'
import { communesFile } from '../support/communes.ts'
import { startSite } from '../support/site.ts'
import { ask, fillLogIn, logIn, pageWords, readText, say, settle } from '../support/staff-page.ts'
import { startStory } from '../support/story.ts'
import { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const MONDAY = '2026-11-23'
const FRIDAY = '2026-11-27'
const password = 'ruộng bậc thang mùa nước đổ'
const UNIT = 'Xã Thứ 42'
const SITS = 'Lò Thị Hoa'
const SAT = 'Quàng Văn Pâng'

const site = await startSite(t, { at: `${MONDAY}T07:40:00+07:00` })
const browser = await launchBrowser(t)
const { complaints, button, field, status, click, counted, openWindow, go, choose, swap } = startStory(browser, site)

const ids = { unit: '', sits: '', sat: '', counter: '' }
let admin: Page
let tablet: TabletPage

/** Invites somebody on the accounts page; they set their password behind the link and log in. */
async function invite(role: 'unit_leader' | 'unit_clerk', username: string, first: string): Promise<Page> {
  await go(admin, '/admin/accounts', 'admin')
  await field(admin, 'accounts.role').selectOption(role)
  await field(admin, 'column.unit').selectOption({ label: UNIT })
  await field(admin, 'login.username').fill(username)
  await click(button(admin, 'form.add'))
  const link = await admin.locator('[data-link]').textContent()
  const page = await openWindow()
  await page.goto(link as string)
  await settle(page, 'invitation')
  await field(page, 'login.password').fill(password)
  await field(page, 'password.again').fill(password)
  await click(button(page, 'invitation.submit'))
  await page.getByText(vi['invitation.done'] as string).waitFor()
  await fillLogIn(page, username, password)
  await settle(page, first)
  return page
}

t.test("the administrator's first hour", async (t) => {
  admin = await openWindow()
  const link = await createSetupLink(site.pools, site.clock)
  await admin.goto(`${site.origin}/setup#${link?.token}`)
  await field(admin, 'login.username').fill('quantri')
  await field(admin, 'login.password').fill(password)
  await field(admin, 'password.again').fill(password)
  await click(button(admin, 'setup.submit'))
  await settle(admin, 'admin')

  // 75 communes with two counters each out of one file: first looked at, then written.
  await click(admin.getByRole('link', { name: vi['nav.imports'] as string, exact: true }))
  await settle(admin, 'imports')
  await choose(admin, communesFile({ counters: ['Quầy 1', 'Quầy 2'] }))
  await admin.getByRole('heading', { name: say('imports.shown_headline', { made: 225, changed: 0 }) }).waitFor()
  t.equal(
    (await ask(admin, 'GET', '/units')).body.items.length,
    3,
    'looked at, nothing is written: the pilot units alone',
  )
  await click(button(admin, 'imports.apply'))
  await admin.getByRole('heading', { name: say('imports.applied_headline', { made: 225, changed: 0 }) }).waitFor()
  const brought = counted()
  t.equal(brought, 5, 'from the set-up link to 75 communes in five clicks: set up, import, file (two), write')
  ids.unit = (await ask(admin, 'GET', '/units')).body.items.find(({ name }: { name: string }) => name === UNIT).unit_id

  const leader = await invite('unit_leader', 'lanhdao', 'unit')
  const clerk = await invite('unit_clerk', 'vanphong', 'week')

  await go(clerk, '/people', 'people')
  for (const name of [SITS, SAT]) {
    await field(clerk, 'officers.name').fill(name)
    await field(clerk, 'officers.signed').fill('2026-10-01')
    await click(button(clerk, 'form.add'))
    await status(clerk, name)
  }
  const officers = (await ask(clerk, 'GET', '/officers')).body.items as { officer_id: string; name: string }[]
  ids.sits = officers.find(({ name }) => name === SITS)?.officer_id as string
  ids.sat = officers.find(({ name }) => name === SAT)?.officer_id as string
  await go(clerk, '/week', 'week')
  await swap(clerk, 'Quầy 1', SITS)
  ids.counter = (await clerk.locator('.serving li').first().getAttribute('data-counter-id')) as string
  await go(clerk, '/terminals', 'terminals')
  await field(clerk, 'column.counter').selectOption(ids.counter)
  await click(button(clerk, 'pairing.create'))
  const code = await clerk.locator('[data-pairing-code]').getAttribute('data-pairing-code')
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  tablet = await TabletPage.open(opened.context, site.origin, { at: site.clock.now() })
  await tablet.pair(code as string)
  site.startCounting()
  // As many as appear together: fewer wait, and a sixth would wait for four more.
  const citizens = 5
  for (let citizen = 0; citizen < citizens; citizen += 1) {
    // Somebody who looks before they touch: faster, it would be told from a face tapped again and again.
    site.clock.advance(6000)
    await tablet.later(6000)
    await tablet.pick(5)
    await tablet.done()
    site.clock.advance(90_000)
    await tablet.later(90_000)
    await tablet.shows('attract')
  }
  await site.counted(citizens)

  const n = (officer: string) => leader.locator(`#officers li[data-officer-id="${officer}"] [data-figure="n"]`)
  // Five of an officer are told to the officer alone; that there are none is told.
  const shows = (officer: string, figure: '0' | '–') => n(officer).filter({ hasText: figure }).first().waitFor()
  const ofUnit = () => readText(leader, '#levels [data-figure="n"]')
  await go(leader, `/units/${ids.unit}`, 'unit')
  t.equal(await ofUnit(), String(citizens))
  await shows(ids.sits, '–')
  await shows(ids.sat, '0')

  const clicks = counted()
  t.comment(`leader, clerk, people, roster, tablet and the first figure: ${clicks} clicks more`)
  t.ok(clicks <= 11, `${clicks} clicks from 75 communes to the first figure of one`)

  // It was somebody else all morning: the clerk says so, once.
  const before = await site.db.query('select rating_id, level, counter_id from ratings order by rating_id')
  await go(clerk, '/roster', 'roster')
  const form = clerk.locator('#change')
  await field(form, 'roster.officer').selectOption({ label: SAT })
  await field(form, 'roster.from').fill(`${MONDAY}T07:40`)
  counted()
  await click(button(clerk, 'roster.submit'))
  t.equal(counted(), 1, 'what was chosen is put right with one click')
  await status(clerk, SAT)
  await shows(ids.sat, '–')
  await shows(ids.sits, '0')
  t.equal(await ofUnit(), String(citizens), 'the unit has what it had')
  t.strictSame(
    await site.db.query('select rating_id, level, counter_id from ratings order by rating_id'),
    before,
    'what citizens said is as it was',
  )
  const log = await ask(admin, 'GET', `/audit?unit_id=${ids.unit}&action=roster`)
  t.equal(log.status, 200)
  t.ok(log.body.items.length >= 2, 'the log says who changed the roster')
  t.match(log.body.items[0], { account: { username: 'vanphong' } })
  // How many ratings a change moved is kept in the log and on no page: minute by minute it would be a clock.
  const [deed] = await site.db.query<{ n: number }>(
    `select (detail ->> 'requeued')::int as n from audit where audit_id = $1`,
    [log.body.items[0].audit_id],
  )
  t.equal(deed?.n, citizens, 'and of how many ratings')
  t.same((await site.verify()).differences, [], 'every figure counted anew is the one that is shown')
  const client = await site.pools.openCountClient()
  t.teardown(() => client.end())
  await sealLot(client, site.keys.audit)
  t.match(await verifyAudit(client, site.keys.audit, []), { waiting: 0, problems: [] }, 'and the log is whole')
  await leader.close()
  await clerk.close()
})

t.test("the clerk's week, on one page", async (t) => {
  const { status: made } = await ask(admin, 'POST', '/accounts', {
    username: 'canbo',
    password,
    role: 'officer',
    officer_id: ids.sat,
  })
  t.equal(made, 201)
  counted()

  // Tuesday, on a phone: two taps, and one to take them back.
  site.clock.set(Date.parse('2026-11-24T08:05:00+07:00'))
  const hand = await openWindow(phone)
  await logIn(hand, site.origin, 'vanphong', password, 'week')
  await settle(hand, 'week')
  const serving = (id: string) => hand.locator(`.serving li[data-counter-id="${ids.counter}"] [data-serving="${id}"]`)
  await serving(ids.sat).waitFor()
  await swap(hand, 'Quầy 1', SITS)
  t.equal(counted(), 2, 'a change from now takes two taps')
  const now = (await ask(hand, 'GET', '/assignments')).body.items.find(
    (one: { ends_at: string | null }) => one.ends_at === null,
  )
  t.match(now, { officer_id: ids.sits, counter_id: ids.counter })
  await click(button(hand, 'now.undo'))
  await status(hand, vi['now.undone'] as string)
  site.clock.advance(120_000)
  await hand.reload()
  await serving(ids.sat).waitFor()
  await hand.close()

  // The officer was not there on Monday afternoon, and says so.
  const officer = await openWindow(phone)
  await logIn(officer, site.origin, 'canbo', password, 'officer')
  const row = officer.locator(`[data-served="${ids.counter}/${MONDAY}"]`)
  await row.getByRole('button', { name: /Không phải tôi/ }).click()
  await field(row, 'doubts.part').selectOption('afternoon')
  await field(row, 'doubts.note').fill('Tôi đi cơ sở')
  await button(row, 'doubts.send').click()
  await row.locator('[data-doubt="open"]').waitFor()

  // Friday afternoon: the week's page once, from its top to its end.
  site.clock.set(Date.parse(`${FRIDAY}T16:20:00+07:00`))
  const clerk = await openWindow()
  await logIn(clerk, site.origin, 'vanphong', password, 'week')
  await settle(clerk, 'week')
  const late = await openWindow()
  await logIn(late, site.origin, 'vanphong', password, 'week')
  await settle(late, 'week')
  counted()
  const doubt = clerk.locator('[data-doubt-id]')
  t.match(await doubt.textContent(), 'Tôi đi cơ sở')
  await click(button(doubt, 'doubts.confirm_stands'))
  await doubt.waitFor({ state: 'detached' })

  const visits = clerk.locator('[data-form="visits"]')
  const cells = visits.locator('input')
  t.equal(await cells.count(), 10, 'two counters, five days')
  for (let cell = 0; cell < 10; cell += 1) await cells.nth(cell).fill(String(20 + cell))
  await click(button(visits, 'visits.save'))
  await status(clerk, vi['visits.saved'] as string)
  const dossiers = clerk.locator('[data-form="dossiers"]')
  const told = { same_day: 41, early: 12, on_time: 30, overdue: 2 }
  for (const [kind, value] of Object.entries(told)) {
    await field(dossiers, `dossiers.${kind}`).fill(String(value))
  }
  await click(button(dossiers, 'dossiers.save'))
  await status(clerk, say('dossiers.saved', { month: '11/2026' }))
  const slips = clerk.locator('[data-form="slips"]')
  t.equal(await slips.locator('input').count(), 10)
  await slips.locator('input').nth(1).fill('4')
  await click(button(slips, 'slips.save'))
  await status(clerk, vi['slips.saved'] as string)
  t.match(await readText(clerk, '[data-slips]'), say('slips.sum', { n: 4 }))
  const clicks = counted()
  t.comment(`a week of the clerk: ${clicks} clicks`)
  t.equal(clicks, 4, 'a doubt, ten numbers of visits, the dossiers and the slips: a click each')

  const range = `unit_id=${ids.unit}&from=${MONDAY}&to=${FRIDAY}`
  const kept = await ask(clerk, 'GET', `/visits?${range}`)
  t.strictSame(
    kept.body.items.map(({ visits: n }: { visits: number }) => n).sort(),
    Array.from({ length: 10 }, (_, cell) => 20 + cell),
  )
  t.match((await ask(clerk, 'GET', `/paper-slips?${range}`)).body.items, [{ day: '2026-11-24', slips: 4 }])
  t.match((await ask(clerk, 'GET', `/dossiers?${range}`)).body.items, [{ month: '2026-11', ...told }])

  // A second window that has not seen it: told so, what was typed stays, and saving again is meant.
  const stale = late.locator('[data-form="visits"]')
  await stale.locator('input').first().fill('33')
  await button(stale, 'visits.save').click()
  await stale
    .getByRole('alert')
    .filter({ hasText: vi['error.changed_meanwhile'] as string })
    .first()
    .waitFor()
  t.equal(await stale.locator('input').first().inputValue(), '33', 'what was typed is still there')
  await button(stale, 'visits.save').click()
  await status(late, vi['visits.saved'] as string)
  await late.close()

  // A month total instead, for an office that does not count by day; what is refused stays as it was typed.
  await button(clerk, 'visits.by_month').click()
  const total = clerk.locator('[data-form="visits"] input').first()
  await total.fill('nhiều')
  await button(clerk, 'visits.save').click()
  await clerk.locator('[data-form="visits"]').getByRole('alert').first().waitFor()
  t.equal(await total.inputValue(), 'nhiều')
  await total.fill('412')
  await button(clerk, 'visits.save').click()
  await status(clerk, vi['visits.saved'] as string)

  // The week's grid by keyboard: arrows go from cell to cell, Enter opens the form for that day.
  await go(clerk, '/roster', 'roster')
  await clerk.locator('.week button.cell').first().focus()
  await clerk.keyboard.press('ArrowRight')
  await clerk.keyboard.press('ArrowDown')
  await clerk.keyboard.press('Enter')
  await clerk.waitForFunction(() => (document.activeElement as HTMLSelectElement | null)?.name === 'officer_id')
  t.equal(await field(clerk.locator('#change'), 'roster.from').inputValue(), '2026-11-24T00:00', 'Tuesday')
  t.equal(
    await clerk.locator('#change [name="counter_id"] option:checked').textContent(),
    'Quầy 2: Hộ tịch',
    'one below',
  )

  await logIn(officer, site.origin, 'canbo', password, 'officer')
  await officer.locator(`[data-served="${ids.counter}/${MONDAY}"] [data-doubt="stands"]`).waitFor()
  await officer.close()

  await clerk.close()
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
