/** /audit: the log of deeds, read and filtered, and the head of its chain. Nothing here can change it. */
import { headOf, writeHead } from '../audit/chain.ts'
import { AuditEntry, AuditHead, AuditQuery } from '../contract/audit.ts'
import { Page } from '../contract/common.ts'
import { addDays, localDay, parseRange, startOfDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { type AuditFilter, type AuditRow, findAuditHead, listAudit } from '../queries/audit.ts'
import { type DeedNames, findDeedNames } from '../queries/audit-names.ts'
import { withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'

export async function auditRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/audit',
    {
      config: { access: { roles: ['administrator', 'inspector', 'unit_leader'] } },
      schema: { querystring: AuditQuery, response: { 200: Page(AuditEntry) } },
    },
    async (request) => {
      const page = readPage(request.query)
      const filter = readFilter(request.query)
      const rows = await withScope(pools.app, staffOf(request).scope, async (trx) => {
        if (filter.unit_id !== null && !(await findUnit(trx, filter.unit_id))) fail('not_found')
        const found = await listAudit(trx, page, filter)
        const names = await findDeedNames(trx, found)
        return found.map((row, place) => ({ ...row, names: names[place] ?? {} }))
      })
      return writePage(rows, page, (row) => ({ key: '', id: row.audit_id }), writeEntry)
    },
  )

  app.get(
    '/api/v1/audit/head',
    {
      config: { access: { roles: ['administrator', 'inspector', 'commission', 'unit_leader'] } },
      schema: { response: { 200: AuditHead } },
    },
    async (request) => {
      const head = headOf(await withScope(pools.app, staffOf(request).scope, findAuditHead))
      return { ...head, head: writeHead(head) }
    },
  )

  function readFilter(query: Record<string, string | undefined>): AuditFilter {
    const { from, to } = query
    const today = localDay(clock.now())
    const range = from === undefined && to === undefined ? null : parseRange({ ...query }, today)
    if (range !== null && 'code' in range) fail(range.code, undefined, range.message)
    return {
      unit_id: readOptionalId(query.unit_id),
      account_id: readOptionalId(query.account_id),
      action: query.action ?? null,
      from: range && new Date(startOfDay(range.from)),
      to: range && new Date(startOfDay(addDays(range.to, 1))),
    }
  }
}

function writeEntry(row: AuditRow & { names: DeedNames }): AuditEntry {
  return {
    audit_id: String(row.audit_id),
    happened_at: row.happened_at.toISOString(),
    account: row.account_id === null ? null : { account_id: String(row.account_id), username: row.username },
    action: row.action,
    unit: row.unit_id === null ? null : { unit_id: String(row.unit_id), name: row.unit_name ?? '' },
    subject: row.subject,
    detail: row.detail,
    names: row.names,
    seal_number: row.seal_number,
  }
}
