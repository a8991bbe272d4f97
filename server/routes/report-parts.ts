/** A part of a unit, one counter or those of a service: who may ask about it, what it is summed from, what is not said of it. */
import type { Figure } from '../contract/figures.ts'
import { mayReadBelowUnit } from '../domain/access.ts'
import { BAND_FROM, commitmentsShown } from '../domain/disclosure.ts'
import { coverRange, type Range } from '../domain/time.ts'
import { fail } from '../errors.ts'
import type { Part, Trx } from '../queries/database.ts'
import type { sumPaperSlips } from '../queries/paper-slips.ts'
import { hasPart } from '../queries/report-parts.ts'
import type { findResponses } from '../queries/visits.ts'
import type { Staff } from '../services.ts'
import { readId } from './ids.ts'
import type { References } from './report-references.ts'

/** The counters that are asked about; null = everything. */
export function partOf({ counter_id, service }: { counter_id?: string; service?: string }): Part | null {
  if (counter_id === undefined && service === undefined) return null
  return { counter_id: counter_id === undefined ? undefined : readId(counter_id), service }
}

/** Nobody is told of a part of a unit who may not read below it. */
export const mayReadPart = (staff: Staff, unitId: number, part: Part | null): boolean =>
  part === null || mayReadBelowUnit(staff.scope, unitId)

/** Throws `forbidden`, or `not_found` for a part that the unit does not have. */
export async function checkPart(trx: Trx, staff: Staff, unitId: number, part: Part | null): Promise<void> {
  if (part === null) return
  if (!mayReadPart(staff, unitId, part)) fail('forbidden')
  if (!(await hasPart(trx, unitId, part))) fail('not_found')
}

/** Parts of units are summed from steps, and of those there are no years. */
export const spansOf = (range: Range, part: Part | null) => coverRange(range, { years: part === null })

/** A counter may be one officer's alone, so beside a part items stand from where they stand beside an officer. */
export const itemsShown = <Row extends { kept: number; broken: number }>(
  rows: readonly Row[],
  figure: Figure,
  part: Part | null,
): Row[] => (part && (figure.n ?? 0) < BAND_FROM ? [] : commitmentsShown(rows, figure))

/** Visits, slips of paper and the mix of work are known of whole units: beside a part nothing stands in their place. */
export const noResponses: Awaited<ReturnType<typeof findResponses>> = new Map()
export const noSlips: Awaited<ReturnType<typeof sumPaperSlips>> = new Map()
export const noServices: Awaited<ReturnType<References['unitsByService']>> = new Map()
