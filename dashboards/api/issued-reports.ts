/** Official reports and their letterheads. */
import type { IssuedReport, Letterhead, NewIssuedReport } from '../../server/contract/issued-reports.ts'
import { at, call, everyPage, type Options } from '../api.ts'

/** Official reports of a unit, or of the province and all units the reader may see (null). */
export const listIssuedReports = (unitId: string | null, options?: Options) =>
  everyPage<IssuedReport>(unitId ? `/issued-reports?unit_id=${at(unitId)}` : '/issued-reports', options)
export const issueReport = (covers: NewIssuedReport) => call<IssuedReport>('POST', '/issued-reports', covers)
const letterhead = (unitId: string | null) => (unitId ? `/letterheads?unit_id=${at(unitId)}` : '/letterheads')
export const getLetterhead = (unitId: string | null, options?: Options) =>
  call<Letterhead>('GET', letterhead(unitId), undefined, options)
export const changeLetterhead = (unitId: string | null, changes: Partial<Letterhead>) =>
  call<Letterhead>('PATCH', letterhead(unitId), changes)
