/** One unit of a real installation, its accounts, a tablet that rates, and readers whose pages stay open while things break. */
import type { Browser, Page } from 'playwright-core'
import type { Test } from 'tap'
import { hashPassword } from '../../server/password-hashes.ts'
import { wide } from './accessibility.ts'
import { type Complaints, newContext, shiftClock } from './browser.ts'
import { assign, batch, createOffice, rating } from './office.ts'
import { Installation, type ServerProcess } from './server-process.ts'
import { logIn, pageWords, settle } from './staff-page.ts'

const PASSWORD = 'ruộng bậc thang mùa nước đổ'
/** A rating is in the figures so soon after its answer; a page that nobody tells asks every minute. */
export const SOON_MS = 5000
const vi = pageWords('vi')

export class OpenPages {
  readonly complaints: Complaints[] = []
  readonly place: Installation
  /** The server that tablets speak to; a killed one is replaced by `restart()`. */
  first!: ServerProcess
  unit_id = 0
  /** How many ratings were received. */
  sent = 0
  #token = ''
  readonly #browser: Browser

  constructor(t: Test, browser: Browser) {
    this.place = new Installation(t)
    this.#browser = browser
  }

  /** A server, a unit with one counter and officer, and the accounts quantri, danvan, lanhdao, lanhdao.2 and duyen. */
  async open(): Promise<void> {
    this.first = await this.place.start()
    await this.first.ready()
    const office = await createOffice(this.place, { counters: 1, officers: 1, name: 'Xã Chiềng Đông' })
    const [officer, counter] = [office.officers[0] as number, office.counters[0] as number]
    this.unit_id = office.unit_id
    this.#token = office.tablets[0]?.token as string
    await assign(this.place, counter, officer, '2025-01-01T00:00:00+07:00')
    const password_hash = await hashPassword(PASSWORD)
    for (const [username, role, unit_id, officer_id] of [
      ['quantri', 'administrator', null, null],
      ['danvan', 'commission', null, null],
      ['lanhdao', 'unit_leader', office.unit_id, null],
      ['lanhdao.2', 'unit_leader', office.unit_id, null],
      ['duyen', 'officer', office.unit_id, officer],
    ] as const) {
      await this.place.query(
        `with made as (insert into accounts (username, password_hash, second_factor_waived) values ($1, $2, true) returning account_id)
         insert into account_roles (account_id, role, unit_id, officer_id) select account_id, $3, $4, $5 from made`,
        [username, password_hash, role, unit_id, officer_id],
      )
    }
  }

  /** `ahead`: by how many milliseconds the clock of this reader's machine is wrong. */
  async reader(username: string, first: string, { origin = this.first.origin, ahead = 0 } = {}): Promise<Page> {
    const { context, complaints } = await newContext(this.#browser, { viewport: wide })
    this.complaints.push(complaints)
    if (ahead) await shiftClock(context, ahead)
    const page = await context.newPage()
    await logIn(page, origin, username, PASSWORD, first)
    await settle(page, first)
    return page
  }

  /** The tablet speaks to the first server. */
  async post(path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.first.origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      body: JSON.stringify(body),
    })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  }

  /** Citizens at the counter. */
  async rate(ratings = 1): Promise<void> {
    // Of a clock that runs ahead only the moment of arrival is known: so many in a second are no burst then.
    const rated_at = new Date(Date.now() + 60_000).toISOString()
    const said = Array.from({ length: ratings }, () => rating({ rated_at }))
    await this.post('/api/v1/ratings', batch(said, { sent_at: new Date().toISOString() }))
    this.sent += ratings
  }

  /** Resolves when a leader's page says how many were received today. */
  follows(page: Page, timeout = SOON_MS): Promise<void> {
    const count = page.locator('#top [data-figure="received_today"]', { hasText: new RegExp(`^${this.sent}$`) })
    return count.waitFor({ timeout })
  }

  /** Through the form that lies over a page whose session is over; it knows the name. */
  async logInAgain(page: Page, username: string): Promise<void> {
    const dialog = page.locator('dialog[open]')
    await dialog.waitFor()
    const name = dialog.getByLabel(vi['login.username'] as string, { exact: true })
    if ((await name.inputValue()) !== username) throw new Error('the name is not known')
    await dialog.getByLabel(vi['login.password'] as string, { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: vi['login.submit'] as string, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  /** The killed server once more, on its port. */
  async restart(): Promise<void> {
    this.first = await this.place.start({ PORT: String(this.first.port) })
    await this.first.ready()
  }
}
