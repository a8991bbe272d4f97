/** Start of the staff pages: styles, fonts, language, theme, then the first page. */
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/charts.css'
import './styles/tables.css'
import './styles/forms.css'
import './styles/pages.css'
import './styles/fleet.css'
import './styles/imports.css'
import './styles/cases.css'
import './styles/forced-colors.css'
import { computed, effect } from '@preact/signals'
import { render } from 'preact'
import { App, begin } from './app.tsx'
import { applyFonts, fonts } from './fonts.ts'
import { loadMessages, startLanguage } from './i18n/index.tsx'
import { startKeepingFocus } from './keep-focus.ts'
import { startLive } from './live.ts'
import { pause } from './pause.ts'
import { startTheme, storedLanguage } from './preferences.ts'
import { route, startRouter } from './router.ts'
import { startWaiting } from './waiting.ts'

/** Whoever waits longer for the server sees at least that it is waited for. */
const PATIENCE_MS = 1000

startTheme()
// Without the English words the pages open in Vietnamese rather than not at all.
await loadMessages(storedLanguage()).catch(() => undefined)
startLanguage()
startRouter()
const path = computed(() => route.value.path)
effect(() => {
  if (path.value) applyFonts()
})
startLive()
startWaiting()
startKeepingFocus()
// Until the reader is known there is nothing to draw that does not stand there already. What was read so far is one task, what
// is drawn now another.
await Promise.race([begin().catch(reportError), pause(PATIENCE_MS)])
await fonts
await pause()
const root = document.getElementById('app')
if (root) render(<App />, root)
