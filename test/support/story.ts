/** Stories told through the pages alone: what somebody clicks, counted, and what they then read. */
import type { Browser, Locator, Page } from 'playwright-core'
import { wide } from './accessibility.ts'
import { type Complaints, newContext } from './browser.ts'
import type { Site } from './site.ts'
import { pageWords, say, settle } from './staff-page.ts'

const vi = pageWords('vi')

export function startStory(browser: Browser, site: Site) {
  const complaints: Complaints[] = []
  let clicks = 0
  const button = (place: Page | Locator, key: string) =>
    place.getByRole('button', { name: vi[key] as string, exact: true })
  const field = (place: Page | Locator, key: string) => place.getByLabel(vi[key] as string, { exact: true })
  const status = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
  async function click(target: Locator): Promise<void> {
    clicks += 1
    await target.click()
  }
  return {
    complaints,
    button,
    field,
    status,
    click,
    /** Clicks since the last call. */
    counted(): number {
      const so_far = clicks
      clicks = 0
      return so_far
    },
    async openWindow(size = wide): Promise<Page> {
      const opened = await newContext(browser, { viewport: size, acceptDownloads: true })
      complaints.push(opened.complaints)
      return opened.context.newPage()
    },
    async go(page: Page, path: string, name: string): Promise<void> {
      await page.goto(site.origin + path)
      await settle(page, name)
    },
    /** A file chosen in the dialog of the page: one click opens it, one takes the file. */
    async choose(page: Page, file: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
      clicks += 2
      await page.locator('#choose input[type=file]').setInputFiles(file)
    },
    /** The button of a counter's row, and the officer's below it: "change from now" in two taps. */
    async swap(page: Page, counter: string, officer: string): Promise<void> {
      await click(page.getByRole('button', { name: say('now.swap_at', { counter }), exact: true }))
      await click(page.locator('.choices').getByRole('button', { name: officer, exact: true }))
      await status(page, say('roster.done', { counter, officer }))
    },
  }
}
