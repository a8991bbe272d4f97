/** Start of the staff pages: styles, letters, language, theme, then the first page. */
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
import { render } from 'preact'
import { App } from './app.tsx'
import { loadMessages, startLanguage } from './i18n/index.tsx'
import { startLive } from './live.ts'
import { pause } from './pause.ts'
import { startTheme, storedLanguage } from './preferences.ts'
import { startRouter } from './router.ts'
import { startWaiting } from './waiting.ts'

startTheme()
// Without the English words the pages open in Vietnamese rather than not at all.
await loadMessages(storedLanguage()).catch(() => undefined)
startLanguage()
startRouter()
startLive()
startWaiting()
// What was read so far is one task, what is drawn now another.
await pause()
const root = document.getElementById('app')
if (root) render(<App />, root)
