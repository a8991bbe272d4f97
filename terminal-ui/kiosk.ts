/** A tablet on a stand is no browser: no menus, no selection, no way back, no screen going off. */

let lock: WakeLockSentinel | undefined

/** Keeps the screen on while the page is visible; the system takes the lock away when it is hidden or the battery low. Best effort. */
async function keepAwake(): Promise<void> {
  if (document.visibilityState !== 'visible' || lock?.released === false) return
  lock = await navigator.wakeLock?.request('screen').catch(() => undefined)
}

/** Installs the manners once. */
export function installManners(): void {
  addEventListener('contextmenu', (event) => event.preventDefault())
  addEventListener('dragstart', (event) => event.preventDefault())
  // Chromium ignores user-scalable=no for accessibility; a pinch on a kiosk would only lose the next person.
  document.addEventListener('touchmove', (event) => event.touches.length > 1 && event.preventDefault(), {
    passive: false,
  })
  // The back gesture lands on this extra entry, which is put back at once.
  history.pushState(null, '')
  addEventListener('popstate', () => history.pushState(null, ''))
  for (const event of ['visibilitychange', 'pointerup']) document.addEventListener(event, keepAwake)
  void keepAwake()
}
