/** /paper-slips: how many slips of paper came where and when, handed on unopened. Counted beside the figures, never in them. */

import {
  PaperSlipsEntries as Entries,
  type PaperSlips,
  type PaperSlipsEntries,
  PaperSlipsPage,
} from '../contract/paper-slips.ts'
import { isDate } from '../contract/periods.ts'
import { VisitsQuery } from '../contract/visits.ts'
import { mayReadRoster, type Scope } from '../domain/access.ts'
import { localDay } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { findCounter } from '../queries/counters.ts'
import { type NumbersLock, numbersLock, type Trx, withScope } from '../queries/database.ts'
import { findPaperSlips, listPaperSlips, type PaperSlipsRow, savePaperSlips } from '../queries/paper-slips.ts'
import { findUnit } from '../queries/units.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readRange } from './ids.ts'
import { refuseForeignRoster, rosterKeepers, rosterReaders } from './roster.ts'

export async function paperSlipsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const today = () => localDay(clock.now())

  app.get(
    '/api/v1/paper-slips',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: VisitsQuery, response: { 200: PaperSlipsPage } },
    },
    (request) => {
      const { scope } = staffOf(request)
      const range = readRange(request.query, today())
      const unitId = readId(request.query.unit_id)
      return withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId)) || !mayReadRoster(scope, unitId)) fail('not_found')
        return { items: (await listPaperSlips(trx, unitId, range)).map(write) }
      })
    },
  )

  app.post(
    '/api/v1/paper-slips',
    { config: { access: { roles: rosterKeepers } }, schema: { body: Entries, response: { 200: PaperSlipsPage } } },
    (request) => {
      const { scope } = staffOf(request)
      const now = new Date(clock.now())
      return withScope(pools.app, scope, async (trx) => {
        const changes: Change[] = []
        const lock = numbersLock(trx)
        for (const entry of request.body.entries) changes.push(await saveEntry(trx, scope, entry, today(), now, lock))
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'paper_slips.save',
          unit_id: changes[0]?.unit_id ?? null,
          subject: { counters: [...new Set(changes.map(({ counter_id }) => counter_id))] },
          detail: { changes },
          at: now,
        })
        return { items: changes.flatMap(({ slips, ...row }) => (slips === null ? [] : [write({ ...row, slips })])) }
      })
    },
  )
}

type Change = Omit<PaperSlipsRow, 'slips'> & { slips: number | null; before: number | null }

async function saveEntry(
  trx: Trx,
  scope: Scope,
  { counter_id: id, day, slips, seen }: PaperSlipsEntries['entries'][number],
  today: string,
  now: Date,
  lock: NumbersLock,
): Promise<Change> {
  const { counter_id, unit_id } = (await findCounter(trx, readId(id))) ?? fail('not_found')
  refuseForeignRoster(scope, unit_id)
  if (!isDate(day)) fail('invalid_body', [{ path: '/day', problem: 'is not a day that exists' }])
  if (day > today) fail('invalid_body', [{ path: '/day', problem: 'lies ahead' }])
  await lock(unit_id)
  const before = await findPaperSlips(trx, counter_id, day)
  if (seen !== undefined && seen !== before) {
    fail('changed_meanwhile', { counter_id: String(counter_id), slips: before })
  }
  await savePaperSlips(trx, { unit_id, counter_id, day, slips }, now)
  return { unit_id, counter_id, day, slips, before }
}

const write = ({ unit_id, counter_id, day, slips }: PaperSlipsRow): PaperSlips => ({
  counter_id: String(counter_id),
  unit_id: String(unit_id),
  day,
  slips,
})
