/**
 * Sums that reach across the whole province: the same for many readers, hardly moved by one more rating, and costly, because
 * they read every officer. They are kept for a while; what a reader is shown of a unit or an officer is always read anew.
 */

import { byGivenName } from '../contract/names.ts'
import { reachOf } from '../domain/access.ts'
import { attributionOf } from '../domain/disclosure.ts'
import { coverRange, type Range } from '../domain/time.ts'
import {
  findOfficerNames,
  findOfficerSpread,
  findServiceRates,
  findUnattributedShares,
  type ServiceSum,
  type SpreadRow,
  sumOfficers,
  sumUnitsByService,
} from '../queries/annexes.ts'
import { type DbScope, withScope } from '../queries/database.ts'
import type { Services, Staff } from '../services.ts'
import { keepAnswers } from './kept-answers.ts'
import { namedOfficers } from './report-annexes.ts'

/** Answers of so many questions; a page asks two or three per range. */
const MOST_KEPT = 200
/** They are computed again this often at most, however many pages ask. */
const FRESH_MS = 30_000
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

/** Other readers wait for the same answer: it does not depend on the session of the one who asked first. */
const shared = ({ scope }: Staff): DbScope => ({ ...scope, guard: undefined })

/** Ask before opening a transaction: each question takes a connection of its own. */
export function createReferences(services: Services): References {
  const { pools } = services
  const ask = keepAnswers(services, { most: MOST_KEPT, freshMs: FRESH_MS, oldestMs: OLDEST_MS })
  const months = (range: Range) => coverRange(range, { years: false })
  const days = ({ from, to }: Range) => `${from} ${to}`
  return {
    serviceRates: (staff, range) =>
      ask(`rates ${days(range)}`, () =>
        withScope(pools.app, shared(staff), (trx) => findServiceRates(trx, months(range))),
      ),
    provinceSpread: (staff, range) =>
      ask(`spread ${days(range)}`, () =>
        withScope(pools.app, shared(staff), (trx) => findOfficerSpread(trx, null, months(range))),
      ),
    unitsByService: (staff, range) =>
      ask(`services ${days(range)} ${reachOf(staff.scope)}`, () =>
        withScope(pools.app, shared(staff), (trx) => sumUnitsByService(trx, months(range))),
      ),
    namedOfficers: async (staff, range) => {
      const known = await ask(`named ${days(range)} ${reachOf(staff.scope)}`, () =>
        withScope(pools.app, shared(staff), async (trx) => {
          const named = namedOfficers(await sumOfficers(trx, months(range)))
          const units = [...new Set(named.map(({ unit_id }) => Number(unit_id)))]
          const shares = await findUnattributedShares(trx, units, months(range))
          // Nobody is named whose counters' ratings are to a third or more without an officer.
          return named.filter(({ officer_id }) => attributionOf(shares.get(Number(officer_id))) !== 'low')
        }),
      )
      if (known.length === 0) return known
      // Only the sums may be old: a name or a unit changed since is shown as it is now.
      const ids = known.map(({ officer_id }) => Number(officer_id))
      const names = await withScope(pools.app, staff.scope, (trx) => findOfficerNames(trx, ids))
      return byGivenName(
        known.flatMap((officer) => {
          const now = names.get(Number(officer.officer_id))
          return now ? [{ ...officer, ...now, unit_id: String(now.unit_id) }] : []
        }),
      )
    },
  }
}
