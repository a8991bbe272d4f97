/** Whose rating it is: the officer assigned to the counter at the rating's corrected moment. */

/** One assignment. Half-open: the officer serves from `starts` up to but without `ends` (epoch ms); null = until changed. */
export type Span = { counter_id: number; officer_id: number; starts: number; ends: number | null }

/** The spans of each counter, sorted by `starts`. */
export type Spans = ReadonlyMap<number, readonly Span[]>

/** Sorts assignments for `attributeRating`. Two at one counter at once cannot be: the database excludes them. */
export function arrangeSpans(spans: Iterable<Span>): Spans {
  const byCounter = new Map<number, Span[]>()
  for (const span of spans) {
    const own = byCounter.get(span.counter_id)
    if (own) own.push(span)
    else byCounter.set(span.counter_id, [span])
  }
  for (const own of byCounter.values()) own.sort((a, b) => a.starts - b.starts)
  return byCounter
}

/** The officer at `counter_id` at `at` (epoch ms); null when nobody was assigned. Binary search: a counter gathers years of shifts. */
export function attributeRating(counter_id: number, at: number, spans: Spans): number | null {
  const own = spans.get(counter_id) ?? []
  let low = 0
  let high = own.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((own[middle]?.starts ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1
    else high = middle
  }
  const span = own[low - 1]
  return span && (span.ends === null || at < span.ends) ? span.officer_id : null
}
