/** The page that may follow a log-in. Pure, because a mistake here sends people to a stranger's log-in page. */

/**
 * An address of this site, or null: `//elsewhere`, `https:` and a backslash (which browsers read as a slash) lead nowhere,
 * and log-in and set-up do not lead to themselves. Control characters are refused, for browsers drop some of them.
 */
export function safeNext(next: string | null): string | null {
  if (!next?.startsWith('/') || next.startsWith('//')) return null
  for (const character of next) if (character === '\\' || character < ' ') return null
  return /^\/(login|setup)\b/.test(next) ? null : next
}
