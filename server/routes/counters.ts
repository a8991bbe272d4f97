/** /counters: the desks. Read by everybody in scope, kept by administrator, leader and clerk of the unit; closed, never deleted. */
import { roles } from '../contract/accounts.ts'
import { CountedPage, IdParams, UnitSearchQuery } from '../contract/common.ts'
import { Counter, CounterPatch, NewCounter } from '../contract/counters.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import {
  type CounterRow,
  countCounters,
  findCounter,
  findUsesOfCounter,
  insertCounter,
  listCounters,
  updateCounter,
} from '../queries/counters.ts'
import { withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter, refuseForeignRoster, refuseStale, rosterKeepers } from './roster.ts'

export async function countersRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/counters',
    {
      config: { access: { roles } },
      schema: { querystring: UnitSearchQuery, response: { 200: CountedPage(Counter) } },
    },
    async (request) => {
      const page = readPage(request.query)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const filter = { ...(await readFilter(trx, request.query)), search: request.query.search }
        const rows = await listCounters(trx, page, filter)
        const positionOf = (row: CounterRow) => ({ key: row.name, id: row.counter_id })
        return { ...writePage(rows, page, positionOf, writeCounter), ...(await countCounters(trx, filter)) }
      })
    },
  )

  app.post(
    '/api/v1/counters',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewCounter, response: { 201: Counter } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unitId = readId(body.unit_id)
      const counter = await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignRoster(scope, unitId)
        const row = await insertCounter(trx, {
          unit_id: unitId,
          name: readName(body.name),
          service: body.service ?? null,
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'counter.create',
          unit_id: unitId,
          subject: { counter_id: row.counter_id },
          detail: { name: row.name, service: row.service },
          at: new Date(clock.now()),
        })
        return row
      })
      return reply.code(201).send(writeCounter(counter))
    },
  )

  app.patch(
    '/api/v1/counters/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: CounterPatch, response: { 200: Counter } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { body } = request
      const counterId = readId(request.params.id)
      const now = new Date(clock.now())
      return withScope(pools.app, scope, async (trx) => {
        const before = (await findCounter(trx, counterId, true)) ?? fail('not_found')
        refuseForeignRoster(scope, before.unit_id)
        const { version, ...wanted } = body
        refuseStale(version, before, writeCounter)
        if (Object.keys(wanted).length === 0) return writeCounter(before)
        if (body.active === false && before.active) {
          const uses = await findUsesOfCounter(trx, counterId, now)
          if (uses.terminals + uses.assignments > 0) fail('in_use', uses)
        }
        const changes = wanted.name === undefined ? wanted : { ...wanted, name: readName(wanted.name) }
        const after = await updateCounter(trx, counterId, changes)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'counter.change',
          unit_id: before.unit_id,
          subject: { counter_id: counterId },
          detail: { before, changes },
          at: now,
        })
        return writeCounter(after)
      })
    },
  )
}

function writeCounter(row: CounterRow): Counter {
  return { ...row, counter_id: String(row.counter_id), unit_id: String(row.unit_id) }
}
