/** /assignments: who serves where and when. The past may be changed; the ratings concerned are then counted again. */
import { Assignment, AssignmentPatch, NewAssignment } from '../contract/assignments.ts'
import { CounterPageQuery, IdParams, Page } from '../contract/common.ts'
import type { Scope } from '../domain/access.ts'
import { fail } from '../errors.ts'
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
      )
      return reply.code(201).send(writeAssignment(row))
    },
  )

  app.patch(
    '/api/v1/assignments/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: AssignmentPatch, response: { 200: Assignment } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const assignmentId = readId(request.params.id)
      const endsAt = request.body.ends_at === null ? null : readInstant(request.body.ends_at, 'ends_at')
      return withScope(pools.app, scope, async (trx) =>
        writeAssignment(await changeEnd(trx, scope, assignmentId, endsAt, new Date(clock.now()))),
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
  const clash = await findClash(trx, wanted.counter_id, wanted.starts_at, wanted.ends_at, null)
  if (clash) fail('assignment_clash', writeClash(clash))
  const row = await insertAssignment(trx, { ...wanted, unit_id: counter.unit_id })
  // Whoever was replaced served on without an end, so everything behind the change is counted anew.
  const requeued = await requeueCounter(trx, row.counter_id, row.starts_at, replaced ? null : row.ends_at)
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'assignment.create',
    unit_id: row.unit_id,
    subject: { assignment_id: row.assignment_id, counter_id: row.counter_id, officer_id: row.officer_id },
    detail: { starts_at: row.starts_at, ends_at: row.ends_at, replaced, requeued },
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
