/** /visits and /dossiers: how many people came and how their dossiers were returned, typed in a minute. */
import { isDate } from '../contract/periods.ts'
import {
  Dossiers,
  DossiersPage,
  VisitsEntries as Entries,
  NewDossiers,
  type Visits,
  type VisitsEntries,
  VisitsPage,
  VisitsQuery,
} from '../contract/visits.ts'
import { mayReadRoster, type Scope } from '../domain/access.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { findCounter } from '../queries/counters.ts'
import { type NumbersLock, numbersLock, type Trx, withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import {
  type DossierSums,
  type DossiersRow,
  findDossiers,
  findVisits,
  listDossiers,
  listVisits,
  removeVisits,
  saveDossiers,
  saveVisits,
  type VisitsRow,
  type When,
} from '../queries/visits.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName, readRange } from './ids.ts'
import { refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'

export async function visitsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const today = () => localDay(clock.now())

  app.get(
    '/api/v1/visits',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: VisitsQuery, response: { 200: VisitsPage } },
    },
    (request) => {
      const range = readRange(request.query, today())
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const unitId = await readUnit(trx, staffOf(request).scope, request.query.unit_id)
        return { items: (await listVisits(trx, unitId, range)).map(writeVisits) }
      })
    },
  )

  app.post(
    '/api/v1/visits',
    { config: { access: { roles: rosterKeepers } }, schema: { body: Entries, response: { 200: VisitsPage } } },
    (request) => {
      const { scope } = staffOf(request)
      const now = new Date(clock.now())
      return withScope(pools.app, scope, async (trx) => {
        const rows: VisitsRow[] = []
        const changes: unknown[] = []
        const lock = numbersLock(trx)
        for (const entry of request.body.entries) {
          const { row, before } = await saveEntry(trx, scope, entry, today(), now, lock)
          rows.push(row)
          changes.push({ ...row, visits: entry.visits, before })
        }
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'visits.save',
          unit_id: rows[0]?.unit_id ?? null,
          subject: { counters: [...new Set(rows.map(({ counter_id }) => counter_id))] },
          detail: { changes },
          at: now,
        })
        return { items: rows.filter(({ visits }) => visits >= 0).map(writeVisits) }
      })
    },
  )

  app.get(
    '/api/v1/dossiers',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: VisitsQuery, response: { 200: DossiersPage } },
    },
    (request) => {
      const range = readRange(request.query, today())
      return withScope(pools.app, staffOf(request).scope, async (trx) => {
        const unitId = await readUnit(trx, staffOf(request).scope, request.query.unit_id)
        return { items: (await listDossiers(trx, unitId, range)).map(writeDossiers) }
      })
    },
  )

  app.post(
    '/api/v1/dossiers',
    { config: { access: { roles: rosterKeepers } }, schema: { body: NewDossiers, response: { 201: Dossiers } } },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const now = new Date(clock.now())
      const unitId = readId(body.unit_id)
      const row = await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignRoster(scope, unitId)
        const { same_day, early, on_time, overdue } = body
        const made = { unit_id: unitId, ...readWhen(body, today()), same_day, early, on_time, overdue }
        await numbersLock(trx)(unitId)
        const before = await findDossiers(trx, unitId, made)
        if (body.seen !== undefined && !sameCounts(body.seen, before)) {
          fail('changed_meanwhile', { unit_id: body.unit_id, dossiers: before })
        }
        await saveDossiers(trx, [made], now)
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'dossiers.save',
          unit_id: unitId,
          subject: { unit_id: unitId },
          detail: { ...made, before },
          at: now,
        })
        return made
      })
      return reply.code(201).send(writeDossiers(row))
    },
  )
}

const sameCounts = (one: DossierSums | null, other: DossierSums | null) =>
  one === null || other === null
    ? one === other
    : (['same_day', 'early', 'on_time', 'overdue'] as const).every((kind) => one[kind] === other[kind])

async function readUnit(trx: Trx, scope: Scope, text: string): Promise<number> {
  const unitId = readId(text)
  if (!(await findUnit(trx, unitId)) || !mayReadRoster(scope, unitId)) fail('not_found')
  return unitId
}

/** A day or a month, one of them; none that lies ahead. Throws `invalid_body`. */
function readWhen(body: { day?: string; month?: string; procedure_group?: string }, today: string): When {
  const { day, month, procedure_group = '' } = body
  const problem = (path: string, text: string) => fail('invalid_body', [{ path, problem: text }])
  if ((day === undefined) === (month === undefined)) return problem('/day', 'is needed, or a month, not both')
  const first = day ?? `${month}-01`
  if (!isDate(first)) return problem('/day', 'is not a day that exists')
  if (first > today) return problem(day ? '/day' : '/month', 'lies ahead')
  return { grain: day ? 'day' : 'month', day: first, procedure_group: readName(procedure_group) }
}

async function saveEntry(
  trx: Trx,
  scope: Scope,
  entry: VisitsEntries['entries'][number],
  today: string,
  now: Date,
  lock: NumbersLock,
) {
  const counter = (await findCounter(trx, readId(entry.counter_id))) ?? fail('not_found')
  refuseForeignRoster(scope, counter.unit_id)
  const when = readWhen(entry, today)
  await lock(counter.unit_id)
  const before = await findVisits(trx, counter.counter_id, when)
  const { counter_id, unit_id } = counter
  if (entry.seen !== undefined && entry.seen !== before) {
    fail('changed_meanwhile', { counter_id: String(counter_id), visits: before })
  }
  // -1 stands for "taken away" on the way to the answer, which leaves it out.
  const row: VisitsRow = { unit_id, counter_id, ...when, visits: entry.visits ?? -1 }
  if (entry.visits === null) await removeVisits(trx, counter_id, when)
  else await saveVisits(trx, [row], now)
  return { row, before }
}

const writeWhen = ({ grain, day, procedure_group }: When) => ({
  day: grain === 'day' ? day : null,
  month: grain === 'month' ? day.slice(0, 7) : null,
  procedure_group,
})

const writeVisits = (row: VisitsRow): Visits => ({
  counter_id: String(row.counter_id),
  unit_id: String(row.unit_id),
  ...writeWhen(row),
  visits: row.visits,
})

const writeDossiers = ({ unit_id, same_day, early, on_time, overdue, ...when }: DossiersRow): Dossiers => ({
  unit_id: String(unit_id),
  ...writeWhen(when),
  same_day,
  early,
  on_time,
  overdue,
})
