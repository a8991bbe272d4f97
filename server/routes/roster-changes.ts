/** /roster-changes and /roster-weeks: "change from now", shifts and swaps as one deed that can be undone, and copying a week. */
import { IdParams } from '../contract/common.ts'
import { NewRosterChange, NewRosterWeek, RosterChange, RosterChanges, UnitQuery } from '../contract/roster.ts'
import { mayReadRoster, type Scope } from '../domain/access.ts'
import { type Stay, stayAt, within, without } from '../domain/roster.ts'
import { startOfDay, weekday } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { findCounter, listCounters } from '../queries/counters.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { findOfficer } from '../queries/officers.ts'
import {
  type ChangedPlace,
  type ChangeRow,
  findAbsences,
  findNextStart,
  findStays,
  listChanges,
  lockChange,
  lockStays,
  markUndone,
} from '../queries/roster-changes.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readInstant, readName, refuseImpossibleDays } from './ids.ts'
import { refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'
import { type Carving, makeChange, presentStays, unmakeChange } from './roster-carving.ts'

/** As many as a page shows to undo or to look up. */
const SHOWN = 30
const MINUTE_MS = 60_000
const WEEK_MS = 7 * 86_400_000

export async function rosterChangesRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const now = () => new Date(clock.now())

  app.get(
    '/api/v1/roster-changes',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: UnitQuery, response: { 200: RosterChanges } },
    },
    (request) =>
      withScope(pools.app, staffOf(request).scope, async (trx) => {
        const unit = (await findUnit(trx, readId(request.query.unit_id))) ?? fail('not_found')
        if (!mayReadRoster(staffOf(request).scope, unit.unit_id)) fail('not_found')
        return { items: (await listChanges(trx, unit.unit_id, SHOWN)).map(writeChange) }
      }),
  )

  app.post(
    '/api/v1/roster-changes',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { body: NewRosterChange, response: { 201: RosterChange } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const starts = readInstant(body.starts_at, 'starts_at').getTime()
      const ends = body.ends_at == null ? null : readInstant(body.ends_at, 'ends_at').getTime()
      if (ends !== null && ends <= starts) fail('assignment_backwards')
      const wanted = body.places.map((place) => ({
        counter_id: readId(place.counter_id),
        officer_id: place.officer_id === null ? null : readId(place.officer_id),
        instead_of:
          place.instead_of === undefined ? undefined : place.instead_of === null ? null : readId(place.instead_of),
      }))
      if (new Set(wanted.map(({ counter_id }) => counter_id)).size < wanted.length) {
        fail('invalid_body', [{ path: '/places', problem: 'names a counter twice' }])
      }
      const row = await withScope(pools.app, scope, async (trx) => {
        let unitId = 0
        const carvings: Carving[] = []
        for (const place of wanted) {
          unitId = await checkPlace(trx, scope, place, unitId)
          carvings.push(await plan(trx, place, starts, ends))
        }
        const reason = body.reason === undefined ? null : readName(body.reason)
        const made = await makeChange(
          trx,
          scope,
          { unit_id: unitId, kind: 'change', absence_id: null, reason, carvings },
          now(),
        )
        return made ?? fail('changed_meanwhile', undefined, 'The roster says so already.')
      })
      return reply.code(201).send(writeChange(row))
    },
  )

  app.post(
    '/api/v1/roster-changes/:id/undo',
    { config: { access: { roles: rosterKeepers } }, schema: { params: IdParams, response: { 200: RosterChange } } },
    (request) => {
      const { scope } = staffOf(request)
      const changeId = readId(request.params.id)
      return withScope(pools.app, scope, async (trx) => {
        const change = (await lockChange(trx, changeId)) ?? fail('not_found')
        refuseForeignRoster(scope, change.unit_id)
        if (change.undone_at) fail('already_settled')
        // Taking an absence back also says that the officer is there.
        if (change.kind === 'absence') fail('in_use', { absence_id: String(change.absence_id) })
        if (!(await unmakeChange(trx, scope, change, now()))) fail('changed_meanwhile')
        await markUndone(trx, changeId, now())
        return writeChange({ ...change, undone_at: now() })
      })
    },
  )

  app.post(
    '/api/v1/roster-weeks',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewRosterWeek, response: { 201: RosterChange } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unitId = readId(body.unit_id)
      refuseImpossibleDays(body, 'from', 'to')
      for (const field of ['from', 'to'] as const) {
        if (weekday(body[field]) !== 1) fail('invalid_body', [{ path: `/${field}`, problem: 'is not a Monday' }])
      }
      if (body.from === body.to) fail('invalid_body', [{ path: '/to', problem: 'is the same week' }])
      const row = await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignRoster(scope, unitId)
        const carvings = await copyWeek(trx, unitId, startOfDay(body.from), startOfDay(body.to))
        const made = await makeChange(
          trx,
          scope,
          { unit_id: unitId, kind: 'week', absence_id: null, reason: null, carvings },
          now(),
        )
        return made ?? fail('changed_meanwhile', undefined, 'That week says the same already.')
      })
      return reply.code(201).send(writeChange(row))
    },
  )
}

interface Place {
  counter_id: number
  officer_id: number | null
  instead_of: number | null | undefined
}

/** Counter and officer in scope and of one unit; returns that unit. */
async function checkPlace(trx: Trx, scope: Scope, place: Place, unitId: number): Promise<number> {
  const counter = (await findCounter(trx, place.counter_id)) ?? fail('not_found')
  if (unitId !== 0 && counter.unit_id !== unitId) fail('unit_mismatch')
  refuseForeignRoster(scope, counter.unit_id)
  if (place.officer_id !== null) {
    const officer = (await findOfficer(trx, place.officer_id)) ?? fail('not_found')
    if (officer.unit_id !== counter.unit_id) fail('unit_mismatch')
  }
  return counter.unit_id
}

async function plan(
  trx: Trx,
  { counter_id, officer_id, instead_of }: Place,
  from: number,
  ends: number | null,
): Promise<Carving> {
  const stays = await lockStays(trx, counter_id, new Date(from), ends === null ? null : new Date(ends))
  const there = stayAt(stays, from)
  if (instead_of !== undefined && (there?.officer_id ?? null) !== instead_of) {
    fail('changed_meanwhile', { counter_id: String(counter_id), officer_id: there ? String(there.officer_id) : null })
  }
  // Rosters are told by the minute: whoever was put there within the same one is replaced, not waited for.
  const to = ends ?? (await findNextStart(trx, counter_id, new Date(from + MINUTE_MS - 1)))
  const wanted = officer_id === null ? [] : await presentStays(trx, { officer_id, from, to })
  return { counter_id, from, to, wanted }
}

/** A week's stays moved onto another week, without the times at which somebody is away there. */
async function copyWeek(trx: Trx, unitId: number, from: number, to: number): Promise<Carving[]> {
  const source = { from, to: from + WEEK_MS }
  const target = { from: to, to: to + WEEK_MS }
  const stays = await findStays(trx, unitId, new Date(source.from), new Date(source.to))
  const absences = await findAbsences(trx, { unit_id: unitId }, new Date(target.from), new Date(target.to))
  const counters = await listCounters(trx, { after: null, limit: 1000 }, { unit_id: unitId })
  return counters
    .filter(({ active }) => active)
    .map(({ counter_id }) => {
      const here = within(
        stays.filter((stay) => stay.counter_id === counter_id),
        source,
      )
      const wanted: Stay[] = here.flatMap(({ officer_id, from: begun, to: ended }) => {
        const moved = { officer_id, from: begun - from + to, to: (ended as number) - from + to }
        const away = absences.filter((absence) => absence.officer_id === officer_id)
        return without(
          moved,
          away.map((absence) => ({ from: absence.starts_at.getTime(), to: absence.ends_at.getTime() })),
        )
      })
      return { counter_id, ...target, wanted }
    })
    .filter(({ wanted }) => wanted.length > 0)
}

const writeStay = (stay: ChangedPlace['before'][number]) => ({
  officer_id: String(stay.officer_id),
  starts_at: new Date(stay.from).toISOString(),
  ends_at: stay.to === null ? null : new Date(stay.to).toISOString(),
})

export function writeChange(row: ChangeRow): RosterChange {
  return {
    change_id: String(row.change_id),
    unit_id: String(row.unit_id),
    kind: row.kind,
    made_at: row.made_at.toISOString(),
    starts_at: row.starts_at.toISOString(),
    ends_at: row.ends_at?.toISOString() ?? null,
    reason: row.reason,
    undone: row.undone_at !== null,
    places: row.places.map(({ counter_id, before, after }) => ({
      counter_id: String(counter_id),
      before: before.map(writeStay),
      after: after.map(writeStay),
    })),
  }
}
