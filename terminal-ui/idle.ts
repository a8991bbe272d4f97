/** The clock of a visit: what nobody touches any more ends by itself, with a warning in the last fifteen seconds. */
import { signal } from '@preact/signals'

/** How long each stage of a visit waits for a touch, in milliseconds. */
export const IDLE_MS = { face: 30_000, tiles: 45_000, remark: 90_000 }
export type Stage = keyof typeof IDLE_MS
export const WARNING_S = 15

/** Seconds left while the warning shows; null before. */
export const secondsLeft = signal<number | null>(null)
/** The stage whose line runs, and how often it was started: a new number starts the line anew. */
export const run = signal<{ stage: Stage; number: number }>({ stage: 'face', number: 0 })
/** True while the clock stands still, because the tablet speaks. */
export const still = signal(false)

let left = 0
/** Monotonic milliseconds at which `left` was true; a wall clock that is set must not end a visit. */
let since = 0
let onEnd: (() => void) | null = null
let timer: ReturnType<typeof setTimeout> | undefined

function arm(): void {
  since = performance.now()
  const warning = WARNING_S * 1000
  secondsLeft.value = left > warning ? null : Math.ceil(left / 1000)
  timer = setTimeout(tick, left > warning ? left - warning : left % 1000 || 1000)
}

function tick(): void {
  left -= performance.now() - since
  // A timer may come a little early by the other clock.
  if (left > 10) {
    arm()
    return
  }
  const end = onEnd
  stopIdle()
  end?.()
}

export function stopIdle(): void {
  clearTimeout(timer)
  onEnd = null
  secondsLeft.value = null
}

/** Starts the stage's time from now; `end` runs once when it is over. */
export function startIdle(stage: Stage, end: () => void): void {
  stopIdle()
  run.value = { stage, number: run.value.number + 1 }
  left = IDLE_MS[stage]
  onEnd = end
  if (!still.value) arm()
}

/** Stops the clock where it is, or lets it go on from there. */
export function hold(wanted: boolean): void {
  if (wanted === still.value) return
  still.value = wanted
  if (!onEnd) return
  clearTimeout(timer)
  if (wanted) left -= performance.now() - since
  else arm()
}
