/**
 * Bundles test files with the sources they try: two seconds for all of them, and each then starts in a third of the time
 * that compiling and resolving a thousand modules one by one takes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './sources.mjs'

/** Below node_modules, where the bundles find the packages. */
const shelf = join(root, 'node_modules', '.cache', 'tests')

/** Folders whose tests run only when named. */
const onlyNamed = ['test/fault', 'test/long', 'test/disclosure', 'test/bench']

/** Every test file below `folder`, in order; below `test` those that run unnamed. */
export function listTests(folder = 'test') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return onlyNamed.includes(path) ? [] : listTests(path)
    return path.endsWith('.test.ts') ? [path] : []
  })
}

/**
 * Returns where the bundles are, in order of `files`, and `remove()`. Throws when a file is not there or does not compile;
 * esbuild has then said why.
 */
export async function bundleTests(files) {
  mkdirSync(shelf, { recursive: true })
  // What a killed run has left.
  for (const name of readdirSync(shelf)) {
    const old = join(shelf, name)
    if (Date.now() - statSync(old).mtimeMs > 24 * 3_600_000) rmSync(old, { recursive: true, force: true })
  }
  const folder = mkdtempSync(join(shelf, 'run-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await build({
      absWorkingDir: root,
      entryPoints: files.map((file) => resolve(root, file)),
      outbase: root,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      splitting: true,
      sourcemap: true,
      logLevel: 'warning',
      plugins: [{ name: 'own places', setup: keepPlaces }],
    })
  } catch (error) {
    remove()
    throw error
  }
  const bundles = files.map((file) =>
    relative(root, join(folder, relative(root, resolve(root, file)))).replace(/\.ts$/, '.mjs'),
  )
  return { bundles, remove }
}

/** A module goes on finding its fixtures, and whatever else lies beside its source. */
function keepPlaces(bundler) {
  bundler.onLoad({ filter: /\.(ts|tsx|mjs)$/ }, ({ path }) => {
    const source = readFileSync(path, 'utf8')
    if (!source.includes('import.meta')) return null
    const places = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href }
    const contents = source.replace(/\bimport\.meta\.(dirname|filename|url)\b/g, (_, name) =>
      JSON.stringify(places[name]),
    )
    return { contents, loader: path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js' }
  })
}

/** The source of a bundle, as people name it: `test/api/visits.test.ts`. */
export const sourceOf = (text) => text.replace(/node_modules\/\.cache\/tests\/run-\w+\/(\S+)\.mjs/g, '$1.ts')
