/** `npm run check:sizes`: what a tablet and a first visit of the staff pages download, brotli, against their budgets. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { ensureBuilt } from './build.mjs'

/** Budgets in bytes; 1 kB = 1,000 bytes. */
const budgets = [
  { name: 'tablet, all scripts', limit: 25_500, list: (built) => listScripts(built, 'terminal', true) },
  { name: 'tablet, service worker', limit: 7_000, list: () => ['terminal/sw.js'] },
  // Data moved out of the scripts still has to be fetched once, over a village's line.
  { name: 'tablet, everything it keeps: page, fonts, voices', limit: 250_000, list: (built) => listKept(built) },
  {
    name: 'staff pages, before the page is known',
    limit: 40_000,
    list: (built) => listScripts(built, 'dashboards', false),
  },
  // The words of the language stand in it, and not in the scripts: an address that is opened for the first time fetches both.
  { name: 'staff pages, the page itself with its words', limit: 32_000, list: () => ['dashboards/index.html'] },
  {
    name: 'public board, everything but its letters',
    limit: 30_000,
    list: (built) => [...listScripts(built, 'dashboards', false, undefined, 'board'), 'dashboards/board.html'],
  },
]
/** All that a first visit of one staff page fetches in Vietnamese: the entry, the page's own chunk, the drawing code. */
const pageLimit = 90_000

/** Measures every budget and each staff page; returns `{name, limit, size, files}` each. */
export async function measureSizes() {
  const built = ensureBuilt()
  return [...budgets, ...listPages(built)].map(({ name, limit, list }) => {
    const files = list(built)
    const size = files.reduce((sum, file) => sum + compressedSize(join(built, file)), 0)
    return { name, limit, size, files }
  })
}

const readChunks = (built, app) => JSON.parse(readFileSync(join(built, 'manifests', `${app}.json`), 'utf8'))

/** The tablet has one entry, the staff pages two: themselves, and the public board beside them. */
const isEntry = (name) => (chunk) => chunk.is_entry && chunk.file.split('/').at(-1).startsWith(`${name}-`)

/** A budget for every page the entry loads on demand. */
function listPages(built) {
  const pages = listOnDemand(readChunks(built, 'dashboards'), isEntry('index')).filter((file) => !aside.test(file))
  if (pages.length < 15) throw new Error('the staff pages are hardly any')
  return pages.map((page) => ({
    name: `staff pages, first view of ${page.replace(/^assets\/|-[\w-]{8}\.js$/g, '')}`,
    limit: pageLimit,
    list: () => listScripts(built, 'dashboards', false, page),
  }))
}

/** Fetched by those who ask for them: the other language, the choice of a period, the forms for a matter and about an episode. */
const aside = /^assets\/(en|period-panel|matter-form|proposal-forms)-/

/** What the entries and the files they load at once may ask for later. */
function listOnDemand(chunks, isOneOf) {
  const atOnce = new Set(chunks.filter(isOneOf).map(({ file }) => file))
  for (const file of atOnce) for (const one of chunks.find((chunk) => chunk.file === file).imports) atOnce.add(one)
  return [...new Set(chunks.filter(({ file }) => atOnce.has(file)).flatMap((chunk) => chunk.dynamic_imports))]
}

/**
 * The entry's script and all it loads at once; with `later`, also what it loads on demand. With a `page`, that page's chunk and
 * everything any of these may ask for later, other pages and the other language left out.
 */
function listScripts(built, app, later, page, entry = 'index') {
  const chunks = readChunks(built, app)
  const byFile = new Map(chunks.map((chunk) => [chunk.file, chunk]))
  // Every staff page begins with a small script beside its entry.
  const isOneOf = (chunk) => isEntry(entry)(chunk) || (entry === 'index' && isEntry('early')(chunk))
  const wanted = chunks.filter(isOneOf).map((chunk) => chunk.file)
  if (wanted.length === 0) throw new Error(`the build of ${app} has no entry`)
  if (page) wanted.push(page)
  const others = new Set(chunks.map(({ file }) => file).filter((file) => aside.test(file)))
  for (const file of listOnDemand(chunks, isOneOf)) others.add(file)
  const seen = new Set()
  for (let file = wanted.pop(); file; file = wanted.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    const { imports, dynamic_imports } = byFile.get(file)
    const onDemand = page ? dynamic_imports.filter((chunk) => !others.has(chunk)) : later ? dynamic_imports : []
    wanted.push(...imports, ...onDemand)
  }
  return [...seen].map((file) => `${app}/${file}`)
}

/** What the service worker fetches, and itself. */
function listKept(built) {
  const code = readFileSync(join(built, 'terminal/sw.js'), 'utf8')
  const urls = [...code.matchAll(/"?url"?:"([^"]+)","?hash"?:/g)].map(([, url]) => `terminal/${url}`)
  if (urls.length < 10) throw new Error('the service worker lists hardly anything')
  return ['terminal/sw.js', ...urls]
}

/** The file as it travels: the build's own .br beside it, made now for files too small to have one. */
function compressedSize(path) {
  const ready = statSync(`${path}.br`, { throwIfNoEntry: false })
  return ready ? ready.size : brotliCompressSync(readFileSync(path)).length
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, limit, size, files } of await measureSizes()) {
    console.log(`${size <= limit ? 'ok    ' : 'FAILED'}  ${name}: ${size} of ${limit} bytes (${files.length} files)`)
    if (size > limit) process.exitCode = 1
  }
}
