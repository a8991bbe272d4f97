/** Every screen of the tablet: usable by everybody, by keyboard alone, and the same whatever was answered. */
import { chromium, type Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { arrived, faultsAt, middle, phone, wide } from '../support/accessibility.ts'
import { type Complaints, launchBrowser, launchOptions, newContext } from '../support/browser.ts'
import { startSite } from '../support/site.ts'
import { type Level, TabletPage, tabletWords } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = '2026-11-24T09:00:00+07:00'
const site = await startSite(t, { at: AT })
await site.db.query(
  `update units set hotline = '0212 3000 101', duty_leader_name = 'Trần Quang Minh', duty_leader_phone = '0212 3000 102'`,
)
const browser = await launchBrowser(t)
const administrator = await site.staff('administrator')
const [unit] = await site.db.query<{ unit_id: number; counter_id: number }>(
  'select unit_id, counter_id from counters order by counter_id limit 1',
)
const complaints: Complaints[] = []

async function newCode(counterId = unit?.counter_id): Promise<string> {
  const { body } = await administrator.post('/api/v1/terminals', { counter_id: String(counterId) })
  return body.pairing_code
}

/** A tablet of its own at the first counter, in the morning; `script` runs before the page's own. */
async function newTablet(t: Test, { script, at = AT }: { script?: () => void; at?: string } = {}): Promise<TabletPage> {
  const opened = await newContext(browser, { viewport: wide })
  complaints.push(opened.complaints)
  t.teardown(() => opened.context.close())
  if (script) await opened.context.addInitScript(script)
  site.clock.set(at)
  const tablet = await TabletPage.open(opened.context, site.origin, { at: Date.parse(at) })
  await tablet.shows('pair')
  return tablet
}

/** Switches the first screen to a language by its own button. */
async function speak(tablet: TabletPage, language: 'vi' | 'en'): Promise<void> {
  await tablet.page.locator(`button.lang[lang="${language}"]`).click()
  await tablet.page.locator(`html[lang="${language}"]`).waitFor()
  Object.assign(tablet.words, tabletWords(language))
}

async function usable(t: Test, page: Page, name: string, language: 'vi' | 'en'): Promise<void> {
  t.strictSame(await faultsAt(page, phone, language), [], `${name}, ${language}, narrow`)
  await fits(t, page, middle, `${name}, ${language}`)
  t.strictSame(await faultsAt(page, wide, language), [], `${name}, ${language}, wide`)
  await fits(t, page, wide, `${name}, ${language}`)
}

/** Nobody scrolls at a counter: a screen ends where the glass does, its foot line in sight. */
async function fits(t: Test, page: Page, size: typeof wide, name: string): Promise<void> {
  await page.setViewportSize(size)
  await arrived(page)
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  t.ok(height <= size.height, `${name}: ${height} of ${size.height} pixels, ${size.width} wide`)
}

/** Where the button that ends a screen stands at each size: it may not move under a finger. */
async function mainPlaces(page: Page): Promise<unknown[]> {
  const places: unknown[] = []
  for (const size of [phone, middle, wide]) {
    await page.setViewportSize(size)
    await arrived(page)
    places.push(await page.locator('.acts:visible .main').evaluate((node) => node.getBoundingClientRect().toJSON()))
  }
  return places
}

/** Good levels must not be seen before bad ones, on the smallest glass either. */
async function allFacesInSight(t: Test, page: Page, language: 'vi' | 'en'): Promise<void> {
  for (const size of [phone, { width: 360, height: 640 }]) {
    await page.setViewportSize(size)
    await arrived(page)
    const boxes = await page.locator('.faces li').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()))
    t.equal(boxes.length, 5)
    const heights = boxes.map(({ height }) => Math.round(height))
    t.equal(new Set(heights).size, 1, `${language}, ${size.width}: no face has more room than another, ${heights}`)
    const bottom = Math.max(...boxes.map((box) => box.bottom))
    t.ok(bottom <= size.height, `${language}, ${size.width}: the last face ends at ${bottom} of ${size.height}`)
  }
  await page.setViewportSize(wide)
}

t.test('every screen in both languages', async (t) => {
  const tablet = await newTablet(t)
  const { page } = tablet
  await usable(t, page, 'pairing', 'vi')
  await page.keyboard.type('abcd2345')
  await page.keyboard.press('Enter')
  await page.getByText(tablet.words.pair_refused as string).waitFor()
  await usable(t, page, 'a wrong code', 'vi')
  await tablet.pair(await newCode())

  for (const language of ['vi', 'en'] as const) {
    const first = async () => {
      await tablet.later(4000)
      await tablet.shows('attract')
      await speak(tablet, language)
    }
    await speak(tablet, language)
    await usable(t, page, 'the question', language)
    await allFacesInSight(t, page, language)
    await page.locator('.say.hear').first().click()
    await page.locator('.say.hear[aria-pressed="true"]').waitFor()
    await usable(t, page, 'a face is read aloud', language)
    await tablet.pick(5)
    await usable(t, page, 'what was good', language)
    await page.locator('.got .hear').click()
    await usable(t, page, 'read aloud', language)
    await tablet.tile(0).click()
    await tablet.showOtherList()
    await tablet.tile(12).click()
    await usable(t, page, 'what should be better, one chosen in each', language)
    const places = await mainPlaces(page)
    await tablet.later(31_000)
    await page.locator('.warn').waitFor()
    t.strictSame(await mainPlaces(page), places, `${language}: Done stays where it was in the last seconds`)
    await usable(t, page, 'fifteen seconds left', language)
    await page.locator('.warn button').click()
    await tablet.button('remark_open').click()
    await page.getByRole('textbox').fill('Cảm ơn')
    await usable(t, page, 'the remark', language)
    await tablet.button('remark_send').click()
    await tablet.shows('thanks')
    t.strictSame(await faultsAt(page, wide, language), [], `thanks, ${language}, wide`)
    await first()
    await tablet.pick(1)
    await tablet.button('serious_link').click()
    const empty = await mainPlaces(page)
    await tablet.tile(1).click()
    t.strictSame(await mainPlaces(page), empty, `${language}: Send stays where it was once something is chosen`)
    await usable(t, page, 'serious matters', language)
    const told = await page.locator('main').textContent()
    t.equal(told?.match(/0212\s3000/g)?.length, 1, 'the hotline once, and no leader on duty beside the promise')
    await tablet.button('back').click()
    await page.setViewportSize(phone)
    await tablet.done()
    t.strictSame(await faultsAt(page, phone, language), [], `thanks, ${language}, narrow`)
    await page.setViewportSize(wide)
    await first()
    await tablet.openServiceCorner()
    await usable(t, page, 'service corner', language)
    await tablet.button('close').click()
    await page.evaluate(() => {
      navigator.storage.estimate = async () => ({ usage: 1e6, quota: 2e6 })
    })
    await tablet.later(61_000)
    await tablet.shows('trouble')
    await usable(t, page, 'full', 'vi')
    await page.evaluate(() => {
      navigator.storage.estimate = async () => ({ usage: 1e6, quota: 1e10 })
    })
    await tablet.later(61_000)
    await tablet.shows('attract')
    await speak(tablet, language)
  }
  const evening = Date.parse('2026-11-24T20:00:00+07:00')
  await tablet.later(evening - (await page.evaluate(() => Date.now())))
  await tablet.later(31_000)
  await tablet.later(31_000)
  await tablet.shows('rest')
  await usable(t, page, 'resting', 'vi')
  await page.locator('button.wake').click()
  await tablet.shows('attract')

  const { page: second } = new TabletPage(await page.context().newPage())
  await second.goto(`${site.origin}/terminal/`)
  await second.locator('main[data-screen="trouble"]').waitFor()
  await usable(t, second, 'a second window', 'vi')
})

t.test('no secure address, and no room to write', async (t) => {
  const options = await launchOptions()
  const { port } = new URL(site.origin)
  // Under this name the same server is what a plain-http address in an office would be.
  const args = [...options.args, '--host-resolver-rules=MAP mot-cua.test 127.0.0.1']
  const other = await chromium.launch({ ...options, args })
  t.teardown(() => other.close())
  const opened = await newContext(other, { viewport: wide })
  const page = await opened.context.newPage()
  await page.goto(`http://mot-cua.test:${port}/terminal/`)
  await page.locator('main[data-screen="trouble"]').waitFor()
  t.match(await page.locator('h1').textContent(), tabletWords('vi').insecure_title as string)
  await usable(t, page, 'no secure address', 'vi')
  // The browser itself remarks that two headers need https; nothing else is wrong.
  const headers = /Cross-Origin-Opener-Policy|Origin-Agent-Cluster/
  t.strictSame(
    opened.complaints.filter((one) => !headers.test(one)),
    [],
  )

  const tablet = await newTablet(t, {
    script: () => {
      const put = IDBObjectStore.prototype.put
      IDBObjectStore.prototype.put = function (...parts) {
        const asked = put.apply(this, parts)
        if (this.name === 'ratings') this.transaction.abort()
        return asked
      }
    },
  })
  await tablet.pair(await newCode())
  await tablet.button('face_3').click()
  await tablet.shows('trouble')
  await usable(t, tablet.page, 'no room to write', 'vi')
})

t.test('a whole rating by keyboard alone', async (t) => {
  const tablet = await newTablet(t)
  const { page, words } = tablet
  await page.keyboard.type(await newCode())
  await page.keyboard.press('Enter')
  await tablet.shows('attract')
  // A screen takes the focus to its heading a moment after its picture.
  const arrives = () => page.locator('h1:focus').waitFor()
  await arrives()
  /** Goes on with Tab until the focus is on the button that says so. */
  const goTo = async (name: string) => {
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab')
      const here = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
      const seen = await page.evaluate(() => document.activeElement?.matches(':focus-visible'))
      if (here === name) return t.ok(seen, `${name}: the focus is seen`)
    }
    throw new Error(`Tab never reaches ${name}`)
  }
  await goTo(words.face_2 as string)
  await page.keyboard.press('Enter')
  await tablet.shows('marks')
  // Keys follow the picture by a tenth of a second.
  await page.locator('.marks:not([inert])').waitFor()
  await arrives()
  const tile = (await tablet.tile(4).textContent()) ?? ''
  await goTo(tile)
  await page.keyboard.press('Space')
  t.equal(await tablet.tile(4).getAttribute('aria-pressed'), 'true')
  await goTo(words.done as string)
  await page.keyboard.press('Enter')
  await tablet.shows('thanks')
  const [kept] = await tablet.allAcked(1)
  const rows = await site.db.query('select level from ratings where rating_id = $1', [kept?.id])
  t.strictSame(rows, [{ level: 2 }])
})

t.test('of two screens on one another the covered one is not seen, touched, read or reached', async (t) => {
  const tablet = await newTablet(t)
  const { page } = tablet
  await tablet.pair(await newCode())
  /** Which of the two answers touches, at ten times ten places. */
  const touched = () =>
    page.evaluate(() => {
      const found = new Set<string>()
      for (let x = 0.05; x < 1; x += 0.1) {
        for (let y = 0.05; y < 1; y += 0.1) {
          const hit = document.elementFromPoint(x * innerWidth, y * innerHeight)
          found.add(hit?.closest('.first, .marks, .counter')?.classList[0] ?? 'nothing')
        }
      }
      return [...found]
    })
  /** The same picture with and without the covered screen. */
  const unseen = async (covered: string) => {
    await arrived(page)
    const seen = await page.screenshot()
    await page.locator(covered).evaluate((node: HTMLElement) => node.style.setProperty('display', 'none'))
    const alone = await page.screenshot()
    await page.locator(covered).evaluate((node: HTMLElement) => node.style.removeProperty('display'))
    return seen.equals(alone)
  }
  for (const size of [wide, { width: 800, height: 1280 }, phone]) {
    await page.setViewportSize(size)
    const name = `${size.width}`
    await page.locator('.first:not([inert])').waitFor()
    t.ok(await unseen('.marks'), `${name}: nothing of the second screen shows through the first`)
    t.strictSame(await touched(), ['first'], name)
    t.equal(await page.locator('.marks').getAttribute('inert'), '', `${name}: no key and no reader goes below`)
    await tablet.pick(4)
    t.notOk((await touched()).includes('first'), `${name}: with the picture, no touch reaches a face any more`)
    await tablet.tile(0).waitFor()
    t.strictSame(await touched(), ['marks'], name)
    t.equal(await page.locator('.first').getAttribute('inert'), '', name)
    t.equal(await page.locator('.side.better').getAttribute('inert'), '', `${name}: the other list too`)
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
  }
})

/** Place, size and colours of everything on the screen but the words on tiles, and the words themselves. */
function lookOf(page: Page) {
  return page.evaluate(() => {
    const main = document.querySelector('main') as HTMLElement
    // Runs out while we look; its class, which is compared, tells how long it runs.
    const moving = (node: Element) => node.closest('.clock i') !== null
    const boxes = [main, ...main.querySelectorAll('*')]
      .filter((node) => !node.closest('button > span, use') && !moving(node))
      .map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect()
        const { color, backgroundColor, borderColor, fontSize, fontWeight } = getComputedStyle(node)
        const place = [x, y, width, height].map((side) => Math.round(side))
        const name = `${node.tagName} ${node.getAttribute('class') ?? ''}`
        return [name, ...place, color, backgroundColor, borderColor, fontSize, fontWeight].join(' ')
      })
    // A space that no line ends at is a space.
    const written = (node: Element) => (node.textContent ?? '').trim().replaceAll('\u00a0', ' ')
    const words = [...main.querySelectorAll('h1, h2, p, button, small')].map(written)
    return { boxes, words, clock: document.querySelector('.clock i')?.className ?? null }
  })
}

t.test('the second screen is the same at every level', async (t) => {
  const tablet = await newTablet(t)
  const { page, words } = tablet
  await tablet.pair(await newCode())
  for (const size of [wide, { width: 800, height: 1280 }]) {
    await page.setViewportSize(size)
    const looks = new Map<Level, Awaited<ReturnType<typeof lookOf>>>()
    for (const level of [5, 4, 3, 2, 1] as const) {
      await tablet.pick(level)
      // Away from every button, so that no hover tells one level from another.
      await page.mouse.move(1, 1)
      await arrived(page)
      looks.set(level, await lookOf(page))
      await tablet.done()
      await tablet.later(4000)
      await tablet.shows('attract')
    }
    const [five, one] = [looks.get(5), looks.get(1)]
    if (!five || !one) throw new Error('two levels were not seen')
    t.ok(five.boxes.length > 60)
    t.strictSame(looks.get(4), five, 'levels 5 and 4: not a dot differs')
    t.strictSame(looks.get(3), one, 'levels 3 and 1: not a dot differs')
    t.strictSame(looks.get(2), one, 'levels 2 and 1: not a dot differs')
    t.strictSame(one.boxes, five.boxes, `${size.width}: praise and blame have the same places, sizes and colours`)
    t.equal(one.clock, five.clock)
    const tiles = await site.db.query<{ labels: { vi: { kept: string; broken: string } } }>(
      `select labels from catalogue_items join commitments using (item_id) where kind <> 'integrity'`,
    )
    const allowed = new Map<string, string>([
      [words.followup_good as string, words.followup_better as string],
      [words.other_better as string, words.other_good as string],
      ...tiles.map(({ labels }): [string, string] => [labels.vi.kept, labels.vi.broken]),
    ])
    const differences = five.words.flatMap((word, place) =>
      word === one.words[place] || allowed.get(word) === one.words[place] ? [] : [`${word} / ${one.words[place]}`],
    )
    t.strictSame(differences, [], 'only the question, the other list and the labels of the tiles are worded otherwise')
    t.equal(five.words.length, one.words.length)
  }
})

t.test('no page complained', async (t) => {
  t.strictSame(complaints.flat(), [])
})
