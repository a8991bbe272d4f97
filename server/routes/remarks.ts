/** Remarks of a unit: the next working day, without time, once five ratings are in their month. */
import { IdParams } from '../contract/common.ts'
import { RemarksReport } from '../contract/remarks.ts'
import { RangeQuery } from '../contract/reports.ts'
import { mayReadRemarks } from '../domain/access.ts'
import { remarkReleasedOn, remarksShown } from '../domain/disclosure.ts'
import { addDays, firstOfMonth, lastOfMonth, localDay, parseRange } from '../domain/time.ts'
import { isWorkingDay, workingCalendar } from '../domain/working-days.ts'
import { fail } from '../errors.ts'
import { withScope } from '../queries/database.ts'
import { listHolidays } from '../queries/holidays.ts'
import { findRemarks } from '../queries/remarks.ts'
import { countReceived, findUnitHead } from '../queries/reports.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'

export async function remarksRoutes(app: App, services: Services): Promise<void> {
  app.get(
    '/api/v1/reports/units/:id/remarks',
    {
      config: { access: { roles: ['commission', 'unit_leader'] } },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: RemarksReport } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      const today = localDay(services.clock.now())
      const asked = parseRange(request.query, today)
      if ('code' in asked) fail(asked.code, undefined, asked.message)
      // Whole months: asked for one day, the list would tell on which day each remark was written.
      const range = { from: firstOfMonth(asked.from), to: lastOfMonth(asked.to) }
      return withScope(services.pools.app, scope, async (trx) => {
        if (!(await findUnitHead(trx, unitId)) || !mayReadRemarks(scope, unitId)) fail('not_found')
        const remarks = await findRemarks(trx, unitId, range)
        const holidays = await listHolidays(trx, { from: range.from, to: addDays(range.to, 60) })
        const calendar = workingCalendar(holidays, unitId)
        const works = (day: string) => isWorkingDay(day, calendar)
        const released = remarks.filter((remark) => remarkReleasedOn(remark.local_day, works) <= today)
        const months = new Map<string, string[]>()
        for (const { local_day, remark } of released) {
          const month = local_day.slice(0, 7)
          months.set(month, [...(months.get(month) ?? []), remark])
        }
        const items: RemarksReport['items'] = []
        for (const [month, texts] of [...months].sort(([a], [b]) => (a < b ? 1 : -1))) {
          const days = { from: firstOfMonth(`${month}-01`), to: lastOfMonth(`${month}-01`) }
          if (!remarksShown(await countReceived(trx, unitId, days))) continue
          // In the order of the alphabet: the order they were written in would tell who wrote them.
          items.push(...texts.sort((a, b) => a.localeCompare(b, 'vi')).map((text) => ({ month, text })))
        }
        return { ...range, items }
      })
    },
  )
}
