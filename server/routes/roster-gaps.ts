/** /units/:id/roster-gaps: when nobody was assigned, and how many published ratings have no officer for it. */
import { IdParams } from '../contract/common.ts'
import { GapsQuery, RosterGaps } from '../contract/roster.ts'
import { mayReadRoster } from '../domain/access.ts'
import { gapsOf } from '../domain/roster.ts'
import { addDays, dayRange, localDay, startOfDay } from '../domain/time.ts'
import { workingCalendar } from '../domain/working-days.ts'
import { fail } from '../errors.ts'
import { listCounters } from '../queries/counters.ts'
import { withScope } from '../queries/database.ts'
import { listHolidays } from '../queries/holidays.ts'
import { findHours, findStays, findUnattributed } from '../queries/roster-changes.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readRange } from './ids.ts'
import { rosterReaders } from './roster.ts'

/** The longest that is looked at: what lies further back is closed and cannot be mended. */
const MAX_DAYS = 92

export async function rosterGapsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/units/:id/roster-gaps',
    {
      config: { access: { roles: rosterReaders } },
      schema: { params: IdParams, querystring: GapsQuery, response: { 200: RosterGaps } },
    },
    (request) => {
      const now = clock.now()
      const range = readRange(request.query, localDay(now))
      if (dayRange(range.from, range.to).length > MAX_DAYS) {
        fail('invalid_range', undefined, `at most ${MAX_DAYS} days can be looked at`)
      }
      const unitId = readId(request.params.id)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const unit = (await findUnit(trx, unitId)) ?? fail('not_found')
        if (!mayReadRoster(staffOf(request).scope, unitId)) fail('not_found')
        if (unit.counters_only) return { ...range, counters_only: true, gaps: [], unattributed: [] }
        const hours = await findHours(trx, unitId)
        const calendar = workingCalendar(await listHolidays(trx, range), unitId, hours?.days)
        const counters = await listCounters(trx, { after: null, limit: 1000 }, { unit_id: unitId })
        const stays = await findStays(
          trx,
          unitId,
          new Date(startOfDay(range.from)),
          new Date(startOfDay(addDays(range.to, 1))),
        )
        // What lies ahead is planned, not missing.
        const days = dayRange(range.from, range.to).filter((day) => day <= localDay(now))
        const gaps = counters
          .filter(({ active }) => active)
          .flatMap(({ counter_id }) => {
            const here = stays.filter((stay) => stay.counter_id === counter_id)
            return gapsOf(here, days, hours?.intervals ?? [], calendar)
              .filter((gap) => gap.from < now)
              .map((gap) => ({
                counter_id: String(counter_id),
                day: gap.day,
                part: gap.part,
                starts_at: new Date(gap.from).toISOString(),
                ends_at: new Date(Math.min(gap.to, now)).toISOString(),
              }))
          })
        const unattributed = await findUnattributed(trx, unitId, range)
        return {
          ...range,
          counters_only: false,
          gaps,
          unattributed: [...unattributed].map(([counter_id, n]) => ({ counter_id: String(counter_id), n })),
        }
      })
    },
  )
}
