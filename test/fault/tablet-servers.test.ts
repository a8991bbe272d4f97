/** The tablet while its server is killed, restored from an old backup, set back in time, or replaced by a new version in the middle of a visit. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, realpathSync, symlinkSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { CommandContext } from '../../server/bin/command.ts'
import { run as backup } from '../../server/bin/commands/backup.ts'
import { run as restore } from '../../server/bin/commands/restore.ts'
import { signalProcess } from '../../server/embedded/processes.ts'
import { loadKeys } from '../../server/keys.ts'
import { hashPairingCode, newPairingCode } from '../../server/secrets.ts'
import { startTestApp } from '../support/app.ts'
import { eventually, launchBrowser, newContext, root } from '../support/browser.ts'
import { createTestDatabase } from '../support/database.ts'
import { fleetOf, openDesk, openPage, sendEverything, settle, visits } from '../support/desk.ts'
import { Ledger } from '../support/ledger.ts'
import { Profile } from '../support/profile.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { Installation, type ServerProcess } from '../support/server-process.ts'
import { startSite } from '../support/site.ts'
import { copySources } from '../support/source-copy.ts'
import { TabletPage } from '../support/tablet-page.ts'
import { repeat } from '../support/trials.ts'

t.setTimeout(1_500_000)
const AT = Date.parse('2026-11-24T08:00:00+07:00')
const browser = await launchBrowser(t)
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

// Everything that takes time comes before the first trial: tap takes a pause between two tests for the end.
const site = await startSite(t, { at: new Date(AT - 60_000).toISOString() })
const place = new Installation(t)
let server: ServerProcess = await place.start()
await server.ready(120_000)
const next = buildNext(t)

/** A tablet at a counter of its own, paired with the installation, with so many ratings that nobody has heard of. */
async function fillTablet(t: Test, ratings: number) {
  const code = newPairingCode()
  const hash = hashPairingCode(code, loadKeys(place.dataDir).codes).toString('hex')
  const [made] = await place.query(
    `with u as (insert into units (name, kind) values ('Xã ${code}', 'commune') returning unit_id),
          c as (insert into counters (unit_id, name) select unit_id, 'Quầy' from u returning counter_id, unit_id)
     insert into terminals (unit_id, counter_id, name, pairing_code_hash, pairing_code_expires_at)
     select unit_id, counter_id, 'Máy', '\\x${hash}', now() + interval '15 minutes' from c returning unit_id`,
  )
  const network = await startBadNetwork(t, server.origin)
  const ledger = new Ledger(network)
  const { context } = await newContext(browser)
  t.teardown(() => context.close())
  await ledger.watch(context)
  const tablet = await TabletPage.open(context, network.origin, { at: Date.now() })
  await tablet.pair(code)
  await network.goAway()
  await visits(tablet, ratings)
  await network.comeBack()
  return { unit_id: Number(made?.unit_id), network, ledger, tablet }
}

const query = async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
  (await place.query(text.replaceAll('$1', String(Number(values[0]))))) as Row[]

const kills: [string, () => Promise<void>][] = [
  [
    'kill -9 of the server in the middle of a drain',
    async () => {
      await server.kill('SIGKILL')
      server = await place.start({ PORT: String(server.port) })
    },
  ],
  [
    'kill -9 of PostgreSQL in the middle of a drain',
    async () => {
      for (const pid of place.databaseProcesses()) signalProcess(pid, 'SIGKILL')
      await rest(200)
    },
  ],
]
for (const [fault, kill] of kills) {
  await repeat(t, fault, 8, async (t, number) => {
    const { unit_id, ledger, tablet } = await fillTablet(t, 12)
    // The drain begins with the next trigger; the blow falls anywhere in it.
    const draining = tablet.later(61_000).catch(() => {})
    await rest(number * 15)
    await kill()
    await draining
    await server.ready(120_000)
    const kept = await sendEverything(tablet)
    await ledger.check(t, query, unit_id, kept, { drained: true })
    return ledger.shown.size
  })
}

/** A paired tablet at a desk of the site, on a profile that keeps its service worker. */
async function arrange(t: Test) {
  const desk = await openDesk(t, site)
  const context = await new Profile(t).open()
  const tablet = await openPage(context, desk, AT)
  await tablet.pair(desk.code)
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  return { desk, context, tablet }
}

await repeat(t, 'restored from a backup that is older than acknowledged ratings', 4, async (t, number) => {
  const { desk, tablet } = await arrange(t)
  await visits(tablet, 2)
  await sendEverything(tablet)
  const file = join(t.testdir({}), 'x.backup')
  const call = (command: typeof backup, ownerUrl: string) =>
    command({
      ownerUrl,
      positionals: [file],
      values: {},
      keys: site.keys,
      print: () => {},
    } as unknown as CommandContext)
  await call(backup, site.db.ownerUrl)
  // Acknowledged after the backup: the tablet alone still has them.
  await visits(tablet, 3 + number)
  await sendEverything(tablet)
  await desk.network.goAway()
  await visits(tablet, 2)
  const db = await createTestDatabase(t, { empty: true })
  await call(restore, db.ownerUrl)
  const { openPools } = await import('../../server/queries/database.ts')
  const pools = await openPools({ ownerUrl: db.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  t.teardown(() => pools.close())
  const restored = await startTestApp(t, { db, pools, keys: site.keys, clock: site.clock })
  await restored.app.listen({ host: '127.0.0.1', port: 0 })
  desk.network.lead(`http://127.0.0.1:${(restored.app.server.address() as AddressInfo).port}`)
  const before = await db.query('select rating_id from ratings where unit_id = $1', [desk.unit_id])
  t.equal(before.length, 2, 'the restored server has what the backup had')
  await desk.network.comeBack()
  await eventually('the kept copies are sent again', async () => {
    await tablet.later(61_000)
    return (await db.query('select 1 from ratings where unit_id = $1', [desk.unit_id])).length === 7 + number
  })
  const kept = await sendEverything(tablet)
  await desk.ledger.check(t, db.query, desk.unit_id, kept, { drained: true })
  await restored.count()
  t.same((await restored.verify()).differences, [], 'each counted once')
  return desk.ledger.shown.size
})

await repeat(t, "the server's clock set back by years: kept undated, lost by nobody", 3, async (t) => {
  const { desk, tablet } = await arrange(t)
  await visits(tablet, 2)
  await sendEverything(tablet)
  const before = site.clock.now()
  site.clock.set('2020-01-01T00:00:00+07:00')
  await visits(tablet, 3)
  const kept = await sendEverything(tablet)
  site.clock.set(before)
  return settle(t, desk, kept)
})

/** A second version of the product, built from a copy with one more line, beside the assets of the first. */
function buildNext(t: Test): string {
  const project = t.testdir({})
  copySources(project)
  cpSync(realpathSync(join(root, 'dist')), join(project, 'dist.0000000000000000'), { recursive: true })
  symlinkSync('dist.0000000000000000', join(project, 'dist'))
  appendFileSync(join(project, 'terminal-ui', 'main.tsx'), "\nconsole.debug('next')\n")
  const built = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: project, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  return realpathSync(join(project, 'dist'))
}

await repeat(t, 'a new version deployed in the middle of a visit', 5, async (t, number) => {
  const { desk, tablet } = await arrange(t)
  await visits(tablet, 1)
  await tablet.page.reload()
  await tablet.shows('attract')
  const version = () =>
    desk.site.db.query<{ version: string }>('select version from terminal_contacts where terminal_id = $1', [
      Number(desk.terminal_id),
    ])
  const [old] = await version()
  const script = await tablet.page.evaluate(() => document.querySelector<HTMLScriptElement>('script[src]')?.src ?? '')
  await tablet.pick(2)
  const deployed = await startTestApp(t, {
    db: site.db,
    pools: site.pools,
    keys: site.keys,
    clock: site.clock,
    config: { pagesDir: next },
  })
  await deployed.app.listen({ host: '127.0.0.1', port: 0 })
  desk.network.lead(`http://127.0.0.1:${(deployed.app.server.address() as AddressInfo).port}`)
  await tablet.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration?.update()
  })
  await eventually('the new version waits', () =>
    tablet.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state === 'installed'),
  )
  t.equal(await tablet.screen('marks').count(), 1, 'the visit goes on under the old one')
  t.equal((await fetch(script)).status, 200, 'whose script can still be had')
  await tablet.tile(number).click()
  await tablet.done()
  await tablet.later(4000)
  await eventually('the new version runs', async () => {
    await tablet.later(61_000).catch(() => {})
    const [now] = await version()
    return now !== undefined && now.version !== old?.version
  })
  await tablet.shows('attract')
  await visits(tablet, 2)
  const kept = await sendEverything(tablet)
  t.match(await fleetOf(desk), { missing: 0, cloned: false })
  return settle(t, desk, kept)
})
