/** Reports of the province and of a unit, whole or of a part: what pages of figures ask for. */
import type { Comparison, Range } from '../../server/contract/periods.ts'
import type { SeriesReport, UnitReport, UnitsReport } from '../../server/contract/reports.ts'
import { at, bounds, call, type Options } from '../api.ts'

/** One counter of a unit, or the counters of one service; empty = everything. */
export interface Part {
  counter?: string | null
  service?: string | null
}
const partOf = ({ counter, service }: Part): string =>
  `${counter ? `&counter_id=${at(counter)}` : ''}${service ? `&service=${at(service)}` : ''}`
const against = (compare: Comparison | null): string => (compare ? `&compare=${compare}` : '')

export const getUnitsReport = (range: Range, compare: Comparison | null, part: Part, options?: Options) =>
  call<UnitsReport>('GET', `/reports/units${bounds(range, against(compare) + partOf(part))}`, undefined, options)
export const getUnitReport = (
  unitId: string,
  range: Range,
  compare: Comparison | null,
  part: Part,
  options?: Options,
) =>
  call<UnitReport>(
    'GET',
    `/reports/units/${at(unitId)}${bounds(range, against(compare) + partOf(part))}`,
    undefined,
    options,
  )
export const getSeries = (unitId: string, grain: 'week' | 'month', range: Range, part: Part, options?: Options) =>
  call<SeriesReport>(
    'GET',
    `/reports/units/${at(unitId)}/series${bounds(range, `&grain=${grain}${partOf(part)}`)}`,
    undefined,
    options,
  )
