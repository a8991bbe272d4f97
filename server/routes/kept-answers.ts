/** Answers that are costly and hardly move, kept for a while: an old one is given once more while a new one is made behind it. */
import type { Services } from '../services.ts'

interface Kept {
  made: number
  answer: Promise<unknown>
  renewing: boolean
}

export interface Keeping {
  /** Answers to so many questions. */
  most: number
  /** Younger ones are given as they are. */
  freshMs: number
  /** Older ones are given to nobody. */
  oldestMs: number
}

/** `ask(key, make)`: the kept answer to the question `key`, or what `make` says. */
export function keepAnswers({ log, clock }: Pick<Services, 'log' | 'clock'>, { most, freshMs, oldestMs }: Keeping) {
  const kept = new Map<string, Kept>()

  function renew<T>(key: string, known: Kept, make: () => Promise<T>): void {
    known.renewing = true
    const made = clock.now()
    make().then(
      (value) => kept.set(key, { made, answer: Promise.resolve(value), renewing: false }),
      (error: unknown) => {
        known.renewing = false
        log.warn({ err: error }, 'a kept answer could not be made anew')
      },
    )
  }

  return function ask<T>(key: string, make: () => Promise<T>): Promise<T> {
    const now = clock.now()
    const known = kept.get(key)
    // A clock that was set back makes an answer too old as well.
    const age = Math.abs(now - (known?.made ?? 0))
    if (known && age < oldestMs) {
      if (age > freshMs && !known.renewing) renew(key, known, make)
      return known.answer as Promise<T>
    }
    if (kept.size >= most) kept.delete(kept.keys().next().value ?? '')
    const answer = make()
    kept.set(key, { made: now, answer, renewing: false })
    answer.catch(() => kept.delete(key))
    return answer
  }
}
