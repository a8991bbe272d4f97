/** Remarks of a unit and of an officer: the next working day, without time, beside five ratings or more. */
import { IdParams } from '../contract/common.ts'
import { RemarksReport } from '../contract/remarks.ts'
import { RangeQuery } from '../contract/reports.ts'
import { mayReadOwnRemarks, mayReadRemarks, type Scope } from '../domain/access.ts'
import { remarkReleasedOn, remarksShown } from '../domain/disclosure.ts'
import { addDays, firstOfMonth, lastOfMonth, localDay, parseRange, type Range } from '../domain/time.ts'
import { isWorkingDay, workingCalendar } from '../domain/working-days.ts'
import { fail } from '../errors.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { listHolidays } from '../queries/holidays.ts'
import { findOwnRemarks, findRemarks } from '../queries/remarks.ts'
import { countReceived, findOfficerHead, findUnitHead } from '../queries/reports.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'

/** Month -> texts of the remarks whose day (of writing, or of the step they came with) lets them be read on `today`. */
async function releasedByMonth(
  trx: Trx,
  unitId: number,
  range: Range,
  remarks: readonly { day: string; remark: string }[],
  today: string,
): Promise<Map<string, string[]>> {
  const holidays = await listHolidays(trx, { from: range.from, to: addDays(range.to, 60) })
  const calendar = workingCalendar(holidays, unitId)
  const months = new Map<string, string[]>()
  for (const { day, remark } of remarks) {
    if (remarkReleasedOn(day, (other) => isWorkingDay(other, calendar)) > today) continue
    const month = day.slice(0, 7)
    months.set(month, [...(months.get(month) ?? []), remark])
  }
  return months
}

/** Newest month first; within it in the order of the alphabet: the order they were written in would tell who wrote them. */
const inOrder = (months: ReadonlyMap<string, string[]>): RemarksReport['items'] =>
  [...months]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .flatMap(([month, texts]) => [...texts].sort((a, b) => a.localeCompare(b, 'vi')).map((text) => ({ month, text })))

/**
 * What was written at an officer's service in months, newest first; null for readers who may not. Each came with five ratings
 * or more of its step, so that a month that has one has five.
 */
export async function ownRemarks(
  trx: Trx,
  scope: Scope,
  officer: { officer_id: number; unit_id: number },
  months: Range,
  today: string,
): Promise<RemarksReport['items'] | null> {
  if (!mayReadOwnRemarks(scope, officer.unit_id, officer.officer_id)) return null
  const shown = (await findOwnRemarks(trx, months)).map(({ shown_on, remark }) => ({ day: shown_on, remark }))
  return inOrder(await releasedByMonth(trx, officer.unit_id, months, shown, today))
}

export async function remarksRoutes(app: App, services: Services): Promise<void> {
  const today = () => localDay(services.clock.now())
  /** Whole months: asked for one day, the list would tell on which day each remark was written. */
  function monthsOf(query: { from?: string; to?: string }): Range {
    const asked = parseRange(query, today())
    if ('code' in asked) fail(asked.code, undefined, asked.message)
    return { from: firstOfMonth(asked.from), to: lastOfMonth(asked.to) }
  }

  app.get(
    '/api/v1/reports/units/:id/remarks',
    {
      config: { access: { roles: ['commission', 'unit_leader'] } },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: RemarksReport } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      const range = monthsOf(request.query)
      return withScope(services.pools.app, scope, async (trx) => {
        if (!(await findUnitHead(trx, unitId)) || !mayReadRemarks(scope, unitId)) fail('not_found')
        const written = (await findRemarks(trx, unitId, range)).map(({ local_day, remark }) => ({
          day: local_day,
          remark,
        }))
        const months = await releasedByMonth(trx, unitId, range, written, today())
        for (const month of [...months.keys()]) {
          const days = { from: `${month}-01`, to: lastOfMonth(`${month}-01`) }
          if (!remarksShown(await countReceived(trx, unitId, days))) months.delete(month)
        }
        return { ...range, items: inOrder(months) }
      })
    },
  )

  app.get(
    '/api/v1/reports/me/remarks',
    {
      config: { access: { roles: ['officer'] } },
      schema: { querystring: RangeQuery, response: { 200: RemarksReport } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const range = monthsOf(request.query)
      const officerId = scope.officer_id
      if (officerId === null) fail('not_found')
      return withScope(services.pools.app, scope, async (trx) => {
        const officer = (await findOfficerHead(trx, officerId)) ?? fail('not_found')
        return { ...range, items: (await ownRemarks(trx, scope, officer, range, today())) ?? fail('forbidden') }
      })
    },
  )
}
