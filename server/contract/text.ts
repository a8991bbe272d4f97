/**
 * Text that arrives: bounded before it is normalised, and which characters it may not hold. Everything that normalises
 * does it here, on the server and in browsers, so a tablet and the server agree about every text.
 */

/**
 * UTF-16 units that are normalised at most. No remark of 1,000 code points has more in any form (six for one code point of
 * NFC), and no other text of the contract: 2,000 code points are 4,000 units.
 */
export const MAX_TEXT_UNITS = 6_000
/**
 * Combining marks in a row. `String.prototype.normalize` sorts a run in the square of its length: 400,000 marks took 46 s.
 * 30 is the bound of UAX #15 for text that is handled as a stream; no language needs a third of it.
 */
export const MAX_MARKS = 30

// U+FF9E and U+FF9F are letters that NFKC and NFKD turn into marks.
const MARK = '[\\p{M}\\uFF9E\\uFF9F]'
// With the lookbehind only the first mark of a run is tried as a beginning, and without a `+` there is no step of millions
// of marks to go back to: this one reads texts of any length. Pure: the tablet's bundle leaves out what it does not use.
const longRun = /* @__PURE__ */ new RegExp(`(?<!${MARK})${MARK}{${MAX_MARKS + 1}}`, 'u')
const longRuns = new RegExp(`(${MARK}{${MAX_MARKS}})${MARK}+`, 'gu')

// Controls but tab and line ends, bidi overrides and isolates, half a surrogate pair, and what is no character at all.
const UNFIT =
  '[\\0-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\u202A-\\u202E\\u2066-\\u2069\\p{Surrogate}\\p{Noncharacter_Code_Point}]'
const unfit = /* @__PURE__ */ new RegExp(UNFIT, 'u')
// Files in base64 have megabytes: the one-class pattern takes a fifth of the time of the others.
const isPlain = /^[ -~]*$/

/** Whether a letter has more than `MAX_MARKS` marks. */
export const isOverloaded = (text: string): boolean => longRun.test(text)

/** Whether a text of staff may be stored: none of the characters above, and no letter with too many marks. */
export const isFit = (text: string): boolean => isPlain.test(text) || !(unfit.test(text) || isOverloaded(text))

/** At most `units` UTF-16 units of the text, without half a character at the end. */
export const cut = (text: string, units: number): string => text.slice(0, units).replace(/[\uD800-\uDBFF]$/, '')

/**
 * The text in a normal form, at a cost in proportion to its length: no more than `MAX_TEXT_UNITS` of it, and of each run of
 * marks the first `MAX_MARKS`. A caller that refuses longer text looks at its length first. Twice is the same as once.
 */
export function normalise(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' = 'NFC'): string {
  const bounded = cut(text, MAX_TEXT_UNITS).replace(longRuns, '$1')
  // A few marks become two or three.
  return bounded.normalize(form).replace(longRuns, '$1')
}
