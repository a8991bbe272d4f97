/** A tablet as citizens and technicians use it: its page, touched by the words that are on it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { eventually, root } from './browser.ts'

export type Level = 1 | 2 | 3 | 4 | 5
export type Screen = 'pair' | 'attract' | 'marks' | 'remark' | 'thanks' | 'rest' | 'trouble'
export type Words = Record<string, string>

export const tabletWords = (language: 'vi' | 'en'): Words =>
  JSON.parse(readFileSync(join(root, `terminal-ui/i18n/${language}.json`), 'utf8')) as Words

/** A record of the queue without its encrypted body. */
export interface Kept {
  id: string
  state: 'open' | 'sealed' | 'acked' | 'rejected'
  sequence: number
  ack_status?: string
  /** Why it stands in the visible list. */
  code?: string
}

/**
 * Counts what the page has asked of its store and of the server and not been answered. The page gives the store three
 * seconds and the server thirty: a test that moves the clock on by a minute meanwhile would make every answer late, and on
 * a slow machine the page would never get anywhere.
 */
function countQuestions(): void {
  if ('questions' in window) return
  const state = Object.assign(window, { questions: 0 })
  const follow = (asked: EventTarget, ends: readonly string[]) => {
    state.questions += 1
    let ended = false
    for (const end of ends) {
      asked.addEventListener(end, () => {
        if (!ended) state.questions -= 1
        ended = true
      })
    }
  }
  const wait = <T>(answer: Promise<T>): Promise<T> => {
    state.questions += 1
    const end = () => {
      state.questions -= 1
    }
    answer.then(end, end)
    return answer
  }
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...parts) {
    const asked = open.apply(this, parts)
    follow(asked, ['success', 'error'])
    return asked
  }
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...parts) {
    const asked = transaction.apply(this, parts)
    follow(asked, ['complete', 'abort'])
    return asked
  }
  const { fetch } = window
  window.fetch = (...parts) => wait(fetch(...parts))
  const { json, arrayBuffer } = Response.prototype
  Response.prototype.json = function () {
    return wait(json.call(this))
  }
  Response.prototype.arrayBuffer = function () {
    return wait(arrayBuffer.call(this))
  }
}

export class TabletPage {
  readonly page: Page
  /** What is on the screen while the tablet speaks Vietnamese. */
  readonly words = tabletWords('vi')

  constructor(page: Page) {
    this.page = page
  }

  /** Opens the page. With `at` (epoch ms) its clocks start there, go on by themselves and can be moved by `later()`. */
  static async open(context: BrowserContext, origin: string, { at }: { at?: number } = {}): Promise<TabletPage> {
    await context.addInitScript(countQuestions)
    const page = await context.newPage()
    if (at !== undefined) await page.clock.install({ time: at })
    await page.goto(`${origin}/terminal/`)
    return new TabletPage(page)
  }

  screen(name: Screen, panel?: 'serious' | 'service'): Locator {
    return this.page.locator(`main[data-screen="${name}"]${panel ? `[data-panel="${panel}"]` : ':not([data-panel])'}`)
  }

  async shows(name: Screen, timeout = 10_000): Promise<void> {
    await this.screen(name)
      .waitFor({ timeout })
      .catch(async (error: Error) => {
        const there = await this.page.evaluate(() => {
          const { screen, panel } = document.querySelector('main')?.dataset ?? {}
          return [screen, panel, 'focus on', document.activeElement?.outerHTML.slice(0, 200)].join(' ')
        })
        throw new Error(`no ${name} within ${timeout} ms, but ${there}`, { cause: error })
      })
  }

  button(key: string): Locator {
    return this.page.getByRole('button', { name: this.words[key] ?? key, exact: true })
  }

  /** Types the code on the pad and connects. */
  async pair(code: string): Promise<void> {
    await this.shows('pair')
    for (const sign of code) await this.page.locator('.pad').getByRole('button', { name: sign, exact: true }).click()
    await this.button('pair_go').click()
    await this.shows('attract')
  }

  /** One touch on a face: recorded, and the second screen asks. */
  async pick(level: Level): Promise<void> {
    await this.button(`face_${level}`).click()
    await this.shows('marks')
  }

  /** The tile at this place of the list on top; there is none before touches reach it, a moment after the picture. */
  tile(place: number): Locator {
    return this.page.locator('.tile:visible:not([inert] *)').nth(place)
  }

  /** Touches tiles of the list that is shown, by what they say. */
  async touchTiles(labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      const tile = this.page.getByRole('button', { name: label, exact: true })
      await tile.click()
      await this.page.locator('.tile[aria-pressed="true"]', { hasText: label }).waitFor()
    }
  }

  async showOtherList(): Promise<void> {
    await this.page.locator('.ask button:visible').click()
  }

  async done(): Promise<void> {
    await this.button('done').click()
    await this.shows('thanks')
  }

  /** Writes a remark from the second screen on and sends it. */
  async remark(text: string): Promise<void> {
    await this.button('remark_open').click()
    await this.page.getByRole('textbox').fill(text)
    await this.button('remark_send').click()
    await this.shows('thanks')
  }

  /** Opens the remark, writes into it and thinks better of it. */
  async skipRemark(text: string): Promise<void> {
    await this.button('remark_open').click()
    await this.page.getByRole('textbox').fill(text)
    await this.button('skip').click()
    await this.shows('thanks')
  }

  /** Reports serious matters from the second screen on. */
  async report(labels: readonly string[], text: string): Promise<void> {
    await this.button('serious_link').click()
    await this.screen('marks', 'serious').waitFor()
    await this.touchTiles(labels)
    await this.page.getByRole('textbox').fill(text)
    await this.button('serious_send').click()
    await this.shows('thanks')
  }

  /** The service corner, as a technician with a keyboard opens it: F2 held for three seconds. */
  async openServiceCorner(): Promise<void> {
    await this.shows('attract')
    await eventually('the service corner', async () => {
      await this.page.keyboard.down('F2')
      await this.later(3000)
      await this.page.keyboard.up('F2')
      return (await this.screen('attract', 'service').count()) === 1
    })
  }

  /** Lets store and server answer, then moves the page's clocks on; timers that fall due meanwhile run once. */
  async later(ms: number): Promise<void> {
    await eventually(
      'store and server have answered',
      () =>
        this.page
          .evaluate(() => ((window as unknown as { questions?: number }).questions ?? 0) === 0)
          // A page that starts anew has asked for nothing.
          .catch(() => true),
      40_000,
    )
    // The clock of a visit begins a moment after the picture.
    await this.page.locator('[data-screen="marks"] > .marks[inert]').waitFor({ state: 'detached' })
    await this.page.clock.fastForward(ms)
  }

  /** Moves the clocks on while the store does not answer. */
  async laterInVain(ms: number): Promise<void> {
    await this.page.clock.fastForward(ms)
  }

  /** Everything the tablet keeps, in order of the taps. */
  async queue(): Promise<Kept[]> {
    const kept = await this.page.evaluate(
      () =>
        new Promise<Kept[]>((resolve, reject) => {
          const opening = indexedDB.open('hai-long')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const db = opening.result
            const asking = db.transaction('ratings').objectStore('ratings').getAll()
            asking.onerror = () => reject(asking.error)
            asking.onsuccess = () => {
              db.close()
              resolve(
                asking.result.map(({ id, state, sequence, ack_status, code }: Kept) => ({
                  id,
                  state,
                  sequence,
                  ...(ack_status === undefined ? {} : { ack_status }),
                  ...(code === undefined ? {} : { code }),
                })),
              )
            }
          }
        }),
    )
    return kept.sort((a, b) => a.sequence - b.sequence)
  }

  /** Resolves when the tablet keeps so many acknowledged ratings and nothing else; returns them. */
  async allAcked(count: number, timeoutMs = 20_000): Promise<Kept[]> {
    let last: Kept[] = []
    return eventually(
      `${count} ratings acknowledged`,
      async () => {
        last = await this.queue()
        return last.length === count && last.every(({ state }) => state === 'acked') && last
      },
      timeoutMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; the tablet keeps ${JSON.stringify(last.map(({ state }) => state))}`)
    })
  }
}
