/** Builds the staff pages: everything in files of its own (the content policy allows nothing inline), names by content. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
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
    rolldownOptions: { treeshake: { propertyReadSideEffects: false } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
