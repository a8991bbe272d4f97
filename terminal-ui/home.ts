/** Back to the first screen, and from there to rest and awake again outside opening hours. */
import { effect, untracked } from '@preact/signals'
import { chosen } from './i18n/messages.ts'
import { isOpen } from './opening-hours.ts'
import { device, panel, screen, shown, showTrouble, trouble } from './state.ts'
import { canSpeak, playing } from './voice.ts'

/** After one to two of these without a touch the first screen is nobody's: its language falls back, and outside opening hours it dims. */
const NOBODY_CHECK_MS = 30_000

/** Monotonic milliseconds at which the first screen became ready. */
let readyAt = 0
let touched = true

/** Milliseconds since the first screen became ready. */
export const dwellMs = (): number => Math.round(performance.now() - readyAt)

let listened = false

/** Whether somebody at the first screen has had something read aloud. */
export const hasListened = (): boolean => listened
export function noteListening(): void {
  listened = true
}

/** The next person finds the unit's own language, whatever the last one chose. */
function forgetPerson(): void {
  const wanted = shown()?.default_language ?? ''
  chosen.value = canSpeak(wanted) ? wanted : 'vi'
  listened = false
}

/** The screen a tablet that nobody uses shows: the question; pairing when it has nothing to show yet; the paper slip when it is full. */
export function goHome(): void {
  const config = shown()
  panel.value = null
  forgetPerson()
  readyAt = performance.now()
  touched = true
  const tablet = device.value?.tablet
  if (!tablet?.pairing.value || !config) screen.value = 'pair'
  else if (tablet.link.value.full) showTrouble('full')
  else screen.value = 'attract'
}

/** Someone touched the dimmed screen: it takes ratings at any hour. */
export function wake(): void {
  if (screen.value === 'rest') goHome()
}

/** Takes no new ratings while there is no room for them, and takes them again as soon as there is. Called once. */
export function watchRoom(): void {
  effect(() => {
    const full = device.value?.tablet.link.value.full
    const waits = (screen.value === 'attract' || screen.value === 'rest') && panel.value === null
    const over = screen.value === 'trouble' && trouble.value === 'full' && panel.value === null
    untracked(() => {
      if ((full && waits && !device.value?.tablet.current.id) || (full === false && over)) goHome()
    })
  })
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
      if (touched || playing.value !== null) touched = false
      else {
        forgetPerson()
        if (!open) screen.value = 'rest'
      }
    }
  }, NOBODY_CHECK_MS)
}
