/**
 * Sums that reach across the whole province: the same for many readers, hardly moved by one more rating, and costly, because
 * they read every officer. They are kept for a while; what a reader is shown of a unit or an officer is always read anew.
 */
import { attributionOf } from '../domain/disclosure.ts'
import { coverRange, type Range } from '../domain/time.ts'
import {
  findOfficerSpread,
  findServiceRates,
  findUnattributedShares,
  type ServiceSum,
  type SpreadRow,
  sumOfficers,
  sumUnitsByService,
} from '../queries/annexes.ts'
import { withScope } from '../queries/database.ts'
import type { Services, Staff } from '../services.ts'
import { namedOfficers } from './report-annexes.ts'

/** Answers of so many questions; a page asks two or three per range. */
const MOST_KEPT = 200
/** Older than this nothing is shown, whoever asks. */
const OLDEST_MS = 600_000

export interface References {
  /** The province by service: what is expected of anybody's mix of work. */
  serviceRates(staff: Staff, range: Range): Promise<(ServiceSum & { service: string })[]>
  /** How much the officers of the province differ. */
  provinceSpread(staff: Staff, range: Range): Promise<SpreadRow>
  /** unit_id -> its sums by service, for every unit this reader sees. */
  unitsByService(staff: Staff, range: Range): Promise<Map<number, ServiceSum[]>>
  /** The officers a report names, among those this reader sees. */
  namedOfficers(staff: Staff, range: Range): Promise<ReturnType<typeof namedOfficers>>
}

interface Kept {
  made: number
  answer: Promise<unknown>
  renewing: boolean
}

/**
 * An answer older than `referencesMs` is given once more while a new one is made behind it. Ask before opening a transaction:
 * each question takes a connection of its own.
 */
export function createReferences({ pools, log, referencesMs = 0 }: Services): References {
  const kept = new Map<string, Kept>()

  function ask<T>(key: string, make: () => Promise<T>): Promise<T> {
    if (referencesMs === 0) return make()
    const now = performance.now()
    const known = kept.get(key)
    if (known && now - known.made < OLDEST_MS) {
      if (now - known.made > referencesMs && !known.renewing) renew(key, known, make)
      return known.answer as Promise<T>
    }
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '')
    const answer = make()
    kept.set(key, { made: now, answer, renewing: false })
    answer.catch(() => kept.delete(key))
    return answer
  }

  function renew<T>(key: string, known: Kept, make: () => Promise<T>): void {
    known.renewing = true
    make().then(
      (value) => kept.set(key, { made: performance.now(), answer: Promise.resolve(value), renewing: false }),
      (error: unknown) => {
        known.renewing = false
        log.warn({ err: error }, 'sums over the province could not be made anew')
      },
    )
  }

  const months = (range: Range) => coverRange(range, { years: false })
  const days = ({ from, to }: Range) => `${from} ${to}`
  /** What the database decides by; two readers with the same reach share an answer. */
  const reach = ({ scope }: Staff) => JSON.stringify({ ...scope, account_id: null })
  return {
    serviceRates: (staff, range) =>
      ask(`rates ${days(range)}`, () =>
        withScope(pools.app, staff.scope, (trx) => findServiceRates(trx, months(range))),
      ),
    provinceSpread: (staff, range) =>
      ask(`spread ${days(range)}`, () =>
        withScope(pools.app, staff.scope, (trx) => findOfficerSpread(trx, null, months(range))),
      ),
    unitsByService: (staff, range) =>
      ask(`services ${days(range)} ${reach(staff)}`, () =>
        withScope(pools.app, staff.scope, (trx) => sumUnitsByService(trx, months(range))),
      ),
    namedOfficers: (staff, range) =>
      ask(`named ${days(range)} ${reach(staff)}`, () =>
        withScope(pools.app, staff.scope, async (trx) => {
          const named = namedOfficers(await sumOfficers(trx, months(range)))
          const units = [...new Set(named.map(({ unit_id }) => Number(unit_id)))]
          const shares = await findUnattributedShares(trx, units, months(range))
          // Nobody is named whose counters' ratings are to a third or more without an officer.
          return named.filter(({ officer_id }) => attributionOf(shares.get(Number(officer_id))) !== 'low')
        }),
      ),
  }
}
