/**
 * Trusted Types in the real browser: text put where script or markup would come of it throws, and the pages work all the
 * same. Nor is a recorded voice a script or a page.
 */
import t from 'tap'
import { readSound } from '../../server/domain/sounds.ts'
import { hashPassword } from '../../server/password-hashes.ts'
import { type Complaints, launchBrowser, newContext } from '../support/browser.ts'
import { polyglots } from '../support/odd-sounds.ts'
import { createOffice } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { ask, settle } from '../support/staff-page.ts'

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

t.test('a clip that is a page and a script is neither, wherever it is put, without any policy of ours', async (t) => {
  const office = await createOffice(site.db)
  const password = 'ruộng bậc thang mùa nước đổ'
  await site.db.query(
    `with made as (insert into accounts (username, password_hash, second_factor_waived) values ('thuky', $1, true) returning account_id)
     insert into account_roles (account_id, role, unit_id) select account_id, 'unit_clerk', $2 from made`,
    [await hashPassword(password), office.unit_id],
  )
  // As it could lie in the database since a version that kept whatever was in a sound.
  const content = Buffer.from('self.top && (top.ran = 1);/*<script>top.ran = 1</script><style>body{--ran:1}</style>*/')
  const [{ sha256 } = { sha256: '' }] = await site.db.query<{ sha256: string }>(
    `with made as (insert into voice_sets (unit_id, language, name, created_at, changed_at)
       values ($1, 'hmn', 'Mông', now(), now()) returning voice_set_id)
     insert into voice_clips select voice_set_id, 'question', sha256($2), 'audio/wav', 1, $2,
       (select min(account_id) from accounts), now() from made returning encode(sha256, 'hex') as sha256`,
    [office.unit_id, content],
  )
  const url = `/api/v1/clips/${sha256}`
  const { context } = await newContext(browser, { bypassCSP: true })
  const page = await context.newPage()
  await page.goto(`${site.origin}/login`)
  t.equal((await ask(page, 'POST', '/session', { username: 'thuky', password })).status, 201)
  t.equal(await page.evaluate(async (url) => (await fetch(url)).text(), url), String(content), 'the reader may have it')
  const run = async () => {
    await page.goto(`${site.origin}/login`)
    return page.evaluate(async (url) => {
      const put = (name: string, set: (made: HTMLElement & { src: string; href: string; data: string }) => void) =>
        new Promise((resolve) => {
          const made = document.createElement(name) as HTMLElement & { src: string; href: string; data: string }
          made.onload = made.onerror = resolve
          set(made)
          document.body.append(made)
          setTimeout(resolve, 1500)
        })
      await Promise.all([
        put('script', (made) => Object.assign(made, { src: url })),
        put('script', (made) => Object.assign(made, { src: `${url}?module`, type: 'module' })),
        put('link', (made) => Object.assign(made, { rel: 'stylesheet', href: url })),
        put('iframe', (made) => Object.assign(made, { src: url })),
        put('embed', (made) => Object.assign(made, { src: url })),
        put('object', (made) => Object.assign(made, { data: url })),
      ])
      const worker = await new Promise((resolve) => {
        const made = new Worker(url)
        made.onerror = () => resolve('refused')
        setTimeout(() => resolve('runs'), 500)
      })
      const registered = await navigator.serviceWorker.register(url, { scope: '/api/v1/clips/' }).then(
        () => 'registered',
        () => 'refused',
      )
      const style = getComputedStyle(document.body).getPropertyValue('--ran')
      return { ran: (window as { ran?: number }).ran ?? 0, style, worker, registered }
    }, url)
  }
  t.same(await run(), { ran: 0, style: '', worker: 'refused', registered: 'refused' })
  const opened = await page.goto(site.origin + url).catch((error: Error) => error.message)
  t.match(opened, /Download is starting|ERR_ABORTED/, 'opened by itself it is saved')
  // The same bytes with a careless type: this test would see it.
  await context.route(`**${url}*`, (route) => route.fulfill({ contentType: 'text/javascript', body: content }))
  t.match(await run(), { ran: 1, worker: 'runs' })
})

t.test('recordings without their metadata are still what they sound like', async (t) => {
  const { context } = await newContext(browser, {})
  const page = await context.newPage()
  await page.goto(`${site.origin}/login`)
  for (const [name, [bytes]] of Object.entries(polyglots)) {
    const read = readSound(bytes)
    if (typeof read === 'string') continue
    const seconds = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
      return (await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes.buffer)).duration
    }, Buffer.from(read.content).toString('base64'))
    // Encoders differ in what they leave out at both ends.
    t.ok(Math.abs(seconds - 0.76) < 0.1, `${name}: ${seconds} s`)
  }
})
