/** The tablet under bad luck, in a real browser: killed, cut off, badly answered, full, revoked. Nothing said is lost or doubled. */
import t, { type Test } from 'tap'
import { type Complaints, eventually, launchBrowser, newContext } from '../support/browser.ts'
import { createOffice, type Office } from '../support/office.ts'
import { Profile } from '../support/profile.ts'
import { type BadNetwork, startBadNetwork } from '../support/proxy.ts'
import { startSite } from '../support/site.ts'
import { type Level, type Screen, TabletPage } from '../support/tablet-page.ts'

t.setTimeout(180_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString() })
const browser = await launchBrowser(t)
const administrator = await site.staff('administrator')

const complaintsOfAll: Complaints[] = []

interface Desk {
  office: Office
  network: BadNetwork
  terminal_id: string
  code: string
}

/** A counter of its own, a code for a tablet at it, and a network that can be spoilt. */
async function openDesk(t: Test): Promise<Desk> {
  const office = await createOffice(site.db)
  const { body } = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })
  return {
    office,
    network: await startBadNetwork(t, site.origin),
    terminal_id: body.terminal_id,
    code: body.pairing_code,
  }
}

/** A tablet page whose clocks the test moves. */
async function openTablet(t: Test, { network, code }: Desk, script?: () => void): Promise<TabletPage> {
  const { context, complaints } = await newContext(browser, { viewport: { width: 1280, height: 800 } })
  t.teardown(() => context.close())
  complaintsOfAll.push(complaints)
  if (script) await context.addInitScript(script)
  const tablet = await TabletPage.open(context, network.origin, { at: AT })
  await tablet.pair(code)
  return tablet
}

const rowsOf = ({ office }: Desk) =>
  site.db.query<{ rating_id: string; level: number }>(
    'select rating_id, level from ratings where unit_id = $1 order by rating_id',
    [office.unit_id],
  )

/** A whole visit in as little time as a test can: the thanks go by, and what waits to be sent is tried again. */
async function visit(tablet: TabletPage, level: Level): Promise<void> {
  await tablet.pick(level)
  await tablet.done()
  await tablet.later(4000)
  await tablet.shows('attract')
}

/** Lets the pauses between two tries go by until everything is acknowledged. */
async function sendEverything(tablet: TabletPage, count: number): Promise<void> {
  await eventually(
    `${count} ratings acknowledged`,
    async () => {
      await tablet.later(61_000)
      const kept = await tablet.queue()
      return kept.length === count && kept.every(({ state }) => state === 'acked')
    },
    30_000,
  )
}

const ids = (records: readonly { id?: string; rating_id?: string }[]) =>
  records.map(({ id, rating_id }) => id ?? rating_id).sort()

t.test('killed the moment "recorded" is on the screen', async (t) => {
  const desk = await openDesk(t)
  const profile = new Profile(t)
  const first = await TabletPage.open(await profile.open(), desk.network.origin)
  await first.pair(desk.code)
  for (const [round, level] of ([1, 5] as const).entries()) {
    const tablet = round === 0 ? first : await TabletPage.open(await profile.open(), desk.network.origin)
    await tablet.shows('attract')
    await tablet.pick(level)
    await profile.kill()
    const again = await TabletPage.open(await profile.open(), desk.network.origin)
    const kept = await again.allAcked(round + 1)
    t.strictSame(ids(await rowsOf(desk)), ids(kept), 'sealed at the next start, sent, one row each')
    await profile.kill()
  }
  t.strictSame((await rowsOf(desk)).map(({ level }) => level).sort(), [1, 5])
  t.strictSame(profile.complaints.flat(), [])
})

t.test('server gone for ten visits and a reload; back again', async (t) => {
  const desk = await openDesk(t)
  const tablet = await openTablet(t, desk)
  await visit(tablet, 5)
  await tablet.allAcked(1)
  await tablet.page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await desk.network.goAway()
  for (let number = 0; number < 10; number += 1) await visit(tablet, ((number % 5) + 1) as Level)
  t.equal((await tablet.queue()).filter(({ state }) => state === 'sealed').length, 10)
  await tablet.page.reload()
  await tablet.shows('attract')
  t.equal(
    await tablet.page.evaluate(() => navigator.serviceWorker.controller?.state),
    'activated',
    'the page came from the device',
  )
  await visit(tablet, 3)
  t.equal((await rowsOf(desk)).length, 1, 'nothing reached the server meanwhile')
  const bodies: number[][] = []
  desk.network.watch(({ path, asked }) => {
    if (path === '/api/v1/ratings') bodies.push([JSON.parse(asked).ratings.length, Buffer.byteLength(asked)])
  })
  await desk.network.comeBack()
  await sendEverything(tablet, 12)
  t.strictSame(
    bodies,
    [
      [10, 65_536],
      [1, 8192],
    ],
    'as long as their number says',
  )
  t.strictSame(ids(await rowsOf(desk)), ids(await tablet.queue()))
  t.strictSame((await rowsOf(desk)).map(({ level }) => level).sort(), [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5])
})

t.test('answers that get lost, are cut, come twice, come from a log-in page', async (t) => {
  const desk = await openDesk(t)
  const tablet = await openTablet(t, desk)
  for (const [place, [faults, status]] of (
    [
      [['swallow'], 'duplicate'],
      [['cut'], 'duplicate'],
      [['double'], 'duplicate'],
      [['html'], null],
      [['html', 'swallow', 'cut', 'swallow'], 'duplicate'],
    ] as const
  ).entries()) {
    desk.network.plan('/api/v1/ratings', faults)
    await visit(tablet, (place + 1) as Level)
    await sendEverything(tablet, place + 1)
    t.equal(desk.network.planned, 0)
    if (status) t.equal((await tablet.queue()).at(-1)?.ack_status, status, faults.join(', '))
  }
  const rows = await rowsOf(desk)
  t.strictSame(ids(rows), ids(await tablet.queue()), 'each once')
  t.strictSame(rows.map(({ level }) => level).sort(), [1, 2, 3, 4, 5])
})

t.test('a store that cannot write: a paper slip, never thanks', async (t) => {
  const desk = await openDesk(t)
  const tablet = await openTablet(t, desk, () => {
    const seen: string[] = []
    const state = Object.assign(window, { full: false, aborted: 0, seen })
    const put = IDBObjectStore.prototype.put
    // A full disk shows when the transaction is to be finished, not at the call.
    IDBObjectStore.prototype.put = function (...parts) {
      const asked = put.apply(this, parts)
      if (state.full) {
        asked.addEventListener('success', () => {
          state.aborted += 1
          this.transaction.abort()
        })
      }
      return asked
    }
    new MutationObserver(() => {
      const screen = document.querySelector('main')?.dataset.screen ?? ''
      if (screen !== seen.at(-1)) seen.push(screen)
    }).observe(document, { childList: true, subtree: true, attributes: true })
  })
  const fill = (full: boolean) => tablet.page.evaluate((full) => void Object.assign(window, { full }), full)
  const aborted = () => tablet.page.evaluate(() => (window as unknown as { aborted: number }).aborted)
  const seen = () => tablet.page.evaluate(() => (window as unknown as { seen: Screen[] }).seen.splice(0))
  await seen()

  await fill(true)
  await tablet.button('face_5').click()
  await tablet.shows('trouble')
  t.match(await tablet.page.locator('main').textContent(), tablet.words.not_saved?.split('. ')[0] as string)
  const before = await aborted()
  await tablet.later(20_000)
  await eventually('the store was tried again', async () => (await aborted()) > before)
  t.strictSame(
    (await seen()).filter((screen) => screen !== 'attract'),
    ['trouble'],
    'neither "recorded" nor thanks',
  )
  t.strictSame(await tablet.queue(), [])
  await fill(false)
  await eventually('back to the question', async () => {
    await tablet.later(10_000)
    return (await tablet.screen('attract').count()) === 1
  })

  // Full between the tap and the end of the visit: recorded it was, and thanks for the rest are not given.
  await seen()
  await tablet.pick(2)
  await fill(true)
  await tablet.button('done').click()
  await tablet.shows('trouble')
  t.notOk((await seen()).includes('thanks'), 'no thanks')
  await fill(false)
  await eventually('back to the question', async () => {
    await tablet.later(20_000)
    return (await tablet.screen('attract').count()) === 1
  })
  await visit(tablet, 4)
  await sendEverything(tablet, 2)
  t.strictSame((await rowsOf(desk)).map(({ level }) => level).sort(), [2, 4], 'what was recorded is there')
})

t.test('a pairing that is over: everything is kept, and asked to be paired again', async (t) => {
  const desk = await openDesk(t)
  const tablet = await openTablet(t, desk)
  await visit(tablet, 5)
  await tablet.allAcked(1)
  await desk.network.goAway()
  await visit(tablet, 1)

  // The server has forgotten the token altogether: restored from before the pairing.
  await site.db.query(`update terminals set token_hash = sha256('another'::bytea) where terminal_id = $1`, [
    Number(desk.terminal_id),
  ])
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await desk.network.comeBack()
  const asking = tablet.words.repair?.replace('{n}', '1') as string
  await tablet.openServiceCorner()
  await eventually('the tablet asks to be paired again', async () => {
    await tablet.later(20_000)
    return (await tablet.page.locator('main').textContent())?.includes(asking)
  })
  t.strictSame(
    (await tablet.queue()).map(({ state }) => state),
    ['acked', 'sealed'],
    'nothing was dropped',
  )
  const { body } = await administrator.post(`/api/v1/terminals/${desk.terminal_id}/pairing-code`)
  await tablet.button('service_pair').click()
  await tablet.pair(body.pairing_code)
  await sendEverything(tablet, 2)
  t.strictSame(ids(await rowsOf(desk)), ids(await tablet.queue()))

  // Revoked by a person: what was tapped goes to quarantine, and the tablet is told.
  await administrator.patch(`/api/v1/terminals/${desk.terminal_id}`, { revoked: true })
  await visit(tablet, 3)
  await sendEverything(tablet, 3)
  t.equal((await tablet.queue()).at(-1)?.ack_status, 'quarantined')
  t.equal((await rowsOf(desk)).length, 2)
  await tablet.openServiceCorner()
  await eventually('the tablet says that it was revoked', async () => {
    await tablet.later(20_000)
    return (await tablet.page.locator('main').textContent())?.includes(tablet.words.repair?.replace('{n}', '0') ?? '-')
  })
})

t.test('no page complained', async (t) => {
  t.strictSame(complaintsOfAll.flat(), [])
})
