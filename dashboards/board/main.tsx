/** Start of the public board: no log-in, no router, nothing of the staff pages; it may hang on a wall for months. */
import '../styles/fonts.css'
import '../styles/tokens.css'
import './board.css'
import { render } from 'preact'
import { fonts } from '../fonts.ts'
import { loadMessages, startLanguage } from '../i18n/index.tsx'
import { pause } from '../pause.ts'
import { storedLanguage } from '../preferences.ts'
import { BoardPage } from './board-page.tsx'
import { startBoard } from './keep-fresh.ts'

const ANSWER_TIMEOUT_MS = 1000

// A link may name the language; else the reader's own choice, else Vietnamese.
const asked = new URLSearchParams(location.search).get('lang')
await loadMessages(asked === 'en' || asked === 'vi' ? asked : storedLanguage()).catch(() => undefined)
startLanguage()
const [, unitId = ''] = location.pathname.split('/').filter(Boolean)
// Drawn once with all that it shows; a slow server is at least said to be waited for.
await Promise.all([fonts, Promise.race([startBoard(unitId), pause(ANSWER_TIMEOUT_MS)])])
const root = document.getElementById('app')
if (root) render(<BoardPage />, root)
