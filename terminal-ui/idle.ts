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

let timers: ReturnType<typeof setTimeout>[] = []
let ticker: ReturnType<typeof setInterval> | undefined

export function stopIdle(): void {
  for (const timer of timers) clearTimeout(timer)
  timers = []
  clearInterval(ticker)
  secondsLeft.value = null
}

/** Starts the stage's time from now; `onEnd` runs once when it is over. Timers only: a wall clock that is set must not end a visit. */
export function startIdle(stage: Stage, onEnd: () => void): void {
  stopIdle()
  run.value = { stage, number: run.value.number + 1 }
  const warn = () => {
    secondsLeft.value = WARNING_S
    ticker = setInterval(() => {
      if (secondsLeft.value !== null && secondsLeft.value > 1) secondsLeft.value--
    }, 1000)
  }
  const end = () => {
    stopIdle()
    onEnd()
  }
  timers = [setTimeout(warn, IDLE_MS[stage] - WARNING_S * 1000), setTimeout(end, IDLE_MS[stage])]
}
