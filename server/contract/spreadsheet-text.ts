/** Texts for cells of spreadsheets, wherever a table is written: by the server, or by a page that saves one. */

/**
 * What Excel, Calc and Sheets take for a formula or for the start of a command: also in full width, and behind blanks,
 * controls and invisible characters that some of them cut off first.
 */
const START = /^'*(?:[\t\r\n]|[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*[=+\-@|＝＋－＠﹦﹢﹣﹫])/u

/**
 * Such a text gets an apostrophe in front. So does what has apostrophes before such a start, so that reading it back takes
 * away exactly the one that was put there.
 */
export const safeText = (text: string): string => (START.test(text) ? `'${text}` : text)

/** What `safeText` was given. */
export const readSafeText = (text: string): string =>
  text.startsWith("'") && START.test(text.slice(1)) ? text.slice(1) : text
