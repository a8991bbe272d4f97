/** What dashboards/early.ts asked before any other code was there, each answer taken up once. */

export interface Answer {
  response: Response
  text: string
}
/** By path. */
export type EarlyAnswers = Map<string, { answer: Promise<Answer>; control: AbortController; asked: number }>

const early = (globalThis as { early?: EarlyAnswers }).early
/** Later a page may have been left and come back to, and would be shown what was true before. */
const FOR_MS = 10_000

/** The answer on its way to a question of this path; null when nobody asked, or too long ago. */
export function takeEarly(path: string, asker: AbortSignal): Promise<Answer> | null {
  const found = early?.get(path)
  early?.delete(path)
  if (!found) return null
  const stop = () => found.control.abort()
  if (asker.aborted || performance.now() - found.asked > FOR_MS) {
    stop()
    return null
  }
  asker.addEventListener('abort', stop)
  return found.answer
}

export const forgetEarly = (): void => early?.clear()
