/** Builds the staff pages: code and styles in files of their own (the content policy allows none inline), names by content. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

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
 * Puts early.ts before everything else of the page, as a file of its own: in the entry it would wait for all of it. With it goes
 * the lists of what the pages are made of that it begins, so that they are fetched in the first breath.
 */
function first(): Plugin {
  return {
    name: 'staff-page-first-script',
    transformIndexHtml: {
      order: 'post',
      handler(html, { filename, bundle }) {
        if (!filename.endsWith('index.html') || !bundle) return html
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
        const early = chunks.find(({ name, isEntry }) => isEntry && name === 'early')
        if (!early || early.imports.length > 0) throw new Error('the first script is not what it should be')
        const listFiles = (page: string) => {
          const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/pages/${page}.tsx`))
          if (!chunk) throw new Error(`there is no page ${page}`)
          const files = [chunk.fileName, ...chunk.imports].filter((file) => !html.includes(file))
          return files.map((file) => `/${file}`).join(' ')
        }
        const lists = { me: 'officer', unit: 'unit', commission: 'commission' }
        const data = Object.entries(lists).map(([name, page]) => `data-${name}="${listFiles(page)}"`)
        const script = `<script type="module" crossorigin src="/${early.fileName}" ${data.join(' ')}></script>`
        return html.replace('<script type="module"', () => `${script}\n    <script type="module"`)
      },
    },
  }
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
    // No property of ours or of a library is a getter with side effects; believing it makes the chart 5 kB smaller.
    rolldownOptions: {
      input: Object.fromEntries(
        ['index.html', 'board.html', 'early.ts'].map((file) => [
          file.replace(/\.\w+$/, ''),
          join(import.meta.dirname, file),
        ]),
      ),
      treeshake: { propertyReadSideEffects: false },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
