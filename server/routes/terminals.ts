/** /terminals: the tablets as staff keep them. A code pairs one within 15 minutes; a revoked pairing never comes back. */
import { Closed, CountedPage, CounterPageQuery, IdParams, Nullable } from '../contract/common.ts'
import { NewTerminal, NewTerminalAnswer, Terminal, TerminalPatch } from '../contract/terminals.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type CounterRow, findCounter } from '../queries/counters.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  countTerminals,
  findTerminal,
  insertTerminal,
  listTerminals,
  moveTerminal,
  renameTerminal,
  revokeTerminal,
  setPairingCode,
  type TerminalRow,
} from '../queries/terminals.ts'
import { findUnit } from '../queries/units.ts'
import { hashPairingCode, newPairingCode } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter, refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'

const CODE_MINUTES = 15

export async function terminalsRoutes(app: App, { pools, clock, keys, directory }: Services): Promise<void> {
  /** A fresh code in the form people type, the form that is stored, and how long it is good. */
  const makeCode = () => {
    const code = newPairingCode()
    const expiresAt = new Date(clock.now() + CODE_MINUTES * 60_000)
    return { code, codeHash: hashPairingCode(code, keys.codes), expiresAt }
  }

  app.get(
    '/api/v1/terminals',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: CounterPageQuery, response: { 200: CountedPage(Terminal) } },
    },
    async (request) => {
      const page = readPage(request.query)
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const filter = await readFilter(trx, request.query)
        const rows = await listTerminals(trx, page, filter)
        const positionOf = (row: TerminalRow) => ({ key: row.name, id: row.terminal_id })
        return { ...writePage(rows, page, positionOf, writeTerminal), ...(await countTerminals(trx, filter)) }
      })
    },
  )

  app.post(
    '/api/v1/terminals',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { body: NewTerminal, response: { 201: NewTerminalAnswer } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const counterId = readId(body.counter_id)
      const { code, codeHash, expiresAt } = makeCode()
      const terminal = await withScope(pools.app, scope, async (trx) => {
        const counter = (await findCounter(trx, counterId)) ?? fail('not_found')
        refuseForeignRoster(scope, counter.unit_id)
        await refuseEnded(trx, counter, clock.now())
        const name = body.name === undefined ? counter.name : readName(body.name)
        const terminalId = await insertTerminal(trx, {
          unit_id: counter.unit_id,
          counter_id: counterId,
          name,
          codeHash,
          codeExpiresAt: expiresAt,
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'terminal.create',
          unit_id: counter.unit_id,
          subject: { terminal_id: terminalId, counter_id: counterId },
          detail: { name },
          at: new Date(clock.now()),
        })
        return reload(trx, terminalId)
      })
      return reply.code(201).send(writeNewCode(terminal, code, expiresAt))
    },
  )

  app.post(
    '/api/v1/terminals/:id/pairing-code',
    {
      config: { access: { roles: rosterKeepers } },
      // Nothing to say, so nothing or an empty object.
      schema: { params: IdParams, body: Nullable(Closed({})), response: { 201: NewTerminalAnswer } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const terminalId = readId(request.params.id)
      const { code, codeHash, expiresAt } = makeCode()
      const terminal = await withScope(pools.app, scope, async (trx) => {
        const before = (await findTerminal(trx, terminalId)) ?? fail('not_found')
        refuseForeignRoster(scope, before.unit_id)
        if (before.revoked_at) fail('not_found', undefined, 'This pairing was ended for good; add the tablet anew.')
        await refuseEnded(trx, await findCounter(trx, before.counter_id), clock.now())
        await setPairingCode(trx, terminalId, codeHash, expiresAt)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'terminal.code',
          unit_id: before.unit_id,
          subject: { terminal_id: terminalId },
          at: new Date(clock.now()),
        })
        return before
      })
      return reply.code(201).send(writeNewCode(terminal, code, expiresAt))
    },
  )

  app.patch(
    '/api/v1/terminals/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: TerminalPatch, response: { 200: Terminal } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { name, revoked, counter_id } = request.body
      const terminalId = readId(request.params.id)
      // The directory's clock is the one that dates ratings, and the moment of a move is compared with them.
      const now = new Date(directory.now())
      const terminal = await withScope(pools.app, scope, async (trx) => {
        const before = (await findTerminal(trx, terminalId)) ?? fail('not_found')
        refuseForeignRoster(scope, before.unit_id)
        const note = (action: string, detail: Record<string, unknown>) =>
          insertAudit(trx, {
            account_id: scope.account_id,
            action: `terminal.${action}`,
            unit_id: before.unit_id,
            subject: { terminal_id: terminalId },
            detail,
            at: now,
          })
        if (name !== undefined) {
          await renameTerminal(trx, terminalId, readName(name))
          await note('rename', { before: before.name, name: readName(name) })
        }
        if (counter_id !== undefined) {
          const counter = await findTarget(trx, before, readId(counter_id))
          if (counter !== before.counter_id) {
            await moveTerminal(trx, before, counter, now)
            await note('move', { before: before.counter_id, counter_id: counter })
          }
        }
        if (revoked) {
          await revokeTerminal(trx, terminalId, now)
          await note('revoke', { before: before.name })
        }
        return reload(trx, terminalId)
      })
      // The tablet's next request must already find its pairing ended.
      directory.forgetTerminals()
      return writeTerminal(terminal)
    },
  )
}

/** The counter a tablet may be moved to: an open one of its own unit. Throws `not_found` or `unit_mismatch`. */
async function findTarget(trx: Trx, terminal: TerminalRow, counterId: number): Promise<number> {
  if (terminal.revoked_at) fail('not_found', undefined, 'This pairing was ended for good; add the tablet anew.')
  const counter = (await findCounter(trx, counterId)) ?? fail('not_found')
  if (counter.unit_id !== terminal.unit_id) fail('unit_mismatch')
  if (!counter.active) fail('unit_ended')
  return counter.counter_id
}

/** No tablet for a counter that is closed, or of a unit whose last day has passed. Throws `unit_ended`. */
async function refuseEnded(trx: Trx, counter: CounterRow | null, now: number): Promise<void> {
  const unit = counter && (await findUnit(trx, counter.unit_id))
  if (!counter?.active || (unit?.valid_to && unit.valid_to < localDay(now))) fail('unit_ended')
}

async function reload(trx: Trx, terminalId: number): Promise<TerminalRow> {
  return (await findTerminal(trx, terminalId)) ?? fail('not_found')
}

function writeTerminal(row: TerminalRow): Terminal {
  return {
    terminal_id: String(row.terminal_id),
    unit_id: String(row.unit_id),
    counter_id: String(row.counter_id),
    name: row.name,
    state: row.revoked_at ? 'revoked' : row.paired_at ? 'paired' : 'waiting',
    paired_at: row.paired_at?.toISOString() ?? null,
    last_contact_at: row.last_contact_at?.toISOString() ?? null,
    queue_length: row.queue_length,
    version: row.version,
  }
}

function writeNewCode(row: TerminalRow, code: string, expiresAt: Date): NewTerminalAnswer {
  return {
    terminal_id: String(row.terminal_id),
    pairing_code: code,
    pairing_code_expires_at: expiresAt.toISOString(),
    terminal: writeTerminal(row),
  }
}
