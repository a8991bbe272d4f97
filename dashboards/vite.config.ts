/** Builds the staff pages: code and styles in files of their own (the content policy allows none inline), names by content. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as bundle } from 'esbuild'
import { defineConfig, type Plugin, type Rolldown } from 'vite'

/** Puts the Vietnamese words into the page itself. The JSON may contain no `<`, which would end the element. */
function words(): Plugin {
  return {
    name: 'staff-page-words',
    transformIndexHtml(html, { filename }) {
      const all = Object.entries(JSON.parse(readFileSync(join(import.meta.dirname, 'i18n/vi.json'), 'utf8')))
      // The board is read on telephones by people who will see no other page: it carries its own words alone.
      const own = filename.endsWith('board.html') ? all.filter(([key]) => /^(board\.|state\.loading)/.test(key)) : all
      const text = JSON.stringify(Object.fromEntries(own))
      const data = text.replaceAll('<', '\\u003c')
      return html.replace('<!--words-->', () => `<script type="application/json" id="words">${data}</script>`)
    },
  }
}

/**
 * Puts early.ts before everything else of the page: an ordinary script, which runs as soon as it is here, where a module would wait
 * for the styles or for its turn among the others. It shares no file with the pages, so that it is bundled by itself. With it go
 * the lists of what each page is made of, to be fetched in the first breath.
 */
function first(): Plugin {
  let early = ''
  return {
    name: 'staff-page-first-script',
    async generateBundle() {
      const entry = join(import.meta.dirname, 'early.ts')
      const { outputFiles } = await bundle({
        entryPoints: [entry],
        bundle: true,
        minify: true,
        format: 'iife',
        write: false,
      })
      early = this.getFileName(this.emitFile({ type: 'asset', name: 'early.js', source: outputFiles[0]?.text }))
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { filename, bundle: built }) {
        if (!filename.endsWith('index.html') || !built) return html
        const chunks = Object.values(built).filter((file) => file.type === 'chunk')
        /** The page's chunk and all it loads at once, without what this page loads anyway. */
        const listFiles = (chunk: Rolldown.OutputChunk) => {
          const files = new Set([chunk.fileName])
          for (const file of files)
            for (const one of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) files.add(one)
          return [...files]
            .filter((file) => !html.includes(file))
            .map((file) => `/${file}`)
            .join(' ')
        }
        const data = readdirSync(join(import.meta.dirname, 'pages')).flatMap((page) => {
          const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/pages/${page}`))
          // The log-in is part of the start.
          return chunk ? [`data-${page.replace('.tsx', '')}="${listFiles(chunk)}"`] : []
        })
        if (!data.some((list) => list.startsWith('data-unit='))) throw new Error('there is no page of a unit')
        const script = `<script src="/${early}" ${data.join(' ')}></script>`
        return html.replace('<script type="module"', () => `${script}\n    <script type="module"`)
      },
    },
  }
}

/**
 * Few files, for a slow telephone takes ten milliseconds for each, however small: what the board and every staff page start with
 * is one, what staff pages alone start with another, and so for what pages of figures share, with the board and without it. The
 * rest falls as the bundler sees fit. An earlier group keeps its modules from the later ones.
 */
const groups: Rolldown.CodeSplittingGroup[] = [
  groupModules('shared', ['main.tsx', 'board/main.tsx'], 2),
  groupModules('start', ['main.tsx'], 1),
  groupModules('months', ['board/main.tsx', 'pages/unit.tsx'], 2),
  groupModules('figures', ['pages/commission.tsx', 'pages/unit.tsx', 'pages/officer.tsx'], 3),
].map((group, index, all) => ({ ...group, priority: all.length - index }))

/** Modules that belong to at least so many of these beginnings. */
function groupModules(name: string, firsts: string[], least: number): Rolldown.CodeSplittingGroup {
  const paths = firsts.map((first) => join(import.meta.dirname, first))
  return {
    name: (id, context) => (paths.filter((first) => isLoadedBy(first, id, context)).length >= least ? name : null),
    debugName: name,
  }
}

/** Whether a module is loaded at once by the one that begins it, not on demand. */
function isLoadedBy(first: string, id: string, context: Rolldown.ChunkingContext, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const importers = context.getModuleInfo(id)?.importers ?? []
  return importers.some((one) => one === first || isLoadedBy(first, one, context, seen))
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [words(), first()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/dashboards',
    emptyOutDir: true,
    assetsDir: 'assets',
    // A data: address would need a wider policy for fonts and pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    // A property is read for its value, never for what reading it does; believing it makes the chart 5 kB smaller. A signal
    // that an effect is to follow must therefore be used in it: test/unit/dashboards-signals.test.ts.
    rolldownOptions: {
      input: Object.fromEntries(['index', 'board'].map((name) => [name, join(import.meta.dirname, `${name}.html`)])),
      treeshake: { propertyReadSideEffects: false },
      output: { codeSplitting: { groups } },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
