/** What can be brought in, how, and how much of it; without schemas, so that a page may know it for few bytes. */

/** In the order in which they are applied: later ones refer to earlier ones. */
export const importNouns = ['units', 'counters', 'officers', 'accounts', 'assignments', 'visits', 'dossiers'] as const
export type ImportNoun = (typeof importNouns)[number]
export const tableFormats = ['csv', 'xlsx'] as const
export type TableFormat = (typeof tableFormats)[number]
/** The largest file, in bytes before base64. */
export const MAX_IMPORT_BYTES = 8 * 1_048_576
export const MAX_IMPORT_ROWS = 20_000
export const MAX_IMPORT_COLUMNS = 60
/** Problems told of one file; the rest is only counted. */
export const MAX_TOLD_PROBLEMS = 500
