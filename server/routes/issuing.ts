/** Issues an official report: the next number of the year, the figures as they stand, the files, the line in the log. */
import type { Draw } from '../documents/render.ts'
import { localDay, type Range } from '../domain/time.ts'
import { insertAudit } from '../queries/audit.ts'
import type { Trx } from '../queries/database.ts'
import { findIssuedOf, insertIssuedReport, takeNumber } from '../queries/issued-reports.ts'
import type { Services } from '../services.ts'
import { loadReport } from './report-documents.ts'

export interface ToIssue {
  /** Null = the province. */
  unitId: number | null
  range: Range
  language: 'vi' | 'en'
  accountId: number
  /** By which schedule; absent = by hand. Then one that was issued for these days already is taken instead of another. */
  scheduleId?: number
}

/**
 * Returns the id of the report. The number is held, the figures are read and the files are drawn in one transaction: a file
 * that cannot be drawn leaves no gap in the numbers, and two reports issued at once wait for each other. `draw` is given by
 * `drawInTurn()`, around the transaction.
 */
export async function issueReport(
  trx: Trx,
  { clock }: Pick<Services, 'clock'>,
  { unitId, range, language, accountId, scheduleId }: ToIssue,
  draw: Draw,
): Promise<number> {
  const year = Number(localDay(clock.now()).slice(0, 4))
  const number = await takeNumber(trx, unitId, year)
  if (scheduleId !== undefined) {
    const issued = await findIssuedOf(trx, unitId, range, language)
    if (issued !== null) return issued
  }
  const { report, cut_off, audit_head } = await loadReport(trx, { clock }, { unitId, range, language, number })
  const id = await insertIssuedReport(trx, {
    unit_id: unitId,
    year,
    number,
    from_day: range.from,
    to_day: range.to,
    language,
    cut_off,
    issued_by: accountId,
    audit_head,
    document: JSON.stringify(report),
    docx: await draw(report, 'docx'),
    pdf: await draw(report, 'pdf'),
    xlsx: await draw(report, 'xlsx'),
  })
  await insertAudit(trx, {
    account_id: accountId,
    action: 'report.issue',
    unit_id: unitId,
    subject: { issued_report_id: id },
    detail: { year, number, ...range, language, ...(scheduleId === undefined ? {} : { schedule_id: scheduleId }) },
    at: new Date(clock.now()),
  })
  return id
}
