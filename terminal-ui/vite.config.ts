/** Builds the tablet into one page (with words and drawings in it), one script, one style sheet, four font files, and the service worker that keeps them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { defineConfig, type Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
const repository = join(root, '..')

const hash = (...parts: (string | Uint8Array)[]): string => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest('hex').slice(0, 12)
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** `<package version>+<hash of the sources>`: what a rejected record was refused by, and what the fleet page shows. */
function version(): string {
  const { version: released } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    version: string
  }
  const sources = [...filesUnder(root), ...filesUnder(join(repository, 'server/contract'))]
  return `${released}+${hash(...sources.map((file) => readFileSync(file)))}`
}

interface Entry {
  url: string
  /** Null where the name itself carries the hash. */
  revision: string | null
}

/**
 * Puts the words of every language and all drawings into the page itself: data costs no script, and a page can never
 * come up without its words. The JSON may contain no `<`, which would end the element.
 */
function pageData(): Plugin {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  return {
    name: 'terminal-page-data',
    transformIndexHtml(html) {
      const languages = filesUnder(join(root, 'i18n')).filter((file) => file.endsWith('.json'))
      const words = Object.fromEntries(
        languages.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8'))]),
      )
      const drawings = read('components/drawings.svg')
        .replace(/<!--.*?-->/g, '')
        .replace(/\s*\n\s*/g, '')
      const text = JSON.stringify(words).replaceAll('<', '\\u003c')
      const data = `<script type="application/json" id="words">${text}</script>\n    ${drawings}`
      return html.replace('<!--words and drawings-->', () => data)
    },
  }
}

/** Emits `sw.js` with the list of everything the build wrote. */
function serviceWorker(): Plugin {
  return {
    name: 'terminal-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, output) {
        const built: Entry[] = Object.values(output).map((file) => {
          const content = file.type === 'chunk' ? file.code : file.source
          return { url: file.fileName, revision: file.fileName.startsWith('assets/') ? null : hash(content) }
        })
        const copied: Entry[] = filesUnder(join(root, 'public'))
          .filter((file) => !file.endsWith('.md'))
          .map((file) => ({
            url: file.slice(join(root, 'public').length + 1),
            revision: hash(readFileSync(file)),
          }))
        const { outputFiles } = await bundle({
          entryPoints: [join(root, 'sw/service-worker.ts')],
          bundle: true,
          minify: true,
          write: false,
          format: 'iife',
          target: 'chrome110',
          define: {
            'self.__WB_MANIFEST': JSON.stringify([...built, ...copied]),
            // Workbox logs to the console outside production.
            'process.env.NODE_ENV': '"production"',
          },
        })
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: outputFiles[0]?.text ?? '' })
        // For the server, which tells old tablets from new ones; no tablet needs it, so it is not in the list above.
        this.emitFile({ type: 'asset', fileName: 'version.json', source: JSON.stringify({ version: version() }) })
      },
    },
  }
}

export default defineConfig({
  root,
  base: '/terminal/',
  define: { __TABLET_VERSION__: JSON.stringify(version()) },
  plugins: [pageData(), serviceWorker()],
  build: {
    outDir: join(repository, 'dist/terminal'),
    emptyOutDir: true,
    target: 'chrome110',
    // Half a kilobyte less than esbuild's own: room in a budget that is nearly full.
    minify: 'terser',
    terserOptions: { ecma: 2020, module: true, compress: { passes: 2 }, mangle: { toplevel: true } },
    rolldownOptions: { checks: { pluginTimings: false } },
    // One script and one style sheet: a kiosk that loads a chunk later may find it gone after an update.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
