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

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [words()],
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
      input: { index: join(import.meta.dirname, 'index.html'), board: join(import.meta.dirname, 'board.html') },
      treeshake: { propertyReadSideEffects: false },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
