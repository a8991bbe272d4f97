/** The tablet's own store in trouble: full, removed, cut, overwritten, cleared under a running page, copied, hanging. Never thanks for nothing, never a silent fresh start. */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { eventually } from '../support/browser.ts'
import { type Desk, fleetOf, openDesk, openPage, sendEverything, settle, visit, visits } from '../support/desk.ts'
import { DiskLab, fill, whyNoDisks } from '../support/loop-disk.ts'
import { Profile } from '../support/profile.ts'
import { startSite } from '../support/site.ts'
import type { TabletPage } from '../support/tablet-page.ts'
import { repeat, skipTrials } from '../support/trials.ts'

t.setTimeout(1_500_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString() })

/** A paired tablet on a profile of its own; some ratings are acknowledged, some only on the tablet, nobody can be reached. */
async function arrange(t: Test, { sent, kept }: { sent: number; kept: number }) {
  const desk = await openDesk(t, site)
  const profile = new Profile(t)
  const context = await profile.open()
  const tablet = await openPage(context, desk, AT)
  await tablet.pair(desk.code)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  await visits(tablet, sent)
  await sendEverything(tablet)
  await desk.network.goAway()
  await visits(tablet, kept)
  return { desk, profile, context, tablet }
}

/** Everything is sent, heartbeats told what there is to tell: what is missing is counted to the one, and never silently. */
async function recount(t: Test, desk: Desk, tablet: TabletPage): Promise<number> {
  await desk.network.comeBack()
  // A configuration that was lost with the store is fetched first.
  await eventually('the first screen', async () => {
    await tablet.later(6000)
    return (await tablet.screen('attract').count()) === 1
  }).catch(async (error) => {
    const shown = await tablet.page.evaluate(() => [
      document.querySelector('main')?.dataset.screen,
      Object.keys(localStorage),
    ])
    throw new Error(`${error.message}; instead ${JSON.stringify(shown)}`)
  })
  await visits(tablet, 2)
  const kept = await sendEverything(tablet)
  await tablet.later(61_000)
  const rows = await site.db.query<{ rating_id: string }>('select rating_id from ratings where unit_id = $1', [
    desk.unit_id,
  ])
  const stored = new Set(rows.map(({ rating_id }) => rating_id))
  const held = new Set(kept.map(({ id }) => id))
  const lost = [...desk.ledger.shown].filter((id) => !stored.has(id) && !held.has(id))
  const rejected = kept.filter(({ state }) => state === 'rejected').length
  const fleet = await eventually('the heartbeat has told', async () => {
    await tablet.later(61_000)
    const now = await fleetOf(desk)
    return now && now.missing === lost.length + rejected && now
  }).catch(async (error) => {
    t.fail(
      `${error.message}: ${lost.length} lost, ${rejected} rejected, fleet says ${JSON.stringify(await fleetOf(desk))}`,
    )
    return null
  })
  t.comment(
    `${desk.ledger.shown.size} recorded, ${lost.length} lost with the store, fleet says ${fleet?.advice.join(', ')}`,
  )
  if (lost.length > 0) t.ok(fleet?.advice.includes('store_lost'), 'said within one heartbeat')
  for (const id of desk.ledger.answered) t.ok(stored.has(id), 'what was acknowledged is stored')
  t.equal(fleet?.cloned, false, 'no number was given out twice')
  return desk.ledger.shown.size
}

/** Files of the store, newest last. */
const files = (profile: Profile, ending: RegExp): string[] => {
  const dir = join(profile.dir, 'Default', 'IndexedDB')
  const [store = ''] = readdirSync(dir).filter((name) => name.endsWith('.indexeddb.leveldb'))
  return readdirSync(join(dir, store))
    .filter((name) => ending.test(name))
    .map((name) => join(dir, store, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
}
const overwrite = (path: string) => {
  const bytes = readFileSync(path)
  // The same rubbish each time: a pattern no checksum takes.
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 151 + 77) % 256
  writeFileSync(path, bytes)
}
const damages: Record<string, (profile: Profile) => void> = {
  'the store removed': ({ dir }) => rmSync(join(dir, 'Default', 'IndexedDB'), { recursive: true }),
  'its log cut in half': (profile) => {
    for (const log of files(profile, /\.log$/)) truncateSync(log, Math.floor(statSync(log).size / 2))
  },
  'its log overwritten': (profile) => files(profile, /\.log$/).forEach(overwrite),
  'its log emptied': (profile) => {
    for (const log of files(profile, /\.log$/)) truncateSync(log, 0)
  },
  'MANIFEST overwritten': (profile) => files(profile, /^MANIFEST/).forEach(overwrite),
  'CURRENT removed': (profile) => {
    for (const path of files(profile, /^CURRENT$/)) rmSync(path)
  },
}
for (const [what, damage] of Object.entries(damages)) {
  await repeat(t, `${what} while the tablet is off`, 4, async (t, number) => {
    const { desk, profile } = await arrange(t, { sent: 1 + number, kept: 2 + number * 3 })
    // Chromium takes up to a minute to write localStorage down; an orderly end does it at once. The log stays as it is.
    await profile.close()
    damage(profile)
    const again = await openPage(await profile.open(), desk, AT)
    return recount(t, desk, again)
  })
}

await repeat(t, 'data cleared under a running page', 6, async (t, number) => {
  const { desk, profile, context, tablet } = await arrange(t, { sent: 2, kept: 3 })
  const session = await context.newCDPSession(tablet.page)
  if (number % 2) await tablet.pick(4)
  await session.send('Storage.clearDataForOrigin', { origin: desk.network.origin, storageTypes: 'indexeddb' })
  if (number % 2) {
    // The visit that is going on is gone with the rest: its end is no thanks.
    await tablet.button('done').click()
    await tablet.shows('trouble')
    await tablet.later(20_000)
    await eventually('back to the question', async () => {
      await tablet.later(10_000)
      return (await tablet.screen('attract').count()) === 1
    })
  }
  await visits(tablet, 2)
  await profile.close()
  // What was written after the loss can still be read by the next page.
  const again = await openPage(await profile.open(), desk, AT)
  return recount(t, desk, again)
})

/** What happens when a script asks for the bytes of the key. Runs in the page. */
const exportKey = () =>
  new Promise<string>((resolve) => {
    indexedDB.open('hai-long').onsuccess = ({ target }) => {
      const db = (target as IDBOpenDBRequest).result
      db.transaction('keys').objectStore('keys').get('body').onsuccess = (event) => {
        db.close()
        crypto.subtle.exportKey('raw', (event.target as IDBRequest<CryptoKey>).result).then(
          () => resolve('exported'),
          (error: Error) => resolve(error.name),
        )
      }
    }
  })
const deleteKey = () =>
  new Promise<void>((resolve) => {
    indexedDB.open('hai-long').onsuccess = ({ target }) => {
      const db = (target as IDBOpenDBRequest).result
      const tx = db.transaction('keys', 'readwrite')
      tx.objectStore('keys').delete('body')
      tx.oncomplete = () => {
        db.close()
        resolve()
      }
    }
  })

await repeat(t, 'the key lost', 3, async (t) => {
  const { desk, context, tablet } = await arrange(t, { sent: 1, kept: 3 })
  t.equal(await tablet.page.evaluate(exportKey), 'InvalidAccessError', 'no script can read the key out')
  await tablet.page.evaluate(deleteKey)
  await tablet.page.close()
  const again = await openPage(context, desk, AT)
  await again.shows('attract')
  await visits(again, 1)
  await desk.network.comeBack()
  const kept = await sendEverything(again)
  t.equal(kept.filter(({ state }) => state === 'rejected').length, 3, 'what nobody can read stands in the visible list')
  await again.openServiceCorner()
  t.match(await again.page.locator('main').textContent(), 'unreadable: 3')
  return settle(t, desk, kept, false)
})

await repeat(t, 'a cloned profile: two tablets of one image', 3, async (t, number) => {
  const { desk, profile } = await arrange(t, { sent: 1 + number, kept: 0 })
  await desk.network.comeBack()
  await profile.close()
  const twin = new Profile(t)
  rmSync(twin.dir, { recursive: true })
  cpSync(profile.dir, twin.dir, { recursive: true, verbatimSymlinks: true })
  const kept = []
  for (const each of [profile, twin]) {
    const tablet = await openPage(await each.open(), desk, AT)
    await tablet.shows('attract')
    await visits(tablet, 2)
    kept.push(...(await sendEverything(tablet)))
  }
  const checked = await settle(t, desk, kept)
  t.match(await fleetOf(desk), { cloned: true, missing: 0, advice: ['cloned'] })
  return checked
})

await repeat(t, 'a write that hangs: three seconds, reopened, the same id', 6, async (t, number) => {
  const desk = await openDesk(t, site)
  const context = await new Profile(t).open()
  await context.addInitScript(() => {
    const put = IDBObjectStore.prototype.put
    const state = Object.assign(window, { hang: 0, hung: 0 })
    IDBObjectStore.prototype.put = function (value, key) {
      const asked = put.call(this, value, key)
      if (this.name === 'ratings' && state.hang > 0) {
        state.hang -= 1
        state.hung += 1
        // A transaction lives for as long as it is asked something.
        const again = () => {
          try {
            this.get('nothing').onsuccess = again
          } catch {
            // Aborted by the watchdog.
          }
        }
        again()
        this.transaction.commit = () => {}
      }
      return asked
    }
  })
  const tablet = await openPage(context, desk, AT)
  await tablet.pair(desk.code)
  await visits(tablet, 1)
  const twice = number % 3 === 2
  await tablet.page.evaluate((hang) => Object.assign(window, { hang }), twice ? 2 : 1)
  await tablet.button('face_2').click()
  for (let wait = 0; wait < (twice ? 2 : 1); wait += 1) {
    await eventually('it hangs', () =>
      tablet.page.evaluate((n) => (window as unknown as { hung: number }).hung > n, wait),
    )
    t.equal(await tablet.screen('marks').count(), 0, 'nothing says "recorded" yet')
    await tablet.laterInVain(3000)
  }
  await tablet.shows(twice ? 'trouble' : 'marks')
  if (twice) {
    await eventually('back to the question', async () => {
      await tablet.later(20_000)
      return (await tablet.screen('attract').count()) === 1
    })
  } else {
    await tablet.done()
    await tablet.later(4000)
    await tablet.shows('attract')
  }
  await visit(tablet, 4)
  const kept = await sendEverything(tablet)
  t.ok(kept.length <= 3, 'the second try is the same record')
  return settle(t, desk, kept)
})

await repeat(t, 'somebody else deletes the store: nobody is blocked', 3, async (t) => {
  const { desk, tablet } = await arrange(t, { sent: 2, kept: 2 })
  const outcome = await tablet.page.evaluate(
    () =>
      new Promise((resolve) => {
        const asked = indexedDB.deleteDatabase('hai-long')
        asked.onsuccess = () => resolve('deleted')
        asked.onblocked = () => resolve('blocked')
      }),
  )
  t.equal(outcome, 'deleted')
  await visits(tablet, 1)
  return recount(t, desk, tablet)
})

const FULL = 'the disk full, then room again'
const noDisks = whyNoDisks()
if (noDisks) await skipTrials(t, FULL, noDisks)
else {
  await repeat(t, FULL, 6, async (t, number) => {
    const desk = await openDesk(t, site)
    const lab = new DiskLab(t)
    const disk = lab.make(160)
    const profile = new Profile(t, { dir: join(disk.mount, 'profile') })
    const tablet = await openPage(await profile.open(), desk, AT)
    await tablet.pair(desk.code)
    await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await desk.network.goAway()
    await visits(tablet, 2)
    const free = fill(disk.mount, number * 4096)
    let trouble = 0
    for (let tap = 0; tap < 400 && trouble === 0; tap += 1) {
      await tablet.button(`face_${(tap % 5) + 1}`).click()
      await tablet.page.locator('main[data-screen="marks"], main[data-screen="trouble"]').waitFor()
      trouble += await tablet.screen('trouble').count()
      if (trouble) break
      await tablet.button('done').click()
      await tablet.page.locator('main[data-screen="thanks"], main[data-screen="trouble"]').waitFor()
      trouble += await tablet.screen('trouble').count()
      await tablet.later(4000)
    }
    t.equal(trouble, 1, 'at last the disk said no, and the tablet asked for a paper slip')
    t.match(await tablet.page.locator('main').textContent(), tablet.words.not_saved?.split('. ')[0] as string)
    free()
    await eventually(
      'back to the question',
      async () => {
        await tablet.later(20_000)
        return (await tablet.screen('attract').count()) === 1
      },
      30_000,
    )
    await visits(tablet, 2)
    await desk.network.comeBack()
    const checked = await settle(t, desk, await sendEverything(tablet))
    await profile.close()
    return checked
  })
}
