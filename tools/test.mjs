/**
 * `npm test [-- FILE or FOLDER …]`: builds, starts one PostgreSQL for the run, and runs tap. Its last line is the counts.
 * Files below test/fault, test/long, test/disclosure and test/bench run only when named.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { bundleTests, listTests, sourceOf } from './bundle-tests.mjs'
import { root } from './sources.mjs'
import { readTap } from './tap-summary.mjs'

const tap = join(root, 'node_modules', '.bin', 'tap')

/** Runs the given files and folders, or all; returns the counts. Leaves no process behind. */
export async function runTests(named) {
  const files = named.flatMap((path) => (path.endsWith('.ts') ? [path] : listTests(path)))
  if (needsBuild(files)) ensureBuilt()
  prepareTap()
  const { register } = await import('tsx/esm/api')
  register()
  const { startTestPostgres } = await import('../test/support/postgres.ts')
  if (usesBrowser(files)) await printBrowser()
  let remove = () => {}
  try {
    const bundled = await bundleTests(files.length > 0 ? files : listTests())
    remove = bundled.remove
    const postgres = await startTestPostgres()
    try {
      return await runTap(bundled.bundles, postgres, chooseOptions(files))
    } finally {
      await postgres.stop()
    }
  } finally {
    remove()
  }
}

/**
 * After `npm ci` the first tap run starts test files with its default plugins while it still rebuilds itself for those
 * of .taprc, and fails; so build first. npm removes the stamp together with what it stands for.
 */
function prepareTap() {
  const wanted = readFileSync(join(root, '.taprc'), 'utf8')
  const stamp = join(root, 'node_modules', '@tapjs', 'test', 'test-built', 'hai-long.taprc')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('Preparing tap … ')
  const built = spawnSync(tap, ['build'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`tap build failed: ${built.stdout}${built.stderr}`)
  writeFileSync(stamp, wanted)
  process.stderr.write('done\n')
}

function runTap(bundles, postgres, options) {
  const child = spawn(tap, ['run', ...options, ...bundles], {
    cwd: root,
    env: { ...process.env, ...postgres.env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that its many processes can be ended together.
    detached: true,
  })
  writeFileSync(join(postgres.dir, 'group'), String(child.pid))
  const stop = (signal) => process.kill(-child.pid, signal)
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => stop('SIGKILL')
    process.once(signal, handler)
    return [signal, handler]
  })
  const summary = readTap((text) => console.log(sourceOf(text)))
  createInterface({ input: child.stdout }).on('line', summary.line)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      for (const [signal, handler] of handlers) process.off(signal, handler)
      resolve(summary.finish(code ?? 1))
    })
  })
}

/** Most tests run the sources directly; a single one of those should not wait for the pages. */
function needsBuild(files) {
  const usesBuild = (file) =>
    !existsSync(file) || /server-process|support\/site|\/browser\/|'dist'/.test(file + readFileSync(file, 'utf8'))
  return files.length === 0 || files.some(usesBuild)
}

const usesBrowser = (files) =>
  files.length === 0 || files.some((file) => /^(\.\/)?test\/(browser|fault|long|disclosure)\//.test(file))

/** Which browser the run uses; unpacks it before several test files want it at once. */
async function printBrowser() {
  const { findChromium } = await import('../test/support/browser.ts')
  const { executablePath, origin } = await findChromium()
  console.log(`Browser: ${origin}, ${relative(root, executablePath)}`)
}

/** Faults take their time. */
const chooseOptions = (files) =>
  files.some((file) => /^(\.\/)?test\/(fault|long|disclosure|bench)\//.test(file)) ? ['--timeout=1800'] : []

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let counts = { passed: 0, failed: 1, skipped: 0 }
  try {
    counts = await runTests(process.argv.slice(2))
  } catch (error) {
    console.error(error)
  }
  const { passed, failed, skipped } = counts
  if (skipped > 0) console.log(`${skipped} skipped`)
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
