/** /roster-doubts: an officer's "that was not me", for whoever keeps the roster to settle. It never speaks of a rating. */
import { IdParams } from '../contract/common.ts'
import { Desk, DoubtsQuery, NewRosterDoubt, RosterDoubt, RosterDoubtPatch, RosterDoubts } from '../contract/roster.ts'
import { isSelf, type Scope } from '../domain/access.ts'
import { dueOn } from '../domain/cases.ts'
import { spanOfPart } from '../domain/roster.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { findStaysOfOfficer } from '../queries/assignments.ts'
import { insertAudit } from '../queries/audit.ts'
import { findCase } from '../queries/cases.ts'
import { findCounter } from '../queries/counters.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { type DoubtRow, findDesk, insertDoubt, listDoubts, lockDoubt, settleDoubt } from '../queries/roster-doubts.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { deadlineCalendar } from './deadlines.ts'
import { readId, readName, refuseImpossibleDays } from './ids.ts'
import { readFilter, refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'
import { refuseClosedPast } from './roster-carving.ts'

const BACK_DAYS = 35
/** As far as an officer's own page looks back. */
const DESK_DAYS = 14

export async function rosterDoubtsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/roster-doubts',
    {
      config: { access: { roles: [...rosterReaders, 'officer'] } },
      schema: { querystring: DoubtsQuery, response: { 200: RosterDoubts } },
    },
    (request) =>
      withScope(pools.app, staffOf(request).scope, async (trx) => {
        const { unit_id } = await readFilter(trx, request.query)
        const since = new Date(startOfDay(addDays(localDay(clock.now()), -BACK_DAYS)))
        return { items: (await listDoubts(trx, unit_id, since)).map(writeDoubt) }
      }),
  )

  app.get(
    '/api/v1/roster-doubts/desk',
    { config: { access: { roles: ['officer'] } }, schema: { response: { 200: Desk } } },
    (request) =>
      withScope(pools.app, staffOf(request).scope, async (trx) => {
        const now = clock.now()
        const since = new Date(startOfDay(addDays(localDay(now), -DESK_DAYS)))
        const begun = (await findDesk(trx, since)).filter(({ starts_at }) => starts_at.getTime() <= now)
        const items = begun.map(({ counter_id, starts_at, ends_at, ...row }) => ({
          ...row,
          counter_id: String(counter_id),
          starts_at: starts_at.toISOString(),
          ends_at: ends_at?.toISOString() ?? null,
        }))
        return { items }
      }),
  )

  app.post(
    '/api/v1/roster-doubts',
    { config: { access: { roles: ['officer'] } }, schema: { body: NewRosterDoubt, response: { 201: RosterDoubt } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const now = new Date(clock.now())
      const row = await withScope(pools.app, scope, (trx) => raiseDoubt(trx, scope, request.body, now))
      return reply.code(201).send(writeDoubt(row))
    },
  )

  app.patch(
    '/api/v1/roster-doubts/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: RosterDoubtPatch, response: { 200: RosterDoubt } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const now = new Date(clock.now())
      const doubtId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) =>
        writeDoubt(await endDoubt(trx, scope, doubtId, request.body, now)),
      )
    },
  )
}

/** Throws `not_found` where the roster does not put the officer, and what else stands in the way. */
export async function raiseDoubt(trx: Trx, scope: Scope, body: NewRosterDoubt, now: Date): Promise<DoubtRow> {
  const today = localDay(now.getTime())
  const counterId = readId(body.counter_id)
  refuseImpossibleDays(body, 'day')
  const { officer_id } = scope
  if (officer_id === null) fail('not_found')
  const counter = (await findCounter(trx, counterId)) ?? fail('not_found')
  const span = spanOfPart(body.day, body.part)
  refuseClosedPast(span.from, now)
  // Only where the roster does put them: anything else would be news, not a doubt.
  const stays = await findStaysOfOfficer(trx, officer_id, new Date(span.from), new Date(span.to))
  if (!stays.some((stay) => stay.counter_id === counterId)) fail('not_found')
  const made = await insertDoubt(trx, {
    unit_id: counter.unit_id,
    officer_id,
    counter_id: counterId,
    day: body.day,
    part: body.part,
    note: body.note === undefined ? null : readName(body.note),
    raised_at: now,
    due_on: dueOn('doubt', today, await deadlineCalendar(trx, counter.unit_id, today)),
  })
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'doubt.create',
    unit_id: made.unit_id,
    subject: { doubt_id: made.doubt_id, counter_id: counterId, officer_id },
    detail: { day: made.day, part: made.part },
    at: now,
  })
  return made
}

/** Settles it, once (`already_settled`), and nobody their own (`second_person_needed`). */
export async function endDoubt(
  trx: Trx,
  scope: Scope,
  doubtId: number,
  { outcome, answer }: RosterDoubtPatch,
  now: Date,
): Promise<DoubtRow> {
  const before = (await lockDoubt(trx, doubtId)) ?? (await refuseOwn(trx, scope, doubtId))
  refuseForeignRoster(scope, before.unit_id)
  if (before.outcome !== null) fail('already_settled')
  const after = await settleDoubt(trx, doubtId, {
    outcome,
    answer: answer === undefined ? null : readName(answer),
    settled_at: now,
    settled_by: scope.account_id,
  })
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'doubt.settle',
    unit_id: before.unit_id,
    subject: { doubt_id: doubtId, officer_id: before.officer_id },
    detail: { outcome },
    at: now,
  })
  return after
}

/** The database locks nobody their own doubt. Throws `second_person_needed` for that, else `not_found`. */
async function refuseOwn(trx: Trx, scope: Scope, doubtId: number): Promise<never> {
  const doubt = await findCase(trx, 'd', doubtId)
  return fail(doubt?.officer_id != null && isSelf(scope, doubt.officer_id) ? 'second_person_needed' : 'not_found')
}

function writeDoubt({ settled_at: _, ...row }: DoubtRow): RosterDoubt {
  return {
    ...row,
    doubt_id: String(row.doubt_id),
    unit_id: String(row.unit_id),
    officer_id: String(row.officer_id),
    counter_id: String(row.counter_id),
    raised_at: row.raised_at.toISOString(),
  }
}
