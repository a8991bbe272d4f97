/**
 * What an office keeps right through its pages: who is away, last week once more, gaps and the ratings they cost, numbers by
 * group of procedures, a unit made of others, a file dropped and stopped; two people at one form, and a session that ends.
 */
import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { openAccount, password } from '../support/accounts.ts'
import { launchBrowser } from '../support/browser.ts'
import { assign, batch, createOffice, rating } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { logIn, pageWords, plainBlanks, readText, say, settle } from '../support/staff-page.ts'
import { startStory } from '../support/story.ts'

t.setTimeout(240_000)
const vi = pageWords('vi')
const at = (day: string, time = '00:00') => `2026-11-${day}T${time}:00+07:00`
const site = await startSite(t, { at: at('27', '09:00') })
const browser = await launchBrowser(t)
const { complaints, button, field, status, openWindow, go } = startStory(browser, site)

const UNIT = 'Phường Tô Hiệu'
const office = await createOffice(site.db, { counters: 2, officers: 3, name: UNIT })
const { unit_id } = office
const [one, two] = office.counters as [number, number]
const [hoa, minh, lan] = office.officers as [number, number, number]
const nameOf = (officer: number) => `${UNIT}: cán bộ ${office.officers.indexOf(officer) + 1}`
await assign(site.db, one, hoa, '2026-10-20T00:00:00+07:00')
// Nobody has served at the second counter since Wednesday noon.
await assign(site.db, two, minh, '2026-10-20T00:00:00+07:00', at('25', '12:00'))
for (const clerk of ['vanphong', 'vanphong.2']) await openAccount(site.pools, clerk, { role: 'unit_clerk', unit_id })
await openAccount(site.pools, 'lanhdao', { role: 'unit_leader', unit_id })
await openAccount(site.pools, 'danvan', { role: 'commission' })

async function open(username: string, path: string, page: string, first = 'week'): Promise<Page> {
  const window = await openWindow()
  await logIn(window, site.origin, username, password, first)
  await go(window, path, page)
  return window
}
/** Usable as it stands, at three sizes. */
async function usable(t: Test, page: Page, name: string): Promise<void> {
  for (const size of [middle, phone, wide]) {
    t.strictSame(await faultsAt(page, size, 'vi'), [], `${name}, ${size.width}`)
  }
}
const HOSTILE = '<img src=x onerror="window.ran = true"><b>đậm</b>'
const rate = async (tablet: number, moments: string[], comment?: string) => {
  const said = moments.map((rated_at) => rating({ rated_at, ...(comment ? { comment } : {}) }))
  await site
    .tablet(office.tablets[tablet]?.token as string)
    .post('/api/v1/ratings', batch(said, { sent_at: new Date(site.clock.now()).toISOString() }))
  await site.count()
}
const stays = async (counter: number) =>
  (
    await site.db.query<{ officer_id: number; during: string }>(
      'select officer_id, during::text from assignments where counter_id = $1 order by during',
      [counter],
    )
  ).map(({ officer_id, during }) => `${officer_id} ${during}`)
const serving = (page: Page, counter: number, officer: number | '') =>
  page.locator(`#now li[data-counter-id="${counter}"] [data-serving="${officer}"]`).waitFor()

t.test('somebody is away: another stands in, and stands back when it is taken back', async (t) => {
  const page = await open('vanphong', '/roster', 'roster')
  const before = await stays(one)
  const card = page.locator('#absences')
  await card.getByText(vi['absence.none'] as string).waitFor()
  await field(card, 'absence.officer').selectOption({ label: nameOf(hoa) })
  await field(card, 'absence.to_day').fill('2026-11-20')
  await button(card, 'absence.save').click()
  await card.getByText(vi['error.assignment_backwards'] as string).waitFor()
  t.equal(await field(card, 'absence.to_day').inputValue(), '2026-11-20', 'refused, and still there')
  await field(card, 'absence.to_day').fill('2026-12-01')
  await field(card, 'absence.stand_in').selectOption({ label: nameOf(lan) })
  await button(card, 'absence.save').click()
  await status(page, say('absence.saved', { officer: nameOf(hoa) }))
  const told = card.locator('[data-absence-id]')
  t.match(await told.textContent(), /27\/11\/2026\s00:00 – 2\/12\/2026\s00:00/)
  await serving(page, one, lan)
  await page.getByRole('button', { name: say('now.swap_at', { counter: 'Quầy 1' }), exact: true }).click()
  const away = page.locator('.choices button', { hasText: `${nameOf(hoa)} (${vi['now.away']})` })
  t.ok(await away.isDisabled(), 'who is away cannot be put there')
  await usable(t, page, 'somebody is away')
  await button(told, 'absence.cancel').click()
  await told.locator('.button.main').click()
  await told.waitFor({ state: 'detached' })
  await serving(page, one, hoa)
  t.same(await stays(one), before)
  await page.close()
})

t.test('last week once more, and taken back', async (t) => {
  const page = await open('vanphong', '/roster', 'roster')
  const before = await stays(two)
  await page.getByRole('button', { name: new RegExp(vi['roster.week_after'] as string) }).click()
  const cells = page.locator(`.week tr[data-counter-id="${two}"] .cell`)
  const words = () => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label')))
  const nobody = (day: number) =>
    say('roster.cell', { counter: 'Quầy 2', day: `${day}/12/2026`, who: vi['roster.empty'] as string })
  t.equal((await words())[1], nobody(1))
  await button(page, 'roster.copy_week').click()
  await status(page, vi['roster.copied'] as string)
  const copied = await words()
  t.equal(copied[1], say('roster.cell', { counter: 'Quầy 2', day: '1/12/2026', who: nameOf(minh) }))
  t.equal(copied[3], nobody(3), 'where nobody was, nobody is put')
  const week = page.locator('#week')
  await button(week, 'now.undo').click()
  await status(page, vi['now.undone'] as string)
  t.equal((await words())[1], nobody(1))
  t.same(await stays(two), before)
  await page.close()
})

t.test(
  'ratings without an officer stand beside the gap that caused them; the gap filled, they are somebody’s',
  async (t) => {
    await rate(
      1,
      ['13:40', '14:00', '14:20', '14:40', '15:00', '15:20'].map((time) => at('25', time)),
      HOSTILE,
    )
    const leader = await open('lanhdao', `/units/${unit_id}`, 'unit', 'unit')
    await leader.locator(`#today [data-matter="counter ${two}"]`).waitFor()
    t.equal(
      await leader.locator(`#today [data-matter="counter ${one}"]`).count(),
      0,
      'somebody is at the first counter',
    )
    const told = (await site.staff('unit_leader', { unit_id })).get(`/api/v1/fleet?unit_id=${unit_id}`)
    const ill = (await told).body.items.filter(({ advice }: { advice: string[] }) => advice.length > 0)
    t.equal(await readText(leader, '#today [data-figure="tablets"]'), '2')
    t.equal(await readText(leader, '#today [data-figure="tablets_fine"]'), String(2 - ill.length))
    t.equal(await leader.locator('#today [data-matter^="tablet"]').count(), ill.length, 'each that needs a hand')
    await leader.locator('#remarks').getByText(HOSTILE).first().waitFor()
    t.equal(
      await leader.evaluate(() => (window as { ran?: boolean }).ran),
      undefined,
      'a remark is text and nothing else',
    )
    t.equal(await leader.locator('#remarks img').count(), 0)
    t.equal(await readText(leader, '#apart [data-figure="unattributed"]'), '6')
    await leader
      .locator('#apart')
      .getByRole('link', { name: vi['apart.gaps'] as string })
      .click()
    await settle(leader, 'roster')
    await leader.locator('#gaps').waitFor()
    const own = leader.locator(`[data-gaps-of="${two}"]`)
    await own.getByText(say('gaps.unattributed', { n: 6 })).waitFor()
    t.match(
      (await own.locator('li').allTextContents()).map((text) => plainBlanks(text).trim()),
      [/^T6 27\/11\/2026, sáng/, /^T5 26\/11\/2026, chiều/, /^T5 26\/11\/2026, sáng/, /^T4 25\/11\/2026, chiều/],
    )
    await usable(t, leader, 'gaps')
    await button(own.locator('li').nth(3), 'gaps.fill').or(own.locator('li').nth(3).getByRole('button')).click()
    const form = leader.locator('#change')
    t.equal(await form.locator('[name="counter_id"]').inputValue(), String(two))
    t.equal(await field(form, 'roster.from').inputValue(), '2026-11-25T13:30')
    await field(form, 'roster.officer').selectOption({ label: nameOf(minh) })
    await button(form, 'roster.submit').click()
    await status(leader, 'Quầy 2')
    await own.locator('li').nth(3).waitFor({ state: 'detached' })
    await site.count()
    await go(leader, '/roster', 'roster')
    await own.locator('li').nth(2).waitFor()
    t.equal(await leader.getByText(say('gaps.unattributed', { n: 6 })).count(), 0)
    await go(leader, `/units/${unit_id}`, 'unit')
    const figure = `#officers li[data-officer-id="${minh}"] [data-figure="n"]`
    t.equal(await readText(leader, figure), '–', 'six ratings of an officer are told to the officer alone')
    const steps = await site.db.query('select sum(changes)::int as n from steps where officer_id = $1', [minh])
    t.same(steps, [{ n: 6 }], 'and counted as theirs')
    t.same((await site.verify()).differences, [])
    await leader.close()
  },
)

const numbers = { same_day: 41, early: 12, on_time: 30, overdue: 2 }
const fillNumbers = async (form: Locator, told: Record<string, number>) => {
  for (const [kind, value] of Object.entries(told)) await field(form, `dossiers.${kind}`).fill(String(value))
}

t.test('visits and dossiers by group of procedures and by day, to clerk and leader', async (t) => {
  const caller = await site.staff('unit_clerk', { unit_id })
  const visit = (counter_id: number, procedure_group: string, visits: number) => ({
    ...{ counter_id: String(counter_id), day: '2026-11-24', procedure_group, visits },
  })
  const told = await caller.post('/api/v1/visits', {
    entries: [visit(one, 'Hộ tịch', 21), visit(one, 'Đất đai', 9), visit(two, 'Hộ tịch', 4)],
  })
  t.equal(told.status, 200)
  for (const [procedure_group, overdue] of [
    ['Hộ tịch', 1],
    ['Đất đai', 3],
  ]) {
    const body = { unit_id: String(unit_id), day: '2026-11-24', procedure_group, ...numbers, overdue }
    t.equal((await caller.post('/api/v1/dossiers', body)).status, 201)
  }
  const clerk = await open('vanphong', '/week', 'week')
  const cell = clerk.getByLabel('Quầy 1, 24/11/2026', { exact: true }).first()
  t.equal(await cell.getAttribute('placeholder'), '30', 'the groups together, as nothing was typed')
  await clerk.locator('[data-visits-groups] summary').click()
  const rows = clerk.locator('[data-visits-groups] tbody tr')
  t.same(
    (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    ['Quầy 1 Đất đai – 9 – – –', 'Quầy 1 Hộ tịch – 21 – – –', 'Quầy 2 Hộ tịch – 4 – – –'],
  )
  const form = clerk.locator('[data-form="dossiers"]')
  await button(clerk, 'dossiers.by_day').click()
  await fillNumbers(form, numbers)
  await field(form, 'dossiers.day').fill('2026-11-25')
  await button(form, 'dossiers.save').click()
  await status(clerk, say('dossiers.saved_day', { day: '25/11/2026' }))
  const lines = [
    ['25/11/2026', '41', '12', '30', '2'],
    ['24/11/2026', '82', '24', '60', '4'],
    ['Đất đai', '41', '12', '30', '3'],
    ['Hộ tịch', '41', '12', '30', '1'],
  ].map((cells) => cells.join(' '))
  const read = async (page: Page) => {
    await page.locator('[data-dossiers] summary').click()
    const found = await page.locator('[data-dossiers] tbody tr').allInnerTexts()
    return found.map((text) => text.replace(/\s+/g, ' ').trim())
  }
  t.same(await read(clerk), lines)
  await usable(t, clerk, 'groups')
  await clerk.close()

  const leader = await open('lanhdao', `/units/${unit_id}`, 'unit', 'unit')
  const card = leader.locator('#dossiers')
  t.match(
    await card.textContent(),
    say('unit.dossiers', { same_day: 123, early: 36, on_time: 90, overdue: 6 }).slice(0, 20),
  )
  t.same(await read(leader), lines)
  await leader.close()
})

t.test('two clerks at once: the second is told, keeps what was typed, and may mean it', async (t) => {
  const [first, second] = [await open('vanphong', '/week', 'week'), await open('vanphong.2', '/week', 'week')]
  const forms = [first, second].map((page) => page.locator('[data-form="dossiers"]')) as [Locator, Locator]
  await fillNumbers(forms[0], numbers)
  await fillNumbers(forms[1], { ...numbers, overdue: 5 })
  await button(forms[0], 'dossiers.save').click()
  await status(first, say('dossiers.saved', { month: '11/2026' }))
  await button(forms[1], 'dossiers.save').click()
  await second
    .getByText(vi['error.changed_meanwhile'] as string)
    .first()
    .waitFor()
  t.match(await forms[1].locator('[data-there]').textContent(), /Quá hạn 2/, 'what stands there now is said')
  t.equal(await field(forms[1], 'dossiers.overdue').inputValue(), '5')
  await button(forms[1], 'dossiers.save').click()
  await status(second, say('dossiers.saved', { month: '11/2026' }))

  for (const page of [first, second]) {
    await go(page, '/people', 'people')
    await page
      .locator(`tr[data-officer-id="${lan}"]`)
      .getByRole('button', { name: vi['form.change'] as string })
      .click()
  }
  await field(first, 'officers.name').fill('Lò Thị Lan')
  await button(first, 'form.save').click()
  await status(first, 'Lò Thị Lan')
  await field(second, 'officers.name').fill('Lò Thị Lân')
  await button(second, 'form.save').click()
  await second
    .getByText(vi['error.changed_meanwhile'] as string)
    .first()
    .waitFor()
  t.equal(await field(second, 'officers.name').inputValue(), 'Lò Thị Lân')
  await button(second, 'form.save').click()
  await status(second, 'Lò Thị Lân')
  await first.close()
  await second.close()
})

t.test('a unit made of others is shown with them, and nothing is added up', async (t) => {
  const old = await createOffice(site.db, { name: 'Xã Chiềng Cơi' })
  const administrator = await site.staff('administrator')
  await rate(
    0,
    ['08:10', '08:30', '08:50', '09:10', '09:30'].map((time) => at('26', time)),
  )
  const made = await administrator.post('/api/v1/units', {
    name: 'Phường Chiềng Cơi',
    kind: 'ward',
    valid_from: '2026-11-27',
    predecessors: [String(unit_id), String(old.unit_id)],
  })
  t.equal(made.status, 201)
  const page = await open('danvan', `/units/${made.body.unit_id}`, 'unit', 'commission')
  const card = page.locator('#before')
  t.match(await card.textContent(), say('before.about', { date: '27/11/2026' }))
  await button(card, 'before.show').click()
  const n = (unit: string | number) => card.locator(`tr[data-unit-id="${unit}"] [data-figure="n"]`)
  await n(unit_id).filter({ hasText: '11' }).waitFor()
  t.equal(await n(made.body.unit_id).textContent(), '0', 'the new unit begins at nothing')
  t.equal(await card.locator('tbody tr').count(), 3)
  await usable(t, page, 'with predecessors')
  await button(card, 'before.hide').click()
  await card.locator('table').waitFor({ state: 'detached' })
  await card.getByRole('link', { name: UNIT }).click()
  await page.locator(`[data-unit-id="${unit_id}"] h1`).first().waitFor()
  await page.close()
})

t.test('a file dropped; logged out meanwhile; written in view, stopped, and written after all', async (t) => {
  const page = await open('vanphong', '/imports', 'imports')
  const groups = Array.from({ length: 30 }, (_, index) => `Nhóm ${index}`)
  const days = Array.from({ length: 28 }, (_, index) => index + 1)
  const text = [
    'Quầy;Ngày;Nhóm thủ tục;Lượt giải quyết',
    ...groups.flatMap((group) => days.map((day) => `Quầy 1;${day}/10/2026;${group};1`)),
  ].join('\r\n')
  const drop = async () => {
    const data = await page.evaluateHandle((text) => {
      const data = new DataTransfer()
      data.items.add(new File([`\uFEFF${text}`], 'lượt tháng 10.csv', { type: 'text/csv' }))
      return data
    }, text)
    await page.locator('#choose .drop').dispatchEvent('drop', { dataTransfer: data })
  }
  await site.db.query('delete from sessions')
  await drop()
  const over = page.locator('dialog[open]')
  await over.getByLabel(vi['login.password'] as string, { exact: true }).fill(password)
  await over.getByRole('button', { name: vi['login.submit'] as string, exact: true }).click()
  await over.waitFor({ state: 'detached' })
  t.match(await page.locator('#choose').textContent(), 'lượt tháng 10.csv', 'the file is still chosen')
  await button(page, 'imports.try_again').click()
  await page.getByRole('heading', { name: say('imports.shown_headline', { made: 840, changed: 0 }) }).waitFor()

  // Somebody holds a row that the import needs, so that it can be looked at in the middle of its work.
  const holder = await site.pools.openCountClient()
  await holder.query('begin')
  await holder.query('select pg_advisory_xact_lock(4711)')
  await site.db.query(`create function wait_here() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`)
  await site.db.query(`create trigger wait_here before insert on visits for each row
    when (new.procedure_group = 'Nhóm 20') execute function wait_here()`)
  await button(page, 'imports.apply').click()
  const bar = page.getByRole('progressbar')
  await bar.waitFor()
  t.equal(await bar.getAttribute('max'), '840')
  await usable(t, page, 'writing')
  await page.reload()
  await bar.waitFor()
  await button(page, 'imports.stop_writing').click()
  await page.getByRole('heading', { name: vi['imports.cancelled'] as string }).waitFor()
  await holder.query('rollback')
  await holder.end()
  await site.db.query('drop trigger wait_here on visits')
  const kept = () => site.db.query(`select count(*)::int as n from visits where day < '2026-11-01'`)
  t.same(await kept(), [{ n: 0 }], 'nothing of it was written')
  await button(page, 'imports.choose_next').click()
  await drop()
  await button(page, 'imports.apply').click()
  await page.getByRole('heading', { name: say('imports.applied_headline', { made: 840, changed: 0 }) }).waitFor()
  t.same(await kept(), [{ n: 840 }])
  await page.close()
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
