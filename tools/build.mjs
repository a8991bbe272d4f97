/**
 * Builds server and pages when their sources changed. Each build is a folder of its own, `dist.<hash>`; `dist` is a
 * link to the one in use, so a running server keeps its files, two builders never meet, and a killed one leaves nothing.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPages } from './pages.mjs'
import { hashSources, root } from './sources.mjs'

const link = join(root, 'dist')
/** Exit code of a build whose sources were edited meanwhile: its name would lie about its content. */
const sourcesChanged = 75
const keepBuilds = 3
const keepBuildsMs = 24 * 3600 * 1000

/**
 * Makes `dist` fit the sources; returns its real folder. Says on standard error what it does, if anything. Compilers
 * work in a process of their own, so that their memory and helpers do not stay with a server that runs for months.
 * Throws when the build fails; the reason then stands on standard error already.
 */
export function ensureBuilt() {
  let hash = hashSources()
  for (; !isComplete(join(root, `dist.${hash}`)); hash = hashSources()) {
    // In a session of its own: a terminal that is closed must not end the build of a server that survives it.
    const options = { stdio: ['ignore', 2, 2], detached: true }
    const built = spawnSync(process.execPath, [fileURLToPath(import.meta.url), hash], options)
    if (built.status === 0 || built.status === sourcesChanged) continue
    // Node aborts at its end when its terminal was closed meanwhile; the build is complete all the same.
    if (!isComplete(join(root, `dist.${hash}`))) throw new Error('The build failed.')
  }
  const target = join(root, `dist.${hash}`)
  if (currentTarget() !== `dist.${hash}`) {
    point(`dist.${hash}`)
    // The newest builds are told by this time, also when an old one is taken up again.
    utimesSync(target, new Date(), new Date())
    removeOldBuilds()
  }
  return target
}

const isComplete = (folder) => existsSync(join(folder, 'build.json'))

async function build(hash) {
  const target = join(root, `dist.${hash}`)
  const startedAt = Date.now()
  process.stderr.write('Building server and pages … ')
  removeDraftsOfTheDead()
  const draft = join(root, `dist.draft-${process.pid}`)
  mkdirSync(draft)
  try {
    await Promise.all([buildServer(draft), buildPages(draft, isComplete(link) ? link : null)])
    if (hashSources() !== hash) {
      rmSync(draft, { recursive: true, force: true })
      process.stderr.write('the sources changed meanwhile; again.\n')
      return sourcesChanged
    }
    writeFileSync(join(draft, 'build.json'), `${JSON.stringify({ hash, built_at: new Date().toISOString() })}\n`)
    if (existsSync(target) && !isComplete(target)) rmSync(target, { recursive: true, force: true })
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Another builder of the same sources was faster; its result is as good as ours.
    if (!isComplete(target)) throw error
  }
  process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`)
  return 0
}

async function buildServer(out) {
  const { build: bundle } = await import('esbuild')
  await bundle({
    absWorkingDir: root,
    entryPoints: {
      start: 'server/bin/start.ts',
      manage: 'server/bin/manage.ts',
      counting: 'server/bin/counting.ts',
      'render-report': 'server/documents/worker.ts',
      'read-table': 'server/documents/table-worker.ts',
    },
    outdir: join(out, 'server'),
    // All files side by side: config.ts finds the pages from wherever its code ends up.
    chunkNames: '[name]-[hash]',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    splitting: true,
    sourcemap: true,
    logLevel: 'warning',
  })
}

function currentTarget() {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : null
}

/** Switches `dist` in one step: at no moment is there none. */
function point(name) {
  const fresh = join(root, `dist.link-${process.pid}`)
  rmSync(fresh, { force: true })
  symlinkSync(name, fresh)
  if (currentTarget() === null) rmSync(link, { recursive: true, force: true })
  renameSync(fresh, link)
}

const builds = () => readdirSync(root).filter((name) => /^dist\.[0-9a-f]{16}$/.test(name))

/** Servers may still run from the builds before this one, so a few stay. */
function removeOldBuilds() {
  builds()
    .map((name) => ({ path: join(root, name), time: statSync(join(root, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .slice(keepBuilds)
    .filter(({ time }) => Date.now() - time > keepBuildsMs)
    .forEach(({ path }) => {
      rmSync(path, { recursive: true, force: true })
    })
}

function removeDraftsOfTheDead() {
  for (const name of readdirSync(root)) {
    const pid = /^dist\.(?:draft|link)-(\d+)$/.exec(name)?.[1]
    if (pid && !isAlive(pid)) rmSync(join(root, name), { recursive: true, force: true })
  }
}

/** A killed builder may stay a zombie where process 1 collects nobody; it writes no more. */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** What the build in use was made from, for tools that only look. */
export function readBuild() {
  return JSON.parse(readFileSync(join(link, 'build.json'), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [hash] = process.argv.slice(2)
  process.stderr.on('error', () => {})
  try {
    if (hash === undefined) ensureBuilt()
    else process.exitCode = await build(hash)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
