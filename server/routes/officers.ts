/** /officers: the people who serve. Read in scope (an officer only themself), kept by administrator, leader and clerk of the unit. */
import { CountedPage, IdParams, UnitSearchQuery } from '../contract/common.ts'
import { NewOfficer, Officer, OfficerPatch } from '../contract/officers.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import {
  countAssignmentsAfter,
  countOfficers,
  findOfficer,
  insertOfficer,
  listOfficers,
  type OfficerRow,
  updateOfficer,
} from '../queries/officers.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName, refuseImpossibleDays } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter, refuseForeignRoster, refuseStale, rosterKeepers, rosterReaders } from './roster.ts'

export async function officersRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/officers',
    {
      config: { access: { roles: [...rosterReaders, 'officer'] } },
      schema: { querystring: UnitSearchQuery, response: { 200: CountedPage(Officer) } },
    },
    async (request) => {
      const page = readPage(request.query)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const filter = { ...(await readFilter(trx, request.query)), search: request.query.search }
        const rows = await listOfficers(trx, page, filter)
        const positionOf = (row: OfficerRow) => ({ key: row.name, id: row.officer_id })
        return { ...writePage(rows, page, positionOf, writeOfficer), ...(await countOfficers(trx, filter)) }
      })
    },
  )

  app.post(
    '/api/v1/officers',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewOfficer, response: { 201: Officer } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unitId = readId(body.unit_id)
      refuseImpossibleDays(body, 'signed_on')
      const officer = await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignRoster(scope, unitId)
        const row = await insertOfficer(trx, {
          unit_id: unitId,
          code: body.code ?? null,
          name: readName(body.name),
          title: body.title ?? null,
          signed_on: body.signed_on ?? null,
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'officer.create',
          unit_id: unitId,
          subject: { officer_id: row.officer_id },
          detail: { code: row.code, name: row.name, title: row.title, signed_on: row.signed_on },
          at: new Date(clock.now()),
        })
        return row
      })
      return reply.code(201).send(writeOfficer(officer))
    },
  )

  app.patch(
    '/api/v1/officers/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: OfficerPatch, response: { 200: Officer } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { body } = request
      const officerId = readId(request.params.id)
      const now = new Date(clock.now())
      refuseImpossibleDays(body, 'signed_on')
      return withScope(pools.app, scope, async (trx) => {
        const before = (await findOfficer(trx, officerId, true)) ?? fail('not_found')
        refuseForeignRoster(scope, before.unit_id)
        const { version, ...wanted } = body
        refuseStale(version, before, writeOfficer)
        if (Object.keys(wanted).length === 0) return writeOfficer(before)
        if (body.active === false && before.active) {
          const assignments = await countAssignmentsAfter(trx, officerId, now)
          if (assignments > 0) fail('in_use', { assignments })
        }
        const changes = wanted.name === undefined ? wanted : { ...wanted, name: readName(wanted.name) }
        const after = await updateOfficer(trx, officerId, changes)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'officer.change',
          unit_id: before.unit_id,
          subject: { officer_id: officerId },
          detail: { before, changes },
          at: now,
        })
        return writeOfficer(after)
      })
    },
  )
}

function writeOfficer(row: OfficerRow): Officer {
  return { ...row, officer_id: String(row.officer_id), unit_id: String(row.unit_id) }
}
