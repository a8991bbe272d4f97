/** What a page asks for first, by its address and its reader; the usual periods by the office's calendar. */

const HOUR_MS = 3_600_000

/** A page that is fetched and asked for before its code is there, and the path of its question. */
export interface First {
  page: 'me' | 'unit' | 'commission'
  path: string
}

/** What is needed of `Session`. */
interface Reader {
  roles: readonly string[]
  account: { unit: { unit_id: string } | null }
}

/**
 * The first question of the page at this address, exactly as the page asks it (its periods are those of
 * server/contract/periods.ts, in a fifth of the bytes). `/` is another page for each reader; null where it is not known, and
 * for pages of figures whose address asks for more than a period.
 */
export function firstQuestion(
  now_ms: number,
  { pathname, search }: { pathname: string; search: string },
  reader?: Reader,
): First | null {
  const given = new URLSearchParams(search)
  const [from, to] = ['from', 'to'].map((name) => given.get(name))
  const today = new Date(now_ms + 7 * HOUR_MS)
  const [month, date] = [today.getUTCMonth(), today.getUTCDate()]
  /** So many months from this one on, the nth day, as the calendar goes on. */
  const day = (months: number, nth: number) => new Date(Date.UTC(today.getUTCFullYear(), month + months, nth))
  const text = (of: Date) => of.toISOString().slice(0, 10)
  const ask = (page: First['page'], path: string, first: Date, last = today, compare = '&compare=previous') => ({
    page,
    path:
      from == null && to == null
        ? `/reports/${path}?from=${text(first)}&to=${text(last)}${compare}`
        : `/reports/${path}?from=${from ?? ''}&to=${to ?? ''}${compare}`,
  })
  // Three months; of a month that is shorter, from its end.
  if (pathname === '/me') return ask('me', 'me', day(-3, Math.min(date, day(-2, 0).getUTCDate()) + 1), today, '')
  if (pathname === '/' && reader && !reader.roles.includes('commission')) {
    const own = reader.roles.includes('unit_leader') && reader.account.unit
    // Whoever has a page of their own is led on to it, without what the address asks for.
    return own ? firstQuestion(now_ms, { pathname: `/units/${own.unit_id}`, search: '' }) : null
  }
  if ([...given.keys()].some((name) => name !== 'from' && name !== 'to')) return null
  const unit = /^\/units\/(\d+)$/.exec(pathname)
  // Twelve weeks, from a Monday on.
  if (unit) return ask('unit', `units/${unit[1]}`, day(0, date - ((today.getUTCDay() + 6) % 7) - 77))
  if (pathname !== '/' || !reader) return null
  // The running administrative quarter, from the 15th before it to its 14th.
  const begun = (month + +(date > 14)) % 3
  const since = +(date > 14) - begun
  return ask('commission', 'units', day(since - 1, 15), day(since + 2, 14))
}
