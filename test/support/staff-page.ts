/** The staff pages as their readers use them: log in, and read every number by its handles. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from './browser.ts'

export type Words = Record<string, string>

/** The messages of the pages in one language, so that a test speaks of sentences by their key. */
export const pageWords = (language: 'vi' | 'en'): Words =>
  JSON.parse(readFileSync(join(root, `dashboards/i18n/${language}.json`), 'utf8')) as Words

const vi = pageWords('vi')

/** Words that are kept on one line, with blanks like any other and without joiners. */
export const plainBlanks = (text: string): string => text.replaceAll('\u2060', '').replaceAll('\u00a0', ' ')

/** A message with its holes filled; numbers are given as they are to be read, and what keeps words together is left out. */
export function say(key: string, parameters: Record<string, string | number> = {}, words: Words = vi): string {
  const text = words[key]
  if (text === undefined) throw new Error(`there is no message ${key}`)
  return plainBlanks(text)
    .replaceAll('**', '')
    .replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_whole, name: string, one?: string, many?: string) =>
      one === undefined ? String(parameters[name] ?? '') : String(parameters[name] === 1 ? one : many),
    )
}

/** Fills the log-in form of the page that is open. */
export async function fillLogIn(page: Page, username: string, password: string, words: Words = vi): Promise<void> {
  await page.getByLabel(words['login.username'] ?? '', { exact: true }).fill(username)
  await page.getByLabel(words['login.password'] ?? '', { exact: true }).fill(password)
  await page.getByRole('button', { name: words['login.submit'] ?? '', exact: true }).click()
}

/** Opens the log-in page, logs in and waits for the first page of the role: `main[data-page=…]`. */
export async function logIn(page: Page, origin: string, username: string, password: string, first: string) {
  await page.goto(`${origin}/login`)
  await fillLogIn(page, username, password)
  await page.locator(`main[data-page="${first}"] h1`).first().waitFor()
}

/** Waits until the page `name` has its first answer, and goes down to its end and up again. */
export async function settle(page: Page, name: string): Promise<void> {
  await page.locator(`main[data-page="${name}"] h1`).first().waitFor()
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
  // Pictures far down, and with them their tables, come when they are near.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await page.evaluate(() => new Promise(requestAnimationFrame))
  await page.evaluate(() => scrollTo(0, 0))
}

/** How a file's tests open pages of one site: `open(page, '/units/1', 'unit')` waits for the page of that name. */
export const opener = (origin: string) => async (page: Page, address: string, name: string) => {
  await page.goto(origin + address)
  await settle(page, name)
}

/**
 * Every printed figure of the page as `where|which|figure = text`: the card it stands in, whether in a table, and the
 * unit, officer, counter, commitment, day and period it belongs to. Sorted, so that only content decides.
 */
export async function readFigures(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const subjects = ['unit', 'officer', 'counter'] as const
    return [...document.querySelectorAll<HTMLElement>('main [data-figure]')].map((node) => {
      const place = node.closest('section.card[id], section.answer[id]')?.id ?? 'page'
      const table = node.closest('table')
      const of = subjects.flatMap((name) => {
        const owner = node.closest<HTMLElement>(`[data-${name}-id]`)
        // The page's own unit stands around everything; only what is nearer than the card tells figures apart.
        if (!owner || owner.querySelector('section.card, section.answer')) return []
        return [`${name} ${owner.getAttribute(`data-${name}-id`)}`]
      })
      const named = ['commitment', 'from', 'period'].flatMap((name) => {
        const owner = node.closest<HTMLElement>(`[data-${name}]`)
        return owner ? [owner.getAttribute(`data-${name}`)] : []
      })
      const kind = table ? (table.dataset.table ?? 'table') : 'text'
      return `${place} ${kind} | ${[...of, ...named].join(' ')} | ${node.dataset.figure} = ${node.textContent}`
    })
  })
  return found.sort()
}

// Worked out by hand in tests of their own: test/api/report-annexes.test.ts, test/api/episodes.test.ts, test/long/office.test.ts.
const elsewhere = (figure: string) => /^(episodes|today) /.test(figure) || figure.includes('| standardised =')

/** The figures as soon as they are `expected`, which they must be within `timeoutMs`; else as they are then. */
export async function figuresWithin(page: Page, expected: readonly string[], timeoutMs = 10_000): Promise<string[]> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const shown = (await readFigures(page)).filter((figure) => !elsewhere(figure))
    if (Date.now() > deadline || shown.join('\n') === expected.join('\n')) return shown
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** What a screen reader is told of each bar of five levels, and what is printed inside it, in order of the page. */
export const readLevelBars = (page: Page): Promise<{ spoken: string; printed: string[] }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main .levels[role="img"]')].map((bar) => ({
      spoken: bar.getAttribute('aria-label') ?? '',
      printed: [...bar.children]
        .filter((part) => part.textContent)
        .map((part) => `${part.className} ${part.textContent}`),
    })),
  )

/** The text of the first match, blanks and word joiners put right. */
export async function readText(page: Page, selector: string): Promise<string> {
  const text = (await page.locator(selector).first().textContent()) ?? ''
  return plainBlanks(text).replace(/\s+/g, ' ').trim()
}

export interface Reply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came back and compare it
  body: any
}

/** Calls the API from the page itself: its cookie, its origin, its rights. */
export function ask(page: Page, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<Reply> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const response = await fetch(`/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text ? JSON.parse(text) : null }
    },
    { method, path, body },
  )
}
