/** The server's calls about who serves where and how many came: the roster, absences, doubts, visits, holidays. */
import type { Holiday } from '../../server/contract/holidays.ts'
import type { PaperSlips, PaperSlipsEntries } from '../../server/contract/paper-slips.ts'
import type { Range } from '../../server/contract/periods.ts'
import type {
  Absence,
  Desk,
  NewRosterChange,
  RosterChange,
  RosterDoubt,
  RosterGaps,
} from '../../server/contract/roster.ts'
import type { Dossiers, Visits, VisitsEntries } from '../../server/contract/visits.ts'
import { at, bounds, call, type Options } from '../api.ts'

export const listRosterChanges = (unitId: string, options?: Options) =>
  call<{ items: RosterChange[] }>('GET', `/roster-changes?unit_id=${at(unitId)}`, undefined, options)
/** Puts officers at counters for a time, as one deed that can be undone. */
export const changeRoster = (body: NewRosterChange) => call<RosterChange>('POST', '/roster-changes', body)
export const undoRosterChange = (changeId: string) => call<RosterChange>('POST', `/roster-changes/${at(changeId)}/undo`)
export const copyRosterWeek = (unitId: string, from: string, to: string) =>
  call<RosterChange>('POST', '/roster-weeks', { unit_id: unitId, from, to })
export const listAbsences = (unitId: string, options?: Options) =>
  call<{ items: Absence[] }>('GET', `/absences?unit_id=${at(unitId)}`, undefined, options)
export const createAbsence = (body: Record<string, unknown>) => call<Absence>('POST', '/absences', body)
export const cancelAbsence = (absenceId: string) =>
  call<Absence>('PATCH', `/absences/${at(absenceId)}`, { cancelled: true })
export const getRosterGaps = (unitId: string, range: Range, options?: Options) =>
  call<RosterGaps>('GET', `/units/${at(unitId)}/roster-gaps${bounds(range)}`, undefined, options)
/** Doubts of a unit, or of the officer who asks. */
export const listDoubts = (unitId: string | null, options?: Options) =>
  call<{ items: RosterDoubt[] }>('GET', `/roster-doubts${unitId ? `?unit_id=${at(unitId)}` : ''}`, undefined, options)
/** Who was assigned at the counters of the officer who asks. */
export const getDesk = (options?: Options) => call<Desk>('GET', '/roster-doubts/desk', undefined, options)
export const raiseDoubt = (body: Record<string, unknown>) => call<RosterDoubt>('POST', '/roster-doubts', body)
export const settleDoubt = (doubtId: string, outcome: 'corrected' | 'stands') =>
  call<RosterDoubt>('PATCH', `/roster-doubts/${at(doubtId)}`, { outcome })
export const listVisits = (unitId: string, range: Range, options?: Options) =>
  call<{ items: Visits[] }>(
    'GET',
    `/visits?unit_id=${at(unitId)}&from=${range.from}&to=${range.to}`,
    undefined,
    options,
  )
export const saveVisits = (entries: VisitsEntries['entries']) => call<unknown>('POST', '/visits', { entries })
/** Paper slips handed on unopened. */
export const listPaperSlips = (unitId: string, range: Range, options?: Options) =>
  call<{ items: PaperSlips[] }>('GET', `/paper-slips${bounds(range)}&unit_id=${at(unitId)}`, undefined, options)
export const savePaperSlips = (entries: PaperSlipsEntries['entries']) =>
  call<unknown>('POST', '/paper-slips', { entries })
/** The province's days of a year and those of one unit, or (null) of every unit in the reader's scope. */
export const listHolidays = (year: string, unitId: string | null, options?: Options) =>
  call<{ items: Holiday[] }>(
    'GET',
    `/holidays?year=${year}${unitId ? `&unit_id=${at(unitId)}` : ''}`,
    undefined,
    options,
  )
export const createHoliday = (body: Record<string, unknown>) => call<Holiday>('POST', '/holidays', body)
export const changeHoliday = (holidayId: string, body: Record<string, unknown>) =>
  call<Holiday>('PATCH', `/holidays/${at(holidayId)}`, body)
export const listDossiers = (unitId: string, range: Range, options?: Options) =>
  call<{ items: Dossiers[] }>(
    'GET',
    `/dossiers?unit_id=${at(unitId)}&from=${range.from}&to=${range.to}`,
    undefined,
    options,
  )
export const saveDossiers = (body: Record<string, unknown>) => call<Dossiers>('POST', '/dossiers', body)
