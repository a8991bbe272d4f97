/** What counters, officers, assignments and terminals share: who keeps the roster of a unit, and narrowing a list to one unit. */
import type { Role } from '../contract/accounts.ts'
import { mayManageRoster, type Scope } from '../domain/access.ts'
import { fail } from '../errors.ts'
import { findCounter } from '../queries/counters.ts'
import type { Trx } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import { readOptionalId } from './ids.ts'

export const rosterKeepers: readonly Role[] = ['administrator', 'unit_leader', 'unit_clerk']
export const rosterReaders: readonly Role[] = [...rosterKeepers, 'commission']

/** Throws `forbidden` unless the account keeps the roster of this unit; a unit out of sight was 404 before that. */
export function refuseForeignRoster(scope: Scope, unitId: number): void {
  if (!mayManageRoster(scope, unitId)) fail('forbidden')
}

/** "Someone has just changed this": throws `changed_meanwhile` with what is there now when the caller saw another version. */
export function refuseStale<Row extends { version: number }>(
  seen: number | undefined,
  row: Row,
  write: (row: Row) => unknown,
): void {
  if (seen !== undefined && seen !== row.version) fail('changed_meanwhile', write(row))
}

/** The filters of a list. Throws `not_found` for a unit or counter outside the scope. */
export async function readFilter(
  trx: Trx,
  query: { unit_id?: string; counter_id?: string },
): Promise<{ unit_id: number | null; counter_id: number | null }> {
  const unitId = readOptionalId(query.unit_id)
  const counterId = readOptionalId(query.counter_id)
  if (unitId !== null && !(await findUnit(trx, unitId))) fail('not_found')
  if (counterId !== null && !(await findCounter(trx, counterId))) fail('not_found')
  return { unit_id: unitId, counter_id: counterId }
}
