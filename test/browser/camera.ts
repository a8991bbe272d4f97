/** Takes the pictures: every size, language and theme of a page as it stands. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { arrived } from '../support/accessibility.ts'

export const sizes = {
  '1280': { width: 1280, height: 800 },
  '800': { width: 800, height: 1280 },
  '390': { width: 390, height: 844 },
} as const

type Language = 'vi' | 'en'
interface Size {
  width: number
  height: number
}

export interface Camera {
  /** Whether pictures of this name are asked for. */
  wants(name: string): boolean
  /** All sizes, both themes, and both languages unless the page is to stay in the one it is in. */
  photograph(page: Page, name: string, language?: Language): Promise<void>
  /** One picture of what fits on a screen of this size. */
  single(page: Page, name: string, size: Size): Promise<void>
  /** The same for docs/images, when pictures are to be kept there. */
  keep(page: Page, name: string, size: Size): Promise<void>
  /** Does something in Vietnamese, then in English, and leaves the page in Vietnamese. */
  languages(page: Page, work: (language: Language) => Promise<void>): Promise<void>
}

/** Passes the whole page, so that what is drawn only near the screen is drawn. */
async function walkDown(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
      scrollTo(0, y)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    scrollTo(0, 0)
    await document.fonts.ready
  })
}

/** Everything drawn: pictures far down the page, letters, whatever fades in. */
async function drawn(page: Page): Promise<void> {
  await walkDown(page)
  await page.waitForTimeout(150)
  await arrived(page)
}

/** Every part has been asked for and answered, also those that wait until a page has come to rest. */
export async function loadedWhole(page: Page): Promise<void> {
  await walkDown(page)
  await page.waitForTimeout(1500)
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
}

/** The number of waiting cases comes once a page has come to rest; where none waits there is none. */
async function counted(page: Page): Promise<void> {
  if ((await page.locator('.counted').count()) === 0) return
  const number = page.locator('.counted .count').first()
  await number.waitFor({ state: 'attached', timeout: 2500 }).catch(() => undefined)
}

async function speak(page: Page, language: Language): Promise<void> {
  const html = page.locator('html')
  if ((await html.getAttribute('lang')) === language) return
  await page.locator('[data-tool="language"]').click()
  await page.locator(`html[lang="${language}"]`).waitFor()
  await page.mouse.move(1, 1)
}

/** `only`: a regular expression for names; `kept`: the folder of docs/images, or null. */
export function openCamera(folder: string, kept: string | null, only: string | undefined): Camera {
  const pattern = new RegExp(only ?? '')
  const wants = (name: string) => pattern.test(name)

  async function inAllSizes(page: Page, name: string, language: Language): Promise<void> {
    await page.mouse.move(0, 0)
    await counted(page)
    for (const [size, view] of Object.entries(sizes)) {
      await page.setViewportSize(view)
      await drawn(page)
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme })
        // Charts are drawn anew in the colours of the theme.
        await page.waitForTimeout(80)
        await arrived(page)
        // What lies over a page is as large as the screen.
        const fullPage = (await page.locator('dialog[open]').count()) === 0
        await page.screenshot({ path: join(folder, `${name}-${size}-${language}-${theme}.png`), fullPage })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.setViewportSize(sizes['1280'])
  }

  async function single(page: Page, path: string, size: Size): Promise<void> {
    await page.setViewportSize(size)
    await drawn(page)
    await page.screenshot({ path })
    await page.setViewportSize(sizes['1280'])
  }

  const languages: Camera['languages'] = async (page, work) => {
    for (const language of ['vi', 'en'] as const) {
      await speak(page, language)
      await work(language)
    }
    await speak(page, 'vi')
  }

  return {
    wants,
    languages,
    async photograph(page, name, language) {
      if (!wants(name)) return
      if (language) await inAllSizes(page, name, language)
      else await languages(page, (spoken) => inAllSizes(page, name, spoken))
    },
    async single(page, name, size) {
      if (wants(name)) await single(page, join(folder, `${name}.png`), size)
    },
    async keep(page, name, size) {
      if (kept) await single(page, join(kept, `${name}.png`), size)
    },
  }
}
