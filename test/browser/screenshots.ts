/**
 * `npm run screenshots -- [FOLDER]`: pictures of every page of every role and of every tablet screen, taken from the
 * demonstration. They go to ./screenshots; `--keep` puts the best ones also into docs/images, `--tablet` takes the tablet's
 * alone, `--only PATTERN` the staff pages whose names fit. At the end a sheet of all pages is written beside them.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchBrowser, root } from '../support/browser.ts'
import { startDemo } from '../support/demo-process.ts'
import { openCamera } from './camera.ts'
import { photographStaff } from './staff-pictures.ts'
import { photographTablet } from './tablet-pictures.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'boolean' }, tablet: { type: 'boolean' }, only: { type: 'string' } },
})
const folder = positionals[0] ?? join(root, 'screenshots')
const kept = values.keep ? join(root, 'docs', 'images') : null

/** A page that shows all pictures side by side, to be looked through in a browser. */
function writeSheet(): void {
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'))
  const figures = pictures.map(
    (name) =>
      `<figure><a href="${name}"><img src="${name}" loading="lazy" alt=""></a><figcaption>${name}</figcaption></figure>`,
  )
  const style =
    'body{display:flex;flex-wrap:wrap;gap:16px;font:13px sans-serif}img{max-width:420px;border:1px solid #999}'
  writeFileSync(join(folder, 'index.html'), `<meta charset="utf-8"><style>${style}</style>${figures.join('\n')}`)
}

const endings: (() => unknown)[] = []
const t = { teardown: (work: () => unknown) => endings.unshift(work) }
mkdirSync(folder, { recursive: true })
if (kept) mkdirSync(kept, { recursive: true })
try {
  // The card of schedules has its form only where mail can be sent; nobody answers there.
  const demo = await startDemo(t, { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'hai-long@bdv.example' })
  const browser = await launchBrowser(t)
  // Staff first: the tablets' clocks are moved about, and pages would speak of that.
  if (!values.tablet) await photographStaff(t, browser, demo, openCamera(folder, kept, values.only))
  if (!values.only) await photographTablet(browser, demo, folder, kept)
  writeSheet()
  console.log(`Pictures are in ${folder}${kept ? `, the best of them in ${kept}` : ''}`)
} finally {
  for (const ending of endings) await ending()
}
