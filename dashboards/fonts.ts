/**
 * The typeface of the pages. Text waits for it for a moment; when it comes later, the page stays in the machine's own font and
 * the next page changes: a font that replaces another breaks lines again under the reader's eyes.
 */
import { pause } from './pause.ts'

const FONT_TIMEOUT_MS = 1000

let loaded = false
// ắ needs the second file of each weight.
const loading = Promise.all(
  [400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, 'aắ')),
).then(
  () => {
    loaded = true
  },
  () => {},
)

/** Changes to the typeface if it has been loaded; called before anything is drawn, and where another page is drawn anyway. */
export function applyFonts(): void {
  if (loaded) document.documentElement.classList.add('fonts-loaded')
}

/** Resolves when text may be drawn: the typeface is applied, or did not come in time. */
export const fonts: Promise<void> = Promise.race([loading, pause(FONT_TIMEOUT_MS)]).then(applyFonts)
