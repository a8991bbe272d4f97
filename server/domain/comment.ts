/** What a citizen wrote, made safe to store, count and show, without changing a word of it. */
import { normalise } from '../contract/text.ts'

/** U+202A–202E, U+2066–2069, U+200E, U+200F, U+061C turn the direction of text around; U+206A–206F are their deprecated kin. */
const BIDI = /[\u202A-\u202E\u2066-\u206F\u200E\u200F\u061C]/gu
/** Invisible and never needed in a remark. The joiners U+200C and U+200D stay: some scripts and all family emoji need them. */
const INVISIBLE = /[\u200B\u2060\uFEFF]/gu

/**
 * A remark as it is validated, hashed and stored: lone surrogates become U+FFFD (PostgreSQL and UTF-8 have no place for
 * them), line ends become \n, tabs become spaces, all other control characters (NUL too), bidi controls, invisible
 * spaces and non-characters go, then NFC, then trimmed. Marks beyond the thirtieth on one letter go too: refused, they
 * would cost the rating. Applying it twice changes nothing. An empty result means that nothing was said.
 * A caller refuses a text of more than `MAX_TEXT_UNITS` before: the rest of it would be lost.
 */
export function normaliseComment(raw: string): string {
  const kept = raw
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(/\t/gu, ' ')
    .replace(/(?!\n)[\p{Control}\p{Noncharacter_Code_Point}]/gu, '')
    .replace(BIDI, '')
    .replace(INVISIBLE, '')
  // After the removals: what stood between a letter and its tone mark is gone, so the two can join.
  return normalise(kept).trim()
}

/** Length in Unicode code points, the unit of the limit `MAX_COMMENT`. */
export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
