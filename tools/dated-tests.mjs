/**
 * `npm run test:dates`: `npm test` with the clock at days on which calendars break, each in two time zones. Needs root and
 * Debian's `libfaketime`. Words choose some: `npm run test:dates -- 2028 UTC`; files after `--files` run instead of all.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'

/** Local time of the zone. */
const moments = [
  { at: '2027-02-28T09:00:00', why: 'the last day of February' },
  { at: '2028-02-29T09:00:00', why: 'a leap day' },
  { at: '2027-03-14T09:00:00', why: 'the last day of a reporting period' },
  { at: '2027-03-15T09:00:00', why: 'the first day of a reporting period' },
  { at: '2026-12-31T23:55:00', why: 'the run crosses into the new year' },
  { at: '2027-02-07T09:00:00', why: 'the Sunday of Tết' },
]
const zones = { 'Asia/Ho_Chi_Minh': '+07:00', UTC: 'Z' }

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
if (!existsSync(library)) throw new Error('libfaketime is missing: apt-get install libfaketime')
if (process.getuid?.() !== 0) throw new Error('only root may show processes another /etc, where the fake clock is set')

const [words, files] = split(process.argv.slice(2))
const runs = moments
  .flatMap(({ at, why }) => Object.keys(zones).map((zone) => ({ at, zone, name: `${at} ${zone}, ${why}` })))
  .filter(({ name }) => words.every((word) => name.includes(word)))

let passed = 0
let failed = runs.length === 0 ? 1 : 0
for (const { at, zone, name } of runs) {
  const { counts, end, output } = runAt(Date.parse(at + zones[zone]), zone)
  passed += counts.passed
  failed += counts.failed
  if (counts.failed > 0) console.log(output)
  console.log(`${counts.failed === 0 ? 'ok    ' : 'FAILED'}  ${name}, until ${end}: ${JSON.stringify(counts)}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function split(args) {
  const at = args.indexOf('--files')
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)]
}

/**
 * Variables would not do: PostgreSQL is started without any. So every process of the run sees an /etc in which the loader
 * preloads libfaketime, with one offset for all of them.
 */
function runAt(moment, zone) {
  const work = mkdtempSync(join(tmpdir(), 'hai-long-dates-'))
  try {
    for (const folder of ['etc', 'etc-work']) mkdirSync(join(work, folder))
    writeFileSync(join(work, 'etc', 'ld.so.preload'), `${library}\n`)
    writeFileSync(join(work, 'etc', 'faketimerc'), `+${Math.round((moment - Date.now()) / 1000)}\n`)
    const overlay = `lowerdir=/etc,upperdir=${work}/etc,workdir=${work}/etc-work`
    const script = `mount -t overlay overlay -o ${overlay} /etc; "$@"; status=$?; date; exit $status`
    const command = [process.execPath, 'tools/test.mjs', ...files]
    const ran = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
      cwd: root,
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    })
    const output = ran.stdout + ran.stderr
    const [, ok = '0', wrong = '1'] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? []
    const counts = { passed: Number(ok), failed: ran.status === 0 ? Number(wrong) : Math.max(1, Number(wrong)) }
    return { counts, end: ran.stdout.trim().split('\n').at(-1), output }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
