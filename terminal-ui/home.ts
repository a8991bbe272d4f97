/** Back to the first screen, and from there to rest and awake again outside opening hours. */
import { isLanguage, language } from './i18n/messages.ts'
import { isOpen } from './opening-hours.ts'
import { device, panel, screen, shown } from './state.ts'

/** After one to two of these without a touch the first screen is nobody's: its language falls back, and outside opening hours it dims. */
const NOBODY_CHECK_MS = 30_000

/** Monotonic milliseconds at which the first screen became ready. */
let readyAt = 0
let touched = true

/** Milliseconds since the first screen became ready. */
export const dwellMs = (): number => Math.round(performance.now() - readyAt)

/** The next person finds the unit's own language, whatever the last one chose. */
function resetLanguage(): void {
  const wanted = shown()?.default_language ?? ''
  language.value = isLanguage(wanted) ? wanted : 'vi'
}

/** The screen a tablet that nobody uses shows: the question, or pairing when it has nothing to show yet. */
export function goHome(): void {
  const config = shown()
  panel.value = null
  resetLanguage()
  readyAt = performance.now()
  touched = true
  screen.value = device.value?.tablet.pairing.value && config ? 'attract' : 'pair'
}

/** Someone touched the dimmed screen: it takes ratings at any hour. */
export function wake(): void {
  if (screen.value === 'rest') goHome()
}

/** Dims and wakes by the opening hours; any touch keeps it awake. Called once. */
export function watchHours(): void {
  for (const event of ['pointerdown', 'keydown']) {
    addEventListener(event, () => {
      touched = true
    })
  }
  setInterval(() => {
    const config = shown()
    if (!config) return
    const open = isOpen(config.hours, Date.now())
    if (screen.value === 'rest' && open) goHome()
    else if (screen.value === 'attract' && panel.value === null && !device.value?.tablet.current.id) {
      if (touched) touched = false
      else {
        resetLanguage()
        if (!open) screen.value = 'rest'
      }
    }
  }, NOBODY_CHECK_MS)
}
