/** What a public board may say: which month it is about, and its figure. Pure. */
import type { BoardMonth } from '../contract/boards.ts'
import { countShown, MIN_FIGURE } from './disclosure.ts'
import { wilson } from './scoring.ts'
import { addDays, firstOfMonth } from './time.ts'

/** A month is closed on this day of the next one: tablets without a network have come back, visits have been typed. */
export const BOARD_DAY = 6

/** The first day of the newest month that is to be on a board on the day `today`. */
export function boardMonth(today: string): string {
  const last = firstOfMonth(addDays(firstOfMonth(today), -1))
  return Number(today.slice(8)) >= BOARD_DAY ? last : firstOfMonth(addDays(last, -1))
}

/** A frozen month. `n` null = too little to be told; nothing below five is told, whoever froze it. */
export function boardFigure(kept: {
  month: string
  closed_on: string
  n: number | null
  satisfied: number | null
  visits: number | null
  set_aside: number | null
}): BoardMonth {
  const { month, closed_on, n, satisfied, visits } = kept
  const set_aside = kept.set_aside === null ? null : countShown(kept.set_aside)
  if (n === null || satisfied === null || (n > 0 && n < MIN_FIGURE)) {
    return { month, closed_on, n: null, set_aside: null, satisfaction: null, visits: null }
  }
  return { month, closed_on, n, set_aside, satisfaction: wilson(satisfied, n), visits }
}
