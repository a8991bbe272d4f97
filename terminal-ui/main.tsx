/** Starts the tablet: a secure address, the one owner of the queue, the store, then the screen; the network comes last. */
import './styles/tokens.css'
import './styles/base.css'
import './styles/attract.css'
import './styles/marks.css'
import './styles/forms.css'
import './styles/plain.css'
import './styles/technician.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { askToPersist, startBackground } from './background.ts'
import { goHome, watchHours, watchRoom } from './home.ts'
import { language, t } from './i18n/messages.ts'
import { hold } from './idle.ts'
import { installManners } from './kiosk.ts'
import { watchSleep } from './offline/clock.ts'
import { isPairLink } from './offline/pairing.ts'
import { Sync } from './offline/sync.ts'
import { openTablet } from './offline/tablet.ts'
import { device, screen, showTrouble } from './state.ts'
import { followUpdates } from './updates.ts'
import { hushBetweenScreens, playing } from './voice.ts'

const REOPEN_MS = 10_000
/** A page that is being replaced lets its lock go within this; a second tab does not. */
const LOCK_PATIENCE_MS = 1500

/** Resolves once this page alone owns the queue; meanwhile a second tab says that it is one. */
function ownQueue(): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => showTrouble('second_tab'), LOCK_PATIENCE_MS)
    void navigator.locks.request('hai-long-queue', () => {
      clearTimeout(late)
      resolve()
      return new Promise(() => {})
    })
  })
}

/** Opens the store, however long it takes to come round, and starts everything on it. */
async function start(): Promise<void> {
  try {
    const tablet = await openTablet()
    device.value = { tablet, sync: new Sync(tablet) }
  } catch {
    showTrouble('not_saved')
    setTimeout(() => void start(), REOPEN_MS)
    return
  }
  goHome()
  // A link with a code also moves a tablet that was paired elsewhere.
  if (isPairLink()) screen.value = 'pair'
  await askToPersist(device.value)
  startBackground(device.value)
}

effect(() => {
  document.documentElement.lang = language.value
  document.title = t('service_name')
})
const root = document.getElementById('app')
if (root) render(<App />, root)
// Nobody is sent away while they listen.
effect(() => hold(playing.value !== null))
hushBetweenScreens()
installManners()
watchHours()
watchRoom()
watchSleep()
if (isSecureContext) {
  void ownQueue().then(start)
  if (import.meta.env.PROD) followUpdates()
} else {
  showTrouble('insecure')
}
