/** The weekdays of an office, said alike by the tablet and by the public board. */

/** ISO weekdays as runs, in order of the week: [1, 2, 3, 6] → [[1, 3], [6, 6]]. */
export function daySpans(days: readonly number[]): [number, number][] {
  const spans: [number, number][] = []
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
