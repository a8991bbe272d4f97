/** Texts for cells of spreadsheets. */

/**
 * What Excel, Calc and Sheets take for a formula, or for the start of a command, is made a text by an apostrophe. So is
 * what has apostrophes before such a start, so that reading it back takes away exactly the one that was put there.
 */
export function safeText(text: string): string {
  return /^'*[=+\-@\t\r\n|]/.test(text) ? `'${text}` : text
}
