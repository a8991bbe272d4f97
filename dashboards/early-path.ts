/** What a page asks for first, by its address; the usual periods by the office's calendar. */

const HOUR_MS = 3_600_000

/** What a page's address says, and whose unit the page is about where that is not in the address. */
interface Place {
  pathname: string
  search: string
  /** The reader's own unit; undefined while the reader is not known. */
  unit_id?: string | null | undefined
}

/** True for pages whose questions depend on who reads. */
export const asksForReader = (pathname: string): boolean => pathname === '/' || pathname === '/roster'

const listed = ['units', 'counters', 'officers', 'accounts']

/**
 * The first questions of the page at this address, exactly as the page asks them (its periods are those of
 * server/contract/periods.ts, in a fifth of the bytes). None where they are not known, and for pages of figures whose address
 * asks for more than a period. `/` is the province.
 */
export function firstQuestions(now_ms: number, { pathname, search, unit_id }: Place): string[] {
  const [, first, second, ...deeper] = pathname.split('/')
  if (first === 'roster') {
    const unit = unit_id == null ? null : encodeURIComponent(unit_id)
    return unit ? ['counters', 'officers', 'assignments'].map((noun) => `/${noun}?unit_id=${unit}&limit=500`) : []
  }
  if (first === 'admin' && deeper.length === 0) {
    if (!second) return ['units', 'counters', 'officers', 'terminals'].map((noun) => `/${noun}?limit=1`)
    // Names of all units, and the list beside them unless the address narrows it.
    return ['/units?limit=500', ...(listed.includes(second) && search === '' ? [`/${second}`] : [])]
  }
  const report = firstReport(now_ms, pathname, search)
  return report === null ? [] : [report]
}

function firstReport(now_ms: number, pathname: string, search: string): string | null {
  const given = new URLSearchParams(search)
  const [from, to] = ['from', 'to'].map((name) => given.get(name))
  const today = new Date(now_ms + 7 * HOUR_MS)
  const [month, date] = [today.getUTCMonth(), today.getUTCDate()]
  /** So many months from this one on, the nth day, as the calendar goes on. */
  const day = (months: number, nth: number) => new Date(Date.UTC(today.getUTCFullYear(), month + months, nth))
  const text = (of: Date) => of.toISOString().slice(0, 10)
  const ask = (path: string, first: Date, last = today, compare = '&compare=previous') =>
    from == null && to == null
      ? `/reports/${path}?from=${text(first)}&to=${text(last)}${compare}`
      : `/reports/${path}?from=${from ?? ''}&to=${to ?? ''}${compare}`
  // Three months; of a month that is shorter, from its end.
  if (pathname === '/me') return ask('me', day(-3, Math.min(date, day(-2, 0).getUTCDate()) + 1), today, '')
  if ([...given.keys()].some((name) => name !== 'from' && name !== 'to')) return null
  const unit = /^\/units\/(\d+)$/.exec(pathname)
  // Twelve weeks, from a Monday on.
  if (unit) return ask(`units/${unit[1]}`, day(0, date - ((today.getUTCDay() + 6) % 7) - 77))
  if (pathname !== '/') return null
  // The running administrative quarter, from the 15th before it to its 14th.
  const begun = (month + +(date > 14)) % 3
  const since = +(date > 14) - begun
  return ask('units', day(since - 1, 15), day(since + 2, 14))
}
