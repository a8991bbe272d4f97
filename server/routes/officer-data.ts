/** /officers/:id/data: everything that is held about one officer as a workbook, for themself and for the administrator. */
import { IdParams } from '../contract/common.ts'
import { OfficerDataQuery } from '../contract/imports.ts'
import type { OfficerReport } from '../contract/reports.ts'
import { drawOfficerData } from '../documents/officer-data.ts'
import { mediaTypes } from '../documents/render.ts'
import { isSelf, mayAdminister } from '../domain/access.ts'
import { addDays, localDay, MAX_RANGE_DAYS } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { findOfficerData } from '../queries/officer-data.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'
import { ownRemarks } from './remarks.ts'
import { createReferences } from './report-references.ts'
import { officerReport } from './report-subjects.ts'

export async function officerDataRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services
  const references = createReferences(services)
  app.get(
    '/api/v1/officers/:id/data',
    {
      config: { access: { roles: ['administrator', 'officer'] } },
      schema: { params: IdParams, querystring: OfficerDataQuery },
    },
    async (request, reply) => {
      const staff = staffOf(request)
      const { scope } = staff
      const officerId = readId(request.params.id)
      const language = request.query.language === 'en' ? 'en' : 'vi'
      if (!isSelf(scope, officerId) && !mayAdminister(scope)) fail('not_found')
      const now = new Date(clock.now())
      const data = await withScope(pools.app, scope, async (trx) => {
        const found = (await findOfficerData(trx, officerId)) ?? fail('not_found')
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'export.officer',
          unit_id: found.officer.unit_id,
          subject: { officer_id: officerId },
          at: now,
        })
        return found
      })
      // Figures as the pages show them to this reader, range by range: nothing that could not be asked for there.
      const reports: OfficerReport[] = []
      const born = localDay(Math.min(data.officer.created_at.getTime(), ...data.stays.map(({ from }) => from)))
      const today = localDay(now.getTime())
      for (let to = today; to >= born && reports.length < 10; to = addDays(to, -MAX_RANGE_DAYS)) {
        const from = addDays(to, 1 - MAX_RANGE_DAYS)
        reports.unshift(await officerReport(pools, references, staff, officerId, { from, to }))
      }
      const whole = { from: born, to: today }
      const remarks = await withScope(pools.app, scope, (trx) =>
        ownRemarks(trx, scope, { officer_id: officerId, unit_id: data.officer.unit_id }, whole, today),
      )
      return reply
        .type(mediaTypes.xlsx)
        .header('content-disposition', `attachment; filename="officer-${officerId}-${today}.xlsx"`)
        .send(await drawOfficerData(data, reports, remarks ?? [], language))
    },
  )
}
