/** /cases: what somebody must answer by a working day. Doubts and proposals are listed here and answered where they stand. */
import type { Role } from '../contract/accounts.ts'
import { Case, CasePatch, Cases, CasesQuery, NewCase } from '../contract/cases.ts'
import { IdParams } from '../contract/common.ts'
import { mayReadCase } from '../domain/access.ts'
import { deedsOf } from '../domain/cases.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { listCases, listStandings } from '../queries/cases.ts'
import { withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { actOnCase, openCase, readCaseId, showCase, writeCase } from './case-deeds.ts'
import { calendarsAround } from './deadlines.ts'
import { readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'

/** What a cursor of each list holds beside a number: see the `key` of `listCases()`. */
const keys = { open: /^\d{4}-\d\d-\d\d[cdp]$/, answered: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z[cdp]$/ }

const readers: readonly Role[] = ['officer', 'unit_leader', 'unit_clerk', 'commission']

export async function casesRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const today = () => localDay(clock.now())

  app.get(
    '/api/v1/cases',
    { config: { access: { roles: readers } }, schema: { querystring: CasesQuery, response: { 200: Cases } } },
    async (request) => {
      const { scope } = staffOf(request)
      const { state = 'open', kind = null } = request.query
      const page = readPage(request.query)
      if (page.after !== null && !keys[state].test(page.after.key)) fail('invalid_cursor')
      const unit_id = readOptionalId(request.query.unit_id)
      return withScope(pools.app, scope, async (trx) => {
        if (unit_id !== null && !(await findUnit(trx, unit_id))) fail('not_found')
        const rows = await listCases(trx, { state, unit_id, kind }, page)
        const calendarOf = await calendarsAround(trx, today(), rows)
        const standing = await listStandings(trx)
        const open = standing.filter((one) => mayReadCase(scope, one))
        return {
          ...writePage(
            rows,
            page,
            ({ key, number }) => ({ key, id: number }),
            (row) => writeCase(row, scope, today(), calendarOf(row.unit_id)),
          ),
          open: open.length,
          overdue: open.filter(({ due_on }) => due_on < today()).length,
          mine: open.filter((one) => deedsOf(scope, one, today()).length > 0).length,
        }
      })
    },
  )

  app.get(
    '/api/v1/cases/:id',
    { config: { access: { roles: readers } }, schema: { params: IdParams, response: { 200: Case } } },
    async (request) => {
      const { scope } = staffOf(request)
      return withScope(pools.app, scope, (trx) => showCase(trx, scope, readCaseId(request.params.id), today()))
    },
  )

  app.post(
    '/api/v1/cases',
    {
      config: { access: { roles: ['officer', 'unit_leader'] } },
      schema: { body: NewCase, response: { 201: Case } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const at = new Date(clock.now())
      const opened = await withScope(pools.app, scope, (trx) => openCase(trx, scope, request.body, at))
      return reply.code(201).send(opened)
    },
  )

  app.patch(
    '/api/v1/cases/:id',
    {
      config: { access: { roles: ['unit_leader', 'commission'] } },
      schema: { params: IdParams, body: CasePatch, response: { 200: Case } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const at = new Date(clock.now())
      return withScope(pools.app, scope, (trx) => actOnCase(trx, scope, request.params.id, request.body, at))
    },
  )
}
