/** Integrity reports, for inspectors alone: unit, month, items, remark; the officer only from five ratings in that month. */

import { Page, PageQuery } from '../contract/common.ts'
import { isDate } from '../contract/periods.ts'
import { IntegrityReport } from '../contract/remarks.ts'
import { integrityOfficerShown } from '../domain/disclosure.ts'
import { fail } from '../errors.ts'
import { withScope } from '../queries/database.ts'
import { findIntegrityReports } from '../queries/remarks.ts'
import { type App, type Services, staffOf } from '../services.ts'

const PAGE_SIZE = 100
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A page begins behind this month and id. Throws `invalid_cursor` for anything this list did not give out. */
function readCursor(cursor: string | undefined): { month: string; report_id: string } | null {
  if (cursor === undefined) return null
  const [month = '', report_id = '', ...rest] = cursor.split('~')
  if (rest.length > 0 || !isDate(month) || !uuid.test(report_id)) fail('invalid_cursor')
  return { month, report_id }
}

export async function integrityReportsRoutes(app: App, services: Services): Promise<void> {
  app.get(
    '/api/v1/integrity-reports',
    {
      config: { access: { roles: ['inspector'] } },
      schema: { querystring: PageQuery, response: { 200: Page(IntegrityReport) } },
    },
    async (request) => {
      const after = readCursor(request.query.cursor)
      const limit = request.query.limit === undefined ? PAGE_SIZE : Number(request.query.limit)
      return withScope(services.pools.app, staffOf(request).scope, async (trx) => {
        const rows = await findIntegrityReports(trx, after, limit + 1)
        const shown = rows.slice(0, limit)
        const last = shown.at(-1)
        return {
          items: shown.map((row) => ({
            report_id: row.report_id,
            unit_id: String(row.unit_id),
            unit_name: row.unit_name,
            month: row.month.slice(0, 7),
            items: row.items,
            remark: row.remark,
            officer_name: integrityOfficerShown(row.officer_ratings) ? row.officer_name : null,
          })),
          next_cursor: rows.length > limit && last ? `${last.month}~${last.report_id}` : null,
        }
      })
    },
  )
}
