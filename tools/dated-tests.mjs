/**
 * `npm run test:dates`: `npm test` with the machine's clock at days on which calendars break, each in two time zones. Needs
 * `faketime` (Debian: apt-get install faketime). Words choose some: `npm run test:dates -- 2028 UTC`.
 */
import { spawnSync } from 'node:child_process'
import { root } from './sources.mjs'

const moments = [
  { at: '2027-02-28 09:00:00', why: 'the last day of February' },
  { at: '2028-02-29 09:00:00', why: 'a leap day' },
  { at: '2027-03-14 09:00:00', why: 'the last day of a reporting period' },
  { at: '2027-03-15 09:00:00', why: 'the first day of a reporting period' },
  { at: '2026-12-31 23:55:00', why: 'the run crosses into the new year' },
  { at: '2027-02-07 09:00:00', why: 'the Sunday of Tết' },
]
const zones = ['Asia/Ho_Chi_Minh', 'UTC']

const wanted = process.argv.slice(2)
const runs = moments
  .flatMap(({ at, why }) => zones.map((zone) => ({ at, zone, name: `${at} ${zone}, ${why}` })))
  .filter(({ name }) => wanted.every((word) => name.includes(word)))

let passed = 0
let failed = runs.length === 0 ? 1 : 0
for (const { at, zone, name } of runs) {
  const ran = spawnSync('faketime', ['-f', `@${at}`, process.execPath, 'tools/test.mjs'], {
    cwd: root,
    env: { ...process.env, TZ: zone },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (ran.error) throw new Error('faketime is missing: apt-get install faketime', { cause: ran.error })
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(ran.stdout) ?? ['', '0', '1']
  passed += Number(counts[1])
  failed += Number(counts[2])
  if (ran.status !== 0) console.log(ran.stdout, ran.stderr)
  console.log(`${ran.status === 0 ? 'ok    ' : 'FAILED'}  ${name}: ${counts[0] || 'no counts'}`)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
