/** The tablet looked after: its PIN, what the service corner tells, its room, and writes that hang. */
import t, { type Test } from 'tap'
import { faultsAt, phone, wide } from '../support/accessibility.ts'
import { type Complaints, eventually, launchBrowser } from '../support/browser.ts'
import { openPairedTablet, sendEverything, visit } from '../support/desk.ts'
import { startSite } from '../support/site.ts'
import type { TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T08:00:00+07:00'
const site = await startSite(t, { at: AT })
const browser = await launchBrowser(t)
const complaints: Complaints[] = []
const newTablet = (t: Test, more: { script?: () => void; pin?: string } = {}) =>
  openPairedTablet(t, site, browser, { at: Date.parse(AT), complaints, ...more })

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
    const { tablet, desk } = await newTablet(t, { pin: '481925' })
    const { network } = desk
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
    /** Seconds are counted down while the test looks. */
    const saysToWait = (seconds: number) =>
      eventually(`${seconds} seconds to wait`, async () => {
        const [before = '', after = ''] = (words.pin_wait as string).split('{n}')
        const said = (await panel(tablet, 'pin').locator('.say').textContent()) ?? ''
        const left =
          said.startsWith(before) && said.endsWith(after) ? Number.parseInt(said.slice(before.length), 10) : 0
        return left <= seconds && left > seconds - 25
      })
    for (const left of [4, 3, 2, 1]) {
      await press(tablet, '481926')
      await says(words.pin_wrong?.replace('{n}', String(left)) as string)
    }
    await press(tablet, '000000')
    await saysToWait(30)
    await press(tablet, '481925')
    t.equal(await panel(tablet, 'service').count(), 0, 'who has to wait waits with the right one too')
    await tablet.later(31_000)
    await says(words.pin_wrong?.replace('{n}', '1') as string)
    await press(tablet, '481920')
    await saysToWait(60)
    // Switching it off and on again is no way around.
    await page.reload()
    await tablet.shows('attract')
    await hold(tablet)
    await saysToWait(60)
    await tablet.button('close').click()
    await tablet.shows('attract')
    await tablet.later(60_000)
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
  const { tablet, desk } = await newTablet(t)
  const { network } = desk
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
  const clock = fact(tablet, 'service_clock')
  t.match(await clock.textContent(), /^Đúng giờ, theo máy chủ: 24\/11\/2026\u00a0\d{2}:\d{2}$/)
  // The tablet's clock is a day ahead: said outright, and no other time on the panel follows it.
  site.clock.set('2026-11-23T08:00:00+07:00')
  await eventually('the clock is called wrong', async () => {
    await tablet.button('service_send').click()
    return /^Sai giờ\. .* 23\/11\/2026\u00a0\d{2}:\d{2}\./.test((await clock.textContent()) ?? '')
  })
  t.match(await fact(tablet, 'service_contact').textContent(), /^23\/11\/2026\u00a0\d{2}:\d{2}$/)
  site.clock.set(AT)
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
    await visit(tablet, 4)
    await tablet.allAcked(1)
    await setFree(1e7)
    await eventually('the acknowledged copy made room', async () => {
      await tablet.later(61_000)
      return (await tablet.queue()).length === 0
    })
    await tablet.shows('trouble')
    const told = await page.locator('main h1, main .centre p').allTextContents()
    t.equal(`${told[0]}. ${told.slice(1).join(' ')}`, words.full)
    t.equal(
      await page.locator('.hear').getAttribute('aria-label'),
      `${words.listen}: ${told[1]?.replace(/\.$/, '')}`,
      'what to do is also said aloud',
    )
    await hold(tablet)
    await panel(tablet, 'service').waitFor()
    t.match(await fact(tablet, 'service_storage').textContent(), /10 MB/)
    await tablet.button('close').click()
    await tablet.shows('trouble')
    await setFree(1e9)
    await eventually('the question again', async () => {
      await tablet.later(61_000)
      return (await tablet.screen('attract').count()) === 1
    })
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
  const hangs = (tries: number) =>
    eventually(`try ${tries} hangs`, () =>
      page.evaluate((tries) => (window as unknown as { disk: { tries: number } }).disk.tries === tries, tries),
    )
  await disk(1)
  await tablet.button('face_2').click()
  await hangs(1)
  t.equal(await tablet.screen('marks').count(), 0, 'nothing says "recorded" while nothing is')
  await tablet.laterInVain(3000)
  await tablet.shows('marks')
  t.equal((await tablet.queue()).length, 1)
  await tablet.done()
  await tablet.later(4000)
  await tablet.allAcked(1)

  await disk(2)
  await tablet.button('face_5').click()
  for (const tries of [1, 2]) {
    await hangs(tries)
    await tablet.laterInVain(3000)
  }
  await tablet.shows('trouble')
  await disk(0)
  await eventually('the question again', async () => {
    await tablet.later(20_000)
    return (await tablet.screen('attract').count()) === 1
  })

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
  await sendEverything(tablet)
  // The page handed its pairing on to the new store: it counts where it was tapped. `duplicate` when the reload cut the answer.
  t.match(await tablet.queue(), [{ state: 'acked', ack_status: /^(stored|duplicate)$/ }])
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
