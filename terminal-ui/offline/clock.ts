/** The tablet's two clocks: the wall, which may be years off, and the monotonic one of this run of the page. */

/** A jump of the wall clock past the monotonic one while the screen was off: the tablet slept. */
const SLEPT_MS = 60_000
const OFFICE_OFFSET_MS = 7 * 3_600_000

let session = ''
let hiddenAt: { wall: number; mono: number } | null = null

/** Name of this run of the monotonic clock, a UUID. */
export function clockSession(): string {
  session ||= crypto.randomUUID()
  return session
}

/** Monotonic milliseconds of the session. */
export const elapsedMs = (): number => Math.round(performance.now() * 10) / 10

/** An instant as ISO 8601 with the office's offset (UTC+7, no daylight saving), whatever the tablet's own zone. */
export const officeIso = (wall: number): string =>
  new Date(wall + OFFICE_OFFSET_MS).toISOString().replace('Z', '+07:00')

/** True when the wall clock ran ahead of the monotonic one by a sleep's length between two readings. */
export const hasSlept = (before: { wall: number; mono: number }, after: { wall: number; mono: number }): boolean =>
  after.wall - before.wall - (after.mono - before.mono) > SLEPT_MS

/**
 * On Android and Linux `performance.now()` stands still while the device sleeps, so a rating tapped in the evening and
 * sent after a night's sleep would be dated by its sleep too late. The screen going off is seen as `hidden`; a clock
 * that somebody sets while the screen is on is not, and keeps its session, for there the monotonic clock is the right one.
 */
export function watchSleep(): void {
  document.addEventListener('visibilitychange', () => {
    const now = { wall: Date.now(), mono: performance.now() }
    if (document.visibilityState === 'hidden') hiddenAt = now
    else {
      if (hiddenAt && hasSlept(hiddenAt, now)) session = crypto.randomUUID()
      hiddenAt = null
    }
  })
}
