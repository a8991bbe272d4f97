/** Pictures of every tablet screen: lying, standing, and on a phone. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { arrived } from '../support/accessibility.ts'
import { newContext } from '../support/browser.ts'
import type { Demo } from '../support/demo-process.ts'
import { TabletPage, tabletWords } from '../support/tablet-page.ts'

const OFFICE_MS = 7 * 3_600_000
const DAY_MS = 24 * 3_600_000

const sizes = [
  { width: 1280, height: 800 },
  { width: 800, height: 1280 },
  { width: 390, height: 844 },
]

/** Everything said takes a minute: a picture of a loudspeaker that speaks must not come too late. */
function speakSlowly(): void {
  BaseAudioContext.prototype.decodeAudioData = async () => new AudioBuffer({ length: 60 * 8000, sampleRate: 8000 })
}

/** A tablet of each unit, one at each size. */
export async function photographTablet(browser: Browser, { origin, codes }: Demo, folder: string, kept: string | null) {
  for (const [place, viewport] of sizes.entries()) {
    const { context } = await newContext(browser, { viewport, hasTouch: true })
    await context.addInitScript(speakSlowly)
    const tablet = await TabletPage.open(context, origin, { at: Date.now() })
    const { page } = tablet
    const shoot = async (name: string) => {
      await arrived(page)
      await page.screenshot({ path: join(folder, `tablet-${name}-${viewport.width}.png`) })
      if (kept && viewport.width === 1280 && ['attract', 'marks'].includes(name)) {
        await page.screenshot({ path: join(kept, `tablet-${name}.png`) })
      }
    }
    const home = async () => {
      await tablet.later(4000)
      await tablet.shows('attract')
    }

    await tablet.shows('pair')
    await shoot('pair')
    await page.keyboard.type('abcd2345')
    await page.keyboard.press('Enter')
    await page.getByText(tablet.words.pair_refused as string).waitFor()
    await shoot('pair-refused')
    await tablet.pair(codes[place] as string)
    await shoot('attract')
    const aloud = async (selector: string, name: string) => {
      await page.locator(selector).first().click()
      await page.locator(`${selector}[aria-pressed="true"]`).waitFor()
      await page.mouse.move(1, 1)
      await shoot(name)
      await page.evaluate(
        (selector) => document.querySelector<HTMLElement>(`${selector}[aria-pressed="true"]`)?.click(),
        selector,
      )
    }
    await aloud('.say.hear', 'attract-speaking')
    await tablet.pick(5)
    // Said by itself to whoever has listened.
    await page.locator('.got .hear[aria-pressed="true"]').click()
    await page.mouse.move(1, 1)
    for (const tile of [1, 4, 6]) await tablet.tile(tile).click()
    await shoot('marks')
    await aloud('.got .hear', 'marks-speaking')
    await tablet.showOtherList()
    await shoot('marks-other')
    await tablet.later(31_000)
    await shoot('marks-ending')
    await page.locator('.warn button').click()
    await tablet.button('remark_open').click()
    await page.getByRole('textbox').fill('Cán bộ hướng dẫn rất tận tình, chờ hơi lâu.')
    await shoot('remark')
    await tablet.button('remark_send').click()
    await tablet.shows('thanks')
    await shoot('thanks')
    await home()
    await tablet.pick(1)
    await shoot('marks-better')
    await tablet.button('change').click()
    await tablet.shows('attract')
    await shoot('attract-again')
    await tablet.pick(2)
    await tablet.button('serious_link').click()
    await shoot('serious')
    await tablet.tile(1).click()
    await shoot('serious-chosen')
    await tablet.button('back').click()
    await tablet.done()
    await home()

    await page.locator('button.lang[lang="en"]').click()
    Object.assign(tablet.words, tabletWords('en'))
    await shoot('attract-en')
    await tablet.pick(4)
    await shoot('marks-en')
    await tablet.button('serious_link').click()
    await shoot('serious-en')
    await tablet.button('back').click()
    await tablet.done()
    await home()
    Object.assign(tablet.words, tabletWords('vi'))

    await tablet.openServiceCorner()
    await shoot('service')
    await tablet.button('close').click()
    // A unit that has set a PIN; which one does not matter here.
    await page.route('**/api/v1/terminal', async (route) => {
      const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } })
      const service_pin = { salt: 'AAAA', hash: 'AAAA', iterations: 1000 }
      await route.fulfill({ response: answer, json: { ...(await answer.json()), service_pin } })
    })
    await tablet.later(300_000)
    const pin = page.locator('main[data-panel="pin"]')
    for (let look = 0; look < 20 && (await pin.count()) === 0; look += 1) {
      await tablet.shows('attract')
      await page.keyboard.down('F2')
      await tablet.later(3000)
      await page.keyboard.up('F2')
      if ((await tablet.screen('attract', 'service').count()) > 0) await tablet.button('close').click()
    }
    const type = async (digits: string) => {
      for (const digit of digits) await pin.getByRole('button', { name: digit, exact: true }).click()
    }
    await type('123456')
    await pin.locator('.err').waitFor()
    await type('123')
    await shoot('pin')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await tablet.button('close').click()
    const setEstimate = (free: number) =>
      page.evaluate((free) => {
        navigator.storage.estimate = async () => ({ usage: 1e6, quota: 1e6 + free })
      }, free)
    await setEstimate(1e6)
    await tablet.later(61_000)
    await tablet.shows('trouble')
    await shoot('full')
    await setEstimate(1e10)
    await tablet.later(61_000)
    await tablet.shows('attract')
    // A full disk, as far as a page can tell.
    await page.evaluate(() => {
      const put = IDBObjectStore.prototype.put
      IDBObjectStore.prototype.put = function (...parts) {
        const asked = put.apply(this, parts)
        if (this.name === 'ratings') this.transaction.abort()
        return asked
      }
    })
    await tablet.button('face_3').click()
    await tablet.shows('trouble')
    await shoot('trouble')

    await tablet.later(20_000)
    await tablet.shows('attract')
    // Eight in the evening, of today or of tomorrow.
    const now = await page.evaluate(() => Date.now())
    const evening = new Date(now + OFFICE_MS).setUTCHours(20, 0, 0, 0) - OFFICE_MS
    await tablet.later(evening > now ? evening - now : evening + DAY_MS - now)
    for (let look = 0; look < 6 && (await tablet.screen('rest').count()) === 0; look += 1) {
      await tablet.later(31_000)
      await arrived(page)
    }
    await tablet.shows('rest')
    await shoot('rest')
    const second = await context.newPage()
    await second.goto(`${origin}/terminal/`)
    await second.locator('main[data-screen="trouble"]').waitFor()
    await second.screenshot({ path: join(folder, `tablet-second-window-${viewport.width}.png`) })
    await context.close()
  }
}
