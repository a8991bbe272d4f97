/** Start of the public board: no log-in, no router, nothing of the staff pages; it may hang on a wall for months. */
import '../styles/fonts.css'
import '../styles/tokens.css'
import './board.css'
import { render } from 'preact'
import { loadMessages, startLanguage } from '../i18n/index.tsx'
import { letters } from '../letters.ts'
import { storedLanguage } from '../preferences.ts'
import { BoardPage } from './board-page.tsx'
import { startBoard } from './keep-fresh.ts'

// A link may name the language; else the reader's own choice, else Vietnamese.
const asked = new URLSearchParams(location.search).get('lang')
await loadMessages(asked === 'en' || asked === 'vi' ? asked : storedLanguage()).catch(() => undefined)
startLanguage()
const [, unitId = ''] = location.pathname.split('/').filter(Boolean)
startBoard(unitId)
await letters
const root = document.getElementById('app')
if (root) render(<BoardPage />, root)
