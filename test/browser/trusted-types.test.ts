/** Trusted Types in the real browser: text put where script or markup would come of it throws, and the pages work all the same. */
import t from 'tap'
import { type Complaints, launchBrowser, newContext } from '../support/browser.ts'
import { startSite } from '../support/site.ts'
import { settle } from '../support/staff-page.ts'

const site = await startSite(t)
const browser = await launchBrowser(t)

/** What each kind of sink does with a text; `taken` when the text went in. */
const tryThem = () => {
  const kinds: Record<string, () => unknown> = {
    markup: () => {
      document.createElement('div').innerHTML = '<b>bold</b>'
    },
    beside: () => document.createElement('div').insertAdjacentHTML('beforeend', '<b>bold</b>'),
    whole: () => new DOMParser().parseFromString('<b>bold</b>', 'text/html'),
    script: () => {
      document.createElement('script').text = 'window.ran = true'
    },
    source: () => {
      document.createElement('script').src = '/terminal/sw.js'
    },
    policy: () => {
      const { trustedTypes } = window as unknown as {
        trustedTypes: { createPolicy(name: string, rules: object): object }
      }
      return trustedTypes.createPolicy('mine', { createHTML: (text: string) => text })
    },
  }
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => {
      try {
        kind()
        return [name, 'taken']
      } catch (error) {
        return [name, (error as Error).name]
      }
    }),
  )
}
const thrown = {
  markup: 'TypeError',
  beside: 'TypeError',
  whole: 'TypeError',
  script: 'TypeError',
  source: 'TypeError',
}

for (const [path, where] of [
  ['/login', 'main[data-page="login"]'],
  ['/terminal/', 'main[data-screen="pair"]'],
] as const) {
  t.test(`${path}: no text becomes script or markup`, async (t) => {
    const opened = await newContext(browser, {})
    const complaints: Complaints = opened.complaints
    const page = await opened.context.newPage()
    await page.goto(site.origin + path)
    if (path === '/login') await settle(page, 'login')
    else await page.locator(where).waitFor()
    t.strictSame(complaints.flat(), [], 'the page works without one')
    const { policy, ...sinks } = await page.evaluate(tryThem)
    t.strictSame(sinks, thrown)
    t.not(policy, 'taken', 'and nobody makes an exception of their own')
    t.equal(await page.evaluate(() => (window as { ran?: boolean }).ran), undefined)
  })
}

t.test('the tablet still gets its service worker, and starts without a network', async (t) => {
  const { context } = await newContext(browser, {})
  const page = await context.newPage()
  await page.goto(`${site.origin}/terminal/`)
  const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
  t.equal(scope, `${site.origin}/terminal/`)
  await page.waitForFunction(async () => (await caches.keys()).length > 0)
  await context.setOffline(true)
  await page.reload()
  await page.locator('main[data-screen="pair"]').waitFor()
})
