/** The browser half of a build: both apps through Vite, assets of earlier builds carried over, text compressed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { root } from './sources.mjs'

/** Folder of the sources, folder in the build, address it is served at. */
export const apps = [
  { source: 'terminal-ui', target: 'terminal', base: '/terminal/' },
  { source: 'dashboards', target: 'dashboards', base: '/' },
]

/** A tablet that shows last month's page still asks for last month's script: hashed names stay this long. */
const keepAssetsMs = 90 * 24 * 3600 * 1000

/** Builds both apps into `out`; `previous` is the folder of the build in use before, or null. */
export async function buildPages(out, previous) {
  const { build } = await import('vite')
  mkdirSync(join(out, 'manifests'), { recursive: true })
  for (const { source, target, base } of apps) {
    const outDir = join(out, target)
    const { output } = await build({
      root: join(root, source),
      configFile: join(root, source, 'vite.config.ts'),
      base,
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true, reportCompressedSize: false },
    })
    await writeFile(join(out, 'manifests', `${target}.json`), JSON.stringify(describeChunks(output), null, 1))
    await carryOver(target, out, previous)
    await compress(outDir)
  }
}

/** What the size check needs to know: which script loads which; one that was bundled by itself is an entry. Kept beside the pages, so that nobody downloads it. */
function describeChunks(output) {
  return output
    .filter(({ type, fileName }) => type === 'chunk' || fileName.endsWith('.js'))
    .map(({ fileName, isEntry = true, imports = [], dynamicImports = [] }) => ({
      file: fileName,
      is_entry: isEntry,
      imports,
      dynamic_imports: dynamicImports,
    }))
}

/** Copies hashed assets that only earlier builds had; a list remembers when each was last current. */
async function carryOver(target, out, previous) {
  const list = join(out, 'manifests', `${target}-carried.json`)
  const carried = {}
  const from = previous && join(previous, target, 'assets')
  if (from && existsSync(from)) {
    const before = readList(join(previous, 'manifests', `${target}-carried.json`))
    for (const name of readdirSync(from).filter((file) => !/\.(br|gz)$/.test(file))) {
      const lastCurrent = before[name] ?? Date.now()
      const here = join(out, target, 'assets', name)
      if (existsSync(here) || Date.now() - lastCurrent > keepAssetsMs) continue
      mkdirSync(join(out, target, 'assets'), { recursive: true })
      await copyFile(join(from, name), here)
      carried[name] = lastCurrent
    }
  }
  await writeFile(list, JSON.stringify(carried, null, 1))
}

function readList(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

const compressible = /\.(js|css|html|svg|json|webmanifest|txt|map)$/
const brotli = promisify(brotliCompress)
const deflate = promisify(gzip)

/** Writes `.br` and `.gz` beside each text file worth it, so that the server never compresses while people wait. */
async function compress(folder) {
  const jobs = []
  for (const entry of readdirSync(folder, { recursive: true })) {
    const path = join(folder, entry)
    if (!compressible.test(basename(path)) || !statSync(path).isFile() || statSync(path).size < 512) continue
    jobs.push(compressFile(path))
  }
  await Promise.all(jobs)
}

async function compressFile(path) {
  const content = await readFile(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  const [small, older] = await Promise.all([brotli(content, { params }), deflate(content, { level: 9 })])
  await Promise.all([writeFile(`${path}.br`, small), writeFile(`${path}.gz`, older)])
}
