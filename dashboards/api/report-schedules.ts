/** The server's calls about official reports by e-mail. */
import type { NewReportSchedule, ReportSchedule, ReportSchedules } from '../../server/contract/report-schedules.ts'
import { at, call, type Options, readPages } from '../api.ts'

/** Schedules of a unit, or of the province and all units the reader may see (null), and whether mails can be sent at all. */
export async function listReportSchedules(unitId: string | null, options?: Options) {
  const path = unitId ? `/report-schedules?limit=500&unit_id=${at(unitId)}` : '/report-schedules?limit=500'
  const { items, last } = await readPages<ReportSchedule, ReportSchedules>(path, options)
  return { schedules: items, isSetUp: last.mail_set_up }
}
export const createReportSchedule = (body: NewReportSchedule) => call<ReportSchedule>('POST', '/report-schedules', body)
export const endReportSchedule = (scheduleId: string) =>
  call<ReportSchedule>('PATCH', `/report-schedules/${at(scheduleId)}`, { ended: true })
export const resendReport = (scheduleId: string) =>
  call<ReportSchedule>('POST', `/report-schedules/${at(scheduleId)}/resend`)
