/** The tablet looked after: its PIN, what the service corner tells, its room, writes that hang, and new versions. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Route } from 'playwright-core'
import t, { type Test } from 'tap'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { type Complaints, eventually, launchBrowser, newContext, root } from '../support/browser.ts'
import { createOffice, type Office } from '../support/office.ts'
import { type BadNetwork, startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { type Level, TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const pagesDir = t.testdir({})
cpSync(join(root, 'dist', 'terminal'), join(pagesDir, 'terminal'), { recursive: true })
const site = await startSite(t, { at: AT, config: { pagesDir } })
const browser = await launchBrowser(t)
const administrator = await site.staff('administrator')
const complaintsOfAll: Complaints[] = []

interface Bench {
  tablet: TabletPage
  office: Office
  network: BadNetwork
}

async function newTablet(t: Test, { script, pin }: { script?: () => void; pin?: string } = {}): Promise<Bench> {
  const office = await createOffice(site.db)
  if (pin) {
    const set = await administrator.post(`/api/v1/units/${office.unit_id}/service-pin`, { pin })
    t.ok(set.status < 300, `the PIN is set: ${set.status}`)
  }
  const { body } = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })
  const network = await startBadNetwork(t, site.origin)
  const { context, complaints } = await newContext(browser, { viewport: { width: 1280, height: 800 } })
  t.teardown(() => context.close())
  complaintsOfAll.push(complaints)
  if (script) await context.addInitScript(script)
  const tablet = await TabletPage.open(context, network.origin, { at: Date.parse(AT) })
  await tablet.pair(body.pairing_code)
  return { tablet, office, network }
}

const panel = ({ page }: TabletPage, name: string) => page.locator(`main[data-panel="${name}"]`)
const fact = ({ page, words }: TabletPage, key: string) =>
  page.locator('.facts > div', { has: page.locator('dt', { hasText: new RegExp(`^${words[key]}$`) }) }).locator('dd')

/** Holds the unit's name for as long as it takes. */
async function hold(tablet: TabletPage): Promise<void> {
  const box = await tablet.page.locator('.place:visible').boundingBox()
  await tablet.page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 20)
  await tablet.page.mouse.down()
  await tablet.later(3000)
  await tablet.page.mouse.up()
}

async function press(tablet: TabletPage, digits: string): Promise<void> {
  for (const digit of digits) {
    await panel(tablet, 'pin').getByRole('button', { name: digit, exact: true }).click()
  }
}

t.test(
  'the service corner asks for the PIN, without a network too, and waits longer with every wrong one',
  async (t) => {
    const { tablet, network } = await newTablet(t, { pin: '481925' })
    const { page, words } = tablet
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await network.goAway()
    await hold(tablet)
    await panel(tablet, 'pin').waitFor()
    const keys = await page
      .locator('.digits button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
    t.equal(keys.length, 12)
    for (const { width, height } of keys) t.ok(width >= 88 && height >= 88, `${width} × ${height}`)
    t.strictSame(await faultsAt(page, wide, 'vi'), [], 'the PIN, wide')
    t.strictSame(await faultsAt(page, phone, 'vi'), [], 'the PIN, narrow')
    await page.setViewportSize(wide)
    const says = async (text: string) => page.getByText(text, { exact: true }).waitFor()
    for (const left of [4, 3, 2, 1]) {
      await press(tablet, '481926')
      await says(words.pin_wrong?.replace('{n}', String(left)) as string)
    }
    await press(tablet, '000000')
    await says(words.pin_wait?.replace('{n}', '30') as string)
    await press(tablet, '481925')
    t.equal(await panel(tablet, 'service').count(), 0, 'who has to wait waits with the right one too')
    await tablet.later(31_000)
    await says(words.pin_wrong?.replace('{n}', '1') as string)
    await press(tablet, '481920')
    await says(words.pin_wait?.replace('{n}', '60') as string)
    // Switching it off and on again is no way around.
    await page.reload()
    await tablet.shows('attract')
    await hold(tablet)
    await eventually('it still has to be waited for', async () =>
      /5\d|60/.test((await panel(tablet, 'pin').textContent()) ?? ''),
    )
    await tablet.later(59_000)
    await tablet
      .button('close')
      .click()
      .catch(() => {})
    await tablet.shows('attract')
    await tablet.later(5000)
    await hold(tablet)
    await press(tablet, '481925')
    await panel(tablet, 'service').waitFor()
    await tablet.button('close').click()
    await hold(tablet)
    await page.getByText(words.pin_help as string).waitFor()
    // Nobody types: the counter gets its question back.
    await eventually('the keypad goes by itself', async () => {
      await tablet.later(61_000)
      return (await tablet.screen('attract').count()) === 1 && (await panel(tablet, 'pin').count()) === 0
    })
  },
)

t.test('the service corner says why the server is out of reach', async (t) => {
  const { tablet, network } = await newTablet(t)
  const { page, words } = tablet
  await hold(tablet)
  await panel(tablet, 'service').waitFor()
  const link = fact(tablet, 'service_link')
  const says = (key: string) =>
    eventually(`${key}: ${words[key]}`, async () => {
      await tablet.button('service_send').click()
      return (await link.textContent()) === words[key]
    })
  await says('reach_ok')
  t.match(await fact(tablet, 'service_voices').textContent(), /Tiếng Việt \(giọng máy/)
  t.match(await fact(tablet, 'service_clock').textContent(), /\d+ giây/)
  network.plan('/api/v1/terminal', Array(40).fill('html'))
  await says('reach_foreign')
  await network.goAway()
  await says('reach_unreachable')
  await page.context().setOffline(true)
  await says('reach_offline')
  t.equal((await tablet.page.locator('.facts .look').count()) > 0, true)
  await page.context().setOffline(false)
})

t.test(
  'before it is full: copies go first, then the paper slip is asked for, and it takes ratings again by itself',
  async (t) => {
    const { tablet } = await newTablet(t, {
      script: () => {
        const state = { free: 1e9 }
        Object.assign(window, { room: state })
        // An empty page has none.
        if (navigator.storage) navigator.storage.estimate = async () => ({ usage: 5e6, quota: 5e6 + state.free })
      },
    })
    const { page, words } = tablet
    const setFree = (free: number) =>
      page.evaluate((free) => Object.assign((window as unknown as { room: object }).room, { free }), free)
    await tablet.pick(4)
    await tablet.done()
    await tablet.later(4000)
    await tablet.allAcked(1)
    await setFree(1e7)
    await tablet.later(61_000)
    await eventually('the acknowledged copy made room', async () => (await tablet.queue()).length === 0)
    await tablet.shows('trouble')
    t.equal(await page.locator('h1:visible').textContent(), words.full_title)
    t.match(await page.locator('main').textContent(), words.full_body as string)
    await hold(tablet)
    await panel(tablet, 'service').waitFor()
    t.match(await fact(tablet, 'service_storage').textContent(), /10 MB/)
    await tablet.button('close').click()
    await tablet.shows('trouble')
    await setFree(1e9)
    await tablet.later(61_000)
    await tablet.shows('attract')
    await tablet.pick(2)
  },
)

t.test('a write that hangs is made again under the same id; a store made anew keeps its key', async (t) => {
  const { tablet } = await newTablet(t, {
    script: () => {
      const state = { hang: 0, tries: 0 }
      Object.assign(window, { disk: state })
      const { transaction } = IDBDatabase.prototype
      IDBDatabase.prototype.transaction = function (names, mode, options) {
        const tx = transaction.call(this, names, mode, options)
        if (mode !== 'readwrite' || !(Array.isArray(names) && names.includes('ratings') && names.includes('meta')))
          return tx
        state.tries += 1
        if (state.tries > state.hang) return tx
        // Never ends by itself: one request after the other.
        tx.commit = () => {}
        const again = () => {
          tx.objectStore('meta').get('nothing').onsuccess = again
        }
        again()
        return tx
      }
    },
  })
  const { page } = tablet
  const disk = (hang: number) =>
    page.evaluate((hang) => Object.assign((window as unknown as { disk: object }).disk, { hang, tries: 0 }), hang)
  await disk(1)
  await tablet.button('face_2').click()
  await page.waitForTimeout(300)
  t.equal(await tablet.screen('marks').count(), 0, 'nothing says "recorded" while nothing is')
  await tablet.later(3000)
  await tablet.shows('marks')
  t.equal((await tablet.queue()).length, 1)
  await tablet.done()
  await tablet.later(4000)
  await tablet.allAcked(1)

  await disk(2)
  await tablet.button('face_5').click()
  await tablet.later(3000)
  await page.waitForTimeout(100)
  await tablet.later(3000)
  await tablet.shows('trouble')
  await disk(0)
  await tablet.later(20_000)
  await tablet.shows('attract')

  // Somebody deletes the database under the running page: it is let go, made anew, and written with the same key.
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase('hai-long')
        deleting.onsuccess = resolve
        deleting.onerror = reject
        deleting.onblocked = reject
      }),
  )
  await tablet.pick(1)
  await page.reload()
  await tablet.shows('attract')
  await eventually('what was written after the loss can still be read and sent', async () => {
    await tablet.later(61_000)
    return (await tablet.queue()).every(({ state }) => state === 'acked')
  })
  // The page handed its pairing on to the new store: it counts where it was tapped. `duplicate` when the reload cut the answer.
  t.match(await tablet.queue(), [{ state: 'acked', ack_status: /^(stored|duplicate)$/ }])
})

t.test('a server from before the new fields of the heartbeat is told less', async (t) => {
  const { tablet } = await newTablet(t)
  const refused: number[] = []
  let taken = 0
  await tablet.page.route('**/api/v1/terminal/heartbeat', async (route) => {
    if (route.request().postData()?.includes('storage_used')) {
      refused.push(1)
      return route.fulfill({ status: 400, json: { error: { code: 'unknown_field', message: 'unknown field' } } })
    }
    taken += 1
    return route.continue()
  })
  await tablet.later(61_000)
  await eventually('the shorter heartbeat', () => taken >= 1)
  await tablet.later(61_000)
  await eventually('the next one', () => taken >= 2)
  t.equal(refused.length, 1, 'it asked once')
  await tablet.page.unrouteAll({ behavior: 'ignoreErrors' })
})

t.test(
  'copies go once a checked backup has them, by the clock of the server, and are sent again when it asks',
  async (t) => {
    const { tablet, office } = await newTablet(t)
    const { page } = tablet
    const add: { heartbeat: object; ratings: object } = { heartbeat: {}, ratings: {} }
    for (const [path, name] of [
      ['**/api/v1/terminal/heartbeat', 'heartbeat'],
      ['**/api/v1/ratings', 'ratings'],
    ] as const) {
      const change = async (route: Route) => {
        const answer = await route.fetch()
        const more = add[name]
        // A wish is told once.
        if (name === 'ratings') add.ratings = {}
        await route.fulfill({ response: answer, json: { ...(await answer.json()), ...more } })
      }
      // The last heartbeat may still be under way when the page is closed.
      await page.route(path, (route) => change(route).catch(() => {}))
    }
    const visit = async (level: Level) => {
      await tablet.pick(level)
      await tablet.done()
      await tablet.later(4000)
      await tablet.shows('attract')
    }
    const sequences = async () => (await tablet.queue()).map(({ sequence }) => sequence).join()
    site.clock.set('2026-11-24T08:00:00+07:00')
    await visit(5)
    await tablet.allAcked(1)
    site.clock.set('2026-11-24T08:10:00+07:00')
    await visit(1)
    await tablet.allAcked(2)
    site.clock.set('2026-11-24T08:20:00+07:00')
    // The tablet's own clock is nobody's measure.
    add.heartbeat = { backed_up_through: '2027-01-01T00:00:00+07:00' }
    await tablet.later(61_000)
    await tablet.later(61_000)
    t.equal(await sequences(), '1,2', 'a backup of what is still to come is a wrong clock')
    add.heartbeat = { backed_up_through: '2026-11-24T08:05:00+07:00' }
    await eventually('the copy in the backup is gone', async () => {
      await tablet.later(61_000)
      return (await sequences()) === '2'
    })
    await visit(3)
    await tablet.allAcked(2)

    add.ratings = { resend_after: '2026-11-24T08:10:00+07:00' }
    await visit(4)
    await eventually('everything since then was sent again', async () => {
      await tablet.later(61_000)
      const kept = await tablet.queue()
      return kept.length === 3 && kept.every(({ state }) => state === 'acked') && kept[0]?.ack_status === 'duplicate'
    })
    const rows = await site.db.query('select level from ratings where unit_id = $1 order by level', [office.unit_id])
    t.strictSame(
      rows.map((row) => (row as { level: number }).level),
      [1, 3, 4, 5],
      'and counted once',
    )
    site.clock.set(AT)
  },
)

t.test('a new version in the middle of a visit waits for its end', async (t) => {
  const { tablet } = await newTablet(t)
  const { page } = tablet
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  await page.reload()
  await tablet.shows('attract')
  t.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null), 'the page comes from the device')
  await tablet.pick(5)
  const index = join(pagesDir, 'terminal/index.html')
  const worker = join(pagesDir, 'terminal/sw.js')
  const code = readFileSync(worker, 'utf8')
  t.notMatch(code, /version\.json/, 'what tells the newest version is never kept')
  const revised = code.replace(/("?url"?:"index\.html","?revision"?:")[0-9a-f]+/, '$1newer')
  t.not(revised, code)
  // The server would go on sending the compressed old ones.
  for (const ending of ['.br', '.gz']) for (const file of [index, worker]) rmSync(`${file}${ending}`)
  writeFileSync(index, readFileSync(index, 'utf8').replace('<html ', '<html data-build="newer" '))
  writeFileSync(worker, revised)
  const waits = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/terminal/')
      await registration?.update()
      return registration?.waiting?.state === 'installed'
    })
  await eventually('the new version is there', waits)
  await page.locator('.tile:visible').first().click()
  t.equal(await page.locator('html[data-build]').count(), 0, 'the visit goes on in the version it began with')
  await tablet.done()
  t.equal(await page.locator('html[data-build]').count(), 0, 'and so do the thanks')
  await tablet.later(4000)
  await page.locator('html[data-build="newer"] main[data-screen="attract"]').waitFor()
  await tablet.allAcked(1)
})

t.test('no answer of the server makes a browser throw storage away', async (t) => {
  for (const path of ['/terminal/', '/', '/api/v1/terminal', '/api/v1/session', '/terminal/sw.js', '/nothing.js']) {
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(`${site.origin}${path}`, { method })
      t.equal(answer.headers.get('clear-site-data'), null, `${method} ${path}`)
    }
  }
})

t.test('no page complained', async (t) => {
  t.strictSame(complaintsOfAll.flat(), [])
})
