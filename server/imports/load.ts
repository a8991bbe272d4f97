/** Makes the plan of an import: its tables held against the organisation as this transaction may see it. */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ImportProblem } from '../contract/imports.ts'
import { MOMENTS_DAYS } from '../count/retention.ts'
import { mayAdminister, type Scope } from '../domain/access.ts'
import type { Base, BaseAccount, BaseCounter, BaseOfficer, BaseUnit, Plan } from '../domain/imports/base.ts'
import type { Language } from '../domain/imports/column-parts.ts'
import { makePlan } from '../domain/imports/plan.ts'
import type { Table } from '../domain/imports/tables.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import type { Trx } from '../queries/database.ts'
import {
  readAbsences,
  readAccounts,
  readCounters,
  readDossiers,
  readOfficers,
  readStays,
  readUnits,
  readVisits,
} from '../queries/import-base.ts'

/** What the file says, as it is kept between the dry run and its application. */
export interface Said {
  tables: Table[]
  problems: ImportProblem[]
}

export async function readBase(trx: Trx, scope: Scope, now: Date): Promise<Base> {
  return {
    units: await readUnits<BaseUnit>(trx),
    counters: await readCounters<BaseCounter>(trx, now),
    officers: await readOfficers<BaseOfficer>(trx, now),
    accounts: mayAdminister(scope) ? await readAccounts<BaseAccount>(trx) : [],
    loadStays: (ids) => readStays(trx, ids),
    loadAbsences: (ids) => readAbsences(trx, ids),
    loadVisits: (ids, from, to) => readVisits(trx, ids, from, to),
    loadDossiers: (ids, from, to) => readDossiers(trx, ids, from, to),
  }
}

export async function planImport(
  trx: Trx,
  scope: Scope,
  { tables, problems }: Said,
  { now, language }: { now: number; language: Language },
): Promise<Plan & { digest: Buffer }> {
  const today = localDay(now)
  const plan = await makePlan(tables, problems, await readBase(trx, scope, new Date(now)), {
    scope,
    now,
    today,
    closed_before: startOfDay(addDays(today, -MOMENTS_DAYS)),
    language,
    pause: () => setImmediate(),
  })
  // Of what would be written: ids and versions of the base are in it, so whatever matters here and changes changes it.
  return {
    ...plan,
    digest: createHash('sha256')
      .update(JSON.stringify([plan.writes, plan.problems]))
      .digest(),
  }
}

/** How many rows a plan writes, for progress. */
export function countWrites({ writes }: Plan): number {
  return Object.values(writes)
    .flatMap((kinds) => Object.values(kinds as Record<string, unknown[]>))
    .reduce((sum, rows) => sum + rows.length, 0)
}
