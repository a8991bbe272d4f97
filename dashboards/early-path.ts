/** What an officer's page asks for first: the last three months by the office's calendar, or what its address says. */

const HOUR_MS = 3_600_000

/** The path of the report, exactly as the page asks for it (`lastMonths` of server/contract/periods.ts, in a fifth of the bytes). */
export function firstQuestion(now_ms: number, search: string): string {
  const given = new URLSearchParams(search)
  let [from, to] = [given.get('from'), given.get('to')]
  if (from === null && to === null) {
    const today = new Date(now_ms + 7 * HOUR_MS)
    const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
    const lastOfMonth = new Date(Date.UTC(year, month - 2, 0)).getUTCDate()
    from = dayOf(new Date(Date.UTC(year, month - 3, Math.min(day, lastOfMonth) + 1)))
    to = dayOf(today)
  }
  return `/reports/me?from=${from ?? ''}&to=${to ?? ''}`
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
