/** Builds the tablet into one page (with words and drawings in it), one script, one style sheet, four font files, and the service worker that keeps them. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { defineConfig, type Plugin } from 'vite'
import type { PageFile } from './sw/service-worker.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const repository = join(root, '..')

const hash = (...parts: (string | Uint8Array)[]): string => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest('hex')
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
  return `${released}+${hash(...sources.map((file) => readFileSync(file))).slice(0, 12)}`
}

/** What the worker shows a file as, whatever the network said of it. */
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.webmanifest': 'application/manifest+json',
}

/** One entry of the worker's list. Throws for a kind of file it has no type for. */
function entry(url: string, content: string | Uint8Array): PageFile {
  const type = types[extname(url)]
  if (!type) throw new Error(`the service worker knows no type for ${url}`)
  return { url, hash: hash(content), type }
}

/** The worker's own page, with its text in both languages; as one line. */
function repairPage(): string {
  const texts = Object.fromEntries(languages.map((name) => [name, readMessages(name)]))
  return readFileSync(join(root, 'sw/repair.html'), 'utf8')
    .replace(/\{(\w+)\.(\w+)\}/g, (_whole, language: string, key: string) => {
      const text = texts[language]?.[key]
      if (text === undefined) throw new Error(`sw/repair.html: no message ${language}.${key}`)
      return text
    })
    .replace(/\s*\n\s*/g, '')
}

const languages = filesUnder(join(root, 'i18n'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => basename(file, '.json'))
const readMessages = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(root, `i18n/${language}.json`), 'utf8'))

/**
 * Puts the words of every language and all drawings into the page itself: data costs no script, and a page can never
 * come up without its words. The JSON may contain no `<`, which would end the element.
 */
function pageData(): Plugin {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  return {
    name: 'terminal-page-data',
    transformIndexHtml(html) {
      const words = Object.fromEntries(languages.map((name) => [name, readMessages(name)]))
      const drawings = read('components/drawings.svg')
        .replace(/<!--.*?-->/g, '')
        .replace(/\s*\n\s*/g, '')
      const text = JSON.stringify(words).replaceAll('<', '\\u003c')
      const data = `<script type="application/json" id="words">${text}</script>\n    ${drawings}`
      return html.replace('<!--words and drawings-->', () => data)
    },
  }
}

/** Emits `sw.js` with the list of everything the build wrote, each file with its hash. */
function serviceWorker(): Plugin {
  return {
    name: 'terminal-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, output) {
        const built = Object.values(output).map((file) =>
          entry(file.fileName, file.type === 'chunk' ? file.code : file.source),
        )
        const copied = filesUnder(join(root, 'public'))
          .filter((file) => !file.endsWith('.md'))
          .map((file) => entry(relative(join(root, 'public'), file), readFileSync(file)))
        const { outputFiles } = await bundle({
          entryPoints: [join(root, 'sw/service-worker.ts')],
          bundle: true,
          minify: true,
          write: false,
          format: 'iife',
          target: 'chrome110',
          define: {
            'self.__FILES__': JSON.stringify([...built, ...copied]),
            'self.__REPAIR_PAGE__': JSON.stringify(repairPage()),
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
