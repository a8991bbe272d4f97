/** Official reports: a draft at any time, an issued one frozen with its files, and the letterhead above them. */
import type { FastifyReply } from 'fastify'
import type { Role } from '../contract/accounts.ts'
import { IdParams, Page } from '../contract/common.ts'
import {
  DraftQuery,
  FileQuery,
  IssuedReport,
  IssuedReportsQuery,
  Letterhead,
  LetterheadPatch,
  LetterheadQuery,
  NewIssuedReport,
} from '../contract/issued-reports.ts'
import { isTable } from '../documents/document.ts'
import { drawInTurn, mediaTypes, renderReport } from '../documents/render.ts'
import { renderCsv } from '../documents/spreadsheet.ts'
import { mayIssueOn, mayReportOn } from '../domain/access.ts'
import { localDay, parseRange, type Range } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import {
  findIssuedFile,
  findIssuedReport,
  type IssuedRow,
  listIssuedReports,
  setLetterhead,
} from '../queries/issued-reports.ts'
import { findUnitHead } from '../queries/reports.ts'
import { type App, type Services, type Staff, staffOf } from '../services.ts'
import { readId, readOptionalId } from './ids.ts'
import { issueReport } from './issuing.ts'
import { readPage, writePage } from './paging.ts'
import { letterheadOf, loadReport } from './report-documents.ts'

const writers: Role[] = ['commission', 'unit_leader']
const readers: Role[] = ['administrator', ...writers]

export async function issuedReportsRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services

  /** The days of a report: both given, and none that has not begun. */
  function rangeOf(asked: { from: string; to: string }): Range {
    const today = localDay(clock.now())
    const range = parseRange(asked, today)
    if ('code' in range) fail(range.code, undefined, range.message)
    if (range.to > today) fail('invalid_range', undefined, 'to lies in the future: a report tells what was')
    return range
  }

  /** The unit a report speaks of, null for the province. Throws `not_found` outside the writer's reach. */
  function unitOf(staff: Staff, unit_id: string | undefined): number | null {
    const unitId = readOptionalId(unit_id)
    if (!mayReportOn(staff.scope, unitId)) fail(unitId === null ? 'forbidden' : 'not_found')
    return unitId
  }

  app.get(
    '/api/v1/issued-reports',
    {
      config: { access: { roles: readers } },
      schema: { querystring: IssuedReportsQuery, response: { 200: Page(IssuedReport) } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = readOptionalId(request.query.unit_id)
      const page = readPage(request.query)
      return withScope(pools.app, staff.scope, async (trx) => {
        if (unitId !== null && !(mayReportOn(staff.scope, unitId) && (await findUnitHead(trx, unitId))))
          fail('not_found')
        const rows = await listIssuedReports(trx, unitId, page.after?.id ?? null, page.limit)
        return writePage(rows, page, (row) => ({ key: '', id: row.issued_report_id }), writeIssued)
      })
    },
  )

  app.get(
    '/api/v1/issued-reports/draft',
    { config: { access: { roles: readers } }, schema: { querystring: DraftQuery } },
    async (request, reply) => {
      const staff = staffOf(request)
      const { format, table, language = 'vi' } = request.query
      const range = rangeOf(request.query)
      const unitId = unitOf(staff, request.query.unit_id)
      const report = await withScope(pools.app, staff.scope, async (trx) => {
        const loaded = await loadReport(trx, services, { unitId, range, language, number: null })
        await insertAudit(trx, {
          account_id: staff.scope.account_id,
          action: 'report.export',
          unit_id: unitId,
          subject: { ...range },
          detail: { format, language, ...(table ? { table } : {}) },
          at: new Date(clock.now()),
        })
        return loaded.report
      })
      const name = `${unitId === null ? 'toan-tinh' : `don-vi-${unitId}`}-${range.from}-${range.to}-du-thao`
      if (format === 'csv') {
        const tables = report.blocks.filter(isTable)
        const wanted = table ? tables.find(({ id }) => id === table) : tables[0]
        if (!wanted) fail('invalid_query', [{ path: '/table', problem: 'this report has no such table' }])
        return sendFile(reply, Buffer.from(renderCsv(wanted, language)), 'csv', `${name}-${wanted.id}`)
      }
      return sendFile(reply, await renderReport(report, format, request.signal), format, name)
    },
  )

  app.post(
    '/api/v1/issued-reports',
    {
      config: { access: { roles: writers } },
      schema: { body: NewIssuedReport, response: { 201: IssuedReport } },
    },
    async (request, reply) => {
      const staff = staffOf(request)
      const { language = 'vi' } = request.body
      const range = rangeOf(request.body)
      const unitId = unitOf(staff, request.body.unit_id)
      if (!mayIssueOn(staff.scope, unitId)) fail('forbidden')
      const accountId = staff.scope.account_id
      const issued = await drawInTurn((draw) =>
        withScope(pools.app, staff.scope, async (trx) => {
          const id = await issueReport(trx, services, { unitId, range, language, accountId }, draw)
          return (await findIssuedReport(trx, id)) ?? fail('not_found')
        }),
      )
      return reply.code(201).send(writeIssued(issued))
    },
  )

  app.get(
    '/api/v1/issued-reports/:id/file',
    { config: { access: { roles: readers } }, schema: { params: IdParams, querystring: FileQuery } },
    async (request, reply) => {
      const staff = staffOf(request)
      const id = readId(request.params.id)
      const { format } = request.query
      const { row, file } = await withScope(pools.app, staff.scope, async (trx) => {
        const found = (await findIssuedReport(trx, id)) ?? fail('not_found')
        const bytes = (await findIssuedFile(trx, id, format)) ?? fail('not_found')
        await insertAudit(trx, {
          account_id: staff.scope.account_id,
          action: 'report.download',
          unit_id: found.unit_id,
          subject: { issued_report_id: id },
          detail: { format },
          at: new Date(clock.now()),
        })
        return { row: found, file: bytes }
      })
      const name = `bao-cao-${row.number}-${row.year}${row.unit_id === null ? '' : `-don-vi-${row.unit_id}`}`
      return sendFile(reply, file, format, name)
    },
  )

  app.get(
    '/api/v1/letterheads',
    {
      config: { access: { roles: readers } },
      schema: { querystring: LetterheadQuery, response: { 200: Letterhead } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = unitOf(staff, request.query.unit_id)
      return withScope(pools.app, staff.scope, (trx) => letterheadOf(trx, unitId))
    },
  )

  app.patch(
    '/api/v1/letterheads',
    {
      config: { access: { roles: readers } },
      schema: { querystring: LetterheadQuery, body: LetterheadPatch, response: { 200: Letterhead } },
    },
    async (request) => {
      const staff = staffOf(request)
      const unitId = unitOf(staff, request.query.unit_id)
      return withScope(pools.app, staff.scope, async (trx) => {
        const before = await letterheadOf(trx, unitId)
        const after = { ...before, ...request.body }
        const recipients = after.recipients.map((line) => line.trim()).filter((line) => line !== '')
        await setLetterhead(trx, unitId, { ...after, recipients })
        await insertAudit(trx, {
          account_id: staff.scope.account_id,
          action: 'letterhead.change',
          unit_id: unitId,
          subject: {},
          detail: { before, changes: request.body },
          at: new Date(clock.now()),
        })
        return letterheadOf(trx, unitId)
      })
    },
  )
}

const sendFile = (reply: FastifyReply, file: Buffer, format: keyof typeof mediaTypes, name: string) =>
  reply
    .header('content-type', mediaTypes[format])
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .header('cache-control', 'no-store')
    .send(file)

const writeIssued = (row: IssuedRow): IssuedReport => ({
  issued_report_id: String(row.issued_report_id),
  unit: row.unit_id === null ? null : { unit_id: String(row.unit_id), name: row.unit_name ?? '' },
  number: row.number,
  year: row.year,
  from: row.from_day,
  to: row.to_day,
  language: row.language,
  cut_off: row.cut_off.toISOString(),
  issued_by: row.issued_by,
  audit_head: row.audit_head,
})
