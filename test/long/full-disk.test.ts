/** A disk without room: one sentence says so before the first start, and whenever PostgreSQL fails for it later. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { explainFullDisk, requireRoom } from '../../server/embedded/disk.ts'
import { EmbeddedError } from '../../server/embedded/errors.ts'
import { fill, mountSmallDisk, whyNoMounts } from '../support/loop-disk.ts'
import { Installation } from '../support/server-process.ts'

/** A file system without a free block, on every Linux and for every user. */
const FULL = '/proc'
const SENTENCE =
  /^The disk of \/\S+ ran full \(\d+ MB are free now\): make room there, then try again\. Nothing that was stored is lost\.$/

t.test('an empty database is not begun where it would soon fill the disk', async (t) => {
  t.throws(() => requireRoom(FULL), {
    name: 'EmbeddedError',
    message:
      'The disk of /proc has 0 MB free, and a first start needs 150 MB: make room there, or set DATA_DIR to a folder on another disk.',
  })
  t.doesNotThrow(() => requireRoom(tmpdir()))
})

t.test('a full disk is found behind every error that it causes, and behind no other', async (t) => {
  const lost = new Error('Connection terminated unexpectedly')
  t.equal(explainFullDisk(lost, tmpdir()), lost)
  const causes: [unknown, string][] = [
    [lost, FULL],
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), tmpdir()],
    [Object.assign(new Error('x'), { code: '53100' }), tmpdir()],
    [new Error('migration y failed', { cause: Object.assign(new Error('x'), { code: '53100' }) }), tmpdir()],
    [new EmbeddedError('initdb failed', { cause: new Error('FATAL: … No space left on device\nand more') }), tmpdir()],
  ]
  for (const [error, dir] of causes) t.match(explainFullDisk(error, dir), { name: 'EmbeddedError', message: SENTENCE })
})

const skip = whyNoMounts()

t.test('the first start on a disk of 60 MB', { skip }, async (t) => {
  const place = new Installation(t)
  mountSmallDisk(t, place.dataDir, 60)
  const server = await place.start()
  t.equal(await server.exit(), 1)
  t.match(server.output.trim(), /^The disk of \/\S+ has 59 MB free, and a first start needs 150 MB: [^\n]+$/)
  t.notOk(existsSync(place.clusterDir))
})

t.test('a disk that runs full while the schema is made, and that is full at the start', { skip }, async (t) => {
  const place = new Installation(t)
  mountSmallDisk(t, place.dataDir, 200)
  const script = join(import.meta.dirname, '../support/embedded-process.ts')
  const env = { ...process.env, DATA_DIR: place.dataDir }
  execFileSync(process.execPath, ['--import', 'tsx', script], { env, stdio: 'pipe' })

  for (const [what, leave] of [
    ['too little for a file of 16 MB', 10 * 2 ** 20],
    ['nothing at all', 0],
  ] as const) {
    const free = fill(place.dataDir, leave)
    const server = await place.start()
    t.equal(await server.exit(), 1, what)
    const lines = server.output.trim().split('\n')
    t.match(lines.at(-1), SENTENCE, what)
    // Before it only the log of the supervisor, which tries to bring PostgreSQL back.
    for (const line of lines.slice(0, -1)) t.match(JSON.parse(line), { msg: /^PostgreSQL / }, what)
    t.same(place.databaseProcesses(), [], what)
    free()
  }

  const server = await place.start()
  await server.ready()
  t.equal(await server.kill('SIGTERM'), 0, 'with room again it starts and stops in order')
})

t.test(
  'a disk that runs full under a running server: not ready while it is full, ready with space again',
  { skip },
  async (t) => {
    const place = new Installation(t)
    mountSmallDisk(t, place.dataDir, 200)
    const server = await place.start()
    await server.ready()
    const ask = async () => {
      const answer = await fetch(`${server.origin}/api/v1/health/ready`)
      const { status, error } = (await answer.json()) as { status?: string; error?: { code: string } }
      return { http: answer.status, says: status ?? error?.code }
    }
    /** The answer once it is another than `before`; a successful write counts for two seconds. */
    const askUntilOtherThan = async (before: number) => {
      for (let tries = 0; tries < 50; tries++) {
        const answer = await ask()
        if (answer.http !== before) return answer
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return ask()
    }
    for (const round of [1, 2]) {
      const free = fill(place.dataDir)
      t.same(await askUntilOtherThan(200), { http: 503, says: 'database_full' }, `round ${round}`)
      for (let times = 0; times < 20; times++) t.same(await ask(), { http: 503, says: 'database_full' })
      t.equal((await fetch(`${server.origin}/api/v1/health/live`)).status, 200)
      free()
      t.same(await ask(), { http: 200, says: 'ok' }, `round ${round}: space again`)
    }
    t.equal(await server.kill('SIGTERM'), 0)
  },
)
