import { cut, MAX_TEXT_UNITS, normalise } from '../contract/text.ts'

/**
 * Text that others wrote, as one line of at most so many characters: nothing in it can end a header or a line of the log, and
 * nothing that a document's XML has no place for stays (a name pasted out of Word may hold a vertical tab).
 */
export const oneLine = (text: string, most: number): string =>
  Array.from(
    normalise(
      cut(text, MAX_TEXT_UNITS)
        // Nobody sees them, so they part no word (a soft hyphen).
        .replaceAll(/\p{Cf}+/gu, '')
        .replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]+/gu, ' '),
    ).trim(),
  )
    .slice(0, most)
    .join('')
