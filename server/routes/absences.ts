/** /absences: who is away. The officer's counters go to a stand-in or to nobody meanwhile, and come back afterwards. */
import { IdParams } from '../contract/common.ts'
import { Absence, AbsenceAnswer, AbsencePatch, Absences, NewAbsence, UnitQuery } from '../contract/roster.ts'
import { mayReadRoster } from '../domain/access.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { findStaysOfOfficer } from '../queries/assignments.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { findOfficer } from '../queries/officers.ts'
import {
  type AbsenceRow,
  endAbsence,
  findAbsences,
  insertAbsence,
  lockAbsence,
  lockChangeOfAbsence,
  markUndone,
} from '../queries/roster-changes.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readInstant } from './ids.ts'
import { refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'
import { makeChange, presentStays, refuseClosedPast, unmakeChange, writeAbsent } from './roster-carving.ts'

/** Absences that ended longer ago than this are history and need no hand. */
const BACK_DAYS = 35

export async function absencesRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.get(
    '/api/v1/absences',
    { config: { access: { roles: rosterReaders } }, schema: { querystring: UnitQuery, response: { 200: Absences } } },
    (request) =>
      withScope(pools.app, staffOf(request).scope, async (trx) => {
        const unit = (await findUnit(trx, readId(request.query.unit_id))) ?? fail('not_found')
        if (!mayReadRoster(staffOf(request).scope, unit.unit_id)) fail('not_found')
        const since = new Date(startOfDay(addDays(localDay(clock.now()), -BACK_DAYS)))
        return { items: (await findAbsences(trx, { unit_id: unit.unit_id }, since, null)).map(writeAbsence) }
      }),
  )

  app.post(
    '/api/v1/absences',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewAbsence, response: { 201: Absence } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const now = new Date(clock.now())
      const officerId = readId(body.officer_id)
      const standInId = body.stand_in_id == null ? null : readId(body.stand_in_id)
      const span = {
        starts_at: readInstant(body.starts_at, 'starts_at'),
        ends_at: readInstant(body.ends_at, 'ends_at'),
      }
      if (span.ends_at <= span.starts_at) fail('assignment_backwards')
      const row = await withScope(pools.app, scope, async (trx) => {
        const officer = (await findOfficer(trx, officerId)) ?? fail('not_found')
        const standIn = standInId === null ? null : ((await findOfficer(trx, standInId)) ?? fail('not_found'))
        refuseForeignRoster(scope, officer.unit_id)
        if (standIn && standIn.unit_id !== officer.unit_id) fail('unit_mismatch')
        refuseClosedPast(span.starts_at.getTime(), now)
        const [other] = await findAbsences(trx, { officer_id: officerId }, span.starts_at, span.ends_at)
        if (other) fail('absence_clash', writeAbsent(other))
        const { unit_id } = officer
        const made = await insertAbsence(trx, { unit_id, officer_id: officerId, ...span })
        const stays = await findStaysOfOfficer(trx, officerId, span.starts_at, span.ends_at)
        const carvings = []
        for (const { counter_id, starts_at, ends_at } of stays) {
          const from = Math.max(starts_at.getTime(), span.starts_at.getTime())
          const to = Math.min(ends_at?.getTime() ?? Number.POSITIVE_INFINITY, span.ends_at.getTime())
          const wanted = standInId === null ? [] : await presentStays(trx, { officer_id: standInId, from, to })
          carvings.push({ counter_id, from, to, wanted })
        }
        const { absence_id } = made
        await makeChange(trx, scope, { unit_id, kind: 'absence', absence_id, reason: null, carvings }, now)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'absence.create',
          unit_id,
          subject: { absence_id, officer_id: officerId },
          detail: { ...span, stand_in_id: standInId },
          at: now,
        })
        return made
      })
      return reply.code(201).send(writeAbsence(row))
    },
  )

  app.patch(
    '/api/v1/absences/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: AbsencePatch, response: { 200: AbsenceAnswer } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const now = new Date(clock.now())
      const absenceId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const before = (await lockAbsence(trx, absenceId)) ?? fail('not_found')
        refuseForeignRoster(scope, before.unit_id)
        if (!before.active) fail('already_settled')
        await endAbsence(trx, absenceId)
        const change = await lockChangeOfAbsence(trx, absenceId)
        const restored = change === null ? true : (await unmakeChange(trx, scope, change, now)) !== null
        if (change && restored) await markUndone(trx, change.change_id, now)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'absence.cancel',
          unit_id: before.unit_id,
          subject: { absence_id: absenceId, officer_id: before.officer_id },
          detail: { roster_restored: restored },
          at: now,
        })
        return { ...writeAbsence({ ...before, active: false }), roster_restored: restored }
      })
    },
  )
}

function writeAbsence(row: AbsenceRow): Absence {
  return {
    absence_id: String(row.absence_id),
    unit_id: String(row.unit_id),
    officer_id: String(row.officer_id),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at.toISOString(),
    active: row.active,
  }
}
