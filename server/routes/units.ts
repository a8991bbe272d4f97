/** /units: the offices. Everybody on the staff reads those in scope; the administrator makes and changes them. */
import { roles } from '../contract/accounts.ts'
import { IdParams, Page, PageQuery } from '../contract/common.ts'
import { NewUnit, Unit, UnitPatch } from '../contract/units.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { findUnit, insertUnit, listUnits, type UnitRow, updateUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName, refuseImpossibleDays } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { refuseStale } from './roster.ts'

export async function unitsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/units',
    { config: { access: { roles } }, schema: { querystring: PageQuery, response: { 200: Page(Unit) } } },
    async (request) => {
      const page = readPage(request.query)
      const rows = await withScope(pools.app, staffOf(request).scope, (trx) => listUnits(trx, page))
      return writePage(rows, page, (row) => ({ key: row.name, id: row.unit_id }), writeUnit)
    },
  )

  app.post(
    '/api/v1/units',
    { config: { access: { roles: ['administrator'] } }, schema: { body: NewUnit, response: { 201: Unit } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      refuseImpossibleDays(body, 'valid_from', 'valid_to')
      const unit = await withScope(pools.app, scope, async (trx) => {
        const row = await insertUnit(trx, {
          name: readName(body.name),
          kind: body.kind,
          valid_from: body.valid_from ?? null,
          valid_to: body.valid_to ?? null,
          hotline: body.hotline ?? null,
          duty_leader_name: body.duty_leader_name ?? null,
          duty_leader_phone: body.duty_leader_phone ?? null,
          counters_only: body.counters_only ?? false,
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'unit.create',
          unit_id: row.unit_id,
          subject: { unit_id: row.unit_id },
          detail: body,
          at: new Date(clock.now()),
        })
        return row
      })
      return reply.code(201).send(writeUnit(unit))
    },
  )

  app.patch(
    '/api/v1/units/:id',
    {
      config: { access: { roles: ['administrator'] } },
      schema: { params: IdParams, body: UnitPatch, response: { 200: Unit } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unitId = readId(request.params.id)
      refuseImpossibleDays(body, 'valid_from', 'valid_to')
      return withScope(pools.app, scope, async (trx) => {
        const before = (await findUnit(trx, unitId, true)) ?? fail('not_found')
        const { version, ...wanted } = body
        refuseStale(version, before, writeUnit)
        if (Object.keys(wanted).length === 0) return writeUnit(before)
        const changes = wanted.name === undefined ? wanted : { ...wanted, name: readName(wanted.name) }
        const after = (await updateUnit(trx, unitId, changes)) ?? fail('not_found')
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'unit.change',
          unit_id: unitId,
          subject: { unit_id: unitId },
          detail: { before, changes },
          at: new Date(clock.now()),
        })
        return writeUnit(after)
      })
    },
  )
}

function writeUnit(row: UnitRow): Unit {
  return { ...row, unit_id: String(row.unit_id) }
}
