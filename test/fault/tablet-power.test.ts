/** Power cuts and kills at the tablet, at the very moment "recorded" is on the screen. Only a power cut sees a write that was not flushed. */
import t from 'tap'
import { type Desk, openDesk, openPage, sendEverything, settle, visit } from '../support/desk.ts'
import { DiskLab, whyNoDisks } from '../support/loop-disk.ts'
import { Profile } from '../support/profile.ts'
import { startSite } from '../support/site.ts'
import type { Level, TabletPage } from '../support/tablet-page.ts'
import { repeat, skipTrials } from '../support/trials.ts'

t.setTimeout(1_500_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString() })

/** Taps on and on until the page is no more; tells the number of the record that is shown as recorded to the ledger. */
async function tapOn(tablet: TabletPage): Promise<void> {
  for (let number = 0; ; number += 1) {
    await tablet.pick(((number % 5) + 1) as Level)
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
  }
}

/** Resolves with what `strike` gives, called in the moment the `count`th record is shown as recorded. */
const atRecord = <T>({ ledger }: Desk, count: number, strike: () => T): Promise<T> =>
  new Promise((resolve) => {
    let done = false
    ledger.onShown(() => {
      if (done || ledger.shown.size < count) return
      done = true
      resolve(strike())
    })
  })

const POWER = 'power cut at the tablet'
const noDisks = whyNoDisks()
if (noDisks) await skipTrials(t, POWER, noDisks)
else {
  await repeat(t, POWER, 24, async (t, number) => {
    const desk = await openDesk(t, site)
    const lab = new DiskLab(t)
    const disk = lab.make(128)
    const before = new Profile(t, { dir: `${disk.mount}/profile` })
    const tablet = await openPage(await before.open(), desk, AT)
    await tablet.pair(desk.code)
    await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    // Nothing may be saved by the server: what survives has to be on the disk.
    await desk.network.goAway()
    const cut = atRecord(desk, 1 + (number % 6), () => {
      before.stop()
      return lab.afterPowerCut(disk)
    })
    const tapping = tapOn(tablet).catch(() => {})
    const found = await cut
    await before.kill()
    await tapping

    const after = new Profile(t, { dir: `${found.mount}/profile` })
    await desk.network.comeBack()
    const again = await openPage(await after.open(), desk, AT)
    await again.shows('attract')
    const kept = await sendEverything(again)
    const checked = await settle(t, desk, kept)
    await after.close()
    return checked
  })
}

await repeat(t, 'kill -9 of the browser at the tablet', 20, async (t, number) => {
  const desk = await openDesk(t, site)
  const profile = new Profile(t)
  const tablet = await openPage(await profile.open(), desk, AT)
  await tablet.pair(desk.code)
  if (number % 2) await desk.network.goAway()
  const killed = atRecord(desk, 1 + (number % 5), () => profile.kill())
  const tapping = tapOn(tablet).catch(() => {})
  await killed
  await tapping
  if (number % 2) await desk.network.comeBack()
  const again = await openPage(await profile.open(), desk, AT)
  await again.shows('attract')
  return settle(t, desk, await sendEverything(again))
})

await repeat(t, 'crash of the page, a second page waits for the queue', 10, async (t, number) => {
  const desk = await openDesk(t, site)
  const context = await new Profile(t).open()
  const tablet = await openPage(context, desk, AT)
  await tablet.pair(desk.code)
  const second = await openPage(context, desk, AT)
  await second.later(2000)
  await second.shows('trouble')
  t.match(await second.page.locator('main').textContent(), second.words.second_tab_title as string)
  await desk.network.goAway()
  const session = await context.newCDPSession(tablet.page)
  const crashed = tablet.page.waitForEvent('crash', { timeout: 60_000 })
  // The question itself is never answered.
  void atRecord(desk, 1 + (number % 4), () => void session.send('Page.crash').catch(() => {}))
  void tapOn(tablet).catch(() => {})
  await crashed
  await second.shows('attract')
  // The clock is that of both pages, and a crashed one cannot be told.
  await tablet.page.close()
  await visit(second, 3)
  await desk.network.comeBack()
  return settle(t, desk, await sendEverything(second))
})
