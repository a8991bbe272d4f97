/** Pictures of every staff page of every role, and of the public board: three sizes, two languages, light and dark. */
import type { Browser, Page } from 'playwright-core'
import { newContext, shiftClock, type Teardown } from '../support/browser.ts'
import { communesFile } from '../support/communes.ts'
import type { Demo } from '../support/demo-process.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { ask, fillLogIn, logIn, pageWords, settle } from '../support/staff-page.ts'
import { type Camera, loadedWhole, sizes } from './camera.ts'

const vi = pageWords('vi')
const word = (key: string) => vi[key] as string
const PASSWORD = 'ruộng bậc thang mùa nước đổ'

export async function photographStaff(t: Teardown, browser: Browser, demo: Demo, camera: Camera): Promise<void> {
  const { origin, accounts } = demo
  // The demonstration has an hour of its own, and readers' clocks are right.
  const told = Date.parse((await fetch(`${origin}/api/v1/health/live`)).headers.get('date') ?? '')
  const ahead = told - Date.now()
  const open = async (): Promise<Page> => {
    const { context } = await newContext(browser, { viewport: sizes['1280'] })
    await shiftClock(context, ahead)
    return context.newPage()
  }
  const enter = async (username: string, password: string, first: string, at = origin) => {
    const page = await open()
    await logIn(page, at, username, password, first)
    await settle(page, first)
    return page
  }
  const reader = (username: string, first: string, at = origin) => {
    const account = accounts.find((one) => one.username === username)
    if (!account) throw new Error(`the demonstration has no account ${username}`)
    return enter(username, account.password, first, at)
  }
  const go = async (page: Page, address: string, name: string) => {
    await page.goto(origin + address)
    await settle(page, name)
  }
  const shoot = camera.photograph
  /** Pages that have nothing particular to be done on them first. */
  const tour = async (page: Page, role: string, names: readonly string[]) => {
    for (const name of names) {
      await go(page, `/${name}`, name)
      await shoot(page, `${role}-${name}`)
    }
  }
  const button = (page: Page, key: string) => page.getByRole('button', { name: word(key), exact: true })

  const nobody = await open()
  await go(nobody, '/login', 'login')
  await shoot(nobody, 'login')
  await fillLogIn(nobody, 'danvan', 'không phải mật khẩu này')
  await nobody.getByRole('alert').waitFor()
  await shoot(nobody, 'login-refused')
  await go(nobody, '/setup#token', 'setup')
  await shoot(nobody, 'setup')

  const admin = await reader('quantri', 'admin')
  const { body: units } = await ask(admin, 'GET', '/units')
  const unitOf = (name: string): string =>
    units.items.find((unit: { name: string }) => unit.name === name)?.unit_id as string
  const township = unitOf('Thị trấn Mộc Châu')
  const invited = await ask(admin, 'POST', '/accounts', { username: 'moi', role: 'unit_clerk', unit_id: township })
  await nobody.goto(`${origin}/invitation#${invited.body.link.token}`)
  await settle(nobody, 'invitation')
  await shoot(nobody, 'invitation')

  const commission = await reader('danvan', 'commission')
  await shoot(commission, 'commission')
  await camera.keep(commission, 'commission', { width: 1280, height: 860 })
  await commission.locator('[data-tool="period"]').click()
  await shoot(commission, 'commission-periods')
  await go(commission, '/?from=2020-01-01&to=2020-03-31', 'commission')
  await shoot(commission, 'commission-empty')
  await go(commission, `/units/${township}`, 'unit')
  await shoot(commission, 'commission-unit')
  await go(commission, '/reports', 'reports')
  await commission.getByLabel(word('mail.address')).fill('vanthu@sonla.example')
  await button(commission, 'mail.save').click()
  await commission.locator('[data-schedule]').waitFor()
  await button(commission, 'reports.issue').click()
  await button(commission, 'reports.issue').click()
  await commission.locator('[data-issued]').waitFor()
  await shoot(commission, 'commission-reports')
  await tour(commission, 'commission', ['cases', 'voices', 'account', 'figures'])
  await go(commission, '/nowhere', 'notice')
  await shoot(commission, 'not-found')

  const leader = await reader('lanhdao.mc', 'unit')
  await shoot(leader, 'leader-unit')
  await camera.keep(leader, 'unit', { width: 1280, height: 860 })
  for (const details of await leader.locator('#annex details, #weeks details').all()) {
    await details.evaluate((one) => one.setAttribute('open', ''))
  }
  const episode = leader.locator('#episodes tbody button').first()
  if (await episode.isVisible()) await episode.click()
  await shoot(leader, 'leader-unit-open')
  await tour(leader, 'leader', ['week', 'roster', 'terminals', 'people', 'holidays', 'voices', 'imports', 'reports'])
  await tour(leader, 'leader', ['audit', 'account'])
  await go(leader, '/cases?state=answered', 'cases')
  await shoot(leader, 'leader-cases-answered')
  await go(leader, '/cases', 'cases')
  await camera.keep(leader, 'cases', { width: 1280, height: 860 })
  await leader.locator('[data-kind="explanation"] [aria-expanded]').first().click()
  await leader.locator('.take-up button').click()
  await leader.locator('.take-up form').waitFor()
  await shoot(leader, 'leader-cases')
  await go(leader, '/public-board', 'public-board')
  await shoot(leader, 'leader-public-board')
  await nobody.goto(`${origin}/board/${township}`)
  await nobody.locator('.nothing h1').waitFor()
  await shoot(nobody, 'board-closed')
  const settings = { procedures_url: 'https://dichvucong.gov.vn' }
  await ask(leader, 'PATCH', `/units/${township}/board`, settings)
  for (const [asked, done] of [
    ['Phòng chờ thiếu ghế cho người già', 'Đã kê thêm 8 ghế có tựa'],
    ['Chờ lâu vào sáng thứ Hai', 'Mở thêm một quầy hộ tịch sáng thứ Hai'],
    ['Không biết đi phòng nào', 'Bảng chỉ dẫn mới ở cổng và hành lang'],
  ]) {
    await ask(leader, 'POST', '/board-answers', { unit_id: township, asked, done })
  }
  await go(leader, '/public-board', 'public-board')
  await leader.locator('main [data-action="open"] button').click()
  await leader.locator('main a[target="_blank"]').waitFor()
  await shoot(leader, 'leader-public-board-open')
  await nobody.goto(`${origin}/board/${township}`)
  await nobody.locator('.month').waitFor()
  await shoot(nobody, 'board')
  await camera.keep(nobody, 'board', { width: 1280, height: 720 })
  await camera.single(nobody, 'board-1920', { width: 1920, height: 1080 })
  await shoot(await reader('lanhdao.qt', 'unit'), 'leader-unit-quiet')

  const officer = await reader('duyen', 'officer')
  await shoot(officer, 'officer')
  await camera.keep(officer, 'officer', { width: 640, height: 860 })
  await tour(officer, 'officer', ['cases', 'account'])
  const few = await reader('thao', 'officer')
  await shoot(few, 'officer-few')
  await few.locator('[data-right="review"] button').click()
  await shoot(few, 'officer-review')

  const clerk = await reader('vanphong', 'week')
  await shoot(clerk, 'clerk-week')
  await camera.keep(clerk, 'week', { width: 1280, height: 860 })
  await tour(clerk, 'clerk', ['cases', 'roster', 'people', 'holidays', 'voices', 'imports', 'account', 'terminals'])
  await clerk.locator('select[name="counter_id"]').selectOption({ index: 1 })
  await button(clerk, 'pairing.create').click()
  await clerk.locator('[data-pairing-code]').waitFor()
  await shoot(clerk, 'clerk-terminals-code')
  await go(clerk, '/integrity', 'notice')
  await shoot(clerk, 'forbidden')

  const inspector = await reader('thanhtra', 'integrity')
  await shoot(inspector, 'inspector-integrity')
  await tour(inspector, 'inspector', ['audit', 'account'])

  await go(admin, '/admin', 'admin')
  await shoot(admin, 'admin')
  for (const section of ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts']) {
    await go(admin, `/admin/${section}`, 'admin')
    await shoot(admin, `admin-${section}`)
  }
  await tour(admin, 'admin', ['holidays', 'voices', 'audit', 'reports', 'account', 'imports'])
  for (const [name, kind] of Object.entries({ wrong: 'Huyện', shown: 'Xã' })) {
    await admin.locator('#choose input[type=file]').setInputFiles(communesFile({ kind, accounts: true, hidden: [9] }))
    await admin
      .locator(name === 'wrong' ? '#problems tbody tr' : '#rows-new tbody tr')
      .first()
      .waitFor()
    await shoot(admin, `admin-imports-${name}`)
    if (name === 'wrong') await button(admin, 'imports.choose_again').click()
  }
  await button(admin, 'imports.apply').click()
  await admin.locator('#back').waitFor()
  await shoot(admin, 'admin-imports-applied')

  // Somebody with every role that may be held together: the longest row of pages there is.
  const place = { unit_id: township }
  const grants = [{ role: 'administrator' }, { role: 'commission' }, { role: 'inspector' }]
  const several = [...grants, { role: 'unit_leader', ...place }, { role: 'unit_clerk', ...place }]
  await ask(admin, 'POST', '/accounts', { username: 'nhieuvai', password: PASSWORD, grants: several })
  const many = await enter('nhieuvai', PASSWORD, 'commission')
  await shoot(many, 'several-roles')
  await tour(many, 'several-roles', ['roster', 'admin'])

  await photographStates(t, { open, reader, origin }, camera)
}

interface Doors {
  open: () => Promise<Page>
  reader: (username: string, first: string, at?: string) => Promise<Page>
  origin: string
}

/** Server gone, session over, a wrong clock: each is made to happen, in one language after the other. */
async function photographStates(t: Teardown, { open, reader, origin }: Doors, camera: Camera): Promise<void> {
  if (!['state-server-gone', 'state-session-ended', 'state-clock-wrong'].some(camera.wants)) return
  const network = await startBadNetwork(t, origin)
  const officer = await reader('duyen', 'officer', network.origin)
  await camera.languages(officer, async (language) => {
    await loadedWhole(officer)
    await network.goAway()
    await officer.locator('.gone').waitFor()
    await camera.photograph(officer, 'state-server-gone', language)
    await network.comeBack()
    await officer.locator('.gone').waitFor({ state: 'detached', timeout: 40_000 })
  })
  const leader = await reader('lanhdao.mc', 'unit')
  await camera.languages(leader, async (language) => {
    await leader.context().request.delete(`${origin}/api/v1/session`, { headers: { origin } })
    await leader.locator('dialog[open]').waitFor({ timeout: 90_000 })
    await camera.photograph(leader, 'state-session-ended', language)
    const again = await reader('lanhdao.mc', 'unit')
    await leader.context().addCookies(await again.context().cookies())
    await again.close()
    await leader.reload()
    await settle(leader, 'unit')
  })
  const wrong = await open()
  await shiftClock(wrong.context(), 26 * 3_600_000)
  await wrong.goto(`${origin}/login`)
  await wrong.locator('main h1').waitFor()
  await camera.photograph(wrong, 'state-clock-wrong')
}
