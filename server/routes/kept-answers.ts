/** Answers that are costly and hardly move, kept for a while: an old one is given once more while a new one is made behind it. */
import type { Log } from '../services.ts'

interface Kept {
  made: number
  answer: Promise<unknown>
  renewing: boolean
}

export interface Keeping {
  log: Log
  /** Answers to so many questions. */
  most: number
  /** Younger ones are given as they are; 0 = nothing is kept. */
  freshMs: number
  /** Older ones are given to nobody. */
  oldestMs: number
}

/** `ask(key, make)`: the kept answer to the question `key`, or what `make` says. */
export function keepAnswers({ log, most, freshMs, oldestMs }: Keeping) {
  const kept = new Map<string, Kept>()

  function renew<T>(key: string, known: Kept, make: () => Promise<T>): void {
    known.renewing = true
    make().then(
      (value) => kept.set(key, { made: performance.now(), answer: Promise.resolve(value), renewing: false }),
      (error: unknown) => {
        known.renewing = false
        log.warn({ err: error }, 'a kept answer could not be made anew')
      },
    )
  }

  return function ask<T>(key: string, make: () => Promise<T>): Promise<T> {
    if (freshMs === 0) return make()
    const now = performance.now()
    const known = kept.get(key)
    if (known && now - known.made < oldestMs) {
      if (now - known.made > freshMs && !known.renewing) renew(key, known, make)
      return known.answer as Promise<T>
    }
    if (kept.size >= most) kept.delete(kept.keys().next().value ?? '')
    const answer = make()
    kept.set(key, { made: now, answer, renewing: false })
    answer.catch(() => kept.delete(key))
    return answer
  }
}
