/** New versions of the page: looked for every ten minutes, switched to only on a screen with nothing half-done. */
import { effect, signal } from '@preact/signals'
import { device, panel, screen } from './state.ts'

/** Also how long an update waits that a log-in page or a half deployed release made fail. */
const LOOK_MS = 600_000

/** The worker of a newer version, waiting or already in charge. */
let newer: ServiceWorker | null = null
/** Counts its changes of state. */
const changes = signal(0)
const note = () => {
  changes.value++
}

const nothingHalfDone = () =>
  (screen.value === 'attract' || screen.value === 'rest') && panel.value === null && !device.value?.tablet.current.id

const WORKER = '/terminal/sw.js'

/** The one address of a script that the page names itself; the policy of `trusted-types` knows no other. */
function workerUrl(): string {
  const { trustedTypes } = window as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(text: string): string } }
  }
  return trustedTypes?.createPolicy('hai-long', { createScriptURL: () => WORKER }).createScriptURL(WORKER) ?? WORKER
}

/** Registers the service worker and follows its updates. Without one (an old browser, a full disk) the page works on. */
export function followUpdates(): void {
  if (!('serviceWorker' in navigator)) return
  const url = workerUrl()
  const look = async () => {
    // Registered again each time: a first worker whose files did not all arrive is forgotten by the browser.
    const registration = await navigator.serviceWorker.register(url, { updateViaCache: 'none' })
    const find = () => {
      // Only an update counts; the very first worker becomes active by itself.
      if (!registration.active) return
      newer = registration.installing ?? registration.waiting ?? newer
      if (newer) newer.onstatechange = note
      note()
    }
    registration.onupdatefound = find
    find()
    await registration.update()
  }
  const lookAgain = () => void look().catch(() => {})
  effect(() => {
    if (!changes.value || !nothingHalfDone()) return
    if (newer?.state === 'installed') newer.postMessage('activate')
    if (newer?.state === 'activated') location.reload()
  })
  lookAgain()
  addEventListener('online', lookAgain)
  setInterval(lookAgain, LOOK_MS)
}
