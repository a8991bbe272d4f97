/** /holidays: the province's list, kept by administrators, and each unit's own days, kept with its roster. */
import { roles } from '../contract/accounts.ts'
import { IdParams } from '../contract/common.ts'
import { Holiday, HolidayPatch, Holidays, HolidaysQuery, NewHoliday } from '../contract/holidays.ts'
import { mayAdminister, type Scope } from '../domain/access.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { findHoliday, type HolidayRow, insertHoliday, listHolidays, updateHoliday } from '../queries/holidays.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName, readOptionalId, refuseImpossibleDays } from './ids.ts'
import { refuseForeignRoster, refuseStale, rosterKeepers } from './roster.ts'

/** The province's days concern every office, so only an administrator may touch them. */
function refuseForeignHoliday(scope: Scope, unitId: number | null): void {
  if (unitId !== null) refuseForeignRoster(scope, unitId)
  else if (!mayAdminister(scope)) fail('forbidden')
}

export async function holidaysRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/holidays',
    { config: { access: { roles } }, schema: { querystring: HolidaysQuery, response: { 200: Holidays } } },
    async (request) => {
      const year = request.query.year ?? localDay(clock.now()).slice(0, 4)
      const unitId = readOptionalId(request.query.unit_id)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        if (unitId !== null && !(await findUnit(trx, unitId))) fail('not_found')
        const rows = await listHolidays(trx, { from: `${year}-01-01`, to: `${year}-12-31` })
        const wanted = (row: HolidayRow) => unitId === null || row.unit_id === null || row.unit_id === unitId
        return { items: rows.filter(wanted).map(writeHoliday) }
      })
    },
  )

  app.post(
    '/api/v1/holidays',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewHoliday, response: { 201: Holiday } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unitId = body.unit_id == null ? null : readId(body.unit_id)
      refuseImpossibleDays(body, 'day')
      const row = await withScope(pools.app, scope, async (trx) => {
        if (unitId !== null && !(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignHoliday(scope, unitId)
        const { kind = 'off', provisional = false, day } = body
        const made = await insertHoliday(trx, { unit_id: unitId, day, kind, name: readName(body.name), provisional })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'holiday.create',
          unit_id: unitId,
          subject: { holiday_id: made.holiday_id },
          detail: { day, kind, name: made.name },
          at: new Date(clock.now()),
        })
        return made
      })
      return reply.code(201).send(writeHoliday(row))
    },
  )

  app.patch(
    '/api/v1/holidays/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: HolidayPatch, response: { 200: Holiday } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { body } = request
      const holidayId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const found = (await findHoliday(trx, holidayId)) ?? fail('not_found')
        refuseForeignHoliday(scope, found.unit_id)
        const before = (await findHoliday(trx, holidayId, true)) ?? fail('not_found')
        const { version, ...wanted } = body
        refuseStale(version, before, writeHoliday)
        if (Object.keys(wanted).length === 0) return writeHoliday(before)
        const changes = wanted.name === undefined ? wanted : { ...wanted, name: readName(wanted.name) }
        const after = await updateHoliday(trx, holidayId, changes)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'holiday.change',
          unit_id: before.unit_id,
          subject: { holiday_id: holidayId },
          detail: { before, changes },
          at: new Date(clock.now()),
        })
        return writeHoliday(after)
      })
    },
  )
}

function writeHoliday(row: HolidayRow): Holiday {
  return { ...row, holiday_id: String(row.holiday_id), unit_id: row.unit_id === null ? null : String(row.unit_id) }
}
