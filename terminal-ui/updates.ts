/** New versions of the page: fetched hourly, switched to only on the first screen with nothing half-done. */
import { effect, signal } from '@preact/signals'
import { device, panel, screen } from './state.ts'

const LOOK_MS = 3_600_000

const waiting = signal<ServiceWorker | null>(null)

const nothingHalfDone = () =>
  (screen.value === 'attract' || screen.value === 'rest') && panel.value === null && !device.value?.tablet.current.id

function watch(worker: ServiceWorker | null, registration: ServiceWorkerRegistration): void {
  worker?.addEventListener('statechange', () => {
    // Only an update waits; the very first worker becomes active by itself.
    if (worker.state === 'installed' && registration.active) waiting.value = worker
    if (worker.state === 'activated' && waiting.value === worker) location.reload()
  })
}

const WORKER = '/terminal/sw.js'

/** The one address of a script that the page names itself; the policy of `trusted-types` knows no other. */
function workerUrl(): string {
  const { trustedTypes } = window as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(text: string): string } }
  }
  return trustedTypes?.createPolicy('hai-long', { createScriptURL: () => WORKER }).createScriptURL(WORKER) ?? WORKER
}

/** Registers the service worker and follows its updates. Without one (an old browser, a full disk) the page works on. */
export async function followUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.register(workerUrl(), { updateViaCache: 'none' }).catch(() => null)
  if (!registration) return
  registration.addEventListener('updatefound', () => watch(registration.installing, registration))
  watch(registration.waiting, registration)
  if (registration.active) waiting.value = registration.waiting
  effect(() => {
    if (waiting.value && nothingHalfDone()) waiting.value.postMessage('activate')
  })
  setInterval(() => registration.update().catch(() => {}), LOOK_MS)
}
