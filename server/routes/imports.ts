/** /imports: a file shown as what it would change, then applied as a whole or not at all; its maker's alone. */
import { createHash } from 'node:crypto'
import { IdParams, Page } from '../contract/common.ts'
import {
  Import,
  ImportApply,
  ImportLinks,
  type ImportNoun,
  type ImportProblem,
  ImportRow,
  ImportRowsQuery,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ROWS,
  MAX_TOLD_PROBLEMS,
  NewImport,
} from '../contract/imports.ts'
import { FileFlaw } from '../documents/table-reader.ts'
import { readTables } from '../documents/table-thread.ts'
import type { Plan } from '../domain/imports/base.ts'
import { findTables } from '../domain/imports/tables.ts'
import { fail } from '../errors.ts'
import { applyImport } from '../imports/apply.ts'
import { countWrites, planImport, type Said } from '../imports/load.ts'
import { sessionToken } from '../plugins/sessions.ts'
import { withScope } from '../queries/database.ts'
import {
  findImport,
  type ImportRecord,
  insertImport,
  listImportRows,
  listUninvited,
  setImportState,
  takeUpImport,
} from '../queries/imports.ts'
import { hashToken } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { offerLink } from './account-links.ts'
import { readBase64 } from './base64.ts'
import { readId, readName } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { rosterKeepers } from './roster.ts'

/** Base64 makes four characters of three bytes. */
const BODY_LIMIT = Math.ceil((MAX_IMPORT_BYTES * 4) / 3) + 65_536
/** Imports kept of one person. */
const KEPT = 5
/** A server that applies an import writes of it every second or so; after this silence it is gone. */
const SILENT_MS = 60_000

export async function importsRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock, config } = services
  const running = new Set<Promise<void>>()
  app.addHook('onClose', () => Promise.all(running))

  app.post(
    '/api/v1/imports',
    {
      bodyLimit: BODY_LIMIT,
      config: { access: { roles: rosterKeepers } },
      schema: { body: NewImport, response: { 201: Import } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const language = (request.body.language ?? 'vi') as 'vi' | 'en'
      const bytes = readContent(request.body.content)
      const said = await readFile(bytes)
      const now = new Date(clock.now())
      const record = await withScope(pools.app, scope, async (trx) => {
        const plan = await planImport(trx, scope, said, { now: now.getTime(), language })
        return insertImport(
          trx,
          {
            account_id: scope.account_id,
            file_name: readName(request.body.file_name) || '?',
            sha256: createHash('sha256').update(bytes).digest(),
            language,
            plan_digest: plan.digest,
            sheets: sumSheets(said, plan),
            problems: plan.problems.slice(0, MAX_TOLD_PROBLEMS),
            problem_count: plan.problems.length,
            tables: said,
            plan_rows: plan.rows.map(({ row }) => row),
            total: countWrites(plan),
            made_at: now,
          },
          KEPT,
        )
      })
      return reply.code(201).send(write(record, 0, clock.now()))
    },
  )

  app.get(
    '/api/v1/imports/:id',
    { config: { access: { roles: rosterKeepers } }, schema: { params: IdParams, response: { 200: Import } } },
    (request) =>
      withScope(pools.app, staffOf(request).scope, async (trx) => {
        const record = (await findImport(trx, readId(request.params.id))) ?? fail('not_found')
        const invitations = record.accounts.length > 0 ? (await listUninvited(trx, record.accounts)).length : 0
        return write(record, invitations, clock.now())
      }),
  )

  app.get(
    '/api/v1/imports/:id/rows',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, querystring: ImportRowsQuery, response: { 200: Page(ImportRow) } },
    },
    async (request) => {
      const page = readPage(request.query)
      const importId = readId(request.params.id)
      const rows = await withScope(pools.app, staffOf(request).scope, async (trx) => {
        if (!(await findImport(trx, importId))) fail('not_found')
        return listImportRows(trx, importId, request.query.outcome ?? null, page)
      })
      const positionOf = ({ place }: (typeof rows)[number]) => ({ key: '', id: place })
      return writePage(rows, page, positionOf, ({ row }) => row as ImportRow)
    },
  )

  app.post(
    '/api/v1/imports/:id/apply',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: ImportApply, response: { 202: Import } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const importId = readId(request.params.id)
      const now = clock.now()
      const record = await withScope(pools.app, scope, async (trx) => {
        const found = (await findImport(trx, importId)) ?? fail('not_found')
        if (found.state === 'stale') fail('changed_meanwhile')
        if (request.body.plan !== found.plan_digest.toString('hex')) fail('changed_meanwhile')
        if (found.problem_count > 0) fail('import_state', { state: found.state, problems: found.problem_count })
        if (!(await takeUpImport(trx, importId, new Date(now - SILENT_MS), new Date(now)))) {
          fail('import_state', { state: found.state, problems: 0 })
        }
        return found
      })
      const token = sessionToken(request, config)
      const { planned, finished } = applyImport(services, scope, record, token === null ? null : hashToken(token))
      running.add(finished)
      void finished.finally(() => running.delete(finished))
      const isSame = await planned
      const after = await withScope(pools.app, scope, (trx) => findImport(trx, importId))
      // Not the plan that was shown, or the database went away while it was made: then it is as before.
      if (!isSame) fail(after?.state === 'checked' ? 'database_unavailable' : 'changed_meanwhile')
      return reply.code(202).send(write(after ?? record, 0, clock.now()))
    },
  )

  app.post(
    '/api/v1/imports/:id/links',
    {
      config: { access: { roles: ['administrator'] } },
      schema: { params: IdParams, response: { 201: ImportLinks } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const items = await withScope(pools.app, scope, async (trx) => {
        const record = (await findImport(trx, readId(request.params.id))) ?? fail('not_found')
        if (record.state !== 'applied') fail('import_state', { state: record.state, problems: record.problem_count })
        const links: ImportLinks['items'] = []
        for (const { username, unit, officer, ...account } of await listUninvited(trx, record.accounts)) {
          const link = await offerLink(trx, { ...account, has_password: false }, scope.account_id, clock.now())
          links.push({ username, unit, officer, token: link.token, expires_at: link.expires_at })
        }
        return links
      })
      return reply.code(201).send({ items })
    },
  )

  app.delete(
    '/api/v1/imports/:id',
    { config: { access: { roles: rosterKeepers } }, schema: { params: IdParams } },
    async (request, reply) => {
      const importId = readId(request.params.id)
      await withScope(pools.app, staffOf(request).scope, async (trx) => {
        const record = (await findImport(trx, importId)) ?? fail('not_found')
        if (await setImportState(trx, importId, ['checked', 'applying'], 'cancelled', new Date(clock.now()))) return
        // Done is done: what was applied is not taken back by a late "stop".
        const after = (await findImport(trx, importId)) ?? record
        if (after.state === 'applied') fail('import_state', { state: after.state, problems: 0 })
      })
      return reply.code(204).send()
    },
  )
}

/** Throws `invalid_body`, or `import_refused`. */
function readContent(base64: string): Buffer {
  const content = readBase64(base64) ?? fail('invalid_body', [{ path: '/content', problem: 'is not base64' }])
  if (content.length > MAX_IMPORT_BYTES) refuse('too_large', { bytes: content.length, most: MAX_IMPORT_BYTES })
  return content
}

async function readFile(bytes: Buffer): Promise<Said> {
  try {
    const said = findTables(await readTables(bytes))
    if (said.tables.length === 0) refuse('no_header')
    const rows = said.tables.reduce((sum, table) => sum + table.rows.length, 0)
    if (rows > MAX_IMPORT_ROWS) refuse('too_many_rows', { rows, most: MAX_IMPORT_ROWS })
    return said
  } catch (error) {
    if (error instanceof FileFlaw) refuse(error.flaw, error.details)
    throw error
  }
}

const refuse = (flaw: FileFlaw['flaw'], details: FileFlaw['details'] = {}): never =>
  fail('import_refused', { flaw, ...details })

/** Counts by sheet, in the order of the nouns; sheets that could not be taken at all come last. */
function sumSheets({ tables }: Said, plan: Plan): Import['sheets'] {
  return tables.map(({ noun, sheet, rows, hidden_rows, formulas }) => {
    const own = plan.rows.filter(({ row }) => row.noun === noun)
    const count = (outcome: ImportRow['outcome']) => own.filter(({ row }) => row.outcome === outcome).length
    const counts = { new: count('new'), changed: count('changed'), same: count('same'), error: count('error') }
    return { noun: noun as ImportNoun, sheet, rows: rows.length, ...counts, hidden_rows, formulas }
  })
}

function write(record: ImportRecord, invitations: number, now: number): Import {
  const silent = record.state === 'applying' && record.changed_at.getTime() < now - SILENT_MS
  return {
    import_id: String(record.import_id),
    file_name: record.file_name,
    digest: record.sha256.toString('hex'),
    plan: record.plan_digest.toString('hex'),
    state: silent ? 'checked' : record.state,
    sheets: record.sheets as Import['sheets'],
    problems: { total: record.problem_count, items: record.problems as ImportProblem[] },
    progress: { done: record.done, total: record.total },
    invitations,
    made_at: record.made_at.toISOString(),
  }
}
