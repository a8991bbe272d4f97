/** A server's clock that ran ahead while a backup was made, and a backup in the middle of a storm: no copy goes that is in no backup. */
import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { signalProcess, waitUntil } from '../../server/embedded/processes.ts'
import { loadKeys } from '../../server/keys.ts'
import { withSnapshot } from '../../server/queries/backups.ts'
import { hashPairingCode, newPairingCode } from '../../server/secrets.ts'
import { eventually, launchBrowser, newContext } from '../support/browser.ts'
import { createTestDatabase } from '../support/database.ts'
import { sendEverything, visits } from '../support/desk.ts'
import { Ledger } from '../support/ledger.ts'
import { DiskLab, whyNoDisks } from '../support/loop-disk.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { startBadNetwork } from '../support/proxy.ts'
import { Installation } from '../support/server-process.ts'
import { startSourceServer } from '../support/source-server.ts'
import { TabletPage } from '../support/tablet-page.ts'
import { repeat, skipTrials } from '../support/trials.ts'

t.setTimeout(2_400_000)

const HOUR_MS = 3_600_000
/** In opening hours, or the tablet would rest. */
const OPEN = Date.parse('2026-11-24T08:00:00+07:00')
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
const fault = "the server's clock ahead while a backup was made, then set right, then the disk lost"

/** A clock of its own for the processes started through `prefix`, PostgreSQL too; it follows `set` within ten seconds. */
function createClock(t: Test): { env: Record<string, string>; prefix: string[]; set(offset_ms: number): void } {
  const work = t.testdir({ etc: {}, work: {} })
  writeFileSync(join(work, 'etc', 'ld.so.preload'), `${library}\n`)
  symlinkSync(join(work, 'offset'), join(work, 'etc', 'faketimerc'))
  const overlay = `lowerdir=/etc,upperdir=${join(work, 'etc')},workdir=${join(work, 'work')}`
  const script = `mount -t overlay overlay -o ${overlay} /etc && exec "$@"`
  return {
    // A clock that is set does not move the one that only counts on.
    env: { FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    prefix: ['unshare', '--mount', 'sh', '-c', script, 'sh'],
    set: (offset_ms) => writeFileSync(join(work, 'offset'), `${offset_ms < 0 ? '' : '+'}${offset_ms / 1000}\n`),
  }
}

const whyNot = whyNoDisks() ?? (existsSync(library) ? null : 'libfaketime is missing: apt-get install libfaketime')
if (whyNot !== null) await skipTrials(t, fault, whyNot)
else {
  const browser = await launchBrowser(t)
  const [hours, days, years] = [2 * HOUR_MS, 48 * HOUR_MS, 2 * 365 * 24 * HOUR_MS]
  await repeat(
    t,
    fault,
    6,
    async (t, number) => {
      const clock = createClock(t)
      const place = new Installation(t)
      const disk = new DiskLab(t).make(64)
      clock.set([hours, days, years][number % 3] as number)
      const server = await place.start(clock.env, clock.prefix)
      await server.ready(120_000)
      const network = await startBadNetwork(t, server.origin)
      const ledger = new Ledger(network)
      const { context } = await newContext(browser)
      t.teardown(() => context.close())
      await ledger.watch(context)
      const { unit_id, code } = await makeDesk(place)
      const tablet = await TabletPage.open(context, network.origin, { at: OPEN })
      await tablet.pair(code)
      await visits(tablet, 3)
      await sendEverything(tablet)

      const manage = (...args: string[]) => place.manage(args, clock.env, clock.prefix)
      t.match((await manage('backup', '--elsewhere', place.dir)).output, /on the disk of the database/)
      const made = await manage('backup', '--elsewhere', disk.mount)
      t.match(made.output, /Tablets drop their copies/)
      const file = join(disk.mount, readdirSync(disk.mount).find((name) => name.startsWith('hai-long-')) ?? '')
      await eventually('the copies in the backup go', async () => {
        await tablet.later(61_000)
        return (await tablet.queue()).length === 0
      })
      await visits(tablet, 2)
      await sendEverything(tablet)

      clock.set(0)
      await eventually(
        'the clock is right',
        async () => {
          // The server closes idle connections when its clock jumps.
          const answer = await fetch(`${server.origin}/api/v1/health/live`).catch(() => null)
          return Math.abs(Date.parse(answer?.headers.get('date') ?? '') - Date.now()) < 5000
        },
        40_000,
      )
      // Half of the operators notice at once.
      if (number >= 3) t.equal((await manage('accept-clock', '--yes')).code, 0)
      await visits(tablet, 6)
      await sendEverything(tablet)
      for (let beats = 0; beats < 3; beats += 1) await tablet.later(61_000)
      t.equal((await tablet.allAcked(8)).length, 8, 'every copy that is in no backup is still there')

      await network.goAway()
      const all = place.databaseProcesses()
      await server.kill('SIGKILL')
      for (const pid of all) signalProcess(pid, 'SIGKILL')
      t.ok(await waitUntil(() => place.databaseProcesses().length === 0, 5000))
      const next = new Installation(t)
      mkdirSync(next.dataDir)
      cpSync(join(place.dataDir, 'keys'), join(next.dataDir, 'keys'), { recursive: true })
      t.match(await next.manage(['restore', file]), { code: 0 })
      if (number % 2 === 0) t.equal((await next.manage(['accept-clock', '--yes'])).code, 0)
      const restored = await next.start({ PORT: String(server.port) })
      await restored.ready(120_000)
      const ids = 'select rating_id from ratings where unit_id = $1'
      const query = async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> =>
        (await next.query(text.replaceAll('$1', String(Number(values[0]))))) as Row[]
      t.equal((await query(ids, [unit_id])).length, 3, 'what the backup had')
      await network.comeBack()
      await eventually('every kept copy is sent again', async () => {
        await tablet.later(61_000)
        const undated = await query('select from undated_ratings where unit_id = $1', [unit_id])
        return (await query(ids, [unit_id])).length + undated.length === 11
      })
      if (number % 2 !== 0) t.equal((await next.manage(['accept-clock', '--yes'])).code, 0)
      await eventually('all are dated', async () => (await query(ids, [unit_id])).length === 11, 90_000)
      await ledger.check(t, query, unit_id, await sendEverything(tablet), { drained: true })
      t.equal(await restored.kill('SIGTERM'), 0)
      return ledger.shown.size
    },
    400_000,
  )
}

async function makeDesk(place: Installation): Promise<{ unit_id: number; code: string }> {
  const code = newPairingCode()
  const hash = hashPairingCode(code, loadKeys(place.dataDir).codes).toString('hex')
  const [made] = await place.query(
    `with u as (insert into units (name, kind) values ('Xã Mường Giôn', 'commune') returning unit_id),
          c as (insert into counters (unit_id, name) select unit_id, 'Quầy' from u returning counter_id, unit_id)
     insert into terminals (unit_id, counter_id, name, pairing_code_hash, pairing_code_expires_at)
     select unit_id, counter_id, 'Máy', '\\x${hash}', now() + interval '15 minutes' from c returning unit_id`,
  )
  return { unit_id: Number(made?.unit_id), code }
}

const BACKUPS = 200
const WRITERS = 64

await repeat(
  t,
  `${BACKUPS} backups against ${WRITERS} writers on two processes: each holds what was acknowledged under a smaller number`,
  1,
  async (t) => {
    const db = await createTestDatabase(t)
    const office = await createOffice(db, { counters: 2 })
    const dataDir = t.testdir({})
    const servers = await Promise.all(['one', 'two'].map((name) => startSourceServer(t, db.ownerUrl, dataDir, name)))
    const acknowledged: { id: string; number: number }[] = []
    let writing = true
    const writer = async (index: number) => {
      let last: Record<string, unknown> | null = null
      while (writing) {
        // Now and then the same once more: a duplicate carries a number too.
        const one: Record<string, unknown> = last !== null && Math.random() < 0.2 ? last : rating({ id: randomUUID() })
        last = one
        const server = servers[Math.floor(Math.random() * 2)]
        const token = office.tablets[index % 2]?.token as string
        const answer = await server?.post('/api/v1/ratings', batch([one]), token)
        if (answer?.status !== 200) continue
        const { results, backup_generation } = (await answer.json()) as {
          results: { id: string }[]
          backup_generation: number
        }
        for (const { id } of results) acknowledged.push({ id, number: backup_generation })
        await wait(Math.random() * 60)
      }
    }
    const writers = Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)))
    let checked = 0
    let missing = 0
    let held = 0
    for (let backup = 1; backup <= BACKUPS; backup += 1) {
      await withSnapshot(db.ownerUrl, async ({ generation, tables, readRows }) => {
        t.equal(generation?.number, backup)
        const ids = new Set<string | null>()
        const shape = tables.find(({ table }) => table === 'ratings')
        const place = shape?.columns.indexOf('rating_id') ?? -1
        if (shape) for await (const rows of readRows(shape)) for (const row of rows) ids.add(row[place] ?? null)
        held = ids.size
        // Answers of before may still be on their way: they are looked at with the next backup.
        for (const { id, number } of acknowledged) {
          if (number >= backup) continue
          checked += 1
          if (!ids.has(id)) missing += 1
        }
      })
      await wait(Math.random() * 40)
    }
    writing = false
    await writers
    t.equal(missing, 0, `${checked} times an acknowledged rating was looked up`)
    t.ok(acknowledged.some(({ number }) => number === BACKUPS - 1) && held > WRITERS, 'they wrote all the while')
    return acknowledged.length
  },
  900_000,
)
