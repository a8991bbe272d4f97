/** What one visit's rating may become before it is sealed: pure rules, no store and no screen. */
import type { Mark, Rating } from '../../server/contract/ratings.ts'
import { normalise } from '../../server/contract/text.ts'

/** Unicode code points of a remark; the server refuses more. */
export const MAX_REMARK = 1000

/** A rating as the screens know it: device epoch and sequence are given by the store at the first tap. */
export type Draft = Omit<Rating, 'device_epoch' | 'sequence' | 'marks'> & { marks: Mark[] }
export type Level = 1 | 2 | 3 | 4 | 5

export interface FirstTap {
  id: string
  level: Level
  language: string
  rated_at: string
  terminal_id: string
  catalogue: string
  voice_used: boolean
  dwell_ms: number
  clock_session: string
  elapsed_ms: number
}

/** The record of the first tap: the face alone. */
export const firstTap = (tap: FirstTap): Draft => ({ ...tap, scale: 'faces5', marks: [], shown: 'face' })

/** Levels 4 and 5 are asked what was good, 1 to 3 what should be better. */
export const listOf = (level: Level): 'good' | 'better' => (level >= 4 ? 'good' : 'better')

/**
 * The marks after a touch on one tile. A commitment stands in a rating once: touching its tile in the other list moves
 * the mark there, touching the same tile takes it away.
 */
export function toggleMark(marks: Mark[], commitment: string, kept: boolean): Mark[] {
  const others = marks.filter((mark) => mark.commitment !== commitment)
  const was = marks.find((mark) => mark.commitment === commitment)
  return was?.kept === kept ? others : [...others, { commitment, kept }]
}

/** Marks of the list that is not on the screen, or is. */
export const countMarks = (marks: Mark[], kept: boolean, among: ReadonlySet<string>): number =>
  marks.filter((mark) => mark.kept === kept && among.has(mark.commitment)).length

/** Length as the contract counts it: code points after NFC, as the server will see them. */
export const codePoints = (text: string): number => [...normalise(text)].length

/** The first `limit` code points of `text` in NFC. */
export const clip = (text: string, limit: number): string => [...normalise(text)].slice(0, limit).join('')

/** One remark out of what was written on the remark screen and on the serious-matters card; null = nothing was written. */
export function joinRemarks(texts: string[]): string | null {
  const written = texts.map((text) => text.trim()).filter(Boolean)
  return written.length ? clip(written.join('\n\n'), MAX_REMARK) : null
}
