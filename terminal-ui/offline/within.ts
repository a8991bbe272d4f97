/** Patience: a promise that is not kept in time counts as broken. */

export class Stalled extends Error {}

/** `promise`, or `Stalled` after `ms`. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stalled(`no answer in ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, stalled])
  } finally {
    clearTimeout(timer)
  }
}

const BROWSER_MS = 3000

/** What the browser says of itself; null where it does not know the question, refuses, or never answers. */
export const browserSays = <T>(answer: Promise<T> | undefined): Promise<T | null> =>
  answer ? within(BROWSER_MS, answer).catch(() => null) : Promise.resolve(null)
