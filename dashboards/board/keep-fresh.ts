/** Keeps the board of one unit fresh: asked again every few minutes, kept as it was while the server is gone. */
import { signal } from '@preact/signals'
import type { Board } from '../../server/contract/boards.ts'
import { ApiError, at, call, isGone, serverNow } from '../api.ts'
import { applyFonts } from '../fonts.ts'

/** Its month changes once a month; answers, hotline and leader on duty a little more often. */
const everyMs = 5 * 60_000
const againMs = 20_000

export const board = signal<Board | null>(null)
/** `closed`: there is no open board here. `gone`: the server does not answer; what is shown is as of `answeredAt`. */
export const trouble = signal<'closed' | 'gone' | null>(null)
export const answeredAt = signal<number | null>(null)
/** The office's time by the server's clock: the screen's own may be years off. */
export const now = signal(serverNow())

/** Resolves with the first answer, or when it did not come. */
export function startBoard(unitId: string): Promise<void> {
  async function look(): Promise<void> {
    let wait = everyMs
    try {
      const fetched = await call<Board>('GET', `/boards/${at(unitId)}`)
      applyFonts()
      board.value = fetched
      trouble.value = null
      answeredAt.value = serverNow()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      wait = Math.max(againMs, (error.retryAfter ?? 0) * 1000)
      // A refusal to answer so often says nothing about the board; a board that was closed goes at once.
      if (error.code === 'not_found') {
        board.value = null
        trouble.value = 'closed'
      } else if (isGone(error) || error.status >= 429) trouble.value = 'gone'
    }
    now.value = serverNow()
    setTimeout(look, wait)
  }
  setInterval(() => {
    now.value = serverNow()
  }, 5000)
  return look()
}
