/** /assignments: who serves where and when. The past may be changed; the ratings concerned are then counted again. */
import { Assignment, AssignmentPatch, NewAssignment } from '../contract/assignments.ts'
import { CounterPageQuery, IdParams, Page } from '../contract/common.ts'
import type { Scope } from '../domain/access.ts'
import { ApiError, fail, toApiError } from '../errors.ts'
import {
  type AssignmentRow,
  type Clash,
  deleteAssignment,
  findClash,
  insertAssignment,
  listAssignments,
  lockAssignment,
  lockOpenAssignment,
  requeueCounter,
  setAssignmentEnd,
} from '../queries/assignments.ts'
import { insertAudit } from '../queries/audit.ts'
import { findCounter } from '../queries/counters.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { findOfficer } from '../queries/officers.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readInstant } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter, refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'
import { presentStays, refuseClosedPast } from './roster-carving.ts'

export async function assignmentsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/assignments',
    {
      config: { access: { roles: [...rosterReaders, 'officer'] } },
      schema: { querystring: CounterPageQuery, response: { 200: Page(Assignment) } },
    },
    async (request) => {
      const page = readPage(request.query)
      if (page.after && !/^-?\d{1,17}$/.test(page.after.key)) fail('invalid_cursor')
      const rows = await withScope(pools.app, staffOf(request).scope, async (trx) =>
        listAssignments(trx, page, await readFilter(trx, request.query)),
      )
      const positionOf = (row: (typeof rows)[number]) => ({ key: String(row.start_key), id: row.assignment_id })
      return writePage(rows, page, positionOf, writeAssignment)
    },
  )

  app.post(
    '/api/v1/assignments',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewAssignment, response: { 201: Assignment } } },
    async (request, reply) => {
      const { body } = request
      const wanted = {
        counter_id: readId(body.counter_id),
        officer_id: readId(body.officer_id),
        starts_at: readInstant(body.starts_at, 'starts_at'),
        ends_at: body.ends_at == null ? null : readInstant(body.ends_at, 'ends_at'),
      }
      if (wanted.ends_at && wanted.ends_at <= wanted.starts_at) fail('assignment_backwards')
      const { scope } = staffOf(request)
      const row = await withScope(pools.app, scope, (trx) =>
        assign(trx, scope, wanted, body.replace ?? false, new Date(clock.now())),
      ).catch((error: unknown) => nameClash(error, scope, wanted))
      return reply.code(201).send(writeAssignment(row))
    },
  )

  /** When another call got in between, the database refused: who stands there now is looked up afterwards. */
  async function nameClash(error: unknown, scope: Scope, wanted: Wanted): Promise<never> {
    if (toApiError(error)?.code !== 'assignment_clash' || error instanceof ApiError) throw error
    const clash = await withScope(pools.app, scope, (trx) =>
      findClash(trx, wanted.counter_id, wanted.starts_at, wanted.ends_at, null),
    )
    return fail('assignment_clash', clash ? writeClash(clash) : undefined)
  }

  app.patch(
    '/api/v1/assignments/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: AssignmentPatch, response: { 200: Assignment } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const assignmentId = readId(request.params.id)
      const { body } = request
      const now = new Date(clock.now())
      if ('cancelled' in body) {
        return withScope(pools.app, scope, async (trx) => writeAssignment(await cancel(trx, scope, assignmentId, now)))
      }
      const endsAt = body.ends_at === null ? null : readInstant(body.ends_at, 'ends_at')
      return withScope(pools.app, scope, async (trx) =>
        writeAssignment(await changeEnd(trx, scope, assignmentId, endsAt, now)),
      )
    },
  )
}

interface Wanted {
  counter_id: number
  officer_id: number
  starts_at: Date
  ends_at: Date | null
}

async function assign(trx: Trx, scope: Scope, wanted: Wanted, replace: boolean, now: Date): Promise<AssignmentRow> {
  const counter = (await findCounter(trx, wanted.counter_id)) ?? fail('not_found')
  const officer = (await findOfficer(trx, wanted.officer_id)) ?? fail('not_found')
  if (counter.unit_id !== officer.unit_id) fail('unit_mismatch')
  refuseForeignRoster(scope, counter.unit_id)

  const replaced = replace ? await endRunning(trx, wanted) : null
  // Into a time that nobody had, a roster may be written however old it is: ratings that old keep the officer they have.
  if (replaced) refuseClosedPast(wanted.starts_at.getTime(), now)
  const clash = await findClash(trx, wanted.counter_id, wanted.starts_at, wanted.ends_at, null)
  if (clash) fail('assignment_clash', writeClash(clash))
  const [from, to] = [wanted.starts_at.getTime(), wanted.ends_at?.getTime() ?? null]
  const rows: AssignmentRow[] = []
  // Not while the officer is away: the assignment then pauses, and goes on in a row of its own.
  for (const stay of await presentStays(trx, { officer_id: wanted.officer_id, from, to })) {
    const part = { starts_at: new Date(stay.from), ends_at: stay.to === null ? null : new Date(stay.to) }
    rows.push(await insertAssignment(trx, { ...wanted, ...part, unit_id: counter.unit_id }))
  }
  const row = rows[0] as AssignmentRow
  // Whoever was replaced served on without an end, so everything behind the change is counted anew.
  const requeued = await requeueCounter(trx, row.counter_id, row.starts_at, replaced ? null : wanted.ends_at)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'assignment.create',
    unit_id: row.unit_id,
    subject: { assignment_id: row.assignment_id, counter_id: row.counter_id, officer_id: row.officer_id },
    detail: { starts_at: row.starts_at, ends_at: wanted.ends_at, replaced, requeued },
    at: now,
  })
  return row
}

/** "Change from now": ends what runs open-ended at the start of the new assignment. Null when nothing does. */
async function endRunning(trx: Trx, { counter_id, starts_at }: Wanted): Promise<AssignmentRow | null> {
  const running = await lockOpenAssignment(trx, counter_id, starts_at)
  if (!running) return null
  if (running.starts_at < starts_at) await setAssignmentEnd(trx, running.assignment_id, starts_at)
  else await deleteAssignment(trx, running.assignment_id)
  return running
}

async function changeEnd(
  trx: Trx,
  scope: Scope,
  assignmentId: number,
  endsAt: Date | null,
  now: Date,
): Promise<AssignmentRow> {
  const before = (await lockAssignment(trx, assignmentId)) ?? fail('not_found')
  refuseForeignRoster(scope, before.unit_id)
  if (endsAt && endsAt <= before.starts_at) fail('assignment_backwards')
  if (endsAt?.getTime() === before.ends_at?.getTime()) return before
  const clash = await findClash(trx, before.counter_id, before.starts_at, endsAt, assignmentId)
  if (clash) fail('assignment_clash', writeClash(clash))
  refuseClosedPast(between(before.ends_at, endsAt)[0].getTime(), now)
  const after = await setAssignmentEnd(trx, assignmentId, endsAt)
  const [from, to] = between(before.ends_at, endsAt)
  const requeued = await requeueCounter(trx, after.counter_id, from, to)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'assignment.end',
    unit_id: after.unit_id,
    subject: { assignment_id: assignmentId, counter_id: after.counter_id, officer_id: after.officer_id },
    detail: { before: before.ends_at, after: endsAt, requeued },
    at: now,
  })
  return after
}

/** Takes back what has not begun. Returns it with its end at its start: no time is left of it. */
async function cancel(trx: Trx, scope: Scope, assignmentId: number, now: Date): Promise<AssignmentRow> {
  const before = (await lockAssignment(trx, assignmentId)) ?? fail('not_found')
  refuseForeignRoster(scope, before.unit_id)
  if (before.starts_at <= now) fail('already_started')
  await deleteAssignment(trx, assignmentId)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'assignment.cancel',
    unit_id: before.unit_id,
    subject: { assignment_id: assignmentId, counter_id: before.counter_id, officer_id: before.officer_id },
    detail: { starts_at: before.starts_at, ends_at: before.ends_at },
    at: now,
  })
  return { ...before, ends_at: before.starts_at }
}

/** The span between two different ends, null = never. */
function between(one: Date | null, other: Date | null): [Date, Date | null] {
  if (one === null) return [other as Date, null]
  if (other === null) return [one, null]
  return one < other ? [one, other] : [other, one]
}

function writeAssignment(row: AssignmentRow): Assignment {
  return {
    assignment_id: String(row.assignment_id),
    unit_id: String(row.unit_id),
    counter_id: String(row.counter_id),
    officer_id: String(row.officer_id),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at?.toISOString() ?? null,
  }
}

/** Who stands in the way: enough for a page to say it in a sentence. */
function writeClash(clash: Clash) {
  return {
    assignment_id: String(clash.assignment_id),
    officer: { officer_id: String(clash.officer_id), name: clash.officer_name },
    counter: { counter_id: String(clash.counter_id), name: clash.counter_name },
    from: clash.starts_at.toISOString(),
    to: clash.ends_at?.toISOString() ?? null,
  }
}
