/** /units: the offices. Everybody on the staff reads those in scope; the administrator makes and changes them. */
import { roles } from '../contract/accounts.ts'
import { CountedPage, IdParams, SearchQuery } from '../contract/common.ts'
import { NewUnit, Unit, UnitPatch } from '../contract/units.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  countUnits,
  findPredecessors,
  findUnit,
  insertUnit,
  isBefore,
  listUnits,
  setPredecessors,
  type UnitRow,
  updateUnit,
} from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName, refuseImpossibleDays } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { refuseStale } from './roster.ts'

export async function unitsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/units',
    { config: { access: { roles } }, schema: { querystring: SearchQuery, response: { 200: CountedPage(Unit) } } },
    async (request) => {
      const page = readPage(request.query)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const { search } = request.query
        const rows = await listUnits(trx, page, { search })
        const before = await findPredecessors(
          trx,
          rows.map(({ unit_id }) => unit_id),
        )
        const write = (row: UnitRow) => writeUnit(row, before.get(row.unit_id))
        return {
          ...writePage(rows, page, (row) => ({ key: row.name, id: row.unit_id }), write),
          ...(await countUnits(trx, { search, today: localDay(clock.now()) })),
        }
      })
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
          code: body.code ?? null,
          area: body.area ?? null,
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'unit.create',
          unit_id: row.unit_id,
          subject: { unit_id: row.unit_id },
          detail: body,
          at: new Date(clock.now()),
        })
        return { row, before: await savePredecessors(trx, row.unit_id, body.predecessors) }
      })
      return reply.code(201).send(writeUnit(unit.row, unit.before))
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
        const { version, predecessors, ...wanted } = body
        const known = (await findPredecessors(trx, [unitId])).get(unitId)
        refuseStale(version, before, (row) => writeUnit(row, known))
        if (Object.keys(body).length === 0) return writeUnit(before, known)
        const changes = wanted.name === undefined ? wanted : { ...wanted, name: readName(wanted.name) }
        // Without another column the version moves all the same: the row is set to what it is.
        const after = (await updateUnit(trx, unitId, { name: before.name, ...changes })) ?? fail('not_found')
        const now = await savePredecessors(trx, unitId, predecessors)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'unit.change',
          unit_id: unitId,
          subject: { unit_id: unitId },
          detail: { before: { ...before, predecessors: known }, changes: { ...changes, predecessors } },
          at: new Date(clock.now()),
        })
        return writeUnit(after, now)
      })
    },
  )
}

/** Sets what a unit was made of, when that was said; returns what stands. A unit cannot come before itself. */
async function savePredecessors(trx: Trx, unitId: number, wanted: readonly string[] | undefined): Promise<number[]> {
  if (wanted !== undefined) {
    const ids = wanted.map(readId)
    for (const id of ids) {
      if (!(await findUnit(trx, id))) fail('not_found')
      if (id === unitId || (await isBefore(trx, unitId, id))) fail('predecessor_circle')
    }
    await setPredecessors(trx, unitId, ids)
  }
  return (await findPredecessors(trx, [unitId])).get(unitId) ?? []
}

function writeUnit(row: UnitRow, predecessors: readonly number[] = []): Unit {
  return { ...row, unit_id: String(row.unit_id), predecessors: predecessors.map(String) }
}
