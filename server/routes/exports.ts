/** /exports and /import-templates: the organisation as files with the columns of imports, within the caller's scope. */
import { Readable } from 'node:stream'
import {
  type ExportQuery as Asked,
  ExportQuery,
  type ImportNoun,
  importNouns,
  MAX_IMPORT_ROWS,
  TemplateQuery,
} from '../contract/imports.ts'
import { mediaTypes } from '../documents/render.ts'
import { drawWorkbook } from '../documents/table-thread.ts'
import { csvHead, csvRows } from '../documents/table-writer.ts'
import { mayAdminister, mayReadRoster, type Scope } from '../domain/access.ts'
import type { Value } from '../domain/imports/cells.ts'
import type { Language } from '../domain/imports/column-parts.ts'
import { columnsOf } from '../domain/imports/columns.ts'
import { sheetNames } from '../domain/imports/names.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { countRows, readSlices } from '../imports/export.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readOptionalId, refuseImpossibleDays } from './ids.ts'
import { rosterKeepers, rosterReaders } from './roster.ts'

/** What an account may bring in, and so needs templates for. */
const nounsOf = (scope: Scope): ImportNoun[] =>
  importNouns.filter((noun) => mayAdminister(scope) || (noun !== 'units' && noun !== 'accounts'))

export async function exportsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/import-templates',
    { config: { access: { roles: rosterKeepers } }, schema: { querystring: TemplateQuery } },
    async (request, reply) => {
      const { noun, format, language = 'vi' } = request.query
      const { scope } = staffOf(request)
      const nouns = noun === undefined ? nounsOf(scope) : [noun]
      if (noun !== undefined && !nounsOf(scope).includes(noun)) fail('forbidden')
      if (noun === undefined && format === 'csv') {
        fail('invalid_query', [{ path: '/noun', problem: 'is required where the format is csv' }])
      }
      reply.type(mediaTypes[format]).header('content-disposition', attachment(`${noun ?? 'import'}-template.${format}`))
      if (format === 'csv') return reply.send(csvHead(columnsOf[nouns[0] as ImportNoun], language as Language))
      const tables = nouns.map((one) => ({
        name: sheetNames[one][language as Language],
        columns: columnsOf[one],
        rows: [],
      }))
      return reply.send(await drawWorkbook(tables, language as Language, { legend: true }))
    },
  )

  app.get(
    '/api/v1/exports',
    { config: { access: { roles: rosterReaders } }, schema: { querystring: ExportQuery } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { noun, format } = request.query
      const language = (request.query.language ?? 'vi') as Language
      const wanted = readWanted(request.query)
      if (noun === 'accounts' && !mayAdminister(scope)) fail('forbidden')
      const now = new Date(clock.now())
      const total = await withScope(pools.app, scope, async (trx) => {
        if (wanted.unit_id !== null) {
          if (!(await findUnit(trx, wanted.unit_id)) || !mayReadRoster(scope, wanted.unit_id)) fail('not_found')
        }
        const rows = await countRows(trx, scope, noun, wanted)
        if (format === 'xlsx' && rows > MAX_IMPORT_ROWS) fail('export_too_large', { rows, most: MAX_IMPORT_ROWS })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'export.make',
          unit_id: wanted.unit_id,
          subject: { noun },
          detail: { format, rows, from: wanted.from, to: wanted.to },
          at: now,
        })
        return rows
      })
      reply
        .type(mediaTypes[format])
        .header('content-disposition', attachment(`${noun}-${localDay(now.getTime())}.${format}`))
      const slices = readSlices({ pools, scope, now }, noun, wanted)
      if (format === 'csv') {
        // How far the file has come, for whoever counts its lines.
        return reply.header('x-total-rows', String(total)).send(Readable.from(writeCsv(noun, slices, language)))
      }
      const rows: Value[][] = []
      for await (const slice of slices) {
        request.signal.throwIfAborted()
        rows.push(...slice)
      }
      const table = { name: sheetNames[noun][language], columns: columnsOf[noun], rows }
      return reply.send(await drawWorkbook([table], language, { signal: request.signal }))
    },
  )
}

const attachment = (name: string) => `attachment; filename="${name}"`

function readWanted(query: Asked) {
  refuseImpossibleDays(query, 'from', 'to')
  const { from = null, to = null } = query
  if (from !== null && to !== null && from > to) fail('invalid_range')
  return { unit_id: readOptionalId(query.unit_id), from, to }
}

async function* writeCsv(noun: ImportNoun, slices: AsyncIterable<Value[][]>, language: Language) {
  yield csvHead(columnsOf[noun], language)
  for await (const slice of slices) yield csvRows(columnsOf[noun], slice, language)
}
