/** Public boards: anybody reads one that is open; the unit's leader opens it and keeps its words. */
import type { Role } from '../contract/accounts.ts'
import {
  ANSWER_ROOM,
  Board,
  BoardAnswer,
  BoardAnswerPatch,
  BoardPatch,
  BoardSettings,
  NewBoardAnswer,
} from '../contract/boards.ts'
import { IdParams } from '../contract/common.ts'
import type { Hours } from '../contract/terminals.ts'
import { isFit, isOverloaded } from '../contract/text.ts'
import { mayKeepBoard, mayReadBelowUnit } from '../domain/access.ts'
import { boardFigure, boardMonth } from '../domain/boards.ts'
import { codePoints, normaliseComment } from '../domain/comment.ts'
import { localDay } from '../domain/time.ts'
import { ApiError, fail } from '../errors.ts'
import { createLimit, isLoopback } from '../plugins/limits.ts'
import { insertAudit } from '../queries/audit.ts'
import {
  type AnswerRow,
  closeBoardMonth,
  findBoard,
  findBoardMonth,
  findPublicBoard,
  insertBoardAnswer,
  listBoardAnswers,
  lockBoardAnswer,
  type PublicBoard,
  saveBoard,
  setUnitContact,
  updateBoardAnswer,
} from '../queries/boards.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import { findUnit, type UnitRow } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'
import { refuseStale } from './roster.ts'

const keepers: Role[] = ['unit_leader']
const readers: Role[] = [...keepers, 'commission', 'administrator']

/** Calls a minute of one address: a wall and a waiting room full of telephones behind one line ask far less. */
const PER_ADDRESS = 240
/** Closing a board is seen by everybody within this time. */
const CACHE_SECONDS = 60

/** Sees no row of any table; public_board() is the one thing it may ask. */
const nobody: DbScope = { account_id: null, roles: [], units: [], officer_id: null }

export async function boardsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const limit = createLimit(PER_ADDRESS)

  app.get(
    '/api/v1/boards/:id',
    { config: { access: 'public' }, schema: { params: IdParams, response: { 200: Board } } },
    async (request, reply) => {
      const wait = limit.exceededFor(request.ip)
      if (wait > 0 && !isLoopback(request.ip)) {
        throw new ApiError('too_many_requests', undefined, undefined, { retryAfter: wait })
      }
      const unitId = readId(request.params.id)
      const board = await withScope(pools.app, nobody, (trx) => findPublicBoard(trx, unitId, localDay(clock.now())))
      if (!board) fail('not_found')
      reply.header('cache-control', `public, max-age=${CACHE_SECONDS}`)
      return writeBoard(board)
    },
  )

  app.get(
    '/api/v1/units/:id/board',
    { config: { access: { roles: readers } }, schema: { params: IdParams, response: { 200: BoardSettings } } },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const unit = await findUnit(trx, unitId)
        if (!unit || !mayReadBelowUnit(scope, unitId)) fail('not_found')
        return readSettings(trx, unit, localDay(clock.now()))
      })
    },
  )

  app.patch(
    '/api/v1/units/:id/board',
    {
      config: { access: { roles: keepers }, cleansTexts: true },
      schema: { params: IdParams, body: BoardPatch, response: { 200: BoardSettings } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      const { version, open, procedures_url, ...written } = request.body
      refuseBadAddress(procedures_url)
      const contact = Object.fromEntries(
        Object.entries(written).map(([name, text]) => [name, text === null ? null : words(text)]),
      )
      const now = clock.now()
      const today = localDay(now)
      return withScope(pools.app, scope, async (trx) => {
        const unit = await findUnit(trx, unitId)
        if (!unit || !mayKeepBoard(scope, unitId)) fail('not_found')
        const before = await findBoard(trx, unitId, true)
        if (version !== undefined && version !== before.version) {
          fail('changed_meanwhile', await readSettings(trx, unit, today))
        }
        // It would say that it is open, and nobody would see it.
        if (open && isEnded(unit, today)) fail('unit_ended')
        if (Object.keys(request.body).length === (version === undefined ? 0 : 1)) {
          return readSettings(trx, unit, today)
        }
        await saveBoard(trx, unitId, {
          is_open: open ?? before.is_open,
          procedures_url: procedures_url === undefined ? before.procedures_url : procedures_url,
        })
        await setUnitContact(trx, unitId, { ...contactOf(unit), ...contact })
        if (open) await closeBoardMonth(trx, unitId, boardMonth(today), today)
        const { version: _version, ...was } = before
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'board.change',
          unit_id: unitId,
          subject: { unit_id: unitId },
          detail: { before: { ...was, ...contactOf(unit) }, changes: { open, procedures_url, ...contact } },
          at: new Date(now),
        })
        return readSettings(trx, (await findUnit(trx, unitId)) ?? fail('not_found'), today)
      })
    },
  )

  app.post(
    '/api/v1/board-answers',
    {
      config: { access: { roles: keepers }, cleansTexts: true },
      schema: { body: NewBoardAnswer, response: { 201: BoardAnswer } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.body.unit_id)
      const now = clock.now()
      const answer = await withScope(pools.app, scope, async (trx) => {
        if (!mayKeepBoard(scope, unitId) || !(await findUnit(trx, unitId))) fail('not_found')
        const row = await insertBoardAnswer(trx, {
          unit_id: unitId,
          asked: readPublic(request.body.asked, 'asked'),
          done: readPublic(request.body.done, 'done'),
          written_on: localDay(now),
        })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'board_answer.create',
          unit_id: unitId,
          subject: { answer_id: row.answer_id },
          detail: { asked: row.asked, done: row.done },
          at: new Date(now),
        })
        return row
      })
      return reply.code(201).send(writeAnswer(answer))
    },
  )

  app.patch(
    '/api/v1/board-answers/:id',
    {
      config: { access: { roles: keepers }, cleansTexts: true },
      schema: { params: IdParams, body: BoardAnswerPatch, response: { 200: BoardAnswer } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const answerId = readId(request.params.id)
      const { version, asked, done, ...shown } = request.body
      const changes = {
        ...(asked !== undefined && { asked: readPublic(asked, 'asked') }),
        ...(done !== undefined && { done: readPublic(done, 'done') }),
        ...shown,
      }
      return withScope(pools.app, scope, async (trx) => {
        const before = await lockBoardAnswer(trx, answerId)
        if (!before || !mayKeepBoard(scope, before.unit_id)) fail('not_found')
        refuseStale(version, before, writeAnswer)
        if (Object.keys(changes).length === 0) return writeAnswer(before)
        const { asked, done, shown } = { ...before, ...changes }
        const after = await updateBoardAnswer(trx, answerId, { asked, done, shown })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'board_answer.change',
          unit_id: before.unit_id,
          subject: { answer_id: answerId },
          detail: { before: { asked: before.asked, done: before.done, shown: before.shown }, changes },
          at: new Date(clock.now()),
        })
        return writeAnswer(after)
      })
    },
  )
}

/** What nobody sees, or turns the characters behind it around: the wall would show another address than the code opens. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u

/** The schema counts characters; the code on the wall holds bytes. A name or password in an address would be public. */
function refuseBadAddress(url: string | null | undefined): void {
  if (typeof url !== 'string') return
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: null, password: null }
  if (username !== '' || password !== '' || UNSEEN.test(url) || !isFit(url) || Buffer.byteLength(url) > 180) {
    fail('invalid_body', [{ path: '/procedures_url', problem: 'is no address of at most 180 bytes without a log-in' }])
  }
}

const isEnded = ({ valid_to }: UnitRow, today: string): boolean => valid_to !== null && valid_to < today

/** As it hangs on the wall: in one line, without signs that cannot be seen or turn the words of others around; null = nothing. */
const words = (text: string): string | null => normaliseComment(text).replace(/\s+/g, ' ') || null

/** Throws `invalid_body` where no word is left, composing made it longer than the place for it, or a letter has too many marks. */
function readPublic(text: string, field: 'asked' | 'done'): string {
  const read = words(text)
  if (read === null || codePoints(read) > ANSWER_ROOM[field] || isOverloaded(text)) {
    fail('invalid_body', [{ path: `/${field}`, problem: 'has no words, or too many' }])
  }
  return read
}

const contactOf = ({ hotline, duty_leader_name, duty_leader_phone }: UnitRow) => ({
  hotline,
  duty_leader_name,
  duty_leader_phone,
})

async function readSettings(trx: Trx, unit: UnitRow, today: string): Promise<BoardSettings> {
  const { is_open, procedures_url, version } = await findBoard(trx, unit.unit_id)
  const month = await findBoardMonth(trx, unit.unit_id)
  return {
    unit_id: String(unit.unit_id),
    // Of a unit that is no more nobody sees a board, whatever was left open.
    open: is_open && !isEnded(unit, today),
    procedures_url,
    ...contactOf(unit),
    month: month ? boardFigure(month) : null,
    answers: (await listBoardAnswers(trx, unit.unit_id)).map(writeAnswer),
    version,
  }
}

const writeAnswer = (row: AnswerRow): BoardAnswer => ({
  ...row,
  answer_id: String(row.answer_id),
  unit_id: String(row.unit_id),
})

function writeBoard(board: PublicBoard): Board {
  return {
    unit: { name: board.name, kind: board.kind },
    slogan: board.slogan,
    items: board.items.map(({ commitment, family, labels }) => ({
      commitment,
      family,
      labels: Object.fromEntries(Object.entries(labels).map(([language, { official }]) => [language, official])),
    })),
    month: board.month && boardFigure(board.month),
    answers: board.answers,
    duty_leader:
      board.duty_leader_name === null ? null : { name: board.duty_leader_name, phone: board.duty_leader_phone ?? '' },
    hotline: board.hotline,
    hours: board.hours as Hours,
    procedures_url: board.procedures_url,
  }
}
